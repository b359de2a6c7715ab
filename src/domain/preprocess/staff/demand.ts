/** What is to come: released work, units due, and the flows that the staff plan stands for. */
import type { Staffing, Track } from '../../series.ts';
import { DEMAND_CARRY_MIN, MINUTE_MS, PLAN_AFTERMATH_MIN, STOCK_REFRESH_MIN } from '../limits.ts';
import { type ListedPath, readingTs } from '../names/path-list.ts';

export interface Demand {
  backlogUnits: number | null;
  /** The least released work that was told of within the last 40 minutes; null unknown. */
  leastRecentBacklogUnits: number | null;
  unitsDueByCpt: number | null;
  cptTs: number | null;
}

/** The newest value within the carry limit; unknown where it is empty or below 0. */
function newestValue(
  path: ListedPath,
  field: 'backlogUnits' | 'unitsDueByCpt' | 'cptTs',
  snapshotTs: number,
): number | null {
  const row = path.rows.findLast(
    (candidate) =>
      candidate[field] !== null && snapshotTs - readingTs(candidate) <= DEMAND_CARRY_MIN * MINUTE_MS,
  );
  const value = row?.[field] ?? null;
  return value !== null && value < 0 ? null : value;
}

/** What is known above zero is enough to know of demand; "none" needs every path to say so. */
function sumDemand(values: readonly (number | null)[]): number | null {
  const sum = values.reduce<number>((total, value) => total + (value ?? 0), 0);
  return sum === 0 && (values.length === 0 || values.includes(null)) ? null : sum;
}

/** Paths of one refresh tell of it within some minutes; what one of them leaves out is no lapse. */
function leastBacklog(paths: readonly ListedPath[], snapshotTs: number): number | null {
  const refreshes = new Map<number, number>();
  for (const row of paths.flatMap(({ rows }) => rows)) {
    const ts = readingTs(row);
    if (row.backlogUnits === null || snapshotTs - ts > PLAN_AFTERMATH_MIN * MINUTE_MS) continue;
    const refresh = Math.floor(ts / (STOCK_REFRESH_MIN * MINUTE_MS));
    refreshes.set(refresh, (refreshes.get(refresh) ?? 0) + Math.max(0, row.backlogUnits));
  }
  return refreshes.size === 0 ? null : Math.min(...refreshes.values());
}

export function readDemand(paths: readonly ListedPath[], snapshotTs: number): Demand {
  // Released work stands on INDUCT rows; elsewhere an empty field says nothing.
  const inducts = paths.filter(({ stage }) => stage === 'INDUCT');
  const releasing = inducts.length > 0 ? inducts : paths;
  const backlog = releasing.map((path) => newestValue(path, 'backlogUnits', snapshotTs));
  const departures = paths.flatMap((path) => newestValue(path, 'cptTs', snapshotTs) ?? []);
  const ahead = departures.filter((ts) => ts > snapshotTs);
  return {
    backlogUnits: sumDemand(backlog),
    leastRecentBacklogUnits: leastBacklog(releasing, snapshotTs),
    unitsDueByCpt: sumDemand(paths.map((path) => newestValue(path, 'unitsDueByCpt', snapshotTs))),
    cptTs: ahead.length > 0 ? Math.min(...ahead) : departures.length > 0 ? Math.max(...departures) : null,
  };
}

/** Units per minute that the picking plan releases into the workpool; null where plan or demand is unknown. */
export function plannedInflow(picking: Staffing | null, demand: Demand): number | null {
  if (!picking || picking.hcPlan === null) return null;
  if (picking.hcPlan === 0) return 0;
  const { backlogUnits, unitsDueByCpt } = demand;
  if (backlogUnits === 0 && unitsDueByCpt === 0) return 0;
  if (picking.uphPlan === null || ((backlogUnits ?? 0) === 0 && (unitsDueByCpt ?? 0) === 0)) return null;
  return (picking.hcPlan * picking.uphPlan) / 60;
}

/** Units per minute that the planned staff takes out, bounded by the equipment; null without a plan. */
export function plannedOutflow(
  staffing: Staffing | null,
  share: number,
  equipmentLimitUpm: number | null,
): number | null {
  if (!staffing || staffing.hcPlan === null) return null;
  if (staffing.hcPlan === 0) return 0;
  if (staffing.uphPlan === null) return null;
  return Math.min((staffing.hcPlan * staffing.uphPlan * share) / 60, equipmentLimitUpm ?? Infinity);
}

/** Shares that add up to 1, by weight where every weight is known and they add up, else null. */
export function sharesOf(weights: readonly (number | null)[]): number[] | null {
  let sum = 0;
  for (const weight of weights) {
    if (weight === null || weight < 0) return null;
    sum += weight;
  }
  return sum > 0 ? weights.map((weight) => (weight ?? 0) / sum) : null;
}

/** Mean of a track over the grid; null where less than half of it is known. */
export function meanRate(track: Track): number | null {
  const known = track.values.filter((value): value is number => value !== null);
  if (known.length * 2 < track.values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
