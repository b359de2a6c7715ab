/**
 * How likely a unit is full within a horizon, from its level alone. A few kinds of evidence are added up as log-odds,
 * each a figure that a person can check. Since 1.2.0 four: how often a moment like this one (level and time of day)
 * ended full, on how many days of this kind the level rose by the room that is left, how far the present pace leads
 * beyond the limit, in steps of the usual movement, and whether the unit was full a moment ago. Since 1.3.0 how full
 * it is, too.
 * Source of the weights: docs/evidence.md.
 */
import { logOddsOf, probabilityOf, medianSlope } from '../statistics.ts';
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import { PAST_DAYS, PAST_STEP_MIN, type UnitPast } from './past.ts';
import { looksAt, type Look, type Moment } from './past-looks.ts';
import type { UnitSeries } from '../series.ts';

type ForecastParameters = NonNullable<AlgorithmParameters['forecast']>;
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

/** What earlier days tell. */
interface PastFigures {
  /** Within an hour of this time of day and 5 % of this level, the last 21 days: full within the horizon. */
  alikeGotFull: MomentCount;
  /** The level rose by the room that is left now, within the horizon from this time of day: the last 14 days. */
  roseEnough: DayCount;
  /** The same on those of the last 21 days that are, like today, working days or weekend days. */
  roseEnoughSameKind: DayCount;
  /** The unit got full within the horizon from this time of day: the last 14 days. */
  gotFull: DayCount;
}

interface Figures extends PastFigures {
  /** The room that is left, in usual movements over the horizon. */
  roomSteps: number;
  /** The rise over the horizon at the present pace, in the same steps. */
  paceSteps: number;
  /** Where the pace (mean of the slow and the fast one) leads beyond the limit, in the same steps; below 0 short of it. */
  stepsBeyond: number;
  /** Share of capacity, up to the most that counts. */
  fill: number;
}

/** With those figures that the version weighs. */
export interface HorizonForecast extends Partial<Figures> {
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

/** Marks of the last hour, newest last: as many slopes as a person would draw, whatever the sampling. */
const MARKS = 60 / PAST_STEP_MIN + 1;
const FAST_MARKS = 15 / PAST_STEP_MIN + 1;
const MIN_MARKS = 3;
/** With fewer changes a deviation is an accident. */
const MIN_CHANGES = 3;

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
  const recent = lastHour(wip.values, capacityUnits);
  const seen = {
    room: limitFill - fill,
    pacePerMin: paceOf(recent),
    fastPacePerMin: paceOf(recent.slice(-FAST_MARKS)),
    volatility: volatilityOf(recent),
    recentlyFull: recent.some((one) => one !== null && one >= limitFill),
  };
  const earlier = earlierDays(fill, past, limitFill, p);
  const weighAt = (horizon: number, weights: HorizonWeights) =>
    weigh({ ...seen, fill }, earlier(horizon), weights, p);
  return { ...seen, near: weighAt(0, p.near), hour: weighAt(1, p.hour) };
}

function lastHour(values: readonly (number | null)[], capacity: number): (number | null)[] {
  return Array.from({ length: MARKS }, (_, index) => {
    const value = values[values.length - 1 - (MARKS - 1 - index) * PAST_STEP_MIN] ?? null;
    return value === null ? null : value / capacity;
  });
}

function paceOf(recent: readonly (number | null)[]): number | null {
  const points = recent.flatMap((value, index) =>
    value === null ? [] : [{ ts: index * PAST_STEP_MIN * 60_000, value }],
  );
  return points.length < MIN_MARKS ? null : medianSlope(points);
}

function volatilityOf(recent: readonly (number | null)[]): number {
  let [squares, count] = [0, 0];
  for (let index = 1; index < recent.length; index += 1) {
    const [before, after] = [recent[index - 1] ?? null, recent[index] ?? null];
    if (before === null || after === null) continue;
    squares += (after - before) ** 2;
    count += 1;
  }
  return count < MIN_CHANGES ? 0 : Math.sqrt(squares / count);
}

/** What earlier days tell, for the horizon of an index. */
function earlierDays(
  fill: number,
  past: UnitPast | null,
  limitFill: number,
  p: ForecastParameters,
): (horizon: number) => PastFigures {
  const isAlike = ({ from }: Moment): boolean => Math.abs(from - fill) <= p.alikeFill;
  const isNow = ({ offsetMin }: Moment): boolean => Math.abs(offsetMin) <= p.pastSlackMin;
  const horizons = [p.near.horizonMin, p.hour.horizonMin];
  const looks =
    past === null ? [] : looksAt(past, horizons, lookAroundMin(p), (look) => isAlike(look) || isNow(look));
  const looksADay = (2 * p.pastSlackMin) / PAST_STEP_MIN + 1;

  return (horizon) => {
    /** @param weightOf how much a look counts, 0..1 */
    const count = (
      isCounted: (look: Look) => boolean,
      happened: (highest: number, look: Look) => boolean,
      weightOf: (look: Look) => number = () => 1,
    ): { hits: number; of: number } => {
      let [hits, of] = [0, 0];
      for (const look of looks) {
        const highest = look.highest[horizon] ?? null;
        if (highest === null || !isCounted(look)) continue;
        const weight = weightOf(look);
        of += weight;
        if (happened(highest, look)) hits += weight;
      }
      return { hits, of };
    };
    const days = ({ hits, of }: { hits: number; of: number }): DayCount => ({
      days: hits / looksADay,
      of: of / looksADay,
    });
    const isFull = (highest: number): boolean => highest >= limitFill;
    const rose = (highest: number, { from }: Look): boolean => highest - from >= limitFill - fill;
    const isSameKind = ({ day }: Look): boolean => past?.isSameKind(day) ?? false;
    const isRecent = (look: Look): boolean => isNow(look) && look.day <= PAST_DAYS;
    const alike = count(isAlike, isFull, (look) => (isSameKind(look) ? 1 : p.otherKindShare));
    return {
      alikeGotFull: { moments: alike.hits, of: alike.of, otherKindShare: p.otherKindShare },
      roseEnough: days(count(isRecent, rose)),
      roseEnoughSameKind: days(count((look) => isNow(look) && isSameKind(look), rose)),
      gotFull: days(count(isRecent, isFull)),
    };
  };
}

/** How much sooner and later than the present time of day earlier days are looked at, minutes. */
export function lookAroundMin({ alikeSlackMin, pastSlackMin }: ForecastParameters): number {
  return Math.max(alikeSlackMin, pastSlackMin);
}

function weigh(
  seen: Omit<Forecast, 'near' | 'hour'> & { fill: number },
  earlier: PastFigures,
  w: HorizonWeights,
  p: ForecastParameters,
): HorizonForecast {
  const step = p.stepFloor + seen.volatility * Math.sqrt(w.horizonMin / PAST_STEP_MIN);
  const rise = (pacePerMin: number | null): number => (pacePerMin ?? 0) * w.horizonMin;
  const beyond = (pacePerMin: number | null): number =>
    clamp((rise(pacePerMin) - seen.room) / step, -p.mostStepsShort, p.mostStepsBeyond);
  const found: Figures = {
    ...earlier,
    roomSteps: clamp(seen.room / step, 0, p.mostRoomSteps),
    paceSteps: clamp(rise(seen.pacePerMin) / step, -p.mostPaceSteps, p.mostPaceSteps),
    stepsBeyond: (beyond(seen.pacePerMin) + beyond(seen.fastPacePerMin)) / 2,
    fill: Math.min(seen.fill, p.mostFill),
  };
  const logOdds =
    w.constant +
    w.alikeGotFull * shrunkLogOdds(found.alikeGotFull.moments, found.alikeGotFull.of, p) +
    w.roseEnough * shrunkLogOdds(found.roseEnough.days, found.roseEnough.of, p) +
    w.roseEnoughSameKind * shrunkLogOdds(found.roseEnoughSameKind.days, found.roseEnoughSameKind.of, p) +
    w.gotFull * shrunkLogOdds(found.gotFull.days, found.gotFull.of, p) +
    w.roomSteps * found.roomSteps +
    w.paceSteps * found.paceSteps +
    w.stepsBeyond * found.stepsBeyond +
    w.fill * found.fill +
    (seen.recentlyFull ? w.recentlyFull : 0);
  const probability = seen.room <= 0 ? 1 : probabilityOf(logOdds);
  return { horizonMin: w.horizonMin, ...weighed(found, w), probability };
}

function weighed(found: Figures, w: HorizonWeights): Partial<Figures> {
  return Object.fromEntries(Object.entries(found).filter(([name]) => w[name as keyof Figures] !== 0));
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
