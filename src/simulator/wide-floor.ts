/**
 * A floor unlike the others of its kind: building, habits, shifts, systems and what happens are drawn from wide
 * ranges. Not everything that can be drawn can be run: a line that gets into trouble in peace is drawn again, and so
 * is a floor on which next to nothing goes wrong, or nearly everything.
 */
import { drawLiveliness, SETTLING_MS, type Calendar, type Liveliness } from './calendar.ts';
import { drawHabits } from './habits.ts';
import { createIncidentWatch } from './incident-watch.ts';
import { WIDE_RANGES } from './layout-ranges.ts';
import { drawLayout, drawLine, type LineLayout, type WarehouseLayout } from './layout.ts';
import { createLineRules } from './line-minute.ts';
import { createLineState } from './line-state.ts';
import { runLine, type LineRun } from './line.ts';
import { createLocalClock } from './local-clock.ts';
import { createRandom } from './random.ts';
import { drawSensing } from './sensing.ts';
import { drawShiftHabits } from './shift-habits.ts';
import { createShiftPlan, type ShiftPlan } from './shift-plan.ts';
import { createWarehouse } from './warehouse.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const TRIAL_DAY = Date.parse('2026-01-05T00:00:00Z');
/** In peace: from the start of its first shift. */
const LINE_TRIAL_MS = 10 * HOUR;
/** The line has come to its usual level by then. */
const SETTLED_MS = 90 * MINUTE;
/** In peace a line gets into trouble about once a day. */
const MOST_IN_PEACE = 1;
const FLOOR_TRIAL_DAYS = 2;
/** Of a floor as it is, in a day. */
const LEAST_INCIDENTS = 3;
const MOST_INCIDENTS = 40;
/** Then the last one drawn is taken. */
const TRIES = 12;

export interface WideFloor {
  layout: WarehouseLayout;
  liveliness: Liveliness;
}

export interface WideFloorOptions {
  seed: number;
  code: string;
  timezone: string;
}

export function drawWideFloor(options: WideFloorOptions): WideFloor {
  for (let tries = 1; ; tries++) {
    const floor = drawFloor(options, tries);
    const incidents = incidentsADay(floor, options);
    if (tries === TRIES || (incidents >= LEAST_INCIDENTS && incidents <= MOST_INCIDENTS)) return floor;
  }
}

function drawFloor({ seed, code, timezone }: WideFloorOptions, tries: number): WideFloor {
  const random = createRandom(seed, `${code}/floor/${tries}`);
  const drawn = drawLayout({ seed, code, ranges: WIDE_RANGES, attempt: tries });
  const site: WarehouseLayout = {
    ...drawn,
    shiftHabits: drawShiftHabits(random),
    sensing: drawSensing(random),
  };
  const plan = createShiftPlan(site, createLocalClock(timezone), seed);
  const lines: LineLayout[] = [];
  let firstInduct = 1;
  for (let index = 0; index < drawn.lines.length; index++) {
    const given = { code, index, firstInduct, ranges: WIDE_RANGES, mostRoom: WIDE_RANGES.mostRoom };
    const line = calmestOf(
      () => ({ ...drawLine(random, given), habits: drawHabits(random) }),
      (each) => incidentsInPeace(each, plan, seed),
    );
    firstInduct += line.inducts.length;
    lines.push(line);
  }
  return { layout: { ...site, lines }, liveliness: drawLiveliness(random, lines.length) };
}

/** The first one that runs well, else the best of those drawn. */
function calmestOf(draw: () => LineLayout, incidentsOf: (line: LineLayout) => number): LineLayout {
  let best = draw();
  let fewest = incidentsOf(best);
  for (let tries = 1; fewest > MOST_IN_PEACE && tries < TRIES; tries++) {
    const line = draw();
    const incidents = incidentsOf(line);
    if (incidents < fewest) [best, fewest] = [line, incidents];
  }
  return best;
}

/** On the day's first hours, while nothing happens. */
function incidentsInPeace(line: LineLayout, plan: ShiftPlan, seed: number): number {
  const startTs = plan.shiftsBetween(TRIAL_DAY, TRIAL_DAY + DAY)[0]?.start ?? TRIAL_DAY;
  const calendar: Calendar = { between: () => [] };
  const backlog = Math.round(line.flowUpm * line.habits.backlogMin);
  const run = runLine(
    { rules: createLineRules(line, plan, seed), calendar, scripted: [] },
    createLineState(line, line.targetFill, backlog),
    startTs,
  );
  const watch = watchOf(run, plan, startTs + SETTLED_MS);
  while (run.now() < startTs + LINE_TRIAL_MS) {
    run.step();
    watch.observe(run.state, run.now());
  }
  watch.finish(run.now());
  return watch.takeClosed().length;
}

function incidentsADay(
  { layout, liveliness }: WideFloor,
  { seed, code, timezone }: WideFloorOptions,
): number {
  const times = { startTs: TRIAL_DAY, quietUntil: TRIAL_DAY + SETTLING_MS };
  const warehouse = createWarehouse({ code, timezone, seed, layout, liveliness, ...times });
  const watches = new Map(
    warehouse.runs.map((run) => [run, watchOf(run, warehouse.plan, TRIAL_DAY)] as const),
  );
  warehouse.advance(TRIAL_DAY + FLOOR_TRIAL_DAYS * DAY, (run) =>
    watches.get(run)?.observe(run.state, run.now()),
  );
  let incidents = 0;
  for (const watch of watches.values()) {
    watch.finish(warehouse.now());
    incidents += watch.takeClosed().length;
  }
  return incidents / FLOOR_TRIAL_DAYS;
}

function watchOf({ line }: LineRun, plan: ShiftPlan, since: number) {
  const { layout } = line.rules;
  return createIncidentWatch({
    line: layout,
    isStandstill: (process, ts) => plan.isStandstill(layout, process, ts),
    since,
  });
}
