import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLines, type LineLayout } from '../../../src/simulator/layout.ts';
import {
  buffersOf,
  createLine,
  fillOf,
  plannedFlowUpm,
  quietConditions,
  stepLine,
  type LineState,
} from '../../../src/simulator/line-physics.ts';
import { conditionsAt, PROBLEM_KINDS, type Problem } from '../../../src/simulator/problems.ts';
import { createRandom } from '../../../src/simulator/random.ts';

const BACKLOG = 100_000;
const STEPS_PER_MIN = 6;

const layouts = buildLines();
function layoutOf(workpool: string): LineLayout {
  const layout = layouts.find((candidate) => candidate.workpool === workpool);
  if (!layout) throw new Error(`no workpool ${workpool}`);
  return layout;
}

function unitsOn(line: LineState): number {
  return buffersOf(line).reduce((sum, buffer) => sum + buffer.units, 0);
}

function run(line: LineState, problem: Problem | null, minutes: number, seed: number, presence = 1): void {
  const random = createRandom(seed, 'line');
  for (let step = 0; step < minutes * STEPS_PER_MIN; step++) {
    stepLine(line, conditionsAt(problem, line, step * 10_000), presence, random);
  }
}

describe('the line', () => {
  it('is planned with the same flow at each process', () => {
    for (const layout of layouts) {
      expect(plannedFlowUpm(layout, 'INDUCT')).toBe(plannedFlowUpm(layout, 'PICK'));
      expect(plannedFlowUpm(layout, 'PACK')).toBe(plannedFlowUpm(layout, 'PICK'));
    }
  });

  it('loses no unit, makes none, and never holds more than fits, whatever goes wrong', () => {
    assert(
      property(
        integer(),
        constantFrom(...layouts),
        constantFrom(...PROBLEM_KINDS),
        integer({ min: 0, max: 6 }),
        constantFrom(1, 2 / 3),
        (seed, layout, kind, pathIndex, presence) => {
          const line = createLine(layout, BACKLOG);
          const before = unitsOn(line);
          const path = buffersOf(line)[pathIndex]?.layout.path ?? null;
          const problem: Problem = {
            kind,
            workpool: layout.workpool,
            path,
            missing: 4,
            start: 5 * 60_000,
            end: 25 * 60_000,
          };
          const random = createRandom(seed, 'property');
          const violations: string[] = [];
          for (let step = 0; step < 40 * STEPS_PER_MIN; step++) {
            const previous = buffersOf(line).map((buffer) => ({ ...buffer }));
            stepLine(line, conditionsAt(problem, line, step * 10_000), presence, random);
            for (const [index, buffer] of buffersOf(line).entries()) {
              const earlier = previous[index] ?? buffer;
              const { path: name, capacityUnits } = buffer.layout;
              const moved = buffer.inTotal - earlier.inTotal - (buffer.outTotal - earlier.outTotal);
              if (buffer.units !== earlier.units + moved) violations.push(`${name} is not conserved`);
              if (buffer.units < 0) violations.push(`${name} is below zero`);
              if (buffer.units > capacityUnits) violations.push(`${name} is over capacity`);
              const falls =
                buffer.inTotal < earlier.inTotal ||
                buffer.outTotal < earlier.outTotal ||
                buffer.recircTotal < earlier.recircTotal;
              if (falls) violations.push(`a counter of ${name} falls`);
            }
          }
          expect(violations).toEqual([]);
          expect(unitsOn(line)).toBe(before + line.pickedTotal - line.packedTotal);
          expect(line.backlogUnits).toBe(BACKLOG - line.pickedTotal);
          const sum = (buffers: LineState['lanes'], key: 'inTotal' | 'outTotal') =>
            buffers.reduce((total, buffer) => total + buffer[key], 0);
          expect(sum(line.inducts, 'inTotal')).toBe(line.pickedTotal);
          expect(sum(line.inducts, 'outTotal')).toBe(line.sorter.inTotal);
          expect(sum(line.lanes, 'inTotal')).toBe(line.sorter.outTotal);
          expect(sum(line.lanes, 'outTotal')).toBe(line.packedTotal);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([1, 2 / 3])('is balanced and half full on a quiet day, staffed to %d', (presence) => {
    for (const layout of layouts) {
      const line = createLine(layout, BACKLOG);
      run(line, null, 120, 7, presence);
      for (const buffer of [...line.inducts, ...line.lanes]) {
        expect(fillOf(buffer)).toBeGreaterThan(0.35);
        expect(fillOf(buffer)).toBeLessThan(0.65);
      }
      const planned = plannedFlowUpm(layout, 'PACK') * presence * 120;
      expect(line.packedTotal / planned).toBeGreaterThan(0.95);
      expect(line.packedTotal / planned).toBeLessThan(1.05);
    }
  });

  it('picks no more than was released', () => {
    const line = createLine(layoutOf('SINGLES'), 40);
    run(line, null, 10, 3);
    expect(line.pickedTotal).toBe(40);
    expect(line.backlogUnits).toBe(0);
  });

  it('blocks upstream behind full lanes: the sorter recirculates, fills, and the inducts stop', () => {
    const line = createLine(layoutOf('SINGLES'), BACKLOG);
    const random = createRandom(5, 'blocked');
    const nobodyPacks = { ...quietConditions(4), headcount: { PICK: 1, INDUCT: 1, PACK: 0 } };
    for (let step = 0; step < 60 * STEPS_PER_MIN; step++) stepLine(line, nobodyPacks, 1, random);
    expect(buffersOf(line).map(fillOf)).toEqual(buffersOf(line).map(() => 1));
    const { inTotal, recircTotal } = line.sorter;
    const { backlogUnits } = line;
    for (let step = 0; step < STEPS_PER_MIN; step++) stepLine(line, nobodyPacks, 1, random);
    expect(line.sorter.inTotal).toBe(inTotal);
    expect(line.sorter.recircTotal).toBeGreaterThan(recircTotal);
    expect(line.backlogUnits).toBe(backlogUnits);
  });

  it('recirculates a little on a quiet day', () => {
    const line = createLine(layoutOf('SINGLES'), BACKLOG);
    run(line, null, 120, 11);
    const share = line.sorter.recircTotal / line.sorter.outTotal;
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.05);
  });
});

describe('a problem', () => {
  const MINUTES = 15;
  const cases: { kind: Problem['kind']; path: string | null; rises: string[]; falls: string[] }[] = [
    { kind: 'UNDERSTAFFED', path: null, rises: ['LANE-1', 'LANE-2', 'LANE-3', 'LANE-4'], falls: [] },
    { kind: 'JAM', path: 'INDUCT-2', rises: ['INDUCT-2'], falls: ['LANE-1', 'LANE-2', 'LANE-3', 'LANE-4'] },
    { kind: 'SURGE', path: null, rises: ['INDUCT-1', 'INDUCT-2'], falls: [] },
    { kind: 'SKEW', path: 'LANE-3', rises: ['LANE-3'], falls: ['LANE-1', 'LANE-2', 'LANE-4'] },
    {
      kind: 'UPSTREAM_STOP',
      path: null,
      rises: [],
      falls: ['INDUCT-1', 'INDUCT-2', 'SORT-1', 'LANE-1', 'LANE-2', 'LANE-3', 'LANE-4'],
    },
    {
      kind: 'SORTER_JAM',
      path: 'SORT-1',
      rises: ['SORT-1', 'INDUCT-1', 'INDUCT-2'],
      falls: ['LANE-1', 'LANE-2', 'LANE-3', 'LANE-4'],
    },
  ];

  it.each(cases)('$kind fills and empties the right buffers', ({ kind, path, rises, falls }) => {
    for (const seed of [1, 2, 3]) {
      const line = createLine(layoutOf('SINGLES'), BACKLOG);
      const end = MINUTES * 60_000;
      const problem: Problem = { kind, workpool: 'SINGLES', path, missing: 4, start: 0, end };
      run(line, problem, MINUTES, seed);
      const filled = buffersOf(line).filter((buffer) => fillOf(buffer) > 0.7);
      const emptied = buffersOf(line).filter((buffer) => fillOf(buffer) < 0.49);
      const names = (buffers: typeof filled) => buffers.map((buffer) => buffer.layout.path);
      expect(names(filled)).toEqual(expect.arrayContaining(rises));
      expect(names(emptied)).toEqual(expect.arrayContaining(falls));
    }
  });

  it.each(cases)('$kind is worked off within 12 minutes', ({ kind, path }) => {
    const line = createLine(layoutOf('SINGLES'), BACKLOG);
    const problem: Problem = { kind, workpool: 'SINGLES', path, missing: 4, start: 0, end: 12 * 60_000 };
    run(line, problem, 24, 4);
    for (const buffer of [...line.inducts, ...line.lanes]) {
      expect(fillOf(buffer)).toBeGreaterThan(0.4);
      expect(fillOf(buffer)).toBeLessThan(0.6);
    }
  });
});
