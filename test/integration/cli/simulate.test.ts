import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, run } from './command-line.ts';

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = await mkdtemp(join(tmpdir(), 'bufferwatch-test-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

test('writes files, tells what is in them, and keeps progress apart from the answer', async () => {
  const { code, stdout } = await run(['simulate', '--out', 'data/b', '--days', '1', '--json'], { cwd });
  expect(code).toBe(0);
  const summary = JSON.parse(stdout) as { units: number; unitDays: number; files: Record<string, number> };
  expect(summary.unitDays).toBe(summary.units);
  expect((await readdir(join(cwd, 'data/b'))).toSorted()).toEqual([
    'feed_faults.csv',
    'incidents.csv',
    'lms_actuals.csv',
    'lms_plan.csv',
    'negatives.csv',
    'units.csv',
    'warehouses.csv',
    'wcs_counters.csv',
    'wes_stock.csv',
  ]);
  expect(summary.files['wes_stock.csv']).toBeGreaterThan(1000);
});

test('writes what was wrong with the sensors, and what the levels really were', async () => {
  const args = ['simulate', '--out', 'f', '--days', '1', '--faults', 'LEVEL_ZERO', '--severity', 'mild'];
  const { code, stdout } = await run(args, { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^sensor_faults.csv +\d+$/m);
  expect(stdout).toMatch(/^truth_levels.csv +\d+$/m);
});

test('writes level a for people', async () => {
  const args = [
    'simulate',
    '--out',
    'a',
    '--days',
    '1',
    '--level',
    'a',
    '--sampling-min',
    '1',
    '--levels-only',
  ];
  const { code, stdout } = await run(args, { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+ units, \d+ unit-days in a$/m);
  expect(stdout).toMatch(/^series\.csv +\d+$/m);
});

test.each([
  [[], /required option '--out <dir>'/],
  [['--out', 'x', '--seed', '-1'], /--seed '-1'[\s\S]*whole number from 0/],
  [['--out', 'x', '--warehouses', '0'], /--warehouses '0'[\s\S]*from 1 to 1000/],
  [['--out', 'x', '--days', '1.5'], /--days '1.5'[\s\S]*from 1 to 400/],
  [['--out', 'x', '--start', 'monday'], /--start 'monday'[\s\S]*ISO 8601/],
  [['--out', 'x', '--start', '2026-01-05T00:10:00Z'], /--start[\s\S]*a whole hour/],
  [['--out', 'x', '--faults', 'RUST'], /Allowed choices are default, none, all, LEVEL_STUCK/],
  [['--out', 'x', '--severity', 'severe'], /--severity has no meaning with --faults default/],
  [['--out', 'x', '--level', 'a', '--faults', 'all'], /--faults and --severity are of level b/],
  [['--out', 'x', '--level', 'c'], /Allowed choices are a, b/],
  [['--out', 'x', '--sampling-min', '5'], /of level a/],
  [
    ['--out', 'x', '--level', 'a', '--sampling-min', '7'],
    /--sampling-min '7'[\s\S]*one of 1, 2, 3, 5, 10, 15/,
  ],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await run(['simulate', ...args], { cwd });
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
  expect(await readdir(cwd)).not.toContain('x');
});

test('a place that can not be written to is named', async () => {
  await writeFile(join(cwd, 'taken'), '');
  const { code, stderr } = await run(['simulate', '--out', 'taken', '--days', '1'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("--out 'taken' can't be written");
});
