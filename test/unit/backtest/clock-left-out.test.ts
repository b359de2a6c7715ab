/** In autumn the stock source goes on by summer time: the same decisions as if it had not. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { recordSources, type SourceLines, writeSources } from '../../support/recorded-sources.ts';

const MIN = 60_000;
/** Clocks in Berlin went back. */
const CHANGE = Date.parse('2026-10-25T01:00:00Z');

const lines = recordSources(['FRA1'], CHANGE - 65 * MIN, 200);
let scratch: string;
/** Of clocks that are right. */
let right: Row[];
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-clock-'));
  right = await decisionsOn('right', lines);
}, 60_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));

type Row = Record<string, string>;

async function decisionsOn(name: string, lines: SourceLines): Promise<Row[]> {
  const folder = join(scratch, name);
  await writeSources(folder, ['FRA1'], lines);
  await backtest({ folder, out: join(folder, 'out'), algorithm: DEFAULT_ALGORITHM });
  return parse<Row>(await readFile(join(folder, 'out/alerts.csv'), 'utf8'), { columns: true });
}

/** as_of, the cell before the last, is an hour behind in readings from the change on, for so many minutes. */
function leftOut(lines: SourceLines, minutes: number): SourceLines {
  const stock = lines.wes_stock.map((line) => {
    const cells = line.split(',');
    const asOf = Date.parse(cells.at(-2) ?? '');
    const isOff = asOf >= CHANGE && asOf < CHANGE + minutes * MIN;
    return isOff ? cells.with(-2, new Date(asOf - 60 * MIN).toISOString()).join(',') : line;
  });
  return { ...lines, wes_stock: stock };
}

const told = ({ cycle_ts, unit_id, state, direction, label, action }: Row): string =>
  [cycle_ts, unit_id, state, direction, label, action].join(' ');

it.each([
  ['for the hour that comes twice', 60],
  ['until somebody mends it', 1_000],
])(
  '%s',
  async (_, minutes) => {
    const off = await decisionsOn(`off-${minutes}`, leftOut(lines, minutes));
    expect(right.some(({ label }) => label === 'NEW')).toBe(true);
    const isOfLevels = ({ direction }: Row): boolean => direction !== '';
    expect(off.filter(isOfLevels).map(told)).toEqual(right.filter(isOfLevels).map(told));

    // Once in the warehouse, of no unit's blindness.
    const ofData = off.filter((row) => !isOfLevels(row));
    expect(new Set(ofData.map(({ unit_id }) => unit_id))).toEqual(new Set(['FRA1_SINGLES_TOTAL']));
    expect(ofData.filter(({ quality }) => Number(quality) < 50)).toEqual([]);
    const labels = ofData.flatMap(({ label }) => (label === 'NEW' || label === 'CLEARED' ? label : []));
    expect(labels).toEqual(minutes === 60 ? ['NEW', 'CLEARED'] : ['NEW']);
  },
  60_000,
);
