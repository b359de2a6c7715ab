/**
 * How likely a unit is full within a horizon, from its level alone. Four kinds of evidence are added up as log-odds,
 * each a figure that a person can check: how often the room that is left was used up from this time of day on earlier
 * days (all of them, and those of the same kind), how often the unit got full then, how much room there is and how
 * fast it goes, in steps of the usual movement, and whether it was full a moment ago.
 * Source of the weights: docs/evidence.md.
 */
import { logOddsOf, probabilityOf, medianSlope } from './evaluate/statistics.ts';
import type { AlgorithmParameters } from './parameters.ts';
import { DAY_KIND_DAYS, PAST_DAYS, PAST_STEP_MIN, type UnitPast } from './past.ts';
import type { UnitSeries } from './series.ts';

type ForecastParameters = NonNullable<AlgorithmParameters['forecast']>;
type HorizonWeights = ForecastParameters['near'];

/** On how many of the earlier days something happened; parts of days, since each is looked at from several marks. */
export interface DayCount {
  days: number;
  of: number;
}

export interface HorizonForecast {
  horizonMin: number;
  /** The level rose by the room that is left now, within the horizon from this time of day: the last 14 days. */
  roseEnough: DayCount;
  /** The same on those of the last 21 days that are, like today, working days or weekend days. */
  roseEnoughSameKind: DayCount;
  /** The unit got full within the horizon from this time of day: the last 14 days. */
  gotFull: DayCount;
  /** The room that is left, in usual movements over the horizon. */
  roomSteps: number;
  /** The rise over the horizon at the present pace, in the same steps. */
  paceSteps: number;
  /** 0..1, of being at the limit within the horizon; 1 where it is there already. */
  probability: number;
}

export interface Forecast {
  /** Share of capacity up to the limit; 0 or less at the limit. */
  room: number;
  /** Share of capacity per minute: robust slope of the last hour; null with too few levels. */
  pacePerMin: number | null;
  /** Standard deviation of the changes in 5 minutes during the last hour, share of capacity. */
  volatility: number;
  /** Full at some time within the last hour. */
  recentlyFull: boolean;
  near: HorizonForecast;
  hour: HorizonForecast;
}

/** Marks of the last hour, newest last: as many slopes as a person would draw, whatever the sampling. */
const MARKS = 60 / PAST_STEP_MIN + 1;
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
  const recent = lastHour(wip.values, capacityUnits);
  const seen = {
    room: limitFill - wipUnits / capacityUnits,
    pacePerMin: paceOf(recent),
    volatility: volatilityOf(recent),
    recentlyFull: recent.some((fill) => fill !== null && fill >= limitFill),
  };
  const looks = past === null ? [] : looksAt(past, [p.near.horizonMin, p.hour.horizonMin], p.pastSlackMin);
  const isSameKind = (day: number): boolean => past?.isSameKind(day) ?? false;
  const earlier = { looks, isSameKind };
  return {
    ...seen,
    near: weigh(seen, earlier, 0, limitFill, p.near, p),
    hour: weigh(seen, earlier, 1, limitFill, p.hour, p),
  };
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

/** From one mark of one earlier day: the level there, and the highest within each horizon (null: not known). */
interface Look {
  day: number;
  from: number;
  highest: (number | null)[];
}

/** Each earlier day is looked at from a few neighbouring marks: things come some minutes sooner or later. */
function looksAt(past: UnitPast, horizonsMin: readonly number[], slackMin: number): Look[] {
  const slack = slackMin / PAST_STEP_MIN;
  const last = slack + Math.max(...horizonsMin) / PAST_STEP_MIN;
  const looks: Look[] = [];
  for (let day = 1; day <= DAY_KIND_DAYS; day += 1) {
    const fills: (number | null)[] = [];
    for (let step = -slack; step <= last; step += 1) fills.push(past.fillAt(day, step * PAST_STEP_MIN));
    for (let start = 0; start <= 2 * slack; start += 1) {
      const from = fills[start] ?? null;
      if (from !== null) looks.push({ day, from, highest: highestWithin(fills, start, horizonsMin) });
    }
  }
  return looks;
}

/**
 * @param fills mark by mark @param start index of the mark that is looked from
 * @param horizonsMin ascending; one with less than half of its levels known gives null
 */
function highestWithin(
  fills: readonly (number | null)[],
  start: number,
  horizonsMin: readonly number[],
): (number | null)[] {
  let [highest, known, step] = [-Infinity, 0, 0];
  return horizonsMin.map((horizonMin) => {
    const steps = horizonMin / PAST_STEP_MIN;
    while (step < steps) {
      step += 1;
      const fill = fills[start + step] ?? null;
      if (fill === null) continue;
      known += 1;
      if (fill > highest) highest = fill;
    }
    return known < steps / 2 ? null : highest;
  });
}

/** @param index of the horizon in `Look.highest` */
function weigh(
  seen: Pick<Forecast, 'room' | 'pacePerMin' | 'volatility' | 'recentlyFull'>,
  { looks, isSameKind }: { looks: readonly Look[]; isSameKind: (day: number) => boolean },
  index: number,
  limitFill: number,
  w: HorizonWeights,
  p: ForecastParameters,
): HorizonForecast {
  const looksADay = (2 * p.pastSlackMin) / PAST_STEP_MIN + 1;
  const count = (
    isCounted: (day: number) => boolean,
    happened: (look: Look, highest: number) => boolean,
  ): DayCount => {
    let [hits, of] = [0, 0];
    for (const look of looks) {
      const highest = look.highest[index] ?? null;
      if (highest === null || !isCounted(look.day)) continue;
      of += 1;
      if (happened(look, highest)) hits += 1;
    }
    return { days: hits / looksADay, of: of / looksADay };
  };
  const step = p.stepFloor + seen.volatility * Math.sqrt(w.horizonMin / PAST_STEP_MIN);
  const rose = (look: Look, highest: number): boolean => highest - look.from >= seen.room;
  const found = {
    roseEnough: count((day) => day <= PAST_DAYS, rose),
    roseEnoughSameKind: count(isSameKind, rose),
    gotFull: count(
      (day) => day <= PAST_DAYS,
      (_, highest) => highest >= limitFill,
    ),
    roomSteps: clamp(seen.room / step, 0, p.mostRoomSteps),
    paceSteps: clamp(((seen.pacePerMin ?? 0) * w.horizonMin) / step, -p.mostPaceSteps, p.mostPaceSteps),
  };
  const logOdds =
    w.constant +
    w.roseEnough * shrunkLogOdds(found.roseEnough, p) +
    w.roseEnoughSameKind * shrunkLogOdds(found.roseEnoughSameKind, p) +
    w.gotFull * shrunkLogOdds(found.gotFull, p) +
    w.roomSteps * found.roomSteps +
    w.paceSteps * found.paceSteps +
    (seen.recentlyFull ? w.recentlyFull : 0);
  const probability = seen.room <= 0 ? 1 : probabilityOf(logOdds);
  return { horizonMin: w.horizonMin, ...found, probability };
}

/** A few days prove little: the count is drawn to the prior. */
function shrunkLogOdds({ days, of }: DayCount, { priorDays, priorShare }: ForecastParameters): number {
  const share = (days + priorDays * priorShare) / (of + priorDays);
  return logOddsOf(share);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
