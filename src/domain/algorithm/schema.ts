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
    overflowRiskEnter: fill,
    overflowRiskFloor: fill,
    overflowRiskTtoMin: minutes,
    overflowRiskExit: fill,
    overflowRiskSlowExit: fill,
    overflowRiskSlowExitTtoMin: minutes,
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
  .refine((t) => t.overflowRiskExit <= t.overflowRiskEnter, 'overflowRiskExit lies above overflowRiskEnter')
  .refine((t) => t.overflowExit <= t.overflowEnter, 'overflowExit lies above overflowEnter')
  .refine((t) => t.overflowRiskEnter <= t.overflowEnter, 'overflowRiskEnter lies above overflowEnter')
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
/** A figure without a weight does not count. */
const horizonWeightsSchema = z.strictObject({
  horizonMin: minutes,
  constant: weight,
  alikeGotFull: weight.default(0),
  roseEnough: weight.default(0),
  roseEnoughSameKind: weight,
  gotFull: weight.default(0),
  roomSteps: weight.default(0),
  paceSteps: weight.default(0),
  stepsBeyond: weight.default(0),
  fill: weight.default(0),
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
    slopeWindowMin: minutes,
    slopeMinSamples: z.int().min(2),
    slopeMinSpanMin: minutes,
    flowQuality: quality,
    disagreementShare: share,
    disagreementCapacityShare: share,
    disagreementQuality: quality,
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
    sorterFill: fill,
    jamOutflowShare: share,
    jamTtoMin: minutes,
    restartFill: fill,
    restartPercent: z.number(),
    recircSorterFill: fill.nullable(),
    stopDestinationFill: fill.nullable(),
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
    standstillFill: fill,
  }),
  release: z.strictObject({
    step: z.number(),
    memoryMin: minutes,
    keptTillReleased: z.boolean().default(false),
  }),
  /** What suffices, and where along the line it is wanted; null: as first proposed. */
  relief: z
    .strictObject({
      near: reliefSchema,
      far: reliefSchema,
      stockedFill: fill,
      idleShare: share,
      growthWindowMin: minutes,
      flowWindowMin: minutes,
      stoppedWindowMin: minutes,
      stoppedShare: share,
    })
    .nullable(),
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
    atOnce: z
      .strictObject({ byLevel: z.boolean(), byFlows: z.boolean(), starvation: z.boolean() })
      .default({ byLevel: false, byFlows: false, starvation: false }),
    confirmedShare: share.default(1),
  }),
  projection: z.strictObject({ stepMin: minutes, horizonMin: minutes }),
  probability: z.strictObject({ horizonMin: minutes, spreadFloor: share, spreadUnknown: share }),
  /** null: zones go by fill and minutes to overflow alone. */
  forecast: z
    .strictObject({
      pastSlackMin: minutes,
      alikeSlackMin: minutes,
      alikeFill: fill,
      otherKindShare: share.default(1),
      priorCount: positive,
      priorShare: share,
      stepFloor: positive,
      mostRoomSteps: positive,
      mostPaceSteps: positive,
      mostStepsShort: positive,
      mostStepsBeyond: positive,
      mostFill: fill.default(1),
      near: horizonWeightsSchema,
      hour: horizonWeightsSchema,
      flows: z.strictObject({ windowMin: minutes, near: flowWeightsSchema, hour: flowWeightsSchema }),
      starvation: z.strictObject({
        lineWindowMin: minutes,
        ownWindowMin: minutes,
        lanesShare: share,
        near: starvationWeightsSchema,
        hour: starvationWeightsSchema,
      }),
    })
    .nullable(),
});
export type AlgorithmParameters = z.output<typeof parametersSchema>;
/** As it is written down: a figure without a weight is left out. */
export type GivenParameters = z.input<typeof parametersSchema>;
