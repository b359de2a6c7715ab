/** The people that LMS tells of, held against the plan and the work that the counters saw. */
import { describe, expect, it } from 'vitest';
import type { Doubt, UnitSeries } from '../../../src/domain/series.ts';
import type { ActualsRow, SourceRows } from '../../../src/domain/source-rows.ts';
import { actualsRows, at, defectNames, healthyRows, planRow, run, unitOf } from './rows-builder.ts';

/** 10 packers are planned, and 8 units a minute leave the lanes: the work of 8. */
const withPackers = (change: (row: ActualsRow) => Partial<ActualsRow>): SourceRows => {
  const rows = healthyRows();
  return {
    ...rows,
    lms_actuals: rows.lms_actuals.map((row) => (row.process === 'PACK' ? { ...row, ...change(row) } : row)),
  };
};
const total = (rows: SourceRows, knownDoubts: Doubt[] = []): UnitSeries =>
  unitOf(run({ rows, knownDoubts }), 'TOTAL');
const isDenied = (unit: UnitSeries): boolean => defectNames(unit).includes('HEADCOUNT_DENIED');
const tells = ({ defects }: UnitSeries): boolean =>
  defects.some(({ name, tell }) => name === 'HEADCOUNT_DENIED' && tell);
const DOUBT: Doubt = {
  workpool: 'SINGLES',
  path: '',
  process: 'PACK',
  reading: 'headcount',
  name: 'HEADCOUNT_DENIED',
  since: at(70),
};

describe('a headcount', () => {
  it.each([
    ['nobody, while the planned work is done', { hcActive: 0, uph15m: null }, true],
    ['a third of them, while the planned work is done', { hcActive: 3 }, true],
    ['somewhat fewer', { hcActive: 6 }, false],
    ['a hundred times as many, each as fast as planned', { hcActive: 800 }, true],
    ['twice as many, each as fast as planned', { hcActive: 20 }, true],
    ['twice as many who are idle', { hcActive: 20, uph15m: 24 }, false],
    ['twice as many, whose rate nobody tells', { hcActive: 20, uph15m: null }, false],
  ])('of %s', (_, change, denied) => {
    const series = run({ rows: withPackers(() => change) });
    const unit = unitOf(series, 'TOTAL');
    expect(isDenied(unit)).toBe(denied);
    expect(series.doubts).toEqual(denied ? [{ ...DOUBT, since: at(40) }] : []);
    expect(unit.staffing).toMatchObject(
      denied
        ? { hcActive: 10, hcPlan: 10, uphActual: null, provenance: 'plan' }
        : { hcActive: change.hcActive, provenance: 'measured' },
    );
    expect(unit.quality.parts.headcount).toBe(denied ? null : 1);
  });

  it('is told of by one unit, and known of by all', () => {
    const series = run({ rows: withPackers(() => ({ hcActive: 0 })) });
    const lanes = ['LANE-1', 'LANE-2'].map((path) => unitOf(series, path));
    expect(lanes.map(isDenied)).toEqual([true, true]);
    expect(lanes.map(tells)).toEqual([false, false]);
    expect(tells(unitOf(series, 'TOTAL'))).toBe(true);
    expect(isDenied(unitOf(series, 'INDUCT-1'))).toBe(false);
    expect(series.health.find(({ source }) => source === 'lms_actuals')).toMatchObject({
      doubted: 3,
      defects: [{ name: 'HEADCOUNT_DENIED', count: 3, since: at(40) }],
    });
  });

  it('of whatever process is told of by the total', () => {
    const rows = healthyRows();
    for (const row of rows.lms_actuals) if (row.process !== 'PACK') row.hcActive = 0;
    rows.lms_plan = [planRow('PICK', 8), planRow('INDUCT', 8), planRow('PACK', 10)];
    const series = run({ rows });
    const unit = unitOf(series, 'TOTAL');
    expect(unit.picking).toMatchObject({ hcActive: 8, provenance: 'plan' });
    expect(unit.defects.filter(({ tell }) => tell).map(({ detail }) => detail.split(':')[0])).toEqual([
      'INDUCT of SINGLES',
      'PICK of SINGLES',
    ]);
    expect(series.units.filter(tells)).toEqual([unit]);
    expect(unitOf(series, 'INDUCT-1').staffing?.hcActive).toBe(8);
  });

  it.each([
    [
      'in a break, while what is in the buffers leaves them',
      { lms_plan: [planRow('PACK', 10, { breakStart: at(75), breakEnd: at(-5) })] },
    ],
    ['where the plan names one attendant', { lms_plan: [planRow('PACK', 1, { uphPlan: 600 })] }],
    ['where the plan counts in other units than WCS', { lms_plan: [planRow('PACK', 10, { uphPlan: 6 })] }],
    ['where the counters are silent', { wcs_counters: [] }],
    ['where no plan is known', { lms_plan: [] }],
  ])('of nobody is no lie %s', (_, change) => {
    const unit = total({ ...withPackers(() => ({ hcActive: 0 })), ...change });
    expect(isDenied(unit)).toBe(false);
  });

  it('of nobody is no lie where nothing is done', () => {
    const rows = withPackers(() => ({ hcActive: 0 }));
    for (const row of rows.wcs_counters) row.outTotal = 9_000;
    expect(isDenied(total(rows))).toBe(false);
  });
});

describe('a doubt of a headcount', () => {
  const told = (...hcActive: number[]): SourceRows => {
    const packing = actualsRows('PACK', 0).map((row, index) => ({ ...row, hcActive: hcActive[index] ?? 0 }));
    const others = healthyRows().lms_actuals.filter(({ process }) => process !== 'PACK');
    return { ...healthyRows(), lms_actuals: [...others, ...packing] };
  };

  it.each([
    ['lasts while the work goes on without them', [0, 0, 0, 0], true],
    ['is not over with one interval that fits', [0, 0, 0, 9], true],
    ['ends where two in a row fit', [0, 0, 9, 8], false],
  ])('%s', (_, hcActive, lasts) => {
    const series = run({ rows: told(...hcActive), knownDoubts: [DOUBT] });
    expect(series.doubts).toEqual(lasts ? [DOUBT] : []);
    expect(unitOf(series, 'TOTAL').staffing?.hcActive).toBe(lasts ? 10 : 8);
  });

  it('outlasts a lull and the silence of counters', () => {
    expect(isDenied(total({ ...told(0, 0, 0, 0), wcs_counters: [] }, [DOUBT]))).toBe(true);
  });

  it('leaves nobody known where no plan is', () => {
    const unit = total({ ...told(0, 0, 0, 0), lms_plan: [] }, [DOUBT]);
    expect(unit.staffing).toMatchObject({ hcActive: null, provenance: 'unknown' });
    expect(unit.quality.parts.headcount).toBeNull();
  });
});
