/** The figures of one detector: the same functions for ours and for every baseline. */
import { groupBy } from '../../domain/group-by.ts';
import { adviceAt, type Advice, type Episode } from './episode.ts';
import { type Incident, INCIDENT_KINDS, type Negative, type Remedy } from './incident.ts';
import {
  matchEpisodes,
  type MatchedEpisode,
  type MatchedIncident,
  type Matching,
  WINDOW_MS,
} from './match.ts';
import { clusterBy, confidenceOf, quantile, ratio } from './statistics.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** An operator looks at one dashboard per warehouse and quarter of an hour. */
const LOOKS_PER_HOUR = 4;
/** A quantity is right within a quarter of what suffices. */
const QUANTITY_TOLERANCE = 0.25;
/** Enough time between cause and onset that it could be seen coming. */
const FORESEEABLE_MS = 30 * MINUTE_MS;

/** What was watched, for how long. */
export interface Exposure {
  /** First and last cycle, epoch ms. */
  fromMs: number;
  toMs: number;
  unitMs: number;
  warehouseHours: number;
}

/** How often the alarm came in time and told the right thing, of a set of incidents. All shares 0..1, null where there is none. */
export interface RecallScores extends AdviceScores {
  incidents: number;
  recall_by_onset: number | null;
  recall_within_5_min: number | null;
  recall_lead_10_min: number | null;
  recall_fresh_10: number | null;
  lead_p50_min: number | null;
}

/** Of a root cause: incidents of one happening are one observation. */
export interface CauseScores extends RecallScores {
  /** 95 %, over happenings. */
  confidence: Record<'recall_within_5_min' | 'recall_lead_10_min', [number, number] | null>;
}

/** Alerts counted as recall counts them: one that another unit spoke for is one of its own unit. */
export interface UnitScores {
  alerts: number;
  right: number;
  fresh: number;
  false_alerts: number;
  precision: number | null;
  precision_fresh: number | null;
  false_alerts_per_unit_day: number | null;
  confidence: Record<'precision' | 'precision_fresh', [number, number] | null>;
}

export interface Scores extends RecallScores {
  /** 95 %, over causes. */
  confidence: Record<
    'recall_by_onset' | 'recall_within_5_min' | 'recall_lead_10_min' | 'precision' | 'precision_fresh',
    [number, number] | null
  >;
  /** Before onset, of the first notification of each incident that was told by its end; negative: after the onset. */
  lead_p10_min: number | null;
  lead_p90_min: number | null;
  /** Notified ones, HIGH and LOW. */
  episodes: number;
  precision: number | null;
  precision_fresh: number | null;
  false_episodes: number;
  false_episodes_per_unit_day: number | null;
  open_share: number | null;
  incident_share: number | null;
  /** Messages of every kind, those about missing data and the CLEARED ones included. */
  notifications: number;
  notifications_per_warehouse_hour: number | null;
  notifications_per_incident: number | null;
  reduction_against_threshold: number | null;
  operator_looks: number;
  operator_checks_replaced: number | null;
  wrong_direction: number;
  by_unit: UnitScores;
  by_kind: Record<string, RecallScores>;
  by_cause: Record<string, CauseScores>;
  /** Incidents whose cause lies 30 min or more before the onset; null where no cause's time is known. */
  foreseeable: RecallScores | null;
  /** Incidents that another unit's notification told of first. */
  subsumed: RecallScores;
  /** By kind of negatives.csv: how many there were, and how many raised an alarm that no incident explains. */
  negatives: Record<string, { count: number; alarmed: number }>;
}

export interface ScoreInput {
  incidents: readonly Incident[];
  episodes: readonly Episode[];
  negatives: readonly Negative[];
  exposure: Exposure;
  /** Of all directions. */
  notifications: number;
  /** Of the threshold at every cycle. */
  thresholdNotifications: number;
}

export function score(input: ScoreInput): Scores {
  const { exposure, notifications } = input;
  const matching = matchEpisodes(input.incidents, input.episodes);
  const { incidents, episodes } = matching;
  const leads = leadsOf(incidents);
  const matched = episodes.filter((each) => each.incidents.length > 0);
  const falseEpisodes = episodes.length - matched.length;
  const looks = exposure.warehouseHours * LOOKS_PER_HOUR;
  const foreseeable = incidents.filter(
    ({ incident }) => incident.causeTs !== null && incident.onsetTs - incident.causeTs >= FORESEEABLE_MS,
  );
  return {
    ...recallOf(incidents),
    confidence: { ...recallConfidence(incidents), ...precisionConfidence(episodes) },
    lead_p10_min: quantile(leads, 0.1),
    lead_p90_min: quantile(leads, 0.9),
    episodes: episodes.length,
    precision: ratio(matched.length, episodes.length),
    precision_fresh: ratio(episodes.filter(({ fresh }) => fresh).length, episodes.length),
    false_episodes: falseEpisodes,
    false_episodes_per_unit_day: ratio(falseEpisodes, exposure.unitMs / DAY_MS),
    open_share: ratio(
      coveredMs(
        groupBy(input.episodes, ({ unitId }) => unitId),
        ({ openTs, endTs }) => [openTs, endTs ?? exposure.toMs],
        exposure,
      ),
      exposure.unitMs,
    ),
    incident_share: ratio(
      coveredMs(
        groupBy(input.incidents, ({ unitId }) => unitId),
        ({ onsetTs, endTs }) => [onsetTs, endTs],
        exposure,
      ),
      exposure.unitMs,
    ),
    notifications,
    notifications_per_warehouse_hour: ratio(notifications, exposure.warehouseHours),
    notifications_per_incident: ratio(notifications, incidents.length),
    reduction_against_threshold:
      input.thresholdNotifications > 0 ? 1 - notifications / input.thresholdNotifications : null,
    operator_looks: looks,
    operator_checks_replaced: looks > 0 ? 1 - notifications / looks : null,
    wrong_direction: episodes.filter(({ wrongDirection }) => wrongDirection).length,
    by_unit: byUnit(matching, exposure),
    by_kind: Object.fromEntries(
      INCIDENT_KINDS.map((kind) => [kind, recallOf(incidents.filter((each) => each.incident.kind === kind))]),
    ),
    by_cause: byCause(incidents),
    foreseeable: incidents.some(({ incident }) => incident.causeTs !== null) ? recallOf(foreseeable) : null,
    subsumed: recallOf(incidents.filter(({ told }) => told !== null && !told.bySelf)),
    negatives: byNegative(input.negatives, episodes),
  };
}

function leadsOf(incidents: readonly MatchedIncident[]): number[] {
  return incidents.flatMap(({ incident, told }) =>
    told === null ? [] : [(incident.onsetTs - told.ts) / MINUTE_MS],
  );
}

function isToldBy({ incident, told }: MatchedIncident, afterOnsetMin: number): boolean {
  return told !== null && told.ts <= incident.onsetTs + afterOnsetMin * MINUTE_MS;
}

function recallOf(incidents: readonly MatchedIncident[]): RecallScores {
  const share = (is: (each: MatchedIncident) => boolean): number | null =>
    ratio(incidents.filter(is).length, incidents.length);
  return {
    incidents: incidents.length,
    recall_by_onset: share((each) => isToldBy(each, 0)),
    recall_within_5_min: share((each) => isToldBy(each, 5)),
    recall_lead_10_min: share((each) => isToldBy(each, -10)),
    recall_fresh_10: share(({ fresh10 }) => fresh10),
    lead_p50_min: quantile(leadsOf(incidents), 0.5),
    ...judgeAdvice(incidents),
  };
}

function byCause(incidents: readonly MatchedIncident[]): Record<string, CauseScores> {
  const known = incidents.filter(({ incident }) => incident.cause !== null);
  return Object.fromEntries(
    [...groupBy(known, ({ incident }) => incident.cause ?? '')]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))

      .map(([cause, of]) => [cause, { ...recallOf(of), confidence: recallConfidence(of) }]),
  );
}

function byUnit({ told }: Matching, { unitMs }: Exposure): UnitScores {
  const right = told.filter(({ incidents }) => incidents.length > 0).length;
  const fresh = told.filter((each) => each.fresh).length;
  return {
    alerts: told.length,
    right,
    fresh,
    false_alerts: told.length - right,
    precision: ratio(right, told.length),
    precision_fresh: ratio(fresh, told.length),
    false_alerts_per_unit_day: ratio(told.length - right, unitMs / DAY_MS),
    confidence: precisionConfidence(told),
  };
}

function recallConfidence(
  incidents: readonly MatchedIncident[],
): Record<'recall_by_onset' | 'recall_within_5_min' | 'recall_lead_10_min', [number, number] | null> {
  const of = (is: (each: MatchedIncident) => boolean) =>
    confidenceOf(
      clusterBy(
        incidents,
        ({ incident }) => incident.familyId,
        (each) => ({ part: is(each) ? 1 : 0, whole: 1 }),
      ),
    );
  return {
    recall_by_onset: of((each) => isToldBy(each, 0)),
    recall_within_5_min: of((each) => isToldBy(each, 5)),
    recall_lead_10_min: of((each) => isToldBy(each, -10)),
  };
}

/** An episode belongs to the cause of the first incident that it is about; a false one stands for itself. */
function precisionConfidence(
  episodes: readonly MatchedEpisode[],
): Record<'precision' | 'precision_fresh', [number, number] | null> {
  const of = (is: (each: MatchedEpisode) => boolean) =>
    confidenceOf(
      clusterBy(
        episodes,
        ({ episode, incidents: [first] }) =>
          first?.familyId ?? `false ${episode.unitId} ${episode.direction} ${episode.openTs}`,
        (each) => ({ part: is(each) ? 1 : 0, whole: 1 }),
      ),
    );
  return { precision: of((each) => each.incidents.length > 0), precision_fresh: of(({ fresh }) => fresh) };
}

/** Time inside at least one span, spans of one group counted once. */
function coveredMs<T>(
  groups: ReadonlyMap<string, readonly T[]>,
  spanOf: (item: T) => [number, number],
  { fromMs, toMs }: Exposure,
): number {
  let sum = 0;
  for (const items of groups.values()) {
    let covered = fromMs;
    for (const [start, end] of items.map(spanOf).toSorted(([a], [b]) => a - b)) {
      const from = Math.max(start, covered);
      const to = Math.min(end, toMs);
      if (to > from) sum += to - from;
      covered = Math.max(covered, to);
    }
  }
  return sum;
}

interface AdviceScores {
  /** null where nobody knows what would have been right. */
  action_right: number | null;
  actions_judged: number;
  quantity_within_25_percent: number | null;
  quantities_judged: number;
}

/**
 * Of incidents that people were told of: was the first advice right, and did its quantity suffice? Where an alert was
 * open long before, what it said an hour before the onset is the first that is about this incident.
 */
function judgeAdvice(incidents: readonly MatchedIncident[]): AdviceScores {
  const judged = incidents.flatMap(({ incident, told }) => {
    if (told === null || incident.remedies === null) return [];
    const { bySelf, episode } = told;
    const since = Math.max(told.ts, incident.onsetTs - WINDOW_MS);
    const advice = bySelf ? adviceAt(episode, since) : (episode.spokenFor?.advice ?? null);
    return advice ? [{ advice, remedies: incident.remedies.filter((each) => isRemedy(each, advice)) }] : [];
  });
  const right = judged.filter(({ remedies }) => remedies.length > 0);
  const counted = right.filter(({ remedies }) => remedies.some(({ quantity }) => quantity !== null));
  const within = counted.filter(({ remedies, advice }) =>
    remedies.some((remedy) => suffices(remedy, advice)),
  );
  return {
    action_right: ratio(right.length, judged.length),
    actions_judged: judged.length,
    quantity_within_25_percent: ratio(within.length, counted.length),
    quantities_judged: counted.length,
  };
}

function isRemedy({ action, unitId, process }: Remedy, advice: Advice): boolean {
  return (
    action === advice.action &&
    (unitId === null || unitId === advice.actionUnitId) &&
    (process === null || process === advice.process)
  );
}

/** Neither less nor more: what is far more than enough is missing elsewhere. */
function suffices({ quantity, quantityUnit }: Remedy, advice: Advice): boolean {
  return (
    quantity !== null &&
    advice.quantity !== null &&
    advice.quantityUnit === quantityUnit &&
    Math.abs(advice.quantity - quantity) <= QUANTITY_TOLERANCE * quantity
  );
}

/** By kind: how many there were, and in how many somebody was alarmed by a NEW that no incident explains. */
function byNegative(
  negatives: readonly Negative[],
  episodes: readonly MatchedEpisode[],
): Scores['negatives'] {
  const falseOnes = episodes.filter(({ incidents }) => incidents.length === 0).map(({ episode }) => episode);
  const falseOf = groupBy(falseOnes, ({ unitId }) => unitId);
  return Object.fromEntries(
    [...groupBy(negatives, ({ kind }) => kind)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, of]) => [
        kind,
        {
          count: of.length,
          alarmed: of.filter(({ unitId, startTs, endTs }) =>
            (falseOf.get(unitId) ?? []).some(
              ({ newTs }) => newTs !== null && newTs >= startTs && newTs <= endTs,
            ),
          ).length,
        },
      ]),
  );
}

/** Incidents whose onset no cycle could have warned of, or that lie beyond the last cycle, count for nobody. */
export function scorable(incidents: readonly Incident[], { fromMs, toMs }: Exposure): Incident[] {
  return incidents.filter(({ onsetTs }) => onsetTs > fromMs && onsetTs <= toMs);
}
