/** Slack and workers that fail in the middle of real cycles: each transition is visible exactly once in the end. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
  // All there before anything is looked up: a channel made within seconds of the last look is found by the next cycle.
  for (const code of ['AMB1', 'LOS1', 'ERR1', 'RAT1', 'RES1'])
    world.slack.addChannel(`#${code.toLowerCase()}-flow`);
});
afterAll(() => world?.stop());
beforeEach(() => world.slack.clearFaults());

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
