/** Level B from the files to alerts.csv, report.json and pictures. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import type { Report } from '../../../src/backtest/report.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import {
  recordSources,
  SOURCE_NAMES,
  type SourceLines,
  writeSources,
} from '../../support/recorded-sources.ts';

const CODES = ['FRA1', 'LEJ1'];
const START = Date.parse('2026-03-02T06:00:00Z');

let scratch: string;
let lines: SourceLines;
let report: Report;
let alerts: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-backtest-'));
  lines = recordSources(CODES, START, 200);
  report = await runOn('whole', lines, { plots: { folder: join(scratch, 'plots'), falseAlerts: true } });
  alerts = await readFile(join(scratch, 'whole/out/alerts.csv'), 'utf8');
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function runOn(
  name: string,
  data: SourceLines,
  options: Partial<Parameters<typeof backtest>[0]> = {},
): Promise<Report> {
  const folder = join(scratch, name);
  await writeSources(folder, CODES, data);
  return backtest({ folder, out: join(folder, 'out'), algorithm: DEFAULT_ALGORITHM, ...options });
}

const rows = (): Record<string, string>[] => parse(alerts, { columns: true });

describe('the raw sources of two warehouses', () => {
  it('derives the units from the paths and runs every 5 minutes', () => {
    expect(report).toMatchObject({ level: 'B', warehouses: 2, units: 10, missing: [] });
    expect(report.from).toBe('2026-03-02T06:05:00Z');
    expect(report.to).toBe('2026-03-02T09:25:00Z');
    expect(report.cycles).toBe(41);
  });

  it('warns of the lane that fills, and finds the incident in the levels', () => {
    expect(report.incidents.derived).toBe(true);
    expect(report.incidents.overflow).toBeGreaterThan(0);
    const fresh = rows().filter(
      (row) =>
        row['label'] === 'NEW' && row['unit_id'] === 'FRA1_SINGLES_LANE-1' && row['direction'] === 'HIGH',
    );
    expect(fresh.length).toBeGreaterThan(0);
    expect(report.bufferwatch.recall_within_5_min).toBe(1);
  });

  it('says of the warehouse whose stock feed is out that its data are missing, never that it is healthy', () => {
    const outage = rows().filter(
      ({ cycle_ts, unit_id }) => cycle_ts === '2026-03-02T07:15:00Z' && unit_id?.startsWith('LEJ1'),
    );
    expect(outage.map((row) => row['state'])).toContain('UNKNOWN');
    expect(outage.find((row) => row['unit_id'] === 'LEJ1')).toMatchObject({
      action: 'CHECK_DATA',
      direction: '',
    });
    expect(report.bufferwatch.healthy_while_blind).toBe(0);
    expect(report.bufferwatch.blind_unit_cycles).toBeGreaterThan(0);
  });

  it('draws one picture per incident and one per false alert', async () => {
    const pictures = await readdir(join(scratch, 'plots'));
    const incidents = pictures.filter((name) => !name.startsWith('false_'));
    const { count, out_of_range: outOfRange } = report.incidents;
    expect(incidents).toHaveLength(count + outOfRange);
    expect(pictures.length - incidents.length).toBe(report.bufferwatch.false_episodes);
    const svg = await readFile(join(scratch, 'plots', incidents[0] ?? ''), 'utf8');
    expect(svg).toMatch(/^<svg[\s\S]*<polyline[\s\S]*<\/svg>\n$/);
  });
});

describe('only what is visible counts, in whatever order it is written', () => {
  it.each(SOURCE_NAMES)('%s in reverse order changes nothing', async (source) => {
    const shuffled = { ...lines, [source]: lines[source].toReversed() };
    await runOn(`reversed-${source}`, shuffled);
    expect(await readFile(join(scratch, `reversed-${source}/out/alerts.csv`), 'utf8')).toBe(alerts);
  });

  it('rows recorded later change nothing in the cycles before them', async () => {
    const cut = START + 120 * 60_000;
    const early = Object.fromEntries(
      SOURCE_NAMES.map((source) => [
        source,
        lines[source].filter((line) => Date.parse(line.split(',').at(-1) ?? '') <= cut),
      ]),
    ) as SourceLines;
    await runOn('early', early, { toMs: cut });
    const before = alerts
      .split('\n')
      .filter((line) => line.startsWith('cycle_ts') || line < '2026-03-02T08:00:01');
    const found = (await readFile(join(scratch, 'early/out/alerts.csv'), 'utf8')).trimEnd().split('\n');
    expect(found).toEqual(before.filter((line) => line !== ''));
  });
});

it('names each source that is not there, with the decisions that suffer', async () => {
  const folder = join(scratch, 'stock-only');
  await writeSources(folder, CODES, lines);
  for (const source of SOURCE_NAMES) if (source !== 'wes_stock') await rm(join(folder, `${source}.csv`));
  const poor = await backtest({ folder, out: join(folder, 'out'), algorithm: DEFAULT_ALGORITHM });
  expect(poor.missing.map((line) => line.split(':')[0])).toEqual(['wcs_counters', 'lms_actuals', 'lms_plan']);
});
