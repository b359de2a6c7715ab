/** What holds of preprocess whatever comes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIN, SNAPSHOT, at, healthyRows, now, run } from './rows-builder.ts';

describe('whatever comes', () => {
  const base = healthyRows();
  // A warehouse with something wrong everywhere, so that no branch is order-dependent unseen.
  base.wes_stock[5]!.wipUnits = -4;
  base.wes_stock.push({ ...base.wes_stock[20]!, wipUnits: 77 });
  base.wes_stock.push({ ...base.wes_stock[30]!, path: 'INDUCT_1' });
  base.wcs_counters.push({ ...base.wcs_counters[40]!, inTotal: 3 });
  base.wcs_counters.push({ ...base.wcs_counters[120]!, recordedAt: at(1) });
  base.lms_actuals.push({ ...base.lms_actuals[9]!, hcActive: 3 });
  const expected = JSON.stringify(run({ rows: base }));

  const disorder = <Row>(rows: Row[]): fc.Arbitrary<Row[]> =>
    fc.array(fc.nat(rows.length - 1), { maxLength: 40 }).chain((again) => {
      const all = [...rows, ...again.flatMap((index) => rows[index] ?? [])];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });

  it('neither order nor repetition of rows changes anything', () => {
    fc.assert(
      fc.property(
        disorder(base.wes_stock),
        disorder(base.wcs_counters),
        disorder(base.lms_actuals),
        disorder(base.lms_plan),
        (wes_stock, wcs_counters, lms_actuals, lms_plan) => {
          expect(JSON.stringify(run({ rows: { wes_stock, wcs_counters, lms_actuals, lms_plan } }))).toBe(
            expected,
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('whatever is missing, a unit without a level has a quality below 50', () => {
    const knownPaths = run({ rows: healthyRows() }).paths;
    const keep = <Row>(rows: Row[]): fc.Arbitrary<Row[]> =>
      fc.oneof(fc.constant<Row[]>([]), fc.subarray(rows), fc.constant(rows));
    let unknown = 0;
    fc.assert(
      fc.property(
        keep(healthyRows().wes_stock),
        keep(healthyRows().wcs_counters),
        keep(healthyRows().lms_actuals),
        fc.boolean(),
        fc.nat(40),
        (wes_stock, wcs_counters, lms_actuals, remembered, later) => {
          const series = run({
            rows: { wes_stock, wcs_counters, lms_actuals, lms_plan: [] },
            knownPaths: remembered ? knownPaths : [],
            snapshotTs: SNAPSHOT + later * MIN,
          });
          for (const unit of series.units) {
            expect(unit.wip.values).toHaveLength(61);
            if (now(unit.wip) !== null) continue;
            unknown++;
            expect(unit.quality.score).toBeLessThan(50);
            expect(unit.quality.coverage).toBe(0);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(unknown).toBeGreaterThan(0);
  });
});
