import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulate, type SimulateOptions, type SimulationSummary } from '../../../src/simulator/simulate.ts';

const START = Date.parse('2026-01-05T00:00:00Z');
let root = '';
let sources: { dir: string; summary: SimulationSummary };

async function write(name: string, given: Partial<SimulateOptions> = {}) {
  const dir = join(root, name);
  const options = { dir, seed: 5, warehouses: 2, days: 2, startTs: START, series: null, ...given };
  return { dir, summary: await simulate(options) };
}

async function table(dir: string, file: string): Promise<Record<string, string>[]> {
  const [header = '', ...lines] = (await readFile(join(dir, file), 'utf8')).trimEnd().split('\n');
  const names = header.split(',');
  const cells = lines.map((line) => line.split(','));
  expect(cells.filter(({ length }) => length !== names.length)).toEqual([]);
  return cells.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

async function digest(dir: string): Promise<Record<string, string>> {
  const files = await readdir(dir);
  const entries = files.map(async (file) => {
    const hash = createHash('sha256').update(await readFile(join(dir, file)));
    return [file, hash.digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bufferwatch-simulate-'));
  sources = await write('sources');
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the raw sources', () => {
  it.each(['wes_stock.csv', 'wcs_counters.csv', 'lms_actuals.csv', 'lms_plan.csv'])(
    '%s comes in the order in which its rows became visible, none before the start',
    async (file) => {
      const instants = (await table(sources.dir, file)).map((row) => Date.parse(row['recorded_at'] ?? ''));
      expect(instants.length).toBeGreaterThan(100);
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
      expect(instants[0]).toBeGreaterThanOrEqual(START);
      expect(instants.at(-1)).toBeLessThanOrEqual(START + 2 * 86_400_000);
    },
  );

  it('tell of both warehouses, with the columns that the systems have', async () => {
    const stock = await table(sources.dir, 'wes_stock.csv');
    expect(new Set(stock.map((row) => row['warehouse']))).toEqual(new Set(['SIM1', 'SIM2']));
    expect(Object.keys(stock[0] ?? {})).toEqual([
      'warehouse',
      'workpool',
      'path',
      'stage',
      'buffer_kind',
      'capacity_units',
      'wip_units',
      'backlog_units',
      'units_due_by_cpt',
      'cpt_ts',
      'as_of',
      'recorded_at',
    ]);
  });

  it('are late as real ones are: stock 1 to 6 minutes, labour 10 to 15, with a few much later', async () => {
    const late = async (file: string, from: string) =>
      (await table(sources.dir, file))
        .map((row) => (Date.parse(row['recorded_at'] ?? '') - Date.parse(row[from] ?? '')) / 60_000)
        .toSorted((a, b) => a - b);
    const stock = await late('wes_stock.csv', 'as_of');
    expect(stock[0]).toBeGreaterThanOrEqual(1);
    expect(stock[Math.floor(stock.length * 0.9)]).toBeLessThan(7);
    expect(stock.at(-1)).toBeGreaterThan(7);
    const labour = await late('lms_actuals.csv', 'interval_end');
    expect(labour[0]).toBeGreaterThanOrEqual(10);
  });

  it('hold one row twice now and then', async () => {
    const rows = (await table(sources.dir, 'wes_stock.csv')).map(
      (row) => `${row['path']} ${row['warehouse']} ${row['as_of']}`,
    );
    const repeated = rows.length - new Set(rows).size;
    expect(repeated).toBeGreaterThan(0);
    expect(repeated).toBeLessThan(rows.length * 0.03);
  });

  it('name units as the incidents and the overrides do', async () => {
    const units = new Set((await table(sources.dir, 'units.csv')).map((row) => row['unit_id']));
    expect(units.size).toBe(sources.summary.units);
    for (const row of await table(sources.dir, 'incidents.csv')) expect(units).toContain(row['unit_id']);
    for (const row of await table(sources.dir, 'negatives.csv')) expect(units).toContain(row['unit_id']);
  });
});

describe('the truth', () => {
  it('has incidents with an end, an accepted action for each unit to act on, and a number with its unit', async () => {
    const { dir, summary } = await write('longer', { days: 6, warehouses: 1 });
    const incidents = await table(dir, 'incidents.csv');
    expect(incidents.length).toBe(summary.incidents.length);
    expect(incidents.length).toBeGreaterThan(3);
    for (const row of incidents) {
      expect(['OVERFLOW', 'STARVATION']).toContain(row['kind']);
      expect(Date.parse(row['end_ts'] ?? '')).toBeGreaterThan(Date.parse(row['onset_ts'] ?? ''));
      const actions = row['accepted_actions']?.split('|') ?? [];
      expect(actions[0]).toMatch(/^[A-Z_]+$/);
      expect(row['action_unit_ids']?.split('|')).toHaveLength(actions.length);
      expect(row['accepted_quantities']?.split('|')).toHaveLength(actions.length);
      const processes = row['action_processes']?.split('|') ?? [];
      const people = actions.map((action) => action === 'ADD_STAFF' || action === 'MOVE_STAFF');
      expect(processes.map((process) => process !== '')).toEqual(people);
      expect(row['sufficient_quantity'] === '').toBe(row['quantity_unit'] === '');
    }
    const caused = incidents.filter((row) => row['cause'] !== 'VARIATION');
    const early = caused.filter(
      (row) => Date.parse(row['cause_ts'] ?? '') > Date.parse(row['onset_ts'] ?? ''),
    );
    expect(early).toEqual([]);
    expect(incidents.some((row) => row['sufficient_quantity'] !== '')).toBe(true);
  }, 60_000);
});

it('the same seed writes the same bytes, another seed other warehouses', async () => {
  const again = await write('again');
  expect(await digest(again.dir)).toEqual(await digest(sources.dir));
  const other = await write('other', { seed: 6 });
  const [ours, theirs] = [await digest(sources.dir), await digest(other.dir)];
  for (const [file, hash] of Object.entries(ours)) expect([file, theirs[file]]).not.toEqual([file, hash]);
}, 60_000);

describe('level A', () => {
  it('has one row per unit and sample, with flows that explain the levels', async () => {
    const { dir, summary } = await write('series', { series: { samplingMin: 5, levelsOnly: false } });
    const units = await table(dir, 'units.csv');
    expect(units).toHaveLength(summary.units);
    const rows = await table(dir, 'series.csv');
    expect(rows.length).toBeGreaterThan(summary.units * 2 * 288 * 0.98);
    expect(rows.length).toBeLessThanOrEqual(summary.units * 2 * 288);
    const [unit] = units.filter((row) => row['unit_type'] === 'TOTAL');
    const series = rows.filter((row) => row['unit_id'] === unit?.['unit_id']);
    let residual = 0;
    for (const [index, row] of series.slice(1).entries()) {
      const before = series[index];
      const minutes = (Date.parse(row['ts'] ?? '') - Date.parse(before?.['ts'] ?? '')) / 60_000;
      if (minutes !== 5 || before?.['flow_in_upm'] === '') continue;
      const change = Number(row['wip_units']) - Number(before?.['wip_units']);
      const net = (Number(row['flow_in_upm']) - Number(row['flow_out_upm'])) * minutes;
      residual = Math.max(residual, Math.abs(change - net));
    }
    expect(residual).toBeLessThan(Number(unit?.['capacity_units']) * 0.05);
    const instants = rows.map((row) => row['ts'] ?? '');
    expect(instants).toEqual(instants.toSorted());
    expect(await table(dir, 'incidents.csv')).toEqual(await table(sources.dir, 'incidents.csv'));
  }, 60_000);

  it('may have levels alone, at any sampling', async () => {
    const { dir } = await write('levels', { days: 1, series: { samplingMin: 15, levelsOnly: true } });
    const rows = await table(dir, 'series.csv');
    expect(Object.keys(rows[0] ?? {})).toEqual(['ts', 'unit_id', 'wip_units']);
    for (const row of rows) expect(Date.parse(row['ts'] ?? '') % (15 * 60_000)).toBe(0);
  }, 60_000);
});

describe('wrong sensors', () => {
  it('leave the floor as it was, and tell what was wrong and what the levels really were', async () => {
    const sound = await write('sound', { days: 1, sensorFaults: { kinds: [], severity: 'medium' } });
    const wrong = await write('wrong', {
      days: 1,
      sensorFaults: { kinds: ['LEVEL_ZERO'], severity: 'severe' },
    });
    const usual = await write('usual', { days: 1 });
    const digests = { sound: await digest(sound.dir), wrong: await digest(wrong.dir) };
    const different = Object.keys(digests.sound).filter(
      (file) => digests.sound[file] !== digests.wrong[file],
    );
    expect(different.toSorted()).toEqual(['sensor_faults.csv', 'wes_stock.csv']);
    expect((await digest(usual.dir))['incidents.csv']).toBe(digests.sound['incidents.csv']);
    expect(Object.keys(await digest(usual.dir))).not.toContain('sensor_faults.csv');
    expect(await table(sound.dir, 'sensor_faults.csv')).toEqual([]);
    const faults = await table(wrong.dir, 'sensor_faults.csv');
    const stock = await table(wrong.dir, 'wes_stock.csv');
    const levels = new Map(
      (await table(wrong.dir, 'truth_levels.csv')).map((row) => [
        `${row['unit_id']} ${row['ts']}`,
        Number(row['wip_units']),
      ]),
    );
    expect(faults.length).toBeGreaterThan(5);
    for (const fault of faults) {
      const during = stock.filter(
        (row) =>
          row['warehouse'] === fault['warehouse'] &&
          row['path'] === fault['path'] &&
          (row['as_of'] ?? '') >= (fault['start_ts'] ?? '') &&
          (row['as_of'] ?? '') < (fault['end_ts'] ?? ''),
      );
      for (const row of during) {
        expect(row['wip_units']).toBe('0');
        expect(levels.get(`${fault['unit_id']} ${row['as_of']}`)).toBeGreaterThanOrEqual(0);
      }
    }
  }, 60_000);
});
