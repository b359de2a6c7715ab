/** The shape of a parameter set: what every number may be, and which of them have to agree. */
import { z } from 'zod';

const share = z.number().min(0).max(1);
/** A fill may be asked for above 1: levels are read up to 120 % of the stated capacity. */
const fill = z.number().min(0).max(1.2);
const minutes = z
  .number()
  .min(0)
  .max(24 * 60);
const quality = z.number().min(0).max(100);

/** Where each zone is entered and left. A unit may have its own, by these names (`unit_override.thresholds`). */
export const zoneThresholdsSchema = z
  .strictObject({
    watchHighEnter: fill,
    watchHighExit: fill,
    projectedRiskFill: fill,
    overflowEnter: fill,
    overflowExit: fill,
    watchLowEnter: fill,
    watchLowExit: fill,
    starveRiskCoverMin: minutes,
    starveRiskCoverExitMin: minutes,
    starveRiskFill: fill,
    starveRiskTtsMin: minutes,
    starvedCoverMin: minutes,
    starvedCoverExitMin: minutes,
    coverCapacityShare: share,
    inductsAtRiskShare: share,
    sorterFill: fill,
    criticalMin: minutes,
    overflowRiskProbability: share,
    overflowRiskProbabilityExit: share,
    overflowRiskProbabilityExitFill: fill,
    starveRiskProbability: share,
    starveRiskProbabilityExit: share,
  })
  .refine((t) => t.watchHighExit <= t.watchHighEnter, 'watchHighExit lies above watchHighEnter')
  .refine((t) => t.overflowExit <= t.overflowEnter, 'overflowExit lies above overflowEnter')
  .refine((t) => t.projectedRiskFill <= t.overflowEnter, 'projectedRiskFill lies above overflowEnter')
  .refine((t) => t.watchLowExit >= t.watchLowEnter, 'watchLowExit lies below watchLowEnter')
  .refine((t) => t.starveRiskCoverExitMin >= t.starveRiskCoverMin, 'starveRiskCoverExitMin is too short')
  .refine((t) => t.starvedCoverExitMin >= t.starvedCoverMin, 'starvedCoverExitMin is too short')
  .refine(
    (t) => t.overflowRiskProbabilityExit <= t.overflowRiskProbability,
    'overflowRiskProbabilityExit lies above overflowRiskProbability',
  )
  .refine(
    (t) => t.starveRiskProbabilityExit <= t.starveRiskProbability,
    'starveRiskProbabilityExit lies above starveRiskProbability',
  );
export type ZoneThresholds = z.output<typeof zoneThresholdsSchema>;

const weight = z.number();
const positive = z.number().positive();
const horizonWeightsSchema = z.strictObject({
  horizonMin: minutes,
  constant: weight,
  alikeGotFull: weight,
  roseEnough: weight,
  stepsBeyond: weight,
  fill: weight,
  recentlyFull: weight,
});

const flowWeightsSchema = z.strictObject({
  constant: weight,
  level: weight,
  stuckShare: weight,
  slopeReach: weight,
});
const starvationWeightsSchema = z.strictObject({
  constant: weight,
  cover: weight,
  lineShortfall: weight,
  ownShortfall: weight,
});

/** A level is to be at `keepFill` after `withinMin`; what is done is felt after `arrivesMin`. */
const reliefSchema = z.strictObject({ keepFill: fill, withinMin: minutes, arrivesMin: minutes });
export type Relief = z.output<typeof reliefSchema>;

export const parametersSchema = z.strictObject({
  zones: zoneThresholdsSchema,
  signals: z.strictObject({
    flowWindowMin: minutes,
    flowMinMinutes: z.int().positive(),
    meanKnownShare: share,
    slopeWindowMin: minutes,
    slopeMinSamples: z.int().min(2),
    slopeMinSpanMin: minutes,
    flowQuality: quality,
    disagreementShare: share,
    disagreementCapacityShare: share,
    disagreementWithinMin: minutes,
    disagreementQuality: quality,
    disagreementHighFill: fill,
    limitFill: fill,
    emptyFill: fill,
    idleShare: share,
    inflowKnownMin: minutes,
  }),
  data: z.strictObject({ unknownQuality: quality, quantityQuality: quality, coverage: share }),
  schedule: z.strictObject({ drainBeforeCptMin: minutes, breakShare: share }),
  emergency: z.strictObject({
    fill,
    ttoMin: minutes,
    overFill: fill,
    recircShare: share,
    recircSorterFill: fill,
    sorterFill: fill,
    stopDestinationFill: fill,
    jamOutflowShare: share,
    jamTtoMin: minutes,
    restartFill: fill,
    restartPercent: z.number(),
  }),
  total: z.strictObject({
    targetFill: fill,
    drainMin: minutes,
    staffArrivalMin: minutes,
    throttleRound: z.number(),
    throttleMin: z.number(),
    throttleMax: z.number(),
    removeQuietMin: minutes,
  }),
  induct: z.strictObject({
    targetFill: fill,
    settleMin: minutes,
    throttleStep: z.number(),
    inflowFloor: share,
    releaseFill: fill,
    releaseTtoMin: minutes,
    upstreamFull: fill,
  }),
  lane: z.strictObject({
    fullest: fill,
    emptiest: fill,
    gap: fill,
    roomFill: fill,
    reverseFill: fill,
    settleMin: minutes,
  }),
  release: z.strictObject({ step: z.number() }),
  /** By how much another instruction has to be better than the one that people were told. */
  hold: z.strictObject({ fill, laterMin: minutes }),
  /** What suffices, and where along the line it is wanted. */
  relief: z.strictObject({
    near: reliefSchema,
    far: reliefSchema,
    stockedFill: fill,
    idleShare: share,
    growthWindowMin: minutes,
    flowWindowMin: minutes,
    stoppedWindowMin: minutes,
    stoppedShare: share,
  }),
  bounds: z.strictObject({ minHc: z.number() }),
  cause: z.strictObject({
    understaffed: share,
    rateFall: share,
    surge: z.number(),
    inflowFall: share,
    blockedFill: fill,
  }),
  persistence: z.strictObject({
    windowMin: z.int().positive(),
    knownMin: z.int().positive(),
    confirmedShare: share,
  }),
  projection: z.strictObject({ stepMin: minutes, horizonMin: minutes }),
  probability: z.strictObject({ horizonMin: minutes, spreadFloor: share, spreadUnknown: share }),
  forecast: z.strictObject({
    paceMin: minutes,
    fastPaceMin: minutes,
    paceMarks: z.int().min(2),
    volatilityChanges: z.int().positive(),
    pastSlackMin: minutes,
    pastKnownShare: share,
    alikeSlackMin: minutes,
    alikeFill: fill,
    otherKindShare: share,
    priorCount: positive,
    priorShare: share,
    stepFloor: positive,
    mostStepsShort: positive,
    mostStepsBeyond: positive,
    mostFill: fill,
    near: horizonWeightsSchema,
    hour: horizonWeightsSchema,
    flows: z.strictObject({
      windowMin: minutes,
      leastStuckShare: z.number().negative(),
      slopeAheadMin: minutes,
      leastRoom: positive,
      leastReach: z.number().negative(),
      mostReach: positive,
      leastProbability: positive,
      near: flowWeightsSchema,
      hour: flowWeightsSchema,
    }),
    starvation: z.strictObject({
      lineWindowMin: minutes,
      ownWindowMin: minutes,
      lanesShare: share,
      longestCoverMin: minutes,
      leastShortfall: z.number().negative(),
      near: starvationWeightsSchema,
      hour: starvationWeightsSchema,
    }),
  }),
  /** Of the rules between units. */
  conflicts: z.strictObject({ moveBackMin: minutes, throttleWinsTtoMin: minutes, projectionMin: minutes }),
});
export type AlgorithmParameters = z.output<typeof parametersSchema>;
