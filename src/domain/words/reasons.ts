// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Why a label is what it is: in a full sentence, and in the few words of a list. */
import { ruleInWords } from '../resolve/rules.ts';
import type { REASONS } from '../suppress/reasons.ts';
import type { Label } from '../vocabulary.ts';

/** What a sentence may name; what is left out is spoken of in general. */
export interface ReasonDetails {
  /** The unit or, for data, the warehouse that speaks for this one. */
  winner?: string | null;
  /** Name of the conflict rule that withheld it. */
  rule?: string | null;
  /** Who acknowledged or muted. */
  by?: string | null;
  /** Until when, as people read it. */
  until?: string | null;
}

interface Words {
  /** Whom it concerns, before the colon. */
  who: string;
  why: (details: ReasonDetails) => string;
  /** In a list, beside who and when. */
  short: string;
}

const by = ({ by: who }: ReasonDetails) => (who ? ` by ${who}` : '');
const until = ({ until: end }: ReasonDetails) => (end ? ` until ${end}` : '');
const ruleText = (rule: string | null | undefined) =>
  rule ? ` ${ruleInWords(rule) ?? `Rule: ${rule.replaceAll('_', ' ')}.`}` : '';

const words = (who: string, why: string | Words['why'], short: string): Words => ({
  who,
  why: typeof why === 'string' ? () => why : why,
  short,
});

/** Of an end that is only the end of watching. */
export const UNCONFIRMED = 'Nobody has confirmed that the trouble is over.';

const FIRST = 'People are told for the first time';
const AT_ONCE = 'People are told at once';
const AGAIN = 'People are told again';
const NOBODY = 'Nobody is told';
const NOT_AGAIN = 'Nobody is told again';
const OVER = 'People are told that it is over';
const ENDS = 'People are told that it ends';
const WORDS: { [L in Label]: Record<(typeof REASONS)[L][number], Words> } = {
  NEW: {
    persistent: words(FIRST, 'it has lasted, or is sure enough, to be no blip.', 'it is no blip'),
    flapping: words(
      'People are told once',
      'it goes up and down too often to report each time.',
      'goes up and down',
    ),
  },
  ONGOING: {
    severity: words(AT_ONCE, 'it got worse than any message so far has said.', 'got worse'),
    escalated: words(
      'People are told on a further route',
      'it is critical, and nobody has acknowledged it in the time set for that.',
      'nobody acknowledged it',
    ),
    action: words(AT_ONCE, 'something else is to be done now.', 'something else is to be done'),
    quantity: words(AT_ONCE, 'the number differs by half or more from the last one told.', 'another number'),
    flapping: words(
      'People are told once that it goes up and down',
      'single changes are not reported.',
      'goes up and down',
    ),
    stale: words(
      'People are told that data are missing',
      'for 20 minutes nobody has seen whether it is better or worse.',
      'no data',
    ),
    acknowledgement_withdrawn: words(
      AGAIN,
      'whoever had taken it on no longer does, or the time set for that has passed.',
      'nobody has it any more',
    ),
    winner_cleared: words(
      AGAIN,
      ({ winner }) => `${winner ?? 'the alert that covered it'} is over, and this is still wrong.`,
      'still wrong',
    ),
    window: words(
      'People are reminded',
      'it is still open, and nothing was said of it for a while.',
      'reminder',
    ),
  },
  SUPPRESSED: {
    persistence: words(
      'Nobody is told yet',
      'it must last for two of three checks, or for 8 of the last 10 minutes.',
      'may be a blip',
    ),
    subsumed: words(
      'Nobody is told separately',
      ({ winner, rule }) => `${winner ?? 'another alert'} covers it.${ruleText(rule)}`,
      'covered',
    ),
    held: words(NOBODY, ({ rule }) => `a rule holds it back.${ruleText(rule)}`, 'held back by a rule'),
    muted: words(NOBODY, (details) => `messages are muted${by(details)}${until(details)}.`, 'muted'),
    acknowledged: words(
      NOT_AGAIN,
      (details) => `it was acknowledged${by(details)}${until(details)}.`,
      'acknowledged',
    ),
    flapping: words(
      NOBODY,
      'it goes up and down, which was said once, and waits until it settles.',
      'goes up and down',
    ),
    window: words(NOT_AGAIN, 'it was said a short while ago, and nothing got worse.', 'told lately'),
    clearing: words(
      NOBODY,
      'nothing is to be done now, and the alert ends when that holds for two checks.',
      'about to end',
    ),
    no_data: words(NOBODY, 'data are missing. The alert stays open, as silence is no recovery.', 'no data'),
    not_scheduled: words(
      NOBODY,
      'no work is planned there now. The alert stays open until it is seen to be well.',
      'no work is planned there',
    ),
  },
  CLEARED: {
    recovered: words(OVER, 'it has been back to normal for two checks in a row.', 'back to normal'),
    removed: words(ENDS, `this place is no longer watched. ${UNCONFIRMED}`, 'no longer watched'),
    expired: words(ENDS, `there were no data for 24 hours. ${UNCONFIRMED}`, 'no data for 24 hours'),
  },
};

const KNOWN = new Map<string, Words>(
  Object.entries(WORDS).flatMap(([label, byReason]) =>
    Object.entries(byReason).map(([reason, each]): [string, Words] => [`${label} ${reason}`, each]),
  ),
);

/** One or two full sentences. A reason that has no words here is told by its name, never left out. */
export function reasonInWords(label: Label | null, reason: string, details: ReasonDetails = {}): string {
  if (label === null) return 'Watched and shown, not notified: nothing is to be done.';
  const known = KNOWN.get(`${label} ${reason}`);
  return known ? `${known.who}: ${known.why(details)}` : `${label}: ${nameOf(reason)}.`;
}

/** Why people are told now, without saying that they are, and without a full stop at the end. */
export function whyNow(label: Label, reason: string): string {
  const known = KNOWN.get(`${label} ${reason}`);
  return (known ? known.why({}) : nameOf(reason)).replace(/\.$/, '');
}

/** In the few words of a list. */
export function shortReason(label: Label, reason: string): string {
  return KNOWN.get(`${label} ${reason}`)?.short ?? nameOf(reason);
}

function nameOf(reason: string): string {
  return reason === '' ? 'no reason is recorded' : reason.replaceAll('_', ' ');
}
