/** What is said of a unit by looking along its line: the first sketch is the one that is asked about. */
import type { InterpretMemory } from '../../../src/domain/suppress/contract.ts';
import type { Recommendation } from '../../../src/domain/recommendation.ts';
import type { Direction } from '../../../src/domain/vocabulary.ts';
import { notified, type UnitSketch } from './series-builder.ts';

const TOTAL = 'FRA1_SINGLES_TOTAL';

/** Draws 20 a minute, gets 8. */
const line = (change: UnitSketch = {}): UnitSketch => ({
  ...{ wip: 20, inflow: 8, outflow: 9, plannedOutflow: 20, plannedInflow: 20, backlog: 300 },
  picking: { hcActive: 6, hcPlan: 12, hcShift: 12, uphActual: 100 },
  ...change,
});
const starving: UnitSketch = {
  ...{ type: 'LANE', wip: 1, slope: -0.2, inflow: 2, outflow: 4, backlog: 300 },
  ...{ plannedOutflow: 10, plannedInflow: 10, staffing: { hcActive: 5, hcPlan: 5 } },
};
/** At risk while there is time, whatever the weights of the forecast. */
const anxious = { overflowRiskProbability: 0.001, overflowRiskProbabilityExit: 0.0005 };
const inducts = (wip: number, hcActive: number): UnitSketch => ({
  ...{ type: 'INDUCT', wip, inflow: 8, outflow: 9 },
  staffing: { process: 'INDUCT', hcActive, hcPlan: 6, hcShift: 6, uphActual: 180 },
});
const packers = { hcActive: 10, hcPlan: 10, hcShift: 10, uphActual: 120 };

interface LineLeaf {
  name: string;
  direction: Direction;
  units: UnitSketch[];
  past?: InterpretMemory['notified'];
  expect: Partial<Recommendation> & Pick<Recommendation, 'branch' | 'action'>;
}

export const LINE_LEAVES: LineLeaf[] = [
  {
    name: 'a starving lane behind full inducts: people for these, 0.9 x 20 - 9 = 9 a minute at 180 an hour',
    direction: 'LOW',
    units: [starving, line(), inducts(90, 2)],
    expect: {
      ...{ branch: 'LANE.low.stocked', action: 'ADD_STAFF', process: 'INDUCT', actionUnitId: TOTAL },
      ...{ quantity: 3, quantityUnit: 'persons', cause: 'UNDERSTAFFED' },
      sentence: 'Add 3 inductors to SINGLES now: empty in less than a minute.',
    },
  },
  {
    name: 'the same where all of them are there: packers who wait move',
    direction: 'LOW',
    units: [starving, line({ staffing: packers }), inducts(90, 6)],
    expect: {
      ...{ branch: 'LANE.low.stocked', action: 'MOVE_STAFF', process: 'INDUCT', actionUnitId: TOTAL },
      ...{ quantity: 3, quantityUnit: 'persons' },
      sentence:
        'Move 3 people to INDUCT at SINGLES now: empty in less than a minute (nobody else is free, and they wait for work).',
    },
  },
  {
    name: 'the same where nobody waits for work',
    direction: 'LOW',
    units: [starving, line({ staffing: { ...packers, hcActive: 4 } }), inducts(90, 6)],
    expect: { branch: 'LANE.low.stocked-no-one', action: 'NONE', actionUnitId: TOTAL, quantity: null },
  },
  {
    name: 'a starving lane while the goods are stuck on the sorter',
    direction: 'LOW',
    units: [starving, line({ sorter: { fill: 0.9, state: 'RUN' } }), inducts(90, 2)],
    expect: { branch: 'LANE.low.sorter-full', action: 'NONE', actionUnitId: TOTAL, cause: 'BLOCKED' },
  },
  {
    name: 'a starving lane while our throttle holds picking back',
    direction: 'LOW',
    units: [starving, line(), inducts(10, 6)],
    past: [notified(TOTAL, { action: 'THROTTLE_PICKING_ALL', quantity: 30, minutesAgo: 15 })],
    expect: {
      branch: 'LANE.low.throttled',
      action: 'RELEASE_PICKING_ALL',
      actionUnitId: TOTAL,
      quantity: 20,
    },
  },
  {
    name: 'full inducts are no reason to open picking',
    direction: 'LOW',
    units: [starving, line(), inducts(90, 2)],
    past: [notified(TOTAL, { action: 'THROTTLE_PICKING_ALL', quantity: 30, minutesAgo: 15 })],
    expect: { branch: 'LANE.low.stocked', action: 'ADD_STAFF' },
  },
  {
    name: 'pickers are there and nothing comes: more of them would not help',
    direction: 'LOW',
    units: [starving, line({ inflow: 0 }), inducts(2, 6)],
    expect: {
      ...{ branch: 'LANE.low.picking-stopped', action: 'NONE', actionUnitId: TOTAL, cause: 'UPSTREAM_STOP' },
      sentence:
        'Find out what stops picking for SINGLES, SINGLES LANE-1 waits for it: empty in less than a minute (pickers are there, and nothing comes).',
    },
  },
  {
    name: 'too little is picked: pickers, 0.9 x 20 - 8 = 10 a minute at 100 an hour',
    direction: 'LOW',
    units: [starving, line(), inducts(10, 6)],
    expect: {
      ...{ branch: 'LANE.low.backlog', action: 'ADD_STAFF', process: 'PICK', actionUnitId: TOTAL },
      ...{ quantity: 6, quantityUnit: 'persons' },
      sentence: 'Add 6 pickers to SINGLES now: empty in less than a minute.',
    },
  },
  {
    name: 'all pickers are there: packers who wait move, as many as do',
    direction: 'LOW',
    units: [
      starving,
      line({ staffing: packers, picking: { hcActive: 12, hcPlan: 12, hcShift: 12, uphActual: 40 } }),
    ],
    expect: {
      ...{
        branch: 'LANE.low.backlog',
        action: 'MOVE_STAFF',
        process: 'PICK',
        actionUnitId: TOTAL,
        quantity: 6,
      },
      sentence:
        'Move 6 people to PICK at SINGLES now: empty in less than a minute (15 are needed, 6 wait for work).',
    },
  },
  {
    name: 'nobody picks more and nobody waits',
    direction: 'LOW',
    units: [starving, line({ picking: { hcActive: 12, hcPlan: 12, hcShift: 12, uphActual: 40 } })],
    expect: { branch: 'LANE.low.no-picker', action: 'NONE', actionUnitId: TOTAL },
  },
  {
    name: 'enough is picked, it only has to arrive',
    direction: 'LOW',
    units: [starving, line({ inflow: 19 }), inducts(30, 6)],
    expect: { branch: 'LANE.low.refilling', action: 'NONE', actionUnitId: TOTAL },
  },
  {
    name: 'an induct that runs empty asks for pickers, whatever lies in the other one',
    direction: 'LOW',
    units: [
      { ...starving, type: 'INDUCT', staffing: { process: 'INDUCT', hcActive: 6, hcPlan: 6 } },
      line(),
      { ...inducts(90, 6), path: 'INDUCT-2' },
    ],
    expect: { branch: 'INDUCT.low.backlog', action: 'ADD_STAFF', process: 'PICK', actionUnitId: TOTAL },
  },
  {
    name: 'a total says the same for itself',
    direction: 'LOW',
    units: [line({ wip: 4, slope: -1 }), starving, inducts(90, 2)],
    expect: { branch: 'TOTAL.low.stocked', action: 'ADD_STAFF', process: 'INDUCT', quantity: 3 },
  },
  {
    name: 'a put wall is fed by inducts, a lane by put walls: the nearest stage that is stocked',
    direction: 'LOW',
    units: [
      starving,
      line(),
      inducts(20, 2),
      {
        ...{ type: 'LANE', stage: 'REBIN', path: 'WALL-1', wip: 80, inflow: 9, outflow: 9 },
        staffing: { process: 'REBIN', hcActive: 2, hcPlan: 4, hcShift: 4, uphActual: 270 },
      },
    ],
    expect: { branch: 'LANE.low.stocked', action: 'ADD_STAFF', process: 'REBIN', quantity: 2 },
  },
  {
    name: 'a total whose inducts fill: people for these, not packers',
    direction: 'HIGH',
    units: [
      line({ wip: 70, slope: 1.5, inflow: 12, outflow: 10.5, staffing: packers }),
      { ...inducts(70, 3), slope: 1.5, inflow: 12, outflow: 10.5, override: { thresholds: anxious } },
    ],
    expect: {
      ...{ branch: 'TOTAL.high.understaffed', action: 'ADD_STAFF', process: 'INDUCT', actionUnitId: TOTAL },
      // 1.5 a minute, less the room of 15 within the hour: 1.25 at 180 an hour
      ...{ quantity: 1, quantityUnit: 'persons' },
    },
  },
  {
    name: 'too late for people: picking by the share that the inducts have too much',
    direction: 'HIGH',
    units: [
      line({ wip: 70, slope: 1, inflow: 24, outflow: 20, staffing: packers }),
      { ...inducts(90, 3), slope: 4, inflow: 12, outflow: 8 },
    ],
    expect: {
      ...{ branch: 'TOTAL.high.backed-up', action: 'THROTTLE_PICKING_ALL', actionUnitId: TOTAL },
      // 4 + 5/60 of 12 a minute
      ...{ quantity: 35, quantityUnit: 'percent' },
    },
  },
  {
    name: 'an induct: growth and what lies above 85 %, within the hour',
    direction: 'HIGH',
    units: [{ ...inducts(88, 6), slope: 1, inflow: 10, outflow: 9 }, line({ wip: 40 })],
    expect: { branch: 'INDUCT.high.cap', action: 'THROTTLE_INDUCT', quantity: 15, quantityUnit: 'percent' },
  },
  {
    name: 'lanes that are all full and short of packers, in time for these',
    direction: 'HIGH',
    units: [
      {
        ...{ type: 'LANE', wip: 78, slope: 1, inflow: 5, outflow: 4, override: { thresholds: anxious } },
        staffing: { hcActive: 2, hcPlan: 4, hcShift: 4, uphActual: 60, share: 0.5 },
      },
      line({ wip: 70 }),
      {
        ...{ type: 'LANE', path: 'LANE-2', wip: 86, slope: 0, inflow: 4, outflow: 4 },
        staffing: { hcActive: 2, hcPlan: 4, hcShift: 4, uphActual: 60, share: 0.5 },
      },
    ],
    expect: {
      ...{ branch: 'LANE.high.all-full', action: 'ADD_STAFF', process: 'PACK', actionUnitId: TOTAL },
      quantity: 1,
    },
  },
  {
    name: 'the same too late: half an hour of which a quarter passes first',
    direction: 'HIGH',
    units: [
      { ...{ type: 'LANE', wip: 90, slope: 1, inflow: 5, outflow: 4 }, staffing: { hcActive: 2, hcPlan: 4 } },
      line({ wip: 70 }),
      { type: 'LANE', path: 'LANE-2', wip: 80, inflow: 4, outflow: 4 },
    ],
    expect: {
      ...{ branch: 'LANE.high.all-full', action: 'THROTTLE_PICKING_ALL', actionUnitId: TOTAL },
      // (1 x 30 + 90 - 70) / 15 of 5 a minute is more than may be taken away
      ...{ quantity: 50, quantityUnit: 'percent' },
    },
  },
  {
    name: 'too late for packers, and later still for less picking: 100 units lie between, at 4 a minute',
    direction: 'HIGH',
    units: [
      {
        ...{ type: 'LANE', wip: 90, slope: 1, inflow: 5, outflow: 4 },
        staffing: { hcActive: 2, hcPlan: 4, hcShift: 4, uphActual: 60 },
      },
      line({ wip: 270, capacity: 600, inflow: 4 }),
      { type: 'LANE', path: 'LANE-2', wip: 80, inflow: 4, outflow: 4 },
      { type: 'LANE', stage: 'REBIN', path: 'WALL-1', wip: 100, capacity: 200 },
    ],
    expect: {
      ...{ branch: 'LANE.high.all-full', action: 'ADD_STAFF', process: 'PACK', actionUnitId: TOTAL },
      quantity: 2,
    },
  },
  {
    name: 'a jammed lane: all that comes to it goes elsewhere, however much room is left',
    direction: 'HIGH',
    units: [
      {
        ...{ type: 'LANE', wip: 70, slope: 4, inflow: 5, outflow: 0, device: 'FAULT' },
        override: { thresholds: anxious },
      },
      line({ wip: 40 }),
      { type: 'LANE', path: 'LANE-2', wip: 40, inflow: 4, outflow: 4 },
    ],
    expect: {
      ...{ branch: 'LANE.high.standstill', action: 'REBALANCE_CAPACITY', quantity: 5, quantityUnit: 'upm' },
      actionUnitId: 'FRA1_SINGLES_LANE-2',
    },
  },
];
