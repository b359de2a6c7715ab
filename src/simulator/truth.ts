/**
 * What really was the matter in a warehouse in which nobody intervenes: its incidents with their causes and with
 * what would have helped, and the stretches that only looked like trouble.
 */
import { isCause, type Happening } from './happenings.ts';
import { createIncidentWatch, type IncidentWatch, type UnitIncident } from './incident-watch.ts';
import { watchedPathsOf, type LineLayout } from './layout.ts';
import { cloneLineState } from './line-state.ts';
import type { LineRun } from './line.ts';
import { actingTime, findRemedies, HORIZON_MS, type Checkpoint, type Remedy } from './remedies.ts';
import type { Warehouse } from './warehouse.ts';

const MINUTE = 60_000;
/** Often enough that a run again starts near its point, long enough to reach before any acting time. */
const CHECKPOINT_EVERY_MS = 5 * MINUTE;
const CHECKPOINTS_KEPT = 9;
/** What a happening leaves behind counts as its doing. */
const AFTERMATH_MS = 100 * MINUTE;
/** A unit that had an incident around it shows no decoy. */
const DECOY_CLEARANCE_MS = 60 * MINUTE;

export interface TrueIncident extends UnitIncident {
  /** Kind of the happening that brought it about; VARIATION where chance alone did. */
  cause: string;
  /** Epoch ms; null where there was no cause. */
  causeTs: number | null;
  familyId: string;
  remedies: Remedy[];
}

/** A stretch in which an alert would be false. */
export interface Decoyed {
  unitId: string;
  kind: string;
  startTs: number;
  endTs: number;
}

export interface Truth {
  /** Takes a line after each step. */
  observe(run: LineRun): void;
  /** Ends what is going on. */
  finish(): void;
  /** In the order in which they ended. */
  incidents(): readonly TrueIncident[];
  /** Of [from, to), those that incidents overlap left out. */
  decoys(from: number, to: number): Decoyed[];
}

interface WatchedLine {
  watch: IncidentWatch;
  checkpoints: Checkpoint[];
  /** Where an open incident may be run again from. */
  pending: Map<string, Checkpoint>;
  happened: Map<string, Happening>;
}

export function createTruth(warehouse: Warehouse): Truth {
  const incidents: TrueIncident[] = [];
  const since = warehouse.now();
  const watched = new Map<LineRun, WatchedLine>(
    warehouse.runs.map((run) => [run, watchLine(warehouse, run, since)]),
  );

  const conclude = (run: LineRun, { watch, pending, happened }: WatchedLine): void => {
    for (const incident of watch.takeClosed()) {
      const key = `${incident.unitId}/${incident.kind}`;
      const checkpoint = pending.get(key);
      pending.delete(key);
      if (!checkpoint) continue;
      const cause = causeOf(incident, [...happened.values()]);
      incidents.push({
        ...incident,
        cause: cause?.kind ?? 'VARIATION',
        causeTs: cause?.startTs ?? null,
        familyId: cause?.id ?? `${incident.unitId}/${incident.onsetTs}`,
        remedies: findRemedies(run.line, incident, cause, checkpoint),
      });
    }
  };

  return {
    observe: (run) => {
      const line = watched.get(run);
      if (!line) return;
      const now = run.now();
      line.watch.observe(run.state, now);
      if (now % CHECKPOINT_EVERY_MS === 0) {
        line.checkpoints.push({ ts: now, state: cloneLineState(run.state) });
        if (line.checkpoints.length > CHECKPOINTS_KEPT) line.checkpoints.shift();
        remember(run, line, now);
        conclude(run, line);
      }
    },
    finish: () => {
      for (const [run, line] of watched) {
        line.watch.finish(run.now());
        conclude(run, line);
      }
    },
    incidents: () => incidents.map((incident) => forWholeLine(incident, incidents)),
    decoys: (from, to) =>
      warehouse.runs
        .flatMap((run) =>
          decoysOf(warehouse, run, [...(watched.get(run)?.happened.values() ?? [])], from, to),
        )
        .filter(
          ({ unitId, startTs, endTs }) =>
            !incidents.some(
              (incident) =>
                incident.unitId === unitId &&
                incident.onsetTs < endTs + DECOY_CLEARANCE_MS &&
                incident.endTs > startTs - DECOY_CLEARANCE_MS,
            ),
        )
        .toSorted((a, b) => a.startTs - b.startTs),
  };
}

/**
 * What is done at a total is done once, for its whole line: enough of it is what is enough for each of the incidents
 * that the same cause brings about within the hour.
 */
function forWholeLine(incident: TrueIncident, all: readonly TrueIncident[]): TrueIncident {
  const together = all.filter(
    ({ familyId, kind, onsetTs }) =>
      familyId === incident.familyId &&
      kind === incident.kind &&
      Math.abs(onsetTs - incident.onsetTs) <= HORIZON_MS,
  );
  const mostOf = (remedy: Remedy): number =>
    Math.max(
      ...together
        .flatMap(({ remedies }) => remedies)
        .filter((each) => isSameAction(each, remedy))
        .map(({ quantity }) => quantity ?? 0),
    );
  return {
    ...incident,
    remedies: incident.remedies.map((remedy) =>
      remedy.ofLine && remedy.quantity !== null ? { ...remedy, quantity: mostOf(remedy) } : remedy,
    ),
  };
}

function isSameAction(a: Remedy, b: Remedy): boolean {
  return (
    a.action === b.action &&
    a.unitId === b.unitId &&
    a.process === b.process &&
    a.quantityUnit === b.quantityUnit
  );
}

function watchLine(warehouse: Warehouse, run: LineRun, since: number): WatchedLine {
  const { plan } = warehouse;
  const { layout } = run.line.rules;
  const line: WatchedLine = {
    checkpoints: [{ ts: since, state: cloneLineState(run.state) }],
    pending: new Map(),
    happened: new Map(),
    watch: createIncidentWatch({
      line: layout,
      isStandstill: (process, ts) => plan.isStandstill(layout, process, ts),
      since,
      onOpen: (incident) => {
        remember(run, line, run.now());
        const actTs = actingTime(incident.onsetTs, causeOf(incident, [...line.happened.values()]));
        const checkpoint = line.checkpoints.findLast(({ ts }) => ts <= actTs) ?? line.checkpoints[0];
        if (checkpoint) line.pending.set(`${incident.unitId}/${incident.kind}`, checkpoint);
      },
    }),
  };
  return line;
}

function remember(run: LineRun, line: WatchedLine, now: number): void {
  const current = [...run.line.calendar.between(now - CHECKPOINT_EVERY_MS, now), ...run.line.scripted];
  for (const happening of current) if (happening.startTs <= now) line.happened.set(happening.id, happening);
}

/** The last cause under way at the onset, or just over. */
function causeOf(incident: UnitIncident, happened: readonly Happening[]): Happening | null {
  const before = happened.filter(
    ({ startTs, endTs }) => startTs <= incident.onsetTs && endTs + AFTERMATH_MS > incident.onsetTs,
  );
  return before.findLast(({ kind }) => isCause(kind)) ?? before.at(-1) ?? null;
}

function decoysOf(
  { plan }: Warehouse,
  run: LineRun,
  happened: readonly Happening[],
  from: number,
  to: number,
): Decoyed[] {
  const { layout } = run.line.rules;
  const units = [layout.unitId, ...watchedPathsOf(layout).map(({ unitId }) => unitId)];
  const decoys: Decoyed[] = [];
  for (const { kind, path, startTs, endTs } of happened) {
    if (isCause(kind) || startTs < from || startTs >= to) continue;
    const concerned = path === null ? units : unitsOf(layout, path);
    for (const unitId of concerned) decoys.push({ unitId, kind, startTs, endTs });
  }
  for (const shift of plan.shiftsBetween(from, to)) {
    const groups = plan.groupsOf(layout, shift);
    const kind = plan.isDrainShift(layout, shift) ? 'PLANNED_DRAIN' : 'PLANNED_BREAK';
    const [startTs, endTs] = [
      Math.min(...groups.map(({ breakStart }) => breakStart)),
      Math.max(...groups.map(({ breakEnd }) => breakEnd)),
    ];
    if (startTs >= from && startTs < to) decoys.push({ unitId: layout.unitId, kind, startTs, endTs });
    if (shift.start >= from && shift.start < to)
      decoys.push({
        unitId: layout.unitId,
        kind: 'SHIFT_CHANGE',
        startTs: shift.start - 10 * MINUTE,
        endTs: shift.start + 20 * MINUTE,
      });
  }
  return decoys;
}

function unitsOf(layout: LineLayout, path: string): string[] {
  return watchedPathsOf(layout)
    .filter((each) => each.path === path)
    .map(({ unitId }) => unitId);
}
