/** When doubts at many places are one fault of their source, and who is of it. */
import { describe, expect, it } from 'vitest';
import { evaluateSources, isOfSource } from '../../../src/domain/evaluate/sources.ts';
import { deniedSince } from '../../../src/domain/preprocess/health/denied-source.ts';
import type { Defect, UnitSeries } from '../../../src/domain/series.ts';
import { healthyRows, run, SNAPSHOT } from './rows-builder.ts';

const MINUTE_MS = 60_000;
const [model] = run({ rows: healthyRows() }).units;

/** One unit a doubt, each so many minutes old. */
const doubted = (minutes: readonly number[], change: Partial<Defect> = {}): UnitSeries[] =>
  minutes.map((ago, at) => {
    if (!model) throw new Error('no unit');
    const path = `LANE-${at}`;
    const defect: Defect = {
      ...{
        name: 'STUCK_SENSOR',
        source: 'wes_stock',
        detail: `path ${path}: stands`,
        hard: true,
        tell: true,
      },
      since: SNAPSHOT - ago * MINUTE_MS,
      ...change,
    };
    const unit = { ...model.unit, unitId: `FRA1_SINGLES_${path}`, path, unitType: 'LANE' as const };
    return { ...model, unit, defects: [defect] };
  });

const since = (units: readonly UnitSeries[], places = 20): number | null => {
  const found = deniedSince({ source: 'wes_stock', refreshMin: 5 }, { snapshotTs: SNAPSHOT, units, places });
  return found.deniedSince === undefined ? null : (SNAPSHOT - found.deniedSince) / MINUTE_MS;
};

describe('doubts that are one', () => {
  it.each<[string, readonly number[], number | null]>([
    ['begin together', [20, 20, 15, 10], 20],
    ['are three', [20, 20, 15], null],
    ['begin each by itself', [80, 60, 40, 20], null],
    ['are joined later by others', [90, 85, 85, 80, 10], 90],
    ['are preceded by another one', [200, 30, 30, 25, 20], 30],
  ])('%s', (_, minutes, expected) => {
    expect(since(doubted(minutes))).toBe(expected);
  });

  it('are more of them in a large house', () => {
    expect(since(doubted([20, 20, 20, 20]), 200)).toBeNull();
  });

  it('are of one source, and to be told', () => {
    expect(since(doubted([20, 20, 20, 20], { source: 'wcs_counters' }))).toBeNull();
    const [first, ...others] = doubted([20, 20, 20, 20]);
    const untold = (first?.defects ?? []).map(({ tell: _tell, ...defect }) => defect);
    expect(since([...others, ...(first ? [{ ...first, defects: untold }] : [])])).toBeNull();
  });

  it('are told once a path, though its total tells them too', () => {
    const lanes = doubted([20, 20, 20]);
    const defects = lanes.flatMap((lane) => lane.defects);
    expect(since([...lanes, ...(model ? [{ ...model, defects }] : [])])).toBeNull();
  });
});

describe('a source at fault', () => {
  const units = doubted([200, 30, 30, 25, 20]);
  const deniedTs = SNAPSHOT - 30 * MINUTE_MS;
  const [health] = run({ rows: healthyRows() }).health;
  const fault = health && { ...health, deniedSince: deniedTs };

  it('speaks for what began with it and after, and for no other doubt', () => {
    const of = units.map((unit) => isOfSource(unit, { source: 'wes_stock', deniedSince: deniedTs }));
    expect(of).toEqual([false, true, true, true, true]);
    const [first] = doubted([20]);
    const both = [
      ...(first?.defects ?? []),
      ...(doubted([20], { source: 'wcs_counters' })[0]?.defects ?? []),
    ];
    expect(isOfSource({ defects: both }, { source: 'wes_stock', deniedSince: deniedTs })).toBe(false);
  });

  it('is one sentence with the places in it', () => {
    const series = { ...run({ rows: healthyRows() }), units, health: fault ? [fault] : [] };
    const [said] = evaluateSources(series, '1.0.0');
    expect(said?.unitId).toBe('FRA1_wes-stock');
    expect(said?.sentence).toContain('Check the levels of WES and look at the floor');
    expect(said?.sentence).toContain('at 4 places for 30 min: SINGLES LANE-1, SINGLES LANE-2');
  });
});
