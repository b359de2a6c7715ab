import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';

const { recommendation: rec, low } = f;
const throttleAll = (change: Partial<Parameters<typeof rec>[0]> = {}) =>
  rec({ unitId: f.TOTAL, action: 'THROTTLE_PICKING_ALL', quantity: 20, quantityUnit: 'percent', ...change });
const throttleInduct = (unitId: string) =>
  rec({ unitId, action: 'THROTTLE_INDUCT', quantity: 30, quantityUnit: 'percent' });
const releaseInduct = (unitId: string) =>
  low({ unitId, action: 'RELEASE_INDUCT', quantity: 20, quantityUnit: 'percent' });
const leftToTotal = rec({ unitId: f.LANE_1, actionUnitId: f.TOTAL, action: 'THROTTLE_PICKING_ALL' });
const rebalance = rec({ unitId: f.LANE_1, actionUnitId: f.LANE_2, action: 'REBALANCE_CAPACITY' });

interface Row {
  name: string;
  given: f.Case;
  /** Key of the one in question -> verdict. */
  expected: Record<string, string>;
  /** The last rule applied. */
  rules?: Record<string, string>;
  /** Rules named as skipped; none where left out. */
  skipped?: string[];
}

const stop = (unitId: string, actionUnitId = unitId) =>
  rec({ unitId, actionUnitId, action: 'EMERGENCY_STOP', severity: 'EMERGENCY' });

const rows: Row[] = [
  {
    name: 'a stop of the total covers everything in its workpool and nothing beside it',
    given: {
      recommendations: [stop(f.TOTAL), throttleInduct(f.INDUCT_1), rebalance, throttleInduct(f.OTHER_INDUCT)],
    },
    expected: {
      [`${f.TOTAL} HIGH`]: 'stands',
      [`${f.INDUCT_1} HIGH`]: f.TOTAL,
      [`${f.LANE_1} HIGH`]: f.TOTAL,
      [`${f.OTHER_INDUCT} HIGH`]: 'stands',
    },
    rules: { [`${f.INDUCT_1} HIGH`]: 'stop_covers' },
  },
  {
    name: 'a stop of a lane covers the inducts before it, not the lane beside it and not the total',
    given: {
      recommendations: [stop(f.LANE_1), releaseInduct(f.INDUCT_1), rec({ unitId: f.LANE_2 }), throttleAll()],
    },
    expected: {
      [`${f.INDUCT_1} LOW`]: f.LANE_1,
      [`${f.LANE_2} HIGH`]: 'stands',
      [`${f.TOTAL} HIGH`]: 'stands',
    },
  },
  {
    name: 'a stop of an induct leaves what lies downstream',
    given: { recommendations: [stop(f.INDUCT_1), rec({ unitId: f.LANE_1 }), throttleInduct(f.INDUCT_2)] },
    expected: { [`${f.LANE_1} HIGH`]: 'stands', [`${f.INDUCT_2} HIGH`]: 'stands' },
  },
  {
    name: "a stop silences its own unit's other direction without naming itself",
    given: { recommendations: [stop(f.INDUCT_1), releaseInduct(f.INDUCT_1)] },
    expected: { [`${f.INDUCT_1} HIGH`]: 'stands', [`${f.INDUCT_1} LOW`]: 'held' },
  },
  {
    name: 'two stops that cover each other leave exactly one',
    given: { recommendations: [stop(f.LANE_1, f.TOTAL), stop(f.LANE_2, f.TOTAL)] },
    expected: { [`${f.LANE_1} HIGH`]: 'stands', [`${f.LANE_2} HIGH`]: f.LANE_1 },
  },
  {
    name: 'throttling all picking covers the throttle of an induct',
    given: { recommendations: [throttleAll(), throttleInduct(f.INDUCT_1)] },
    expected: { [`${f.TOTAL} HIGH`]: 'stands', [`${f.INDUCT_1} HIGH`]: f.TOTAL },
    rules: { [`${f.INDUCT_1} HIGH`]: 'throttle_all_covers' },
  },
  {
    name: 'the throttle of another workpool covers nothing here',
    given: { recommendations: [throttleAll({ unitId: f.OTHER_TOTAL }), throttleInduct(f.INDUCT_1)] },
    expected: { [`${f.INDUCT_1} HIGH`]: 'stands' },
  },
  {
    name: 'a throttle that nobody is told of (WATCH) covers nothing that people must know',
    given: { recommendations: [throttleAll({ severity: 'WATCH' }), throttleInduct(f.INDUCT_1)] },
    expected: { [`${f.INDUCT_1} HIGH`]: 'stands' },
  },
  {
    name: 'a notified throttle covers while its total gets better but has not cleared',
    given: { recommendations: [throttleInduct(f.INDUCT_1)], notified: [f.notified({ unitId: f.TOTAL })] },
    expected: { [`${f.INDUCT_1} HIGH`]: f.TOTAL },
    rules: { [`${f.INDUCT_1} HIGH`]: 'throttle_all_covers' },
  },
  {
    name: 'a notified throttle whose episode has closed covers nothing',
    given: {
      recommendations: [throttleInduct(f.INDUCT_1)],
      notified: [f.notified({ unitId: f.TOTAL, episodeOpen: false })],
    },
    expected: { [`${f.INDUCT_1} HIGH`]: 'stands' },
  },
  {
    name: 'a notified throttle of a total that is blind now covers nothing',
    given: {
      recommendations: [throttleInduct(f.INDUCT_1), leftToTotal],
      notified: [f.notified({ unitId: f.TOTAL })],
      units: { [f.TOTAL]: { state: 'UNKNOWN' } },
    },
    // The lane's own proposal to throttle all picking covers the induct.
    expected: { [`${f.INDUCT_1} HIGH`]: f.LANE_1, [`${f.LANE_1} HIGH`]: 'stands' },
  },
  {
    name: 'a total that has changed from the throttle to staff no longer covers the induct',
    given: {
      recommendations: [throttleAll({ action: 'ADD_STAFF' }), throttleInduct(f.INDUCT_1)],
      notified: [f.notified({ unitId: f.TOTAL })],
    },
    expected: { [`${f.INDUCT_1} HIGH`]: 'stands' },
  },
  ...[
    { ttoMin: 29, verdict: f.TOTAL },
    { ttoMin: 30, verdict: f.TOTAL },
    { ttoMin: 31, verdict: 'stands' },
  ].map(({ ttoMin, verdict }) => ({
    name: `throttle with overflow in ${ttoMin} min against a release: ${verdict}`,
    given: { recommendations: [throttleAll({ ttoMin }), releaseInduct(f.INDUCT_1)] },
    expected: { [`${f.TOTAL} HIGH`]: 'stands', [`${f.INDUCT_1} LOW`]: verdict },
  })),
  {
    name: 'a throttle at the limit wins although no time to overflow is left to compute',
    given: {
      recommendations: [throttleAll({ state: 'OVERFLOW', ttoMin: null }), releaseInduct(f.INDUCT_1)],
    },
    expected: { [`${f.INDUCT_1} LOW`]: f.TOTAL },
    rules: { [`${f.INDUCT_1} LOW`]: 'throttle_before_feed' },
  },
  {
    name: 'a throttle without any known growth wins',
    given: {
      recommendations: [throttleAll({ ttoMin: null }), releaseInduct(f.INDUCT_1)],
      units: { [f.TOTAL]: { growthUpm: null } },
    },
    expected: { [`${f.INDUCT_1} LOW`]: f.TOTAL },
  },
  {
    name: 'a throttle of a buffer that does not grow lets an induct be released',
    given: {
      recommendations: [throttleAll({ ttoMin: null }), releaseInduct(f.INDUCT_1)],
      units: { [f.TOTAL]: { growthUpm: -2 } },
    },
    expected: { [`${f.INDUCT_1} LOW`]: 'stands' },
  },
  {
    name: 'the throttle wins against more pickers, not against more packers',
    given: {
      recommendations: [
        throttleAll(),
        low({ unitId: f.INDUCT_1, action: 'ADD_STAFF', process: 'PICK', quantity: 2 }),
        rec({ unitId: f.LANE_1, action: 'ADD_STAFF', process: 'PACK', quantity: 2 }),
      ],
    },
    expected: { [`${f.INDUCT_1} LOW`]: f.TOTAL, [`${f.LANE_1} HIGH`]: 'stands' },
  },
  {
    name: 'throttle against release of one induct: overflow wins',
    given: {
      recommendations: [
        throttleInduct(f.INDUCT_1),
        low({ unitId: f.LANE_1, actionUnitId: f.INDUCT_1, action: 'RELEASE_INDUCT' }),
      ],
    },
    expected: { [`${f.INDUCT_1} HIGH`]: 'stands', [`${f.LANE_1} LOW`]: f.INDUCT_1 },
    rules: { [`${f.LANE_1} LOW`]: 'overflow_before_release' },
  },
  {
    name: 'throttle against release of one total, overflow far away: overflow wins all the same',
    given: {
      recommendations: [
        throttleAll({ ttoMin: 50 }),
        low({ unitId: f.INDUCT_1, actionUnitId: f.TOTAL, action: 'RELEASE_PICKING_ALL' }),
      ],
    },
    expected: { [`${f.INDUCT_1} LOW`]: f.TOTAL },
  },
  {
    name: 'rebalance against a total overflow with all lanes at 75 %: the total wins',
    given: {
      recommendations: [throttleAll(), rebalance],
      units: { [f.LANE_1]: { fill: 0.9 }, [f.LANE_2]: { fill: 0.75 } },
    },
    expected: { [`${f.LANE_1} HIGH`]: f.TOTAL },
    rules: { [`${f.LANE_1} HIGH`]: 'total_before_rebalance' },
  },
  {
    name: 'rebalance stands where one lane has room',
    given: {
      recommendations: [throttleAll(), rebalance],
      units: { [f.LANE_1]: { fill: 0.9 }, [f.LANE_2]: { fill: 0.74 } },
    },
    expected: { [`${f.LANE_1} HIGH`]: 'stands' },
  },
  {
    name: 'rebalance stands, and the rule is named, where a lane is unknown',
    given: {
      recommendations: [throttleAll(), rebalance],
      units: { [f.LANE_1]: { fill: 0.9 }, [f.LANE_2]: { fill: null } },
    },
    expected: { [`${f.LANE_1} HIGH`]: 'stands' },
    skipped: ['total_before_rebalance'],
  },
  {
    name: 'rebalance against a total that is only watched stands',
    given: {
      recommendations: [throttleAll({ state: 'WATCH_HIGH', severity: 'WATCH' }), rebalance],
      units: { [f.LANE_1]: { fill: 0.9 }, [f.LANE_2]: { fill: 0.8 } },
    },
    expected: { [`${f.LANE_1} HIGH`]: 'stands' },
  },
  {
    name: 'what is left to the total stands while the total was never notified',
    given: { recommendations: [throttleAll(), leftToTotal] },
    expected: { [`${f.LANE_1} HIGH`]: 'stands', [`${f.TOTAL} HIGH`]: 'stands' },
  },
  {
    name: "what is left to the total is covered while the total's own episode is open and notified",
    given: { recommendations: [throttleAll(), leftToTotal], notified: [f.notified({ unitId: f.TOTAL })] },
    expected: { [`${f.LANE_1} HIGH`]: f.TOTAL, [`${f.TOTAL} HIGH`]: 'stands' },
    rules: { [`${f.LANE_1} HIGH`]: 'left_to_total' },
  },
  {
    name: 'what is left to the total is covered by its open episode, not by who covers its watch',
    given: {
      recommendations: [
        rec({ unitId: f.TOTAL, action: 'ADD_STAFF', process: 'PICK', severity: 'WATCH' }),
        rec({ unitId: f.LANE_1, actionUnitId: f.TOTAL, action: 'NONE', severity: 'CRITICAL' }),
        { ...stop(f.LANE_2, f.TOTAL), severity: 'WATCH' },
      ],
      notified: [f.notified({ unitId: f.TOTAL })],
    },
    expected: { [`${f.LANE_1} HIGH`]: f.TOTAL },
    rules: { [`${f.LANE_1} HIGH`]: 'left_to_total' },
  },
  {
    name: 'a LOW episode of the total, or one of another total, covers nothing that is left to the total',
    given: {
      recommendations: [leftToTotal],
      notified: [
        f.notified({ unitId: f.TOTAL, direction: 'LOW', action: 'RELEASE_PICKING_ALL' }),
        f.notified({ unitId: f.OTHER_TOTAL }),
      ],
    },
    expected: { [`${f.LANE_1} HIGH`]: 'stands' },
  },
  {
    name: 'an episode of a lane that names the total is not the total’s own',
    given: {
      recommendations: [leftToTotal],
      notified: [f.notified({ unitId: f.LANE_2, actionUnitId: f.TOTAL })],
    },
    expected: { [`${f.LANE_1} HIGH`]: 'stands' },
  },
  {
    name: 'a chain ends at the one who survives: induct -> total -> stop',
    given: {
      recommendations: [
        stop(f.LANE_2, f.TOTAL),
        throttleAll(),
        leftToTotal,
        rec({ unitId: f.OTHER_INDUCT, actionUnitId: f.TOTAL, action: 'THROTTLE_PICKING_ALL' }),
      ],
      notified: [f.notified({ unitId: f.TOTAL })],
    },
    expected: {
      [`${f.LANE_2} HIGH`]: 'stands',
      [`${f.TOTAL} HIGH`]: f.LANE_2,
      [`${f.LANE_1} HIGH`]: f.LANE_2,
      [`${f.OTHER_INDUCT} HIGH`]: f.LANE_2,
    },
  },
];

describe('who covers whom', () => {
  test.each(rows)('$name', ({ given, expected, rules = {}, skipped = [] }) => {
    const { result } = f.settle(given);
    expect(f.verdicts(given)).toMatchObject(expected);
    const last = Object.fromEntries(
      result.recommendations.map((one) => [`${one.unitId} ${one.direction}`, one.rules.at(-1)?.name]),
    );
    expect(last).toMatchObject(rules);
    expect(result.skipped.map((skip) => skip.rule)).toEqual(skipped);
  });
});
