// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What people are asked to do, put into words once: verb, number, who, from where to where. Plain, unescaped. */
import type { Cause, Direction, State } from '../vocabulary.ts';
import type { Instruction } from '../suppress/contract.ts';
import { sourceOf } from '../units.ts';
import { amount, people } from './amounts.ts';
import { fromTo, isTotal, isWarehouse, roleOf, shortName, toldBy, workpoolOf } from './places.ts';

/** An instruction, and what it is about. */
export interface Instructed extends Omit<Instruction, 'process' | 'fromProcess'> {
  /** Whose people; null or absent: nobody's, or not recorded. */
  process?: string | null;
  /** Of MOVE_STAFF: whose people go. */
  fromProcess?: string | null;
  /** The unit in trouble. */
  unitId: string;
  direction: Direction;
  /** Of the unit; absent: not recorded. */
  state?: State;
  /** Absent in the answer of an older worker. */
  cause?: Cause | undefined;
  /** Why people are told now: without data an older number promises nothing. */
  reason?: string;
  /** Half a sentence: why this and nothing else. Where the right answer is to wait, it is told with it. */
  because?: string;
}

interface Phrase {
  /** The imperative; a deadline may follow it. */
  act: string;
  /** What is left to judge on the floor, in brackets; empty where the number is known. */
  judge: string;
  /** What is waited for; empty where the action says it all. */
  why: string;
  /** Nothing is to be done by a certain time. */
  waits: boolean;
}

/** `Add 3 packers to SINGLES by 11:27 CET`, without a full stop. @param until e.g. `11:27 CET`; empty: no deadline */
export function instruct(of: Instructed, until = ''): string {
  return headline(of, until, Infinity);
}

/** The same in at most `max` characters, as long as names allow: what is left to judge goes first, then the deadline. */
export function headline(of: Instructed, until: string, max: number): string {
  const { act, judge, why, waits } = phraseOf(of);
  // Not twice "by": by 30 % before 11:27.
  const timed = until === '' || waits ? act : `${act} ${act.includes(' by ') ? 'before' : 'by'} ${until}`;
  return (
    [`${timed}${judge}${why === '' ? '' : `: ${why}`}`, timed].find(({ length }) => length <= max) ?? act
  );
}

/** Takes back a throttle or a stop that is still in force once the risk is over: how much of it is, nobody sees by now. */
export function instructUndo(of: Instructed): string {
  return `${raise(of)} back to normal, step by step`;
}

function raise({ action, actionUnitId }: Instructed): string {
  if (isWarehouse({ unitId: actionUnitId })) return 'Raise the inflow of what stood still';
  return action === 'RELEASE_INDUCT'
    ? `Raise the inflow of ${shortName(actionUnitId)}`
    : `Raise picking for all of ${workpoolOf(actionUnitId)}`;
}

export function phraseOf(of: Instructed): Phrase {
  const where = shortName(of.actionUnitId);
  if (of.reason === 'stale')
    return waiting(`Check the data of ${shortName(of.unitId)} and look at the floor`);
  switch (of.action) {
    case 'ADD_STAFF':
      return doing(`Add ${people(of.quantity, of.process)} to ${placeOfWork(of)}`, manyOf(of));
    case 'REMOVE_STAFF':
      return doing(`Take ${people(of.quantity, of.process)} off ${placeOfWork(of)}`, manyOf(of));
    case 'MOVE_STAFF':
      return doing(move(of), manyOf(of));
    case 'THROTTLE_INDUCT':
      return of.cause === 'JAM'
        ? doing(`Send goods past ${where}, clear its jam and throttle its inflow${by(of)}`, muchOf(of))
        : doing(`Throttle the inflow of ${where}${by(of)}`, muchOf(of));
    case 'THROTTLE_PICKING_ALL':
      return doing(`Throttle picking for all of ${workpoolOf(of.actionUnitId)}${by(of)}`, muchOf(of));
    case 'RELEASE_INDUCT':
    case 'RELEASE_PICKING_ALL':
      return doing(`${raise(of)} again${by(of)}`, muchOf(of));
    case 'REBALANCE_CAPACITY':
      return doing(of.cause === 'JAM' && of.direction === 'HIGH' ? clearing(of) : rebalance(of), muchOf(of));
    case 'EMERGENCY_STOP':
      if (isWarehouse(of)) return waiting('Find what stands still and STOP what flows there now', of.because);
      return waiting(`STOP the inflow of ${where} now`);
    case 'CHECK_DATA':
      if (isWarehouse(of) && of.state !== undefined && of.state !== 'UNKNOWN')
        return waiting(`Check the names in the sources of ${where}`);
      return waiting(`Check ${dataOf(of.actionUnitId)} and look at the floor`);
    default:
      return wait(of);
  }
}

function dataOf(unitId: string): string {
  const source = sourceOf(unitId);
  return source === null ? `the data of ${shortName(unitId)}` : toldBy(source);
}

function doing(act: string, judge: string): Phrase {
  return { act, judge, why: '', waits: false };
}

/** Now or not at all: no time is set for it. */
function waiting(act: string, why = ''): Phrase {
  return { act, judge: '', why, waits: true };
}

/** `SINGLES`; where its people have no name of their own, `VAS in SINGLES`. */
function placeOfWork({ process, actionUnitId }: Instructed): string {
  const where = shortName(actionUnitId);
  return process && roleOf(process) === null ? `${process} in ${where}` : where;
}

/** `Move 12 people from PACK to PICK in APPAREL`; within one process from elsewhere: `Move 2 packers to SINGLES`. */
function move({ quantity, process, fromProcess, actionUnitId }: Instructed): string {
  const where = shortName(actionUnitId);
  if (!process) return `Move ${people(quantity)} to ${where}`;
  if (fromProcess === process) return `Move ${people(quantity, process)} to ${where}`;
  const from = fromProcess ? ` from ${fromProcess}` : '';
  return `Move ${people(quantity)}${from} to ${process} in ${where}`;
}

/** What is jammed has to be cleared whatever else is done. */
function clearing(of: Instructed): string {
  const flow = rebalance(of);
  return `Clear the jam of ${shortName(of.unitId)} and ${flow.charAt(0).toLowerCase()}${flow.slice(1)}`;
}

/** From the full one to the empty one. */
function rebalance({ unitId, actionUnitId, direction, quantity, quantityUnit }: Instructed): string {
  // Less than one a minute is no number to act on.
  const how = quantityUnit === 'upm' && (quantity ?? 0) < 1 ? '' : amount(quantity, quantityUnit);
  if (actionUnitId === unitId)
    return `Send ${quantityUnit === 'upm' && how !== '' ? how : 'part of the flow'} ${direction === 'LOW' ? 'to' : 'away from'} ${shortName(unitId)}`;
  const [full, empty] = direction === 'LOW' ? [actionUnitId, unitId] : [unitId, actionUnitId];
  if (quantityUnit === 'stations' && how !== '')
    return `Open ${how} at ${shortName(empty)} and send part of the flow of ${shortName(full)} there`;
  return `Send ${how === '' ? 'part of the flow' : how} ${fromTo(full, empty)}`;
}

/** The right answer may be to wait, or to act elsewhere. */
function wait({ unitId, actionUnitId, cause, because = '' }: Instructed): Phrase {
  const unit = shortName(unitId);
  const elsewhere = actionUnitId !== unitId;
  if (cause === 'UPSTREAM_STOP') {
    return isTotal(actionUnitId)
      ? waiting(`Find out what stops picking for ${workpoolOf(actionUnitId)}`, because)
      : waiting(`Clear ${shortName(actionUnitId)} first`, elsewhere ? `${unit} waits for it` : because);
  }
  if (because !== '') return waiting(`Watch ${unit}`, because);
  return waiting(elsewhere ? `Watch ${unit} and see to ${shortName(actionUnitId)}` : `Watch ${unit}`);
}

/** ` by 30 %`; empty where the number is not known. */
function by({ quantity, quantityUnit }: Instructed): string {
  const how = amount(quantity, quantityUnit);
  return how === '' ? '' : ` by ${how}`;
}

function muchOf({ quantity }: Instructed): string {
  return quantity === null ? ' (how much: judge on the floor)' : '';
}

function manyOf({ quantity }: Instructed): string {
  return quantity === null ? ' (how many: judge on the floor)' : '';
}
