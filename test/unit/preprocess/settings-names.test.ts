/** Overrides and routes under the sources' names, by the rule of names. */
import { describe, expect, it } from 'vitest';
import { joinNames, looksLike, settleSpellings } from '../../../src/domain/names.ts';
import { matchOverrides, matchRoutes } from '../../../src/domain/match-settings.ts';
import { findLeftOver } from '../../../src/cli/doctor/registry-findings.ts';
import { overrideOf } from '../unit-override.ts';
import { healthyRows, run, unitOf } from './rows-builder.ts';

const join = (mine: string[], theirs: string[]): Record<string, string> =>
  Object.fromEntries(
    [
      ...joinNames(
        mine.map((name) => ({ spellings: [name] })),
        theirs.map((name) => ({ spellings: [name] })),
      ),
    ].map(([their, own]) => [their.spellings[0] ?? '', own.spellings[0] ?? '']),
  );

describe('the rule', () => {
  it.each<[string, string[], string[], Record<string, string>]>([
    ['exact', ['LANE-1'], ['LANE-1'], { 'LANE-1': 'LANE-1' }],
    ['blanks around', ['LANE-1'], [' LANE-1 '], { ' LANE-1 ': 'LANE-1' }],
    ['inner blanks', ['GIFT WRAP'], ['gift_wrap'], { gift_wrap: 'GIFT WRAP' }],
    ['zeros of each number', ['A-1-L-20'], ['a-01-l-020'], { 'a-01-l-020': 'A-1-L-20' }],
    ['a number alone', ['07'], ['7'], { '7': '07' }],
    ['zero stays a number', ['L-0'], ['L-00'], { 'L-00': 'L-0' }],
    ['tens are no ones', ['L-1'], ['L-10'], {}],
    ['exact before alike', ['L-1', 'l-1'], ['l-1', 'L-1'], { 'l-1': 'l-1', 'L-1': 'L-1' }],
    ['two of theirs alike', ['L-1'], ['l-1', 'L-01'], { 'l-1': 'L-1' }],
    ['two of theirs as near', ['L-1'], ['l-1', 'l_1'], {}],
    ['two of mine alike', ['L-1', 'L-01'], ['L-001'], {}],
    ['twice the same name', ['L-1', 'L-1'], ['L-1'], {}],
  ])('%s', (_, mine, theirs, expected) => {
    expect(join(mine, theirs)).toEqual(expected);
  });

  it('reads a name spelt anew as the one that is remembered, unless both stand side by side', () => {
    const spelling = (text: string, ...seen: number[]) => ({
      text,
      seen: () => new Set(seen),
      last: Math.max(...seen),
    });
    const of = (...given: Parameters<typeof settleSpellings>) =>
      Object.fromEntries(settleSpellings(...given));
    expect(of([spelling('Lane-1', 1, 2), spelling('LANE-1', 3)])).toEqual({
      'Lane-1': 'LANE-1',
      'LANE-1': 'LANE-1',
    });
    expect(of([spelling('Lane-1', 1, 2), spelling('LANE-1', 3)], ['Lane-1'])).toEqual({
      'Lane-1': 'Lane-1',
      'LANE-1': 'Lane-1',
    });
    expect(of([spelling('Lane-1', 1, 2), spelling('LANE-1', 2)])).toEqual({
      'Lane-1': 'Lane-1',
      'LANE-1': 'LANE-1',
    });
    expect(of([spelling('LANE-1', 3)], ['Lane-1', 'LANE-1'])).toEqual({ 'LANE-1': 'LANE-1' });
  });

  it('knows candidates by one look', () => {
    expect(looksLike(' lane_007 ')).toBe('LANE-7');
  });
});

describe('the registry', () => {
  it('means the unit that its row fits', () => {
    const overrides = [{ ...overrideOf('FRA1_Singles_Lane-01'), capacityUnits: 77 }];
    expect(unitOf(run({ rows: healthyRows(), overrides }), 'LANE-1').capacityUnits).toBe(77);
    const excluded = [{ ...overrideOf('FRA1_SINGLES_lane-2'), excluded: true }];
    const series = run({ rows: healthyRows(), overrides: excluded });
    expect(series.units.map(({ unit }) => unit.path)).not.toContain('LANE-2');
    // What nobody wants to watch is not left over.
    expect(series.leftOver).toEqual([]);
    expect(matchOverrides(excluded, ['FRA1_SINGLES_LANE-2'])[0]?.unitId).toBe('FRA1_SINGLES_LANE-2');
  });

  it('leaves over what fits no unit', () => {
    const overrides = [overrideOf('FRA1_SINGLES_LANE-9'), overrideOf('LEJ1_SINGLES_LANE-9')];
    expect(run({ rows: healthyRows(), overrides }).leftOver).toEqual([
      {
        source: 'unit_override',
        name: 'FRA1_SINGLES_LANE-9',
        detail: 'unit_override has a row for FRA1_SINGLES_LANE-9; no source knows such a unit',
        stopped: false,
      },
    ]);
  });

  it('leaves over a path that an override names and nobody knows', () => {
    const of = (unit: string, change: object) => ({ ...overrideOf(`FRA1_SINGLES_${unit}`), ...change });
    const left = (...overrides: ReturnType<typeof of>[]) =>
      run({ rows: healthyRows(), overrides }).leftOver.map(({ detail }) => detail);
    expect(left(of('LANE-1', { sorter: 'Sort-9' }))).toEqual([
      'unit_override.sorter of FRA1_SINGLES_LANE-1 is Sort-9; no source knows such a path, and no other unit names it',
    ]);
    expect(left(of('LANE-1', { sorter: 'Sort-9' }), of('LANE-2', { sorter: 'SORT-09' }))).toEqual([]);
    expect(left(of('LANE-1', { downstreamPath: 'lane_02' }))).toEqual([]);
    expect(left(of('LANE-1', { downstreamPath: 'LANE-77' }))).toEqual([
      'unit_override.downstream_path of FRA1_SINGLES_LANE-1 is LANE-77; its workpool has no such path',
    ]);
    const series = run({ rows: healthyRows(), overrides: [of('LANE-1', { downstreamPath: 'LANE-77' })] });
    expect(findLeftOver(series)).toHaveLength(1);
  });

  it('routes the workpool that is meant', () => {
    const route = {
      warehouse: 'FRA1',
      channel: '#a',
      unitType: null,
      minSeverity: 'WARNING',
      fallback: false,
    } as const;
    const routes = [
      { ...route, workpool: 'Gift Wrap' },
      { ...route, workpool: null },
    ];
    expect(matchRoutes(routes, ['GIFT-WRAP', 'SINGLES']).map(({ workpool }) => workpool)).toEqual([
      'GIFT-WRAP',
      null,
    ]);
  });
});

describe('doctor', () => {
  it('names what is left over, and the unit that misses it', () => {
    const rows = healthyRows();
    const spelt = rows.wcs_counters.map((row) => (row.path === 'LANE-2' ? { ...row, path: 'L-17' } : row));
    const found = findLeftOver(run({ rows: { ...rows, wcs_counters: spelt } }));
    expect(found[0]).toBe('FRA1: WCS counts LANE-2-D1 of path L-17; WES knows no path L-17');
    expect(
      found.some((line) => line.startsWith('FRA1_SINGLES_LANE-2: WCS has no device of path LANE-2')),
    ).toBe(true);
    expect(findLeftOver(run({ rows: healthyRows() }))).toEqual([]);
  });
});
