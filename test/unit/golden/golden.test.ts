/**
 * What a version is: its numbers, those beside it, and what it decides on a recorded day of raw sources and on nine
 * days of levels. Whoever changes any of it makes a new version, or says that he means to: `ACCEPT_GOLDEN=1 npx vitest run
 * test/unit/golden` writes the files anew, and their difference is the change of decisions to be read.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import { ALGORITHMS, DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/algorithm/algorithm.ts';
import * as notOfAVersion from '../../../src/domain/algorithm/not-of-a-version.ts';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const accepts = process.env['ACCEPT_GOLDEN'] === '1';
const scratch = mkdtempSync(join(tmpdir(), 'bufferwatch-golden-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The text as it was accepted last; the present one where it is to be accepted. */
function golden(name: string, present: string): string {
  const path = join(HERE, name);
  const isPacked = name.endsWith('.gz');
  if (accepts) writeFileSync(path, isPacked ? gzipSync(present, { level: 9 }) : present);
  return isPacked ? gunzipSync(readFileSync(path)).toString() : readFileSync(path, 'utf8');
}

const asText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

describe('numbers', () => {
  it('of the versions', () => {
    const text = asText(ALGORITHMS);
    expect(text).toBe(golden('versions.json', text));
  });

  it('beside them', () => {
    const numbers = Object.fromEntries(
      Object.entries(notOfAVersion).map(([room, of]) => [
        room,
        Object.fromEntries(Object.entries(of).filter(([, value]) => typeof value !== 'function')),
      ]),
    );
    const text = asText(numbers);
    expect(text).toBe(golden('not-of-a-version.json', text));
  });

  it('cannot be changed while the program runs', () => {
    const { zones } = algorithm(DEFAULT_ALGORITHM);
    expect(() => Object.assign(zones, { overflowRiskProbability: 0.5 })).toThrow(TypeError);
  });
});

describe('decisions', () => {
  const each = Object.keys(ALGORITHMS).flatMap((version) => [
    [version, 'raw-day'],
    [version, 'levels'],
  ]);
  it.each(each)('of %s on %s', { timeout: 120_000 }, async (version = '', recording = '') => {
    const folder = mkdtempSync(join(scratch, `${recording}-`));
    for (const file of readdirSync(join(HERE, recording)).filter((name) => name.endsWith('.csv.gz')))
      writeFileSync(
        join(folder, basename(file, '.gz')),
        gunzipSync(readFileSync(join(HERE, recording, file))),
      );
    const out = join(folder, 'out');
    await backtest({ folder, out, algorithm: version });
    const alerts = readFileSync(join(out, 'alerts.csv'), 'utf8');
    const expected = golden(`${recording}-${version}.csv.gz`, alerts).split('\n');
    const found = alerts.split('\n');
    const first = found.findIndex((row, index) => row !== expected[index]);
    expect({ row: first, is: found[first] }).toEqual({ row: first, is: expected[first] });
    expect(found).toHaveLength(expected.length);
  });
});
