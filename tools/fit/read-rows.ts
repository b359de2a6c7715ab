/** Reads the tables of several folders back, and gives every source the same weight. */
import { join } from 'node:path';
import { BadFile } from '../../src/backtest/bad-file.ts';
import { readCsv, type CsvRow } from '../../src/backtest/csv/read-csv.ts';
import { exists } from '../../src/backtest/input/exists.ts';
import { HORIZONS, MODELS, type Horizon, type Model } from './figures.ts';
import type { Rows } from './logistic.ts';

export interface Sample extends Rows {
  /** By name: how many rows, and in how many of them it came. */
  sources: Map<string, { rows: number; came: number }>;
  /** Of each row. */
  sourceOf: string[];
}

/** @throws BadFile for a folder that has nothing to read */
export async function refuseEmpty(folders: readonly string[]): Promise<void> {
  const names = MODELS.map(({ name }) => `${name}.csv`);
  for (const folder of folders) {
    if (!(await exists(folder))) throw new BadFile(folder, null, 'does not exist');
    const found = await Promise.all(names.map((name) => exists(join(folder, name))));
    if (!found.includes(true))
      throw new BadFile(folder, null, `holds none of ${names.join(', ')}: \`rows\` writes them`);
  }
}

/** Of one model and horizon. @throws BadFile */
export async function readRows(folders: readonly string[], model: Model, horizon: Horizon): Promise<Sample> {
  const figures: number[] = [];
  const came: number[] = [];
  const sourceOf: string[] = [];
  const sources: Sample['sources'] = new Map();
  for (const folder of folders) {
    const path = join(folder, `${model.name}.csv`);
    if (!(await exists(path))) continue;
    const batches = readCsv(path, ['source', 'horizon', 'came', ...model.figures], (row) => ({
      source: row.text('source'),
      horizon: row.oneOf('horizon', HORIZONS),
      came: row.oneOf('came', ['0', '1']) === '1' ? 1 : 0,
      figures: model.figures.map((name) => figureOf(row, name)),
    }));
    for await (const batch of batches)
      for (const each of batch) {
        if (each.horizon !== horizon) continue;
        figures.push(...each.figures);
        came.push(each.came);
        sourceOf.push(each.source);
        const known = sources.get(each.source) ?? { rows: 0, came: 0 };
        sources.set(each.source, { rows: known.rows + 1, came: known.came + each.came });
      }
  }
  return {
    figures: Float64Array.from(figures),
    width: model.figures.length,
    came: Uint8Array.from(came),
    weights: Float64Array.from(
      sourceOf,
      (source) => came.length / (sources.size * (sources.get(source)?.rows ?? 1)),
    ),
    sources,
    sourceOf,
  };
}

function figureOf(row: CsvRow, name: string): number {
  const figure = row.numberOrNull(name);
  if (figure === null) throw row.refusal(`${name} is empty, expected a number`);
  return figure;
}
