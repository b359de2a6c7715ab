/**
 * Version 1.0.0: every number that its decisions rest on, each with its reason. Fills and shares are 0..1 of capacity,
 * so nothing here depends on what one unit of stock is. A released version never changes: a new number is a new file.
 * Weights were fitted by maximum likelihood (anew: tools/fit), with no unit's name, size or clock time among the figures;
 * what they were fitted and judged on: docs/evidence.md.
 */
import type { AlgorithmParameters } from '../schema.ts';

export const VERSION_1_0_0: AlgorithmParameters = {
  zones: {
    watchHighEnter: 0.67, // two thirds full: half an hour of room at a growth of 1 % a minute
    watchHighExit: 0.6, // 7 points of hysteresis, wider than the noise of one scan
    projectedRiskFill: 0.85, // conveyors begin to back up here: a level that is projected above it is one at risk
    overflowEnter: 0.98, // the last 2 % are gaps that nothing fits in; incidents are defined by it
    overflowExit: 0.85, // over only where conveyors do not back up any more
    watchLowEnter: 0.33, // mirror of two thirds
    watchLowExit: 0.4,
    starveRiskCoverMin: 10, // a picker's tote needs about 10 min to the buffer
    starveRiskCoverExitMin: 15,
    starveRiskFill: 0.5, // with the inflow known to fall short, half a buffer is early enough
    starveRiskTtsMin: 15, // further ahead, what falls has turned in most cases
    starvedCoverMin: 2, // the front stations wait already
    starvedCoverExitMin: 5,
    coverCapacityShare: 0.03, // 10 min of cover never ask for more than 30 % of a small buffer
    inductsAtRiskShare: 0.5, // half of the planned inflow backs up: it is no longer one induct's trouble
    sorterFill: 0.85, // where conveyors begin to back up, for the path that everything passes
    criticalMin: 10, // less than one persistence window and a walk
    overflowRiskProbability: 0.25, // one in four within half an hour; see `withSensitivity`
    overflowRiskProbabilityExit: 0.125, // half of the entry
    overflowRiskProbabilityExitFill: 0.65, // a unit that hovers above it is still the same risk
    starveRiskProbability: 0.22, // told at once, more is asked than where a second cycle confirms it
    starveRiskProbabilityExit: 0.06, // half of what a confirmed risk would be entered by
  },
  signals: {
    flowWindowMin: 10, // ten counter readings: a median that two bad minutes do not move
    flowMinMinutes: 3, // fewer is no median
    meanKnownShare: 0.6, // of a window, for its mean
    slopeWindowMin: 30, // six levels at the usual 5 min
    slopeMinSamples: 3, // with two a slope has no robustness at all
    slopeMinSpanMin: 10, // shorter spans are noise of the reading
    flowQuality: 70, // flows below it are not trusted over the levels
    disagreementShare: 0.3, // flows and levels tell different stories...
    disagreementCapacityShare: 0.05, // ...that differ by this much of the capacity...
    disagreementWithinMin: 10, // ...within the flow's window
    disagreementQuality: 10, // costs a grade, but cannot alone make a unit blind
    disagreementHighFill: 0.5, // from here on the growth that is shown is the one that fills, below it the one that empties
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
    recircSorterFill: 0.85, // on a sorter with room a tenth going round is a few unreadable labels
    sorterFill: 0.95, // with the sorter this full only a stop clears the recirculation...
    stopDestinationFill: 0.98, // ...unless it waits for room behind a full lane, which no stop makes
    jamOutflowShare: 0.05, // a twentieth of the plan is a standstill that leaks
    jamTtoMin: 10,
    restartFill: 0.8, // enough room to take the restart's wave
    restartPercent: 50, // half speed first: the stopped totes arrive together
  },
  total: {
    targetFill: 0.5, // room to both sides: what drains to it by itself is left alone
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
    releaseFill: 0.6, // as the exit of WATCH_HIGH
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
  },
  release: {
    step: 20, // points a cycle: opened fully at once the wave comes back
  },
  hold: {
    fill: 0.1, // a tenth more room at another lane than at the one that was named: twice the noise of two levels
    laterMin: 10, // people instead of a throttle that was told: in time by as much as the walk there may vary
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
  bounds: { minHc: 1 },
  cause: {
    understaffed: 0.9, // one in ten missing
    rateFall: 0.85,
    surge: 1.2, // a fifth above the plan
    inflowFall: 0.8,
    blockedFill: 0.85, // conveyors begin to back up in what follows
  },
  persistence: {
    windowMin: 10,
    knownMin: 8, // fewer known minutes can never show "8 of the last 10"
    confirmedShare: 0.8, // one in five, confirmed by a second cycle, is as often false as one in four at once
  },
  projection: { stepMin: 5, horizonMin: 60 },
  probability: {
    horizonMin: 60,
    spreadFloor: 0.002, // capacity per minute: 12 % of the buffer in an hour, the calmest unit's noise
    spreadUnknown: 0.008, // without a slope: half the buffer in an hour
  },
  forecast: {
    paceMin: 60, // as many slopes as a person would draw
    fastPaceMin: 15,
    paceMarks: 3, // with two a slope has no robustness at all
    volatilityChanges: 3, // with fewer changes a deviation is an accident
    pastSlackMin: 10, // the same thing happens some minutes sooner or later
    pastKnownShare: 0.5, // of an earlier day's horizon: with less nobody knows how high it came
    alikeSlackMin: 60, // the same rush hour
    alikeFill: 0.05, // as full: two steps of the calmest unit to either side
    otherKindShare: 0.3, // a Saturday tells something of a Tuesday where few Tuesdays are known; none at all was worse
    priorCount: 2, // after two days, or moments, the unit's own past counts as much as the prior
    priorShare: 0.05, // one unit in twenty gets full within the horizon where nothing else is known
    stepFloor: 0.02, // a level that never moves moves by 2 % of capacity at most
    mostStepsShort: 4, // further short of the limit, and...
    mostStepsBeyond: 3, // ...further beyond it, nothing changes
    mostFill: 0.9, // nearer to the limit the room in usual movements tells more
    near: {
      horizonMin: 30, // 10 min to be told and decide, 15 for staff to arrive
      constant: -3.107,
      alikeGotFull: 0.264,
      roseEnough: 0.155,
      stepsBeyond: 1.009,
      fill: 2.748,
      recentlyFull: 0.684,
    },
    hour: {
      horizonMin: 60,
      constant: -2.398,
      alikeGotFull: 0.303,
      roseEnough: 0.222,
      stepsBeyond: 0.648,
      fill: 2.133,
      recentlyFull: 0.712,
    },
    flows: {
      windowMin: 10, // as the flow's median
      leastStuckShare: -1, // twice as much left as came in
      slopeAheadMin: 30,
      leastRoom: 0.02, // in the last 2 % nothing is told apart
      leastReach: -2, // a slope further down, and...
      mostReach: 3, // ...further up, changes nothing
      leastProbability: 0.001, // log-odds further out say nothing more
      near: { constant: -0.88, level: 0.96, stuckShare: 2.98, slopeReach: 0.13 },
      hour: { constant: -1.15, level: 0.84, stuckShare: 2.24, slopeReach: 0.26 },
    },
    starvation: {
      lineWindowMin: 5, // a line that stops empties the first buffers within ten minutes
      ownWindowMin: 30, // as the slope
      lanesShare: 0.5, // stations for half of the flow: it is no longer one lane's trouble
      longestCoverMin: 120, // a longer cover is no nearer to starving
      leastShortfall: -0.3, // more coming than expected reassures so far
      near: { constant: -2.2, cover: -1.85, lineShortfall: 5.84, ownShortfall: 2.47 },
      hour: { constant: -1.95, cover: -1.43, lineShortfall: 4.44, ownShortfall: 2.52 },
    },
  },
  conflicts: {
    moveBackMin: 45, // walking over, settling in and seeing the effect take as long: a move undone sooner is churn
    throttleWinsTtoMin: 30, // a throttle takes effect after 15 min and needs as much again: it must not be diluted
    projectionMin: 60, // as far as the projection reaches; staff sent away earlier would have to be called back
  },
};
