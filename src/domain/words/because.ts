/** Half sentences in which the decision tree and the conflict rules say why they propose this and nothing else. */
import { people } from './amounts.ts';
import { roleOf, shortName } from './places.ts';

export const BECAUSE = {
  drains: 'it drains by itself',
  pickedEnough: 'enough is picked for it',
  backedUp: 'what lies before it backs up',
  tooLate: 'more people would come too late',
  throttledToTheLeast: 'its inflow is as low as it may be',
  standstill: 'it stands still, so all of its flow goes elsewhere',
  standstillNoRoom: 'it stands still and no other lane has room',
  noRoom: 'no other lane has room',
  restart: 'the stop is over, half speed first',
  stuckOnSorter: 'its goods are stuck on the sorter',
  nothingComes: 'pickers are there, and nothing comes',
  noPicker: 'work is waiting, but no picker is free',
} as const;

/** Before what else there is to say. */
export function asAskedBefore(because: string): string {
  return because === '' ? 'as asked before' : `as asked before; ${because}`;
}

export function nobodyFree(process: string): string {
  const role = roleOf(process);
  return role === null ? `nobody in ${process} is free` : `no ${role} is free`;
}

/** Empty where all who are needed can be added. */
export function tooFewToAdd(needed: number | null, most: number): string {
  return needed !== null && needed > most ? `${needed} are needed, ${most} can be added` : '';
}

export function waitingForWork(needed: number, spare: number): string {
  return needed > spare
    ? `${needed} are needed, ${spare} have no work there`
    : 'nobody else is free, and they have no work';
}

export function mostRoom(path: string): string {
  return `${path} has the most room`;
}

/** @param share of the sorter's flow, 0..1 */
export function goesRound(share: number | null): string {
  return share === null ? '' : `${Math.round(100 * share)} % of the sorter's flow goes round`;
}

export function dataInDoubt(unitId: string): string {
  return `how much is not known: the data of ${shortName(unitId)} must be checked first`;
}

export function backFromBreak(minutes: number): string {
  return `people are back from their break in ${minutes} min, before it overflows`;
}

export function nobodyLeft(wanted: number, process: string): string {
  return `${people(wanted, process)} ${isAre(wanted)} needed, and nobody is left: other places are more urgent`;
}

export const ALL_THAT_ARE_LEFT = 'all that are left';

export function canSpare(
  givers: readonly { persons: number; process: string | null; unitId: string }[],
): string {
  return givers
    .map(({ persons, process, unitId }) => `${shortName(unitId)} can spare ${people(persons, process)}`)
    .join(', ');
}

export function moreNeeded(missing: number): string {
  return missing > 0 ? `${missing} more ${isAre(missing)} needed` : '';
}

export function moreThanNeeded(unitId: string): string {
  return `beyond those that ${shortName(unitId)} needs`;
}

export function runsEmpty(unitId: string): string {
  return `${shortName(unitId)} runs empty`;
}

function isAre(count: number): string {
  return count === 1 ? 'is' : 'are';
}
