import { describe, expect, test } from 'vitest';
import { explainBriefly } from '../../../src/domain/explain/briefly.ts';
import type { Test } from '../../../src/domain/recommendation.ts';
import * as f from '../resolve/fixtures.ts';
import { input, label } from './fixtures.ts';

const LINES = 18;
const COLUMNS = 60;

test('the whole of it, as it stands on a phone', () => {
  expect(explainBriefly(input(), 'HIGH')).toBe(
    [
      'SINGLES at 11:05 CET',
      'Add 3 people to SINGLES now: full in 18 min.',
      'Warning, told: it is no blip',
      'Decided by:',
      '- fill: 0.871, at least 0.85',
      '- minutes to overflow: 18.3, not at most 15',
      '- staff short: yes',
      '87 % full (871 of 1000).',
      'In 40, out 30 a minute.',
      '85 % likely within the hour, data quality 90 of 100.',
      'The whole: bufferwatch explain FRA1_SINGLES_TOTAL --cycle',
      '  2026-03-01T10:05:00Z',
    ].join('\n'),
  );
});

describe('it fits one screen', () => {
  const asked = (at: number): Test => ({
    ...{ name: `a question of many words that is asked as number ${at}`, value: 1 / 3, passed: true },
    ...{ operator: '>=', threshold: 2 / 3 },
  });
  const name = 'W'.repeat(80);
  const long = f.recommendation({
    unitId: f.TOTAL,
    sentence: `${'Add people to a place with a long name '.repeat(20)}.`,
    tests: Array.from({ length: 40 }, (_, at) => asked(at)),
  });
  const resolved = [
    { ...long, rules: [], winner: `FRA1_${name}_TOTAL`, held: true },
    ...Array.from({ length: 40 }, (_, at) => ({
      ...f.recommendation({ unitId: `FRA1_SINGLES_${name}-${at}` }),
      ...{ rules: [], winner: f.TOTAL, held: false },
    })),
  ];
  test.each([
    ['as it is', input()],
    ['with the longest of everything', input({ resolved })],
    ['with nothing known', input({ evaluation: undefined, resolved: [], labels: [] })],
  ])('%s', (_, given) => {
    const lines = explainBriefly(given, 'HIGH').split('\n');
    expect(lines.length).toBeLessThanOrEqual(LINES);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(COLUMNS);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toMatch(
      new RegExp(`The whole: bufferwatch explain ${f.TOTAL} --cycle ${f.CYCLE}$`),
    );
  });
});

describe('the tests that decided it', () => {
  const [base] = input().resolved;
  const decidedBy = (tests: Partial<Test>[]) => {
    const whole = tests.map((each): Test => ({
      name: 'x',
      value: 1,
      operator: '>=',
      threshold: 1,
      passed: true,
      ...each,
    }));
    const text = explainBriefly(input({ resolved: [{ ...base!, tests: whole }] }), 'HIGH');
    return text.split('\n').flatMap((line) => (line.startsWith('- ') ? [line.slice(2).split(':')[0]] : []));
  };

  test('are the last four that held', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(decidedBy(names.map((name) => ({ name })))).toEqual(['b', 'c', 'd', 'e']);
  });

  test('each question once, as it was asked last', () => {
    expect(decidedBy([{ name: 'fill' }, { name: 'fill' }, { name: 'b' }, { name: 'c' }])).toEqual([
      'fill',
      'b',
      'c',
    ]);
  });

  test('where few held, the last that did not, in the order asked; what is not known decided nothing', () => {
    expect(
      decidedBy([
        { name: 'a', passed: false },
        { name: 'b', passed: false },
        { name: 'c' },
        { name: 'd', passed: false },
        { name: 'e', value: null, passed: false },
      ]),
    ).toEqual(['b', 'c', 'd']);
  });
});

test('who covers whom', () => {
  const asks = (unitId: string) =>
    f.recommendation({ unitId, actionUnitId: f.TOTAL, action: 'THROTTLE_PICKING_ALL' });
  const { result } = f.settle({ recommendations: [asks(f.LANE_1), asks(f.LANE_2)] });
  const of = (unitId: string) =>
    explainBriefly(input({ unitId, resolved: result.recommendations, labels: [] }), 'HIGH');
  expect(of(f.LANE_1)).toContain('\nSpeaks for LANE-2.\n');
  expect(of(f.LANE_2)).toContain('\nCovered by SINGLES LANE-1.\n');
});

test('the direction that is asked about', () => {
  const both = [
    { ...f.recommendation({ unitId: f.TOTAL, sentence: 'Too full.' }), rules: [], winner: null, held: false },
    {
      ...f.recommendation({ unitId: f.TOTAL, direction: 'LOW', sentence: 'Too empty.' }),
      ...{ rules: [], winner: null, held: false },
    },
  ];
  const labels = [label({ label: 'SUPPRESSED', reason: 'persistence' }), label({ direction: 'LOW' })];
  expect(explainBriefly(input({ resolved: both, labels }), 'HIGH')).toContain(
    'Too full.\nWarning, not told: may be a blip',
  );
  expect(explainBriefly(input({ resolved: both, labels }), 'LOW')).toContain(
    'Too empty.\nWarning, told: it is no blip',
  );
});
