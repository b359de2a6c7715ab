/**
 * How likely a unit is full within a horizon, from its level alone. Five kinds of evidence are added up as log-odds,
 * each a figure that a person can check: how often a moment like this one (level and time of day) ended full, on how
 * many days of this kind the level rose by the room that is left, how far the present pace leads beyond the limit, in
 * steps of the usual movement, how full it is, and whether it was full a moment ago.
 * Source of the weights: docs/evidence.md.
 */
import { logOddsOf, probabilityOf, medianSlope } from '../statistics.ts';
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import { PAST_STEP_MIN } from './earlier-days.ts';
import type { UnitPast } from './past.ts';
import { looksAt, type Look, type Moment } from './past-looks.ts';
import type { UnitSeries } from '../series.ts';

type ForecastParameters = AlgorithmParameters['forecast'];
type HorizonWeights = ForecastParameters['near'];

/** On how many of the earlier days something happened; parts of days, since each is looked at from several marks. */
export interface DayCount {
  days: number;
  of: number;
}

/** How many of the earlier moments like this one ended full. */
export interface MomentCount {
  moments: number;
  of: number;
  /** How much a moment of another kind of day counts in both, 0..1. */
  otherKindShare: number;
}

interface Figures {
  /** Within an hour of this time of day and 5 % of this level, the last 21 days: full within the horizon. */
  alikeGotFull: MomentCount;
  /**
   * The level rose by the room that is left now, within the horizon from this time of day, on those of the last 21 days
   * that are, like today, working days, or weekend days and holidays.
   */
  roseEnough: DayCount;
  /** Where the pace (mean of the slow and the fast one) leads beyond the limit, in usual movements; below 0 short of it. */
  stepsBeyond: number;
  /** Share of capacity, up to the most that counts. */
  fill: number;
}

export interface HorizonForecast extends Figures {
  horizonMin: number;
  /** 0..1, of being at the limit within the horizon; 1 where it is there already. */
  probability: number;
}

export interface Forecast {
  /** Share of capacity up to the limit; 0 or less at the limit. */
  room: number;
  /** Share of capacity per minute: robust slope of the last hour; null with too few levels. */
  pacePerMin: number | null;
  /** The same of the last quarter of an hour. */
  fastPacePerMin: number | null;
  /** Standard deviation of the changes in 5 minutes during the last hour, share of capacity. */
  volatility: number;
  /** Full at some time within the last hour. */
  recentlyFull: boolean;
  near: HorizonForecast;
  hour: HorizonForecast;
}

/** null where level or capacity is unknown. */
export function forecastOf(
  series: UnitSeries,
  past: UnitPast | null,
  limitFill: number,
  p: ForecastParameters,
): Forecast | null {
  const { capacityUnits, wip } = series;
  const wipUnits = wip.values.at(-1) ?? null;
  if (capacityUnits === null || capacityUnits <= 0 || wipUnits === null) return null;
  const fill = wipUnits / capacityUnits;
  const recent = lastMarks(wip.values, capacityUnits, marksIn(p.paceMin));
  const seen = {
    room: limitFill - fill,
    pacePerMin: paceOf(recent, p),
    fastPacePerMin: paceOf(recent.slice(-marksIn(p.fastPaceMin)), p),
    volatility: volatilityOf(recent, p),
    recentlyFull: recent.some((one) => one !== null && one >= limitFill),
  };
  const earlier = earlierDays(fill, past, limitFill, p);
  const weighAt = (horizon: number, weights: HorizonWeights) =>
    weigh({ ...seen, fill }, earlier(horizon), weights, p);
  return { ...seen, near: weighAt(0, p.near), hour: weighAt(1, p.hour) };
}

/** As many slopes as a person would draw, whatever the sampling. */
function marksIn(minutes: number): number {
  return minutes / PAST_STEP_MIN + 1;
}

/** Fills at the last marks, newest last. */
function lastMarks(values: readonly (number | null)[], capacity: number, marks: number): (number | null)[] {
  return Array.from({ length: marks }, (_, index) => {
    const value = values[values.length - 1 - (marks - 1 - index) * PAST_STEP_MIN] ?? null;
    return value === null ? null : value / capacity;
  });
}

function paceOf(recent: readonly (number | null)[], { paceMarks }: ForecastParameters): number | null {
  const points = recent.flatMap((value, index) =>
    value === null ? [] : [{ ts: index * PAST_STEP_MIN * 60_000, value }],
  );
  return points.length < paceMarks ? null : medianSlope(points);
}

function volatilityOf(recent: readonly (number | null)[], { volatilityChanges }: ForecastParameters): number {
  let [squares, count] = [0, 0];
  for (let index = 1; index < recent.length; index += 1) {
    const [before, after] = [recent[index - 1] ?? null, recent[index] ?? null];
    if (before === null || after === null) continue;
    squares += (after - before) ** 2;
    count += 1;
  }
  return count < volatilityChanges ? 0 : Math.sqrt(squares / count);
}

/** What earlier days tell, for the horizon of an index. */
function earlierDays(
  fill: number,
  past: UnitPast | null,
  limitFill: number,
  p: ForecastParameters,
): (horizon: number) => Pick<Figures, 'alikeGotFull' | 'roseEnough'> {
  const isAlike = ({ from }: Moment): boolean => Math.abs(from - fill) <= p.alikeFill;
  const isNow = ({ offsetMin }: Moment): boolean => Math.abs(offsetMin) <= p.pastSlackMin;
  const isSameKind = ({ day }: Look): boolean => past?.isSameKind(day) ?? false;
  const looks =
    past === null
      ? []
      : looksAt(past, {
          horizonsMin: [p.near.horizonMin, p.hour.horizonMin],
          aroundMin: lookAroundMin(p),
          knownShare: p.pastKnownShare,
          isWanted: (look) => isAlike(look) || isNow(look),
        });
  const looksADay = (2 * p.pastSlackMin) / PAST_STEP_MIN + 1;

  return (horizon) => {
    /** @param weightOf how much a look counts, 0..1 */
    const count = (
      happened: (highest: number, look: Look) => boolean,
      weightOf: (look: Look) => number,
    ): { hits: number; of: number } => {
      let [hits, of] = [0, 0];
      for (const look of looks) {
        const highest = look.highest[horizon] ?? null;
        const weight = weightOf(look);
        if (highest === null || weight === 0) continue;
        of += weight;
        if (happened(highest, look)) hits += weight;
      }
      return { hits, of };
    };
    const alike = count(
      (highest) => highest >= limitFill,
      (look) => (isAlike(look) ? (isSameKind(look) ? 1 : p.otherKindShare) : 0),
    );
    const rose = count(
      (highest, { from }) => highest - from >= limitFill - fill,
      (look) => (isNow(look) && isSameKind(look) ? 1 : 0),
    );
    return {
      alikeGotFull: { moments: alike.hits, of: alike.of, otherKindShare: p.otherKindShare },
      roseEnough: { days: rose.hits / looksADay, of: rose.of / looksADay },
    };
  };
}

/** How much sooner and later than the present time of day earlier days are looked at, minutes. */
export function lookAroundMin({ alikeSlackMin, pastSlackMin }: ForecastParameters): number {
  return Math.max(alikeSlackMin, pastSlackMin);
}

function weigh(
  seen: Omit<Forecast, 'near' | 'hour'> & { fill: number },
  earlier: Pick<Figures, 'alikeGotFull' | 'roseEnough'>,
  w: HorizonWeights,
  p: ForecastParameters,
): HorizonForecast {
  const step = p.stepFloor + seen.volatility * Math.sqrt(w.horizonMin / PAST_STEP_MIN);
  const beyond = (pacePerMin: number | null): number =>
    clamp(((pacePerMin ?? 0) * w.horizonMin - seen.room) / step, -p.mostStepsShort, p.mostStepsBeyond);
  const stepsBeyond = (beyond(seen.pacePerMin) + beyond(seen.fastPacePerMin)) / 2;
  const fill = Math.min(seen.fill, p.mostFill);
  const logOdds =
    w.constant +
    w.alikeGotFull * shrunkLogOdds(earlier.alikeGotFull.moments, earlier.alikeGotFull.of, p) +
    w.roseEnough * shrunkLogOdds(earlier.roseEnough.days, earlier.roseEnough.of, p) +
    w.stepsBeyond * stepsBeyond +
    w.fill * fill +
    (seen.recentlyFull ? w.recentlyFull : 0);
  const probability = seen.room <= 0 ? 1 : probabilityOf(logOdds);
  return { horizonMin: w.horizonMin, ...earlier, stepsBeyond, fill, probability };
}

/** A few days or moments prove little: the count is drawn to the prior. */
export function shrunkLogOdds(
  hits: number,
  of: number,
  { priorCount, priorShare }: ForecastParameters,
): number {
  return logOddsOf((hits + priorCount * priorShare) / (of + priorCount));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
