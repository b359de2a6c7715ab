import type { Label } from '../vocabulary.ts';

/** Why a label is what it is. `watch` stands on rows without label. */
export const REASONS = {
  NEW: ['persistent', 'flapping'],
  ONGOING: [
    'severity',
    'escalated',
    'action',
    'quantity',
    'flapping',
    'stale',
    'acknowledgement_withdrawn',
    'winner_cleared',
    'window',
  ],
  SUPPRESSED: [
    'persistence',
    'subsumed',
    'held',
    'muted',
    'acknowledged',
    'flapping',
    'window',
    'clearing',
    'no_data',
    'not_scheduled',
  ],
  CLEARED: ['recovered', 'removed', 'expired'],
} as const;
export type Reason = (typeof REASONS)[Label][number] | 'watch';

/** Reasons that keep a persistent alert from people, in this order. */
export type Withheld = Extract<Reason, 'held' | 'muted' | 'acknowledged'>;
