/** The first part of an explanation: what was known of the unit, from where, how fresh and how good. */
import { HARD_FAULT_QUALITY, QUALITY_WEIGHTS } from '../preprocess/limits.ts';
import {
  seenLevels,
  type Provenance,
  type Quality,
  type Staffing,
  type Track,
  type UnitSeries,
} from '../series.ts';
import type { SourceOutcome, SourceOutcomes } from '../source-rows.ts';
import { SOURCES } from '../vocabulary.ts';
import { counted, field, instant, number, percent, UNKNOWN, wrap } from './text.ts';

const PROVENANCE: Record<Provenance, string> = {
  measured: 'measured',
  bridged: 'bridged by adding up the flows since the last measurement',
  carried: 'carried on from the last measurement',
  estimated: 'estimated from an older level and the flows since',
  derived: 'derived from changes of the level',
  plan: 'taken from the plan',
  unknown: UNKNOWN,
};

const QUALITY_PARTS = [
  'level',
  'flow',
  'headcount',
  'conservation',
] as const satisfies (keyof Quality['parts'])[];

export function explainSources(sources: SourceOutcomes): string[] {
  return SOURCES.flatMap((name) => field(name, sourceText(sources[name])));
}

function sourceText(outcome: SourceOutcome): string {
  const took = `${number(outcome.durationMs / 1000)} s`;
  if (outcome.status === 'absent') return `ABSENT after ${took}: ${outcome.error || 'no cause was recorded'}`;
  const left = outcome.rejected === 0 ? 'none left out' : `${outcome.rejected} left out`;
  const problems = outcome.problems.length === 0 ? '' : ` (${outcome.problems.join('; ')})`;
  return `answered in ${took}: ${outcome.rows} rows, ${left}${problems}`;
}

export function explainData(series: UnitSeries | undefined, timezone: string): string[] {
  if (series === undefined)
    return wrap(
      'No timeseries could be made of this unit in this cycle: nothing is known of it, good or bad.',
      2,
    );
  return [
    ...field('unit', unitText(series)),
    ...field('level', levelText(series, timezone)),
    ...field('inflow', trackText(series.flowIn, series.snapshotTs, timezone)),
    ...field('outflow', trackText(series.flowOut, series.snapshotTs, timezone)),
    ...field('recirculation', trackText(series.recirc, series.snapshotTs, timezone)),
    ...field('planned flow', plannedText(series)),
    ...field('staff', staffText(series.staffing, timezone)),
    ...field('picking', staffText(series.picking, timezone)),
    ...field('demand', demandText(series, timezone)),
    ...field('schedule', scheduleText(series.scheduled)),
    ...field('devices', deviceText(series)),
    ...field('conservation', conservationText(series)),
    ...field('quality', qualityText(series)),
    ...explainDefects(series),
  ];
}

function unitText({ unit, capacityUnits }: UnitSeries): string {
  const what = [unit.unitType, unit.stage && `stage ${unit.stage}`, unit.bufferKind]
    .filter(Boolean)
    .join(', ');
  const paths = unit.sourcePaths.length === 0 ? 'no path' : unit.sourcePaths.join(', ');
  const override = unit.override === null ? '' : '; has an entry in unit_override';
  return `${what}; workpool ${unit.sourceWorkpool}, from ${paths}; capacity ${counted(capacityUnits, 'units')}${override}`;
}

function levelText(series: UnitSeries, timezone: string): string {
  const wipUnits = series.wip.values.at(-1) ?? null;
  const provenance = series.wip.provenance.at(-1) ?? 'unknown';
  const fill =
    wipUnits === null || series.capacityUnits === null || series.capacityUnits <= 0
      ? null
      : wipUnits / series.capacityUnits;
  const newest = seenLevels(series).at(-1);
  const freshness =
    newest === undefined
      ? 'no measurement in the last hour'
      : `last measured at ${instant(newest.ts, timezone)}, ${minutesOld(newest.ts, series.snapshotTs)}, as ${number(newest.wipUnits)} units`;
  const sampling = series.samplingMin === null ? '' : `; one every ${number(series.samplingMin)} min`;
  const now =
    wipUnits === null
      ? UNKNOWN
      : `${number(wipUnits)} units (${percent(fill)} full), ${PROVENANCE[provenance]}${from(series.wip)}`;
  return `${now}; ${freshness}${sampling}`;
}

function trackText(track: Track, snapshotTs: number, timezone: string): string {
  const index = track.values.findLastIndex((value) => value !== null);
  if (index < 0) return `${UNKNOWN} in the last hour${from(track)}`;
  const ageMin = track.values.length - 1 - index;
  const ts = snapshotTs - ageMin * 60_000;
  const known = track.values.slice(-10).filter((value) => value !== null).length;
  const window = Math.min(10, track.values.length);
  return (
    `${number(track.values[index])} units a minute at ${instant(ts, timezone)}, ${minutesOld(ts, snapshotTs)}, ` +
    `${PROVENANCE[track.provenance[index] ?? 'unknown']}${from(track)}; known in ${known} of the last ${window} minutes`
  );
}

function from(track: Track): string {
  return track.source === null ? '' : ` from ${track.source}`;
}

function minutesOld(ts: number, snapshotTs: number): string {
  const ageMin = Math.round((snapshotTs - ts) / 60_000);
  return ageMin <= 0 ? 'fresh' : `${ageMin} min old`;
}

function plannedText(series: UnitSeries): string {
  return `in ${counted(series.plannedInflowUpm, 'units a minute')}, out ${counted(series.plannedOutflowUpm, 'units a minute')}`;
}

function staffText(staffing: Staffing | null, timezone: string): string {
  if (staffing === null) return `${UNKNOWN}: no row of its process`;
  const parts = [
    `${staffing.process}: ${number(staffing.hcActive)} active (${PROVENANCE[staffing.provenance]})`,
    `${number(staffing.hcIdle)} of them idle, ${number(staffing.hcBreak)} on a break`,
    `${number(staffing.hcPlan)} planned now, ${number(staffing.hcShift)} in the shift`,
    `${counted(staffing.uphActual, 'units per hour and person')}, planned ${number(staffing.uphPlan)}`,
  ];
  if (staffing.shareBy !== null)
    parts.push(`this unit's share of the process: ${percent(staffing.share)}, by ${staffing.shareBy}`);
  if (staffing.nextBreakStart !== null && staffing.nextBreakEnd !== null)
    parts.push(
      `break from ${instant(staffing.nextBreakStart, timezone)} to ${instant(staffing.nextBreakEnd, timezone)}`,
    );
  return parts.join('; ');
}

function demandText(series: UnitSeries, timezone: string): string {
  const departure = series.cptTs === null ? UNKNOWN : instant(series.cptTs, timezone);
  return (
    `backlog ${counted(series.backlogUnits, 'units')}, due ${counted(series.unitsDueByCpt, 'units')}; ` +
    `next departure ${departure}`
  );
}

function scheduleText(scheduled: boolean | null): string {
  if (scheduled === null) return 'no plan is known, so the unit counts as scheduled';
  return scheduled ? 'scheduled now' : 'not scheduled now';
}

function deviceText({ device }: UnitSeries): string {
  if (device.state === null) return UNKNOWN;
  const faults = device.faults.length === 0 ? '' : `, fault ${device.faults.join(', ')}`;
  const devices = device.devices.length === 0 ? '' : ` (${device.devices.join(', ')})`;
  return `${device.state}${faults}${devices}`;
}

function conservationText({ conservation }: UnitSeries): string {
  if (conservation === null) return 'cannot be computed: it needs the level and both flows';
  return (
    `over 30 min the level and the flows differ by ${number(conservation.residualUnits)} units, ` +
    `${percent(conservation.shareOfCapacity)} of the capacity`
  );
}

function qualityText(series: UnitSeries): string {
  const { quality } = series;
  const parts = QUALITY_PARTS.map((part) => {
    const score = quality.parts[part];
    if (score === null) return `${part} has no source and no weight`;
    return `${part} ${number(score)} (weight ${QUALITY_WEIGHTS[part]})`;
  });
  const hard = series.defects.some((defect) => defect.hard);
  const cap = hard ? `; capped at ${HARD_FAULT_QUALITY} by a hard fault` : '';
  return (
    `${number(quality.score)} of 100: ${parts.join(', ')}; times coverage ${percent(quality.coverage)} ` +
    `of the capacity${cap}; flows alone ${number(quality.flowScore)}`
  );
}

function explainDefects({ defects }: UnitSeries): string[] {
  if (defects.length === 0) return field('defects', 'none found');
  return defects.flatMap((defect, index) => {
    const source = defect.source === null ? '' : ` in ${defect.source}`;
    const hard = defect.hard ? ' (hard fault)' : '';
    return field(index === 0 ? 'defects' : '', `${defect.name}${source}${hard}: ${defect.detail}`);
  });
}
