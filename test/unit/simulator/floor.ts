/** A line of a warehouse that runs round the clock, for the tests of the simulated world. */
import type { Happening } from '../../../src/simulator/happenings.ts';
import { createIncidentWatch, type UnitIncident } from '../../../src/simulator/incident-watch.ts';
import type { LineLayout } from '../../../src/simulator/layout.ts';
import { runLine, type Intervention, type LineRun } from '../../../src/simulator/line.ts';
import { cloneLineState } from '../../../src/simulator/line-state.ts';
import { createWarehouse, type Warehouse } from '../../../src/simulator/warehouse.ts';

export const MINUTE = 60_000;
export const START = Date.parse('2026-01-05T00:00:00Z');
/** Well after the start of the early shift, and before its breaks. */
export const MORNING = Date.parse('2026-01-05T06:00:00Z');

export function buildWarehouse(seed: number, given: { startTs?: number } = {}): Warehouse {
  return createWarehouse({
    code: 'FRA1',
    timezone: 'Europe/Berlin',
    seed,
    startTs: given.startTs ?? START,
    roundTheClock: true,
    liveliness: null,
  });
}

export function lineOf(warehouse: Warehouse, matches: (line: LineLayout) => boolean = () => true): LineRun {
  const run = warehouse.runs.find(({ line }) => matches(line.rules.layout));
  if (!run) throw new Error('no such line in this warehouse: choose another seed');
  return run;
}

/** Runs a copy of the line to `until`, with what happens there, and tells which units had an incident. */
export function play(
  { plan }: Warehouse,
  run: LineRun,
  happenings: readonly Happening[],
  until: number,
  intervention?: Intervention,
): { run: LineRun; incidents: UnitIncident[] } {
  const { layout } = run.line.rules;
  const line = { ...run.line, scripted: [...happenings] };
  const copy = runLine(line, cloneLineState(run.state), run.now(), intervention);
  const watch = createIncidentWatch({
    line: layout,
    isStandstill: (process, ts) => plan.isStandstill(layout, process, ts),
    since: run.now(),
  });
  while (copy.now() < until) {
    copy.step();
    watch.observe(copy.state, copy.now());
  }
  watch.finish(until);
  return { run: copy, incidents: watch.takeClosed() };
}
