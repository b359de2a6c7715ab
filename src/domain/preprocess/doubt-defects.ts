/** What is not believed of one path, in words: who denies whom, since when, and what is gone by instead. */
import type { Defect, Doubt } from '../series.ts';
import type { FlowSums } from './flow-sums.ts';
import type { LevelAt } from './level-at.ts';
import { DOUBT_TOLD_MIN, MINUTE_MS, OVER_CAPACITY_FACTOR } from './limits.ts';
import type { Reconciled, ToldLevel } from './reconcile.ts';

export function doubtDefects(
  path: string,
  found: Pick<Reconciled, 'open' | 'suspect'> & {
    told: readonly ToldLevel[];
    flows: FlowSums;
    now: LevelAt;
    snapshotTs: number;
  },
): Defect[] {
  const { snapshotTs } = found;
  const { level, drift, flow } = found.open;
  const defects: Defect[] = [];
  const add = (doubt: Doubt, source: Defect['source'], detail: string, hard = false): void => {
    const defect = { name: doubt.name, source, detail: `path ${path}: ${detail}`, hard, since: doubt.since };
    const lasts = snapshotTs - doubt.since >= DOUBT_TOLD_MIN * MINUTE_MS;
    defects.push(lasts ? { ...defect, tell: true } : defect);
  };
  for (const fault of ['NEGATIVE', 'OVER_CAPACITY'] as const) {
    const bad = found.told.filter((each) => each.fault === fault);
    const newest = bad.at(-1);
    if (!newest || level?.name === fault) continue;
    defects.push({
      name: fault,
      source: 'wes_stock',
      detail: `path ${path}: ${impossibleText(newest)}; ${bad.length} readings left out`,
      hard: false,
    });
  }
  if (level && level.name !== 'LATE')
    add(
      level,
      'wes_stock',
      `${denialText(level, found)}; ${insteadText(found.now)}`,
      found.now.value === null,
    );
  if (drift)
    add(
      drift,
      'wes_stock',
      `level and counters part since ${clock(drift.since)}${drift.estimate ? `: by in - out it would be ${Math.round(drift.estimate.units)} at ${clock(drift.estimate.ts)}` : ''}; no recovery rests on it`,
    );
  if (flow)
    add(
      flow,
      'wcs_counters',
      `in - out since ${clock(flow.since)} fits no level that the buffer could hold; gone by the level alone`,
    );
  return defects;
}

function denialText(doubt: Doubt, { suspect, flows, now }: Parameters<typeof doubtDefects>[1]): string {
  const since = `since ${clock(doubt.since)}`;
  if (suspect === null) return `no level that could end the doubt (${doubt.name}) of the one ${since}`;
  const level = `level ${round(suspect.wipUnits)}`;
  if (suspect.fault !== null) return `${impossibleText(suspect)} ${since}`;
  if (doubt.name === 'STUCK_SENSOR') {
    const flowed = flows.between(doubt.since, suspect.ts);
    return `${level} unchanged ${since}${flowed ? ` while in - out was ${Math.round(flowed.net)} units` : ''}`;
  }
  if (doubt.name === 'WRONG_UNIT')
    return now.value === null
      ? `${level} ${since} moves at another scale than in - out: totes, percent or thousands for units?`
      : `${level} ${since}, ${factorText(suspect.wipUnits, now.value)} what in - out makes of it: totes, percent or thousands for units?`;
  return `${level} ${since} is denied by in - out`;
}

function insteadText({ value, offBy }: LevelAt): string {
  return value === null
    ? 'nobody knows the level'
    : `by the counters it is ${Math.round(value)}, give or take ${Math.ceil(offBy)}`;
}

function impossibleText({ wipUnits, fault }: ToldLevel): string {
  return fault === 'NEGATIVE'
    ? `wip_units ${round(wipUnits)} below 0`
    : `wip_units ${round(wipUnits)} above ${OVER_CAPACITY_FACTOR * 100} % of capacity_units`;
}

function factorText(told: number, expected: number): string {
  if (told <= 0 || expected <= 0) return 'not';
  return told < expected ? `1/${round(expected / told)} of` : `${round(told / expected)} times`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function clock(ts: number): string {
  return `${new Date(ts).toISOString().slice(11, 16)} UTC`;
}
