/** The alert about the network in a channel whose history lags, or in which somebody deletes it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createReportNetwork,
  type ReportNetworkInput,
} from '../../../src/activities/report-network/report-network.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { createSlackPort } from '../../../src/slack/slack-port.ts';
import type { NetworkAlert } from '../../../src/store/network-alert.ts';

let slack: SlackEndpoint;
beforeEach(async () => {
  slack = await startSlackEndpoint({ channels: ['#ops'] });
});
afterEach(() => slack.close());

/** One row of `network_alert`; `loseNext`: the transaction in which it was shown is rolled back. */
function createReporter() {
  const stored = new Map<string, NetworkAlert>();
  const losing = { next: false };
  const activity = createReportNetwork({
    environment: 'prod',
    slack: createSlackPort({ token: 'xoxb-test', apiUrl: slack.url, paceMs: 1 }),
    getArtifact: () => Promise.resolve({ routes: [{ channel: '#ops', fallback: true }] } as never),
    heartbeatUrl: null,
    findDecidedBefore: () => Promise.resolve(null),
    recordCycleDecided: () => Promise.resolve(),
    now: Date.now,
    takeUnendedRoots: () => Promise.resolve([]),
    recordRootEnded: () => Promise.resolve(),
    async changeNetworkAlert(key, change) {
      const open = stored.get(key) ?? null;
      const changed = await change(open);
      if (changed !== null && open !== null && losing.next) {
        losing.next = false;
        throw new Error('the worker died before it was written down');
      }
      if (changed === null) return open;
      if (changed.closedCycle === null) stored.set(key, changed);
      else stored.delete(key);
      return changed;
    },
  });
  const report = (failed: string[]) =>
    activity.reportNetwork({
      plan: {
        cycleId: new Date().toISOString(),
        mode: 'live',
        intervalMinutes: 5,
        snapshot: { id: 'snapshot', sha256: '', rows: 0 },
      },
      decided: 0,
      failed: failed.map((warehouse) => ({ warehouse, error: 'broken' })),
      absent: [],
      blind: [],
      undelivered: [],
      restored: [],
    } as unknown as ReportNetworkInput);
  return { report, losing };
}

it('posted twice because the first did not show in time: one is left at the end, and it is closed', async () => {
  const { report, losing } = createReporter();
  slack.lagReads(60_000);
  losing.next = true;
  await expect(report(['FRA1'])).rejects.toThrow('died');
  await report(['FRA1']);
  slack.lagReads(0);
  expect(await report([])).toEqual({ problems: [] });
  expect(slack.messages()).toHaveLength(1);
  expect(slack.messages()[0]?.text).toContain('every warehouse is watched again');
});

it('one that somebody deleted is posted anew where it changes, and ends without it', async () => {
  const { report } = createReporter();
  const remove = () => {
    for (const { channelId, ts } of slack.messages()) slack.deleteMessage(channelId, ts);
  };
  await report(['FRA1']);
  remove();
  expect(await report(['FRA1', 'LEJ1'])).toEqual({ problems: [] });
  expect(slack.messages()).toHaveLength(1);
  remove();
  expect(await report([])).toEqual({ problems: [] });
  expect(slack.messages()).toEqual([]);
  await report(['FRA1']);
  expect(slack.messages()).toHaveLength(1);
});
