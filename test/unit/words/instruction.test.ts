import { expect, test } from 'vitest';
import { headline, instruct, instructUndo, type Instructed } from '../../../src/domain/words/instruction.ts';
import type { Action, Direction, QuantityUnit } from '../../../src/domain/vocabulary.ts';

const TOTAL = 'FRA1_SINGLES_TOTAL';
const INDUCT = 'FRA1_SINGLES_INDUCT-2';
const [LANE, OTHER] = ['FRA1_SINGLES_LANE-1', 'FRA1_SINGLES_LANE-2'];

interface Row {
  action: Action;
  /** In trouble. */
  unitId: string;
  /** To act at; absent: the same. */
  at?: string;
  number: [quantity: number, unit: QuantityUnit];
  more?: Partial<Instructed>;
  /** By direction, with and without the number. */
  high: [known: string, unknown: string];
  low: [known: string, unknown: string];
}

const same = (known: string, unknown: string) => ({
  high: [known, unknown] as [string, string],
  low: [known, unknown] as [string, string],
});

const ROWS: Row[] = [
  {
    ...{ action: 'ADD_STAFF', unitId: TOTAL, number: [3, 'persons'], more: { process: 'PACK' } },
    ...same('Add 3 packers to SINGLES', 'Add packers to SINGLES (how many: judge on the floor)'),
  },
  {
    ...{ action: 'REMOVE_STAFF', unitId: TOTAL, number: [1, 'persons'], more: { process: 'PACK' } },
    ...same('Take 1 packer off SINGLES', 'Take packers off SINGLES (how many: judge on the floor)'),
  },
  {
    ...{ action: 'MOVE_STAFF', unitId: TOTAL, number: [12, 'persons'] },
    more: { process: 'PICK', fromProcess: 'PACK' },
    ...same(
      'Move 12 people from PACK to PICK in SINGLES',
      'Move people from PACK to PICK in SINGLES (how many: judge on the floor)',
    ),
  },
  {
    ...{ action: 'THROTTLE_INDUCT', unitId: LANE, at: INDUCT, number: [30, 'percent'] },
    ...same(
      'Throttle the inflow of SINGLES INDUCT-2 by 30 %',
      'Throttle the inflow of SINGLES INDUCT-2 (how much: judge on the floor)',
    ),
  },
  {
    ...{ action: 'RELEASE_INDUCT', unitId: INDUCT, number: [10, 'percent'] },
    ...same(
      'Raise the inflow of SINGLES INDUCT-2 again by 10 %',
      'Raise the inflow of SINGLES INDUCT-2 again (how much: judge on the floor)',
    ),
  },
  {
    ...{ action: 'THROTTLE_PICKING_ALL', unitId: LANE, at: TOTAL, number: [25, 'percent'] },
    ...same(
      'Throttle picking for all of SINGLES by 25 %',
      'Throttle picking for all of SINGLES (how much: judge on the floor)',
    ),
  },
  {
    ...{ action: 'RELEASE_PICKING_ALL', unitId: TOTAL, number: [10, 'percent'] },
    ...same(
      'Raise picking for all of SINGLES again by 10 %',
      'Raise picking for all of SINGLES again (how much: judge on the floor)',
    ),
  },
  {
    ...{ action: 'REBALANCE_CAPACITY', unitId: LANE, at: OTHER, number: [9.04, 'upm'] },
    high: [
      'Send 9 units a minute from LANE-1 to LANE-2 in SINGLES',
      'Send part of the flow from LANE-1 to LANE-2 in SINGLES (how much: judge on the floor)',
    ],
    low: [
      'Send 9 units a minute from LANE-2 to LANE-1 in SINGLES',
      'Send part of the flow from LANE-2 to LANE-1 in SINGLES (how much: judge on the floor)',
    ],
  },
  {
    ...{ action: 'REBALANCE_CAPACITY', unitId: LANE, at: OTHER, number: [2, 'stations'] },
    high: [
      'Open 2 stations at SINGLES LANE-2 and send part of the flow of SINGLES LANE-1 there',
      'Send part of the flow from LANE-1 to LANE-2 in SINGLES (how much: judge on the floor)',
    ],
    low: [
      'Open 2 stations at SINGLES LANE-1 and send part of the flow of SINGLES LANE-2 there',
      'Send part of the flow from LANE-2 to LANE-1 in SINGLES (how much: judge on the floor)',
    ],
  },
  {
    ...{ action: 'EMERGENCY_STOP', unitId: INDUCT, number: [100, 'percent'] },
    ...same('STOP the inflow of SINGLES INDUCT-2 now', 'STOP the inflow of SINGLES INDUCT-2 now'),
  },
  {
    ...{ action: 'CHECK_DATA', unitId: TOTAL, number: [1, 'percent'] },
    ...same(
      'Check the data of SINGLES and look at the floor',
      'Check the data of SINGLES and look at the floor',
    ),
  },
  {
    ...{ action: 'NONE', unitId: OTHER, number: [1, 'percent'], more: { because: 'it drains by itself' } },
    ...same('Watch SINGLES LANE-2: it drains by itself', 'Watch SINGLES LANE-2: it drains by itself'),
  },
];

const said = (
  { action, unitId, at, more }: Row,
  direction: Direction,
  number?: Row['number'],
): Instructed => ({
  ...{ action, unitId, actionUnitId: at ?? unitId, direction, cause: 'UNKNOWN' },
  ...{ quantity: number?.[0] ?? null, quantityUnit: number?.[1] ?? null },
  ...more,
});

test.each(ROWS)('$action at $unitId: each direction, with a number and without', (row) => {
  expect(instruct(said(row, 'HIGH', row.number))).toBe(row.high[0]);
  expect(instruct(said(row, 'HIGH'))).toBe(row.high[1]);
  expect(instruct(said(row, 'LOW', row.number))).toBe(row.low[0]);
  expect(instruct(said(row, 'LOW'))).toBe(row.low[1]);
});

const base: Instructed = said(ROWS[0]!, 'HIGH', [3, 'persons']);

test.each<[string, Partial<Instructed>, string]>([
  ['whose people is not recorded', { process: null }, 'Add 3 people to SINGLES'],
  ['a process without a name for its people', { process: 'VAS' }, 'Add 3 people to VAS in SINGLES'],
  ['one of them', { process: 'VAS', quantity: 1 }, 'Add 1 person to VAS in SINGLES'],
  ['from nobody knows where', { action: 'MOVE_STAFF' }, 'Move 3 people to PACK in SINGLES'],
  ['within one process', { action: 'MOVE_STAFF', fromProcess: 'PACK' }, 'Move 3 packers to SINGLES'],
  [
    'a jam',
    { action: 'THROTTLE_INDUCT', cause: 'JAM', actionUnitId: INDUCT, quantity: 30, quantityUnit: 'percent' },
    'Send goods past SINGLES INDUCT-2, clear its jam and throttle its inflow by 30 %',
  ],
  [
    'what stands before it',
    { action: 'NONE', cause: 'UPSTREAM_STOP', unitId: LANE, actionUnitId: INDUCT },
    'Clear SINGLES INDUCT-2 first: SINGLES LANE-1 waits for it',
  ],
  [
    'picking that has stopped',
    { action: 'NONE', cause: 'UPSTREAM_STOP', unitId: LANE, because: 'pickers are there, and nothing comes' },
    'Find out what stops picking for SINGLES: pickers are there, and nothing comes',
  ],
  ['elsewhere', { action: 'NONE', unitId: LANE }, 'Watch SINGLES LANE-1 and see to SINGLES'],
  ['nothing to say of it', { action: 'NONE' }, 'Watch SINGLES'],
  ['data that went missing', { reason: 'stale' }, 'Check the data of SINGLES and look at the floor'],
  [
    'a whole warehouse',
    { action: 'CHECK_DATA', unitId: 'FRA1', actionUnitId: 'FRA1' },
    'Check the data of FRA1 and look at the floor',
  ],
  [
    'one lane alone',
    { action: 'REBALANCE_CAPACITY', unitId: LANE, actionUnitId: LANE, quantity: 9, quantityUnit: 'upm' },
    'Send 9 units a minute away from SINGLES LANE-1',
  ],
  [
    'a lane that is jammed',
    {
      ...{ action: 'REBALANCE_CAPACITY', unitId: LANE, actionUnitId: OTHER, direction: 'HIGH', cause: 'JAM' },
      ...{ quantity: 9, quantityUnit: 'upm' },
    },
    'Clear the jam of SINGLES LANE-1 and send 9 units a minute from LANE-1 to LANE-2 in SINGLES',
  ],
  [
    'hardly any flow is left to send',
    { action: 'REBALANCE_CAPACITY', unitId: LANE, actionUnitId: OTHER, quantity: 0.07, quantityUnit: 'upm' },
    'Send part of the flow from LANE-1 to LANE-2 in SINGLES',
  ],
])('%s', (_, change, words) => {
  expect(instruct({ ...base, ...change })).toBe(words);
});

test('a deadline stands behind what is to be done, and nowhere where there is nothing to do by it', () => {
  expect(instruct(base, '11:13 CET')).toBe('Add 3 packers to SINGLES by 11:13 CET');
  expect(instruct({ ...base, quantity: null }, '11:13 CET')).toBe(
    'Add packers to SINGLES by 11:13 CET (how many: judge on the floor)',
  );
  expect(instruct({ ...base, action: 'NONE' }, '11:13 CET')).toBe('Watch SINGLES');
  expect(instruct({ ...base, action: 'EMERGENCY_STOP' }, '11:13 CET')).toBe('STOP the inflow of SINGLES now');
});

test('not twice "by"', () => {
  const throttle = said(ROWS[5]!, 'HIGH', [25, 'percent']);
  expect(instruct(throttle, '11:13 CET')).toBe(
    'Throttle picking for all of SINGLES by 25 % before 11:13 CET',
  );
});

test('a headline gives up what is left to judge, then the deadline', () => {
  const of = { ...base, quantity: null };
  expect(headline(of, '11:13 CET', 80)).toContain('by 11:13 CET (how many');
  expect(headline(of, '11:13 CET', 40)).toBe('Add packers to SINGLES by 11:13 CET');
  expect(headline(of, '11:13 CET', 25)).toBe('Add packers to SINGLES');
});

test.each<[Partial<Instructed>, string]>([
  [
    { action: 'RELEASE_PICKING_ALL', quantity: 30, quantityUnit: 'percent' },
    'Raise picking for all of SINGLES back to normal, step by step',
  ],
  [{ action: 'RELEASE_INDUCT', quantity: null }, 'Raise the inflow of SINGLES back to normal, step by step'],
])('taken back: %j', (change, words) => {
  expect(instructUndo({ ...base, ...change })).toBe(words);
});
