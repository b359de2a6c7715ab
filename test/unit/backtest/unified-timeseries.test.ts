/** Level A from the files to alerts.csv and report.json. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import type { Report } from '../../../src/backtest/report.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';

const MIN = 60_000;
const START = Date.parse('2026-03-02T06:00:00Z');
const UNITS = `unit_id,warehouse,workpool,path,unit_type,buffer_kind,capacity_units
FRA1_SINGLES_LANE-1,FRA1,SINGLES,LANE-1,LANE,LANE,100
FRA1_SINGLES_INDUCT-1,FRA1,SINGLES,INDUCT-1,INDUCT,CONVEYOR,200
FRA1_SINGLES_TOTAL,FRA1,SINGLES,TOTAL,TOTAL,,1000
`;

let scratch: string;
let runs = 0;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-unified-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

interface Run {
  report: Report;
  rows: Record<string, string>[];
  text: string;
}

async function write(files: Record<string, string>): Promise<string> {
  const folder = join(scratch, String((runs += 1)));
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function runOn(files: Record<string, string>, options: object = {}): Promise<Run> {
  const folder = await write(files);
  const report = await backtest({
    folder,
    out: join(folder, 'out'),
    algorithm: DEFAULT_ALGORITHM,
    ...options,
  });
  const text = await readFile(join(folder, 'out/alerts.csv'), 'utf8');
  return { report, text, rows: parse(text, { columns: true }) };
}

/** The lane fills within two hours and drains; the others rest. */
function laneLevel(minute: number): number {
  if (minute < 130) return Math.min(100, 20 + Math.floor((2 * minute) / 3));
  return minute < 160 ? 100 : Math.max(30, 100 - 3 * (minute - 160));
}

function series(stepMin: number, header = 'ts,unit_id,wip_units', extra = ''): string[] {
  const lines = [header];
  for (let minute = 0; minute <= 240; minute += stepMin) {
    const ts = new Date(START + minute * MIN).toISOString();
    lines.push(
      `${ts},FRA1_SINGLES_LANE-1,${laneLevel(minute)}${extra}`,
      `${ts},FRA1_SINGLES_INDUCT-1,80${extra}`,
      `${ts},FRA1_SINGLES_TOTAL,450${extra}`,
    );
  }
  return lines;
}

const csv = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
const LANE = 'FRA1_SINGLES_LANE-1';

describe('with ts, unit_id and wip_units alone', () => {
  it.each([1, 5, 10, 15])('a sample every %i min: warned before, cleared after', async (stepMin) => {
    const files = { 'units.csv': UNITS, 'series.csv': csv(series(stepMin)) };
    const { report, rows } = await runOn(files);
    expect(report).toMatchObject({ level: 'A', units: 3, warehouses: 1 });
    expect(report.incidents).toMatchObject({ derived: true, count: 1, overflow: 1 });
    expect(report.bufferwatch.recall_lead_10_min).toBe(1);
    const labels = rows
      .filter((row) => row['unit_id'] === LANE && row['direction'] === 'HIGH')
      .map((row) => row['label']);
    expect(labels).toContain('NEW');
    expect(labels.indexOf('CLEARED')).toBeGreaterThan(labels.indexOf('NEW'));
    expect(report.bufferwatch.wrong_direction).toBe(0);
  });

  it('says what is missing, and for which decisions', async () => {
    const { report } = await runOn({ 'units.csv': UNITS, 'series.csv': csv(series(5)) });
    expect(report.missing.map((line) => line.split(':')[0])).toEqual([
      'flow_in_upm, flow_out_upm',
      'hc_active',
      'uph_actual, uph_plan',
      'backlog_units, flow_in_upm',
      'recirc_upm',
    ]);
  });

  it('an empty buffer is no more than watched: nobody knows that it matters', async () => {
    const empty = series(5).map((line) =>
      line.replace(/,FRA1_SINGLES_INDUCT-1,80$/, ',FRA1_SINGLES_INDUCT-1,0'),
    );
    const { rows } = await runOn({ 'units.csv': UNITS, 'series.csv': csv(empty) });
    const low = rows.filter((row) => row['direction'] === 'LOW');
    expect(low.length).toBeGreaterThan(0);
    expect(new Set(low.map((row) => `${row['severity']} ${row['label']}`))).toEqual(new Set(['WATCH ']));
  });
});

describe('with backlog', () => {
  it('an empty buffer with work waiting starves', async () => {
    const emptyFrom = new Date(START + 60 * MIN).toISOString();
    const lines = series(5, 'ts,unit_id,wip_units,backlog_units', ',300').map((line) =>
      line < emptyFrom
        ? line
        : line.replace(/,FRA1_SINGLES_INDUCT-1,80,300$/, ',FRA1_SINGLES_INDUCT-1,0,300'),
    );
    const { report, rows } = await runOn({ 'units.csv': UNITS, 'series.csv': csv(lines) });
    expect(report.incidents.starvation).toBeGreaterThan(0);
    expect(rows.some((row) => row['direction'] === 'LOW' && row['label'] === 'NEW')).toBe(true);
  });
});

describe('a unit whose data stop', () => {
  it('becomes UNKNOWN and is never called healthy, nor recovered', async () => {
    const cut = new Date(START + 110 * MIN).toISOString();
    const lines = series(5).filter((line) => !line.includes(LANE) || line < cut);
    const { report, rows } = await runOn({ 'units.csv': UNITS, 'series.csv': csv(lines) });
    const last = rows.filter((row) => row['unit_id'] === LANE && row['cycle_ts'] === '2026-03-02T10:00:00Z');
    expect(last.map((row) => row['state'])).toContain('UNKNOWN');
    expect(rows.filter((row) => row['unit_id'] === LANE && row['label'] === 'CLEARED')).toEqual([]);
    expect(report.bufferwatch).toMatchObject({ healthy_while_blind: 0 });
    expect(report.bufferwatch.blind_unit_cycles).toBeGreaterThan(10);
  });
});

describe('the order and repetition of rows change nothing', () => {
  it('by time, by unit, reversed, repeated, with times without a zone', async () => {
    const [header = '', ...lines] = series(5);
    const reference = await runOn({ 'units.csv': UNITS, 'series.csv': csv([header, ...lines]) });
    const unitOf = (line: string): string => line.split(',')[1] ?? '';
    const variants = [
      lines.toSorted((a, b) => (unitOf(a) < unitOf(b) ? -1 : unitOf(a) > unitOf(b) ? 1 : 0)),
      lines.toReversed(),
      lines.flatMap((line) => [line, line]),
      lines.map((line) => line.replace('T', ' ').replace('.000Z', '')),
      lines.flatMap((line, index) => (index % 40 === 0 ? [line, ''] : [line])),
    ];
    for (const variant of variants) {
      const { text } = await runOn({
        'units.csv': UNITS,
        'series.csv': `\uFEFF${csv([header, ...variant])}`,
      });
      expect(text).toBe(reference.text);
    }
  });

  it('a sample is not seen before its time', async () => {
    const lines = series(5);
    const cut = new Date(START + 90 * MIN).toISOString();
    const whole = await runOn({ 'units.csv': UNITS, 'series.csv': csv(lines) }, { toMs: START + 90 * MIN });
    const early = await runOn({
      'units.csv': UNITS,
      'series.csv': csv(lines.filter((line) => line.slice(0, cut.length) <= cut || line.startsWith('ts'))),
    });
    expect(whole.text).toBe(early.text);
  });
});

describe('alerts.csv', () => {
  it('holds one row per key and cycle that is not plain healthy, in the order of cycle and unit', async () => {
    const { text, rows, report } = await runOn({ 'units.csv': UNITS, 'series.csv': csv(series(5)) });
    expect(text.split('\n')[0]).toBe(
      'cycle_ts,unit_id,state,action,direction,severity,label,reason,quantity,quantity_unit,tto_min,tts_min,quality,episode_id,algorithm,action_unit_id,probability,cause,process,winner',
    );
    const keys = rows.map((row) => `${row['cycle_ts']} ${row['unit_id']} ${row['direction']}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(keys.toSorted());
    expect(rows.every((row) => row['state'] !== 'OK' || row['label'] !== '')).toBe(true);
    expect(rows.some((row) => row['label'] === '' && row['severity'] === 'WATCH')).toBe(true);
    expect(new Set(rows.map((row) => row['algorithm']))).toEqual(new Set([report.algorithm]));
    expect(rows.every((row) => Date.parse(row['cycle_ts'] ?? '') % (5 * MIN) === 0)).toBe(true);
  });

  it('tells a forecast at once: the first row that asks for an action is NEW', async () => {
    const sampledMsBefore = 3 * MIN;
    const [header = '', ...lines] = series(5);
    const late = lines.map((line) => {
      const [ts = '', ...rest] = line.split(',');
      return [new Date(Date.parse(ts) + 5 * MIN - sampledMsBefore).toISOString(), ...rest].join(',');
    });
    const { rows, report } = await runOn({ 'units.csv': UNITS, 'series.csv': csv([header, ...late]) });
    const row = rows.find((one) => one['unit_id'] === LANE && one['label'] !== '');
    expect(`${row?.['label']} ${row?.['reason']}`).toBe('NEW persistent');
    expect(row?.['episode_id']).toBe(`${LANE}:HIGH:${row?.['cycle_ts']}`);
    expect(report.bufferwatch.data_to_new_p50_min).toBe(sampledMsBefore / MIN);
  });

  it('spells units as the list of units does, where it leaves the warehouse out', async () => {
    const short = (text: string): string => text.replaceAll('FRA1_SINGLES_', '');
    const full = await runOn({ 'units.csv': UNITS, 'series.csv': csv(series(5)) });
    const given = await runOn({
      'units.csv': short(UNITS),
      'series.csv': short(csv(series(5))),
      'incidents.csv':
        'incident_id,unit_id,kind,onset_ts,end_ts\nI1,LANE-1,OVERFLOW,2026-03-02T08:00:00Z,2026-03-02T08:40:00Z\n',
    });
    expect(given.report.incidents).toMatchObject({ derived: false, count: 1 });
    expect(given.report.bufferwatch.recall_by_onset).toBe(1);
    expect(given.text).toBe(short(full.text).replaceAll('warehouse-wide', ''));
  });
});

describe('a file that cannot be used ends with its name, line and reason, and what was there stays', () => {
  const good = { 'units.csv': UNITS, 'series.csv': csv(series(5)) };
  const withLine = (line: string): string => csv([...series(5).slice(0, 9), line]);
  const incidents = (line: string): Record<string, string> => ({
    ...good,
    'incidents.csv': `incident_id,unit_id,kind,onset_ts,end_ts,accepted_actions,action_unit_ids\n${line}\n`,
  });
  it.each<[string, Record<string, string>, RegExp]>([
    ['no data at all', {}, /holds no series\.csv and no wes_stock\.csv/],
    ['no units', { 'series.csv': good['series.csv'] }, /units\.csv: does not exist/],
    [
      'an empty file',
      { ...good, 'series.csv': '' },
      /series\.csv: is empty, expected a header with ts, unit_id, wip_units/,
    ],
    ['a header alone', { ...good, 'series.csv': 'ts,unit_id,wip_units\n' }, /series\.csv: holds no row/],
    [
      'a column missing',
      { ...good, 'series.csv': 'ts,unit,wip_units\n' },
      /series\.csv, line 1: column unit_id is missing/,
    ],
    [
      'a column twice',
      { ...good, 'series.csv': 'ts,unit_id,wip_units,ts\n' },
      /line 1: column ts stands twice/,
    ],
    [
      'a number that is none',
      { ...good, 'series.csv': withLine(`2026-03-02T08:00:00Z,${LANE},many`) },
      /series\.csv, line 10: wip_units is "many", expected a number/,
    ],
    [
      'a time that is none',
      { ...good, 'series.csv': withLine(`02.03.2026 08:00,${LANE},5`) },
      /line 10: ts is "02\.03\.2026 08:00", expected an ISO 8601 instant/,
    ],
    [
      'a time that does not exist',
      { ...good, 'series.csv': withLine(`2026-13-02T08:00:00Z,${LANE},5`) },
      /line 10: ts is/,
    ],
    [
      'a day that does not exist',
      { ...good, 'series.csv': withLine(`2026-02-30 10:00,${LANE},5`) },
      /series\.csv, line 10: ts is "2026-02-30 10:00", expected an ISO 8601 instant/,
    ],
    ['no time', { ...good, 'series.csv': withLine(`,${LANE},5`) }, /line 10: ts is empty/],
    [
      'an unknown unit',
      { ...good, 'series.csv': withLine('2026-03-02T08:00:00Z,FRA1_X_Y,5') },
      /line 10: unit_id "FRA1_X_Y" is not in units\.csv/,
    ],
    [
      'a line cut off',
      { ...good, 'series.csv': withLine('2026-03-02T08:0') },
      /line 10: 1 fields, expected 3/,
    ],
    [
      'a quote that never ends',
      { ...good, 'series.csv': withLine(`"2026-03-02T08:00:00Z,${LANE},5`) },
      /series\.csv, line 10: no CSV/,
    ],
    [
      'a unit twice',
      { ...good, 'units.csv': `${UNITS}FRA1_SINGLES_TOTAL,FRA1,SINGLES,TOTAL,TOTAL,,9\n` },
      /units\.csv, line 5: unit_id "FRA1_SINGLES_TOTAL" stands in line 4/,
    ],
    [
      'an unknown type',
      { ...good, 'units.csv': UNITS.replace(',LANE,LANE,100', ',SHELF,LANE,100') },
      /units\.csv, line 2: unit_type is "SHELF", expected one of TOTAL, INDUCT, LANE/,
    ],
    [
      'a capacity below 0',
      { ...good, 'units.csv': UNITS.replace('LANE,100', 'LANE,-1') },
      /units\.csv, line 2: capacity_units is -1/,
    ],
    [
      'an incident of another unit',
      incidents('I1,U9,OVERFLOW,2026-03-02T08:00:00Z,2026-03-02T08:10:00Z,,'),
      /incidents\.csv, line 2: unit_id "U9" is not in units\.csv/,
    ],
    [
      'an incident of another kind',
      incidents(`I1,${LANE},FLOOD,2026-03-02T08:00:00Z,2026-03-02T08:10:00Z,,`),
      /line 2: kind is "FLOOD", expected one of OVERFLOW, STARVATION/,
    ],
    [
      'an incident that ends first',
      incidents(`I1,${LANE},OVERFLOW,2026-03-02T08:00:00Z,2026-03-02T07:00:00Z,,`),
      /line 2: end_ts lies before onset_ts/,
    ],
    [
      'actions without their units',
      incidents(`I1,${LANE},OVERFLOW,2026-03-02T08:00:00Z,2026-03-02T08:10:00Z,A|B|C,U|V`),
      /line 2: action_unit_ids has 2 parts, expected one for each of 3 actions/,
    ],
  ])('%s', async (_, files, expected) => {
    const folder = await write(files);
    const out = join(folder, 'out');
    await mkdir(out);
    for (const name of ['alerts.csv', 'report.json']) await writeFile(join(out, name), 'as before');
    await expect(backtest({ folder, out, algorithm: DEFAULT_ALGORITHM })).rejects.toThrow(expected);
    expect((await readdir(out)).toSorted()).toEqual(['alerts.csv', 'report.json']);
    expect(await readFile(join(out, 'alerts.csv'), 'utf8')).toBe('as before');
  });
});

it('without a unit that is told of in the span that was asked for there is nothing to run', async () => {
  const files = { 'units.csv': UNITS, 'series.csv': csv(series(5)) };
  await expect(runOn(files, { fromMs: START + 86_400_000 })).rejects.toThrow(
    /outside the span that was asked for/,
  );
});

describe('whose days are told apart by a calendar', () => {
  const header = UNITS.split('\n')[0] ?? '';
  const lane = (zone: string, name = 'LANE-1') =>
    `FRA1_SINGLES_${name},FRA1,SINGLES,${name},LANE,LANE,100,${zone}`;
  const units = (...rows: string[]) => csv([`${header},timezone`, ...rows]);
  const files = (of: Record<string, string>) => ({
    'series.csv': csv(['ts,unit_id,wip_units', `2026-03-02T06:00:00Z,${LANE},20`]),
    ...of,
  });

  it.each([
    ['units.csv, line 2: timezone is "Mars/Olympus"', { 'units.csv': units(lane('Mars/Olympus')) }],
    ['units.csv, line 3: timezone', { 'units.csv': units(lane('Europe/Berlin'), lane('UTC', 'LANE-2')) }],
    [
      'holidays.csv, line 2: day is "2026-02-30"',
      { 'units.csv': units(lane('')), 'holidays.csv': csv(['day', '2026-02-30']) },
    ],
    [
      'holidays.csv, line 3: warehouse is "LEJ1"',
      {
        'units.csv': units(lane('')),
        'holidays.csv': csv(['warehouse,day', ',2026-12-25', 'LEJ1,2026-12-25']),
      },
    ],
  ])('%s is refused', async (problem, of) => {
    await expect(runOn(files(of))).rejects.toThrow(problem);
  });

  it('is run with both', async () => {
    const of = {
      'units.csv': units(lane('Europe/Berlin')),
      'holidays.csv': csv(['warehouse,day,name', ',2026-12-25,Christmas', 'FRA1,2026-06-04,Corpus Christi']),
    };
    expect((await runOn(files(of))).report.units).toBe(1);
  });
});
