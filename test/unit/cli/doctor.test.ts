import { describe, expect, test } from 'vitest';
import { choose, runChecks, type Check } from '../../../src/cli/doctor/check.ts';
import {
  findIdleOverrides,
  findIdleRoutes,
  findUnrouted,
  hasKnownAlgorithm,
  knownUnitsOf,
} from '../../../src/cli/doctor/registry-findings.ts';
import { tablesByChannel } from '../../../src/cli/doctor/slack-checks.ts';
import { badInput, CommandFailure, failed } from '../../../src/cli/failure.ts';
import { EXIT } from '../../../src/failures/exit-codes.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import type { AlertRoute, Warehouse } from '../../../src/domain/registry.ts';
import { initialMemory, type UnitMemory } from '../../../src/domain/suppress/memory.ts';
import { overrideOf } from '../unit-override.ts';

const silent = () => Promise.reject(new CommandFailure(EXIT.unreachable, 'does not answer', 'start it'));
const fine = () => Promise.resolve('fine');
const check = (id: string, run: Check['run'], more: Partial<Check> = {}): Check => {
  const [area = '', name = ''] = id.split(' ');
  return { area, name, run, ...more };
};
const told = async (checks: Check[]) => {
  const { results, code } = await runChecks(checks);
  return {
    code,
    lines: results.map(
      ({ area, name, ok, skipped, detail }) =>
        `${skipped ? 'skip' : ok ? 'ok' : 'FAIL'} ${area} ${name}: ${detail}`,
    ),
  };
};

describe('a cause is told once', () => {
  test('what needs a failed check is skipped, down to the last, and says for what', async () => {
    expect(
      await told([
        check('db connection', silent),
        check('db schema', fine, { needs: ['db connection'] }),
        check('registry routes', fine, { needs: ['db schema'] }),
        check('slack token', fine),
      ]),
    ).toEqual({
      code: EXIT.unreachable,
      lines: [
        'FAIL db connection: does not answer',
        'skip db schema: needs db connection',
        'skip registry routes: needs db connection',
        'ok slack token: fine',
      ],
    });
  });

  test('a server that does not answer by the first that asks it, a refused login by each', async () => {
    const refused = () => Promise.reject(badInput('refuses the login'));
    const of = (run: Check['run']) => [
      check('a connection', run, { server: 'h:1' }),
      check('b connection', run, { server: 'h:1' }),
      check('c connection', fine, { server: 'h:2' }),
    ];
    expect((await told(of(silent))).lines).toEqual([
      'FAIL a connection: does not answer',
      'skip b connection: needs a connection',
      'ok c connection: fine',
    ]);
    expect((await told(of(refused))).lines).toEqual([
      'FAIL a connection: refuses the login',
      'FAIL b connection: refuses the login',
      'ok c connection: fine',
    ]);
  });

  test.each([
    ['nothing failed', [fine], EXIT.ok],
    ['something is wrong', [fine, () => Promise.reject(failed('wrong'))], EXIT.failure],
    [
      'the configuration is',
      [() => Promise.reject(failed('x')), () => Promise.reject(badInput('x'))],
      EXIT.badInput,
    ],
    ['something does not answer', [silent, () => Promise.reject(badInput('x'))], EXIT.unreachable],
  ])('the exit code where %s', async (_, runs, code) => {
    expect((await told(runs.map((run, index) => check(`a ${index}`, run)))).code).toBe(code);
  });

  test('what is chosen comes with what it needs', () => {
    const checks = [
      check('db connection', fine),
      check('temporal connection', fine),
      check('temporal namespace', fine, { needs: ['temporal connection'] }),
      check('temporal worker', fine, { needs: ['temporal namespace'] }),
    ];
    expect(choose(checks, ['worker']).map(({ name }) => name)).toEqual(['connection', 'namespace', 'worker']);
    expect(choose(checks, ['soup'])).toEqual([]);
  });
});

const warehouse = (code: string, fields: Partial<Warehouse> = {}): Warehouse => ({
  ...{ code, name: code, timezone: 'UTC', active: true, algorithm: DEFAULT_ALGORITHM },
  ...fields,
});
const route = (fields: Partial<AlertRoute> = {}): AlertRoute => ({
  ...{ warehouse: null, channel: '#flow', workpool: null, unitType: null },
  ...{ minSeverity: 'WARNING', fallback: false },
  ...fields,
});
const unit: UnitMemory = {
  ...{ unitType: 'LANE', workpool: 'SINGLES', state: 'OK', quality: 90, fill: 0.5, high: 'OK', low: 'OK' },
  ...{ knownAt: '2026-03-01T10:05:00Z', unknownSince: null },
};
const known = new Map([
  [
    'FRA1',
    knownUnitsOf({
      ...initialMemory('FRA1'),
      units: { 'FRA1_SINGLES_LANE-1': unit },
      paths: [
        {
          ...{ workpool: 'SINGLES', path: 'INDUCT-1', stage: 'INDUCT', bufferKind: 'CONVEYOR' },
          ...{ capacityUnits: 100, lastSeenHour: 0 },
        },
      ],
    }),
  ],
  ['NEW1', knownUnitsOf(initialMemory('NEW1'))],
]);

describe('the registry', () => {
  test('a version that this release does not know', () => {
    expect(hasKnownAlgorithm(warehouse('FRA1'))).toBe(true);
    expect(hasKnownAlgorithm(warehouse('FRA1', { algorithm: '9.9.9' }))).toBe(false);
  });

  test.each<[string, AlertRoute[], string[]]>([
    ['no route', [], ['FRA1']],
    ['one of its own', [route({ warehouse: 'FRA1' })], []],
    ['one for every warehouse', [route()], []],
    ['a fallback', [route({ fallback: true })], []],
    ["another's", [route({ warehouse: 'MAD1' })], ['FRA1']],
    ['an escalation alone', [route({ escalateAfterMin: 10 })], ['FRA1']],
  ])('alerts that would reach nobody: %s', (_, routes, expected) => {
    expect(findUnrouted([warehouse('FRA1'), warehouse('MAD1', { active: false })], routes)).toEqual(expected);
  });

  test.each<[string, Partial<AlertRoute>, string[]]>([
    ['of a workpool that there is', { warehouse: 'FRA1', workpool: 'SINGLES' }, []],
    ['of a type that there is', { workpool: 'SINGLES', unitType: 'INDUCT' }, []],
    ['of a total', { warehouse: 'FRA1', workpool: 'SINGLES', unitType: 'TOTAL' }, []],
    [
      'of a workpool that there is not',
      { warehouse: 'FRA1', workpool: 'SINGELS' },
      ['#flow: no unit of FRA1 is of workpool SINGELS'],
    ],
    ['of a warehouse that is off', { warehouse: 'OFF1', workpool: 'SINGELS' }, []],
    ['of a warehouse without data: nobody knows', { warehouse: 'NEW1', workpool: 'SINGELS' }, []],
    ['of every warehouse, one of them without data: nobody knows', { workpool: 'SINGELS' }, []],
  ])('a route %s', (_, fields, expected) => {
    const warehouses = [warehouse('FRA1'), warehouse('NEW1'), warehouse('OFF1', { active: false })];
    expect(findIdleRoutes(warehouses, [route(fields)], known)).toEqual(expected);
  });

  test('an override of a unit that nobody has seen', () => {
    const ids = [
      'FRA1_SINGLES_LANE-1',
      'FRA1_SINGLES_INDUCT-1',
      'FRA1_SINGLES_TOTAL',
      'FRA1_SINGELS_TOTAL',
      'NEW1_A_B',
      'OFF1_A_B',
    ];
    expect(
      findIdleOverrides(
        ids.map((unitId) => overrideOf(unitId)),
        known,
      ),
    ).toEqual(['FRA1_SINGELS_TOTAL']);
  });
});

test('names every table that a channel stands in', () => {
  const named = {
    alert_route: [{ channel: '#a' }, { channel: '#a' }, { channel: '#b' }],
    source_owner: [{ channel: '#b' }, { channel: '#c' }],
  };
  expect(Object.fromEntries(tablesByChannel(named))).toEqual({
    '#a': ['alert_route'],
    '#b': ['alert_route', 'source_owner'],
    '#c': ['source_owner'],
  });
});
