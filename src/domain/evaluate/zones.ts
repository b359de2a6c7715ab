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
  ttoMin: number | null;
  /** Of being full soon (`forecast.near`); null: go by fill and time left alone. */
  probability: number | null;
  /** People have been told of it: only then is a risk over by less than it began with. Asked beside a probability. */
  told: boolean;
}

export function highZone(now: HighFigures, previous: HighZone, t: ZoneThresholds, ask: Ask): HighZone {
  const { fill, ttoMin, probability, told } = now;
  const was = (zone: HighZone) => isAtLeastHigh(previous, zone);

  if (ask('fill', fill, '>=', t.overflowEnter)) return 'OVERFLOW';
  const lasts = probability === null || told;
  if (lasts && was('OVERFLOW') && !ask('fill, to leave OVERFLOW', fill, '<=', t.overflowExit)) {
    return 'OVERFLOW';
  }

  const atRisk =
    probability === null
      ? isAtRiskByPace({ fill, ttoMin }, was('OVERFLOW_RISK'), t, ask)
      : isAtRiskByForecast({ fill, probability, told }, previous, t, ask);
  if (atRisk) return 'OVERFLOW_RISK';

  if (ask('fill', fill, '>=', t.watchHighEnter)) return 'WATCH_HIGH';
  if (was('WATCH_HIGH') && !ask('fill, to leave WATCH_HIGH', fill, '<=', t.watchHighExit))
    return 'WATCH_HIGH';
  return 'OK';
}

function isAtRiskByPace(
  { fill, ttoMin }: Pick<HighFigures, 'fill' | 'ttoMin'>,
  was: boolean,
  t: ZoneThresholds,
  ask: Ask,
): boolean {
  if (ask('fill', fill, '>=', t.overflowRiskEnter)) return true;
  if (
    ask('fill', fill, '>=', t.overflowRiskFloor) &&
    ask('minutes to overflow', ttoMin, '<=', t.overflowRiskTtoMin)
  ) {
    return true;
  }
  if (!was) return false;
  return !(
    ask('fill, to leave OVERFLOW_RISK', fill, '<=', t.overflowRiskExit) ||
    (ask('fill, to leave OVERFLOW_RISK', fill, '<=', t.overflowRiskSlowExit) &&
      ask('minutes to overflow, to leave OVERFLOW_RISK', ttoMin, '>', t.overflowRiskSlowExitTtoMin))
  );
}

/** Within the nearer horizon of the version. */
const FULL = 'probability to be full soon';

/** Where a second cycle has to confirm the risk, a share of its probability is enough. */
export function confirmed(t: ZoneThresholds, share: number): ZoneThresholds {
  return {
    ...t,
    overflowRiskProbability: t.overflowRiskProbability * share,
    overflowRiskProbabilityExit: t.overflowRiskProbabilityExit * share,
  };
}

/** What only came near is over further down than what has been full: there the way back is known. */
function isAtRiskByForecast(
  { fill, probability, told }: { fill: number | null; probability: number; told: boolean },
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
  /** As for the high zone. */
  told: boolean;
}

/** 0..1: a small buffer at half fill is not starving, however fast its stations draw. */
export function coverFactor(capacityUnits: number | null, drawUpm: number | null, t: ZoneThresholds): number {
  if (capacityUnits === null || drawUpm === null || drawUpm <= 0) return 1;
  return Math.min(1, (t.coverCapacityShare * capacityUnits) / drawUpm);
}

const STARVES = 'probability that stations starve soon';

export function lowZone(now: LowFigures, previous: LowZone, t: ZoneThresholds, ask: Ask): LowZone {
  const { fill, coverMin, ttsMin, coverFactor: factor } = now;
  const was = (zone: LowZone) => isAtLeastLow(previous, zone);

  const enters = now.wanted === true;
  const stays = (zone: LowZone) => now.wanted !== false && was(zone);
  if (now.probability !== null) {
    const starves =
      ask('fill', fill, '<', t.starveRiskFill) &&
      ((enters && ask(STARVES, now.probability, '>=', t.starveRiskProbability)) ||
        (now.told &&
          stays('STARVE_RISK') &&
          !ask(`${STARVES}, to leave STARVE_RISK`, now.probability, '<=', t.starveRiskProbabilityExit)));
    if (!starves) return watchLow(fill, was('WATCH_LOW'), t, ask);
    return ask('minutes of cover', coverMin, '<', t.starvedCoverMin * factor) ? 'STARVED' : 'STARVE_RISK';
  }

  /** Where nobody knows the cover, a level that is no longer low tells. */
  const leaves = (zone: LowZone, exitMin: number) =>
    coverMin === null
      ? ask(`fill, to leave ${zone} without a known cover`, fill, '>=', t.watchLowExit)
      : ask(`minutes of cover, to leave ${zone}`, coverMin, '>', exitMin * factor);
  if (enters && ask('minutes of cover', coverMin, '<', t.starvedCoverMin * factor)) return 'STARVED';
  if (stays('STARVED') && !leaves('STARVED', t.starvedCoverExitMin)) return 'STARVED';
  if (enters && ask('minutes of cover', coverMin, '<', t.starveRiskCoverMin * factor)) return 'STARVE_RISK';
  if (
    enters &&
    ask('fill', fill, '<=', t.starveRiskFill) &&
    ask('minutes to starvation', ttsMin, '<=', t.starveRiskTtsMin)
  ) {
    return 'STARVE_RISK';
  }
  if (stays('STARVE_RISK') && !leaves('STARVE_RISK', t.starveRiskCoverExitMin)) return 'STARVE_RISK';

  return watchLow(fill, was('WATCH_LOW'), t, ask);
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
