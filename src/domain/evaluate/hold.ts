/**
 * What was told stands until another instruction is better by a margin (`hold` in the algorithm's numbers), or it has
 * become wrong: two that take turns are followed by nobody.
 */
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import { asAskedBefore } from '../words/because.ts';
import * as leaf from './proposals.ts';
import type { Called, Told } from './told.ts';
import type { UnitSituation } from './unit-situation.ts';

/** Of several that would do, the one that people were told of stays, until another has room for so much more. */
export function roomiest(
  lanes: readonly UnitSituation[],
  told: Told,
  p: AlgorithmParameters,
): UnitSituation | null {
  return namedUnlessFar(leaf.emptiest(lanes), lanes, told, p);
}

/** The same for the lane that gives. */
export function richest(
  lanes: readonly UnitSituation[],
  told: Told,
  p: AlgorithmParameters,
): UnitSituation | null {
  return namedUnlessFar(leaf.fullest(lanes), lanes, told, p);
}

function namedUnlessFar(
  best: UnitSituation | null,
  lanes: readonly UnitSituation[],
  told: Told,
  p: AlgorithmParameters,
): UnitSituation | null {
  const named = namedBy(told, lanes);
  return named && Math.abs(fillOf(named) - fillOf(best)) < p.hold.fill ? named : best;
}

/** Flow and throttle do not take turns: whichever was told stays until the other is better by a margin. */
export function roomFillAfter(told: Told, { lane, hold }: AlgorithmParameters): number {
  if (told === null || told.action === 'NONE') return lane.roomFill;
  return told.action === 'REBALANCE_CAPACITY' ? lane.roomFill + hold.fill : lane.roomFill - hold.fill;
}

function namedBy(told: Told, lanes: readonly UnitSituation[]): UnitSituation | undefined {
  if (told?.action !== 'REBALANCE_CAPACITY') return undefined;
  return lanes.find(({ unit }) => unit.unitId === told.actionUnitId);
}

function fillOf(lane: UnitSituation | null | undefined): number {
  return lane?.signals.fill ?? 0;
}

/** Who was called still comes, though fewer would do by now. */
export function noLessThanTold(
  proposal: leaf.Proposal,
  told: Pick<Called, 'quantity' | 'quantityUnit'>,
): leaf.Proposal {
  const { quantity, quantityUnit, because } = proposal;
  if (quantity === null || told.quantity === null || told.quantityUnit !== quantityUnit) return proposal;
  if (told.quantity <= quantity) return proposal;
  return { ...proposal, quantity: told.quantity, because: asAskedBefore(because) };
}

/** Flow that was sent to another lane stays there: that less would do by now is its effect. */
export function keepFlow(told: Told, proposal: leaf.Proposal): leaf.Proposal {
  const isSame =
    proposal.action === 'REBALANCE_CAPACITY' &&
    told?.action === proposal.action &&
    told.actionUnitId === proposal.actionUnit.unitId;
  return isSame ? noLessThanTold(proposal, told) : proposal;
}
