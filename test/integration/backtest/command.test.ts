/** `bufferwatch backtest` as its users run it, and in bounded memory. */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordSources, writeSources } from '../../support/recorded-sources.ts';
import { bareEnvironment, buildProgram, run } from '../cli/command-line.ts';

const START = Date.parse('2026-03-02T06:00:00Z');
const CODES = ['FRA1', 'LEJ1'];

let scratch: string;
let raw: string;
beforeAll(async () => {
  await buildProgram();
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-command-'));
  raw = join(scratch, 'raw');
  await writeSources(raw, CODES, recordSources(CODES, START, 120));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const command = (...args: string[]) => run(['backtest', ...args], { cwd: scratch, env: bareEnvironment() });

describe('the command', () => {
  it('writes alerts.csv and report.json, and prints the table with the baselines beside', async () => {
    const out = join(scratch, 'out');
    const { code, stdout, stderr } = await command(raw, '--out', out);
    expect(code).toBe(0);
    expect(stderr).toBe('2026-03-02T06:05:00Z to 2026-03-02T08:05:00Z: 25 cycles of 2 warehouses\n');
    expect(stdout).toMatch(/bufferwatch +threshold 85 every cycle +threshold 85 edge/);
    expect(stdout).toMatch(/recall with >= 10 min lead/);
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8'));
    expect(report).toMatchObject({ format: 1, level: 'B', sensitivity: null });
    expect(Object.keys(report.baselines)).toHaveLength(5);
    expect(Object.keys(report.baselines.holt_30_min)).toEqual(
      Object.keys(report.bufferwatch).slice(0, Object.keys(report.baselines.holt_30_min).length),
    );
    expect((await readdir(out)).toSorted()).toEqual(['alerts.csv', 'report.json']);
  });

  it('--from and --to bound the cycles, --json prints the report', async () => {
    const { code, stdout } = await command(
      ...[raw, '--from', '2026-03-02T06:30:00Z', '--to', '2026-03-02T07:00:00Z', '--json'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      from: '2026-03-02T06:30:00Z',
      to: '2026-03-02T07:00:00Z',
      cycles: 7,
    });
    expect(await readdir(join(raw, 'backtest'))).toContain('alerts.csv');
  });

  it('--plots draws', async () => {
    const plots = join(scratch, 'plots');
    const { code } = await command(raw, '--out', join(scratch, 'out'), '--plots', plots, '--plot-false');
    expect(code).toBe(0);
    expect((await readdir(plots)).every((name) => name.endsWith('.svg'))).toBe(true);
  });

  it.each([
    [
      'a bad file',
      () => ['bad'],
      /bufferwatch: .*lms_plan\.csv, line 2: shift_start is "noon": expected an ISO 8601/,
    ],
    ['no folder', () => ['nowhere'], /nowhere: does not exist/],
    [
      'an unknown version',
      () => [raw, '--algorithm', '0.0.0'],
      /--algorithm '0\.0\.0'[\s\S]*expected one of/,
    ],
    ['a sensitivity that is none', () => [raw, '--sensitivity', 'high'], /--sensitivity 'high'/],
    ['an instant that is none', () => [raw, '--from', 'monday'], /--from 'monday'/],
    ['false alerts without a folder', () => [raw, '--plot-false'], /--plots DIR/],
  ])('%s: exit code 2 and one clear line', async (_, args, expected) => {
    const lines = recordSources(CODES, START, 60);
    await writeSources(join(scratch, 'bad'), CODES, {
      ...lines,
      lms_plan: lines.lms_plan.map((line) => line.replace(/PICK,[^,]*,/, 'PICK,noon,')),
    });
    const { code, stdout, stderr } = await command(...args());
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(expected);
  });
});

describe('memory', () => {
  const UNITS = 20;
  /** @param order how the rows follow each other */
  async function writeSeries(folder: string, minutes: number, order: 'time' | 'unit'): Promise<void> {
    await mkdir(folder);
    const units = Array.from({ length: UNITS }, (_, unit) => `FRA1_SINGLES_LANE-${unit}`);
    const list = units.map((id, unit) => `${id},FRA1,SINGLES,LANE-${unit},LANE,LANE,100`);
    await writeFile(
      join(folder, 'units.csv'),
      `unit_id,warehouse,workpool,path,unit_type,buffer_kind,capacity_units\n${list.join('\n')}\n`,
    );
    function* rows(): Generator<string> {
      yield 'ts,unit_id,wip_units\n';
      const row = (minute: number, unit: number): string => {
        const level = Math.round(50 + 49 * Math.sin(minute / (97 + unit)));
        return `${new Date(START + minute * 60_000).toISOString()},${units[unit]},${level}\n`;
      };
      if (order === 'time')
        for (let minute = 0; minute < minutes; minute++)
          yield units.map((_, unit) => row(minute, unit)).join('');
      else
        for (const unit of units.keys())
          for (let minute = 0; minute < minutes; minute++) yield row(minute, unit);
    }
    await pipeline(Readable.from(rows()), createWriteStream(join(folder, 'series.csv')));
  }

  /** The program itself needs half of it; a million rows that are held would need twice as much. */
  const HEAP_MB = 80;
  /** With a cap on the heap a busy machine, which collects garbage late, needs no more than an idle one. */
  const LARGEST_GROWTH = 1.25;

  /** Peak memory of the whole process in MB; the last two hours of the data are decided on. */
  async function peakOf(folder: string, minutes: number): Promise<number> {
    const hook = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'))`;
    const { code, stderr } = await run(
      [
        ...['backtest', folder, '--out', join(folder, 'out')],
        ...['--from', new Date(START + (minutes - 120) * 60_000).toISOString()],
      ],
      {
        cwd: scratch,
        env: bareEnvironment({
          NODE_OPTIONS: `--max-old-space-size=${HEAP_MB} --import=data:text/javascript,${encodeURIComponent(hook)}`,
        }),
      },
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1_024;
  }

  it.each(['time', 'unit'] as const)(
    'does not grow with the rows, ordered by %s',
    async (order) => {
      const peak: number[] = [];
      for (const minutes of [10_000, 60_000]) {
        const folder = join(scratch, `${order}-${minutes}`);
        await writeSeries(folder, minutes, order);
        peak.push(await peakOf(folder, minutes));
        await rm(folder, { recursive: true });
      }
      const [small = 0, large = 0] = peak;
      expect(small).toBeGreaterThan(50);
      // 200,000 rows against 1,200,000.
      expect(large / small).toBeLessThan(LARGEST_GROWTH);
    },
    180_000,
  );
});
