/** Just below, at and above the limits that no other table here comes close to. */
import { describe, expect, it } from 'vitest';
import { FlowSums } from '../../../src/domain/preprocess/flows/flow-sums.ts';
import { unknownTrack } from '../../../src/domain/preprocess/grid.ts';
import { conserve } from '../../../src/domain/preprocess/units/quality.ts';
import {
  MIN,
  PATHS,
  SNAPSHOT,
  at,
  counterRows,
  defectNames,
  levelOnly,
  now,
  run,
  stockRows,
  unitOf,
  type PathSpec,
} from './rows-builder.ts';

const LANE: PathSpec = { ...PATHS[3]!, inUpm: 4, outUpm: 4 };
const HOUR = 60 * MIN;

describe('clocks that are off by two minutes or less', () => {
  it.each([
    [2 * MIN, false],
    [2 * MIN + 1, true],
  ])('a level as of %d ms after its record: told %s', (ahead, told) => {
    const rows = stockRows(LANE);
    rows[5]!.recordedAt = rows[5]!.asOf - ahead;
    const series = run({ rows: { ...levelOnly([]), wes_stock: rows } });
    expect(defectNames(unitOf(series, 'LANE-1')).includes('CLOCK_SKEW')).toBe(told);
  });

  /** Rows are recorded 20 s after their reading. */
  const skewed = (plcMs: (index: number) => number) => {
    const counters = counterRows(LANE).map((row, index) => ({ ...row, plcTs: row.plcTs! + plcMs(index) }));
    const rows = { ...levelOnly([]), wes_stock: stockRows(LANE), wcs_counters: counters };
    return unitOf(run({ rows }), 'LANE-1');
  };

  it.each([
    ['behind, at the limit', -100_000, false],
    ['behind, above it', -100_001, true],
    ['ahead, at the limit', 140_000, false],
    ['ahead, above it', 140_001, true],
  ])('a device %s: told %s', (_name, ms, told) => {
    const lane = skewed(() => ms);
    expect(defectNames(lane)).toEqual(told ? ['CLOCK_SKEW'] : []);
    expect(now(lane.flowIn)).toBeCloseTo(4, 6);
  });

  it.each([
    ['20 minutes late', 20 * MIN, false],
    ['later than a late row can be', 20 * MIN + 1, true],
  ])('one row %s: taken for a jump of the clock %s', (_name, late, jumped) => {
    const counters = counterRows(LANE);
    counters[30]!.recordedAt += late;
    const rows = { ...levelOnly([]), wes_stock: stockRows(LANE), wcs_counters: counters };
    // By their record the counters fall, and that is told too.
    expect(defectNames(unitOf(run({ rows }), 'LANE-1'))).toEqual(
      jumped ? ['CLOCK_SKEW', 'COUNTER_RESET'] : [],
    );
  });
});

describe('what level and flows say of each other over half an hour', () => {
  const still = { ...unknownTrack('wcs_counters'), values: Array<number>(61).fill(0) };
  const flows = new FlowSums(still, still, SNAPSHOT);
  const residual = (ages: number[], levels: number[]) =>
    conserve({
      readings: ages.map((age, index) => ({ ts: at(age), wipUnits: levels[index] ?? 0 })),
      flows,
      capacityUnits: 100,
    })?.residualUnits ?? null;

  it.each<[string, number[], number[], number | null]>([
    ['the reading half an hour before the newest', [40, 30, 20, 0], [1, 2, 3, 9], 7],
    ['the nearest to it', [41, 33, 26, 0], [1, 2, 3, 9], 7],
    ['of two as near the later one', [35, 25, 0], [1, 2, 9], 7],
    ['20 minutes are enough', [20, 0], [2, 9], 7],
    ['less are not', [19.9, 0], [2, 9], null],
    ['40 minutes are enough', [40, 0], [2, 9], 7],
    ['more are too many', [40.1, 0], [2, 9], null],
    ['counted from the newest, not from now', [35, 5], [2, 9], 7],
    ['one reading tells nothing', [0], [9], null],
    ['nor does none', [], [], null],
  ])('%s', (_name, ages, levels, expected) => {
    expect(residual(ages, levels)).toBe(expected);
  });
});

describe('a total of which a part is missing', () => {
  it.each([
    [200, 0.8, true],
    [200.5, 0.7995, false],
  ])('a path of %d of 1000 units: %d are covered, believed %s', (missing, coverage, believed) => {
    const paths: PathSpec[] = [
      { ...LANE, path: 'LANE-1', capacity: 1000 - missing, level: 100 },
      { ...LANE, path: 'LANE-2', capacity: missing, level: 50 },
    ];
    const rows = levelOnly(paths);
    for (const row of rows.wes_stock) if (row.path === 'LANE-2') row.wipUnits = null;
    const total = unitOf(run({ rows }), 'TOTAL');
    expect(total.quality.coverage).toBeCloseTo(coverage, 6);
    expect(total.defects).toContainEqual(expect.objectContaining({ name: 'PATHS_MISSING', hard: !believed }));
    expect(total.quality.score > 40).toBe(believed);
  });
});

it.each([
  ['two hours', 2 * HOUR, false],
  ['more', 2 * HOUR + 1, true],
])(
  'a source that was silent for %s before it spoke again: its day starts afresh %s',
  (_name, silent, afresh) => {
    const knownPaths = run({ rows: levelOnly() }).paths.map((path) => ({
      ...path,
      lastSeenHour: path.path === 'LANE-1' ? SNAPSHOT - 30 * HOUR : SNAPSHOT - silent,
    }));
    const rows = levelOnly(PATHS.filter(({ path }) => path !== 'LANE-1'));
    const { units } = run({ rows, knownPaths });
    expect(units.some(({ unit }) => unit.path === 'LANE-1')).toBe(afresh);
  },
);
