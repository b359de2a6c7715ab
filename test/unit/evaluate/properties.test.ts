import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Recommendation } from '../../../src/domain/recommendation.ts';
import type { UnitOverride } from '../../../src/domain/registry.ts';
import type { Staffing, UnitSeries } from '../../../src/domain/series.ts';
import { buildMemory, buildUnit, evaluateUnits, notified, track, type UnitSketch } from './series-builder.ts';

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const tenths = (max: number) => fc.integer({ min: 0, max: max * 10 }).map((value) => value / 10);

const staffing = maybe(
  fc.record({
    hcActive: maybe(fc.integer({ min: 0, max: 12 })),
    hcIdle: maybe(fc.integer({ min: 0, max: 3 })),
    uphActual: maybe(fc.integer({ min: 1, max: 120 })),
    uphPlan: maybe(fc.integer({ min: 1, max: 120 })),
    hcPlan: maybe(fc.integer({ min: 0, max: 12 })),
    hcShift: maybe(fc.integer({ min: 0, max: 14 })),
  }),
);

const sketch: fc.Arbitrary<UnitSketch> = fc.record({
  wip: fc.oneof({ weight: 9, arbitrary: tenths(105) }, { weight: 1, arbitrary: fc.constant(null) }),
  slope: fc.integer({ min: -30, max: 30 }).map((value) => value / 10),
  inflow: maybe(tenths(12)),
  outflow: maybe(tenths(12)),
  recirc: maybe(tenths(2)),
  backlog: maybe(fc.constantFrom(0, 5, 300)),
  due: maybe(fc.constantFrom(0, 40)),
  plannedInflow: maybe(tenths(12)),
  plannedOutflow: maybe(tenths(12)),
  device: fc.constantFrom(null, 'RUN' as const, 'FAULT' as const, 'ESTOP' as const),
  quality: fc.constantFrom(0, 49, 50, 69, 70, 100),
  override: maybe(
    fc.record({
      hcPool: maybe(fc.integer({ min: 0, max: 6 })),
      maxStations: maybe(fc.integer({ min: 0, max: 14 })),
    }),
  ),
});

const PLACES: Pick<UnitSketch, 'type' | 'path'>[] = [
  { type: 'TOTAL', path: 'TOTAL' },
  { type: 'INDUCT', path: 'INDUCT-1' },
  { type: 'INDUCT', path: 'INDUCT-2' },
  { type: 'LANE', path: 'LANE-1' },
  { type: 'LANE', path: 'LANE-2' },
  { type: 'LANE', path: 'LANE-3' },
];

/** A feed that is out is out for all units. */
const WITHOUT: UnitSketch[] = [
  {},
  { inflow: null, outflow: null, recirc: null, device: null },
  { staffing: null, picking: null, plannedInflow: null, plannedOutflow: null },
];
const levelAlone: UnitSketch = Object.assign({ backlog: null, due: null }, ...WITHOUT);
const withoutCountersAndStaff: UnitSketch = Object.assign({}, ...WITHOUT);

/** The people of a process are the same for all who ask for them. */
const workpool = fc
  .tuple(
    fc.constantFrom(...WITHOUT, withoutCountersAndStaff, levelAlone),
    fc.record({ PICK: staffing, INDUCT: staffing, PACK: staffing }),
    ...PLACES.map(() => sketch),
  )
  .map(([without, people, ...sketches]) =>
    sketches.map((one, index) => {
      const own = PLACES[index]?.type === 'INDUCT' ? people.INDUCT : people.PACK;
      const staffed = { staffing: own, picking: people.PICK };
      return buildUnit({ ...one, ...staffed, ...without, ...PLACES[index] });
    }),
  );

const memory = fc.constantFrom(
  buildMemory(),
  buildMemory({
    zones: {
      FRA1_SINGLES_TOTAL: { high: 'OVERFLOW', low: 'OK' },
      'FRA1_SINGLES_LANE-1': { high: 'OK', low: 'STARVED' },
    },
    notified: [
      notified('FRA1_SINGLES_TOTAL', { action: 'THROTTLE_PICKING_ALL', quantity: 30, minutesAgo: 20 }),
      notified('FRA1_SINGLES_INDUCT-1', { action: 'THROTTLE_INDUCT', quantity: 25, minutesAgo: 20 }),
    ],
  }),
);

/** Enough to meet every branch, few enough to run in seconds. */
const RUNS = { numRuns: 75 };

it('the order of units decides nothing', () => {
  fc.assert(
    fc.property(workpool, memory, fc.infiniteStream(fc.nat()), (units, past, keys) => {
      const shuffled = units
        .map((unit) => ({ unit, key: Number(keys.next().value) }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ unit }) => unit);
      expect(evaluateUnits(shuffled, past)).toEqual(evaluateUnits(units, past));
    }),
    RUNS,
  );
});

it('scaling everything that is measured in units changes neither state nor action', () => {
  // Powers of two scale without rounding, so even a value that lies on a threshold stays on it.
  fc.assert(
    fc.property(workpool, memory, fc.constantFrom(1 / 64, 2, 1024), (units, past, factor) => {
      const essence = (series: UnitSeries[]) =>
        evaluateUnits(series, past).map((unit) => ({
          ...{
            state: unit.state,
            high: unit.highZone,
            low: unit.lowZone,
            tto: unit.ttoMin,
            fill: unit.fill,
          },
          recommendations: unit.recommendations.map((one) => ({
            ...{ action: one.action, branch: one.branch, severity: one.severity, cause: one.cause },
            ...{ minutes: one.minutesActionable, probability: one.probability },
            quantity: one.quantityUnit === 'upm' ? null : one.quantity,
          })),
        }));
      expect(essence(units.map((unit) => scaled(unit, factor)))).toEqual(essence(units));
    }),
    RUNS,
  );
});

it('a quantity never exceeds pool, stations and step', () => {
  fc.assert(
    fc.property(workpool, memory, (units, past) => {
      const quantities = evaluateUnits(units, past)
        .flatMap((evaluation) => evaluation.recommendations)
        .flatMap((one) => (one.quantity === null ? [] : { ...one, quantity: one.quantity }));
      for (const one of quantities) {
        expect(one.quantity).toBeLessThanOrEqual(mostOf(one, units));
        expect(one.quantity).toBeGreaterThanOrEqual(one.action === 'ADD_STAFF' ? 1 : 0);
      }
    }),
    RUNS,
  );
});

it('is never healthy without data, and always says what there is to say', () => {
  fc.assert(
    fc.property(workpool, memory, (units, past) => {
      const evaluations = evaluateUnits(units, past);
      const blind = units
        .filter((series) => series.quality.score < 50 || series.wip.values.at(-1) === null)
        .map((series) => evaluations.find(({ unitId }) => unitId === series.unit.unitId));
      for (const evaluation of blind) {
        expect(evaluation?.state).toBe('UNKNOWN');
        expect(evaluation?.recommendations[0]).toMatchObject({ direction: '', action: 'CHECK_DATA' });
      }
      const silent = evaluations.filter((evaluation) => evaluation.recommendations.length === 0);
      for (const { state } of silent) expect(['OK', 'NOT_SCHEDULED']).toContain(state);
      for (const { recommendations } of evaluations) {
        const directions = recommendations.map((one) => one.direction);
        expect(new Set(directions).size).toBe(directions.length);
      }
      for (const one of evaluations.flatMap(({ recommendations }) => recommendations)) {
        expect(one.sentence).toMatch(/^[A-Z0-9].*\.$/);
        expect(one.sentence).not.toMatch(/undefined|null|NaN|Infinity/);
        expect(one.probability ?? 0).toBeGreaterThanOrEqual(0);
        expect(one.probability ?? 0).toBeLessThanOrEqual(1);
      }
      expect(JSON.parse(JSON.stringify(evaluations))).toEqual(evaluations);
    }),
    RUNS,
  );
});

it('nothing that is half full starves, whatever it was and whatever else is unknown', () => {
  fc.assert(
    fc.property(workpool, memory, (units, past) => {
      const wrong = evaluateUnits(units, past).filter(
        ({ state, fill, lowZone }) =>
          state !== 'UNKNOWN' && (fill ?? 0) >= 0.5 && (lowZone === 'STARVED' || lowZone === 'STARVE_RISK'),
      );
      expect(wrong).toEqual([]);
    }),
    RUNS,
  );
});

/** What the floor can do at most, worked out afresh from the units. */
function mostOf(one: Recommendation, units: UnitSeries[]): number {
  const self = units.find(({ unit }) => unit.unitId === one.unitId);
  const target = units.find(({ unit }) => unit.unitId === one.actionUnitId);
  if (!self || !target) throw new Error(`${one.unitId} or ${one.actionUnitId} came from nowhere`);
  switch (one.action) {
    case 'ADD_STAFF':
      if (one.process === 'PICK') return mostStaff(self.picking, null);
      return one.process === target.unit.process
        ? mostStaff(target.staffing, target.unit.override)
        : mostStaff(units.find(({ unit }) => unit.process === one.process)?.staffing ?? null, null);
    case 'REBALANCE_CAPACITY': {
      const { staffing: staff, unit } = one.direction === 'HIGH' ? target : self;
      return one.quantityUnit === 'stations' ? freeStations(staff, unit.override) : Infinity;
    }
    case 'THROTTLE_PICKING_ALL':
      return 50;
    case 'THROTTLE_INDUCT':
      return 30;
    case 'RELEASE_INDUCT':
    case 'RELEASE_PICKING_ALL':
      return 20;
    default:
      return Infinity;
  }
}

function mostStaff(staff: Staffing | null, override: UnitOverride | null): number {
  const planned =
    typeof staff?.hcShift === 'number' && staff.hcActive !== null ? staff.hcShift - staff.hcActive : Infinity;
  return Math.min(override?.hcPool ?? planned, freeStations(staff, override));
}

function freeStations(staff: Staffing | null, override: UnitOverride | null): number {
  return typeof override?.maxStations === 'number' && typeof staff?.hcActive === 'number'
    ? override.maxStations - staff.hcActive
    : Infinity;
}

function scaled(series: UnitSeries, factor: number): UnitSeries {
  const times = (value: number | null) => (value === null ? null : value * factor);
  const flow = (one: UnitSeries['wip']) => ({ ...track(one.values.map(times)), provenance: one.provenance });
  const staff = (one: UnitSeries['staffing']) =>
    one && { ...one, uphActual: times(one.uphActual), uphPlan: times(one.uphPlan) };
  return {
    ...series,
    capacityUnits: times(series.capacityUnits),
    wip: flow(series.wip),
    flowIn: flow(series.flowIn),
    flowOut: flow(series.flowOut),
    recirc: flow(series.recirc),
    levelSamples: series.levelSamples.map(({ ts, wipUnits }) => ({ ts, wipUnits: wipUnits * factor })),
    backlogUnits: times(series.backlogUnits),
    unitsDueByCpt: times(series.unitsDueByCpt),
    staffing: staff(series.staffing),
    picking: staff(series.picking),
    plannedInflowUpm: times(series.plannedInflowUpm),
    plannedOutflowUpm: times(series.plannedOutflowUpm),
  };
}
