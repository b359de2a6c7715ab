import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecideInput, UnitLabel } from '../../../src/domain/alerting.ts';
import { decide, refuseDecide } from '../../../src/domain/suppress/decide.ts';
import { alertHistory } from '../../../src/domain/suppress/history.ts';
import { initialMemory } from '../../../src/domain/suppress/memory.ts';
import { alertState, interpretMemory } from '../../../src/domain/suppress/state.ts';
import { createPureSubject } from './pure-subject.ts';
import {
  by,
  composeInput,
  cycleIdOf,
  GOOD,
  high,
  labelKeyOf,
  low,
  NO_DATA,
  NOT_SCHEDULED,
  runScenario,
  slow,
  unitIdOf,
  WAREHOUSE,
  WATCH,
} from './scenario.ts';
import type { Look, Step } from './scenario.ts';

describe('refuseDecide', () => {
  const { memory } = decide(initialMemory(WAREHOUSE), composeInput({ c: 5, units: { U1: high() } }, 0, 1));
  const right = composeInput({ c: 6, units: { U1: high() } }, memory.revision, 2);
  const unit = right.units[0]!;

  it.each<[string, Partial<DecideInput>, string | null, string]>([
    ['as it should be', {}, null, ''],
    ['another revision', { revision: 0 }, 'StaleRevision', 'interpret again'],
    ['another revision of a remembered cycle', { revision: 0, cycleId: cycleIdOf(5) }, null, ''],
    ['another revision of an older cycle', { revision: 0, cycleId: cycleIdOf(4) }, null, ''],
    ['unknown rules', { rules: 3 }, 'InvalidInput', 'rules version 3 is unknown'],
    ['rules of no version', { rules: 0 }, 'InvalidInput', 'rules version 0 is unknown'],
    ['no instant', { cycleId: '2026-03-02 08:00' }, 'InvalidInput', 'cycleId is "2026-03-02 08:00"'],
    ['milliseconds', { cycleId: '2026-03-02T08:00:00.000Z' }, 'InvalidInput', 'whole seconds'],
    [
      "another warehouse's unit",
      { units: [{ ...unit, unitId: 'MAD1_A_B' }] },
      'InvalidInput',
      'MAD1_A_B does not belong',
    ],
    ['a unit twice', { units: [unit, unit] }, 'InvalidInput', 'named twice'],
    ['a unit without id', { units: JSON.parse('[null]') }, 'InvalidInput', 'no unitId'],
    ['no units', { units: JSON.parse('null') }, 'InvalidInput', 'units is missing'],
    ['no interval', { intervalMinutes: 0 }, 'InvalidInput', 'intervalMinutes is 0'],
  ])('%s', (_name, change, type, text) => {
    const refusal = refuseDecide(memory, { ...right, ...change });
    expect(refusal?.type ?? null).toBe(type);
    expect(refusal?.message ?? '').toContain(text);
  });
});

describe('what is remembered', () => {
  it('the same cycle asked again: the first trace, counted', () => {
    const first = decide(initialMemory(WAREHOUSE), composeInput({ c: 1, units: { U1: high() } }, 0, 1));
    const again = decide(first.memory, composeInput({ c: 1, units: {} }, 0, 2));
    expect(again.result).toMatchObject({ status: 'remembered', traceId: 'trace-1', asked: 2, revision: 1 });
    expect(again.result.labels).toEqual(first.result.labels);
    expect(decide(again.memory, composeInput({ c: 1, units: {} }, 0, 3)).result.asked).toBe(3);
  });

  it.each([
    ['every 5 minutes', 1, 20, 13],
    ['every minute', 0.2, 100, 61],
    ['every quarter of an hour', 3, 20, 12],
  ])('%s: at least 60 minutes and 12 cycles', (_name, step, cycles, kept) => {
    let memory = initialMemory(WAREHOUSE);
    for (let at = 0; at < cycles; at += 1) {
      const input = composeInput({ c: at * step, units: { U1: WATCH } }, 0, at);
      ({ memory } = decide(memory, { ...input, intervalMinutes: 5 * step }));
    }
    const { cycles: history } = alertHistory(memory);
    expect(history.length).toBe(kept);
    expect(history.at(-1)).toMatchObject({
      cycleId: cycleIdOf((cycles - 1) * step),
      labels: [{ unitId: unitIdOf('U1'), label: null, reason: 'watch', severity: 'WATCH' }],
    });
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

  it('a unit without data keeps its zones: they are left by their exits alone', () => {
    let memory = initialMemory(WAREHOUSE);
    for (const [at, look] of [high(), NO_DATA].entries()) {
      ({ memory } = decide(memory, composeInput({ c: at, units: { U1: look } }, 0, at)));
    }
    expect(interpretMemory(memory).zones).toEqual({ [unitIdOf('U1')]: { high: 'OVERFLOW_RISK', low: 'OK' } });
  });

  it('a healthy unit leaves nothing but itself', () => {
    const { memory } = decide(initialMemory(WAREHOUSE), composeInput({ c: 1, units: { U1: GOOD } }, 0, 1));
    expect([memory.keys, memory.episodes]).toEqual([{}, []]);
    expect(alertState(memory).units).toEqual([
      { unitId: unitIdOf('U1'), state: 'OK', quality: 100, fill: 0.5, alerts: [] },
    ]);
  });
});

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
