/**
 * What would have helped: the line is run again from a checkpoint before the incident, with the same luck and with
 * somebody doing something, and the least of it that is enough is looked for.
 */
import type { Happening } from './happenings.ts';
import { createIncidentWatch, type UnitIncident } from './incident-watch.ts';
import type { LineLayout, PathLayout, Process } from './layout.ts';
import { cloneLineState, type LineState } from './line-state.ts';
import { runLine, type Intervention, type Line } from './line.ts';

const MINUTE = 60_000;

/** Somebody acts so long before the onset, or when the cause comes, if that is later. */
const ACT_BEFORE_MS = 20 * MINUTE;
/** People need so long from their present place to the new one. */
const STAFF_LAG_MS = 10 * MINUTE;
/** An incident that does not come within this time of its onset was avoided. */
export const HORIZON_MS = 60 * MINUTE;
/** What can't avoid it counts as help where it puts it off by so much. */
const PUT_OFF_MS = 10 * MINUTE;

export interface Remedy {
  action: string;
  /** Where to act; empty where there is nothing to do anywhere. */
  unitId: string;
  /** It changes the whole line. */
  ofLine: boolean;
  /** Whose people; empty where it is not about people. */
  process: Process | '';
  /** The least that was enough; null where no number applies, or where it only puts the incident off. */
  quantity: number | null;
  quantityUnit: 'persons' | 'percent' | 'upm' | 'stations' | '';
}

export interface Checkpoint {
  ts: number;
  state: LineState;
}

interface Candidate {
  /** The first is its name, the others come to the same. */
  actions: readonly string[];
  /** The first is where it is done, the others are its other ends. */
  unitIds: readonly string[];
  process: Process | '';
  quantityUnit: Remedy['quantityUnit'];
  /** Of one open station, units per minute; null where stations are not opened for it. */
  stationUpm: number | null;
  /** Ascending. */
  quantities: readonly number[];
  /** What it does, as from `actTs`. */
  act(quantity: number, actTs: number): Intervention;
}

/** When somebody would act against an incident that is noticed in good time. */
export function actingTime(onsetTs: number, cause: Happening | null): number {
  const ts = Math.max(onsetTs - ACT_BEFORE_MS, cause?.startTs ?? 0);
  return Math.ceil(ts / MINUTE) * MINUTE;
}

/**
 * Ordered by what the cause suggests; never empty: where nothing avoids the incident `NONE` is among them.
 *
 * @param checkpoint at or before the acting time
 */
export function findRemedies(
  line: Line,
  incident: UnitIncident,
  cause: Happening | null,
  checkpoint: Checkpoint,
): Remedy[] {
  const { layout } = line.rules;
  const actTs = actingTime(incident.onsetTs, cause);
  const until = incident.onsetTs + HORIZON_MS;
  const onsetWith = (intervention: Intervention): number =>
    firstOnset(line, incident, checkpoint, until, intervention);
  const avoided: Remedy[] = [];
  const putOff: Remedy[] = [];
  for (const candidate of candidatesFor(layout, incident, cause)) {
    const { quantities } = candidate;
    const onsetAt = (index: number) => onsetWith(candidate.act(quantities[index] ?? 0, actTs));
    const most = onsetAt(quantities.length - 1);
    if (most === Infinity) {
      const least = leastIndex(quantities.length, (index) => onsetAt(index) === Infinity);
      avoided.push(...remediesOf(layout, candidate, quantities[least] ?? null));
    } else if (most >= incident.onsetTs + PUT_OFF_MS) putOff.push(...remediesOf(layout, candidate, null));
  }
  const found = avoided.length > 0 ? avoided : putOff;
  // The sorter that only turns in circles is stopped and cleared, whatever it brings about and whatever else is done.
  if (cause?.kind === 'GRIDLOCK')
    found.push({ action: 'EMERGENCY_STOP', unitId: layout.unitId, ofLine: true, ...UNCOUNTED });
  // It comes all the same: to say so is as right as to put it off.
  if (avoided.length === 0) found.push({ action: 'NONE', unitId: '', ofLine: false, ...UNCOUNTED });
  return found;
}

const UNCOUNTED = { process: '', quantity: null, quantityUnit: '' } as const;

/** A flow is told in units per minute, or in the stations that pass it. */
function remediesOf(
  layout: LineLayout,
  { actions, unitIds, process, quantityUnit, stationUpm }: Candidate,
  quantity: number | null,
): Remedy[] {
  const amounts: Pick<Remedy, 'quantity' | 'quantityUnit'>[] = [
    { quantity, quantityUnit: quantity === null ? '' : quantityUnit },
  ];
  if (quantity !== null && stationUpm !== null)
    amounts.push({ quantity: Math.ceil(quantity / stationUpm), quantityUnit: 'stations' });
  return actions.flatMap((action) =>
    unitIds.flatMap((unitId) =>
      amounts.map((amount) => ({
        action,
        unitId,
        ofLine: unitId === layout.unitId,
        process,
        ...amount,
      })),
    ),
  );
}

/** The first index of which `holds`, given that it holds of the last and of all after the first. */
function leastIndex(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** Epoch ms; Infinity where the incident does not come. */
function firstOnset(
  line: Line,
  { unitId, kind }: UnitIncident,
  checkpoint: Checkpoint,
  until: number,
  intervention: Intervention,
): number {
  const { layout, plan } = line.rules;
  const run = runLine(line, cloneLineState(checkpoint.state), checkpoint.ts, intervention);
  const onsets: number[] = [];
  const watch = createIncidentWatch({
    line: layout,
    isStandstill: (process, ts) => plan.isStandstill(layout, process, ts),
    since: checkpoint.ts,
    only: { unitId, kind },
    onOpen: ({ onsetTs }) => onsets.push(onsetTs),
  });
  while (run.now() < until && onsets.length === 0) {
    run.step();
    watch.observe(run.state, run.now());
  }
  return onsets[0] ?? Infinity;
}

function candidatesFor(layout: LineLayout, incident: UnitIncident, cause: Happening | null): Candidate[] {
  const candidates =
    incident.kind === 'OVERFLOW' ? againstOverflow(layout, incident) : againstStarvation(layout, incident);
  const first = FIRST_BY_CAUSE[cause?.kind ?? ''] ?? '';
  return candidates.toSorted((a, b) => rank(a, first) - rank(b, first));
}

/** What people think of first, where the cause says so. */
const FIRST_BY_CAUSE: Readonly<Record<string, string>> = {
  UNDERSTAFFED_AFTER_BREAK: 'ADD_STAFF',
  STAFF_LENT: 'ADD_STAFF',
  LATE_SHIFT: 'ADD_STAFF',
  RATE_FALL: 'ADD_STAFF',
  LANE_SKEW: 'REBALANCE_CAPACITY',
  SLOW_PATH: 'REBALANCE_CAPACITY',
  PATH_LEFT: 'REBALANCE_CAPACITY',
};

function rank({ actions }: Candidate, first: string): number {
  return actions[0] === first ? 0 : 1;
}

const PERCENTS = Array.from({ length: 16 }, (_, index) => 5 * (index + 1));

function againstOverflow(layout: LineLayout, { unitId }: UnitIncident): Candidate[] {
  const induct = layout.inducts.find((path) => path.unitId === unitId);
  if (induct)
    return [
      throttle('THROTTLE_INDUCT', unitId, [induct]),
      throttle('THROTTLE_PICKING_ALL', layout.unitId, layout.inducts),
      leadPast(layout, induct),
      addStaff(layout, 'INDUCT'),
    ];
  const wall = layout.walls.find((path) => path.unitId === unitId);
  if (wall)
    return [
      leadPast(layout, wall),
      addStaff(layout, 'REBIN'),
      throttle('THROTTLE_PICKING_ALL', layout.unitId, layout.inducts),
    ];
  const lane = layout.lanes.find((path) => path.unitId === unitId);
  if (lane)
    return [
      leadPast(layout, lane),
      addStaff(layout, 'PACK'),
      throttle('THROTTLE_PICKING_ALL', layout.unitId, layout.inducts),
    ];
  return [
    addStaff(layout, 'PACK'),
    throttle('THROTTLE_PICKING_ALL', layout.unitId, layout.inducts),
    addStaff(layout, 'INDUCT'),
  ];
}

function againstStarvation(layout: LineLayout, { unitId }: UnitIncident): Candidate[] {
  const pickers = addStaff(layout, 'PICK');
  const release: Candidate = {
    actions: ['RELEASE_PICKING_ALL'],
    unitIds: [layout.unitId],
    process: '',
    quantityUnit: 'percent',
    stationUpm: null,
    quantities: PERCENTS,
    act: (percent, actTs) => (conditions, ts) => {
      if (ts >= actTs) conditions.release *= 1 + percent / 100;
    },
  };
  const lane = [...layout.lanes, ...layout.walls].find((path) => path.unitId === unitId);
  if (!lane) return [pickers, release];
  return [pickers, release, leadTo(layout, lane), addStaff(layout, 'INDUCT')];
}

function throttle(action: string, unitId: string, inducts: readonly PathLayout[]): Candidate {
  return {
    actions: [action],
    unitIds: [unitId],
    process: '',
    quantityUnit: 'percent',
    stationUpm: null,
    quantities: PERCENTS,
    act: (percent, actTs) => (conditions, ts) => {
      if (ts < actTs) return;
      for (const { path } of inducts) conditions.throttle.set(path, 1 - percent / 100);
    },
  };
}

function addStaff(layout: LineLayout, process: Process): Candidate {
  // The standby pool, and those who were planned here and are elsewhere.
  const most = layout.standby + Math.floor(layout.headcount[process] / 2);
  return {
    actions: ['ADD_STAFF', 'MOVE_STAFF'],
    unitIds: [layout.unitId],
    process,
    quantityUnit: 'persons',
    stationUpm: null,
    quantities: Array.from({ length: most }, (_, index) => index + 1),
    act: (persons, actTs) => (conditions, ts) => {
      if (ts >= actTs + STAFF_LAG_MS) conditions.extraHc[process] += persons;
    },
  };
}

/** Flow rates worth telling apart, up to all that a path may get. */
function rates(layout: LineLayout, { share }: PathLayout): number[] {
  return Array.from(
    { length: 24 },
    (_, index) => Math.round((layout.flowUpm * share * 1.2 * (index + 1)) / 2.4) / 10,
  );
}

function leadPast(layout: LineLayout, from: PathLayout): Candidate {
  return lead(layout, from, 1);
}

function leadTo(layout: LineLayout, to: PathLayout): Candidate {
  return lead(layout, to, -1);
}

/** Between a path and those beside it: whoever says it may name either end. */
function lead(layout: LineLayout, path: PathLayout, sign: 1 | -1): Candidate {
  const group = [layout.inducts, layout.walls, layout.lanes].find((paths) => paths.includes(path)) ?? [];
  const others = group.filter((each) => each !== path);
  const uph = path.stage === 'REBIN' || path.stage === 'PACK' ? layout.uph[path.stage] : 0;
  return {
    actions: ['REBALANCE_CAPACITY'],
    unitIds: [path, ...others].map(({ unitId }) => unitId),
    process: '',
    quantityUnit: 'upm',
    stationUpm: uph > 0 ? uph / 60 : null,
    quantities: rates(layout, path),
    act: (upm, actTs) => (conditions, ts) => {
      if (ts >= actTs) conditions.divertUpm.set(path.path, sign * upm);
    },
  };
}
