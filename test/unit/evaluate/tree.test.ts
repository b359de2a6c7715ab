import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { InterpretMemory } from '../../../src/domain/suppress/contract.ts';
import type { Recommendation } from '../../../src/domain/recommendation.ts';
import type { Direction } from '../../../src/domain/vocabulary.ts';
import { LINE_LEAVES } from './line-leaves.ts';
import {
  buildMemory,
  evaluateFirst,
  inSight,
  notified,
  recommended,
  type UnitSketch,
} from './series-builder.ts';

const TOTAL = 'FRA1_SINGLES_TOTAL';
const INDUCT = 'FRA1_SINGLES_INDUCT-1';
const LANE = 'FRA1_SINGLES_LANE-1';
const LANE_2 = 'FRA1_SINGLES_LANE-2';
const stopped = (unitId: string) => [
  notified(unitId, { action: 'EMERGENCY_STOP', minutesAgo: 10, episodeOpen: true }),
];
const throttled = (unitId: string, quantity: number) => [
  notified(unitId, { action: 'THROTTLE_PICKING_ALL', quantity, minutesAgo: 10 }),
];

const packers = { hcActive: 4, uphActual: 60, hcShift: 10 };
const pickers = { hcActive: 3, uphActual: 60, hcShift: 10 };
const lane = (path: string, wip: number): UnitSketch => ({ type: 'LANE', path, wip });
const total = (wip = 50): UnitSketch => ({ type: 'TOTAL', wip });

interface Leaf {
  name: string;
  units: UnitSketch[];
  past?: InterpretMemory['notified'];
  zones?: InterpretMemory['zones'];
  expect: Partial<Recommendation> & Pick<Recommendation, 'branch' | 'action'>;
}

const LEAVES: (Leaf & { direction: Direction })[] = [
  ...from('', [
    {
      name: 'no level',
      units: [{ wip: null }],
      expect: {
        ...{ branch: 'DATA.unknown', action: 'CHECK_DATA', state: 'UNKNOWN', severity: 'WARNING' },
        sentence:
          'Check the data of SINGLES and look at the floor: nobody can see its state (no level from WES).',
      },
    },
  ]),
  ...from('HIGH', [
    ...(['TOTAL', 'INDUCT', 'LANE'] as const).flatMap((type): Leaf[] => [
      {
        name: `${type} with a stop flag`,
        units: [{ type, device: 'ESTOP', wip: 30 }],
        expect: {
          ...{ branch: `${type}.high.stop`, action: 'EMERGENCY_STOP', severity: 'EMERGENCY' },
          sentence: `STOP the inflow of ${{ TOTAL: 'SINGLES', INDUCT: 'SINGLES INDUCT-1', LANE: 'SINGLES LANE-1' }[type]} now: WCS shows a stop flag, 30 % full.`,
        },
      },
      {
        name: `${type} stopped by us, flag gone, at 80 %`,
        units: [{ type, wip: 80 }],
        past: stopped({ TOTAL, INDUCT, LANE }[type]),
        zones: { [{ TOTAL, INDUCT, LANE }[type]]: { high: 'OVERFLOW_RISK', low: 'OK' } },
        expect: {
          ...{ branch: `${type}.high.restart`, quantity: 50, quantityUnit: 'percent', severity: 'WARNING' },
          action: type === 'TOTAL' ? 'RELEASE_PICKING_ALL' : 'RELEASE_INDUCT',
        },
      },
    ]),
    {
      name: 'a sorter that recirculates more and more at 95 %',
      units: [{ wip: 60, outflow: 4, inflow: 4, recirc: 1, sorter: { fill: 0.95, state: 'RUN' } }],
      expect: {
        ...{ branch: 'TOTAL.high.stop', action: 'EMERGENCY_STOP', severity: 'EMERGENCY' },
        sentence:
          "STOP the inflow of SINGLES now: more and more goes round again on the sorter, 60 % full (20 % of the sorter's flow goes round).",
      },
    },
    {
      name: 'a stop flag on a buffer that has time: the flag comes first',
      units: [{ type: 'INDUCT', device: 'ESTOP', wip: 62, slope: 1, inflow: 5, outflow: 4 }],
      expect: {
        ...{ branch: 'INDUCT.high.stop', action: 'EMERGENCY_STOP', severity: 'EMERGENCY', ttoMin: 36 },
        sentence: 'STOP the inflow of SINGLES INDUCT-1 now: WCS shows a stop flag, 62 % full.',
      },
    },
    {
      name: 'a sorter that recirculates more and more and is not full: the recirculation comes first',
      units: [{ wip: 62, slope: 1, outflow: 4, inflow: 5, recirc: 1, sorter: { fill: 0.85, state: 'RUN' } }],
      expect: {
        ...{ severity: 'EMERGENCY', ttoMin: 36 },
        ...{ branch: 'TOTAL.high.backed-up', action: 'THROTTLE_PICKING_ALL' },
        sentence:
          "Throttle picking for all of SINGLES by 15 %: more and more goes round again on the sorter, 62 % full (20 % of the sorter's flow goes round, what lies before it backs up).",
      },
    },
    {
      name: 'packers cannot keep up, and there is time',
      units: [{ wip: 70, slope: 1, inflow: 5, outflow: 4, staffing: packers }],
      expect: {
        ...{ branch: 'TOTAL.high.understaffed', action: 'ADD_STAFF', quantity: 1, quantityUnit: 'persons' },
        ...{ process: 'PACK', ttoMin: 28, severity: 'WARNING', cause: 'UNDERSTAFFED' },
        sentence: 'Add 1 packer to SINGLES: full in 28 min.',
      },
    },
    {
      name: 'more packers are needed than the pool has',
      units: [{ wip: 70, slope: 1.6, inflow: 5.6, outflow: 4, staffing: { ...packers, hcShift: 5 } }],
      expect: {
        ...{ branch: 'TOTAL.high.understaffed', action: 'ADD_STAFF', quantity: 1 },
        sentence: 'Add 1 packer to SINGLES: full in 17 min (2 are needed, 1 can be added).',
      },
    },
    {
      name: 'no station is free',
      units: [
        {
          ...{ wip: 70, slope: 1, inflow: 5, outflow: 4, staffing: packers },
          override: { maxStations: 4 },
        },
      ],
      expect: { branch: 'TOTAL.high.otherwise', action: 'THROTTLE_PICKING_ALL', quantity: 15 },
    },
    {
      name: 'full in just over the 15 minutes that staff needs',
      units: [{ wip: 82.9, slope: 1, inflow: 5, outflow: 4, staffing: packers }],
      expect: { branch: 'TOTAL.high.understaffed', action: 'ADD_STAFF', quantity: 1 },
    },
    {
      name: 'full in exactly the 15 minutes that staff needs',
      units: [{ wip: 83, slope: 1, inflow: 5, outflow: 4, staffing: packers }],
      expect: {
        ...{ branch: 'TOTAL.high.too-late', action: 'THROTTLE_PICKING_ALL', quantity: 20 },
        ...{ quantityUnit: 'percent', severity: 'WARNING' },
        sentence:
          'Throttle picking for all of SINGLES by 20 %: full in 15 min (more people would come too late).',
      },
    },
    {
      name: 'full and falling fast enough',
      units: [{ wip: 86, slope: -1 }],
      expect: { branch: 'TOTAL.high.draining', action: 'NONE', severity: 'WARNING', quantity: null },
    },
    {
      name: 'filling up, nobody missing',
      units: [{ wip: 70 }],
      expect: { branch: 'TOTAL.high.watch', action: 'NONE', severity: 'WATCH', state: 'WATCH_HIGH' },
    },
    {
      name: 'levels alone, full',
      units: [{ wip: 86 }],
      expect: { branch: 'TOTAL.high.otherwise', action: 'THROTTLE_PICKING_ALL', quantity: null },
    },
    {
      name: 'half of the planned inflow stands before its inducts',
      units: [
        total(40),
        { type: 'INDUCT', path: 'INDUCT-1', wip: 90, plannedInflow: 3 },
        { type: 'INDUCT', path: 'INDUCT-2', wip: 30, plannedInflow: 3 },
      ],
      expect: {
        ...{ branch: 'TOTAL.high.backed-up', action: 'THROTTLE_PICKING_ALL', state: 'OVERFLOW_RISK' },
        minutesActionable: null,
      },
    },
    {
      name: 'its sorter is 85 % full',
      units: [{ wip: 40, sorter: { fill: 0.85, state: 'RUN' } }],
      expect: { branch: 'TOTAL.high.backed-up', action: 'THROTTLE_PICKING_ALL' },
    },
    {
      name: 'its sorter has a fault: half of the inflow is the most',
      units: [{ wip: 40, inflow: 5, outflow: 5, sorter: { fill: 0.2, state: 'FAULT' } }],
      expect: { branch: 'TOTAL.high.backed-up', action: 'THROTTLE_PICKING_ALL', quantity: 50, cause: 'JAM' },
    },
    {
      name: 'an induct jams',
      units: [{ type: 'INDUCT', wip: 90, inflow: 5, outflow: 5, device: 'FAULT' }, induct2(20)],
      expect: {
        ...{ branch: 'INDUCT.high.jam', action: 'THROTTLE_INDUCT', quantity: 30, cause: 'JAM' },
        sentence:
          'Send goods past SINGLES INDUCT-1, clear its jam and throttle its inflow by 30 %: at risk of overflow, 90 % full (INDUCT-2 has the most room).',
      },
    },
    ...[
      { inflow: 1, quantity: null, by: ' (how much: judge on the floor)' },
      { inflow: 1.02, quantity: 1, by: ' by 1 %' },
      { inflow: 2, quantity: 30, by: ' by 30 %' },
    ].map(({ inflow, quantity, by }): Leaf => ({
      name: `an induct jams with an inflow of ${inflow}, of which 1 must stay: never by 0 %`,
      units: [{ type: 'INDUCT', wip: 90, inflow, outflow: inflow, plannedInflow: 5, device: 'FAULT' }],
      expect: {
        ...{ branch: 'INDUCT.high.jam', action: 'THROTTLE_INDUCT', quantity },
        sentence: `Send goods past SINGLES INDUCT-1, clear its jam and throttle its inflow${by}: at risk of overflow, 90 % full.`,
      },
    })),
    {
      name: 'an induct takes in too much',
      units: [{ type: 'INDUCT', wip: 85, inflow: 10, outflow: 10 }],
      expect: { branch: 'INDUCT.high.cap', action: 'THROTTLE_INDUCT', quantity: 10, quantityUnit: 'percent' },
    },
    {
      name: 'an induct takes in far too much: 30 points a step',
      units: [{ type: 'INDUCT', wip: 90, slope: 4, inflow: 10, outflow: 6 }],
      expect: { branch: 'INDUCT.high.cap', action: 'THROTTLE_INDUCT', quantity: 30, severity: 'CRITICAL' },
    },
    {
      name: 'an induct at a fifth of its planned inflow',
      units: [{ type: 'INDUCT', wip: 90, inflow: 2, outflow: 2, plannedInflow: 10 }, total(60)],
      expect: { branch: 'INDUCT.high.floor', action: 'THROTTLE_PICKING_ALL', actionUnitId: TOTAL },
    },
    {
      name: 'an induct that empties by itself',
      units: [{ type: 'INDUCT', wip: 86, slope: -3 }],
      expect: { branch: 'INDUCT.high.draining', action: 'NONE', severity: 'WARNING' },
    },
    {
      name: 'an induct that fills up slowly',
      units: [{ type: 'INDUCT', wip: 70 }],
      expect: { branch: 'INDUCT.high.watch', action: 'NONE', severity: 'WATCH' },
    },
    {
      name: 'levels of an induct alone',
      units: [{ type: 'INDUCT', wip: 90 }],
      expect: { branch: 'INDUCT.high.otherwise', action: 'THROTTLE_INDUCT', quantity: null },
    },
    {
      name: 'a lane stands still at 90 %',
      units: [
        { ...lane('LANE-1', 90), inflow: 2, outflow: 0, plannedOutflow: 5 },
        lane('LANE-2', 50),
        lane('LANE-3', 60),
      ],
      expect: {
        ...{ branch: 'LANE.high.standstill', action: 'REBALANCE_CAPACITY', actionUnitId: LANE_2 },
        ...{ quantity: 2, quantityUnit: 'upm' },
      },
    },
    {
      name: 'a lane stands still and no other has room',
      units: [{ ...lane('LANE-1', 92), device: 'FAULT' }, lane('LANE-2', 67), total()],
      expect: {
        ...{ branch: 'LANE.high.standstill-no-room', action: 'THROTTLE_PICKING_ALL' },
        actionUnitId: TOTAL,
      },
    },
    {
      name: 'lanes are skewed, flow known',
      units: [{ ...lane('LANE-1', 86), inflow: 2, outflow: 2 }, lane('LANE-2', 40)],
      expect: {
        ...{ branch: 'LANE.high.skew', action: 'REBALANCE_CAPACITY', actionUnitId: LANE_2 },
        ...{ quantity: 1.15, quantityUnit: 'upm', cause: 'SKEW' },
        sentence:
          'Send 1.1 units a minute from LANE-1 to LANE-2 in SINGLES: LANE-1 at risk of overflow, 86 % full.',
      },
    },
    {
      name: 'lanes are skewed, staff known',
      units: [{ ...lane('LANE-1', 86), staffing: { uphActual: 30 } }, lane('LANE-2', 40)],
      expect: {
        ...{ branch: 'LANE.high.skew', action: 'REBALANCE_CAPACITY', quantity: 3, quantityUnit: 'stations' },
      },
    },
    {
      name: 'lanes are skewed, the other has two stations left',
      units: [
        { ...lane('LANE-1', 86), staffing: { uphActual: 30 } },
        { ...lane('LANE-2', 40), staffing: { hcActive: 3 }, override: { maxStations: 5 } },
      ],
      expect: {
        ...{ branch: 'LANE.high.skew', action: 'REBALANCE_CAPACITY', quantity: 2, quantityUnit: 'stations' },
      },
    },
    {
      name: 'lanes are skewed before one is at risk, levels alone',
      units: [lane('LANE-1', 75), lane('LANE-2', 45)],
      expect: {
        ...{ branch: 'LANE.high.skew', action: 'REBALANCE_CAPACITY', severity: 'WATCH', quantity: null },
      },
    },
    {
      name: 'a lane just below the skew at 74 %',
      units: [lane('LANE-1', 74), lane('LANE-2', 40)],
      expect: { branch: 'LANE.high.watch', action: 'NONE', severity: 'WATCH' },
    },
    {
      name: 'the emptiest lane is at one half',
      units: [lane('LANE-1', 86), lane('LANE-2', 50)],
      expect: { branch: 'LANE.high.skew', action: 'REBALANCE_CAPACITY', actionUnitId: LANE_2 },
    },
    {
      name: 'the emptiest lane is above one half',
      units: [lane('LANE-1', 86), lane('LANE-2', 51)],
      expect: { branch: 'LANE.high.otherwise', action: 'REBALANCE_CAPACITY', actionUnitId: LANE_2 },
    },
    {
      name: 'the gap is below 30 points',
      units: [lane('LANE-1', 79), lane('LANE-2', 50)],
      expect: { branch: 'LANE.high.watch', action: 'NONE' },
    },
    {
      name: 'all lanes at 75 % or more',
      units: [lane('LANE-1', 86), lane('LANE-2', 75), total(80)],
      expect: { branch: 'LANE.high.all-full', action: 'THROTTLE_PICKING_ALL', actionUnitId: TOTAL },
    },
    {
      name: 'no lane below two thirds',
      units: [lane('LANE-1', 86), lane('LANE-2', 67), total(80)],
      expect: { branch: 'LANE.high.no-room', action: 'THROTTLE_PICKING_ALL', actionUnitId: TOTAL },
    },
    {
      name: 'a lane that empties by itself',
      units: [{ ...lane('LANE-1', 86), slope: -1 }, lane('LANE-2', 60)],
      expect: { branch: 'LANE.high.draining', action: 'NONE' },
    },
  ]),
  ...from('LOW', [
    {
      name: 'our throttle is on',
      units: [{ wip: 20, slope: -1, backlog: 50 }],
      past: throttled(TOTAL, 30),
      expect: {
        ...{ branch: 'TOTAL.low.throttled', action: 'RELEASE_PICKING_ALL', quantity: 20 },
        ...{ quantityUnit: 'percent', state: 'STARVE_RISK', severity: 'WARNING' },
      },
    },
    {
      name: 'only 10 points of our throttle are left',
      units: [{ wip: 20, slope: -1, backlog: 50 }],
      past: throttled(TOTAL, 10),
      expect: { branch: 'TOTAL.low.throttled', action: 'RELEASE_PICKING_ALL', quantity: 10 },
    },
    {
      name: 'an induct before it jams',
      units: [
        { wip: 20, slope: -2, backlog: 50, picking: pickers },
        { type: 'INDUCT', wip: 50, device: 'FAULT' },
      ],
      expect: {
        ...{ branch: 'TOTAL.low.upstream-jam', action: 'NONE', cause: 'UPSTREAM_STOP' },
        ...{ actionUnitId: INDUCT, severity: 'CRITICAL' },
        sentence: 'Clear SINGLES INDUCT-1 first: empty in 10 min (SINGLES waits for it).',
      },
    },
    {
      name: 'work is waiting, pickers are free, and nobody knows how much is missing',
      units: [{ wip: 20, slope: -1, backlog: 50, picking: pickers }],
      expect: {
        ...{ branch: 'TOTAL.low.backlog', action: 'ADD_STAFF', process: 'PICK', quantity: null },
        sentence: 'Add pickers to SINGLES (how many: judge on the floor): empty in 20 min.',
      },
    },
    {
      name: 'work is waiting and no picker is free',
      units: [{ wip: 20, slope: -1, backlog: 50, picking: { ...pickers, hcShift: 3 } }],
      expect: { branch: 'TOTAL.low.no-picker', action: 'NONE', severity: 'WARNING' },
    },
    {
      name: 'low and filling',
      units: [{ wip: 20, slope: 1, inflow: 6, outflow: 5, plannedOutflow: 5, backlog: 50, picking: pickers }],
      expect: { branch: 'TOTAL.low.refilling', action: 'NONE', severity: 'WATCH' },
    },
    {
      name: 'no work, staff to spare',
      units: [{ wip: 20, backlog: 0, due: 0, inflow: 1, outflow: 1, staffing: { ...packers, hcActive: 5 } }],
      expect: {
        ...{ branch: 'TOTAL.low.spare-staff', action: 'REMOVE_STAFF', quantity: 4, severity: 'WATCH' },
        ...{ cause: 'NO_DEMAND', process: 'PACK' },
        sentence: 'Take 4 packers off SINGLES: no work is waiting, 20 % full.',
      },
    },
    {
      name: 'no work, but three people have to stay',
      units: [
        {
          ...{ wip: 20, backlog: 0, due: 0, inflow: 1, outflow: 1, staffing: { ...packers, hcActive: 5 } },
          override: { minHc: 3 },
        },
      ],
      expect: { branch: 'TOTAL.low.spare-staff', action: 'REMOVE_STAFF', quantity: 2 },
    },
    ...[20, 21].map((cptInMin): Leaf => ({
      name: `no work, ${cptInMin} minutes before the departure`,
      units: [{ wip: 20, backlog: 0, due: 0, inflow: 1, outflow: 1, cptInMin, staffing: packers }],
      expect:
        cptInMin > 20
          ? { branch: 'TOTAL.low.spare-staff', action: 'REMOVE_STAFF' }
          : { branch: 'TOTAL.low.no-backlog', action: 'NONE' },
    })),
    {
      name: 'inflow is known, backlog is not',
      units: [{ wip: 10, slope: -3, inflow: 1, outflow: 4 }],
      expect: { branch: 'TOTAL.low.otherwise', action: 'NONE', severity: 'CRITICAL', state: 'STARVE_RISK' },
    },
    {
      name: 'an induct whose throttle has done its work',
      units: [{ type: 'INDUCT', wip: 60 }],
      past: throttled(INDUCT, 30),
      expect: { branch: 'INDUCT.low.open', action: 'RELEASE_INDUCT', quantity: 20, severity: 'WATCH' },
    },
    {
      name: 'an induct that nobody needs',
      units: [{ type: 'INDUCT', wip: 10, backlog: 0, due: 0 }],
      expect: { branch: 'INDUCT.low.no-demand', action: 'NONE', severity: 'WATCH', cause: 'NO_DEMAND' },
    },
    {
      name: 'an induct that is low while what feeds it is full',
      units: [
        { type: 'INDUCT', wip: 20, slope: -1, backlog: 9 },
        { ...lane('FEED', 85), override: { downstreamPath: 'INDUCT-1' } },
      ],
      expect: { branch: 'INDUCT.low.upstream-full', action: 'RELEASE_INDUCT', quantity: 20 },
    },
    {
      name: 'an induct that is low',
      units: [{ type: 'INDUCT', wip: 20, backlog: 9 }, total()],
      expect: { branch: 'INDUCT.low.leave-to-total', action: 'NONE', actionUnitId: TOTAL },
    },
    {
      name: 'a lane that nobody needs',
      units: [{ ...lane('LANE-1', 10), backlog: 0, due: 0 }],
      expect: { branch: 'LANE.low.no-demand', action: 'NONE', severity: 'WATCH' },
    },
    {
      name: 'a lane that starves while the others have enough',
      units: [{ ...lane('LANE-1', 10), slope: -1, backlog: 9 }, lane('LANE-2', 60)],
      expect: {
        ...{ branch: 'LANE.low.skew', action: 'REBALANCE_CAPACITY', actionUnitId: LANE_2 },
        ...{ quantity: null, severity: 'CRITICAL', cause: 'SKEW' },
        sentence:
          'Send part of the flow from LANE-2 to LANE-1 in SINGLES (how much: judge on the floor): LANE-1 empty in 10 min.',
      },
    },
    {
      name: 'a lane that starves while the others have only a third on average',
      units: [{ ...lane('LANE-1', 6), slope: -1, backlog: 9 }, lane('LANE-2', 36), lane('LANE-3', 30)],
      expect: { branch: 'LANE.low.leave-to-total', action: 'NONE' },
    },
    {
      name: 'a lane whose induct jams',
      units: [
        { ...lane('LANE-1', 10), slope: -1, backlog: 9 },
        { type: 'INDUCT', device: 'FAULT' },
      ],
      expect: { branch: 'LANE.low.upstream-jam', action: 'NONE', actionUnitId: INDUCT },
    },
    {
      name: 'all lanes are low',
      units: [{ ...lane('LANE-1', 10), backlog: 9 }, lane('LANE-2', 20), total()],
      expect: { branch: 'LANE.low.leave-to-total', action: 'NONE', actionUnitId: TOTAL },
    },
  ]),
];

function from(direction: Direction, leaves: Leaf[]): (Leaf & { direction: Direction })[] {
  return leaves.map((leaf) => Object.assign(leaf, { direction }));
}

function induct2(wip: number): UnitSketch {
  return { type: 'INDUCT', path: 'INDUCT-2', wip };
}

describe('every leaf of the tree', () => {
  it.each(LEAVES)('$direction $name', ({ units, past, zones, direction, expect: expected }) => {
    const memory = buildMemory({ notified: past ?? [], zones: zones ?? {} });
    const rising = units.map((unit) => unit.recirc === 1);
    const evaluation = rising.includes(true)
      ? evaluateFirst(units.map(inSight), memory, (series) => series.recirc.values.fill(0.1, 0, -10))
      : evaluateFirst(units.map(inSight), memory);
    const found = recommended(evaluation, direction);
    expect(found).toMatchObject(expected);
    expect(found?.tests.length).toBeGreaterThan(0);
  });

  it('is covered by a case', () => {
    const source = ['evaluate.ts', 'high.ts', 'low.ts']
      .map((file) => readFileSync(new URL(`../../../src/domain/evaluate/${file}`, import.meta.url), 'utf8'))
      .join('\n');
    const named = [...source.matchAll(/'((?:TOTAL|INDUCT|LANE|DATA)\.[a-z.-]+)'/g)].map((match) => match[1]);
    const forAllTypes = [...source.matchAll(/type\}?(?:Type\})?\.((?:high|low)\.[a-z-]+)`/g)].map(
      (match) => match[1],
    );
    const tested = new Set([...LEAVES, ...LINE_LEAVES].map((leaf) => leaf.expect.branch));
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((branch) => !tested.has(branch ?? ''))).toEqual([]);
    expect(forAllTypes.length).toBeGreaterThanOrEqual(3);
    const untested = forAllTypes.filter((branch) => ![...tested].some((one) => one.endsWith(`.${branch}`)));
    expect(untested).toEqual([]);
  });
});
