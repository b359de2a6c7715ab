/** Writes one line a unit-cycle and horizon: the figures in the units that the weights multiply, and what came. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { derivedTruth, givenTruth, type Truth } from '../../src/backtest/score/truth.ts';
import { toCycleId } from '../../src/domain/cycle-time.ts';
import { algorithm } from '../../src/domain/algorithm/algorithm.ts';
import { toSignificant } from '../../src/domain/digits.ts';
import { HORIZONS, MODELS, type Model } from './figures.ts';
import { Outcomes } from './outcome.ts';
import { levelOf, walk, type WalkOptions } from '../recorded/walk.ts';

export interface RowsOptions extends WalkOptions {
  /** Rows of one source count as much as those of another, however many there are. */
  source: string;
  /** Gets level.csv, flows.csv and starvation.csv. */
  out: string;
}

interface Found {
  unitId: string;
  ts: number;
  /** By horizon. */
  figures: (number[] | null)[];
}

interface Table {
  model: Model;
  truth: Truth;
  outcomes: Outcomes<Found>;
  lines: string[];
  file: WriteStream;
  rows: number;
}

/** Handed to the file at once. */
const BATCH = 2_000;

/** Rows written, by model. */
export async function writeRows(options: RowsOptions): Promise<Record<string, number>> {
  const { forecast } = algorithm(options.algorithm);
  const { incidents, sights, lastMs, close } = await walk(options);
  await mkdir(options.out, { recursive: true });
  const tables = MODELS.map((model): Table => {
    // When a unit was full its levels say themselves; that stations starved, only who watched them.
    const truth = model.kind === 'OVERFLOW' || incidents === null ? derivedTruth() : givenTruth(incidents);
    const file = createWriteStream(join(options.out, `${model.name}.csv`));
    const lines = [['source', 'unit_id', 'cycle_ts', 'horizon', 'came', ...model.figures].join(',')];
    const keep = ({ unitId, ts, figures }: Found, came: (horizonMin: number) => boolean): void => {
      for (const [index, horizon] of HORIZONS.entries()) {
        const found = figures[index];
        if (!found) continue;
        const label = came(forecast[horizon].horizonMin) ? 1 : 0;
        const cells = found.map((figure) => toSignificant(figure, 6));
        lines.push([options.source, unitId, toCycleId(ts), horizon, label, ...cells].join(','));
      }
    };
    return { model, truth, outcomes: new Outcomes(truth, model.kind, lastMs, keep), lines, file, rows: -1 };
  });
  try {
    for await (const { cycleMs, series, situations } of sights) {
      for (const { truth, outcomes } of tables)
        for (const each of series) {
          outcomes.learn(truth.observe(each));
          outcomes.mark(each.unit.unitId, cycleMs, levelOf(each).fill !== null);
        }
      for (const { model, outcomes } of tables)
        for (const self of situations) {
          const figures = HORIZONS.map((horizon) => model.figuresOf(self, horizon, forecast));
          const { unitId } = self.unit;
          if (figures.some((each) => each !== null))
            outcomes.add(unitId, cycleMs, { unitId, ts: cycleMs, figures });
        }
      for (const table of tables) if (table.lines.length > BATCH) await flush(table);
    }
    for (const table of tables) {
      table.outcomes.learn(table.truth.end());
      table.outcomes.end();
      await flush(table);
    }
  } finally {
    await close();
    for (const { file } of tables) {
      file.end();
      await once(file, 'close');
    }
  }
  return Object.fromEntries(tables.map(({ model, rows }) => [model.name, rows]));
}

async function flush(table: Table): Promise<void> {
  const { lines, file } = table;
  if (lines.length === 0) return;
  table.rows += lines.length;
  if (!file.write(`${lines.splice(0).join('\n')}\n`)) await once(file, 'drain');
}
