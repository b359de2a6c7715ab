/**
 * Hysteresis zones. A zone is entered by one limit and left by another, so the previous zone is an argument.
 * Where a figure that an exit asks for is unknown, the zone stays: missing data is never recovery.
 */
import type { Ask } from '../trace.ts';
import type { ZoneThresholds } from '../algorithm/schema.ts';
import type { HighZone, LowZone, Severity } from '../vocabulary.ts';

const HIGH_ZONES: readonly HighZone[] = ['OK', 'WATCH_HIGH', 'OVERFLOW_RISK', 'OVERFLOW'];
const LOW_ZONES: readonly LowZone[] = ['OK', 'WATCH_LOW', 'STARVE_RISK', 'STARVED'];

export function isAtLeastHigh(zone: HighZone, limit: HighZone): boolean {
  return HIGH_ZONES.indexOf(zone) >= HIGH_ZONES.indexOf(limit);
}

export function isAtLeastLow(zone: LowZone, limit: LowZone): boolean {
  return LOW_ZONES.indexOf(zone) >= LOW_ZONES.indexOf(limit);
}

export interface HighFigures {
  fill: number | null;
  /** Of being full soon, `near` of the forecast. */
  probability: number;
  /** People have been told of it: only then is a risk over by less than it began with. */
  told: boolean;
}

export function highZone(now: HighFigures, previous: HighZone, t: ZoneThresholds, ask: Ask): HighZone {
  const { fill, told } = now;
  if (ask('fill', fill, '>=', t.overflowEnter)) return 'OVERFLOW';
  if (
    told &&
    isAtLeastHigh(previous, 'OVERFLOW') &&
    !ask('fill, to leave OVERFLOW', fill, '<=', t.overflowExit)
  ) {
    return 'OVERFLOW';
  }
  if (isAtRisk(now, previous, t, ask)) return 'OVERFLOW_RISK';

  if (ask('fill', fill, '>=', t.watchHighEnter)) return 'WATCH_HIGH';
  const wasWatched = isAtLeastHigh(previous, 'WATCH_HIGH');
  return wasWatched && !ask('fill, to leave WATCH_HIGH', fill, '<=', t.watchHighExit) ? 'WATCH_HIGH' : 'OK';
}

/** Within the nearer horizon of the version. */
const FULL = 'probability to be full soon';

/** What only came near is over further down than what has been full: there the way back is known. */
function isAtRisk(
  { fill, probability, told }: HighFigures,
  previous: HighZone,
  t: ZoneThresholds,
  ask: Ask,
): boolean {
  if (ask(FULL, probability, '>=', t.overflowRiskProbability)) return true;
  if (!told || !isAtLeastHigh(previous, 'OVERFLOW_RISK')) return false;
  const exitFill = previous === 'OVERFLOW' ? t.overflowExit : t.overflowRiskProbabilityExitFill;
  return !(
    ask(`${FULL}, to leave OVERFLOW_RISK`, probability, '<=', t.overflowRiskProbabilityExit) &&
    ask('fill, to leave OVERFLOW_RISK', fill, '<=', exitFill)
  );
}

/** Where a second cycle has to confirm the risk, a share of its probability is enough. */
export function confirmed(t: ZoneThresholds, share: number): ZoneThresholds {
  return {
    ...t,
    overflowRiskProbability: t.overflowRiskProbability * share,
    overflowRiskProbabilityExit: t.overflowRiskProbabilityExit * share,
  };
}

export interface LowFigures {
  fill: number | null;
  coverMin: number | null;
  ttsMin: number | null;
  /** Cover limits are multiplied by this, see `coverFactor`. */
  coverFactor: number;
  /** Whether somebody needs what the buffer holds: false holds the zone at WATCH_LOW, null lets it go no lower. */
  wanted: boolean | null;
  /** Of the stations behind it starving soon (`starvation.near`); null: go by cover and time left alone. */
  probability: number | null;
  /** It has counters, and they have told too little of late to forecast by. */
  countersSilent: boolean;
  /** As for the high zone. */
  told: boolean;
}

/** 0..1: a small buffer at half fill is not starving, however fast its stations draw. */
export function coverFactor(capacityUnits: number | null, drawUpm: number | null, t: ZoneThresholds): number {
  if (capacityUnits === null || drawUpm === null || drawUpm <= 0) return 1;
  return Math.min(1, (t.coverCapacityShare * capacityUnits) / drawUpm);
}

export function lowZone(now: LowFigures, previous: LowZone, t: ZoneThresholds, ask: Ask): LowZone {
  const zone =
    now.probability === null
      ? starvingByCover(now, previous, t, ask)
      : starvingByForecast({ ...now, probability: now.probability }, previous, t, ask);
  return zone ?? watchLow(now.fill, isAtLeastLow(previous, 'WATCH_LOW'), t, ask);
}

type Starving = 'STARVE_RISK' | 'STARVED' | null;

const STARVES = 'probability that stations starve soon';

function starvingByForecast(
  now: LowFigures & { probability: number },
  previous: LowZone,
  t: ZoneThresholds,
  ask: Ask,
): Starving {
  const { fill, coverMin, probability, wanted, told } = now;
  const stays = told && wanted !== false && isAtLeastLow(previous, 'STARVE_RISK');
  const starves =
    ask('fill', fill, '<', t.starveRiskFill) &&
    ((wanted === true && ask(STARVES, probability, '>=', t.starveRiskProbability)) ||
      (stays && !ask(`${STARVES}, to leave STARVE_RISK`, probability, '<=', t.starveRiskProbabilityExit)));
  if (!starves) return null;
  return ask('minutes of cover', coverMin, '<', t.starvedCoverMin * now.coverFactor)
    ? 'STARVED'
    : 'STARVE_RISK';
}

/**
 * Where no inflow is known to forecast it by. With counters that were silent of late a low level may be fed as always: only that
 * it is empty can be seen.
 */
function starvingByCover(now: LowFigures, previous: LowZone, t: ZoneThresholds, ask: Ask): Starving {
  const { fill, coverMin, ttsMin, coverFactor: factor } = now;
  const enters = now.wanted === true;
  const foresees = enters && !now.countersSilent;
  const stays = (zone: LowZone) => now.wanted !== false && isAtLeastLow(previous, zone);
  /** Where nobody knows the cover, a level that is no longer low tells. */
  const leaves = (zone: LowZone, exitMin: number) =>
    coverMin === null
      ? ask(`fill, to leave ${zone} without a known cover`, fill, '>=', t.watchLowExit)
      : ask(`minutes of cover, to leave ${zone}`, coverMin, '>', exitMin * factor);
  if (enters && ask('minutes of cover', coverMin, '<', t.starvedCoverMin * factor)) return 'STARVED';
  if (stays('STARVED') && !leaves('STARVED', t.starvedCoverExitMin)) return 'STARVED';
  if (foresees && ask('minutes of cover', coverMin, '<', t.starveRiskCoverMin * factor)) return 'STARVE_RISK';
  if (
    foresees &&
    ask('fill', fill, '<=', t.starveRiskFill) &&
    ask('minutes to starvation', ttsMin, '<=', t.starveRiskTtsMin)
  ) {
    return 'STARVE_RISK';
  }
  return stays('STARVE_RISK') && !leaves('STARVE_RISK', t.starveRiskCoverExitMin) ? 'STARVE_RISK' : null;
}

function watchLow(fill: number | null, was: boolean, t: ZoneThresholds, ask: Ask): LowZone {
  if (ask('fill', fill, '<=', t.watchLowEnter)) return 'WATCH_LOW';
  return was && !ask('fill, to leave WATCH_LOW', fill, '>=', t.watchLowExit) ? 'WATCH_LOW' : 'OK';
}

export function highSeverity(zone: HighZone, ttoMin: number | null, t: ZoneThresholds): Severity {
  if (zone === 'OVERFLOW') return 'CRITICAL';
  if (zone === 'OVERFLOW_RISK') return ttoMin !== null && ttoMin <= t.criticalMin ? 'CRITICAL' : 'WARNING';
  return zone === 'WATCH_HIGH' ? 'WATCH' : 'NONE';
}

export function lowSeverity(zone: LowZone, ttsMin: number | null, t: ZoneThresholds): Severity {
  if (zone === 'STARVED') return 'CRITICAL';
  if (zone === 'STARVE_RISK') return ttsMin !== null && ttsMin <= t.criticalMin ? 'CRITICAL' : 'WARNING';
  return zone === 'WATCH_LOW' ? 'WATCH' : 'NONE';
}
