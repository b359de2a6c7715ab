import { describe, expect, it } from 'vitest';
import { createPureSubject } from './pure-subject.ts';
import { SCENARIOS } from './scenario-table.ts';
import { describeLabel, labelKeyOf, runScenario } from './scenario.ts';

describe('scenarios that must hold', () => {
  it.each(SCENARIOS)('$name', async (scenario) => {
    const { records, slack } = await runScenario(createPureSubject(), scenario);
    for (const { step, result, posts } of records) {
      const labels = new Map(result.labels.map((label) => [labelKeyOf(label), describeLabel(label)]));
      const expected = Object.entries(step.labels ?? {});
      const said = Object.fromEntries(expected.map(([key]) => [key, labels.get(key) ?? '-']));
      expect({ c: step.c, ...said }).toEqual({ c: step.c, ...step.labels });
      if (step.posts) expect({ c: step.c, posts }).toEqual({ c: step.c, posts: step.posts });
      if (step.status) expect(result.status).toBe(step.status);
    }
    if (scenario.roots) expect(slack.roots).toEqual(scenario.roots);
  });
});
