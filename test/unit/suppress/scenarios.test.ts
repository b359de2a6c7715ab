import { describe, expect, it } from 'vitest';
import { createPureSubject } from './pure-subject.ts';
import { ESCALATION_SCENARIOS } from './escalation-scenarios.ts';
import { INSTRUCTION_SCENARIOS } from './instruction-scenarios.ts';
import { SCENARIOS } from './scenario-table.ts';
import { compareScenario, runScenario } from './scenario.ts';

describe('scenarios that must hold', () => {
  it.each([...SCENARIOS, ...ESCALATION_SCENARIOS, ...INSTRUCTION_SCENARIOS])('$name', async (scenario) => {
    const run = await runScenario(createPureSubject(), scenario);
    const { actual, expected } = compareScenario(scenario, run);
    expect(actual).toEqual(expected);
  });
});
