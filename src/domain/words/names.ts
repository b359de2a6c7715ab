/** Many names in few words. */
import type { Renamed } from '../series.ts';
import { counted } from './amounts.ts';

/** More than a message can hold helps nobody: the rest stands in `doctor`. */
const MOST_SHOWN = 5;

/** `a, b, c and 14 more` */
export function andMore(texts: readonly string[], separator: string): string {
  const more = texts.length - MOST_SHOWN;
  if (more <= 0) return texts.join(separator);
  return `${texts.slice(0, MOST_SHOWN).join(separator)} and ${more} more`;
}

/** `17 paths renamed: LANE-1 is now L-01, ...`; empty where none is. */
export function renamedInWords(renamed: readonly Renamed[]): string {
  if (renamed.length === 0) return '';
  const pairs = renamed.map(({ from, to }) => `${from} is now ${to}`);
  return `${counted(renamed.length, 'path')} renamed: ${andMore(pairs, ', ')}`;
}
