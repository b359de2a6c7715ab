// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** The conflict rules by name. A name is recorded with every decision it touched; the text explains it to people. */
export const RULES = {
  data_voids_quantity: 'A number computed from data that cannot be relied on is not given.',
  break_ends_first: 'Staff comes back from its break before the buffer overflows: watch, call nobody.',
  move_back: 'What was moved one way is not moved back within 45 minutes.',
  remove_before_red: 'Nobody is sent away while the work area is projected to overflow within 60 minutes.',
  stop_covers: 'An emergency stop covers everything in and upstream of what it stops.',
  throttle_all_covers: 'Throttling all picking covers throttling a single induct.',
  throttle_before_feed:
    'Throttling all picking wins over feeding more while overflow is at most 30 minutes away.',
  overflow_before_release: 'Where one place should be throttled and released, overflow wins.',
  total_before_rebalance:
    'With all lanes at 75 % or more there is no room to rebalance into: the total wins.',
  left_to_total: 'The action is left to the total, whose own overflow alert is open and has been notified.',
  same_action:
    'Several units that call for the same action at the same place are one alert: the most severe speaks for all.',
  induct_pair: 'One induct too full and one too empty on the same sorter: shift the inflow between them.',
  staff_nets_out: 'Staff wanted and staff to spare in one process net out.',
  staff_moves: 'Staff to spare in one process moves to the process that needs it.',
  pool_shared: 'The staff pool goes to the shortest time to the limit first.',
} as const;
export type RuleName = keyof typeof RULES;

const SENTENCES = new Map<string, string>(Object.entries(RULES));

/** What the rule says, in a sentence; null for a name that this version does not know. */
export function ruleInWords(name: string): string | null {
  return SENTENCES.get(name) ?? null;
}
