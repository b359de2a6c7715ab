/** What is written down of a network alert says whether people are to be told more. */
import { expect, it } from 'vitest';
import {
  afterTelling,
  blindSourcesOf,
  isNews,
  readShown,
} from '../../../src/activities/report-network/shown.ts';
import type { NetworkAlert } from '../../../src/store/network-alert.ts';

const OPEN: NetworkAlert = {
  ...{ key: 'sources-absent', openedCycle: '2026-03-02T10:05:00Z', lastNotifiedCycle: null },
  ...{ channelId: null, messageTs: null, closedCycle: null, detail: {} },
};
const of = (detail: string) => ({ findings: [{ name: 'wes_stock', detail }] });
const telling = { cycleId: '2026-03-02T10:10:00Z', news: true, messages: [] };

it.each([
  ['somebody could not be told: again', false, true],
  ['all were told: no more of it', true, false],
])('why it is so is another than before, and %s', (_, through, again) => {
  const told = afterTelling(OPEN, of('does not answer'), { ...telling, through: true });
  expect(isNews(readShown(told), of('does not answer'))).toBe(false);
  const later = afterTelling(told, of('has no rows'), { ...telling, through });
  expect(isNews(readShown(later), of('has no rows'))).toBe(again);
  expect(blindSourcesOf(later)).toEqual(['wes_stock']);
});
