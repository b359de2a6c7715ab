// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * Versions of the rules in this folder, chosen by `decide`'s input. A released version stays as it is while a run holds
 * its events: other rules on replay would change labels in silence.
 */
import type { DecideInput } from './contract.ts';

/**
 * 2: escalation of what nobody acknowledges; a source that is blind in many warehouses is the network's alert.
 * 3: a route hears of an alert when it becomes as severe as the route asks for, not only of one that begins so.
 * 4: what was good in two slots has not recovered in a further run of the second one in which it is not.
 * 5: says whose people it is about, which earlier instruction a new one follows, and at the end what takes ours back.
 * 6: what is not believed is remembered, and told beside what the unit says; the warehouse itself has an emergency and a
 *    notice of its own, as each of its sources has, and a unit whose path is elsewhere is gone at once; flapping is the
 *    share of changes over the last hours, and ends only once it is steady; what is in force already is no other action, and
 *    another place to act at is one.
 */
export const SUPPRESSION_RULES = 6;

type Chosen = Pick<DecideInput, 'rules'>;

export function isKnownVersion(rules: unknown): boolean {
  return typeof rules === 'number' && Number.isInteger(rules) && rules >= 1 && rules <= SUPPRESSION_RULES;
}

export function describeUnknown(rules: unknown): string {
  return `rules version ${String(rules)} is unknown, expected 1 to ${SUPPRESSION_RULES}`;
}

export const escalates = ({ rules }: Chosen): boolean => rules >= 2;

export const routesByRise = ({ rules }: Chosen): boolean => rules >= 3;

export const recoversInSight = ({ rules }: Chosen): boolean => rules >= 4;

export const namesPeople = ({ rules }: Chosen): boolean => rules >= 5;

export const followsUp = ({ rules }: Chosen): boolean => rules >= 5;

export const tellsOfDoubts = ({ rules }: Chosen): boolean => rules >= 6;

export const leavesToNetwork = ({ rules }: Chosen): boolean => rules >= 2;

export const tellsOfPlaces = ({ rules }: Chosen): boolean => rules >= 6;

export const staysSilentOnInForce = ({ rules }: Chosen): boolean => rules >= 6;

export const speaksForItself = ({ rules }: Chosen): boolean => rules >= 6;

export const tellsOfSources = ({ rules }: Chosen): boolean => rules >= 6;

export const missesNoMoved = ({ rules }: Chosen): boolean => rules >= 6;

export const flapsByShare = ({ rules }: Chosen): boolean => rules >= 6;
