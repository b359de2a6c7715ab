import { describe, expect, test } from 'vitest';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import type { ResolvedRecommendation } from '../../../src/domain/recommendation.ts';
import { resolve } from '../../../src/domain/resolve/resolve.ts';
import * as f from './fixtures.ts';
import { overrideOf } from '../unit-override.ts';

const { recommendation: rec, low } = f;
const add = (unitId: string, quantity: number | null, change: object = {}) =>
  rec({ unitId, action: 'ADD_STAFF', process: 'PACK', quantity, quantityUnit: 'persons', ...change });
const remove = (unitId: string, process: string, quantity: number) =>
  low({
    unitId,
    action: 'REMOVE_STAFF',
    severity: 'WATCH',
    state: 'WATCH_LOW',
    process,
    quantity,
    quantityUnit: 'persons',
  });
const throttle = (unitId: string, change: object = {}) =>
  rec({ unitId, action: 'THROTTLE_INDUCT', quantity: 25, quantityUnit: 'percent', ...change });
const release = (unitId: string, change: object = {}) =>
  low({ unitId, action: 'RELEASE_INDUCT', quantity: 20, quantityUnit: 'percent', ...change });
const checkData = (unitId: string) =>
  rec({
    unitId,
    direction: '',
    state: 'UNKNOWN',
    action: 'CHECK_DATA',
    cause: 'UNKNOWN',
    ttoMin: null,
    probability: null,
  });

/** `rule` is the last one applied. */
type Expected = Partial<ResolvedRecommendation> & { rule?: string };
interface Row {
  name: string;
  given: f.Case;
  expected: Record<string, Expected>;
  /** Rules named as skipped; none where left out. */
  skipped?: string[];
}

const notifiedMove = (from: string, to: string, cycleId: string) =>
  f.notified({ unitId: from, actionUnitId: to, action: 'REBALANCE_CAPACITY', cycleId });
const rebalance = (from: string, to: string) =>
  rec({ unitId: from, actionUnitId: to, action: 'REBALANCE_CAPACITY', quantity: 8, quantityUnit: 'upm' });
const KEY = {
  total: `${f.TOTAL} HIGH`,
  totalLow: `${f.TOTAL} LOW`,
  in1: `${f.INDUCT_1} HIGH`,
  in2: `${f.INDUCT_2} LOW`,
  lane1: `${f.LANE_1} HIGH`,
  lane2: `${f.LANE_2} HIGH`,
  otherLow: `${f.OTHER_TOTAL} LOW`,
};
const falling = [0, 30, 60].map((inMin, step) => ({ inMin, wipUnits: [880, 900, 600][step] ?? 0 }));
const breakEnds = (inMin: number) => ({
  staffing: f.staffing({ nextBreakEnd: f.CYCLE_TS + inMin * 60_000 }),
});

const DOUBTED: ResolvedRecommendation['rules'] = [
  { name: 'data_voids_quantity', detail: expect.stringContaining(`the data of ${f.INDUCT_1} are in doubt`) },
  expect.objectContaining({ name: 'stop_covers' }),
];

const rows: Row[] = [
  {
    name: 'CHECK_DATA takes the number off, and leaves a stop alone',
    given: {
      recommendations: [
        checkData(f.INDUCT_1),
        throttle(f.INDUCT_1),
        rec({ unitId: f.LANE_1, actionUnitId: f.INDUCT_1, action: 'THROTTLE_INDUCT', quantity: 10 }),
        checkData(f.LANE_2),
        rec({ unitId: f.LANE_2, action: 'EMERGENCY_STOP', severity: 'EMERGENCY', quantity: 100 }),
      ],
    },
    expected: {
      [KEY.in1]: {
        ...{ quantity: null, quantityUnit: null, action: 'THROTTLE_INDUCT', severity: 'WARNING' },
        rules: DOUBTED,
      },
      [KEY.lane1]: { quantity: null, rules: DOUBTED },
      [KEY.lane2]: { quantity: 100, action: 'EMERGENCY_STOP', winner: null, held: false },
    },
  },
  {
    name: 'an induct too full and one too empty on the only sorter: the inflow is shifted',
    given: { recommendations: [throttle(f.INDUCT_1), release(f.INDUCT_2)] },
    expected: {
      [KEY.in1]: {
        action: 'REBALANCE_CAPACITY',
        actionUnitId: f.INDUCT_2,
        quantity: 10, // 25 % of 40 units per minute
        quantityUnit: 'upm',
        winner: null,
        rule: 'induct_pair',
      },
      [KEY.in2]: { winner: f.INDUCT_1, rule: 'induct_pair', action: 'RELEASE_INDUCT' },
    },
  },
  {
    name: 'who let a release speak that is then paired is spoken for by the shift',
    given: {
      recommendations: [
        throttle(f.INDUCT_1),
        { ...release(f.LANE_1), actionUnitId: f.INDUCT_2 },
        { ...release(f.LANE_2), actionUnitId: f.INDUCT_2 },
      ],
    },
    expected: {
      [`${f.LANE_1} LOW`]: { winner: f.INDUCT_1, rule: 'induct_pair' },
      [`${f.LANE_2} LOW`]: { winner: f.INDUCT_1, rule: 'same_action' },
    },
  },
  {
    name: 'without a known inflow the shift has no number',
    given: {
      recommendations: [throttle(f.INDUCT_1), release(f.INDUCT_2)],
      units: { [f.INDUCT_1]: { flowInUpm: null } },
    },
    expected: { [KEY.in1]: { action: 'REBALANCE_CAPACITY', quantity: null, quantityUnit: null } },
  },
  {
    name: 'two sorters and no override: the rule is skipped and named',
    given: {
      recommendations: [throttle(f.INDUCT_1), release(f.INDUCT_2)],
      paths: [f.sorterPath('SORTER-1'), f.sorterPath('SORTER-2')],
    },
    expected: { [KEY.in1]: { action: 'THROTTLE_INDUCT' }, [KEY.in2]: { winner: null } },
    skipped: ['induct_pair'],
  },
  {
    name: 'overrides name two different sorters: no pair, nothing skipped',
    given: {
      recommendations: [throttle(f.INDUCT_1), release(f.INDUCT_2)],
      series: {
        [f.INDUCT_1]: { override: overrideOf(f.INDUCT_1, { sorter: 'A' }) },
        [f.INDUCT_2]: { override: overrideOf(f.INDUCT_2, { sorter: 'B' }) },
      },
    },
    expected: { [KEY.in1]: { action: 'THROTTLE_INDUCT' }, [KEY.in2]: { winner: null } },
  },
  {
    name: 'overrides join inducts of two workpools on one sorter',
    given: {
      recommendations: [throttle(f.INDUCT_1), release(f.OTHER_INDUCT)],
      paths: [],
      series: {
        [f.INDUCT_1]: { override: overrideOf(f.INDUCT_1, { sorter: 'Sorter 01' }) },
        [f.OTHER_INDUCT]: { override: overrideOf(f.OTHER_INDUCT, { sorter: 'SORTER-1' }) },
      },
    },
    expected: { [`${f.OTHER_INDUCT} LOW`]: { winner: f.INDUCT_1 } },
  },
  {
    name: 'an induct covered by the throttle of all picking is not paired',
    given: {
      recommendations: [
        throttle(f.INDUCT_1),
        release(f.INDUCT_2),
        rec({ unitId: f.TOTAL, action: 'THROTTLE_PICKING_ALL', ttoMin: 40 }),
      ],
    },
    expected: { [KEY.in1]: { winner: f.TOTAL, action: 'THROTTLE_INDUCT' }, [KEY.in2]: { winner: null } },
  },
  {
    name: 'a shift that would undo one of the last 45 min is not made: the throttle stands',
    given: {
      recommendations: [throttle(f.INDUCT_1), release(f.INDUCT_2)],
      notified: [notifiedMove(f.INDUCT_2, f.INDUCT_1, '2026-03-01T09:50:00Z')],
    },
    expected: { [KEY.in1]: { action: 'THROTTLE_INDUCT', winner: null, held: false } },
  },
  ...[
    { cycleId: '2026-03-01T09:50:00Z', held: true },
    { cycleId: '2026-03-01T09:20:00Z', held: true }, // 45 min
    { cycleId: '2026-03-01T09:19:00Z', held: false }, // 46 min
  ].map(({ cycleId, held }) => ({
    name: `moving back what was moved at ${cycleId}: held ${held}`,
    given: {
      recommendations: [rebalance(f.LANE_1, f.LANE_2)],
      notified: [notifiedMove(f.LANE_2, f.LANE_1, cycleId)],
    },
    expected: { [KEY.lane1]: { held, winner: null } },
  })),
  {
    name: 'moving the same way again is no move back',
    given: {
      recommendations: [rebalance(f.LANE_1, f.LANE_2)],
      notified: [notifiedMove(f.LANE_1, f.LANE_2, '2026-03-01T09:50:00Z')],
    },
    expected: { [KEY.lane1]: { held: false } },
  },
  {
    name: 'a starved lane asking back from the lane it gave to is held',
    given: {
      recommendations: [low({ unitId: f.LANE_1, actionUnitId: f.LANE_2, action: 'REBALANCE_CAPACITY' })],
      notified: [notifiedMove(f.LANE_1, f.LANE_2, '2026-03-01T09:50:00Z')],
    },
    expected: { [`${f.LANE_1} LOW`]: { held: true, rule: 'move_back' } },
  },
  {
    name: 'staff wanted and to spare in one process nets out',
    given: { recommendations: [add(f.TOTAL, 3), remove(f.OTHER_TOTAL, 'PACK', 2)] },
    expected: {
      [KEY.total]: { action: 'ADD_STAFF', quantity: 1, rule: 'staff_nets_out' },
      [KEY.otherLow]: { winner: f.TOTAL, rule: 'staff_nets_out' },
    },
  },
  {
    name: 'where nothing is missing the persons only move, and the rest may still leave',
    given: { recommendations: [add(f.TOTAL, 2), remove(f.OTHER_TOTAL, 'PACK', 5)] },
    expected: {
      [KEY.total]: { action: 'MOVE_STAFF', quantity: 2, actionUnitId: f.TOTAL, process: 'PACK' },
      [KEY.otherLow]: { winner: null, held: false, quantity: 3, action: 'REMOVE_STAFF' },
    },
  },
  {
    name: 'between processes staff moves',
    given: { recommendations: [add(f.TOTAL, 3), remove(f.OTHER_TOTAL, 'PICK', 4)] },
    expected: {
      [KEY.total]: {
        action: 'MOVE_STAFF',
        quantity: 3,
        actionUnitId: f.TOTAL,
        process: 'PACK',
        sentence: 'Move 3 people from PICK to PACK in SINGLES: full in 20 min (MULTIS can spare 3 pickers).',
        rule: 'staff_moves',
      },
      [KEY.otherLow]: { quantity: 1, winner: null },
    },
  },
  {
    name: 'a move that does not suffice says how many are still missing',
    given: { recommendations: [add(f.TOTAL, 5), remove(f.OTHER_TOTAL, 'PICK', 2)] },
    expected: {
      [KEY.total]: {
        action: 'MOVE_STAFF',
        quantity: 2,
        sentence:
          'Move 2 people from PICK to PACK in SINGLES: full in 20 min (MULTIS can spare 2 pickers, 3 more are needed).',
      },
      [KEY.otherLow]: { winner: f.TOTAL },
    },
  },
  {
    name: "one unit's own two directions: the loser is held, no self-suppression",
    given: { recommendations: [add(f.TOTAL, 2), remove(f.TOTAL, 'PICK', 2)] },
    expected: {
      [KEY.total]: { action: 'MOVE_STAFF', quantity: 2, winner: null, held: false },
      [KEY.totalLow]: { held: true, winner: null },
    },
  },
  {
    name: 'persons that were moved here within 45 min are not moved back',
    given: {
      recommendations: [add(f.TOTAL, 2), remove(f.OTHER_TOTAL, 'PICK', 2)],
      notified: [
        f.notified({
          unitId: f.OTHER_TOTAL,
          direction: 'LOW',
          action: 'MOVE_STAFF',
          cycleId: '2026-03-01T09:50:00Z',
        }),
      ],
    },
    expected: {
      [KEY.total]: { action: 'ADD_STAFF', quantity: 2 },
      [KEY.otherLow]: { held: true, rule: 'move_back' },
    },
  },
  {
    name: 'one pool of 4, the lowest time to overflow first',
    given: {
      recommendations: [add(f.TOTAL, 3, { ttoMin: 25 }), add(f.LANE_1, 3, { ttoMin: 8 })],
    },
    expected: {
      [KEY.lane1]: { quantity: 3, rules: [] },
      [KEY.total]: { quantity: 1, action: 'ADD_STAFF', rule: 'pool_shared' },
    },
  },
  {
    name: 'an exhausted pool: action is required all the same, and the sentence says why there is none',
    given: {
      recommendations: [
        add(f.TOTAL, 3, { ttoMin: 25 }),
        add(f.LANE_1, 4, { state: 'OVERFLOW', ttoMin: null }),
      ],
    },
    expected: {
      [KEY.lane1]: { quantity: 4 },
      [KEY.total]: { action: 'NONE', quantity: null, severity: 'WARNING', winner: null, held: false },
    },
  },
  {
    name: 'an override of the pool wins',
    given: {
      recommendations: [add(f.TOTAL, 3), add(f.LANE_1, 3)],
      series: { [f.TOTAL]: { override: overrideOf(f.TOTAL, { hcPool: 6 }) } },
    },
    expected: { [KEY.total]: { quantity: 3, rules: [] }, [KEY.lane1]: { quantity: 3, rules: [] } },
  },
  {
    name: 'a pool that nobody knows: skipped and named',
    given: {
      recommendations: [add(f.TOTAL, 3), add(f.LANE_1, 3)],
      series: Object.fromEntries(f.UNIT_IDS.map((unitId) => [unitId, { staffing: null }])),
    },
    expected: { [KEY.total]: { quantity: 3 }, [KEY.lane1]: { quantity: 3 } },
    skipped: ['pool_shared'],
  },
  ...[
    { name: 'projected at 85 %', lane: { projection: [{ inMin: 60, wipUnits: 850 }] }, held: true },
    { name: 'projected below', lane: { projection: [{ inMin: 60, wipUnits: 849 }] }, held: false },
    { name: 'red already', lane: { highZone: 'OVERFLOW_RISK' as const }, held: true },
  ].map(({ name, lane, held }) => ({
    name: `staff is sent away with a lane ${name}: held ${held}`,
    given: { recommendations: [remove(f.TOTAL, 'PICK', 2)], units: { [f.LANE_1]: lane } },
    expected: { [KEY.totalLow]: { held, winner: null } },
  })),
  {
    name: 'staff is sent away where a projection is missing: skipped and named',
    given: { recommendations: [remove(f.TOTAL, 'PICK', 2)], units: { [f.LANE_1]: { projection: [] } } },
    expected: { [KEY.totalLow]: { held: false } },
    skipped: ['remove_before_red'],
  },
  {
    name: 'a break that ends before overflow, and a projection that recovers: watch',
    given: {
      recommendations: [add(f.TOTAL, 3, { ttoMin: 25 })],
      units: { [f.TOTAL]: { projection: falling } },
      series: { [f.TOTAL]: breakEnds(15) },
    },
    expected: { [KEY.total]: { severity: 'WATCH', winner: null, held: false, rule: 'break_ends_first' } },
  },
  ...[
    { name: 'ends too late', inMin: 25, projection: falling, severity: 'WARNING' as const },
    { name: 'has ended', inMin: -1, projection: falling, severity: 'WARNING' as const },
    {
      name: 'ends without recovery',
      inMin: 15,
      projection: [{ inMin: 60, wipUnits: 850 }],
      severity: 'WARNING' as const,
    },
    { name: 'ends in an emergency', inMin: 15, projection: falling, severity: 'EMERGENCY' as const },
  ].map(({ name, inMin, projection, severity }) => ({
    name: `a break that ${name}: the call for staff stands`,
    given: {
      recommendations: [add(f.TOTAL, 3, { ttoMin: 25, severity })],
      units: { [f.TOTAL]: { projection } },
      series: { [f.TOTAL]: breakEnds(inMin) },
    },
    expected: { [KEY.total]: { severity, rules: [] } },
  })),
];

describe('what changes or is held', () => {
  test.each(rows)('$name', ({ given, expected, skipped = [] }) => {
    const { result } = f.settle(given);
    const found = Object.fromEntries(
      result.recommendations.map((one) => [
        `${one.unitId} ${one.direction}`,
        { ...one, rule: one.rules.at(-1)?.name },
      ]),
    );
    expect(found).toMatchObject(expected);
    expect(result.skipped.map((skip) => skip.rule)).toEqual(skipped);
  });

  test('the input is left as it was', () => {
    const given = { recommendations: [add(f.TOTAL, 3), remove(f.OTHER_TOTAL, 'PACK', 2)] };
    const before = structuredClone(given);
    f.settle(given);
    expect(given).toEqual(before);
  });

  test('an evaluation made by another version is refused', () => {
    const { evaluation } = f.settle({ recommendations: [] });
    const series = {
      warehouse: 'FRA1',
      snapshotTs: 0,
      units: [],
      paths: [],
      refused: [],
      health: [],
      blind: [],
      doubts: [],
      leftOver: [],
    };
    const memory = {
      revision: 1,
      lastCycle: null,
      zones: {},
      paths: [],
      doubts: [],
      units: {},
      inForce: [],
      notified: [],
    };
    expect(() => resolve({ evaluation, series, memory, algorithm: '9.9.9' })).toThrow(
      new RegExp(`9\\.9\\.9 .* ${DEFAULT_ALGORITHM} .*FRA1`),
    );
  });
});
