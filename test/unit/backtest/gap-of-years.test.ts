/** One row that is years off from all others is refused before a single cycle is decided. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import { BadFile } from '../../../src/backtest/bad-file.ts';
import { LONGEST_GAP_DAYS, ToldDays } from '../../../src/backtest/input/told-days.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { recordSources, SOURCE_NAMES, writeSources } from '../../support/recorded-sources.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const DAY_MS = 24 * 3_600_000;
const UNITS = `unit_id,warehouse,workpool,path,unit_type,buffer_kind,capacity_units
F_S_L0,F,S,L0,LANE,LANE,100
`;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-gap-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

function options(folder: string): Parameters<typeof backtest>[0] {
  return { folder, out: join(folder, 'out'), algorithm: DEFAULT_ALGORITHM };
}

/** One day of one unit, and one more row. */
async function dayWith(name: string, more: string): Promise<string> {
  const folder = join(scratch, name);
  await mkdir(folder);
  const lines = Array.from(
    { length: 288 },
    (_, index) => `${new Date(START + index * 300_000).toISOString()},F_S_L0,50`,
  );
  await writeFile(join(folder, 'units.csv'), UNITS);
  await writeFile(join(folder, 'series.csv'), `${['ts,unit_id,wip_units', ...lines, more].join('\n')}\n`);
  return folder;
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BadFile);
  return (error as BadFile).message;
}

describe('level A', () => {
  it.each(['1970-01-01T00:00:00Z', '2096-02-29T12:00:00Z'])('one row of %s', async (ts) => {
    const message = await refusalOf(backtest(options(await dayWith(ts.slice(0, 4), `${ts},F_S_L0,50`))));
    expect(message).toContain('series.csv, line 290: ts is ');
    expect(message).toContain(ts);
    expect(message).toContain('2026-03-01T00:00:00Z to 2026-03-01T23:55:00Z');
    expect(message).toContain('--from');
  });

  it('is run where the cycles that are asked for do not reach it, and says which they are', async () => {
    const folder = await dayWith('asked', '1970-01-01T00:00:00Z,F_S_L0,50');
    const spans: unknown[] = [];
    const report = await backtest({
      ...options(folder),
      fromMs: START,
      onSpan: (span) => spans.push(span),
    });
    expect(report.cycles).toBe(288);
    expect(spans).toEqual([{ fromMs: START, toMs: START + DAY_MS - 300_000, cycles: 288, warehouses: 1 }]);
  });

  it('an incident that lasts for years is refused, one that lies years away is set aside', async () => {
    const folder = await dayWith('incidents', '2026-03-02T00:00:00Z,F_S_L0,50');
    const header = 'incident_id,unit_id,kind,onset_ts,end_ts';
    const write = (row: string) => writeFile(join(folder, 'incidents.csv'), `${header}\n${row}\n`);
    await write('1,F_S_L0,OVERFLOW,1970-01-01T00:00:00Z,1970-01-01T01:00:00Z');
    expect((await backtest(options(folder))).incidents).toMatchObject({ count: 0, out_of_range: 1 });
    await write('1,F_S_L0,OVERFLOW,2026-03-01T10:00:00Z,2096-03-01T11:00:00Z');
    expect(await refusalOf(backtest(options(folder)))).toContain('incidents.csv, line 2: end_ts');
  });
});

describe('level B', () => {
  it.each(SOURCE_NAMES)('one row of %s of 1970, by recorded_at', async (source) => {
    const lines = recordSources(['FRA1'], START, 30);
    const at = lines[source].length - 1;
    const cells = (lines[source][at] ?? '').split(',');
    const old = [...cells.slice(0, -1), '1970-01-01T00:00:00Z'].join(',');
    const folder = join(scratch, `raw-${source}`);
    await writeSources(folder, ['FRA1'], { ...lines, [source]: [...lines[source], old] });
    expect(await refusalOf(backtest(options(folder)))).toMatch(
      new RegExp(`${source}\\.csv, line \\d+: recorded_at is 1970-01-01T00:00:00Z`),
    );
  });
});

describe('what is no such gap', () => {
  const told = (days: readonly number[]): ToldDays => {
    const seen = new ToldDays();
    for (const [index, day] of days.entries()) seen.see(START + day * DAY_MS, 'f', index + 2, 'ts');
    return seen;
  };

  it('two years of every day, in any order', () => {
    const days = Array.from({ length: 730 }, (_, day) => (day * 7) % 730);
    expect(() => told(days).refuseGap({})).not.toThrow();
  });

  it('a pause of a quarter', () => {
    expect(() => told([0, 1, LONGEST_GAP_DAYS + 1]).refuseGap({})).not.toThrow();
    expect(() => told([0, 1, LONGEST_GAP_DAYS + 2]).refuseGap({})).toThrow(/line 4/);
  });
});
