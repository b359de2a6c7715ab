/**
 * Every number that a decision rests on, in one place, each with its reason. An algorithm version is the code
 * plus one validated parameter set; every recommendation names the version that made it.
 *
 * Fills and shares are 0..1 of capacity, so nothing here depends on what one unit of stock is.
 */
import {
  parametersSchema,
  zoneThresholdsSchema,
  type AlgorithmParameters,
  type GivenParameters,
  type ZoneThresholds,
} from './schema.ts';
import type { UnitOverride } from '../registry.ts';
import { FAILURE } from '../../failures/failures.ts';

const PROPOSED: GivenParameters = {
  zones: {
    watchHighEnter: 0.67, // two thirds full: half an hour of room at a growth of 1 % a minute
    watchHighExit: 0.6, // 7 points of hysteresis, wider than the noise of one scan
    overflowRiskEnter: 0.85, // conveyors begin to back up here; recall 1.0 on recorded level data
    overflowRiskFloor: 0.6, // a forecast below this is arithmetic on an emptyish buffer
    overflowRiskTtoMin: 30, // twice the time staff needs to arrive
    overflowRiskExit: 0.6,
    overflowRiskSlowExit: 0.75, // well below its entry, and...
    overflowRiskSlowExitTtoMin: 45, // ...not on the way back within 1.5 times the entry's 30 min
    overflowEnter: 0.98, // the last 2 % are gaps that nothing fits in; incidents are defined by it
    overflowExit: 0.85, // over only where it would not be entered as a risk by level
    watchLowEnter: 0.33, // mirror of two thirds
    watchLowExit: 0.4,
    starveRiskCoverMin: 10, // a picker's tote needs about 10 min to the buffer
    starveRiskCoverExitMin: 15,
    starveRiskFill: 0.33, // draining fast matters only where the buffer is low already
    starveRiskTtsMin: 20, // picking reacts more slowly than packing: 10 min to decide, 10 to arrive
    starvedCoverMin: 2, // the front stations wait already
    starvedCoverExitMin: 5,
    coverCapacityShare: 0.03, // 10 min of cover never ask for more than 30 % of a small buffer
    inductsAtRiskShare: 0.5, // half of the planned inflow backs up: it is no longer one induct's trouble
    sorterFill: 0.85, // as overflowRiskEnter, for the path that everything passes
    criticalMin: 10, // less than one persistence window and a walk
    overflowRiskProbability: 0.2, // one in five; see `withSensitivity`
    overflowRiskProbabilityExit: 0.1, // half of the entry
    overflowRiskProbabilityExitFill: 0.7, // a unit that hovers below full is still the same risk
    starveRiskProbability: 0.12, // one in eight: starving stations are rarer than full buffers
    starveRiskProbabilityExit: 0.06, // half of the entry
  },
  signals: {
    flowWindowMin: 10, // ten counter readings: a median that two bad minutes do not move
    flowMinMinutes: 3, // fewer is no median
    slopeWindowMin: 30, // six levels at the usual 5 min
    slopeMinSamples: 3, // with two a slope has no robustness at all
    slopeMinSpanMin: 10, // shorter spans are noise of the reading
    flowQuality: 70, // flows below it are not trusted over the levels
    disagreementShare: 0.3, // flows and levels tell different stories...
    disagreementCapacityShare: 0.05, // ...that differ by this much of the capacity within 10 min
    disagreementQuality: 10, // costs a grade, but cannot alone make a unit blind
    limitFill: 0.98, // "full", for the time to overflow and for incidents
    emptyFill: 0.02, // "empty", for incidents
    idleShare: 0.2, // staff that waits a fifth of its time works slower than it can
    inflowKnownMin: 30, // inflow within half an hour shows that somebody feeds this buffer
  },
  data: {
    unknownQuality: 50, // less than half of the evidence: no statement
    quantityQuality: 70, // a direction yes, a number no
    coverage: 0.8, // a total without a fifth of its capacity is another buffer
  },
  schedule: {
    drainBeforeCptMin: 45, // the last picks before a departure; the buffer is meant to run empty
    breakShare: 0.5, // breaks are staggered: a third of the people away is no standstill
  },
  emergency: {
    fill: 0.95,
    ttoMin: 5, // full before the next cycle
    overFill: 1,
    recircShare: 0.1, // a tenth of the sorter carries what it cannot get rid of, and rising: gridlock begins
    sorterFill: 0.95, // with the sorter this full only a stop clears the recirculation
    jamOutflowShare: 0.05, // a twentieth of the plan is a standstill that leaks
    jamTtoMin: 10,
    restartFill: 0.8, // enough room to take the restart's wave
    restartPercent: 50, // half speed first: the stopped totes arrive together
    recircSorterFill: null, // how full the sorter is is not asked
    stopDestinationFill: null, // nor whether there is room behind it
  },
  total: {
    targetFill: 0.5, // room to both sides
    drainMin: 60, // back at the target within the projection's hour
    staffArrivalMin: 15, // from the message to a person who packs
    throttleRound: 5, // nobody sets 23 %
    throttleMin: 10, // less is not felt
    throttleMax: 50, // more starves the stations downstream before the effect is seen
    removeQuietMin: 20, // people sent away right before a break or a departure are missed after it
  },
  induct: {
    targetFill: 0.5,
    settleMin: 15, // an induct conveyor turns over in minutes
    throttleStep: 30, // points; a larger step swings
    inflowFloor: 0.2, // of the planned inflow: below it the lane behind runs dry
    releaseFill: 0.6, // as the exit of OVERFLOW_RISK
    releaseTtoMin: 60, // no overflow in sight within the projection's hour
    upstreamFull: 0.85,
  },
  lane: {
    fullest: 0.75,
    emptiest: 0.5,
    gap: 0.3, // a gap that moving stations closes for longer than it takes to move them
    roomFill: 0.67, // the receiving lane is not pushed into WATCH_HIGH
    reverseFill: 0.33, // the giving lane is not pushed into WATCH_LOW
    settleMin: 20,
    standstillFill: 0.9,
  },
  release: {
    step: 20, // points a cycle: opened fully at once the wave comes back
    memoryMin: 60, // older than an hour, a throttle of a closed episode is history
  },
  relief: null,
  bounds: { minHc: 1 },
  cause: {
    understaffed: 0.9, // one in ten missing
    rateFall: 0.85,
    surge: 1.2, // a fifth above the plan
    inflowFall: 0.8,
    blockedFill: 0.85, // what follows is itself at OVERFLOW_RISK
  },
  persistence: {
    windowMin: 10,
    knownMin: 8, // fewer known minutes can never show "8 of the last 10"
  },
  projection: { stepMin: 5, horizonMin: 60 },
  probability: {
    horizonMin: 60,
    spreadFloor: 0.002, // capacity per minute: 12 % of the buffer in an hour, the calmest unit's noise
    spreadUnknown: 0.008, // without a slope: half the buffer in an hour
  },
  forecast: null,
};

/**
 * The zones go by the probability of the incident within the nearer horizon. The weights were fitted by maximum likelihood,
 * with no unit's name or size in them: those for levels to recorded levels of other bounded stores, car parks and
 * bicycle stations, those for flows to simulated warehouses: docs/evidence.md.
 */
const WITH_FORECAST = {
  ...PROPOSED,
  zones: {
    ...PROPOSED.zones,
    starveRiskFill: 0.5, // with the inflow known to fall short, half a buffer is early enough
    starveRiskTtsMin: 15, // further ahead, what falls has turned in most cases
  },
  forecast: {
    pastSlackMin: 10, // the same thing happens some minutes sooner or later
    alikeSlackMin: 60, // the same rush hour
    alikeFill: 0.05, // as full: two steps of the calmest unit to either side
    priorCount: 2, // after two days, or moments, the unit's own past counts as much as the prior
    priorShare: 0.05, // one unit in twenty gets full within the horizon where nothing else is known
    stepFloor: 0.02, // a level that never moves moves by 2 % of capacity at most
    mostRoomSteps: 12, // beyond it more room changes nothing
    mostPaceSteps: 4, // a jump is no pace
    mostStepsShort: 4, // further short of the limit, and...
    mostStepsBeyond: 3, // ...further beyond it, nothing changes
    near: {
      horizonMin: 30, // 10 min to be sure and told, 15 for staff to arrive
      constant: 0.071,
      roseEnough: 0.214,
      roseEnoughSameKind: 0.328,
      gotFull: 0.31,
      roomSteps: -0.663,
      paceSteps: 0.921,
      recentlyFull: 0.59,
    },
    hour: {
      horizonMin: 60,
      constant: 0.252,
      roseEnough: 0.181,
      roseEnoughSameKind: 0.401,
      gotFull: 0.373,
      roomSteps: -0.42,
      paceSteps: 0.664,
      recentlyFull: 0.687,
    },
    flows: {
      windowMin: 10, // as the flow's median
      near: { constant: -1.68, level: 0.9, stuckShare: 5.4, slopeReach: 0.36 },
      hour: { constant: -2.48, level: 0.64, stuckShare: 4.5, slopeReach: 0.64 },
    },
    starvation: {
      lineWindowMin: 5, // a line that stops empties the first buffers within ten minutes
      ownWindowMin: 30, // as the slope
      lanesShare: 0.5, // stations for half of the flow: it is no longer one lane's trouble
      near: { constant: -2.2, cover: -1.85, lineShortfall: 5.84, ownShortfall: 2.47 },
      hour: { constant: -1.95, cover: -1.43, lineShortfall: 4.44, ownShortfall: 2.52 },
    },
  },
} satisfies GivenParameters;

/**
 * Fewer figures, and a better word from the unit's own past: moments like this one. The weights are common to stores
 * with habits (car parks, bicycle stations) and to simulated floors, where a buffer fills within a quarter of an hour.
 */
const WITH_ALIKE_MOMENTS = {
  ...WITH_FORECAST,
  zones: {
    ...WITH_FORECAST.zones,
    overflowRiskProbability: 0.25, // one in four within three quarters of an hour; see `withSensitivity`
    overflowRiskProbabilityExit: 0.125, // half of the entry
  },
  forecast: {
    ...WITH_FORECAST.forecast,
    near: {
      horizonMin: 45, // 10 min to be sure and told, 15 for staff to arrive, and time to work it off
      constant: -0.694,
      alikeGotFull: 0.298,
      roseEnoughSameKind: 0.217,
      stepsBeyond: 0.936,
      recentlyFull: 0.981,
    },
    hour: {
      horizonMin: 60,
      constant: -0.634,
      alikeGotFull: 0.309,
      roseEnoughSameKind: 0.269,
      stepsBeyond: 0.76,
      recentlyFull: 0.993,
    },
    flows: {
      ...WITH_FORECAST.forecast.flows,
      near: { constant: -1.23, level: 0.87, stuckShare: 2.31, slopeReach: 0.24 },
      hour: { constant: -1.28, level: 0.84, stuckShare: 1.96, slopeReach: 0.32 },
    },
  },
} satisfies GivenParameters;

/**
 * What to do and how much of it: 1.1.0 empties a buffer to the half, where a simulated floor needed a third to a half
 * of that to hold it, and asks only pickers and packers for help: docs/evidence.md.
 */
const WITH_RELIEF = {
  ...WITH_ALIKE_MOMENTS,
  emergency: {
    ...WITH_ALIKE_MOMENTS.emergency,
    recircSorterFill: 0.85, // as sorterFill: on a sorter with room a tenth going round is a few unreadable labels
    stopDestinationFill: 0.98, // behind a full lane goods go round for want of room, which no stop of the sorter makes
  },
  relief: {
    near: { keepFill: 0.85, withinMin: 60, arrivesMin: 0 }, // where conveyors begin to back up, within the hour
    far: { keepFill: 0.7, withinMin: 30, arrivesMin: 15 }, // what has been picked still comes to a lane
    stockedFill: 0.67, // two thirds: who takes from here has enough to take
    idleShare: 0.1, // a line is uneven: where a tenth of it waits, the worst stations wait a fifth of their time
    growthWindowMin: 20, // twice the alarm's ten minutes
    flowWindowMin: 10, // as the flow's median
    stoppedWindowMin: 5, // a line that stops empties the first buffers within ten minutes
    stoppedShare: 0.25, // of what may be expected: too little for want of pickers
  },
} satisfies GivenParameters;

/**
 * Beside what the others know, how full it is; and a Saturday at noon is less like a Tuesday at noon than like another
 * Saturday: docs/evidence.md.
 */
const WITH_LEVEL = {
  ...WITH_RELIEF,
  forecast: {
    ...WITH_RELIEF.forecast,
    otherKindShare: 0.3, // tells something where the own kind of day is young; none at all was worse
    mostFill: 0.9, // nearer to the limit the room in usual movements tells more
    near: {
      horizonMin: 45,
      constant: -2.803,
      alikeGotFull: 0.287,
      roseEnoughSameKind: 0.182,
      stepsBeyond: 0.794,
      fill: 2.491,
      recentlyFull: 0.713,
    },
    hour: {
      horizonMin: 60,
      constant: -2.398,
      alikeGotFull: 0.303,
      roseEnoughSameKind: 0.222,
      stepsBeyond: 0.648,
      fill: 2.133,
      recentlyFull: 0.712,
    },
    flows: {
      ...WITH_RELIEF.forecast.flows,
      near: { constant: -1.09, level: 0.87, stuckShare: 2.65, slopeReach: 0.2 },
      hour: { constant: -1.15, level: 0.84, stuckShare: 2.24, slopeReach: 0.26 },
    },
  },
} satisfies GivenParameters;

/**
 * A forecast weighs an hour of readings and three weeks of past: a second cycle adds less to it than its five minutes
 * are worth, and what is not waited for need not be seen so far ahead: docs/evidence.md.
 */
const WITH_FIRST_CYCLE = {
  ...WITH_LEVEL,
  zones: {
    ...WITH_LEVEL.zones,
    overflowRiskProbabilityExitFill: 0.65, // five points lower, and fewer are told twice of one rush
    starveRiskProbability: 0.22, // in its first cycle more is asked than where a second one confirms it
  },
  release: {
    ...WITH_LEVEL.release,
    keptTillReleased: true, // "by 10 %" after "by 50 %": nobody knows whether that is less or more
  },
  persistence: {
    ...WITH_LEVEL.persistence,
    atOnce: {
      byLevel: true,
      byFlows: false, // ten minutes of flows turn more often than levels do: waiting pays there
      starvation: true, // a line that stops empties the first buffers within ten minutes
    },
    confirmedShare: 0.8, // one in five, confirmed by a second cycle, is as often false as one in four at once
  },
  forecast: {
    ...WITH_LEVEL.forecast,
    near: {
      horizonMin: 30, // 10 min to be told and decide, 15 for staff to arrive
      constant: -3.107,
      alikeGotFull: 0.264,
      roseEnoughSameKind: 0.155,
      stepsBeyond: 1.009,
      fill: 2.748,
      recentlyFull: 0.684,
    },
    flows: {
      ...WITH_LEVEL.forecast.flows,
      near: { constant: -0.88, level: 0.96, stuckShare: 2.98, slopeReach: 0.13 },
    },
  },
} satisfies GivenParameters;

/** Released parameter sets. A released one never changes: a new number is a new version. */
export const ALGORITHMS: Readonly<Record<string, AlgorithmParameters>> = {
  '1.0.0': parametersSchema.parse(PROPOSED),
  '1.1.0': parametersSchema.parse(WITH_FORECAST),
  '1.2.0': parametersSchema.parse(WITH_RELIEF),
  '1.3.0': parametersSchema.parse(WITH_LEVEL),
  '1.4.0': parametersSchema.parse(WITH_FIRST_CYCLE),
};

export const DEFAULT_ALGORITHM = '1.4.0';

/** Names the known versions. Repeating does not mend it. */
export class UnknownAlgorithm extends Error {
  override readonly name = FAILURE.UnknownAlgorithm;
}

/** @throws UnknownAlgorithm */
export function algorithm(version: string): AlgorithmParameters {
  const parameters = Object.hasOwn(ALGORITHMS, version) ? ALGORITHMS[version] : undefined;
  if (!parameters) {
    throw new UnknownAlgorithm(
      `algorithm "${version}" is unknown: expected one of ${Object.keys(ALGORITHMS).join(', ')}; ` +
        `set warehouse.algorithm to one of these`,
    );
  }
  return parameters;
}

/**
 * How readily to warn, by one number: a unit is at risk from the probability `1 - sensitivity` of being full within
 * the nearer horizon. 0.5 is quiet, 0.93 misses next to nothing.
 * @param sensitivity 0..1 @throws RangeError outside, or where the version has no forecast
 */
export function withSensitivity(parameters: AlgorithmParameters, sensitivity: number): AlgorithmParameters {
  if (!(sensitivity > 0 && sensitivity < 1)) {
    throw new RangeError(`sensitivity is ${sensitivity}: expected a number above 0 and below 1, e.g. 0.85`);
  }
  if (parameters.forecast === null) {
    throw new RangeError(
      'sensitivity was given, but this algorithm version has no forecast: expected 1.1.0 or newer',
    );
  }
  const overflowRiskProbability = 1 - sensitivity;
  return {
    ...parameters,
    zones: {
      ...parameters.zones,
      overflowRiskProbability,
      overflowRiskProbabilityExit: overflowRiskProbability / 2,
    },
  };
}

/**
 * The unit's own thresholds over the version's. Where the merged set contradicts itself the version's stand,
 * and `problem` says what is wrong.
 */
export function unitThresholds(
  zones: ZoneThresholds,
  override: UnitOverride | null,
): { thresholds: ZoneThresholds; problem: string | null } {
  if (!override || Object.keys(override.thresholds).length === 0) return { thresholds: zones, problem: null };
  const merged = zoneThresholdsSchema.safeParse({ ...zones, ...override.thresholds });
  if (merged.success) return { thresholds: merged.data, problem: null };
  return { thresholds: zones, problem: merged.error.issues.map((issue) => issue.message).join('; ') };
}
