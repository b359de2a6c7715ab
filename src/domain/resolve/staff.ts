/** Staff wanted against staff to spare, and what one pool has to give. Persons are counted per workpool and process. */
import type { Staffing } from '../series.ts';
import { findBroughtStaff } from './moves.ts';
import {
  byUrgency,
  mayCover,
  nameOf,
  place,
  stands,
  type Draft,
  type Finding,
  type DraftPlan,
} from './draft-plan.ts';

interface Transfer {
  remove: Draft;
  persons: number;
}

/**
 * Offers what every REMOVE_STAFF would send away to the ADD_STAFF in need, the most urgent first; each takes from its
 * own process before another one, from its own workpool before another one. In one process the numbers net out (what
 * is still missing stays ADD_STAFF; where nothing is missing the persons only move), between processes they move.
 */
export function matchStaff(plan: DraftPlan): Finding[] {
  const standing = plan.drafts.filter((draft) => stands(draft) && draft.process !== null);
  const removes = standing.filter((draft) => draft.action === 'REMOVE_STAFF');
  const spare = new Map(removes.map((remove) => [remove, remove.quantity]));
  const takers = new Map<Draft, Draft>();
  const movedHere = new Map<Draft, string>();
  const findings: Finding[] = [];

  for (const add of standing.filter((draft) => draft.action === 'ADD_STAFF').toSorted(byUrgency)) {
    const transfers: Transfer[] = [];
    let missing = add.quantity;
    for (const remove of removes.toSorted((a, b) => nearness(plan, add, a) - nearness(plan, add, b))) {
      const left = spare.get(remove) ?? null;
      if (!mayCover(add, remove) || left === 0 || missing === 0) continue;
      const undone = findBroughtStaff(plan, remove, add);
      if (undone !== undefined) {
        const detail = `these persons came by ${undone.action} of ${undone.unitId}, notified at ${undone.cycleId}`;
        movedHere.set(remove, detail);
        continue;
      }
      if (!takers.has(remove)) takers.set(remove, add);
      // Where either number is not known nobody is sent away, and the need stands as proposed.
      if (missing === null || left === null) {
        spare.set(remove, 0);
        continue;
      }
      const persons = Math.min(missing, left);
      transfers.push({ remove, persons });
      spare.set(remove, left - persons);
      missing -= persons;
    }
    if (transfers.length > 0) findings.push(...receive(add, transfers, missing ?? 0));
  }
  for (const [remove, detail] of movedHere)
    if (!takers.has(remove)) findings.push({ kind: 'hold', draft: remove, rule: 'move_back', detail });
  for (const [remove, add] of takers) findings.push(give(remove, add, spare.get(remove) ?? 0));
  return findings;
}

function receive(add: Draft, transfers: Transfer[], missing: number): Finding[] {
  const own = transfers.filter(({ remove }) => remove.process === add.process);
  const other = transfers.filter(({ remove }) => remove.process !== add.process);
  const wanted = add.quantity ?? 0;
  const netted = wanted - total(own);
  const said = transfers
    .map(({ remove, persons }) => `${persons} ${remove.process} from ${remove.unitId}`)
    .join(', ');
  const rest = missing > 0 ? `; ${missing} more to be added` : '';
  const detail = `${wanted} ${add.process} wanted; to spare: ${said}${rest}`;
  const findings: Finding[] = [];
  if (own.length > 0) {
    const sentence = `${add.actionUnitId}: add ${netted} to ${add.process}, beside ${said}.`;
    const change = { quantity: netted, sentence };
    findings.push({ kind: 'amend', draft: add, rule: 'staff_nets_out', detail, change });
  }
  const movers = netted === 0 ? own : other;
  if (movers.length > 0) {
    // The unit to act on stays the one that receives; who gives is in the sentence and in the rule's detail.
    const change = {
      action: 'MOVE_STAFF',
      quantity: total(movers),
      fromProcess: onlyProcess(movers),
      sentence: `Move ${said} to ${add.process} at ${add.actionUnitId}${rest}.`,
    } as const;
    const rule = netted === 0 ? 'staff_nets_out' : 'staff_moves';
    findings.push({ kind: 'amend', draft: add, rule, detail, change });
  }
  return findings;
}

function give(remove: Draft, add: Draft, left: number): Finding {
  const rule = remove.process === add.process ? 'staff_nets_out' : 'staff_moves';
  const given = remove.quantity === null ? 'its persons' : `${remove.quantity - left} of ${remove.quantity}`;
  const detail = `${given} wanted by ${nameOf(add)}`;
  if (left === 0) return { kind: 'cover', draft: remove, rule, detail, by: add };
  const sentence = `${remove.unitId}: ${left} more can leave ${remove.process} than ${add.unitId} needs.`;
  return { kind: 'amend', draft: remove, rule, detail, change: { quantity: left, sentence } };
}

/** Shares one pool among several that draw on it. A single one is bounded where it is proposed. */
export function sharePool(plan: DraftPlan): Finding[] {
  const drawing = new Map<string, Draft[]>();
  for (const draft of plan.drafts) {
    if (!stands(draft) || draft.action !== 'ADD_STAFF' || draft.process === null || draft.quantity === null)
      continue;
    const { workpool } = place(plan, draft.unitId);
    const key = `${workpool} ${draft.process}`;
    drawing.set(key, [...(drawing.get(key) ?? []), draft]);
  }
  return [...drawing]
    .filter(([, drafts]) => drafts.length > 1)
    .flatMap(([key, drafts]) => shareOne(plan, key, drafts.toSorted(byUrgency)));
}

function shareOne(plan: DraftPlan, key: string, drafts: Draft[]): Finding[] {
  const pool = poolOf(plan, drafts);
  if (pool === null) {
    const detail = `${key}: how many persons the pool of ${drafts.map(nameOf).join(', ')} has is not known`;
    return [{ kind: 'skip', rule: 'pool_shared', detail }];
  }
  let left = pool;
  return drafts.flatMap((draft): Finding[] => {
    const wanted = draft.quantity ?? 0;
    const granted = Math.min(wanted, left);
    left -= granted;
    if (granted === wanted) return [];
    const detail = `${granted} of ${wanted} persons: the pool of ${key} has ${pool}, and a shorter time to the limit goes first`;
    const change =
      granted > 0
        ? {
            quantity: granted,
            sentence: `${draft.actionUnitId}: add ${granted} to ${draft.process}, all that are left.`,
          }
        : // Action is required all the same, and people must know why nothing can be proposed.
          ({
            action: 'NONE',
            quantity: null,
            quantityUnit: null,
            process: null,
            fromProcess: null,
            sentence: `${draft.unitId} needs ${wanted} in ${draft.process}, but nobody is left: others are more urgent.`,
          } as const);
    return [{ kind: 'amend', draft, rule: 'pool_shared', detail, change }];
  });
}

/**
 * An override of the pool wins, a TOTAL's before a unit's, where it is about this process; else the shift's staff that
 * is not yet active.
 */
function poolOf(plan: DraftPlan, drafts: Draft[]): number | null {
  const first = drafts[0];
  if (first === undefined) return null;
  const { workpool } = place(plan, first.unitId);
  const series = [...plan.series.values()]
    .filter((unit) => unit.unit.workpool === workpool)
    .toSorted((a, b) => Number(b.unit.unitType === 'TOTAL') - Number(a.unit.unitType === 'TOTAL'));
  const drawing = new Set(drafts.map((draft) => draft.unitId));
  const override = series
    .filter(({ unit }) => drawing.has(unit.unitId) && unit.process === first.process)
    .map((unit) => unit.unit.override?.hcPool ?? null)
    .find((pool) => pool !== null);
  if (override !== undefined) return override;
  const staffing = series
    .flatMap((unit) => [unit.staffing, unit.picking])
    .filter((one): one is Staffing => one?.process === first.process && one.share > 0)
    .toSorted((a, b) => b.share - a.share)
    .find((one) => one.hcShift !== null && one.hcActive !== null);
  if (staffing === undefined || staffing.hcShift === null || staffing.hcActive === null) return null;
  return Math.max(0, Math.floor((staffing.hcShift - staffing.hcActive) / staffing.share));
}

/** 0 same process and workpool, 1 same process, 2 same workpool, 3 neither. */
function nearness(plan: DraftPlan, add: Draft, remove: Draft): number {
  const otherPool = place(plan, add.unitId).workpool !== place(plan, remove.unitId).workpool;
  return (add.process === remove.process ? 0 : 2) + (otherPool ? 1 : 0);
}

/** null where they come from several. */
function onlyProcess(transfers: Transfer[]): string | null {
  const [first, ...others] = new Set(transfers.map(({ remove }) => remove.process));
  return others.length > 0 ? null : (first ?? null);
}

function total(transfers: Transfer[]): number {
  return transfers.reduce((sum, { persons }) => sum + persons, 0);
}
