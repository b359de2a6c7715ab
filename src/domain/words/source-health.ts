/** How a source does, in figures, for whoever has to mend it. */
import type { SourceDefect, SourceHealth } from '../series.ts';
import { counted, percent } from './amounts.ts';

/** Twice its refresh: one late row is no news; and no minute is. */
const LATE_REFRESHES = 2;
const LATE_LEAST_MIN = 5;

/** What a sentence about one defect may cost. */
const DETAIL_MAX = 200;

/** Happens every day, and costs no reading. */
const HARMLESS: ReadonlySet<SourceDefect['name']> = new Set(['DUPLICATE', 'COUNTER_RESET']);

/** There is something that its owner could mend. */
export function isAmiss({
  ageMin,
  refreshMin,
  usable,
  units,
  served,
  doubted,
  defects,
}: SourceHealth): boolean {
  const isLate = ageMin === null || ageMin > Math.max(LATE_LEAST_MIN, LATE_REFRESHES * refreshMin);
  return (
    (units > 0 && (!usable || isLate || served < units || doubted > 0)) || defectsToTell(defects).length > 0
  );
}

export function defectsToTell(defects: readonly SourceDefect[]): SourceDefect[] {
  return defects.filter(({ name }) => !HARMLESS.has(name));
}

/** `newest reading 12 min old, due every 5; 30 of 34 units have it, 12 % doubted: WRONG_UNIT in 4 units since 10:05 UTC` */
export function healthInWords({ ageMin, refreshMin, units, served, doubted, defects }: SourceHealth): string {
  const told = defectsToTell(defects);
  return [
    ageMin === null
      ? 'no reading that can be used'
      : `newest reading ${ageMin} min old, due every ${refreshMin}`,
    ...(units > 0
      ? [
          `${served} of ${counted(units, 'unit')} ${units === 1 ? 'has' : 'have'} it${doubted > 0 ? `, ${percent(doubted / units)} doubted` : ''}`,
        ]
      : []),
    ...(told.length > 0 ? [told.map((each) => defectInWords(each)).join(', ')] : []),
  ].join('; ');
}

/** `WRONG_UNIT in 4 units since 2026-03-01 10:05 UTC` */
export function defectInWords({ name, count, since }: Omit<SourceDefect, 'detail'>): string {
  const where = name === 'NO_PARTNER' ? `of ${counted(count, 'name')}` : `in ${counted(count, 'unit')}`;
  return `${name} ${where}${since === null ? '' : ` since ${minuteInUtc(since)}`}`;
}

/** One sentence, short enough to stand in a list. */
export function briefDetail({ detail }: Pick<SourceDefect, 'detail'>): string {
  return detail.length <= DETAIL_MAX ? detail : `${detail.slice(0, DETAIL_MAX - 1)}…`;
}

function minuteInUtc(ts: number): string {
  return `${new Date(ts).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
