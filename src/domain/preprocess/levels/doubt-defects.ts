/** What is not believed of one path, in words: who denies whom, for how long, and what is gone by instead. */
import { toDecimals, UNITS_DECIMALS } from '../../digits.ts';
import type { Defect, Doubt } from '../../series.ts';
import { span } from '../../words/amounts.ts';
import type { FlowSums } from '../flows/flow-sums.ts';
import type { LevelAt } from './level-at.ts';
import { DOUBT_TOLD_MIN, MINUTE_MS, OVER_CAPACITY_FACTOR } from '../limits.ts';
import type { ToldLevel } from './inquiry.ts';
import type { Reconciled } from './reconcile.ts';

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
  const lasted = (ts: number): string => span((snapshotTs - ts) / MINUTE_MS);
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
      `${denialText(level, lasted(level.since), found)}; ${insteadText(found.now)}`,
      found.now.value === null,
    );
  if (drift)
    add(
      drift,
      'wes_stock',
      `level and counters have told different changes for ${lasted(drift.since)}${drift.estimate ? `, counted on from ${Math.round(drift.estimate.units)} units ${lasted(drift.estimate.ts)} ago` : ''}; nothing is called recovered by it`,
    );
  if (flow)
    add(
      flow,
      'wcs_counters',
      `what WCS has counted in and out for ${lasted(flow.since)} fits no level that the buffer could hold; gone by the level of WES alone`,
    );
  return defects;
}

function denialText(
  doubt: Doubt,
  lasted: string,
  { suspect, flows, now }: Parameters<typeof doubtDefects>[1],
): string {
  if (suspect === null)
    return `WES told nothing within the hour that could end a doubt of ${lasted} (${doubt.name})`;
  const level = `WES says ${round(suspect.wipUnits)} units`;
  if (suspect.fault !== null) return `${impossibleText(suspect)} for ${lasted}`;
  if (!flows.isMeasured) return `${level}, a change that for ${lasted} nothing on this line could have made`;
  if (doubt.name === 'STUCK_SENSOR') {
    const flowed = flows.between(doubt.since, suspect.ts);
    return `${level}, unchanged for ${lasted}${flowed ? ` while ${balanceText(flowed.net)}` : ''}`;
  }
  if (doubt.name === 'WRONG_UNIT')
    return now.value === null
      ? `${level}, and for ${lasted} has told changes at another scale than what went in and out: totes, percent or thousands instead of units?`
      : `${level}, for ${lasted} ${factorText(suspect.wipUnits, now.value)} what went in and out makes of it: totes, percent or thousands instead of units?`;
  return `${level}, which for ${lasted} has not fitted what went in and out`;
}

function balanceText(net: number): string {
  const units = Math.round(Math.abs(net));
  return net > 0 ? `${units} more came in than left` : `${units} more left than came in`;
}

function insteadText({ value, offBy }: LevelAt): string {
  return value === null
    ? 'nobody knows the level'
    : `by the counters ${Math.round(value)} lie there, give or take ${Math.ceil(offBy)}`;
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
  return String(toDecimals(value, UNITS_DECIMALS));
}
