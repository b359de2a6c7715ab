import { describe, expect, it } from 'vitest';
import { algorithm, DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { project } from '../../../src/domain/forecast/projection.ts';
import type { StaffPlanStep, UnitSeries } from '../../../src/domain/series.ts';
import { signalsOf } from '../../../src/domain/forecast/signals.ts';
import { buildUnit, type UnitSketch } from '../evaluate/series-builder.ts';

const parameters = algorithm(DEFAULT_ALGORITHM);

/** Levels by minutes ahead; `ahead` are the steps of the scheduled headcount. */
function levels(
  sketch: UnitSketch,
  ahead: { packers?: StaffPlanStep[]; pickers?: StaffPlanStep[] } = {},
  shares?: UnitSeries['shares'],
): (inMin: number) => number | undefined {
  const series = buildUnit(sketch);
  if (shares) series.shares = shares;
  if (ahead.packers) series.staffing!.ahead = ahead.packers;
  if (ahead.pickers) series.picking!.ahead = ahead.pickers;
  const projected = project(series, signalsOf(series, parameters), parameters);
  return (inMin) => projected.find((level) => level.inMin === inMin)?.wipUnits;
}

const steps = (...planned: [inMin: number, hcPlan: number | null][]): StaffPlanStep[] =>
  planned.map(([inMin, hcPlan]) => ({ inMin, hcPlan }));

describe('without staff', () => {
  it('is a straight line in steps of 5 minutes up to the hour', () => {
    const series = buildUnit({ wip: 50, slope: 0.5 });
    const projected = project(series, signalsOf(series, parameters), parameters);
    expect(projected).toEqual(
      Array.from({ length: 13 }, (_, index) => ({ inMin: 5 * index, wipUnits: 50 + 2.5 * index })),
    );
  });

  it.each<[string, UnitSketch, number]>([
    ['never falls below empty', { wip: 10, slope: -1 }, 0],
    ['never rises above full', { wip: 90, slope: 1 }, 100],
    ['a level above its capacity stays where it is while it grows', { wip: 110, slope: 1 }, 110],
    ['a level above its capacity may fall', { wip: 110, slope: -0.5 }, 80],
  ])('%s', (_name, sketch, inAnHour) => {
    expect(levels(sketch)(60)).toBe(inAnHour);
  });

  it.each<[string, UnitSketch]>([
    ['level', { wip: null, inflow: 2, outflow: 1 }],
    ['capacity', { capacity: null, inflow: 2, outflow: 1 }],
  ])('is empty where the %s is unknown', (_name, sketch) => {
    const series = buildUnit(sketch);
    const signals = signalsOf(series, parameters);
    expect(signals.growthUpm).not.toBeNull();
    expect(project(series, signals, parameters)).toEqual([]);
  });

  it('is empty where growth is unknown', () => {
    const series = buildUnit();
    series.levelSamples = [];
    expect(project(series, signalsOf(series, parameters), parameters)).toEqual([]);
  });
});

describe('with the scheduled packers', () => {
  const packing: UnitSketch = { wip: 50, inflow: 2, outflow: 2, staffing: { hcPlan: 4, uphActual: 30 } };

  it('sees a break ahead', () => {
    const at = levels(packing, { packers: steps([0, 4], [10, 0], [25, 4]) });
    expect([at(10), at(15), at(25), at(60)]).toEqual([50, 60, 80, 80]);
  });

  it.each<[string, StaffPlanStep[], number]>([
    ['half of them go: half of the outflow goes', steps([0, 4], [30, 2]), 80],
    ['more come: more goes out', steps([0, 4], [30, 5]), 35],
    ['nothing changes', steps([0, 4], [30, 4]), 50],
    ['what is planned later is not known', steps([0, 4], [30, null]), 50],
    ['nothing is planned ahead', [], 50],
    ['what is planned now stands beside the steps', steps([30, 2]), 80],
    ['beyond the hour nothing counts', steps([0, 4], [60, 0]), 50],
  ])('%s', (_name, packers, inAnHour) => {
    expect(levels(packing, { packers })(60)).toBe(inAnHour);
  });

  it.each([
    ['take along', 4, 0],
    ['bring back', 0, 4],
  ])('without a known outflow nobody knows what they %s', (_name, now, then) => {
    const unmeasured = { wip: 50, slope: 0.5, staffing: { hcPlan: now, uphActual: 30 } };
    expect(levels(unmeasured, { packers: steps([0, now], [5, then]) })(60)).toBe(80);
  });

  it('without a plan for now nobody knows how many more will work', () => {
    const unplanned = { ...packing, staffing: { hcPlan: null, uphActual: 300 } };
    expect(levels(unplanned, { packers: steps([0, null], [5, 8]) })(60)).toBe(50);
  });
});

describe('when the packers come back', () => {
  const away: UnitSketch = { wip: 80, slope: 1, inflow: 1, outflow: 0 };
  const back = steps([0, 0], [5, 2]);

  it.each<[string, UnitSketch, (number | undefined)[]]>([
    ['at the rate measured of them', { ...away, staffing: { hcPlan: 0, uphActual: 60 } }, [85, 80, 75]],
    [
      'at the planned rate where none is measured',
      { ...away, staffing: { hcPlan: 0, uphPlan: 90 } },
      [85, 75, 65],
    ],
    ['at an unknown rate: as it goes now', { ...away, staffing: { hcPlan: 0 } }, [85, 90, 95]],
    [
      'what leaves now although nobody is planned is not taken away',
      { wip: 50, inflow: 3, outflow: 3, staffing: { hcPlan: 0, uphActual: 60 } },
      [50, 50, 50],
    ],
  ])('%s', (_name, sketch, expected) => {
    const at = levels(sketch, { packers: back });
    expect([at(5), at(10), at(15)]).toEqual(expected);
  });
});

describe('with the scheduled pickers', () => {
  it('sees the inflow end with them', () => {
    const at = levels(
      { wip: 50, inflow: 2, outflow: 2, picking: { hcPlan: 4, uphPlan: 30 } },
      { pickers: steps([0, 4], [20, 0]) },
    );
    expect([at(20), at(25), at(45)]).toEqual([50, 40, 0]);
  });

  it('sees it come back at the rate of the pickers, not at that of the packers', () => {
    const at = levels(
      {
        ...{ wip: 50, slope: -1, inflow: 0, outflow: 1 },
        ...{ picking: { hcPlan: 0, uphPlan: 60 }, staffing: { hcPlan: 4, uphActual: 600 } },
      },
      { pickers: steps([0, 0], [10, 3]) },
    );
    expect([at(5), at(10), at(15), at(20)]).toEqual([45, 40, 50, 60]);
  });

  it('at the rate measured of them where none is planned', () => {
    const at = levels(
      { wip: 50, slope: -1, inflow: 0, outflow: 1, picking: { hcPlan: 0, uphActual: 60 } },
      { pickers: steps([0, 0], [5, 1]) },
    );
    expect([at(5), at(60)]).toEqual([45, 45]);
  });
});

describe('of a unit that is one of several', () => {
  const shares = { inflow: 0.25, outflow: 0.5 };

  it('only its part of the pickers comes back to it', () => {
    const at = levels(
      { type: 'LANE', wip: 50, slope: -1, inflow: 0, outflow: 1, picking: { hcPlan: 0, uphPlan: 60 } },
      { pickers: steps([0, 0], [5, 12]) },
      shares,
    );
    expect([at(5), at(10), at(15)]).toEqual([45, 55, 65]);
  });

  it('only its part of the staff passes its units', () => {
    const at = levels(
      { type: 'INDUCT', wip: 80, slope: 1, inflow: 1, outflow: 0, staffing: { hcPlan: 0, uphActual: 60 } },
      { packers: steps([0, 0], [5, 4]) },
      shares,
    );
    expect([at(5), at(10), at(15)]).toEqual([85, 80, 75]);
  });
});
