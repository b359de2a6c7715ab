/**
 * The one rule by which names are matched: those of one source with those of another, and of one source with those it
 * used before. Blanks around it, what a unit id can't hold, case, and leading zeros of numbers are forgiven one after
 * the other, each only where nothing else of the same source would get the same name.
 */
import { sanitizeName } from './units.ts';
import { groupBy } from './group-by.ts';

/** From the strictest: each forgives one thing more. */
const LIKENESSES: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.trim(),
  (name) => sanitizeName(name.trim()),
  (name) => sanitizeName(name.trim()).toUpperCase(),
  looksLike,
];

/** Names that are the same by every step of the rule together: candidates, no more. */
export function looksLike(name: string): string {
  return sanitizeName(name.trim())
    .toUpperCase()
    .replaceAll(/(?<!\d)0+(?=\d)/g, '');
}

export interface Named {
  /** How it is and was spelt; at least one. */
  spellings: readonly string[];
}

/** Which of `mine` each of `theirs` is; who is in no pair has no partner, or more than one could be it. */
export function joinNames<M extends Named, T extends Named>(
  mine: readonly M[],
  theirs: readonly T[],
): Map<T, M> {
  const partners = new Map<T, M>();
  const taken = new Set<M>();
  for (const likeness of LIKENESSES) {
    const own = byLikeness(mine, likeness);
    for (const [key, [candidate, ...others]] of byLikeness(theirs, likeness)) {
      const [partner, ...rivals] = own.get(key) ?? [];
      if (!candidate || !partner || others.length > 0 || rivals.length > 0) continue;
      if (partners.has(candidate) || taken.has(partner)) continue;
      partners.set(candidate, partner);
      taken.add(partner);
    }
    if (partners.size === theirs.length) break;
  }
  return partners;
}

function byLikeness<N extends Named>(
  names: readonly N[],
  likeness: (name: string) => string,
): Map<string, N[]> {
  const found = new Map<string, N[]>();
  for (const each of names)
    for (const key of new Set(each.spellings.map(likeness))) {
      const same = found.get(key);
      if (same) same.push(each);
      else found.set(key, [each]);
    }
  return found;
}

/** One spelling, as a source used it. */
export interface Spelling {
  text: string;
  /** When it was used, in steps of whatever length its source has. */
  seen: () => ReadonlySet<number>;
  /** The last of them. */
  last: number;
}

/**
 * How each spelling of one source is to be read: alike ones that never stood side by side are one name, spelt anew, by
 * the spelling that is remembered, else by the newest. Two that are both remembered are two names.
 */
export function settleSpellings(
  spellings: readonly Spelling[],
  remembered: readonly string[] = [],
): Map<string, string> {
  const known = groupBy([...new Set(remembered)], looksLike);
  const settled = new Map<string, string>();
  for (const [key, alike] of groupBy(spellings, ({ text }) => looksLike(text))) {
    const before = known.get(key) ?? [];
    const newest = alike.reduce((best, each) => (each.last > best.last ? each : best)).text;
    const isOne = before.length <= 1 && (alike.length === 1 || !standSideBySide(alike));
    for (const { text } of alike) settled.set(text, isOne ? (before[0] ?? newest) : text);
  }
  return settled;
}

function standSideBySide(spellings: readonly Spelling[]): boolean {
  const all = new Set<number>();
  for (const { seen } of spellings)
    for (const step of seen()) {
      if (all.has(step)) return true;
      all.add(step);
    }
  return false;
}
