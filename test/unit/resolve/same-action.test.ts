/** Four lanes that leave one throttle to their TOTAL: one message over the whole chain, and never none. */
import { describe, expect, it, test } from 'vitest';
import type { Recommendation } from '../../../src/domain/recommendation.ts';
import { toUnitDecisions } from '../../../src/domain/resolve/compact.ts';
import { decide, takeOutbox, confirm } from '../../../src/domain/suppress/decide.ts';
import { initialMemory, type WarehouseMemory } from '../../../src/domain/suppress/memory.ts';
import { mute } from '../../../src/domain/suppress/operators.ts';
import { interpretMemory } from '../../../src/domain/suppress/state.ts';
import { composeInput, cycleIdOf } from '../suppress/scenario.ts';
import { overrideOf } from '../unit-override.ts';
import * as f from './fixtures.ts';

const LANES = [1, 2, 3, 4].map((n) => `FRA1_SINGLES_LANE-${n}`);
const [LANE_1 = '', LANE_2 = '', LANE_3 = '', LANE_4 = ''] = LANES;
const left = (unitId: string, change: Partial<Recommendation> = {}): Recommendation =>
  f.recommendation({
    ...{
      unitId,
      actionUnitId: f.TOTAL,
      action: 'THROTTLE_PICKING_ALL',
      quantity: 20,
      quantityUnit: 'percent',
    },
    ...{ minutesActionable: 10, ...change },
  });
const waits = (unitId: string, change: Partial<Recommendation> = {}): Recommendation =>
  f.low({ unitId, actionUnitId: f.INDUCT_1, action: 'NONE', cause: 'UPSTREAM_STOP', ...change });

describe('who speaks', () => {
  test.each<{ name: string; given: f.Case; expected: Record<string, string> }>([
    {
      name: 'of equals the lowest unit id',
      given: { recommendations: [LANE_3, LANE_1, LANE_2].map((lane) => left(lane)) },
      expected: { [`${LANE_1} HIGH`]: 'stands', [`${LANE_2} HIGH`]: LANE_1, [`${LANE_3} HIGH`]: LANE_1 },
    },
    {
      name: 'the lower time to overflow before the lower unit id',
      given: { recommendations: [left(LANE_1, { ttoMin: 12 }), left(LANE_2, { ttoMin: 11 })] },
      expected: { [`${LANE_1} HIGH`]: LANE_2, [`${LANE_2} HIGH`]: 'stands' },
    },
    {
      name: 'the higher severity before the lower time to overflow',
      given: {
        recommendations: [left(LANE_1, { ttoMin: 5 }), left(LANE_2, { severity: 'CRITICAL', ttoMin: 9 })],
      },
      expected: { [`${LANE_1} HIGH`]: LANE_2, [`${LANE_2} HIGH`]: 'stands' },
    },
    {
      name: 'the one that people were told of before a more urgent one of the same severity',
      given: {
        recommendations: [left(LANE_1, { ttoMin: 12 }), left(LANE_2, { ttoMin: 20 })],
        notified: [f.notified({ unitId: LANE_2, actionUnitId: f.TOTAL })],
      },
      expected: { [`${LANE_1} HIGH`]: LANE_2, [`${LANE_2} HIGH`]: 'stands' },
    },
    {
      name: 'a higher severity before the one that people were told of',
      given: {
        recommendations: [left(LANE_1, { severity: 'CRITICAL' }), left(LANE_2)],
        notified: [f.notified({ unitId: LANE_2, actionUnitId: f.TOTAL })],
      },
      expected: { [`${LANE_1} HIGH`]: 'stands', [`${LANE_2} HIGH`]: LANE_1 },
    },
    ...[
      { what: 'a closed episode', change: { episodeOpen: false } },
      { what: 'its other direction', change: { direction: 'LOW' as const } },
      { what: 'another action', change: { action: 'ADD_STAFF' as const } },
      { what: 'the same action elsewhere', change: { actionUnitId: f.OTHER_TOTAL } },
    ].map(({ what, change }) => ({
      name: `to have been told of ${what} is no advantage`,
      given: {
        recommendations: [left(LANE_1), left(LANE_2)],
        notified: [f.notified({ unitId: LANE_2, actionUnitId: f.TOTAL, ...change })],
      },
      expected: { [`${LANE_1} HIGH`]: 'stands', [`${LANE_2} HIGH`]: LANE_1 },
    })),
    {
      name: 'inducts and lanes alike, each workpool for itself',
      given: {
        recommendations: [
          left(LANE_1),
          left(f.INDUCT_1),
          left(f.OTHER_INDUCT, { actionUnitId: f.OTHER_TOTAL }),
        ],
      },
      expected: {
        [`${f.INDUCT_1} HIGH`]: 'stands',
        [`${LANE_1} HIGH`]: f.INDUCT_1,
        [`${f.OTHER_INDUCT} HIGH`]: 'stands',
      },
    },
    {
      name: 'two directions are two alerts',
      given: { recommendations: [left(LANE_1), left(LANE_2, { direction: 'LOW' })] },
      expected: { [`${LANE_1} HIGH`]: 'stands', [`${LANE_2} LOW`]: 'stands' },
    },
    {
      name: 'the own recommendation of the place to act on stands beside them until it is notified',
      given: { recommendations: [left(f.TOTAL), left(LANE_1), left(LANE_2)] },
      expected: { [`${f.TOTAL} HIGH`]: 'stands', [`${LANE_1} HIGH`]: 'stands', [`${LANE_2} HIGH`]: LANE_1 },
    },
    {
      name: 'all of them are the total’s once its own alert is open and notified',
      given: {
        recommendations: [left(f.TOTAL), left(LANE_1), left(LANE_2)],
        notified: [f.notified({ unitId: f.TOTAL })],
      },
      expected: { [`${f.TOTAL} HIGH`]: 'stands', [`${LANE_1} HIGH`]: f.TOTAL, [`${LANE_2} HIGH`]: f.TOTAL },
    },
    {
      name: 'who waits for the same jam is one alert',
      given: { recommendations: [waits(LANE_1, { ttsMin: 9 }), waits(LANE_2, { ttsMin: 8 })] },
      expected: { [`${LANE_1} LOW`]: LANE_2, [`${LANE_2} LOW`]: 'stands' },
    },
    {
      name: 'to wait for a jam is not to wait for work',
      given: { recommendations: [waits(LANE_1), waits(LANE_2, { cause: 'STARVED' })] },
      expected: { [`${LANE_1} LOW`]: 'stands', [`${LANE_2} LOW`]: 'stands' },
    },
    {
      name: 'flows add up: nobody speaks for another one',
      given: {
        recommendations: [
          left(LANE_1, { action: 'REBALANCE_CAPACITY', actionUnitId: LANE_4 }),
          left(LANE_2, { action: 'REBALANCE_CAPACITY', actionUnitId: LANE_4 }),
        ],
      },
      expected: Object.fromEntries([LANE_1, LANE_2].map((unitId) => [`${unitId} HIGH`, 'stands'])),
    },
    {
      name: 'a stop covers the speaker and with it all the others',
      given: {
        recommendations: [
          f.recommendation({ unitId: f.TOTAL, action: 'EMERGENCY_STOP', severity: 'EMERGENCY' }),
          left(LANE_1),
          left(LANE_2),
        ],
      },
      expected: { [`${f.TOTAL} HIGH`]: 'stands', [`${LANE_1} HIGH`]: f.TOTAL, [`${LANE_2} HIGH`]: f.TOTAL },
    },
  ])('$name', ({ given, expected }) => {
    expect(f.verdicts(given)).toEqual(expected);
    const turned = { ...given, recommendations: given.recommendations.toReversed() };
    expect(f.verdicts(turned)).toEqual(expected);
  });

  it('says by which rule, and for whom', () => {
    const { recommendations } = f.settle({ recommendations: [left(LANE_1), left(LANE_2)] }).result;
    expect(recommendations.map(({ rules }) => rules)).toEqual([
      [],
      [{ name: 'same_action', detail: `${LANE_1} HIGH asks for the same at ${f.TOTAL}` }],
    ]);
  });
});

describe('people whom several units want at their total', () => {
  const calls = (unitId: string, change: Partial<Recommendation> = {}) =>
    f.low({
      ...{ unitId, actionUnitId: f.TOTAL, action: 'ADD_STAFF', process: 'PICK' },
      ...{ quantity: 3, quantityUnit: 'persons', ...change },
    });
  const people = { [f.TOTAL]: { picking: f.staffing({ process: 'PICK', hcActive: 20, hcShift: 24 }) } };

  it.each<{ name: string; given: f.Case; expected: Record<string, string> }>([
    {
      name: 'are one need, told by the most urgent',
      given: { recommendations: [calls(LANE_1), calls(LANE_2, { ttsMin: 9 }), calls(f.INDUCT_1)] },
      expected: { [`${f.INDUCT_1} LOW`]: LANE_2, [`${LANE_1} LOW`]: LANE_2, [`${LANE_2} LOW`]: 'stands' },
    },
    {
      name: 'the total calls for as well: it speaks',
      given: { recommendations: [calls(LANE_1, { ttsMin: 9 }), calls(f.TOTAL)] },
      expected: { [`${LANE_1} LOW`]: f.TOTAL, [`${f.TOTAL} LOW`]: 'stands' },
    },
    {
      name: 'a unit has told of already: it goes on speaking',
      given: {
        recommendations: [calls(LANE_1), calls(f.TOTAL)],
        notified: [
          f.notified({
            ...{ unitId: LANE_1, actionUnitId: f.TOTAL, direction: 'LOW', action: 'ADD_STAFF' },
          }),
        ],
      },
      expected: { [`${LANE_1} LOW`]: 'stands', [`${f.TOTAL} LOW`]: LANE_1 },
    },
    {
      name: 'are not what the total tells of its overflow: neither covered by it nor told in its name',
      given: {
        recommendations: [calls(LANE_1), calls(f.TOTAL)],
        notified: [f.notified({ unitId: f.TOTAL })],
      },
      expected: { [`${LANE_1} LOW`]: 'stands', [`${f.TOTAL} LOW`]: LANE_1 },
    },
    {
      name: 'for inducts that are full and for a lane that is empty behind them are one need',
      given: {
        recommendations: [
          calls(LANE_1, { process: 'INDUCT' }),
          f.recommendation({
            ...{ unitId: f.TOTAL, action: 'ADD_STAFF', process: 'INDUCT', severity: 'CRITICAL' },
            ...{ quantity: 2, quantityUnit: 'persons' },
          }),
        ],
      },
      expected: { [`${LANE_1} LOW`]: f.TOTAL, [`${f.TOTAL} HIGH`]: 'stands' },
    },
    {
      name: 'of two processes are two needs',
      given: { recommendations: [calls(LANE_1), calls(LANE_2, { process: 'INDUCT' })] },
      expected: { [`${LANE_1} LOW`]: 'stands', [`${LANE_2} LOW`]: 'stands' },
    },
  ])('$name', ({ given, expected }) => {
    expect(f.verdicts(given)).toEqual(expected);
    const turned = { ...given, recommendations: given.recommendations.toReversed() };
    expect(f.verdicts(turned)).toEqual(expected);
  });

  it("are not taken from the pool that is set for the total's own process", () => {
    const given: f.Case = {
      recommendations: [calls(LANE_1), calls(LANE_2, { actionUnitId: LANE_2 })],
      series: { ...people, [LANE_1]: { override: overrideOf(LANE_1, { hcPool: 1 }) } },
    };
    const { recommendations } = f.settle(given).result;
    expect(recommendations.map(({ quantity }) => quantity)).toEqual([3, 1]);
  });

  it('draw on the pool once: what stands has all three', () => {
    const given = { recommendations: [calls(LANE_1), calls(LANE_2), calls(f.TOTAL)], series: people };
    const standing = f.settle(given).result.recommendations.filter(({ winner }) => winner === null);
    expect(standing.map(({ quantity }) => quantity)).toEqual([3]);
  });
});

/** One warehouse over cycles: resolve, decide, send, confirm. */
function floor() {
  let memory: WarehouseMemory = initialMemory('FRA1');
  return {
    muteUnit: (unit: string) => {
      memory = mute(memory, { unit, until: cycleIdOf(100), by: 'lead' }).memory;
    },
    /** What is posted in this cycle: `LABEL unit`. */
    cycle: (c: number, recommendations: Recommendation[]): string[] => {
      const { evaluation, result } = f.settle({
        recommendations,
        units: Object.fromEntries(recommendations.map(({ unitId }) => [unitId, { highZone: 'OVERFLOW' }])),
        notified: interpretMemory(memory).notified,
      });
      const units = toUnitDecisions(evaluation, result);
      const input = { ...composeInput({ c, units: {} }, memory.revision, c), units };
      ({ memory } = decide(memory, input));
      const lent = takeOutbox(memory, { cycleId: input.cycleId, sender: `sender-${c}` }, c * 600_000);
      ({ memory } = lent);
      for (const { episodeId, sequence, channels } of lent.outbox) {
        for (const channel of channels) {
          const where = { channel, deliveredTo: channel, channelId: 'C1', messageTs: '1.1', replyTs: null };
          const confirmation = { episodeId, sequence, ...where, postedAt: input.cycleId, error: null };
          ({ memory } = confirm(memory, confirmation));
        }
      }
      return lent.outbox.map(({ label, unitId }) => `${label} ${unitId}`);
    },
  };
}

describe('what people read', () => {
  const all = (change: Record<string, Partial<Recommendation>> = {}) =>
    LANES.map((lane) => left(lane, change[lane]));

  it('one message for four lanes, and it does not pass round when another one gets more urgent', () => {
    const { cycle } = floor();
    expect(cycle(1, all())).toEqual([`NEW ${LANE_1}`]);
    expect(cycle(2, all({ [LANE_3]: { ttoMin: 11 } }))).toEqual([]);
    expect(cycle(3, all({ [LANE_4]: { ttoMin: 12 } }))).toEqual([]);
  });

  it('another one speaks when the speaker has recovered', () => {
    const { cycle } = floor();
    cycle(1, all());
    const rest = all().slice(1);
    expect(cycle(2, rest)).toEqual([]);
    expect(cycle(3, rest)).toEqual([`CLEARED ${LANE_1}`, `NEW ${LANE_2}`]);
  });

  it('a worse one is heard at once', () => {
    const { cycle } = floor();
    cycle(1, all());
    expect(cycle(2, all({ [LANE_3]: { severity: 'CRITICAL', ttoMin: 8 } }))).toEqual([`NEW ${LANE_3}`]);
  });

  it('a mute of the speaker silences nobody else', () => {
    const { cycle, muteUnit } = floor();
    muteUnit(LANE_1);
    expect(cycle(1, all())).toEqual([LANE_2, LANE_3, LANE_4].map((lane) => `NEW ${lane}`));
  });

  it('a speaker that has not persisted yet silences nobody', () => {
    const { cycle } = floor();
    const unsure = all({ [LANE_1]: { minutesActionable: null } });
    expect(cycle(1, unsure)).toEqual([LANE_2, LANE_3, LANE_4].map((lane) => `NEW ${lane}`));
  });
});
