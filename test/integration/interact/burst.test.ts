/** A whole floor answers at once, and the process that takes the answers is killed in the middle of it. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signRequest } from '../../../src/interact/signature.ts';
import { listAnswersSince } from '../../../src/store/answer.ts';
import { bareEnvironment, buildProgram, start, type Running } from '../cli/command-line.ts';
import { createAnswering, LINK_SECRET, PUBLIC_URL, SIGNING_SECRET, type Answering } from './answering.ts';

const PEOPLE = 40;
const CLICKS = 5;
/** Slack waits 3 s, and an idle machine takes 1 s for all of them; one that has other work to do is no defect. */
const ANSWERED_WITHIN_MS = 15_000;

let answering: Answering;

beforeAll(async () => {
  [answering] = await Promise.all([createAnswering(), buildProgram()]);
});
afterAll(() => answering?.world.stop());

const bodiesOf = (tag: number) =>
  Array.from({ length: PEOPLE * CLICKS }, (_, at) => {
    const { episodeId, on } = answering.openEpisode(at);
    const payload = {
      type: 'block_actions',
      user: { id: `U${tag}${at % PEOPLE}`, username: `p${at % PEOPLE}` },
      trigger_id: '1',
      channel: { id: on.channelId },
      message: { ts: on.ts },
      actions: [
        {
          action_id: 'acknowledge',
          value: episodeId,
          action_ts: `17000000${tag}.${String(at).padStart(6, '0')}`,
        },
      ],
    };
    return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  });

async function send(url: string, body: string): Promise<{ status: number; tookMs: number }> {
  const began = performance.now();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const headers = {
    'x-slack-signature': signRequest(SIGNING_SECRET, timestamp, body),
    'x-slack-request-timestamp': timestamp,
  };
  const signal = AbortSignal.timeout(ANSWERED_WITHIN_MS);
  const status = await fetch(`${url}/slack/interactions`, { method: 'POST', body, headers, signal }).then(
    (answer) => answer.status,
    () => 0,
  );
  return { status, tookMs: performance.now() - began };
}

async function countTaken(
  tag: number,
): Promise<{ kept: number; taken: number; done: number; slowestMs: number }> {
  const { rows } = await answering.world.app.query(
    `SELECT count(*)::integer AS kept, count(taken_at)::integer AS taken,
       (count(*) FILTER (WHERE result ->> 'status' = 'ok'))::integer AS done,
       coalesce(max(extract(epoch FROM taken_at - received_at) * 1000), 0)::float AS "slowestMs"
     FROM answer WHERE id LIKE $1`,
    [`click/U${tag}%`],
  );
  return rows[0];
}

it('40 people press five buttons each at once: answered, and in effect soon', async () => {
  const interact = await answering.start('http');
  try {
    const answers = await Promise.all(bodiesOf(1).map((body) => send(interact.url, body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await expect.poll(async () => (await countTaken(1)).taken, { timeout: 20_000 }).toBe(PEOPLE * CLICKS);
    const counted = await countTaken(1);
    expect(counted.done).toBe(PEOPLE * CLICKS);
    // What a memory that was restored from before would be told.
    expect(await listAnswersSince(answering.world.app, 'FRA1', new Date(0))).toHaveLength(PEOPLE * CLICKS);
    const slowest = Math.max(...answers.map(({ tookMs }) => tookMs));
    process.stderr.write(
      `slowest answer ${Math.round(slowest)} ms, in effect after ${Math.round(counted.slowestMs)} ms\n`,
    );
    const operated = (await answering.memory()).operated ?? [];
    expect(new Set(operated).size).toBe(operated.length);
    expect(operated.filter((id) => id.startsWith('click/U1'))).toHaveLength(PEOPLE * CLICKS);
  } finally {
    await interact.close();
  }
}, 60_000);

it('killed in the middle of it: none is lost, none is done twice', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const bodies = bodiesOf(2);
  const first = await startProcess(port);
  const sending = Promise.all(bodies.map((body) => send(url, body)));
  await expect
    .poll(async () => (await countTaken(2)).kept, { interval: 5, timeout: 10_000 })
    .toBeGreaterThan(20);
  first.process.kill('SIGKILL');
  await first.finished;
  const answers = await sending;
  const answered = answers.filter(({ status }) => status === 200).length;
  expect((await countTaken(2)).kept).toBeGreaterThanOrEqual(answered);
  const second = await startProcess(port);
  try {
    // Slack sends again what was not answered.
    const again = await Promise.all(
      bodies.filter((_, at) => answers[at]?.status !== 200).map((body) => send(url, body)),
    );
    expect(again.every(({ status }) => status === 200)).toBe(true);
    await expect.poll(async () => (await countTaken(2)).taken, { timeout: 20_000 }).toBe(bodies.length);
    process.stderr.write(`${answered} of ${bodies.length} answered before the kill\n`);
    const ours = ((await answering.memory()).operated ?? []).filter((id) => id.startsWith('click/U2'));
    expect([ours.length, new Set(ours).size]).toEqual([bodies.length, bodies.length]);
  } finally {
    second.process.kill('SIGTERM');
    await second.finished;
  }
}, 90_000);

async function startProcess(port: number): Promise<Running> {
  const { config, slack } = answering.world;
  const running = start(['interact'], {
    cwd: '/tmp',
    env: bareEnvironment({
      BUFFERWATCH_ENV: config.environment,
      DATABASE_URL: config.database.url,
      TEMPORAL_ADDRESS: config.temporal.address,
      TEMPORAL_NAMESPACE: config.temporal.namespace,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_API_URL: slack.url,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      BUFFERWATCH_PUBLIC_URL: PUBLIC_URL,
      BUFFERWATCH_LINK_SECRET: LINK_SECRET,
      BUFFERWATCH_INTERACT_LISTEN: `127.0.0.1:${port}`,
    }),
  });
  await running.waitFor('answers are taken');
  return running;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
