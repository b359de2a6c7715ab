import { expect, test } from 'vitest';
import type { PlanRow } from '../../../src/domain/source-rows.ts';
import { findShiftEnd } from '../../../src/interact/shift-end.ts';

const at = (hour: number) => Date.UTC(2026, 2, 2, hour);
const row = (change: Partial<PlanRow>): PlanRow => ({
  warehouse: 'FRA1',
  workpool: 'SINGLES',
  process: 'PACK',
  shiftStart: at(6),
  shiftEnd: at(14),
  breakStart: null,
  breakEnd: null,
  hcPlan: 8,
  uphPlan: 60,
  recordedAt: at(5),
  ...change,
});

test.each<[string, PlanRow[], string, number | null]>([
  ['the present shift', [row({}), row({ shiftStart: at(14), shiftEnd: at(22) })], 'SINGLES', at(14)],
  ['the group that goes home first', [row({}), row({ shiftEnd: at(12) })], 'SINGLES', at(12)],
  ['the newest issue alone', [row({ shiftEnd: at(12) }), row({ recordedAt: at(9) })], 'SINGLES', at(14)],
  ['its own workpool alone', [row({ workpool: 'MULTI LINE', shiftEnd: at(12) }), row({})], 'SINGLES', at(14)],
  ['a workpool as unit ids spell it', [row({ workpool: 'MULTI LINE' })], 'MULTI-LINE', at(14)],
  ['the whole warehouse', [row({}), row({ workpool: 'MULTIS', shiftEnd: at(11) })], '', at(11)],
  ['nobody at work', [row({ shiftStart: at(14), shiftEnd: at(22) })], 'SINGLES', null],
  ['no plan', [], 'SINGLES', null],
])('%s', (_, plan, workpool, end) => {
  expect(findShiftEnd(plan, workpool, at(10))).toBe(end);
});
