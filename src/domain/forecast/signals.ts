/**
 * What a unit's timeseries says: level, flows, growth and the minutes left. Unknown is null; Infinity minutes
 * means "never, as it goes". Everything but the persons is in the unit of the level itself, so scaling all
 * measured units together changes no ratio and no time.
 */
import { median, theilSen } from '../statistics.ts';
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { Provenance, Staffing, Track, UnitSeries } from '../series.ts';

export interface Signals {
  wipUnits: number | null;
  capacityUnits: number | null;
  /** 0..1+ */
  fill: number | null;
  /** Units per minute. */
  inflowUpm: number | null;
  outflowUpm: number | null;
  /** Change of level, units per minute, robust over the last 30 minutes. */
  slopeUpm: number | null;
  slopeSpreadUpm: number | null;
  /** What tto rests on, what tts rests on, and the one to show. They differ only where flow and level disagree. */
  growthHighUpm: number | null;
  growthLowUpm: number | null;
  growthUpm: number | null;
  flowAndLevelDisagree: boolean;
  plannedOutflowUpm: number | null;
  /** Units per hour of a person who has work. */
  uph: number | null;
  /** What staff and equipment can pass now, units per minute. */
  capabilityUpm: number | null;
  /** What the stations behind the buffer draw: planned, else capability, else measured. */
  drawUpm: number | null;
  ttoMin: number | null;
  ttsMin: number | null;
  coverMin: number | null;
  /** Recirculating share of what the sorter carries, 0..1. */
  recircShare: number | null;
  recircRising: boolean;
  /** 0-100, after what flow and level say of each other. */
  quality: number;
}

/** What a plan says is not what flows. */
const NOT_A_FLOW: readonly Provenance[] = ['plan', 'unknown'];

export function signalsOf(series: UnitSeries, parameters: AlgorithmParameters): Signals {
  const p = parameters.signals;
  const capacityUnits =
    series.capacityUnits !== null && series.capacityUnits > 0 ? series.capacityUnits : null;
  const wipUnits = series.wip.values.at(-1) ?? null;
  const fill = wipUnits === null || capacityUnits === null ? null : wipUnits / capacityUnits;
  const inflowUpm = flowMedian(series.flowIn, p.flowWindowMin, p.flowMinMinutes);
  const outflowUpm = flowMedian(series.flowOut, p.flowWindowMin, p.flowMinMinutes);
  const slope = levelSlope(series, parameters);
  const growth = growthOf({
    series,
    parameters,
    fill,
    inflowUpm,
    outflowUpm,
    slopeUpm: slope?.slope ?? null,
  });

  const uph = series.staffing && productiveUph(series.staffing, p.idleShare);
  const capabilityUpm = capability(series, uph);
  const usualOutflow = flowMedian(series.flowOut, series.flowOut.values.length, p.flowMinMinutes);
  // A station that starves draws less: what it needs is what it drew before.
  const drawnUpm = outflowUpm === null ? null : Math.max(outflowUpm, usualOutflow ?? 0);
  const drawUpm = series.plannedOutflowUpm ?? capabilityUpm ?? drawnUpm;

  return {
    wipUnits,
    capacityUnits,
    fill,
    inflowUpm,
    outflowUpm,
    slopeUpm: slope?.slope ?? null,
    slopeSpreadUpm: slope?.spread ?? null,
    ...growth,
    plannedOutflowUpm: series.plannedOutflowUpm,
    uph,
    capabilityUpm,
    drawUpm,
    ttoMin: minutesToOverflow(wipUnits, capacityUnits, growth.growthHighUpm, p.limitFill),
    ttsMin: minutesToStarvation(wipUnits, growth.growthLowUpm),
    coverMin: minutesOfCover(wipUnits, drawUpm),
    ...recirculation(series, parameters),
    quality: growth.flowAndLevelDisagree
      ? lowered(series.quality.score, p.disagreementQuality, parameters.data.unknownQuality)
      : series.quality.score,
  };
}

/** Median of the known per-minute rates of the `windowMin` minutes that end `endOffset` minutes ago. */
export function flowMedian(
  track: Track,
  windowMin: number,
  minMinutes: number,
  endOffset = 0,
): number | null {
  const end = track.values.length - endOffset;
  const known: number[] = [];
  for (let index = Math.max(0, end - windowMin); index < end; index += 1) {
    const value = track.values[index];
    const provenance = track.provenance[index];
    if (typeof value === 'number' && provenance && !NOT_A_FLOW.includes(provenance)) known.push(value);
  }
  return known.length < minMinutes ? null : median(known);
}

/** Flows that are measured, and not only worked out from the level. */
export function hasOwnFlows(series: UnitSeries): boolean {
  return [series.flowIn, series.flowOut].every(
    (track) => track.values.some((value) => value !== null) && !isDerivedNow(track),
  );
}

/**
 * Mean rate of the `windowMin` minutes that end `endOffset` minutes ago: totes come in batches, of which a median
 * sees the gaps. Null where less than `meanKnownShare` of them is known.
 */
export function recentMean(
  track: Track,
  windowMin: number,
  { meanKnownShare }: Pick<AlgorithmParameters['signals'], 'meanKnownShare'>,
  endOffset = 0,
): number | null {
  const end = track.values.length - endOffset;
  let [sum, known] = [0, 0];
  for (let index = Math.max(0, end - windowMin); index < end; index += 1) {
    const value = track.values[index] ?? null;
    if (value === null) continue;
    sum += value;
    known += 1;
  }
  return known < meanKnownShare * windowMin ? null : sum / known;
}

function isDerivedNow(track: Track): boolean {
  return track.provenance[track.values.findLastIndex((value) => value !== null)] === 'derived';
}

/** Minutes until the buffer is full at this growth; 0 at the limit, Infinity where it does not fill, null unknown. */
export function minutesToOverflow(
  wip: number | null,
  capacity: number | null,
  growth: number | null,
  limitFill: number,
): number | null {
  if (wip === null || capacity === null) return null;
  if (wip >= limitFill * capacity) return 0;
  if (growth === null) return null;
  return growth > 0 ? (limitFill * capacity - wip) / growth : Infinity;
}

/** Minutes until the buffer is empty at this growth; 0 where it is empty and nothing comes. */
export function minutesToStarvation(wip: number | null, growth: number | null): number | null {
  if (wip === null || growth === null) return null;
  if (growth < 0) return Math.max(0, wip) / -growth;
  return wip <= 0 && growth === 0 ? 0 : Infinity;
}

export function minutesOfCover(wip: number | null, drawUpm: number | null): number | null {
  if (wip === null || drawUpm === null) return null;
  if (wip <= 0) return 0;
  return drawUpm > 0 ? wip / drawUpm : Infinity;
}

/** Units per hour and person while there is work: waiting for totes is not slowness. */
export function productiveUph(staffing: Staffing, idleShare: number): number | null {
  const { uphActual, uphPlan, hcActive, hcIdle } = staffing;
  if (uphActual === null || uphActual <= 0) return uphPlan !== null && uphPlan > 0 ? uphPlan : null;
  const idle = hcActive !== null && hcActive > 0 && hcIdle !== null ? Math.min(1, hcIdle / hcActive) : 0;
  if (idle <= idleShare) return uphActual;
  if (uphPlan !== null && uphPlan > 0) return uphPlan;
  return idle < 1 ? uphActual / (1 - idle) : uphActual;
}

function capability(series: UnitSeries, uph: number | null): number | null {
  const equipment = series.unit.override?.equipmentLimitUpm ?? null;
  const hc = series.staffing?.hcActive ?? null;
  const share = series.shares?.outflow ?? 1;
  const staff = hc === null || uph === null ? null : (hc * uph * share) / 60;
  if (staff === null) return equipment;
  return equipment === null ? staff : Math.min(staff, equipment);
}

function levelSlope(
  series: UnitSeries,
  parameters: AlgorithmParameters,
): { slope: number; spread: number } | null {
  const p = parameters.signals;
  // Rarely sampled units need a longer window to see enough levels.
  const windowMin = Math.max(p.slopeWindowMin, p.slopeMinSamples * (series.samplingMin ?? 0));
  const points = series.levelSamples
    .filter(({ ts }) => ts <= series.snapshotTs && ts >= series.snapshotTs - windowMin * 60_000)
    .map(({ ts, wipUnits }) => ({ ts, value: wipUnits }));
  const times = points.map(({ ts }) => ts);
  const spanMin = points.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 60_000;
  if (points.length < p.slopeMinSamples || spanMin < p.slopeMinSpanMin) return null;
  return theilSen(points);
}

function growthOf(input: {
  series: UnitSeries;
  parameters: AlgorithmParameters;
  fill: number | null;
  inflowUpm: number | null;
  outflowUpm: number | null;
  slopeUpm: number | null;
}): Pick<Signals, 'growthHighUpm' | 'growthLowUpm' | 'growthUpm' | 'flowAndLevelDisagree'> {
  const { series, fill, inflowUpm, outflowUpm, slopeUpm } = input;
  const p = input.parameters.signals;
  // A flow worked out from the level only repeats the level's own slope.
  const independent = ![series.flowIn, series.flowOut].some(isDerivedNow);
  const flowTrusted = independent && series.quality.flowScore >= p.flowQuality;
  const byFlow = inflowUpm === null || outflowUpm === null || !flowTrusted ? null : inflowUpm - outflowUpm;
  const agreed = (growth: number | null) => ({
    growthHighUpm: growth,
    growthLowUpm: growth,
    growthUpm: growth,
    flowAndLevelDisagree: false,
  });
  if (byFlow === null || slopeUpm === null) return agreed(byFlow ?? slopeUpm);

  const difference = Math.abs(byFlow - slopeUpm);
  const material =
    difference * p.disagreementWithinMin > p.disagreementCapacityShare * (series.capacityUnits ?? Infinity);
  if (material && difference > p.disagreementShare * Math.max(Math.abs(byFlow), Math.abs(slopeUpm))) {
    const growthHighUpm = Math.max(byFlow, slopeUpm);
    const growthLowUpm = Math.min(byFlow, slopeUpm);
    const growthUpm = (fill ?? 1) >= p.disagreementHighFill ? growthHighUpm : growthLowUpm;
    return { growthHighUpm, growthLowUpm, growthUpm, flowAndLevelDisagree: true };
  }
  // At the limit the level cannot rise any more, and a hard fault is ahead of it: the flows need no confirmation.
  const needsNoConfirmation =
    (fill !== null && fill >= p.limitFill) ||
    series.device.state === 'FAULT' ||
    series.device.state === 'ESTOP';
  const confirmed = needsNoConfirmation || Math.sign(byFlow) === Math.sign(slopeUpm);
  return agreed(confirmed ? byFlow : slopeUpm);
}

function recirculation(
  series: UnitSeries,
  parameters: AlgorithmParameters,
): Pick<Signals, 'recircShare' | 'recircRising'> {
  const { flowWindowMin, flowMinMinutes } = parameters.signals;
  const shareAt = (endOffset: number): number | null => {
    const recirc = flowMedian(series.recirc, flowWindowMin, flowMinMinutes, endOffset);
    const out = flowMedian(series.flowOut, flowWindowMin, flowMinMinutes, endOffset);
    if (recirc === null || out === null) return null;
    return recirc + out > 0 ? recirc / (recirc + out) : 0;
  };
  const now = shareAt(0);
  const before = shareAt(flowWindowMin);
  return { recircShare: now, recircRising: now !== null && before !== null && now > before };
}

/** Lowers a quality by `points`, but never below `floor` on this account alone. */
function lowered(score: number, points: number, floor: number): number {
  return Math.min(score, Math.max(floor, score - points));
}
