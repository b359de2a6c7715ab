/**
 * A floor unlike the others of its kind: building, habits, shifts, systems and what happens are drawn from wide
 * ranges. Not everything that can be drawn can be run: a line that gets into trouble in peace is drawn again.
 */
import { drawLiveliness, type Liveliness } from './calendar.ts';
import { drawHabits } from './habits.ts';
import { createIncidentWatch } from './incident-watch.ts';
import { WIDE_RANGES } from './layout-ranges.ts';
import { drawLayout, drawLine, type LineLayout, type WarehouseLayout } from './layout.ts';
import { createLineRules } from './line-minute.ts';
import { createLineState } from './line-state.ts';
import { runLine } from './line.ts';
import { createLocalClock } from './local-clock.ts';
import { createRandom } from './random.ts';
import { drawSensing } from './sensing.ts';
import { drawShiftHabits } from './shift-habits.ts';
import { createShiftPlan, type ShiftPlan } from './shift-plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Monday; the day's shifts from the first on are tried. */
const TRIAL_DAY = Date.parse('2026-01-05T00:00:00Z');
const TRIAL_MS = 10 * HOUR;
/** The line has come to its usual level by then. */
const SETTLED_MS = 90 * MINUTE;
/** In peace a line gets into trouble about once a day. */
const MOST_INCIDENTS = 1;
/** Then the best of those drawn is taken. */
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

export function drawWideFloor({ seed, code, timezone }: WideFloorOptions): WideFloor {
  const random = createRandom(seed, `${code}/floor`);
  const drawn = drawLayout({ seed, code, ranges: WIDE_RANGES });
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
    const line = bestOf(
      () => ({ ...drawLine(random, given), habits: drawHabits(random) }),
      (each) => incidentsInPeace(each, plan, seed),
    );
    firstInduct += line.inducts.length;
    lines.push(line);
  }
  return { layout: { ...site, lines }, liveliness: drawLiveliness(random, lines.length) };
}

function bestOf(draw: () => LineLayout, incidentsOf: (line: LineLayout) => number): LineLayout {
  let best = { line: draw(), incidents: Infinity };
  best.incidents = incidentsOf(best.line);
  for (let tries = 1; best.incidents > MOST_INCIDENTS && tries < TRIES; tries++) {
    const line = draw();
    const incidents = incidentsOf(line);
    if (incidents < best.incidents) best = { line, incidents };
  }
  return best.line;
}

/** Of a day of ten hours on which nothing happens. */
function incidentsInPeace(line: LineLayout, plan: ShiftPlan, seed: number): number {
  const startTs = plan.shiftsBetween(TRIAL_DAY, TRIAL_DAY + 24 * HOUR)[0]?.start ?? TRIAL_DAY;
  const calm = { rules: createLineRules(line, plan, seed), calendar: { between: () => [] }, scripted: [] };
  const backlog = Math.round(line.flowUpm * line.habits.backlogMin);
  const run = runLine(calm, createLineState(line, line.targetFill, backlog), startTs);
  const watch = createIncidentWatch({
    line,
    isStandstill: (process, ts) => plan.isStandstill(line, process, ts),
    since: startTs + SETTLED_MS,
  });
  while (run.now() < startTs + TRIAL_MS) {
    run.step();
    watch.observe(run.state, run.now());
  }
  watch.finish(run.now());
  return watch.takeClosed().length;
}
