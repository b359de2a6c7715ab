import { describe, expect, it } from 'vitest';
import { createIncidentWatch, type UnitIncident } from '../../../src/simulator/incident-watch.ts';
import { cloneLineState, type LineState } from '../../../src/simulator/line-state.ts';
import { STEP_MS } from '../../../src/simulator/line-step.ts';
import { buildWarehouse, lineOf, MINUTE, START } from './floor.ts';

const warehouse = buildWarehouse(3);
const { state: quiet, line } = lineOf(warehouse);
const { layout } = line.rules;
const INDUCT = layout.inducts[0]?.unitId ?? '';
const LANE = layout.lanes[0]?.unitId ?? '';

interface Told {
  /** Minutes after the start. */
  from: number;
  to: number;
  show: (state: LineState, step: number) => void;
}

/** Lets a floor show what is told, and tells which incidents were seen, times in minutes. */
function watchFloor(
  told: Told[],
  options: { minutes?: number; standstill?: (minute: number) => boolean } = {},
): [string, string, number, number][] {
  const watch = createIncidentWatch({
    line: layout,
    isStandstill: (_process, ts) => options.standstill?.((ts - START) / MINUTE) ?? false,
    since: START,
  });
  const seen: UnitIncident[] = [];
  for (let step = 1; step <= (options.minutes ?? 180) * 6; step++) {
    const state = cloneLineState(quiet);
    for (const buffer of [...state.inducts, ...state.walls, ...state.lanes]) {
      buffer.feederBlocked = false;
      buffer.possible = 2;
      buffer.starved = 0;
    }
    state.backlogUnits = 500;
    for (const { from, to, show } of told) if (step > from * 6 && step <= to * 6) show(state, step);
    watch.observe(state, START + step * STEP_MS);
    seen.push(...watch.takeClosed());
  }
  watch.finish(START + (options.minutes ?? 180) * MINUTE);
  seen.push(...watch.takeClosed());
  return seen.map(({ unitId, kind, onsetTs, endTs }) => [
    unitId,
    kind,
    (onsetTs - START) / MINUTE,
    (endTs - START) / MINUTE,
  ]);
}

const block = (index: number) => (state: LineState) => {
  const induct = state.inducts[index];
  if (induct) induct.feederBlocked = true;
};
const starve = (units: number) => (state: LineState) => {
  const lane = state.lanes[0];
  if (lane) lane.starved = units;
};

describe('overflow', () => {
  it.each([
    ['blocked for less than 2 minutes', 1.8, 0],
    ['blocked for 2 minutes', 2, 1],
    ['blocked for half an hour', 30, 1],
  ])('%s', (_name, minutes, count) => {
    const seen = watchFloor([{ from: 60, to: 60 + minutes, show: block(0) }]);
    expect(seen.filter(([unitId]) => unitId === INDUCT)).toHaveLength(count);
  });

  it('counts 2 minutes within 5, and not 2 minutes within 12', () => {
    const every = (steps: number) => (state: LineState, step: number) => {
      if (step % steps === 0) block(0)(state);
    };
    expect(watchFloor([{ from: 60, to: 90, show: every(2) }])[0]?.slice(0, 2)).toEqual([INDUCT, 'OVERFLOW']);
    expect(watchFloor([{ from: 60, to: 90, show: every(6) }])).toEqual([]);
  });

  it('begins when the feeder is first blocked and ends when it no longer is', () => {
    const [incident] = watchFloor([{ from: 60, to: 80, show: block(0) }]);
    expect(incident?.[2]).toBe(60);
    expect(incident?.[3]).toBeGreaterThanOrEqual(80);
    expect(incident?.[3]).toBeLessThanOrEqual(84);
  });

  it('is one incident where it comes back soon, and two where it does not', () => {
    const twice = (gap: number) =>
      watchFloor([
        { from: 40, to: 50, show: block(0) },
        { from: 50 + gap, to: 60 + gap, show: block(0) },
      ]).filter(([unitId]) => unitId === INDUCT).length;
    expect([twice(15), twice(40)]).toEqual([1, 2]);
  });

  it('is one of the total too where inducts with half of its flow are blocked', () => {
    const kinds = (indexes: number[]) =>
      watchFloor(indexes.map((index) => ({ from: 60, to: 80, show: block(index) }))).map(
        ([unitId]) => unitId,
      );
    const all = layout.inducts.map((_, index) => index);
    expect(kinds(all)).toContain(layout.unitId);
    const smallest = layout.inducts.findIndex(({ share }) => share < 0.5);
    expect(kinds([smallest])).not.toContain(layout.unitId);
  });
});

describe('starvation', () => {
  it.each([
    ['a tenth idle', 0.2, 0],
    ['a fifth idle', 0.4, 1],
    ['all idle', 2, 1],
  ])('%s', (_name, starved, count) => {
    const seen = watchFloor([{ from: 60, to: 70, show: starve(starved) }]);
    expect(seen.filter(([unitId, kind]) => unitId === LANE && kind === 'STARVATION')).toHaveLength(count);
  });

  it('begins when the stations began to idle', () => {
    const [incident] = watchFloor([{ from: 60, to: 70, show: starve(0.4) }]);
    expect(incident?.[2]).toBe(60);
  });

  it('a fifth idle for less than 3 minutes is none', () => {
    expect(watchFloor([{ from: 60, to: 62.5, show: starve(0.4) }])).toEqual([]);
  });

  it('needs backlog, and backlog that has been there long enough to reach the stations', () => {
    const without = (until: number) =>
      watchFloor([
        { from: 60, to: 120, show: starve(2) },
        {
          from: 0,
          to: until,
          show: (state) => {
            state.backlogUnits = 0;
          },
        },
      ]);
    expect(without(180)).toEqual([]);
    expect(without(100)).toEqual([]);
    expect(without(60)[0]?.[2]).toBeGreaterThanOrEqual(100);
  });

  it('does not begin in a planned standstill, but goes on through one', () => {
    const starved = [{ from: 60, to: 100, show: starve(2) }];
    expect(watchFloor(starved, { standstill: (minute) => minute > 50 && minute < 130 })).toEqual([]);
    const [incident] = watchFloor(starved, { standstill: (minute) => minute > 70 && minute < 130 });
    expect(incident?.[3]).toBeGreaterThanOrEqual(100);
  });
});

it('what is going on when the time is over ends there', () => {
  expect(watchFloor([{ from: 60, to: 90, show: block(0) }], { minutes: 80 })[0]?.[3]).toBe(80);
});
