/** Half sentences agree with their numbers. */
import { expect, it } from 'vitest';
import { moreNeeded, nobodyLeft } from '../../../src/domain/words/because.ts';

it.each([
  [moreNeeded(1), '1 more is needed'],
  [moreNeeded(2), '2 more are needed'],
  [moreNeeded(0), ''],
  [nobodyLeft(1, 'PACK'), '1 packer is needed, and nobody is left: other places are more urgent'],
  [nobodyLeft(2, 'PACK'), '2 packers are needed, and nobody is left: other places are more urgent'],
])('%s', (said, expected) => {
  expect(said).toBe(expected);
});
