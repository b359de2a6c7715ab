/**
 * How a line is run, as numbers: what is released and when, where goods go, how fast people react. Building and
 * habits together are a floor. The usual habits are those of every floor unless others are asked for.
 */
import { drawUniform, pick, type Random } from './random.ts';

/** How a rate answers to a fill above or below the target: in proportion, within bounds; no more is automatic. */
export interface Response {
  gain: number;
  /** Bounds where more lies there than wanted, and where less does. */
  above: number;
  below: number;
}

export const RELEASES = ['CONTINUOUS', 'WAVES', 'BY_DEPARTURE'] as const;
export const BALANCES = ['EMPTIEST', 'EVEN', 'FILL_FIRST', 'PRIORITY'] as const;

export interface LineHabits {
  /** CONTINUOUS: as the packers pass; WAVES: much, then little; BY_DEPARTURE: the more, the nearer it is. */
  release: (typeof RELEASES)[number];
  /** By which part of itself the release swings with its waves or departures. */
  releaseSwing: number;
  releaseWaveMin: number;
  /** Of what the planned packers pass: below 1 they have time, above it they are short. */
  releaseShare: number;
  /** Less work is easily released; that too much lies there is seen late, and departures press. */
  releaseResponse: Response;
  /** Who releases goes by what lay there so many minutes ago, about. */
  seenLateMin: number;
  /** Pickers come in knots, waves of easy and hard orders. */
  releaseSpread: number;
  releasePeriodMin: number;
  /** Peaks of demand that nobody planned people for. */
  demandSpread: number;
  demandPeriodMin: number;
  /** Pickers come back with full totes: bursts, not a stream of single units. Variance by mean. */
  arrivalDispersion: number;
  /** Backlog is filled up to so many minutes of work, about; two waves an hour. */
  backlogMin: number;

  /** EMPTIEST: the emptier the rather; EVEN: each its share; FILL_FIRST, PRIORITY: the first paths before the last. */
  balance: (typeof BALANCES)[number];
  /** How strongly the emptier of several paths is preferred, per unit of fill. */
  preference: number;
  /** FILL_FIRST, PRIORITY: weight of a path by that of the one before it. */
  orderStep: number;
  /** FILL_FIRST: up to so much above the target a path is filled before the next one. */
  fillFirstAbove: number;
  /** The mix of goods: standard deviation of a path's share, relative. */
  shareSpread: number;

  /** Floor leads shift people to the fuller path: by this part per unit of fill, with a lag of minutes. */
  staffPreference: number;
  staffLagMin: number;
  /** Staff works a little faster before a full buffer and slower before an empty one. */
  inductResponse: Response;
  rebinResponse: Response;
  packResponse: Response;
  /** People and goods differ from hour to hour: standard deviation of the pace of a process. */
  paceSpread: number;
  pacePeriodMin: number;
  /** Pickers can go a little faster than planned where work waits. */
  pickHeadroom: number;
  /** Drives and photo eyes of an induct allow this much more than its share of the planned flow. */
  equipmentHeadroom: number;
  /** Labels that can't be read on an ordinary day. */
  misreadShare: number;

  /** Where the level is held changes with who decides it. */
  targetSpread: number;
  targetPeriodMin: number;
}

export const USUAL_HABITS: LineHabits = {
  release: 'CONTINUOUS',
  releaseSwing: 0,
  releaseWaveMin: 30,
  releaseShare: 1,
  releaseResponse: { gain: -0.8, above: 0.09, below: 0.22 },
  seenLateMin: 0,
  releaseSpread: 0.08,
  releasePeriodMin: 14,
  demandSpread: 0,
  demandPeriodMin: 180,
  arrivalDispersion: 2.5,
  backlogMin: 45,
  balance: 'EMPTIEST',
  preference: 2.5,
  orderStep: 1,
  fillFirstAbove: 0,
  shareSpread: 0.15,
  staffPreference: 0.5,
  staffLagMin: 12,
  inductResponse: { gain: 0.8, above: 0.15, below: 0.2 },
  rebinResponse: { gain: 0.6, above: 0.1, below: 0.2 },
  packResponse: { gain: 0.45, above: 0.06, below: 0.15 },
  paceSpread: 0.025,
  pacePeriodMin: 300,
  pickHeadroom: 1.2,
  equipmentHeadroom: 1.6,
  misreadShare: 0.02,
  targetSpread: 0.045,
  targetPeriodMin: 100,
};

/** From wide ranges; what comes of it need not run: whoever draws has to look. */
export function drawHabits(random: Random): LineHabits {
  const release = pick(random, RELEASES);
  const balance = pick(random, BALANCES);
  const responseOf = (gain: number, above: number, below: number): Response => ({
    gain: gain * drawUniform(random, 0.6, 1.8),
    above: above * drawUniform(random, 0.6, 2),
    below: below * drawUniform(random, 0.6, 1.6),
  });
  return {
    release,
    releaseSwing: release === 'CONTINUOUS' ? 0 : drawUniform(random, 0.04, release === 'WAVES' ? 0.5 : 0.15),
    releaseWaveMin: pick(random, [15, 20, 30, 60]),
    releaseShare: drawUniform(random, 0.92, 1.03),
    releaseResponse: responseOf(-0.8, 0.1, 0.22),
    seenLateMin: drawUniform(random, 0, 15),
    releaseSpread: drawUniform(random, 0.02, 0.2),
    releasePeriodMin: drawUniform(random, 6, 40),
    demandSpread: drawUniform(random, 0, 0.08),
    demandPeriodMin: drawUniform(random, 90, 360),
    arrivalDispersion: drawUniform(random, 1.3, 8),
    backlogMin: drawUniform(random, 35, 120),
    balance,
    // Who deals out evenly looks at no level, or hardly.
    preference: balance === 'EVEN' ? drawUniform(random, 0, 1) : drawUniform(random, 1.5, 6),
    orderStep: drawUniform(random, 0.75, 0.95),
    fillFirstAbove: drawUniform(random, 0.02, 0.15),
    shareSpread: balance === 'EVEN' ? drawUniform(random, 0.01, 0.06) : drawUniform(random, 0.03, 0.25),
    staffPreference: drawUniform(random, 0.2, 1.5),
    staffLagMin: drawUniform(random, 4, 40),
    inductResponse: responseOf(0.8, 0.15, 0.2),
    rebinResponse: responseOf(0.6, 0.1, 0.2),
    packResponse: responseOf(0.45, 0.06, 0.15),
    paceSpread: drawUniform(random, 0.01, 0.06),
    pacePeriodMin: drawUniform(random, 90, 480),
    pickHeadroom: drawUniform(random, 1.08, 1.5),
    equipmentHeadroom: drawUniform(random, 1.25, 2.2),
    misreadShare: drawUniform(random, 0.002, 0.06),
    targetSpread: drawUniform(random, 0.01, 0.08),
    targetPeriodMin: drawUniform(random, 40, 240),
  };
}
