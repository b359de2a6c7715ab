/**
 * Versions of the rules in this folder, chosen by `decide`'s input. A released version stays as it is while a run holds
 * its events: other rules on replay would change labels in silence.
 */
import type { DecideInput } from '../alerting.ts';

/**
 * 2: escalation of what nobody acknowledges; a source that is blind in many warehouses is the network's alert.
 * 3: a route hears of an alert when it becomes as severe as the route asks for, not only of one that begins so.
 */
export const SUPPRESSION_RULES = 3;

type Chosen = Pick<DecideInput, 'rules'>;

export function isKnownVersion(rules: number): boolean {
  return Number.isInteger(rules) && rules >= 1 && rules <= SUPPRESSION_RULES;
}

export const escalates = ({ rules }: Chosen): boolean => rules >= 2;

export const routesByRise = ({ rules }: Chosen): boolean => rules >= 3;

export const leavesToNetwork = ({ rules }: Chosen): boolean => rules >= 2;
