/** A source whose clock was left out when clocks were changed: cycle by cycle, as it comes. */
import { describe, expect, it } from 'vitest';
import type { Doubt, KnownPath, WarehouseSeries } from '../../../src/domain/series.ts';
import type { SourceRows, StockRow } from '../../../src/domain/source-rows.ts';
import {
  actualsRows,
  counterRows,
  defectNames,
  MIN,
  now,
  PATHS,
  run,
  SNAPSHOT,
  stockRows,
  unitOf,
} from './rows-builder.ts';

/** Clocks in Berlin went back at this instant. */
const CHANGE = Date.parse('2026-10-25T01:00:00Z');
/** No clock was changed anywhere near. */
const ANY_DAY = Date.parse('2026-03-03T10:00:00Z');
const LANE = PATHS[3]!;

/** The true level of every path: it moves on, so that an hour ago is another level. */
const levelAt = (ts: number): number => 50 + 40 * Math.sin((2 * Math.PI * (ts / MIN)) / 170);

interface World {
  start: number;
  /** Minutes by which as_of is off in the reading taken at `ts`. */
  offMin: (ts: number) => number;
  /** Minutes from a reading to its record. */
  delayMin?: (ts: number) => number;
  counters?: boolean;
  periodMin?: number;
  timezone?: string;
}

const SPECS = [PATHS[0]!, LANE];

function rowsAt(
  snapshotTs: number,
  { start, offMin, delayMin = () => 1, counters, periodMin = 5 }: World,
): SourceRows {
  const stock: StockRow[] = [];
  for (let back = 0; back <= 240; back += 1) {
    const ts = Math.floor(snapshotTs / MIN) * MIN - back * MIN;
    if ((ts / MIN) % periodMin !== 0) continue;
    const recordedAt = ts + delayMin(ts) * MIN;
    if (recordedAt > snapshotTs || recordedAt < snapshotTs - 60 * MIN) continue;
    for (const spec of SPECS)
      for (const row of stockRows(spec, [0]))
        stock.push({ ...row, wipUnits: levelAt(ts), asOf: ts + offMin(ts) * MIN, recordedAt });
  }
  const device = (spec: (typeof SPECS)[number]) =>
    counterRows(spec).map((row, index) => {
      const ts = snapshotTs - (69.5 - index) * MIN;
      const passed = (10 * (ts - start)) / MIN;
      return {
        ...row,
        inTotal: 90_000 + passed + levelAt(ts),
        outTotal: 90_000 + passed,
        plcTs: ts,
        recordedAt: ts + 20_000,
      };
    });
  return {
    wes_stock: stock,
    wcs_counters: counters ? SPECS.flatMap(device) : [],
    lms_actuals: [],
    lms_plan: [],
  };
}

interface Seen {
  /** Minutes after the start. */
  min: number;
  series: WarehouseSeries;
  level: number | null;
  truth: number;
}

/** Every 5 minutes, from an hour before until `untilMin` after. */
function walk(world: World, untilMin: number): Seen[] {
  const seen: Seen[] = [];
  let [knownPaths, knownDoubts]: [KnownPath[], Doubt[]] = [[], []];
  for (let min = -65; min <= untilMin; min += 5) {
    const snapshotTs = world.start + min * MIN;
    const { timezone = 'Europe/Berlin' } = world;
    const series = run({ rows: rowsAt(snapshotTs, world), snapshotTs, knownPaths, knownDoubts, timezone });
    [knownPaths, knownDoubts] = [series.paths, series.doubts];
    seen.push({ min, series, level: now(unitOf(series, 'LANE-1').wip), truth: levelAt(snapshotTs) });
  }
  return seen;
}

/** Nothing that moved in the minutes since a reading is more than this. */
const NEAR = 15;

/** As text, so that all of it is seen where it fails. */
function wrong(seen: readonly Seen[]): string[] {
  return seen
    .filter(({ level, truth }) => level !== null && Math.abs(level - truth) > NEAR)
    .map(({ min, level, truth }) => `${min}: ${level} instead of ${truth}`);
}
const blindMinutes = (seen: readonly Seen[]): number[] =>
  seen.filter(({ level }) => level === null).map(({ min }) => min);
const clockDoubts = (seen: readonly Seen[]): number[] =>
  seen.filter(({ series }) => series.doubts.some(({ reading }) => reading === 'clock')).map(({ min }) => min);

describe('as_of an hour behind from one row to the next', () => {
  const behind = (start: number) => ({ start, offMin: (ts: number) => (ts >= start ? -60 : 0) });

  it('with counters the warehouse is never blind', () => {
    const seen = walk({ ...behind(CHANGE), counters: true }, 300);
    expect([blindMinutes(seen), wrong(seen)]).toEqual([[], []]);
  });

  it('nor without them, as two readings are enough on the day of a change', () => {
    const seen = walk(behind(CHANGE), 300);
    expect(wrong(seen)).toEqual([]);
    expect(blindMinutes(seen)).toEqual([]);
  });

  it('on any other day three are needed: one cycle is blind', () => {
    const seen = walk(behind(ANY_DAY), 300);
    expect(wrong(seen)).toEqual([]);
    expect(blindMinutes(seen)).toEqual([10]);
  });

  it('ends by a step back to the right time, and leaves nothing behind', () => {
    const seen = walk(
      { start: CHANGE, offMin: (ts) => (ts >= CHANGE && ts < CHANGE + 60 * MIN ? -60 : 0) },
      240,
    );
    expect(wrong(seen)).toEqual([]);
    expect(blindMinutes(seen)).toEqual([]);
    expect(Math.max(...clockDoubts(seen))).toBe(120);
    expect(defectNames(unitOf(seen.at(-1)!.series, 'LANE-1'))).toEqual([]);
  });

  it('is a named defect of every unit, told once in the warehouse', () => {
    const { series } = walk(behind(CHANGE), 60).at(-1)!;
    for (const unit of series.units) expect(defectNames(unit)).toEqual(['CLOCK_SKEW']);
    const telling = series.units.filter(({ defects }) => defects.some(({ tell }) => tell));
    expect(telling.map(({ unit }) => unit.unitId)).toEqual(['FRA1_SINGLES_TOTAL']);
    expect(telling[0]?.defects[0]?.detail).toBe(
      'the clock of wes_stock went back by 60 min at 2026-10-25T01:01:00.000Z, while its rows came as freshly as before: 60 min are added',
    );
    expect(series.doubts).toEqual([
      {
        workpool: '',
        path: '',
        reading: 'clock',
        name: 'CLOCK_SKEW',
        since: CHANGE + MIN,
        shift: { source: 'wes_stock', min: 60, until: null },
      },
    ]);
  });

  it('and with delays of 1 to 9 minutes', () => {
    const delayMin = (ts: number) => 1 + ((ts / MIN / 5) % 3) * 4;
    const seen = walk({ ...behind(CHANGE), delayMin, counters: true }, 240);
    expect(wrong(seen)).toEqual([]);
    expect(blindMinutes(seen)).toEqual([]);
  });

  it('local time written as that of UTC, west of it', () => {
    const fiveHours = { start: ANY_DAY, offMin: (ts: number) => (ts >= ANY_DAY ? -300 : 0) };
    const seen = walk({ ...fiveHours, timezone: 'America/New_York' }, 120);
    expect([wrong(seen), blindMinutes(seen)]).toEqual([[], [10]]);
    // In Berlin nobody could be so far behind for that reason.
    expect(clockDoubts(walk(fiveHours, 60))).toEqual([]);
  });
});

describe('as_of an hour ahead', () => {
  it('counts as the time of its record, and when it is right again at once', () => {
    const seen = walk(
      { start: ANY_DAY, offMin: (ts) => (ts >= ANY_DAY && ts < ANY_DAY + 90 * MIN ? 60 : 0) },
      240,
    );
    expect([blindMinutes(seen), wrong(seen), clockDoubts(seen)]).toEqual([[], [], []]);
  });
});

describe('what is late and no clock', () => {
  it.each([
    ['all rows an hour late, from some time on', (ts: number) => (ts >= ANY_DAY ? 60 : 1)],
    [
      'a pause of an hour, delivered at once',
      (ts: number) => (ts >= ANY_DAY && ts < ANY_DAY + 60 * MIN ? (ANY_DAY + 61 * MIN - ts) / MIN : 1),
    ],
    ['every third row an hour late', (ts: number) => ((ts / MIN / 5) % 3 === 0 ? 60 : 1)],
    ['later and later', (ts: number) => Math.max(1, Math.min(90, (ts - ANY_DAY) / MIN))],
  ])('%s', (_, delayMin) => {
    const seen = walk({ start: ANY_DAY, offMin: () => 0, delayMin }, 240);
    expect(clockDoubts(seen)).toEqual([]);
    expect(wrong(seen)).toEqual([]);
  });
});

describe('intervals of staff an hour behind', () => {
  it('are put right', () => {
    let doubts: Doubt[] = [];
    const provenances: string[] = [];
    for (let min = 0; min <= 180; min += 5) {
      const snapshotTs = CHANGE + min * MIN;
      const rows = Array.from({ length: 24 }, (_, index) => {
        const end = CHANGE + (index - 8) * 15 * MIN;
        const [row] = actualsRows('PACK', 8);
        return { ...row!, intervalEnd: end - (end > CHANGE ? 60 * MIN : 0), recordedAt: end + 2 * MIN };
      }).filter(({ recordedAt }) => recordedAt <= snapshotTs && recordedAt >= snapshotTs - 60 * MIN);
      const series = run({
        rows: {
          wes_stock: stockRows(LANE).map((row) => ({
            ...row,
            asOf: snapshotTs - 2 * MIN,
            recordedAt: snapshotTs - MIN,
          })),
          wcs_counters: [],
          lms_actuals: rows,
          lms_plan: [],
        },
        snapshotTs,
        knownDoubts: doubts,
      });
      ({ doubts } = series);
      provenances.push(unitOf(series, 'LANE-1').staffing?.provenance ?? 'none');
    }
    expect(provenances.filter((each) => each === 'unknown').length).toBeLessThanOrEqual(1);
    expect(provenances.slice(8)).not.toContain('unknown');
  });
});

describe('a device that lost its date', () => {
  const healthy = counterRows(LANE);
  const flowOf = (plcTs: (index: number, right: number) => number) => {
    const counters = healthy.map((row, index) => ({ ...row, plcTs: plcTs(index, row.plcTs ?? 0) }));
    const rows = { ...rowsAt(SNAPSHOT, { start: SNAPSHOT, offMin: () => 0 }), wcs_counters: counters };
    return unitOf(run({ rows }), 'LANE-1');
  };

  it.each([
    ['in one row', (index: number, right: number) => (index === 30 ? 0 : right)],
    ['in every row', () => 0],
    ['and counts from 1970 on', (index: number) => index * MIN],
    ['and lives in 2096', (_: number, right: number) => right + 70 * 365 * 24 * 60 * MIN],
  ])('%s: its rows count as of their record', (_, plcTs) => {
    const unit = flowOf(plcTs);
    expect(defectNames(unit)).toContain('CLOCK_SKEW');
    expect(now(unit.flowIn)).toBeCloseTo(LANE.inUpm, 6);
  });
});
