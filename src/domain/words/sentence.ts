/** One sentence that a floor lead understands in ten seconds: what to do, where, and how long there is. */
import { percent } from './amounts.ts';
import { phraseOf, type Instructed } from './instruction.ts';
import { pathName, shortName } from './places.ts';
import { minutesLeft, troubleInWords, type Trouble } from './trouble.ts';

/** A Recommendation, and the level that it was made of. */
type Facts = Omit<Instructed, 'reason'> & Trouble & { because: string; fill: number | null };

/** `Throttle picking for all of SINGLES by 35 %: full in 15 min (more people would come too late).` */
export function sentence(facts: Facts): string {
  const { unitId, actionUnitId, action, because } = facts;
  // Told at the end, and once.
  const { act, judge, why } = phraseOf({ ...facts, because: '' });
  const place = actionUnitId === unitId || act.includes(shortName(unitId)) ? '' : `${pathName(unitId)} `;
  // Who reads how long there is needs no level beside it.
  const isTimed = (minutesLeft(facts) ?? 0) > 0;
  const level =
    isTimed || facts.fill === null || action === 'CHECK_DATA' ? '' : `, ${percent(facts.fill)} full`;
  const reasons = [why, because].filter((text) => text !== '').join(', ');
  return `${act}${judge}: ${place}${troubleInWords(facts)}${level}${reasons === '' ? '' : ` (${reasons})`}.`;
}
