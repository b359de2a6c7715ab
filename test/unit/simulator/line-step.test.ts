import { describe, expect, it } from 'vitest';
import { quietConditions, type Conditions } from '../../../src/simulator/conditions.ts';
import { pathsOf } from '../../../src/simulator/layout.ts';
import { behindSorter, buffersOf, fillOf, type LineState } from '../../../src/simulator/line-state.ts';
import { runLine, type LineRun } from '../../../src/simulator/line.ts';
import { buildWarehouse, lineOf, MINUTE, MORNING } from './floor.ts';

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const wipOf = (state: LineState) => sum(buffersOf(state).map(({ units }) => units));

function startLine(change: (conditions: Conditions) => void = () => undefined, seed = 3): LineRun {
  const warehouse = buildWarehouse(seed);
  warehouse.advance(MORNING);
  const run = lineOf(warehouse);
  return runLine(run.line, run.state, MORNING, change);
}

function minutes(run: LineRun, count: number, each: () => void = () => undefined): void {
  for (let step = 0; step < count * 6; step++) {
    run.step();
    each();
  }
}

const withWalls = () => {
  for (let seed = 1; ; seed++) {
    const warehouse = buildWarehouse(seed);
    const run = warehouse.runs.find(({ line }) => line.rules.layout.walls.length > 0);
    if (run) return run;
  }
};

describe('units are conserved', () => {
  it.each([
    ['on a quiet day', startLine],
    ['with put walls', withWalls],
    ['with a jammed lane', () => startLine(({ jammed }) => jammed.add('LANE-1'))],
    [
      'while units are led past and held back',
      () =>
        startLine(({ divertUpm, throttle }) => {
          divertUpm.set('LANE-1', 4).set('LANE-2', -2);
          throttle.set('INDUCT-1', 0.5);
        }),
    ],
    [
      'with most labels unreadable',
      () =>
        startLine((conditions) => {
          conditions.misreadShare = 0.9;
        }),
    ],
  ])('%s', (_name, build) => {
    const run = build();
    const { state } = run;
    const before = { wip: wipOf(state), picked: state.pickedTotal, packed: state.packedTotal };
    const levels = buffersOf(state).map((buffer) => buffer.units - buffer.inTotal + buffer.outTotal);
    const released = state.releasedTotal - state.backlogUnits - state.pickedTotal;
    minutes(run, 240, () => {
      expect(wipOf(state) - before.wip).toBe(
        state.pickedTotal - before.picked - (state.packedTotal - before.packed),
      );
      expect(buffersOf(state).map((buffer) => buffer.units - buffer.inTotal + buffer.outTotal)).toEqual(
        levels,
      );
      expect(state.releasedTotal - state.backlogUnits - state.pickedTotal).toBe(released);
      expect(sum(behindSorter(state).map(({ bound }) => bound))).toBe(state.sorter.units);
    });
    expect(state.packedTotal - before.packed).toBeGreaterThan(1000);
  });
});

describe('buffers are finite', () => {
  it('never hold less than nothing or more than their capacity, whole units only', () => {
    const run = startLine((conditions) => {
      conditions.headcount.PACK = 0.3;
    });
    minutes(run, 300, () => {
      for (const { units, layout } of buffersOf(run.state)) {
        expect(Number.isInteger(units)).toBe(true);
        expect(units).toBeGreaterThanOrEqual(0);
        expect(units).toBeLessThanOrEqual(layout.capacityUnits);
      }
    });
  });

  it('block backwards: packers missing, lanes full, the sorter turns in circles, inducts full, pickers wait', () => {
    const run = startLine((conditions) => {
      conditions.headcount.PACK = 0;
    });
    const { state } = run;
    minutes(run, 180);
    for (const buffer of [...state.lanes, ...state.inducts]) {
      expect(fillOf(buffer)).toBe(1);
      expect(buffer.feederBlocked).toBe(true);
    }
    expect(fillOf(state.sorter)).toBe(1);
    const [picked, recirc, moved] = [state.pickedTotal, state.recircTotal, state.sorter.outTotal];
    minutes(run, 10);
    expect(state.pickedTotal).toBe(picked);
    expect(state.sorter.outTotal).toBe(moved);
    expect(state.recircTotal).toBeGreaterThan(recirc + 100);
    expect(state.backlogUnits).toBeGreaterThan(0);
  });

  it('a station that is blocked holds what it has finished, and no more', () => {
    const run = startLine((conditions) => {
      conditions.jammed.add('SORT-1');
    });
    const before = run.state.sorter.outTotal;
    minutes(run, 60);
    const persons = run.minute().hc.INDUCT;
    for (const induct of run.state.inducts) {
      expect(induct.finished).toBeGreaterThan(0);
      expect(induct.finished).toBeLessThan(persons + 10);
    }
    expect(run.state.sorter.outTotal).toBe(before);
  });

  it('a jammed induct fills, its neighbours go on', () => {
    const run = startLine(({ jammed }) => jammed.add('INDUCT-1'));
    const [first, second] = run.state.inducts;
    const before = { first: first?.outTotal, second: second?.outTotal ?? 0 };
    minutes(run, 45);
    expect(first && fillOf(first)).toBe(1);
    expect(first?.outTotal).toBe(before.first);
    expect((second?.outTotal ?? 0) - before.second).toBeGreaterThan(300);
  });
});

describe('a quiet line', () => {
  it.each([1, 2, 3, 4, 5])('of seed %d lives between a fifth and four fifths, and moves slowly', (seed) => {
    const warehouse = buildWarehouse(seed);
    const fills: number[] = [];
    const changes: number[] = [];
    const last = new Map<unknown, number>();
    warehouse.advance(MORNING + 600 * MINUTE, undefined, (ts) => {
      if (ts % (5 * MINUTE) !== 0 || ts < MORNING - 240 * MINUTE) return;
      for (const { state } of warehouse.runs) {
        for (const lane of state.lanes) {
          fills.push(fillOf(lane));
          changes.push(Math.abs(fillOf(lane) - (last.get(lane) ?? fillOf(lane))));
          last.set(lane, fillOf(lane));
        }
      }
    });
    const within = fills.filter((fill) => fill >= 0.2 && fill <= 0.8).length / fills.length;
    expect(within).toBeGreaterThan(0.85);
    expect(sum(changes) / changes.length).toBeLessThan(0.06);
  });

  it('receives over-dispersed arrivals: more than Poisson, less than chaos', () => {
    const run = startLine();
    const counts: number[] = [];
    let picked = run.state.pickedTotal;
    minutes(run, 50, () => {
      counts.push(run.state.pickedTotal - picked);
      picked = run.state.pickedTotal;
    });
    const mean = sum(counts) / counts.length;
    const variance = sum(counts.map((count) => (count - mean) ** 2)) / counts.length;
    expect(variance / mean).toBeGreaterThan(1.5);
    expect(variance / mean).toBeLessThan(5);
  });
});

describe('what people do', () => {
  const flowsWith = (change: (conditions: Conditions) => void) => {
    const run = startLine(change);
    const induct = run.state.inducts[0];
    const lane = run.state.lanes[0];
    const before = [induct?.inTotal ?? 0, lane?.inTotal ?? 0, run.state.packedTotal];
    minutes(run, 40);
    return {
      induct: (induct?.inTotal ?? 0) - (before[0] ?? 0),
      lane: (lane?.inTotal ?? 0) - (before[1] ?? 0),
      packed: run.state.packedTotal - (before[2] ?? 0),
    };
  };
  const quiet = flowsWith(() => undefined);

  it('a throttled induct receives that much less', () => {
    const { induct } = flowsWith(({ throttle }) => throttle.set('INDUCT-1', 0.5));
    expect(induct / quiet.induct).toBeGreaterThan(0.4);
    expect(induct / quiet.induct).toBeLessThan(0.72);
  });

  it('units are led past a lane, or to it', () => {
    const past = flowsWith(({ divertUpm }) => divertUpm.set('LANE-1', 5)).lane;
    const to = flowsWith(({ divertUpm }) => divertUpm.set('LANE-1', -5)).lane;
    expect(past).toBeLessThan(quiet.lane - 40);
    expect(to).toBeGreaterThan(quiet.lane + 40);
  });

  it('more packers pack more', () => {
    const { packed } = flowsWith(({ extraHc }) => {
      extraHc.PACK = 6;
    });
    expect(packed).toBeGreaterThan(quiet.packed * 1.1);
  });
});

it('quiet conditions change nothing of a plan', () => {
  const { headcount, pace, release, jammed } = quietConditions(0.02);
  expect([...Object.values(headcount), ...Object.values(pace), release]).toEqual(Array(9).fill(1));
  expect(jammed.size).toBe(0);
});

it('every path of a line has its own name and id, and shares add up', () => {
  for (let seed = 0; seed < 30; seed++) {
    const { layout } = buildWarehouse(seed);
    const paths = layout.lines.flatMap(pathsOf);
    expect(new Set(paths.map(({ path }) => path)).size).toBe(paths.length);
    for (const { unitId } of paths) expect(unitId).toMatch(/^FRA1_[A-Za-z0-9-]+_[A-Za-z0-9-]+$/);
    for (const { inducts, lanes } of layout.lines) {
      expect(sum(inducts.map(({ share }) => share))).toBeCloseTo(1);
      expect(sum(lanes.map(({ share }) => share))).toBeCloseTo(1);
    }
  }
});
