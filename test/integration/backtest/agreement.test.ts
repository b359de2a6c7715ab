/**
 * The backtest decides as the pipeline does: the same rows through Temporal, cycle by cycle, and through the
 * backtest give the same alerts.csv, row for row.
 *
 * By default some hours of two hand-made warehouses. For the record of a longer span:
 * AGREEMENT_DIR (a folder of level B) and AGREEMENT_CYCLES (2,016 are a week), AGREEMENT_OUT keeps both files.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import { floorTo } from '../../../src/domain/cycle-time.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { recordSources, SOURCE_NAMES, writeSources } from '../../support/recorded-sources.ts';
import { UPSTREAM_TABLES } from '../../support/upstream-tables.ts';
import { createWorld, type World } from '../../support/world.ts';
import { buildProgram, bareEnvironment, run } from '../cli/command-line.ts';

const MIN = 60_000;
const given = process.env['AGREEMENT_DIR'];
const cycles = Number(process.env['AGREEMENT_CYCLES'] ?? 30);
/** Enough rows before the first cycle for slopes and conservation. */
const WARM_UP_MIN = 60;
/** A long run tells how far it is, and whether it slows down. */
const TOLD_CYCLES = 100;
const tell = (progress: string, msACycle: number): boolean =>
  process.stderr.write(`agreement: ${progress}, ${Math.round(msACycle)} ms a cycle\n`);

let scratch: string;
let folder: string;
let out: string;
let world: World;
let fromMs: number;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-agreement-'));
  out = process.env['AGREEMENT_OUT'] ?? scratch;
  await mkdir(out, { recursive: true });
  folder = given ?? join(scratch, 'data');
  if (given === undefined) {
    const codes = ['FRA1', 'LEJ1'];
    await writeSources(folder, codes, recordSources(codes, Date.parse('2026-03-02T06:00:00Z'), 240));
  }
  const stock = await readTable('wes_stock');
  const first = Math.min(...stock.map((row) => Date.parse(row['recorded_at'] ?? '')));
  fromMs = floorTo(first, 5) + WARM_UP_MIN * MIN;
  world = await createWorld({
    startMs: fromMs,
    env: { BUFFERWATCH_RETENTION_DAYS: '3650' },
  });
  await loadUpstream();
  for (const { code, name, timezone } of await readTable('warehouses')) {
    await world.app.query('INSERT INTO warehouse (code, name, timezone) VALUES ($1, $2, $3)', [
      code,
      name,
      timezone,
    ]);
    await world.app.query('INSERT INTO alert_route (warehouse, channel) VALUES ($1, $2)', [
      code,
      `#${code?.toLowerCase()}-flow`,
    ]);
  }
  await loadOverrides();
  await buildProgram();
}, 300_000);
afterAll(async () => {
  await world?.stop();
  await rm(scratch, { recursive: true, force: true });
});

async function readTable(name: string): Promise<Record<string, string>[]> {
  return parse(await readFile(join(folder, `${name}.csv`), 'utf8'), { columns: true, bom: true });
}

/** units.csv beside the raw sources: its columns are those of the table. */
async function loadOverrides(): Promise<void> {
  const rows = await readTable('units').catch(() => []);
  for (const row of rows) {
    const known = Object.entries(row).filter(([, value]) => value !== '');
    await world.app.query(
      `INSERT INTO unit_override (${known.map(([name]) => name).join(', ')})
       VALUES (${known.map((_, index) => `$${index + 1}`).join(', ')})`,
      known.map(([, value]) => value),
    );
  }
}

async function loadUpstream(): Promise<void> {
  const { wes, wcs, lms } = world.upstream;
  const pools = { wes_stock: wes, wcs_counters: wcs, lms_actuals: lms, lms_plan: lms };
  for (const pool of [wes, wcs, lms]) await pool.query(UPSTREAM_TABLES);
  for (const source of SOURCE_NAMES) {
    const rows = await readTable(source);
    const columns = Object.keys(rows[0] ?? {});
    for (let start = 0; start < rows.length; start += 5_000)
      await pools[source].query(
        `INSERT INTO ${source} (${columns.join(', ')})
         SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${source}, $1::jsonb)`,
        [
          JSON.stringify(
            rows
              .slice(start, start + 5_000)
              .map((row) =>
                Object.fromEntries(
                  Object.entries(row).map(([name, value]) => [name, value === '' ? null : value]),
                ),
              ),
          ),
        ],
      );
    await pools[source].query(`CREATE INDEX ON ${source} (recorded_at)`);
  }
}

it(
  'the same rows give the same alerts.csv, row for row',
  async () => {
    let since = performance.now();
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      if (cycle > 0) await world.advance(5);
      const result = await world.cycle();
      expect(result).toMatchObject({ status: 'completed', failed: [], absent: [], undelivered: [] });
      if ((cycle + 1) % TOLD_CYCLES === 0) {
        tell(`${result.cycleId}, ${cycle + 1} of ${cycles}`, (performance.now() - since) / TOLD_CYCLES);
        since = performance.now();
      }
    }
    const kept = await world.app.query('SELECT DISTINCT cycle_ts FROM unit_level');
    expect(kept.rows).toHaveLength(cycles);
    const toMs = fromMs + (cycles - 1) * 5 * MIN;
    const exported = join(out, 'pipeline.csv');
    const { config } = world;
    const { code, stderr } = await run(
      [
        ...['export', '--from', new Date(fromMs).toISOString(), '--to', new Date(toMs).toISOString()],
        ...['--out', exported],
      ],
      {
        cwd: out,
        env: bareEnvironment({
          BUFFERWATCH_ENV: config.environment,
          DATABASE_URL: config.database.url,
          WES_DATABASE_URL: config.sources.wesUrl,
          WCS_DATABASE_URL: config.sources.wcsUrl,
          LMS_DATABASE_URL: config.sources.lmsUrl,
          SLACK_BOT_TOKEN: 'xoxb-test',
        }),
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await backtest({ folder, out, algorithm: DEFAULT_ALGORITHM, fromMs, toMs });

    const pipeline = (await readFile(exported, 'utf8')).split('\n');
    const backtested = (await readFile(join(out, 'alerts.csv'), 'utf8')).split('\n');
    // A week has more rows than a failure can show: the first that differs, and how many there are.
    const first = pipeline.findIndex((line, index) => line !== backtested[index]);
    const excerpt = (lines: string[]) => ({
      rows: lines.length,
      from: first,
      lines: first < 0 ? [] : lines.slice(first, first + 5),
    });
    expect(excerpt(backtested)).toEqual(excerpt(pipeline));
    // Nothing to compare would agree too.
    const labels = ['NEW', 'ONGOING', 'SUPPRESSED', 'CLEARED'];
    expect(labels.filter((label) => pipeline.some((line) => line.includes(`,${label},`)))).toEqual(labels);
  },
  cycles * 30_000,
);
