/** What holds of substep 3 whatever comes: any looks, any order, missing cycles, a Slack that loses answers. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnitLabel } from '../../../src/domain/suppress/contract.ts';
import { decide } from '../../../src/domain/suppress/decide.ts';
import { initialMemory, keyOf } from '../../../src/domain/suppress/memory.ts';
import { alertState } from '../../../src/domain/suppress/state.ts';
import { createPureSubject } from './pure-subject.ts';
import {
  by,
  composeInput,
  GOOD,
  high,
  labelKeyOf,
  low,
  NO_DATA,
  NOT_SCHEDULED,
  runScenario,
  slow,
  WAREHOUSE,
  WATCH,
} from './scenario.ts';
import type { Look, Step } from './scenario.ts';

const LOOKS: Record<string, Look> = {
  good: GOOD,
  watch: WATCH,
  high: high(),
  slow: slow(),
  low: low(),
  slowLow: { low: {} },
  critical: slow({ severity: 'CRITICAL', quantity: 9 }),
  emergency: slow({ severity: 'EMERGENCY', levelAndWcsAgree: true }),
  held: slow({ held: true }),
  underA: by('A', slow()),
  underB: by('B', slow()),
  unsure: { unit: { quality: 60 } },
  noData: NO_DATA,
  notScheduled: NOT_SCHEDULED,
};
const anyLook = fc.constantFrom(...Object.keys(LOOKS));
const anyStep = fc.record({
  // Mostly the next cycle; now and then an extra run, or missing ones.
  advance: fc.constantFrom(1, 1, 1, 1, 1, 0.4, 2, 3, 5),
  slack: fc.constantFrom('up' as const, 'up' as const, 'down' as const, 'timeout' as const),
  looks: fc.record({ A: anyLook, B: anyLook, C: anyLook }, { requiredKeys: ['A'] }),
  blind: fc.constantFrom(0, 0, 0, 0.5),
});
const anySteps = fc.array(anyStep, { minLength: 3, maxLength: 20 }).map((steps) => {
  let c = 0;
  return steps.map(({ advance, slack, looks, blind }): Step & { looks: Record<string, string> } => {
    c += advance;
    const named = Object.entries(looks).filter((entry) => entry[1] !== undefined);
    return {
      c,
      slack,
      looks: Object.fromEntries(named),
      units: Object.fromEntries(named.map(([name, look]) => [name, LOOKS[look] ?? GOOD])),
      input: { blind: [{ source: 'wes_stock', share: blind }] },
    };
  });
});
const run = (steps: Step[], subject = createPureSubject()) => runScenario(subject, { name: '', steps });
const RUNS = { numRuns: 25 };

describe('whatever comes', () => {
  it('the order of the units changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const turned = steps.map((step) => ({
          ...step,
          units: Object.fromEntries(Object.entries(step.units).toReversed()),
        }));
        const [one, other] = [await run(steps), await run(turned)];
        expect(other.records.map(({ result }) => result)).toEqual(one.records.map(({ result }) => result));
      }),
      RUNS,
    );
  });

  it('missing data is never a recovery', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const { records } = await run(steps);
        for (const [at, { result }] of records.entries()) {
          for (const label of result.labels) {
            if (label.reason !== 'recovered' || label.unitId === WAREHOUSE) continue;
            const name = label.unitId.split('_').at(-1) ?? '';
            const look = steps[at]?.looks[name] ?? 'noData';
            expect({ look, direction: label.direction }).toSatisfy(isGood);
          }
        }
      }),
      RUNS,
    );
  });

  it('confirmed NEW and confirmed CLEARED alternate for each key, each message once', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const { slack } = await run(steps);
        const keys = slack.posted.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        const last = new Map<string, string>();
        for (const { key, label } of slack.posted) {
          const alert = key.split(':').slice(0, 2).join(':');
          const before = last.get(alert) ?? 'CLEARED';
          expect(`${before} then ${label}`).not.toMatch(
            /NEW then NEW|CLEARED then (CLEARED|ONGOING)|ONGOING then NEW/,
          );
          last.set(alert, label);
        }
      }),
      RUNS,
    );
  });

  it('a journey through JSON between two steps changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const there = createPureSubject();
        const stay = createPureSubject(undefined, (memory) => memory);
        const [one, other] = [await run(steps, there), await run(steps, stay)];
        expect(other.records).toEqual(one.records);
        expect(JSON.stringify(stay.memory())).toBe(JSON.stringify(there.memory()));
      }),
      RUNS,
    );
  });

  it('one open episode a key, in every row what belongs to its label', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const subject = createPureSubject();
        const { records } = await run(steps, subject);
        const open = subject.memory().episodes.filter(({ closedAt }) => closedAt === null);
        expect(new Set(open.map(({ key }) => key)).size).toBe(open.length);
        for (const { result } of records) {
          const keys = result.labels.map(labelKeyOf);
          expect(new Set(keys).size).toBe(keys.length);
          for (const label of result.labels) expect(label).toSatisfy(isWellFormed);
        }
      }),
      RUNS,
    );
  });

  it('an input is never changed, nor the memory it was decided with', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        let memory = initialMemory(WAREHOUSE);
        for (const [at, step] of steps.entries()) {
          const input = composeInput(step, memory.revision, at);
          const before = JSON.stringify({ memory, input });
          const { memory: next } = decide(memory, input);
          expect(JSON.stringify({ memory, input })).toBe(before);
          memory = next;
        }
      }),
      RUNS,
    );
  });

  it('nothing is cleared as recovered while it flaps, and nothing of it is remembered for ever', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const subject = createPureSubject();
        for (const step of steps) {
          const { records } = await run([step], subject);
          const { keys } = subject.memory();
          const recovered = records
            .flatMap(({ result }) => result.labels)
            .filter(({ reason }) => reason === 'recovered');
          for (const { unitId, direction } of recovered)
            expect(keys[keyOf(unitId, direction)]?.flapping ?? false).toBe(false);
        }
        const last = steps.at(-1)?.c ?? 0;
        const quiet = Array.from({ length: 24 }, (_, at) => ({
          c: Math.ceil(last) + at,
          units: { A: GOOD, B: GOOD, C: GOOD },
        }));
        await run(quiet, subject);
        const kept = Object.values(subject.memory().keys);
        expect(kept.filter(({ changes, flapping }) => changes !== undefined || flapping)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('by older rules a key remembers what it did then, and no more', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const subject = createPureSubject();
        await run(
          steps.map((step) => ({ ...step, input: { ...step.input, rules: 5 } })),
          subject,
        );
        for (const key of Object.values(subject.memory().keys))
          expect(Object.keys(key).toSorted()).toEqual(['flips', 'last', 'votes']);
      }),
      RUNS,
    );
  });

  it('300 units, every one of them wrong in every cycle: well below 1 MB', () => {
    let memory = initialMemory(WAREHOUSE);
    const names = Array.from({ length: 300 }, (_, at) => `WORKPOOL-${at % 10}-LANE-${at}`);
    for (let c = 1; c <= 20; c += 1) {
      const units = Object.fromEntries(
        names.map((name, at) => [name, slow({ quantity: at % 17, ttoMin: ((at * 7 + c) % 600) / 10 })]),
      );
      ({ memory } = decide(memory, composeInput({ c, units }, 0, c)));
    }
    expect(alertState(memory).openEpisodes).toBe(300);
    expect(JSON.stringify(memory).length).toBeLessThan(700_000);
  });
});

function isGood({ look, direction }: { look: string; direction: string }): boolean {
  if (direction === 'LOW') return !['low', 'slowLow', 'noData', 'unsure'].includes(look);
  if (direction === 'HIGH') return ['good', 'watch', 'low', 'slowLow'].includes(look);
  return look !== 'noData' && look !== 'unsure';
}

function isWellFormed({ label, episodeId, reason, winner, unitId }: UnitLabel): boolean {
  const needsEpisode = label !== null && !(label === 'SUPPRESSED' && reason === 'persistence');
  return (
    (!needsEpisode || episodeId !== null) &&
    (label !== null || episodeId === null) &&
    winner !== unitId &&
    (reason !== 'subsumed' || winner !== null)
  );
}
