/** What a rule says of itself names the numbers by which it goes. */
import { expect, it } from 'vitest';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/algorithm/algorithm.ts';
import { RULES, type RuleName } from '../../../src/domain/resolve/rules.ts';

const { conflicts, lane } = algorithm(DEFAULT_ALGORITHM);

it.each<[RuleName, string]>([
  ['move_back', `${conflicts.moveBackMin} minutes`],
  ['remove_before_red', `${conflicts.projectionMin} minutes`],
  ['throttle_before_feed', `${conflicts.throttleWinsTtoMin} minutes`],
  ['total_before_rebalance', `${100 * lane.fullest} %`],
])('%s: %s', (rule, number) => {
  expect(RULES[rule]).toContain(number);
});
