/** People's answers on real parts: buttons by HTTP and by socket, links, the command line, all on one warehouse. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import * as warehouses from '../../../src/client/warehouse.ts';
import type { Config } from '../../../src/config.ts';
import { runInteract, type RunningInteract } from '../../../src/interact/server.ts';
import { signRequest } from '../../../src/interact/signature.ts';
import { createFeedbackUrl } from '../../../src/slack/feedback-link.ts';
import { createWorld, type World } from '../../support/world.ts';

const SIGNING_SECRET = 'test-signing-secret';
const LINK_SECRET = 'test-link-secret-0123456789';
const PUBLIC_URL = 'https://bufferwatch.example';
const ALEX = { id: 'U00000002', username: 'alex' };

/** Tests take turns with these. */
const ALERTS_NEEDED = 2;

let world: World;
let interact: RunningInteract;

beforeAll(async () => {
  world = await createWorld({
    // Continued as new all the time: what people said must outlive it.
    worker: { continueAfterUpdates: 4 },
    env: {
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_APP_TOKEN: 'xapp-test',
      BUFFERWATCH_PUBLIC_URL: PUBLIC_URL,
      BUFFERWATCH_LINK_SECRET: LINK_SECRET,
      BUFFERWATCH_INTERACT_LISTEN: '127.0.0.1:0',
      BUFFERWATCH_CONSOLE_URL: 'https://console.example/',
    },
  });
  await world.onboard('FRA1', 'soon');
  await world.advance(1);
  // Until there is enough to answer: troubles come one after the other.
  for (let cycle = 0; cycle < 12 && alerts().length < ALERTS_NEEDED; cycle += 1) {
    await world.cycle();
    await world.advance(5);
  }
});
afterAll(() => world?.stop());

const byHttp = (config: Config): Config => ({ ...config, slack: { ...config.slack, appToken: null } });

async function start(config: Config): Promise<void> {
  interact = await runInteract(config, pino({ level: 'silent' }));
  world.slack.setRequestUrl({ url: `${interact.url}/slack/interactions`, signingSecret: SIGNING_SECRET });
  await interact.ready;
}

async function countOf(way: string, outcome: string): Promise<number> {
  const text = await (await fetch(`${interact.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.includes(`way="${way}",outcome="${outcome}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

type Posted = ReturnType<World['slack']['messages']>[number];

/** An alert's own message with buttons, the newest state of it. */
function alerts(): Posted[] {
  return world.slack.messages().filter(({ blocks }) => blocks.some(({ type }) => type === 'actions'));
}

function alertOf(episodeId: string): Posted {
  const alert = alerts().find((each) => episodeOf(each) === episodeId);
  if (!alert) throw new Error(`no message of ${episodeId}`);
  return alert;
}

const episodeOf = ({ metadata }: Posted) => String(metadata?.event_payload['episode_id']);

/** Open and shown, in a fixed order: each test takes one of its own. */
async function openEpisode(
  at: number,
): Promise<{ episodeId: string; unitId: string; on: { channelId: string; ts: string } }> {
  const all = alerts();
  const alert = all[at % all.length];
  if (!alert) throw new Error('no alert was posted');
  const episodeId = episodeOf(alert);
  return {
    episodeId,
    unitId: episodeId.split(':')[0] ?? '',
    on: { channelId: alert.channelId, ts: alert.ts },
  };
}

async function stateOf(unitId: string) {
  const { units, mutes } = await warehouses.queryAlertState(world.client, 'FRA1', { unit: unitId });
  const episode = units.flatMap(({ alerts: rows }) => rows).find((row) => row.episode)?.episode ?? null;
  return { episode, mutes: mutes.filter(({ unit }) => unit === unitId) };
}

async function memory() {
  const found = await warehouses.queryMemory(world.client, 'FRA1');
  if (!found) throw new Error('FRA1 is not watched');
  return found;
}

/** The note comes after Slack was answered. */
async function untilShown(episodeId: string, text: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!JSON.stringify(alertOf(episodeId).blocks).includes(text)) {
    if (Date.now() > deadline)
      throw new Error(`"${text}" is not on ${JSON.stringify(alertOf(episodeId).blocks)}`);
    await sleep(20);
  }
}

describe('clicks by HTTP', () => {
  beforeAll(() => start(byHttp(world.config)));
  afterAll(() => interact.close());

  it('every alert has its buttons', async () => {
    const [alert] = alerts();
    const text = JSON.stringify(alert?.blocks);
    for (const label of ['Acknowledge', 'Mute', 'Right', 'Wrong', 'Why?', 'Open in console'])
      expect(text).toContain(label);
    expect(text).toContain('https://console.example/units/FRA1_');
    expect(text).toContain(`${PUBLIC_URL}/feedback?`);
  });

  it('Acknowledge: within 3 s, once however often, and the message and the history say who', async () => {
    const { episodeId, unitId, on } = await openEpisode(0);
    const { status, tookMs } = await world.slack.click({ ...on, actionId: 'acknowledge' }, { times: 3 });
    expect(status).toBe(200);
    expect(tookMs).toBeLessThan(3_000);
    await untilShown(episodeId, 'Acknowledged by *alex* at ');
    expect((await stateOf(unitId)).episode).toMatchObject({
      acknowledgedBy: 'alex (U00000002)',
      acknowledgedUntil: null,
    });
    // Asked once more beyond the run that took it: continued as new meanwhile, the click's id is remembered.
    expect(
      (await memory()).operated?.filter((id) => id.startsWith('click/U00000002/acknowledge/')),
    ).toHaveLength(1);
    expect(alertOf(episodeId).metadata?.event_payload['episode_id']).toBe(episodeId);
  });

  it('Mute: as long as it says from the moment of the click, and the message says until when', async () => {
    const { episodeId, unitId, on } = await openEpisode(1);
    const before = Date.now();
    expect((await world.slack.click({ ...on, actionId: 'mute', option: '2h' })).status).toBe(200);
    await untilShown(episodeId, 'Muted by *alex* until ');
    const { mutes } = await stateOf(unitId);
    expect(mutes).toMatchObject([{ by: 'alex (U00000002)', from: null }]);
    const spanMs = Date.parse(mutes[0]?.until ?? '') - before;
    expect(spanMs).toBeGreaterThan(119 * 60_000);
    expect(spanMs).toBeLessThan(121 * 60_000);
  });

  it('Mute until shift end: by the plan, and a word where there is none', async () => {
    const { unitId, on } = await openEpisode(2);
    await world.slack.click({ ...on, actionId: 'mute', option: 'shift' });
    const { mutes } = await stateOf(unitId);
    const [planned] = (
      await world.upstream.lms.query<{ ends: Date[] }>(
        `SELECT array_agg(DISTINCT shift_end) AS ends FROM lms_plan WHERE shift_start <= now() AND shift_end > now()`,
      )
    ).rows;
    const ends = (planned?.ends ?? []).map((end) => end.toISOString());
    // Where nobody of the workpool is planned to work now, the click is refused with a word.
    const refused = world.slack
      .ephemerals()
      .some(({ text }) => text.includes('no planned shift is under way'));
    // The world's cycles run ahead of the clock that clicks go by: a shift may be over for them.
    const { lastCycle } = await memory();
    const isOver = ends.some((end) => end <= (lastCycle ?? ''));
    expect(refused || isOver || mutes.some(({ until }) => ends.includes(until))).toBe(true);
  });

  it('Right, and Wrong with a reason, are kept with who said so', async () => {
    const { episodeId, on } = await openEpisode(0);
    await world.slack.click({ ...on, actionId: 'right', user: ALEX }, { times: 2 });
    await world.slack.click({ ...on, actionId: 'wrong' });
    const [view] = world.slack.views();
    expect(view?.title).toBe('Wrong alert');
    expect((await world.slack.submit(view?.id ?? '', { reason: 'closed for <cleaning>' })).status).toBe(200);
    expect(world.slack.views()).toEqual([]);
    expect((await memory()).feedback).toEqual([
      { episodeId, verdict: 'right', reason: null, by: 'alex (U00000002)' },
      { episodeId, verdict: 'wrong', reason: 'closed for <cleaning>', by: 'alex (U00000002)' },
    ]);
  });

  it('Why? shows the trace of that very decision', async () => {
    const { unitId, on } = await openEpisode(0);
    await world.slack.click({ ...on, actionId: 'why' });
    const view = world.slack.views().at(-1);
    expect(view?.title).toMatch(/^Why\?/);
    expect(JSON.stringify(view?.blocks)).toContain(unitId);
  });

  it('a click on what is over already changes nothing and says so', async () => {
    const { on } = await openEpisode(0);
    const gone = 'FRA1_SINGLES_TOTAL:HIGH:2020-01-01T00:00:00Z';
    const alert = world.slack.messages().find(({ ts }) => ts === on.ts);
    for (const block of alert?.blocks ?? [])
      for (const element of (block['elements'] ?? []) as Record<string, unknown>[])
        if (element['action_id'] === 'acknowledge') element['value'] = gone;
    const { revision } = await memory();
    expect((await world.slack.click({ ...on, actionId: 'acknowledge' })).status).toBe(200);
    await expect.poll(() => world.slack.ephemerals().at(-1)?.text).toContain('Nothing to do: no episode');
    expect((await memory()).revision).toBe(revision);
    expect(await countOf('http', 'already_closed')).toBe(1);
  });

  describe('requests that are none of Slack', () => {
    const payload = (episodeId: string) =>
      new URLSearchParams({
        payload: JSON.stringify({
          type: 'block_actions',
          user: { id: 'U00000009', username: 'mallory' },
          trigger_id: '1',
          channel: { id: 'C00000001' },
          message: { ts: '1.000001' },
          actions: [{ action_id: 'acknowledge', value: episodeId, action_ts: '1700000000.000001' }],
        }),
      }).toString();
    const post = (body: string, headers: Record<string, string>) =>
      fetch(`${interact.url}/slack/interactions`, { method: 'POST', body, headers });
    const nowSec = () => Math.floor(Date.now() / 1_000);

    it.each([
      [
        'another secret',
        'forged',
        (body: string) => headersFor(signRequest('other', String(nowSec()), body), nowSec()),
      ],
      ['no signature at all', 'forged', () => ({})],
      [
        'a body that was changed',
        'forged',
        () => headersFor(signRequest(SIGNING_SECRET, String(nowSec()), 'x'), nowSec()),
      ],
      [
        'a recording of ten minutes ago',
        'stale',
        (body: string) =>
          headersFor(signRequest(SIGNING_SECRET, String(nowSec() - 600), body), nowSec() - 600),
      ],
      [
        'a recording that claims to be of now',
        'forged',
        (body: string) => headersFor(signRequest(SIGNING_SECRET, String(nowSec() - 600), body), nowSec()),
      ],
    ])('%s: refused, counted, and nothing changes', async (_, outcome, sign) => {
      const { episodeId } = await openEpisode(3);
      const counted = await countOf('http', outcome);
      const { revision } = await memory();
      const body = payload(episodeId);
      expect((await post(body, sign(body))).status).toBe(401);
      expect(await countOf('http', outcome)).toBe(counted + 1);
      expect((await memory()).revision).toBe(revision);
    });

    it('a good signature over something else than a click', async () => {
      const timestamp = String(nowSec());
      for (const body of [
        'payload=%7B',
        'x=1',
        new URLSearchParams({ payload: '{"type":"block_actions"}' }).toString(),
      ])
        expect(
          (await post(body, headersFor(signRequest(SIGNING_SECRET, timestamp, body), nowSec()))).status,
        ).toBe(400);
    });

    it('a recording within the five minutes: done once', async () => {
      const { episodeId, unitId } = await openEpisode(3);
      const body = payload(episodeId);
      const headers = headersFor(signRequest(SIGNING_SECRET, String(nowSec()), body), nowSec());
      expect((await post(body, headers)).status).toBe(200);
      await warehouses.acknowledge(world.client, 'FRA1', { episodeId, by: 'lead', withdraw: true });
      expect((await post(body, headers)).status).toBe(200);
      expect((await stateOf(unitId)).episode?.acknowledgedBy).toBeNull();
    });
  });
});

function headersFor(signature: string, timestamp: number): Record<string, string> {
  return { 'x-slack-signature': signature, 'x-slack-request-timestamp': String(timestamp) };
}

describe('the signed link', () => {
  beforeAll(() => start(byHttp(world.config)));
  afterAll(() => interact.close());

  const linkOf = (episodeId: string, cycleId = world.now()) =>
    createFeedbackUrl({ publicUrl: interact.url, secret: LINK_SECRET }, episodeId, cycleId);

  it('a look at it says nothing; sending the form is one answer, however often', async () => {
    const { episodeId } = await openEpisode(1);
    const before = (await memory()).feedback.length;
    const link = linkOf(episodeId);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(episodeId);
    expect((await memory()).feedback).toHaveLength(before);
    const form = new URLSearchParams([
      ...new URL(link).searchParams,
      ['by', 'kim'],
      ['verdict', 'wrong'],
      ['reason', 'no'],
    ]);
    for (let sent = 0; sent < 2; sent += 1)
      expect((await fetch(`${interact.url}/feedback`, { method: 'POST', body: form })).status).toBe(200);
    expect((await memory()).feedback.slice(before)).toEqual([
      { episodeId, verdict: 'wrong', reason: 'no', by: 'kim (link)' },
    ]);
  });

  it.each([
    [
      'of another episode',
      (link: URL) => link.searchParams.set('e', 'FRA1_SINGLES_X:HIGH:2026-03-01T10:05:00Z'),
    ],
    ['with a later expiry', (link: URL) => link.searchParams.set('x', '9999999999')],
    ['without a signature', (link: URL) => link.searchParams.delete('s')],
  ])('%s: refused', async (_, change) => {
    const { episodeId } = await openEpisode(1);
    const link = new URL(linkOf(episodeId));
    change(link);
    const before = (await memory()).feedback.length;
    expect((await fetch(link)).status).toBe(403);
    const form = new URLSearchParams([...link.searchParams, ['by', 'kim'], ['verdict', 'right']]);
    expect((await fetch(`${interact.url}/feedback`, { method: 'POST', body: form })).status).toBe(403);
    expect((await memory()).feedback).toHaveLength(before);
  });

  it('expires', async () => {
    const { episodeId } = await openEpisode(1);
    const page = await fetch(linkOf(episodeId, '2026-01-01T00:00:00Z'));
    expect(page.status).toBe(403);
    expect(await page.text()).toContain('expired');
  });
});

describe('button, command line and update', () => {
  beforeAll(() => start(byHttp(world.config)));
  afterAll(() => interact.close());

  const WAYS: [string, (of: { episodeId: string; unitId: string }) => Promise<unknown>][] = [
    ['command line', ({ unitId }) => bufferwatch('ack', unitId, '--by', 'alex (U00000002)')],
    [
      'update',
      ({ unitId }) => warehouses.acknowledge(world.client, 'FRA1', { unit: unitId, by: 'alex (U00000002)' }),
    ],
    ['button', ({ episodeId }) => clickOn(episodeId, 'acknowledge')],
  ];

  it.each(WAYS)('an acknowledgement by %s gives the same state', async (_, act) => {
    const of = await openEpisode(3);
    await warehouses.acknowledge(world.client, 'FRA1', { unit: of.unitId, by: 'x', withdraw: true });
    await act(of);
    expect((await stateOf(of.unitId)).episode).toMatchObject({
      acknowledgedBy: 'alex (U00000002)',
      acknowledgedUntil: null,
    });
  });

  it('mute, unmute and feedback from the command line', async () => {
    const { unitId, episodeId } = await openEpisode(3);
    const muted = await bufferwatch('mute', unitId, '--for', '30m', '--by', 'kim', '--json');
    expect(JSON.parse(muted)).toMatchObject({ status: 'ok' });
    expect(JSON.stringify(alertOf(episodeId).blocks)).toContain('Muted by *kim* until ');
    expect((await stateOf(unitId)).mutes.at(-1)).toMatchObject({ by: 'kim' });
    expect(await bufferwatch('unmute', unitId)).toContain('ok: ');
    expect((await stateOf(unitId)).mutes).toEqual([]);
    await bufferwatch('feedback', episodeId, 'wrong', '--reason', 'a test', '--by', 'kim');
    expect((await memory()).feedback.at(-1)).toMatchObject({ verdict: 'wrong', reason: 'a test', by: 'kim' });
    await expect(bufferwatch('ack', 'FRA1_NO_SUCH')).rejects.toThrow('is no unit of warehouse FRA1');
    await expect(bufferwatch('ack', 'XXX1_A_TOTAL')).rejects.toThrow('no cycle has decided');
    await expect(bufferwatch('feedback', episodeId, 'maybe')).rejects.toThrow('is no verdict');
  });

  it('all of it outlives a restart of the worker', async () => {
    const before = await world.alertState('FRA1');
    await world.worker().shutdown();
    await world.startWorker();
    expect(await world.alertState('FRA1')).toEqual(before);
    expect(before.mutes.length).toBeGreaterThan(0);
  });
});

async function clickOn(episodeId: string, actionId: string): Promise<void> {
  const { channelId, ts } = alertOf(episodeId);
  await world.slack.click({ channelId, ts, actionId });
}

/** In this process, with the environment of the world; returns what it printed. */
async function bufferwatch(...args: string[]): Promise<string> {
  const { temporal, database } = world.config;
  const env = {
    BUFFERWATCH_ENV: world.config.environment,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    SLACK_BOT_TOKEN: 'xoxb-test',
    SLACK_API_URL: world.slack.url,
  };
  const before = { ...process.env };
  const lines: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  Object.assign(process.env, env);
  process.stdout.write = (text) => lines.push(String(text)) > 0;
  try {
    await createProgram().parseAsync(['node', 'bufferwatch', ...args]);
    return lines.join('');
  } finally {
    process.stdout.write = write;
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
