import { describe, expect, it } from 'vitest';
import { buffersOf, fillOf, type LineState } from '../../../src/simulator/line-physics.ts';
import { PROBLEM_KINDS, type ProblemKind } from '../../../src/simulator/problems.ts';
import { DEMO_TIMING, REALISTIC_TIMING, type FeedTiming } from '../../../src/simulator/sensors.ts';
import {
  TABLE_NAMES,
  type CounterRecord,
  type StockRecord,
  type UpstreamRecords,
} from '../../../src/simulator/upstream-tables.ts';
import { createWorld, type World, type WorldEvent } from '../../../src/simulator/warehouse-world.ts';

const MINUTE = 60_000;
const LIVE = Date.parse('2026-03-02T09:13:27Z');

interface Given {
  seed?: number;
  firstProblem?: ProblemKind | null;
  timing?: FeedTiming;
  liveSince?: number;
  onEvent?: (event: WorldEvent) => void;
}

function buildWorld(given: Given = {}): World {
  const { seed = 1, firstProblem = null, timing = DEMO_TIMING, liveSince = LIVE, onEvent } = given;
  return createWorld({
    code: 'FRA1',
    timezone: 'Europe/Berlin',
    seed,
    liveSince,
    firstProblem,
    timing,
    onEvent,
  });
}

function recorded(world: World, ts: number): UpstreamRecords {
  return {
    wes_stock: world.outboxes.wes_stock.due(ts),
    wcs_counters: world.outboxes.wcs_counters.due(ts),
    lms_actuals: world.outboxes.lms_actuals.due(ts),
    lms_plan: world.outboxes.lms_plan.due(ts),
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

const seconds = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;

describe('what the systems record', () => {
  const world = buildWorld();
  world.advance(LIVE + 30 * MINUTE);
  const rows = recorded(world, LIVE + 30 * MINUTE);

  it('covers two hours back and everything since, and nothing of the future', () => {
    const stock = rows.wes_stock.map((row) => row.as_of.getTime());
    expect(Math.min(...stock)).toBeLessThanOrEqual(LIVE - 118 * MINUTE);
    expect(Math.max(...stock)).toBeGreaterThan(LIVE + 28 * MINUTE);
    for (const table of TABLE_NAMES) {
      const instants = rows[table].map((row) => row.recorded_at.getTime());
      expect(instants.length).toBeGreaterThan(0);
      expect(Math.max(...instants)).toBeLessThanOrEqual(LIVE + 30 * MINUTE);
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    }
  });

  it.each([
    ['demo', DEMO_TIMING, 60],
    ['realistic', REALISTIC_TIMING, 300],
  ])('tells the stock as late as the %s timing says', (_name, timing, period) => {
    const other = buildWorld({ timing });
    other.advance(LIVE);
    const stock = recorded(other, LIVE).wes_stock;
    for (const row of stock) {
      const late = seconds(row.as_of, row.recorded_at);
      expect(late).toBeGreaterThanOrEqual(timing.wesDelaySec[0]);
      expect(late).toBeLessThanOrEqual(timing.wesDelaySec[1]);
    }
    const readings = [...new Set(stock.map((row) => row.as_of.getTime()))].toSorted((a, b) => a - b);
    // The newest reading may overtake the one before.
    const gaps = readings.slice(1, -1).map((reading, index) => (reading - (readings[index] ?? 0)) / 1000);
    expect(new Set(gaps)).toEqual(new Set([period]));
    expect(readings.every((reading) => reading % (period * 1000) === 0)).toBe(true);
  });

  it('names each path once, with its stage, and backlog on the induct rows alone', () => {
    const newest = rows.wes_stock.at(-1)?.as_of.getTime();
    const paths = rows.wes_stock.filter((row) => row.as_of.getTime() === newest);
    expect(paths.map((row) => `${row.workpool} ${row.path} ${row.stage} ${row.buffer_kind}`)).toEqual([
      'SINGLES INDUCT-1 INDUCT CONVEYOR',
      'SINGLES INDUCT-2 INDUCT CONVEYOR',
      'SINGLES SORT-1 SORT CONVEYOR',
      'SINGLES LANE-1 PACK LANE',
      'SINGLES LANE-2 PACK LANE',
      'SINGLES LANE-3 PACK LANE',
      'SINGLES LANE-4 PACK LANE',
      'MULTIS INDUCT-3 INDUCT CONVEYOR',
      'MULTIS INDUCT-4 INDUCT CONVEYOR',
      'MULTIS SORT-2 SORT CONVEYOR',
      'MULTIS CHUTE-1 PACK CHUTE',
      'MULTIS CHUTE-2 PACK CHUTE',
      'MULTIS CHUTE-3 PACK CHUTE',
      'MULTIS CHUTE-4 PACK CHUTE',
    ]);
    for (const row of paths) {
      expect(row.backlog_units > 0).toBe(row.stage === 'INDUCT');
      expect(row.units_due_by_cpt).toBeGreaterThanOrEqual(row.wip_units);
      expect(row.cpt_ts.getTime()).toBeGreaterThan(row.as_of.getTime());
    }
  });

  it('has counters that only grow, read every minute by a clock with a constant skew', () => {
    const skews = new Set<number>();
    for (const readings of groupBy(rows.wcs_counters, (row) => row.device).values()) {
      const byReading = readings.toSorted((a, b) => a.plc_ts.getTime() - b.plc_ts.getTime());
      for (const [index, row] of byReading.slice(1).entries()) {
        const previous = byReading[index] ?? row;
        expect(seconds(previous.plc_ts, row.plc_ts)).toBe(60);
        expect(row.in_total - previous.in_total).toBeGreaterThanOrEqual(0);
        expect(row.out_total - previous.out_total).toBeGreaterThanOrEqual(0);
        expect(row.recirc_total - previous.recirc_total).toBeGreaterThanOrEqual(0);
        const late = seconds(row.plc_ts, row.recorded_at);
        expect(late).toBeGreaterThanOrEqual(-40);
        expect(late).toBeLessThanOrEqual(23);
      }
      for (const row of readings.slice(0, 1)) skews.add(row.plc_ts.getTime() % MINUTE);
    }
    expect(skews.size).toBeGreaterThan(10);
  });

  it('has levels that agree with the counters', () => {
    const skewOf = new Map(rows.wcs_counters.map((row) => [row.device, row.plc_ts.getTime() % MINUTE]));
    const readingOf = (row: CounterRecord) => {
      const skew = skewOf.get(row.device) ?? 0;
      return row.plc_ts.getTime() - (skew > 40_000 ? skew - MINUTE : skew);
    };
    const net = new Map<string, number>();
    for (const row of rows.wcs_counters) {
      const key = `${row.path} ${readingOf(row)}`;
      net.set(key, (net.get(key) ?? 0) + row.in_total - row.out_total);
    }
    const byPath = groupBy(rows.wes_stock, (row) => row.path);
    for (const stock of byPath.values()) {
      const known = stock.filter((row) => net.has(`${row.path} ${row.as_of.getTime()}`));
      expect(known.length).toBeGreaterThan(100);
      const offset = (row: StockRecord) =>
        row.wip_units - (net.get(`${row.path} ${row.as_of.getTime()}`) ?? 0);
      expect(new Set(known.map(offset)).size).toBe(1);
    }
  });

  it('reports labour per quarter of an hour, 2 to 5 minutes late, as planned on a quiet day', () => {
    for (const row of rows.lms_actuals) {
      expect(row.interval_end.getTime() % (15 * MINUTE)).toBe(0);
      const late = seconds(row.interval_end, row.recorded_at);
      expect(late).toBeGreaterThanOrEqual(120);
      expect(late).toBeLessThanOrEqual(300);
      expect(row.hc_idle).toBeLessThanOrEqual(row.hc_active);
    }
    const quiet = rows.lms_actuals.filter((row) => row.interval_end.getTime() <= LIVE + 15 * MINUTE);
    for (const row of quiet) {
      const middle = row.interval_end.getTime() - 7.5 * MINUTE;
      const shift = rows.lms_plan
        .filter((group) => group.recorded_at.getTime() <= LIVE)
        .filter((group) => group.workpool === row.workpool && group.process === row.process)
        .filter((group) => group.shift_start.getTime() <= middle && group.shift_end.getTime() > middle);
      const issue = shift.at(-1)?.recorded_at.getTime();
      const groups = shift.filter((group) => group.recorded_at.getTime() === issue);
      expect(groups).toHaveLength(3);
      expect(row.hc_active + row.hc_break).toBeCloseTo(
        groups.reduce((sum, group) => sum + group.hc_plan, 0),
        1,
      );
      const uphPlan = groups[0]?.uph_plan ?? Number.NaN;
      expect((row.uph_15m ?? 0) / uphPlan).toBeGreaterThan(0.85);
      expect((row.uph_15m ?? 0) / uphPlan).toBeLessThan(1.15);
    }
  });

  it('issues the plan hourly, whole, with a shift for the present moment', () => {
    const issues = groupBy(rows.lms_plan, (row) => row.recorded_at.toISOString());
    expect(issues.size).toBeGreaterThanOrEqual(3);
    for (const issue of issues.values()) {
      const now = issue[0]?.recorded_at.getTime() ?? 0;
      const present = issue.filter(
        (row) => row.shift_start.getTime() <= now && row.shift_end.getTime() > now,
      );
      expect(present).toHaveLength(2 * 3 * 3);
      for (const row of present) {
        expect(row.break_start?.getTime()).toBeGreaterThan(row.shift_start.getTime());
        expect(row.break_end?.getTime()).toBeLessThan(row.shift_end.getTime());
      }
    }
  });

  it('stays clearly healthy in peace: at any minute nearly always 35 to 60 % full', () => {
    let outside = 0;
    let seen = 0;
    for (const row of rows.wes_stock) {
      if (row.stage === 'SORT' || row.recorded_at.getTime() > LIVE + 15 * MINUTE) continue;
      seen += 1;
      const fill = row.wip_units / row.capacity_units;
      if (fill < 0.35 || fill > 0.6) outside += 1;
      expect(fill).toBeGreaterThan(0.35);
      expect(fill).toBeLessThan(0.63);
    }
    expect(outside / seen).toBeLessThan(0.02);
  });
});

describe('determinism', () => {
  it('gives the same rows for the same seed, however often the clock is looked at', () => {
    const oneLeap = buildWorld({ firstProblem: 'JAM' });
    oneLeap.advance(LIVE + 40 * MINUTE);
    const manySteps = buildWorld({ firstProblem: 'JAM' });
    for (let ts = LIVE; ts <= LIVE + 40 * MINUTE; ts += 7_300) manySteps.advance(ts);
    manySteps.advance(LIVE + 40 * MINUTE);
    expect(recorded(manySteps, LIVE + 40 * MINUTE)).toEqual(recorded(oneLeap, LIVE + 40 * MINUTE));
  });

  it('gives other rows for another seed', () => {
    const [one, two] = [1, 2].map((seed) => {
      const world = buildWorld({ seed });
      world.advance(LIVE);
      return recorded(world, LIVE).wes_stock.map((row) => row.wip_units);
    });
    expect(one).not.toEqual(two);
  });
});

/** What the floor looks like, in the terms that tell the kinds apart. */
function signsOf(line: LineState, path: string | null, jammed: string[]) {
  const fills = (buffers: LineState['lanes']) => buffers.map(fillOf);
  const struck = buffersOf(line).find((buffer) => buffer.layout.path === path);
  return {
    struckIsFull: struck !== undefined && fillOf(struck) > 0.75,
    struckStandsStill: jammed.length === 1 && jammed[0] === path,
    anythingStandsStill: jammed.length > 0,
    allLanesHigh: Math.min(...fills(line.lanes)) > 0.7,
    aLaneIsLow: Math.min(...fills(line.lanes)) < 0.5,
    inductsHigh: Math.max(...fills(line.inducts)) > 0.75,
    inductsEmpty: Math.max(...fills(line.inducts)) < 0.1,
    hasBacklog: line.backlogUnits > 0,
  };
}

const SIGNS: Record<ProblemKind, Partial<ReturnType<typeof signsOf>>> = {
  UNDERSTAFFED: { allLanesHigh: true, anythingStandsStill: false },
  JAM: { struckIsFull: true, struckStandsStill: true },
  SURGE: { inductsHigh: true, anythingStandsStill: false, allLanesHigh: false },
  SKEW: { struckIsFull: true, aLaneIsLow: true, anythingStandsStill: false },
  UPSTREAM_STOP: { inductsEmpty: true, hasBacklog: true, anythingStandsStill: false },
  SORTER_JAM: { struckIsFull: true, struckStandsStill: true, aLaneIsLow: true, inductsHigh: true },
};

describe('a first problem', () => {
  it.each(PROBLEM_KINDS)('%s needs an answer as the live feed starts, and is over in good time', (kind) => {
    for (const seed of [1, 2, 3, 4]) {
      const events: { type: string; inMin: number }[] = [];
      const liveSince = LIVE + seed * 137 * MINUTE;
      const world = buildWorld({
        seed,
        firstProblem: kind,
        liveSince,
        onEvent: (event) => events.push({ type: event.type, inMin: (event.ts - liveSince) / MINUTE }),
      });
      world.advance(liveSince);
      const problem = world.problem();
      expect(problem?.kind).toBe(kind);
      const line = world.lines.find(({ layout }) => layout.workpool === problem?.workpool);
      const other = world.lines.find((candidate) => candidate !== line);
      if (!line || !other) throw new Error('the problem names no line');

      const faults = recorded(world, liveSince).wcs_counters.filter(
        (row) => row.recorded_at.getTime() > liveSince - 2 * MINUTE && row.fault === 'JAM',
      );
      const jammed = [...new Set(faults.map((row) => row.path))];
      expect(signsOf(line, problem?.path ?? null, jammed)).toMatchObject(SIGNS[kind]);

      for (let minute = 0; minute <= 20; minute++) {
        world.advance(liveSince + minute * MINUTE);
        for (const buffer of [...other.inducts, ...other.lanes]) {
          expect(fillOf(buffer)).toBeGreaterThan(0.35);
          expect(fillOf(buffer)).toBeLessThan(0.63);
        }
      }
      const ended = events.find((event) => event.type === 'problem_ended');
      expect(ended?.inMin).toBeGreaterThanOrEqual(4);
      expect(ended?.inMin).toBeLessThanOrEqual(6.2);
      const recovered = events.find((event) => event.type === 'problem_recovered');
      expect(recovered?.inMin).toBeLessThanOrEqual(16);
      expect(events.map((event) => event.type).slice(0, 3)).toEqual([
        'problem_started',
        'problem_ended',
        'problem_recovered',
      ]);
    }
  });

  it('shows fewer packers than planned where they did not come back from their break', () => {
    const liveSince = Date.parse('2026-03-02T09:31:00Z');
    const world = buildWorld({ firstProblem: 'UNDERSTAFFED', liveSince });
    world.advance(liveSince);
    const problem = world.problem();
    const rows = recorded(world, liveSince);
    const packing = rows.lms_actuals.filter(
      (row) => row.process === 'PACK' && row.workpool === problem?.workpool,
    );
    const planned = 12;
    const staffed = packing.map((row) => row.hc_active + row.hc_break);
    expect(staffed.at(-1)).toBeLessThan(planned - 2);
    expect(staffed.at(-3)).toBeCloseTo(planned, 1);
    const breakEnds = rows.lms_plan.map((row) => row.break_end?.getTime());
    expect(breakEnds).toContain(problem?.start);
  });
});

describe('later problems', () => {
  it('come now and then, one at a time, and each is worked off', () => {
    const events: WorldEvent[] = [];
    const world = buildWorld({ seed: 5, onEvent: (event) => events.push(event) });
    world.advance(LIVE + 15 * MINUTE);
    expect(events).toEqual([]);
    world.advance(LIVE + 24 * 60 * MINUTE);
    const started = events.filter((event) => event.type === 'problem_started');
    expect(started.length).toBeGreaterThan(6);
    expect(started.length).toBeLessThan(40);
    expect(new Set(started.map((event) => event.problem.kind)).size).toBeGreaterThan(3);
    for (const [index, event] of events.entries()) {
      const order = ['problem_started', 'problem_ended', 'problem_recovered'];
      expect(event.type).toBe(order[index % 3]);
    }
    for (const line of world.lines) {
      for (const buffer of buffersOf(line)) expect(fillOf(buffer)).toBeLessThanOrEqual(1);
    }
  });
});
