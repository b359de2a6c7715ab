import { describe, expect, it } from 'vitest';
import { drawHappening, type Cause, type Happening } from '../../../src/simulator/happenings.ts';
import { cloneLineState } from '../../../src/simulator/line-state.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { findRemedies, type Remedy } from '../../../src/simulator/remedies.ts';
import { createTruth } from '../../../src/simulator/truth.ts';
import { buildWarehouse, MINUTE, MORNING, play, START } from './floor.ts';

const CAUSE_TS = MORNING + 10 * MINUTE;

function tell(kind: Cause | 'SPIKE', seed: number, given: Partial<Happening> = {}) {
  const warehouse = buildWarehouse(seed);
  const run = warehouse.runs[0];
  if (!run) throw new Error('a warehouse has lines');
  const { layout } = run.line.rules;
  const cause = { ...drawHappening(createRandom(seed, kind), kind, layout, 'cause', CAUSE_TS), ...given };
  run.line.scripted.push(cause);
  warehouse.advance(MORNING);
  const truth = createTruth(warehouse);
  warehouse.advance(cause.endTs + 120 * MINUTE, (each) => truth.observe(each));
  truth.finish();
  const incidents = truth.incidents().filter(({ familyId }) => familyId === 'cause');
  return { warehouse, run, layout, cause, truth, incidents };
}

describe('an incident', () => {
  it('names its cause, when that came, and its family', () => {
    const { incidents, cause } = tell('SURGE', 301);
    expect(incidents.length).toBeGreaterThan(1);
    for (const incident of incidents) {
      expect(incident).toMatchObject({ cause: 'SURGE', causeTs: CAUSE_TS, familyId: 'cause' });
      expect(incident.onsetTs).toBeGreaterThan(cause.startTs);
      expect(incident.endTs).toBeGreaterThan(incident.onsetTs);
    }
  });

  it('of packers who are missing is met by more packers first', () => {
    const { incidents, layout } = tell('UNDERSTAFFED_AFTER_BREAK', 302, { process: 'PACK', strength: 0.4 });
    const lanes = incidents.filter(({ unitId }) => layout.lanes.some((lane) => lane.unitId === unitId));
    expect(lanes.length).toBeGreaterThan(0);
    for (const { remedies } of lanes)
      expect(remedies.map(({ action }) => action).slice(0, 2)).toEqual(['ADD_STAFF', 'MOVE_STAFF']);
  });

  it('of a skewed lane is met by sending its units elsewhere', () => {
    const told = [303, 304, 305, 306, 307].flatMap((seed) => tell('LANE_SKEW', seed).incidents);
    const overflows = told.filter(({ kind }) => kind === 'OVERFLOW');
    expect(overflows.length).toBeGreaterThan(0);
    for (const { remedies } of overflows)
      expect(remedies[0]).toMatchObject({ action: 'REBALANCE_CAPACITY', quantityUnit: 'upm' });
  });

  it('of picking that stands still can be helped by nobody, anywhere', () => {
    const { incidents } = tell('UPSTREAM_STOP', 308);
    expect(incidents.length).toBeGreaterThan(0);
    const none = incidents.flatMap(({ remedies }) => remedies.find(({ action }) => action === 'NONE') ?? []);
    expect(none.length).toBeGreaterThan(incidents.length / 2);
    for (const remedy of none) expect(remedy).toMatchObject({ unitId: '', process: '', quantity: null });
  });

  it('of a skewed lane may be told of either end, in units a minute or in stations that pass them', () => {
    const { incidents, layout } = tell('LANE_SKEW', 303);
    const overflow = incidents.find(({ kind, unitId }) => kind === 'OVERFLOW' && unitId.includes('LANE'));
    const moves = overflow?.remedies.filter(({ action }) => action === 'REBALANCE_CAPACITY') ?? [];
    const lanes = layout.lanes.map(({ unitId }) => unitId);
    for (const quantityUnit of ['upm', 'stations'])
      expect(moves.filter((move) => move.quantityUnit === quantityUnit).map(({ unitId }) => unitId)).toEqual(
        expect.arrayContaining(lanes),
      );
    const [flow, stations] = moves.map(({ quantity }) => quantity ?? 0);
    expect(stations).toBe(Math.ceil(((flow ?? 0) * 60) / layout.uph.PACK));
  });

  it('of missing people names whose', () => {
    const { incidents } = tell('UNDERSTAFFED_AFTER_BREAK', 302, { process: 'PACK', strength: 0.4 });
    const people = incidents
      .flatMap(({ remedies }) => remedies)
      .filter(({ action }) => action === 'ADD_STAFF');
    expect(people.length).toBeGreaterThan(0);
    expect(new Set(people.map(({ process }) => process))).toContain('PACK');
    expect(people.every(({ process }) => process !== '')).toBe(true);
  });

  it('that a decoy brought about after all is not among the decoys', () => {
    const { truth, incidents } = tell('SPIKE', 309, { strength: 1.5, endTs: CAUSE_TS + 40 * MINUTE });
    expect(incidents.length).toBeGreaterThan(0);
    const decoyed = truth.decoys(START, START + 48 * 60 * MINUTE).filter(({ kind }) => kind === 'SPIKE');
    const units = new Set(incidents.map(({ unitId }) => unitId));
    expect(decoyed.filter(({ unitId }) => units.has(unitId))).toEqual([]);
    expect(decoyed.length).toBeGreaterThan(0);
  });
});

describe('what would have been enough', () => {
  it('avoids the incident from the same luck, and the step below it does not', () => {
    let checked = 0;
    for (const seed of [310, 311, 312]) {
      const { warehouse, run, incidents, cause } = tell('SURGE', seed);
      const again = buildWarehouse(seed);
      again.advance(MORNING);
      const from = again.runs[0];
      if (!from) throw new Error('a warehouse has lines');
      const induct = incidents.find(({ unitId, kind }) => unitId.includes('INDUCT') && kind === 'OVERFLOW');
      const remedy = induct?.remedies.find(({ action }) => action === 'THROTTLE_INDUCT');
      if (!induct || remedy?.quantity == null) continue;
      const path = run.line.rules.layout.inducts.find(({ unitId }) => unitId === induct.unitId)?.path ?? '';
      const actTs = Math.ceil(Math.max(induct.onsetTs - 20 * MINUTE, CAUSE_TS) / MINUTE) * MINUTE;
      const until = induct.onsetTs + 60 * MINUTE;
      const comes = (percent: number) =>
        play(warehouse, from, [cause], until, ({ throttle }, ts) => {
          if (ts >= actTs) throttle.set(path, 1 - percent / 100);
        }).incidents.some(({ unitId, kind }) => unitId === induct.unitId && kind === 'OVERFLOW');
      expect(comes(0)).toBe(true);
      expect(comes(remedy.quantity)).toBe(false);
      expect(comes(remedy.quantity - 5)).toBe(true);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(0);
  });

  it('at a total is what is enough for each of its units within the hour, more than for some of them', () => {
    const { run, incidents, cause } = tell('RATE_FALL', 313, { process: 'PACK', strength: 0.4 });
    const again = buildWarehouse(313);
    const other = again.runs[0];
    if (!other) throw new Error('a warehouse has lines');
    other.line.scripted.push(cause);
    again.advance(CAUSE_TS - 40 * MINUTE);
    const from = { ts: CAUSE_TS - 40 * MINUTE, state: cloneLineState(other.state) };
    const people = (remedies: readonly Remedy[]) =>
      remedies.find(({ action, process }) => action === 'ADD_STAFF' && process === 'PACK')?.quantity ?? 0;
    const overflows = incidents.filter(({ kind, remedies }) => kind === 'OVERFLOW' && people(remedies) > 0);
    const alone = new Map(
      overflows.map((each) => [each, people(findRemedies(run.line, each, cause, from))] as const),
    );
    for (const each of overflows) {
      const together = overflows.filter(({ onsetTs }) => Math.abs(onsetTs - each.onsetTs) <= 60 * MINUTE);
      expect(people(each.remedies)).toBe(Math.max(...together.map((one) => alone.get(one) ?? 0)));
    }
    expect(overflows.some((each) => people(each.remedies) > (alone.get(each) ?? 0))).toBe(true);
  });

  it('is the same whether asked from an early or a late checkpoint', () => {
    const { run, incidents, cause } = tell('RATE_FALL', 313, { process: 'PACK', strength: 0.4 });
    const incident = incidents.find(({ onsetTs }) => onsetTs > CAUSE_TS + 25 * MINUTE);
    if (!incident) throw new Error('expected an incident some time after its cause');
    const remediesFrom = (ts: number) => {
      const warehouse = buildWarehouse(313);
      const other = warehouse.runs[0];
      if (!other) throw new Error('a warehouse has lines');
      other.line.scripted.push(cause);
      warehouse.advance(ts);
      return findRemedies(run.line, incident, cause, { ts, state: cloneLineState(other.state) });
    };
    expect(remediesFrom(CAUSE_TS)).toEqual(remediesFrom(CAUSE_TS - 30 * MINUTE));
    const named = ({ action, unitId, process }: Remedy) => `${action} ${unitId} ${process}`;
    expect(remediesFrom(CAUSE_TS).map(named)).toEqual(incident.remedies.map(named));
  });
});

it('breaks, drains and shift changes are told as decoys', () => {
  const warehouse = buildWarehouse(314);
  const truth = createTruth(warehouse);
  warehouse.advance(START + 24 * 60 * MINUTE, (run) => truth.observe(run));
  truth.finish();
  const kinds = truth.decoys(START, START + 24 * 60 * MINUTE).map(({ kind }) => kind);
  expect(kinds).toContain('PLANNED_BREAK');
  expect(kinds).toContain('SHIFT_CHANGE');
});
