// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Why a label is what it is, in a full sentence: the words of the message, the console and `explain`. */
import { ruleInWords } from '../resolve/rules.ts';
import type { REASONS } from '../suppress/reasons.ts';
import type { Action, Label } from '../vocabulary.ts';

/** What a sentence may name; what is left out is spoken of in general. */
export interface ReasonDetails {
  /** The unit or, for data, the warehouse that speaks for this one. */
  winner?: string | null;
  /** Name of the conflict rule that withheld it. */
  rule?: string | null;
  action?: Action;
  /** Who acknowledged or muted. */
  by?: string | null;
  /** Until when, as people read it. */
  until?: string | null;
}

type Words = (details: ReasonDetails) => string;

const by = ({ by: who }: ReasonDetails) => (who ? ` by ${who}` : '');
const until = ({ until: end }: ReasonDetails) => (end ? ` until ${end}` : '');
const ruleText = (rule: string | null | undefined) =>
  rule ? ` ${ruleInWords(rule) ?? `Rule: ${rule.replaceAll('_', ' ')}.`}` : '';

const WORDS: { [L in Label]: Record<(typeof REASONS)[L][number], Words> } = {
  NEW: {
    persistent: () =>
      'People are told for the first time: action has been required long enough to rule out a blip.',
    flapping: () =>
      'People are told that it goes up and down: it has come and gone too often to report each time.',
  },
  ONGOING: {
    severity: () => 'People are told at once: it is more severe than any message so far has said.',
    escalated: () =>
      'People are told on a further route: it is critical, and nobody has acknowledged it in the time set for that.',
    action: ({ action }) =>
      `People are told at once: another action is proposed${action ? `, now ${action}` : ''}.`,
    quantity: () => 'People are told at once: the amount differs by half or more from the last one told.',
    flapping: () => 'People are told once that it goes up and down; single changes are not reported.',
    stale: () =>
      'People are told that data have been missing for 20 minutes: it is neither confirmed nor over.',
    acknowledgement_withdrawn: () => 'People are told again: the acknowledgement was withdrawn or has ended.',
    winner_cleared: ({ winner }) =>
      `People are told again: ${winner ?? 'the alert that covered it'} has cleared, and this is still wrong.`,
    window: () =>
      'People are reminded: it is still open, and the quiet time since the last message has passed.',
  },
  SUPPRESSED: {
    persistence: () =>
      'Nobody is told yet: action must be required in two of the last three cycles, or in 8 of the last 10 minutes.',
    subsumed: ({ winner, rule }) =>
      `Nobody is told separately: ${winner ?? 'another alert'} covers it.${ruleText(rule)}`,
    held: ({ rule }) => `Nobody is told: a conflict rule holds it back.${ruleText(rule)}`,
    muted: (details) => `Nobody is told: messages are muted${by(details)}${until(details)}.`,
    acknowledged: (details) => `Nobody is told again: it was acknowledged${by(details)}${until(details)}.`,
    flapping: () =>
      'Nobody is told: it goes up and down, which was said once; it is held back until it settles.',
    window: () =>
      'Nobody is told again: the quiet time since the last message has not passed, and nothing got worse.',
    clearing: () =>
      'Nobody is told: no action is required now, and the alert closes when that has held for two cycles.',
    no_data: () => 'Nobody is told: data are missing. The alert stays open, as silence is no recovery.',
    not_scheduled: () =>
      'Nobody is told: no work is scheduled there now. The alert stays open until it is seen good.',
  },
  CLEARED: {
    recovered: () => 'People are told that it is over: it was good in two cycles in a row.',
    removed: () =>
      'People are told that it ends: the unit is no longer monitored. Nobody has confirmed that the trouble is over.',
    expired: () =>
      'People are told that it ends: there were no data for 24 hours. Nobody has confirmed that the trouble is over.',
  },
};

const SENTENCES = new Map<string, Words>(
  Object.entries(WORDS).flatMap(([label, byReason]) =>
    Object.entries(byReason).map(([reason, words]): [string, Words] => [`${label} ${reason}`, words]),
  ),
);

/** One or two full sentences. A reason that has no words here is told by its name, never left out. */
export function reasonInWords(label: Label | null, reason: string, details: ReasonDetails = {}): string {
  if (label === null) return 'Watched and shown, not notified: no action is required.';
  const words = SENTENCES.get(`${label} ${reason}`);
  return (
    words?.(details) ?? `${label}: ${reason === '' ? 'no reason is recorded' : reason.replaceAll('_', ' ')}.`
  );
}
