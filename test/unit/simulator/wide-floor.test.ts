/** Floors from wide ranges: drawn as wide as they are meant to be, and still floors. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAUSES, drawHappening } from '../../../src/simulator/happenings.ts';
import { BALANCES, drawHabits, RELEASES, type LineHabits } from '../../../src/simulator/habits.ts';
import { WIDE_RANGES } from '../../../src/simulator/layout-ranges.ts';
import { drawLayout, drawLine, pathsOf, type LineLayout } from '../../../src/simulator/layout.ts';
import { createLineRules } from '../../../src/simulator/line-minute.ts';
import {
  behindSorter,
  buffersOf,
  createLineState,
  type LineState,
} from '../../../src/simulator/line-state.ts';
import { runLine } from '../../../src/simulator/line.ts';
import { createLocalClock } from '../../../src/simulator/local-clock.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { drawSensing } from '../../../src/simulator/sensing.ts';
import { createShiftPlan } from '../../../src/simulator/shift-plan.ts';
import { simulate } from '../../../src/simulator/simulate.ts';
import { drawWideFloor } from '../../../src/simulator/wide-floor.ts';
import { MINUTE, MORNING, START } from './floor.ts';

const SEEDS = Array.from({ length: 30 }, (_, index) => 1 + index);

function drawnLine(seed: number): LineLayout {
  const random = createRandom(seed, 'line');
  const line = drawLine(random, {
    code: 'SIM1',
    index: 0,
    firstInduct: 1,
    ranges: WIDE_RANGES,
    mostRoom: WIDE_RANGES.mostRoom,
  });
  return { ...line, habits: drawHabits(random) };
}

/** Do the values reach both outer fifths of a range? */
function covers(values: readonly number[], [least, most]: readonly [number, number]): boolean {
  const fifth = (most - least) / 5;
  return (
    Math.min(...values) >= least &&
    Math.max(...values) <= most &&
    Math.min(...values) <= least + fifth &&
    Math.max(...values) >= most - fifth
  );
}

describe('what is drawn', () => {
  const lines = SEEDS.map(drawnLine);
  const layouts = SEEDS.map((seed) => drawLayout({ seed, code: 'SIM1', ranges: WIDE_RANGES }));

  it('covers the ranges of the building, small lanes and large ones among them', () => {
    const { inducts, lanes, flowUpm, targetFill } = WIDE_RANGES;
    expect(
      covers(
        layouts.map((layout) => layout.lines.length),
        WIDE_RANGES.lines,
      ),
    ).toBe(true);
    expect(
      covers(
        lines.map((line) => line.inducts.length),
        inducts,
      ),
    ).toBe(true);
    expect(
      covers(
        lines.map((line) => line.lanes.length),
        lanes,
      ),
    ).toBe(true);
    expect(
      covers(
        lines.map((line) => line.flowUpm),
        flowUpm,
      ),
    ).toBe(true);
    expect(
      covers(
        lines.map((line) => line.targetFill),
        targetFill,
      ),
    ).toBe(true);
    expect(new Set(lines.map(({ walls }) => walls.length > 0))).toEqual(new Set([true, false]));
    expect(new Set(layouts.map(({ shiftHours }) => shiftHours.length)).size).toBeGreaterThan(2);
    const capacities = lines.flatMap((line) => line.lanes.map(({ capacityUnits }) => capacityUnits));
    const small = capacities.filter((capacity) => capacity <= 110).length / capacities.length;
    expect(small).toBeGreaterThan(0.1);
    expect(small).toBeLessThan(0.6);
    expect(Math.min(...capacities)).toBeGreaterThanOrEqual(WIDE_RANGES.leastCapacity);
  });

  it('covers policies and habits', () => {
    const habits = lines.map((line) => line.habits);
    expect(new Set(habits.map(({ release }) => release))).toEqual(new Set(RELEASES));
    expect(new Set(habits.map(({ balance }) => balance))).toEqual(new Set(BALANCES));
    const spread = (read: (each: LineHabits) => number, range: [number, number]) =>
      expect(covers(habits.map(read), range)).toBe(true);
    spread((each) => each.releaseShare, [0.92, 1.03]);
    spread((each) => each.seenLateMin, [0, 15]);
    spread((each) => each.staffLagMin, [4, 40]);
    spread((each) => each.paceSpread, [0.01, 0.06]);
    spread((each) => each.arrivalDispersion, [1.3, 8]);
  });

  it('covers what systems see', () => {
    const sensings = SEEDS.map((seed) => drawSensing(createRandom(seed, 'sensing')));
    expect(
      covers(
        sensings.map(({ levelNoise }) => levelNoise),
        [0, 0.012],
      ),
    ).toBe(true);
    expect(new Set(sensings.map(({ timing }) => timing.wesPeriodSec)).size).toBeGreaterThan(2);
    for (const { timing } of sensings) expect(timing.wcsPeriodSec % 60).toBe(0);
  });
});

describe('on a drawn line, whatever happens there', () => {
  const wipOf = (state: LineState) => buffersOf(state).reduce((sum, { units }) => sum + units, 0);

  it.each(SEEDS)(
    'units are neither lost nor made, and no level is below 0 or above capacity (%i)',
    (seed) => {
      const line = drawnLine(seed);
      const layout = { ...drawLayout({ seed, code: 'SIM1', ranges: WIDE_RANGES }), lines: [line] };
      const plan = createShiftPlan(layout, createLocalClock('Europe/Berlin'), seed);
      const cause = CAUSES[seed % CAUSES.length] ?? 'JAM';
      const happening = drawHappening(
        createRandom(seed, 'cause'),
        cause,
        line,
        'test',
        MORNING + 60 * MINUTE,
      );
      const state = createLineState(line, line.targetFill, 500);
      const first = wipOf(state);
      const rules = createLineRules(line, plan, seed);
      const run = runLine({ rules, calendar: { between: () => [] }, scripted: [happening] }, state, MORNING);
      while (run.now() < MORNING + 180 * MINUTE) {
        run.step();
        if (wipOf(state) !== first + state.pickedTotal - state.packedTotal)
          throw new Error('units on the line are not what came less what went');
        if (state.backlogUnits !== state.releasedTotal - state.pickedTotal || state.backlogUnits < 0)
          throw new Error('the backlog is not what was released less what was picked');
        for (const { units, finished, layout: path } of buffersOf(state))
          if (!(Number.isInteger(units) && units >= finished && finished >= 0 && units <= path.capacityUnits))
            throw new Error(`${path.path} holds ${units} of ${path.capacityUnits}, ${finished} finished`);
      }
      const bound = behindSorter(state).reduce((sum, each) => sum + each.bound, 0);
      expect(bound).toBe(state.sorter.units);
      expect(state.packedTotal).toBeGreaterThan(0);
    },
  );
});

describe('a floor', () => {
  let dir = '';
  const write = (seed: number, name: string) =>
    simulate({
      ...{
        dir: join(dir, name),
        seed,
        warehouses: 1,
        days: 1,
        startTs: START,
        series: null,
        variety: 'wide',
      },
      sensorFaults: { kinds: [], severity: 'medium' },
    });
  const read = async (name: string, file: string) => {
    const [header = '', ...rows] = (await readFile(join(dir, name, file), 'utf8')).trimEnd().split('\n');
    return rows.map((row) => {
      const cells = row.split(',');
      return Object.fromEntries(header.split(',').map((column, index) => [column, cells[index] ?? '']));
    });
  };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'bufferwatch-wide-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('is the same for the same seed, and another one for another', () => {
    const floor = (seed: number) =>
      JSON.stringify(drawWideFloor({ seed, code: 'SIM1', timezone: 'Europe/Berlin' }));
    expect(floor(103)).toBe(floor(103));
    expect(floor(103)).not.toBe(floor(108));
  }, 60_000);

  it('tells the truth about itself: levels within capacity, as the stock says, and incidents of its units', async () => {
    const { incidents } = await write(108, 'truth');
    expect(incidents.length).toBeGreaterThan(2);
    expect(incidents.length).toBeLessThan(60);
    const levels = await read('truth', 'truth_levels.csv');
    const units = new Set(levels.map(({ unit_id }) => unit_id));
    for (const { unitId, onsetTs, endTs, cause, causeTs } of incidents) {
      expect(units).toContain(unitId);
      expect(endTs).toBeGreaterThan(onsetTs);
      expect(causeTs === null).toBe(cause === 'VARIATION');
    }
    const { layout } = drawWideFloor({ seed: 108, code: 'SIM1', timezone: 'Europe/Berlin' });
    const truth = new Map(levels.map((row) => [`${row['unit_id']} ${row['ts']}`, Number(row['wip_units'])]));
    for (const { unitId, path, capacityUnits } of layout.lines.flatMap(pathsOf))
      for (const row of (await read('truth', 'wes_stock.csv')).filter((each) => each['path'] === path)) {
        const real = truth.get(`${unitId} ${row['as_of']}`);
        if (real === undefined) continue;
        expect(real).toBeGreaterThanOrEqual(0);
        expect(real).toBeLessThanOrEqual(capacityUnits);
        expect(Math.abs(real - Number(row['wip_units']))).toBeLessThanOrEqual(capacityUnits * 0.06 + 1);
      }
    const work = await read('truth', 'truth_work.csv');
    const shares = work.flatMap(({ idle_share: idle = '' }) => (idle === '' ? [] : [Number(idle)]));
    expect(shares.length).toBeGreaterThan(100);
    expect(Math.min(...shares)).toBe(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  }, 60_000);
});
