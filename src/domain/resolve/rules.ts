// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** The conflict rules by name. A name is recorded with every decision it touched; the text explains it to people. */
export const RULES = {
  data_voids_quantity: 'A number computed from data that cannot be relied on is not given.',
  break_ends_first: 'People come back from their break before the place is full: watch, call nobody.',
  move_back: 'What was moved one way is not moved back within 45 minutes.',
  remove_before_red: 'Nobody is sent away while their work area is expected to be full within 60 minutes.',
  stop_covers: 'A stop covers everything that it stops, and everything that lies before that.',
  throttle_all_covers: 'Throttling all picking covers throttling a single induct.',
  throttle_before_feed:
    'While overflow is at most 30 minutes away, throttling all picking wins over bringing more.',
  overflow_before_release: 'Where one place should be both throttled and opened, the throttle wins.',
  total_before_rebalance:
    'With all lanes at 75 % or more there is no room to send flow to: what the total calls for wins.',
  left_to_total: 'It is left to the total, whose own overflow alert is open and was told.',
  data_of_source: 'What one source tells wrong of many places at once is told once, of that source.',
  data_of_part: 'A total that lacks a reading of one of its paths is told by that path.',
  same_action:
    'Several units that call for the same action at the same place are one alert: the most severe speaks for all.',
  induct_pair: 'One induct too full and one too empty on the same sorter: shift the inflow between them.',
  staff_nets_out: 'People wanted and people to spare in one process are set off against each other.',
  staff_moves: 'People whom one process can spare move to the process that needs them.',
  pool_shared: 'Whoever has the least time left gets the people who are free first.',
} as const;
export type RuleName = keyof typeof RULES;

const SENTENCES = new Map<string, string>(Object.entries(RULES));

/** What the rule says, in a sentence; null for a name that this version does not know. */
export function ruleInWords(name: string): string | null {
  return SENTENCES.get(name) ?? null;
}
