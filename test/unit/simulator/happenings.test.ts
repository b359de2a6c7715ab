/** Each kind of happening on real floors of several seeds: causes bring incidents about, decoys do not. */
import { describe, expect, it } from 'vitest';
import { CAUSES, DECOYS, drawHappening, type Cause, type Decoy } from '../../../src/simulator/happenings.ts';
import { fillOf } from '../../../src/simulator/line-state.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { buildWarehouse, MINUTE, MORNING, play } from './floor.ts';

const floors = Array.from({ length: 12 }, (_, index) => {
  const warehouse = buildWarehouse(200 + index);
  warehouse.advance(MORNING);
  const run = warehouse.runs[index % warehouse.runs.length];
  if (!run) throw new Error('a warehouse has lines');
  return { seed: 200 + index, warehouse, run };
});

function playAll(kind: Cause | Decoy) {
  return floors.map(({ seed, warehouse, run }) => {
    const random = createRandom(seed, kind);
    const happening = drawHappening(random, kind, run.line.rules.layout, 'test', MORNING + 10 * MINUTE);
    const { incidents } = play(warehouse, run, [happening], happening.endTs + 40 * MINUTE);
    return { happening, incidents };
  });
}

/** Which kinds of incident each cause may bring. */
const EXPECTED: Readonly<Record<Cause, readonly string[]>> = {
  SLOW_DRIFT: ['OVERFLOW', 'STARVATION'],
  JAM: ['OVERFLOW', 'STARVATION'],
  UPSTREAM_STOP: ['STARVATION'],
  UNDERSTAFFED_AFTER_BREAK: ['OVERFLOW', 'STARVATION'],
  RATE_FALL: ['OVERFLOW', 'STARVATION'],
  SURGE: ['OVERFLOW'],
  LANE_SKEW: ['OVERFLOW', 'STARVATION'],
  GRIDLOCK: ['OVERFLOW', 'STARVATION'],
  SLOW_PATH: ['OVERFLOW', 'STARVATION'],
  PATH_LEFT: ['OVERFLOW', 'STARVATION'],
  STAFF_LENT: ['OVERFLOW', 'STARVATION'],
  LATE_SHIFT: ['OVERFLOW', 'STARVATION'],
  BIG_WAVE: ['OVERFLOW'],
};

describe('a cause', () => {
  it.each(CAUSES)('%s brings its incident about on most floors, after it came', (kind) => {
    const played = playAll(kind);
    const hit = played.filter(({ incidents }) => incidents.length > 0);
    expect(hit.length).toBeGreaterThanOrEqual(floors.length / 2);
    for (const { happening, incidents } of hit) {
      for (const incident of incidents) {
        expect(EXPECTED[kind]).toContain(incident.kind);
        expect(incident.onsetTs).toBeGreaterThanOrEqual(happening.startTs);
      }
    }
  });

  it('a jammed induct or lane itself overflows, before anything else does', () => {
    const first = playAll('JAM').flatMap(({ happening, incidents }) => {
      const overflows = incidents.filter(({ kind }) => kind === 'OVERFLOW');
      const [earliest] = overflows.toSorted((a, b) => a.onsetTs - b.onsetTs);
      return earliest ? [earliest.unitId.endsWith(`_${happening.path}`)] : [];
    });
    expect(first.length).toBeGreaterThan(3);
    expect(first).not.toContain(false);
  });

  it('a skewed lane overflows while the others of its group do not', () => {
    const units = playAll('LANE_SKEW').flatMap(({ happening, incidents }) =>
      incidents
        .filter(({ kind }) => kind === 'OVERFLOW')
        .map(({ unitId }) => unitId.endsWith(`_${happening.path}`)),
    );
    expect(units.length).toBeGreaterThan(3);
    expect(units.filter(Boolean).length / units.length).toBeGreaterThan(0.8);
  });

  it('leads of very different length: some incidents come at once, some after an hour and more', () => {
    const leads = CAUSES.flatMap((kind) =>
      playAll(kind).flatMap(({ happening, incidents }) =>
        incidents.map(({ onsetTs }) => (onsetTs - happening.startTs) / MINUTE),
      ),
    );
    expect(leads.some((lead) => lead < 10)).toBe(true);
    expect(leads.filter((lead) => lead >= 30).length / leads.length).toBeGreaterThan(0.25);
    expect(leads.some((lead) => lead > 60)).toBe(true);
  });
});

describe('a decoy', () => {
  it.each(DECOYS)('%s brings no incident on most floors', (kind) => {
    const hit = playAll(kind).filter(({ incidents }) => incidents.length > 0);
    expect(hit.length).toBeLessThanOrEqual(floors.length / 3);
  });

  const highest = (kind: Decoy) =>
    floors.map(({ seed, warehouse, run }) => {
      const layout = run.line.rules.layout;
      const happening = drawHappening(createRandom(seed, kind), kind, layout, 'test', MORNING + 10 * MINUTE);
      const fills: number[] = [];
      for (let ts = happening.startTs; ts <= happening.endTs; ts += 10 * MINUTE) {
        const { state } = play(warehouse, run, [happening], ts).run;
        fills.push(Math.max(...[...state.inducts, ...state.walls, ...state.lanes].map(fillOf)));
      }
      return Math.max(...fills);
    });

  it('HIGH_STABLE stands high, FALLING_FROM_HIGH comes from high: each would alarm a threshold', () => {
    for (const kind of ['HIGH_STABLE', 'FALLING_FROM_HIGH'] as const)
      expect(highest(kind).filter((fill) => fill > 0.8).length).toBeGreaterThan(floors.length / 2);
  });

  it('NO_DEMAND empties the line', () => {
    const { seed, warehouse, run } = floors[0] ?? { seed: 0, warehouse: buildWarehouse(0), run: null };
    if (!run) throw new Error('a warehouse has lines');
    const layout = run.line.rules.layout;
    const happening = drawHappening(createRandom(seed, 'x'), 'NO_DEMAND', layout, 'test', MORNING + MINUTE);
    const { state } = play(warehouse, run, [happening], happening.endTs).run;
    expect(state.backlogUnits).toBe(0);
    expect(Math.max(...state.lanes.map(fillOf))).toBeLessThan(0.1);
  });
});

it('a floor on which nothing happens has nearly no incident', () => {
  const units = floors.flatMap(({ warehouse }) =>
    warehouse.runs.flatMap((run) => play(warehouse, run, [], MORNING + 12 * 60 * MINUTE).incidents),
  );
  // A day of some 120 units.
  expect(units.length).toBeLessThan(12);
});
