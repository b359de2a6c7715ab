/** How well and how soon a warehouse's systems tell what happens on its floor. */
import { drawInteger, drawUniform, pick, type Random } from './random.ts';

export interface FeedTiming {
  /** Seconds between two stock readings; a multiple of the minute. */
  wesPeriodSec: number;
  /** Seconds from a reading to its record, least and most. */
  wesDelaySec: readonly [number, number];
  /** Seconds between two readings of the counters; a multiple of the minute. */
  wcsPeriodSec: number;
  wcsDelaySec: readonly [number, number];
  lmsDelaySec: readonly [number, number];
}

/** As real systems do: stock every 5 minutes and 1 to 6 minutes late, labour a quarter of an hour late. */
export const REALISTIC_TIMING: FeedTiming = {
  wesPeriodSec: 300,
  wesDelaySec: [60, 360],
  wcsPeriodSec: 60,
  wcsDelaySec: [1, 15],
  lmsDelaySec: [600, 900],
};
/** Modern systems: people who watch a demonstration have no patience. */
export const DEMO_TIMING: FeedTiming = {
  wesPeriodSec: 60,
  wesDelaySec: [10, 40],
  wcsPeriodSec: 60,
  wcsDelaySec: [0.5, 3],
  lmsDelaySec: [120, 300],
};

export interface Sensing {
  timing: FeedTiming;
  /** Miscounting of a level, standard deviation as a share of capacity. */
  levelNoise: number;
  /** Units that a photo eye misses: each device its own share, up to this. */
  missedShare: number;
  /** Rows that are told twice, the second time some minutes later. */
  repeatedShare: number;
  /** Stock readings that are much later than usual. */
  veryLateShare: number;
  /** Nobody sets the clocks of the controllers: seconds off, each its own, constant; some are minutes off. */
  skewSec: readonly [number, number];
  wrongClockShare: number;
  /** Counters of 16 bits. */
  shortCounterShare: number;
  /** Mean time between two faults of the feed. */
  faultPeaceHours: number;
}

export const USUAL_SENSING: Sensing = {
  timing: REALISTIC_TIMING,
  levelNoise: 0.004,
  missedShare: 0,
  repeatedShare: 0.006,
  veryLateShare: 0.02,
  skewSec: [-20, 40],
  wrongClockShare: 0.06,
  shortCounterShare: 0.2,
  faultPeaceHours: 10,
};

/** From wide ranges. */
export function drawSensing(random: Random): Sensing {
  const wesDelay = drawUniform(random, 10, 90);
  const wcsDelay = drawUniform(random, 0.5, 10);
  const lmsDelay = drawUniform(random, 120, 900);
  return {
    timing: {
      wesPeriodSec: pick(random, [60, 120, 300, 300, 600]),
      wesDelaySec: [wesDelay, wesDelay + drawUniform(random, 20, 300)],
      wcsPeriodSec: pick(random, [60, 60, 60, 120, 300]),
      wcsDelaySec: [wcsDelay, wcsDelay + drawUniform(random, 2, 40)],
      lmsDelaySec: [lmsDelay, lmsDelay + drawUniform(random, 60, 300)],
    },
    levelNoise: drawUniform(random, 0, 0.012),
    missedShare: drawUniform(random, 0, 0.015),
    repeatedShare: drawUniform(random, 0, 0.02),
    veryLateShare: drawUniform(random, 0, 0.04),
    skewSec: [drawInteger(random, -60, 0), drawInteger(random, 0, 60)],
    wrongClockShare: drawUniform(random, 0, 0.1),
    shortCounterShare: drawUniform(random, 0, 0.5),
    faultPeaceHours: drawUniform(random, 5, 20),
  };
}
