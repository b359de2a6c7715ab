import { describe, expect, test } from 'vitest';
import { toUnitDecisions } from '../../../src/domain/resolve/compact.ts';
import * as f from './fixtures.ts';

/** Of one unit: with nothing to say, and with the longest of what one direction can say. */
const HEALTHY_BYTES = 200;
const TROUBLED_BYTES = 550;
/** What `decide` may carry per unit of a warehouse. */
const MEAN_BYTES = 300;

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const throttle = (unitId: string) =>
  f.recommendation({
    unitId,
    actionUnitId: f.TOTAL,
    action: 'THROTTLE_INDUCT',
    cause: 'UPSTREAM_STOP',
    severity: 'EMERGENCY',
    quantity: 23.456_789,
    quantityUnit: 'percent',
    ttoMin: 12.345_678,
    ttsMin: 101.28,
    minutesActionable: 10,
    levelAndWcsAgree: true,
    atOnce: true,
  });
const total = f.recommendation({
  unitId: f.TOTAL,
  action: 'THROTTLE_PICKING_ALL',
  quantity: 20,
  quantityUnit: 'percent',
});

function decide(given: f.Case) {
  const { evaluation, result } = f.settle(given);
  return toUnitDecisions(evaluation, result);
}

describe('toUnitDecisions', () => {
  test('one row per evaluated unit, directions in their slots, healthy ones without any', () => {
    const decisions = decide({
      recommendations: [
        throttle(f.INDUCT_1),
        total,
        f.low({ unitId: f.TOTAL, action: 'REMOVE_STAFF', severity: 'WATCH' }),
        f.recommendation({ unitId: f.LANE_1, direction: '', action: 'CHECK_DATA', state: 'UNKNOWN' }),
      ],
      units: { [f.INDUCT_2]: { fill: 0.123_456, quality: 87.6 }, [f.LANE_2]: { fill: null } },
    });
    expect(decisions.map(({ unitId }) => unitId)).toEqual(f.UNIT_IDS.toSorted());
    const of = (unitId: string) => decisions.find((one) => one.unitId === unitId);
    expect(of(f.INDUCT_2)).toEqual({
      unitId: f.INDUCT_2,
      unitType: 'INDUCT',
      workpool: 'SINGLES',
      state: 'OK',
      highZone: 'OK',
      lowZone: 'OK',
      quality: 88,
      fill: 0.123,
    });
    expect(of(f.LANE_2)?.fill).toBeNull();
    expect(of(f.LANE_1)?.data?.action).toBe('CHECK_DATA');
    expect(of(f.TOTAL)?.low?.action).toBe('REMOVE_STAFF');
    expect(of(f.TOTAL)?.high).toMatchObject({ winner: null, rule: null, held: false });
    expect(of(f.INDUCT_1)?.high).toMatchObject({
      winner: f.TOTAL,
      rule: 'throttle_all_covers',
      held: false,
      quantity: 23.5,
      ttoMin: 12.3,
      ttsMin: 101.3,
      minutesActionable: 10,
      levelAndWcsAgree: true,
      atOnce: true,
    });
  });

  test('a rule that only changed the recommendation is not named as withholding it', () => {
    const [decision] = decide({
      recommendations: [
        f.recommendation({
          unitId: f.INDUCT_1,
          action: 'THROTTLE_INDUCT',
          quantity: 25,
          quantityUnit: 'percent',
        }),
        f.low({ unitId: f.INDUCT_2, action: 'RELEASE_INDUCT' }),
      ],
    }).filter(({ unitId }) => unitId === f.INDUCT_1);
    expect(decision?.high).toMatchObject({ action: 'REBALANCE_CAPACITY', rule: null });
  });

  test('a unit and a whole warehouse stay within their bytes', () => {
    const trouble = [
      total,
      ...Array.from({ length: 8 }, (_, index) => throttle(`FRA1_SINGLES_INDUCT-${10 + index}`)),
    ];
    const healthy = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`FRA1_SINGLES_LANE-${10 + index}`, { fill: index / 7 }]),
    );
    const watched = Object.keys(healthy).map((unitId) => f.recommendation({ unitId }));
    const decisions = decide({ recommendations: [...trouble, ...watched], units: healthy }).map((decision) =>
      decision.unitId in healthy ? { ...decision, high: undefined } : decision,
    );
    expect(decisions.length).toBeGreaterThanOrEqual(30);
    const tooLong = decisions.filter(
      (decision) => bytes(decision) > (decision.high === undefined ? HEALTHY_BYTES : TROUBLED_BYTES),
    );
    expect(tooLong).toEqual([]);
    expect(bytes(decisions) / decisions.length).toBeLessThanOrEqual(MEAN_BYTES);
    const longest = decisions.map(bytes).toSorted((a, b) => b - a)[0];
    expect(longest).toBeGreaterThan(MEAN_BYTES); // said so: a troubled unit alone is above the mean
  });
});
