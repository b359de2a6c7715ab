import { describe, expect, it } from 'vitest';
import type { DecideInput } from '../../../src/domain/suppress/contract.ts';
import { packUnits } from '../../../src/domain/suppress/packed-units.ts';
import { decide, refuseDecide } from '../../../src/domain/suppress/decide.ts';
import { alertHistory } from '../../../src/domain/suppress/history.ts';
import { initialMemory } from '../../../src/domain/suppress/memory.ts';
import { alertState, interpretMemory } from '../../../src/domain/suppress/state.ts';
import { composeInput, cycleIdOf, GOOD, high, NO_DATA, unitIdOf, WAREHOUSE, WATCH } from './scenario.ts';

describe('refuseDecide', () => {
  const { memory } = decide(initialMemory(WAREHOUSE), composeInput({ c: 5, units: { U1: high() } }, 0, 1));
  const right = composeInput({ c: 6, units: { U1: high() } }, memory.revision, 2);
  const unit = right.units[0]!;

  it.each<[string, Partial<DecideInput>, string | null, string]>([
    ['as it should be', {}, null, ''],
    ['another revision', { revision: 0 }, 'StaleRevision', 'interpret again'],
    ['another revision of a remembered cycle', { revision: 0, cycleId: cycleIdOf(5) }, null, ''],
    ['another revision of an older cycle', { revision: 0, cycleId: cycleIdOf(4) }, null, ''],
    ['unknown rules', { rules: 7 }, 'InvalidInput', 'rules version 7 is unknown'],
    ['rules of no version', { rules: 0 }, 'InvalidInput', 'rules version 0 is unknown'],
    ['rules that are no number', { rules: JSON.parse('"3"') }, 'InvalidInput', 'rules version 3'],
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
    ['a packed unit', { units: packUnits([unit], 5) }, null, ''],
    [
      'a packed unit that is cut off',
      { units: packUnits([unit], 5).map((row) => row.slice(0, -2)) },
      'InvalidInput',
      'units[0] is "FRA1_SINGLES_U1 I',
    ],
    ['packed units twice', { units: [...packUnits([unit], 5), unit] }, 'InvalidInput', 'named twice'],
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
