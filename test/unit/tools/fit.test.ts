/** The weights of the forecasts can be fitted again, and the figures they multiply are the program's own. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { algorithm, DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { probabilityOf } from '../../../src/domain/statistics.ts';
import { givenTruth } from '../../../src/backtest/score/truth.ts';
import { HORIZONS, MODELS, type Horizon, type Model } from '../../../tools/fit/figures.ts';
import { fitLogistic, logLoss } from '../../../tools/fit/logistic.ts';
import { Outcomes } from '../../../tools/fit/outcome.ts';
import { printFit } from '../../../tools/fit/print-fit.ts';
import { readRows, refuseEmpty } from '../../../tools/fit/read-rows.ts';
import { writeRows } from '../../../tools/fit/rows.ts';
import { walk } from '../../../tools/recorded/walk.ts';
import type { UnitSituation as Situation } from '../../../src/domain/evaluate/unit-situation.ts';
import { writeFloor } from './floor.ts';

const { forecast: version } = algorithm(DEFAULT_ALGORITHM);

let scratch: string;
let floor: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-fit-'));
  floor = join(scratch, 'floor');
  await writeFloor(floor);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** The same numbers in every run. */
function dice(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function rowsOf(beta: readonly number[], count: number, weightOf: (row: number) => number = () => 1) {
  const roll = dice();
  const width = beta.length - 1;
  const figures = Float64Array.from({ length: count * width }, () => 4 * roll() - 2);
  const came = Uint8Array.from({ length: count }, (_, row) => {
    const own = figures.subarray(row * width, (row + 1) * width);
    const logOdds = own.reduce((sum, figure, index) => sum + figure * (beta[index + 1] ?? 0), beta[0] ?? 0);
    return roll() < probabilityOf(logOdds) ? 1 : 0;
  });
  const weights = Float64Array.from({ length: count }, (_, row) => weightOf(row));
  return { figures, width, came, weights };
}

describe('the regression', () => {
  it('finds the weights that made the rows', () => {
    const made = [-2.5, 1.2, -0.6, 0.3];
    const rows = rowsOf(made, 40_000);
    const fitted = fitLogistic(rows);
    for (const [index, weight] of made.entries()) expect(fitted[index]).toBeCloseTo(weight, 1);
    expect(logLoss(rows, fitted)).toBeLessThan(logLoss(rows, made));
  });

  it('no other weights are more likely', () => {
    const rows = rowsOf([-1, 0.5, 2], 2_000, (row) => 1 + (row % 3));
    const fitted = fitLogistic(rows);
    const least = logLoss(rows, fitted);
    for (const index of fitted.keys())
      for (const step of [-0.01, 0.01]) {
        const other = fitted.with(index, (fitted[index] ?? 0) + step);
        expect(logLoss(rows, other)).toBeGreaterThan(least);
      }
  });

  it('says so where the rows hold no weights', () => {
    const rows = rowsOf([0, 1], 100);
    expect(() => fitLogistic({ ...rows, came: new Uint8Array(100) })).toThrow('do not hold them');
  });
});

describe('the figures', () => {
  const said: Record<Model['name'], (self: Situation, horizon: Horizon) => number | undefined> = {
    level: ({ forecast: of }, horizon) => of?.[horizon].probability,
    flows: ({ byFlows }, horizon) => byFlows?.[horizon],
    starvation: ({ starvation }, horizon) => starvation?.[horizon],
  };

  it('with the weights of the version they give what the program says', async () => {
    const compared = new Map<string, number>();
    const { sights, close } = await walk({ folder: floor, algorithm: DEFAULT_ALGORITHM, every: 5 });
    for await (const { situations } of sights)
      for (const self of situations)
        for (const model of MODELS)
          for (const horizon of HORIZONS) {
            const figures = model.figuresOf(self, horizon, version);
            if (figures === null) continue;
            const weights = model.weightsOf(version, horizon);
            const logOdds = model.figures.reduce(
              (sum, name, index) => sum + (weights[name] ?? Number.NaN) * (figures[index] ?? Number.NaN),
              weights['constant'] ?? Number.NaN,
            );
            expect(probabilityOf(logOdds)).toBeCloseTo(said[model.name](self, horizon) ?? Number.NaN, 10);
            compared.set(model.name, (compared.get(model.name) ?? 0) + 1);
          }
    await close();
    expect([...compared.keys()]).toEqual(['level', 'flows', 'starvation']);
    for (const count of compared.values()) expect(count).toBeGreaterThan(100);
  }, 60_000);

  it('every weight of the version has its figure', () => {
    for (const model of MODELS)
      for (const horizon of HORIZONS) {
        const { horizonMin: _, constant: __, ...weights } = model.weightsOf(version, horizon);
        const counting = Object.keys(weights).filter((name) => weights[name] !== 0);
        expect(counting.toSorted()).toEqual([...model.figures].toSorted());
      }
  });
});

describe('what came', () => {
  const MIN = 60_000;
  const incident = {
    incidentId: 'one',
    unitId: 'U',
    kind: 'OVERFLOW' as const,
    onsetTs: 100 * MIN,
    endTs: 130 * MIN,
    familyId: 'one',
    cause: null,
    causeTs: null,
    remedies: null,
  };

  function judged(isKnown: (minute: number) => boolean = () => true): string[] {
    const kept: string[] = [];
    const truth = givenTruth([
      incident,
      { ...incident, kind: 'STARVATION', onsetTs: 20 * MIN, endTs: 30 * MIN },
    ]);
    const outcomes = new Outcomes<number>(truth, 'OVERFLOW', 240 * MIN, (minute, came) =>
      kept.push(`${minute} ${came(30)} ${came(60)}`),
    );
    for (let minute = 0; minute <= 240; minute += 5) {
      outcomes.mark('U', minute * MIN, isKnown(minute));
      if (minute % 30 === 10) outcomes.add('U', minute * MIN, minute);
    }
    outcomes.end();
    return kept;
  }

  it('by horizon; not while it lasts, nor where the hour is not over', () => {
    expect(judged()).toEqual(['10 false false', '40 false true', '70 true true', '160 false false']);
  });

  it('not where half of the hour is unseen', () => {
    expect(judged((minute) => minute <= 10 || minute > 50)).toEqual([
      '40 false true',
      '70 true true',
      '160 false false',
    ]);
  });
});

describe('from data to weights', () => {
  it('one line a unit-cycle and horizon, with its source', async () => {
    const out = join(scratch, 'rows');
    const written = await writeRows({
      folder: floor,
      algorithm: DEFAULT_ALGORITHM,
      every: 2,
      source: 'floor',
      out,
    });
    for (const model of MODELS) {
      const lines: Record<string, string>[] = parse(await readFile(join(out, `${model.name}.csv`)), {
        columns: true,
      });
      expect(lines.length).toBe(written[model.name]);
      expect(lines.filter(({ came }) => came === '1').length).toBeGreaterThan(10);
      expect(new Set(lines.map(({ source }) => source))).toEqual(new Set(['floor']));
    }
  }, 60_000);

  it('sources count the same, however many rows they have', async () => {
    const folders = [join(scratch, 'much'), join(scratch, 'little')];
    const [model] = MODELS;
    if (!model) throw new Error('there are models');
    const header = ['source', 'horizon', 'came', ...model.figures].join(',');
    for (const [index, folder] of folders.entries()) {
      await mkdir(folder);
      const lines = Array.from(
        { length: index === 0 ? 900 : 100 },
        (_, row) =>
          `s${index},near,${row % 10 === index ? 1 : 0},${row % 7},${row % 5},${row % 3},0.${row % 4},${row % 2}`,
      );
      await writeFile(join(folder, 'level.csv'), `${[header, ...lines].join('\n')}\n`);
    }
    const sample = await readRows(folders, model, 'near');
    const weightOf = (source: string): number =>
      sample.weights.reduce((sum, each, row) => sum + (sample.sourceOf[row] === source ? each : 0), 0);
    expect(weightOf('s0')).toBeCloseTo(500);
    expect(weightOf('s1')).toBeCloseTo(500);
    const text = printFit({ model, horizon: 'near', sample, fitted: fitLogistic(sample) }, version);
    expect(text).toMatch(/near: \{ constant: -?[\d.]+, alikeGotFull: /);
  });
});

it('a folder without rows is refused by its name, and not fitted to nothing', async () => {
  const empty = join(scratch, 'empty');
  await mkdir(empty);
  await expect(refuseEmpty([join(scratch, 'nowhere')])).rejects.toThrow(/nowhere: does not exist/);
  await expect(refuseEmpty([empty])).rejects.toThrow(/empty: holds none of level\.csv/);
  await writeFile(join(empty, 'flows.csv'), '');
  await expect(refuseEmpty([empty])).resolves.toBeUndefined();
});
