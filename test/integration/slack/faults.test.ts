/** Slack and workers that fail in the middle of real cycles: each transition is visible exactly once in the end. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
  // All there before anything is looked up: a channel made within seconds of the last look is found by the next cycle.
  for (const code of ['AMB1', 'LOS1', 'ERR1', 'RAT1', 'RES1', 'LAG1', 'ARC1', 'ARC2'])
    world.slack.addChannel(`#${code.toLowerCase()}-flow`);
});
afterAll(() => world?.stop());
beforeEach(() => {
  world.slack.clearFaults();
  world.slack.lagReads(0);
});

const keys = () =>
  world.slack.messages().flatMap(({ metadata, channel }) => {
    const key = metadata?.event_payload['key'];
    return typeof key === 'string' ? [`${channel} ${key}`] : [];
  });

/** Within one cycle: what fails is tried again by Temporal as long as the delivery's budget lasts. */
async function cycleAndCheck(code: string): Promise<void> {
  expect((await world.cycle()).undelivered).toEqual([]);
  expect((await world.alertState(code)).undelivered).toBe(0);
  await expectEachOnce(code);
}

/** Every message that `warehouse` counts as confirmed, and no other. */
async function expectEachOnce(code: string): Promise<void> {
  const channel = `#${code.toLowerCase()}-flow`;
  const posted = keys().filter((key) => key.startsWith(`${channel} ${code}`));
  expect(new Set(posted).size).toBe(posted.length);
  const { units } = await world.alertState(code);
  const open = units.flatMap(({ alerts }) => alerts.flatMap(({ episode }) => episode ?? []));
  for (const { episodeId, notifications } of open)
    expect([episodeId, posted.filter((key) => key.startsWith(`${channel} ${episodeId}/`)).length]).toEqual([
      episodeId,
      notifications,
    ]);
  expect(posted.length).toBeGreaterThan(0);
}

it.each([
  ['AMB1', 'accepted, and the answer lost', { kind: 'close_after', times: 3 }],
  ['LOS1', 'lost before it arrived', { kind: 'close_before', times: 3 }],
  ['ERR1', 'refused with 500', { kind: '500', times: 3 }],
  ['RAT1', 'a storm of 429', { kind: 'ratelimit', times: 12, retryAfter: 1 }],
] as const)('%s: %s', async (code, _, fault) => {
  await world.onboard(code, 'full');
  await world.advance(5);
  world.slack.fail({ method: 'chat.postMessage', ...fault });
  await cycleAndCheck(code);
  expect((await world.alertState(code)).undelivered).toBe(0);
});

/** First messages of this program's in a channel, and how each ended. */
function rootsIn(channel: string) {
  const all = world.slack.messages().filter((message) => message.channel === channel);
  return all
    .filter(({ threadTs, ts }) => threadTs === null || threadTs === ts)
    .map((root) => {
      const replies = all.filter(({ threadTs, ts }) => threadTs === root.ts && ts !== root.ts);
      return {
        episodeId: String(root.metadata?.event_payload['episode_id']),
        isCleared: root.text.includes('alert from'),
        ends: replies.filter(({ text }) => text.includes('alert from')).length,
      };
    });
}

/** What is open now comes to its end; the simulated floor may begin something new meanwhile. */
async function endAll(code: string): Promise<string[]> {
  const openIds = async () =>
    (await world.alertState(code)).units.flatMap(({ alerts }) =>
      alerts.flatMap(({ episode }) => episode?.episodeId ?? []),
    );
  const before = await openIds();
  expect(before.length).toBeGreaterThan(0);
  await world.relieve(code);
  for (let cycle = 1; cycle <= 24 && (await openIds()).some((id) => before.includes(id)); cycle += 1) {
    await world.advance(5);
    await world.cycle();
  }
  expect((await openIds()).filter((id) => before.includes(id))).toEqual([]);
  return before;
}

it('LAG1: reads far behind writes, from the first message to the end of each episode: one root each', async () => {
  world.slack.lagReads(600_000);
  await world.onboard('LAG1', 'full');
  await world.advance(5);
  await world.cycle();
  const ended = await endAll('LAG1');
  const roots = rootsIn('#lag1-flow');
  expect(new Set(roots.map(({ episodeId }) => episodeId)).size).toBe(roots.length);
  expect(roots.filter(({ episodeId }) => ended.includes(episodeId))).toEqual(
    ended.map(() => ({ episodeId: expect.any(String), isCleared: true, ends: 1 })),
  );
});

it('ARC1: a channel archived in mid-episode and back before the end hears it, and so does the fallback', async () => {
  world.slack.addChannel('#arc1-spare');
  await world.onboard('ARC1', 'full');
  await world.app.query(
    "INSERT INTO alert_route (warehouse, channel, fallback) VALUES ('ARC1', '#arc1-spare', true)",
  );
  await world.advance(5);
  await world.cycle();
  const told = rootsIn('#arc1-flow').map(({ episodeId }) => episodeId);
  world.slack.setArchived('#arc1-flow', true);
  const heard = () =>
    rootsIn('#arc1-spare').filter(({ episodeId, isCleared }) => told.includes(episodeId) && !isCleared);
  for (let cycle = 1; cycle <= 12 && heard().length === 0; cycle += 1) {
    await world.advance(5);
    await world.cycle();
  }
  const both = heard()
    .map(({ episodeId }) => episodeId)
    .toSorted();
  expect(both.length).toBeGreaterThan(0);
  world.slack.setArchived('#arc1-flow', false);
  await endAll('ARC1');
  for (const channel of ['#arc1-flow', '#arc1-spare'])
    for (const episodeId of both)
      expect(rootsIn(channel).filter((root) => root.episodeId === episodeId)).toEqual([
        { episodeId, isCleared: true, ends: 1 },
      ]);
});

it('ARC2: a channel archived over the end and back afterwards shows the end too', async () => {
  world.slack.addChannel('#arc2-spare');
  await world.onboard('ARC2', 'full');
  await world.app.query(
    "INSERT INTO alert_route (warehouse, channel, fallback) VALUES ('ARC2', '#arc2-spare', true)",
  );
  await world.advance(5);
  await world.cycle();
  const told = rootsIn('#arc2-flow').map(({ episodeId }) => episodeId);
  expect(told.length).toBeGreaterThan(0);
  world.slack.setArchived('#arc2-flow', true);
  await endAll('ARC2');
  world.slack.setArchived('#arc2-flow', false);
  // As if its turn had come again.
  await world.app.query('UPDATE delivery_ledger SET root_tried_at = NULL');
  await world.cycle();
  for (const root of rootsIn('#arc2-flow')) expect(root).toMatchObject({ isCleared: true });
  const shown = world.slack.messages().filter(({ channel }) => channel === '#arc2-flow');
  expect(JSON.stringify(shown)).not.toContain('Meant for');
  expect(rootsIn('#arc2-flow').map(({ episodeId }) => episodeId)).toEqual(told);
});

it('a worker that ends in the middle of a delivery, and one that takes over', async () => {
  await world.onboard('RES1', 'full');
  await world.advance(5);
  // Accepted at once and answered late: the first worker is asked to end while it waits.
  world.slack.fail({ method: 'chat.postMessage', kind: 'slow', times: 3, delayMs: 4_000 });
  const before = world.slack.calls().filter((call) => call === 'chat.postMessage').length;
  const cycle = world.cycle();
  await expect
    .poll(() => world.slack.calls().filter((call) => call === 'chat.postMessage').length, { timeout: 30_000 })
    .toBeGreaterThan(before);
  const ending = world.worker().shutdown();
  await Promise.all([ending, world.startWorker()]);
  expect((await cycle).undelivered).toEqual([]);
  await expectEachOnce('RES1');
  await world.advance(5);
  await cycleAndCheck('RES1');
});
