/** What holds on a line for one minute: who is there, how fast they work, what is released and where it goes. */
import type { Conditions } from './conditions.ts';
import { PROCESSES, type ByProcess, type LineLayout, type PathLayout } from './layout.ts';
import { streamOf, wander } from './random.ts';
import type { ShiftPlan } from './shift-plan.ts';

const MINUTE = 60_000;

/** Where the level is held is never further out. */
const TARGET_LOWEST = 0.15;
const TARGET_HIGHEST = 0.75;
/** The level is highest at this part of the way to the next departure. */
const WAVE_PEAK = 0.7;
/** The mix of goods changes. */
const SHARE_PERIOD = 150 * MINUTE;
/** Two waves of new work an hour. */
const WAVE_PERIOD = 30 * MINUTE;

export interface LineMinute {
  readonly ts: number;
  readonly layout: LineLayout;
  readonly conditions: Conditions;
  /** Persons at work; those in `conditions.extraHc` included. */
  hc: ByProcess<number>;
  onBreak: ByProcess<number>;
  /** Units per minute that one person passes. */
  upmPerPerson: ByProcess<number>;
  /** Units per minute: what is released before anybody looks at the buffers, and what pickers can do at most. */
  releaseUpm: number;
  pickLimitUpm: number;
  targetFill: number;
  /** Relative weights, in the order of the line's paths. */
  inductShares: number[];
  wallShares: number[];
  laneShares: number[];
  /** Backlog after a wave of new work at this minute; 0 where none comes. */
  waveUnits: number;
}

/** Names of the randomness of one line, found once. */
interface LineStreams {
  release: number;
  target: number;
  wave: number;
  demand: number;
  pace: ByProcess<number>;
  shares: Map<PathLayout, number>;
}

export interface LineRules {
  readonly layout: LineLayout;
  readonly plan: ShiftPlan;
  /** Of the draws within a step. */
  readonly stepStream: number;
  readonly streams: LineStreams;
}

export function createLineRules(layout: LineLayout, plan: ShiftPlan, seed: number): LineRules {
  const stream = (name: string) => streamOf(seed, `${layout.unitId}/${name}`);
  const { inducts, walls, lanes } = layout;
  return {
    layout,
    plan,
    stepStream: stream('step'),
    streams: {
      release: stream('release'),
      target: stream('target'),
      wave: stream('wave'),
      demand: stream('demand'),
      pace: { PICK: stream('PICK'), INDUCT: stream('INDUCT'), REBIN: stream('REBIN'), PACK: stream('PACK') },
      shares: new Map([...inducts, ...walls, ...lanes].map((path) => [path, stream(path.path)])),
    },
  };
}

/** @param ts epoch ms, a whole minute */
export function lineMinute(rules: LineRules, ts: number, conditions: Conditions): LineMinute {
  const { layout, plan, streams } = rules;
  const { habits } = layout;
  const { planned, present, onBreak } = plan.presence(layout, ts);
  const hc = { ...present };
  const upmPerPerson = { ...present };
  for (const process of PROCESSES) {
    const skill = 1 + habits.paceSpread * wander(streams.pace[process], ts, habits.pacePeriodMin * MINUTE);
    hc[process] = present[process] * conditions.headcount[process] + conditions.extraHc[process];
    upmPerPerson[process] = (layout.uph[process] / 60) * skill * conditions.pace[process];
  }
  const knots = 1 + habits.releaseSpread * wander(streams.release, ts, habits.releasePeriodMin * MINUTE);
  const wave = Math.cos(2 * Math.PI * (plan.departurePhase(ts) - WAVE_PEAK));
  const targetFill =
    layout.targetFill +
    layout.waveFill * wave +
    habits.targetSpread * wander(streams.target, ts, habits.targetPeriodMin * MINUTE) +
    conditions.targetFill;
  const sharesOf = (paths: readonly PathLayout[]) =>
    paths.map(
      (path) =>
        path.share *
        (conditions.share.get(path.path) ?? 1) *
        (conditions.mix.get(path.path) ?? 1) *
        Math.exp(habits.shareSpread * wander(streams.shares.get(path) ?? 0, ts, SHARE_PERIOD)),
    );
  const waveComes = conditions.demand && ts % WAVE_PERIOD === 0;
  const waveMin = habits.backlogMin * (1 + 0.15 * wander(streams.wave, ts, WAVE_PERIOD));
  return {
    ts,
    layout,
    conditions,
    hc,
    onBreak,
    upmPerPerson,
    // Whoever releases goes by the packers that are planned to be there.
    releaseUpm:
      planned.PICK > 0
        ? ((planned.PACK * layout.uph.PACK) / 60) * conditions.release * knots * releaseFactor(rules, ts)
        : 0,
    pickLimitUpm: hc.PICK * upmPerPerson.PICK * habits.pickHeadroom,
    targetFill: Math.min(TARGET_HIGHEST, Math.max(TARGET_LOWEST, targetFill)),
    inductShares: sharesOf(layout.inducts),
    wallShares: sharesOf(layout.walls),
    laneShares: sharesOf(layout.lanes),
    waveUnits: waveComes ? Math.max(0, Math.round(layout.flowUpm * waveMin)) : 0,
  };
}

/** What the habit of releasing, and demand that nobody planned for, make of what packers pass; 1 on average. */
function releaseFactor({ layout: { habits }, plan, streams }: LineRules, ts: number): number {
  const { release, releaseSwing, releaseShare, releaseWaveMin, demandSpread, demandPeriodMin } = habits;
  const demand = releaseShare * (1 + demandSpread * wander(streams.demand, ts, demandPeriodMin * MINUTE));
  if (release === 'CONTINUOUS') return demand;
  if (release === 'BY_DEPARTURE')
    return demand * (1 + releaseSwing * Math.cos(2 * Math.PI * (plan.departurePhase(ts) - WAVE_PEAK)));
  const inWave = (ts / MINUTE) % releaseWaveMin < releaseWaveMin / 2;
  return demand * (inWave ? 1 + releaseSwing : 1 - releaseSwing);
}
