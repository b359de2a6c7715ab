/** People's answers on real parts: buttons by HTTP and by socket, links, the command line, all on one warehouse. */
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import * as warehouses from '../../../src/client/warehouse.ts';
import type { RunningInteract } from '../../../src/interact/server.ts';
import { signRequest } from '../../../src/interact/signature.ts';
import { createFeedbackUrl } from '../../../src/slack/feedback-link.ts';
import { createAnswering, LINK_SECRET, PUBLIC_URL, SIGNING_SECRET, type Answering } from './answering.ts';

const KIM = { id: 'U00000003', username: 'kim' };
const ALEX = { id: 'U00000002', username: 'alex' };

let answering: Answering;
let world: Answering['world'];
let interact: RunningInteract;

beforeAll(async () => {
  answering = await createAnswering();
  ({ world } = answering);
});
afterAll(() => world?.stop());

async function startBy(way: 'http' | 'socket'): Promise<void> {
  interact = await answering.start(way);
}

async function countOf(way: string, outcome: string): Promise<number> {
  const text = await (await fetch(`${interact.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.includes(`way="${way}",outcome="${outcome}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('clicks by HTTP', () => {
  beforeAll(() => startBy('http'));
  afterAll(() => interact.close());

  it('every alert has its buttons', async () => {
    const [alert] = answering.alerts();
    const text = JSON.stringify(alert?.blocks);
    for (const label of ['Acknowledge', 'Mute', 'Right', 'Wrong', 'Why?', 'Open in console'])
      expect(text).toContain(label);
    expect(text).toContain('https://console.example/units/FRA1_');
    expect(text).toContain(`${PUBLIC_URL}/feedback?`);
  });

  it('Acknowledge: within 3 s, once however often, and the message and the history say who', async () => {
    const { episodeId, unitId, on } = answering.openEpisode(0);
    const { status, tookMs } = await world.slack.click({ ...on, actionId: 'acknowledge' }, { times: 3 });
    expect(status).toBe(200);
    expect(tookMs).toBeLessThan(3_000);
    await interact.settled();
    expect(answering.shownOn(episodeId)).toContain('Acknowledged by *alex* at ');
    expect((await answering.stateOf(unitId)).episode).toMatchObject({
      acknowledgedBy: 'alex (U00000002)',
      acknowledgedUntil: null,
    });
    // Asked once more beyond the run that took it: continued as new meanwhile, the click's id is remembered.
    expect(
      (await answering.memory()).operated?.filter((id) => id.startsWith('click/U00000002/acknowledge/')),
    ).toHaveLength(1);
    expect(answering.alertOf(episodeId).metadata?.event_payload['episode_id']).toBe(episodeId);
  });

  it('Mute: as long as it says from the moment of the click, and the message says until when', async () => {
    const { episodeId, unitId, on } = answering.openEpisode(1);
    const before = Date.now();
    expect((await world.slack.click({ ...on, actionId: 'mute', option: '2h' })).status).toBe(200);
    await interact.settled();
    expect(answering.shownOn(episodeId)).toContain('Muted by *alex* until ');
    const { mutes } = await answering.stateOf(unitId);
    expect(mutes).toMatchObject([{ by: 'alex (U00000002)', from: null }]);
    const spanMs = Date.parse(mutes[0]?.until ?? '') - before;
    expect(spanMs).toBeGreaterThan(119 * 60_000);
    expect(spanMs).toBeLessThan(121 * 60_000);
  });

  it('Mute until shift end: by the plan', async () => {
    const { episodeId, unitId, on } = answering.openEpisode(2);
    await world.slack.click({ ...on, actionId: 'mute', option: 'shift' });
    await interact.settled();
    expect(answering.shownOn(episodeId)).toContain('Muted by *alex* until ');
    const { rows } = await world.upstream.lms.query<{ shift_end: Date }>(
      'SELECT DISTINCT shift_end FROM lms_plan WHERE shift_start <= now() AND shift_end > now()',
    );
    const until = (await answering.stateOf(unitId)).mutes.at(-1)?.until;
    expect(rows.map(({ shift_end: end }) => end.toISOString())).toContain(until);
  });

  it('Mute until shift end: a word where no shift is planned', async () => {
    const { on } = answering.openEpisode(0);
    const { revision } = await answering.memory();
    const body = clickOf('FRA1_UNPLANNED_TOTAL:HIGH:2026-01-01T00:00:00Z', on, {
      action_id: 'mute',
      selected_option: { value: 'shift' },
    });
    expect((await send(body, signed(body))).status).toBe(200);
    await interact.settled();
    expect(world.slack.ephemerals().at(-1)?.text).toContain('no planned shift is known to be under way');
    expect((await answering.memory()).revision).toBe(revision);
  });

  it('Right, and Wrong with a reason, are kept with who said so', async () => {
    const { episodeId, on } = answering.openEpisode(0);
    await world.slack.click({ ...on, actionId: 'right', user: KIM }, { times: 2 });
    await world.slack.click({ ...on, actionId: 'right', user: ALEX });
    await world.slack.click({ ...on, actionId: 'wrong' });
    const [view] = world.slack.views();
    expect(view?.title).toBe('Wrong alert');
    expect((await world.slack.submit(view?.id ?? '', { reason: 'closed for <cleaning>' })).status).toBe(200);
    expect(world.slack.views()).toEqual([]);
    await interact.settled();
    expect((await answering.memory()).feedback).toEqual([
      { episodeId, verdict: 'right', reason: null, by: 'kim (U00000003)' },
      // The later one of the same person stands.
      { episodeId, verdict: 'wrong', reason: 'closed for <cleaning>', by: 'alex (U00000002)' },
    ]);
  });

  it('Why? shows the trace of that very decision', async () => {
    const { unitId, on } = answering.openEpisode(0);
    await world.slack.click({ ...on, actionId: 'why' });
    const view = world.slack.views().at(-1);
    expect(view?.title).toMatch(/^Why\?/);
    expect(JSON.stringify(view?.blocks)).toContain(unitId);
  });

  it('a click on what is over already changes nothing and says so', async () => {
    const { on } = answering.openEpisode(0);
    const value = 'FRA1_SINGLES_TOTAL:HIGH:2020-01-01T00:00:00Z';
    const { revision } = await answering.memory();
    expect((await world.slack.click({ ...on, actionId: 'acknowledge', value })).status).toBe(200);
    await interact.settled();
    expect(world.slack.ephemerals().at(-1)?.text).toContain('Nothing to acknowledge: no episode');
    expect((await answering.memory()).revision).toBe(revision);
    expect(await countOf('http', 'already_closed')).toBe(1);
  });

  describe('requests that are none of Slack', () => {
    const on = { channelId: 'C00000001', ts: '1.000001' };
    const payload = (episodeId: string) => clickOf(episodeId, on, { action_id: 'acknowledge' });

    it.each([
      ['another secret', 'forged', (body: string) => signed(body, { secret: 'other' })],
      ['no signature at all', 'forged', () => ({})],
      ['a body that was changed', 'forged', () => signed('x')],
      [
        'a recording of ten minutes ago',
        'stale',
        (body: string) => signed(body, { signedAgoSec: 600, saidAgoSec: 600 }),
      ],
      [
        'a recording that claims to be of now',
        'forged',
        (body: string) => signed(body, { signedAgoSec: 600 }),
      ],
    ])('%s: refused, counted, and nothing changes', async (_, outcome, sign) => {
      const { episodeId } = answering.openEpisode(3);
      const counted = await countOf('http', outcome);
      const { revision } = await answering.memory();
      const body = payload(episodeId);
      expect((await send(body, sign(body))).status).toBe(401);
      expect(await countOf('http', outcome)).toBe(counted + 1);
      expect((await answering.memory()).revision).toBe(revision);
    });

    it('a good signature over something else than a click', async () => {
      const half = new URLSearchParams({ payload: '{"type":"block_actions"}' }).toString();
      for (const body of ['payload=%7B', 'x=1', half])
        expect((await send(body, signed(body))).status).toBe(400);
    });

    it('a recording within the five minutes: done once', async () => {
      const { episodeId, unitId } = answering.openEpisode(3);
      const body = payload(episodeId);
      const headers = signed(body);
      expect((await send(body, headers)).status).toBe(200);
      await interact.settled();
      await warehouses.acknowledge(world.client, 'FRA1', { episodeId, by: 'lead', withdraw: true });
      expect((await send(body, headers)).status).toBe(200);
      await interact.settled();
      expect((await answering.stateOf(unitId)).episode?.acknowledgedBy).toBeNull();
    });
  });
});

/** Body of the request for a click of somebody else. */
function clickOf(
  episodeId: string,
  on: { channelId: string; ts: string },
  action: { action_id: string; selected_option?: { value: string } },
): string {
  const payload = {
    type: 'block_actions',
    user: { id: 'U00000009', username: 'mallory' },
    trigger_id: '1',
    channel: { id: on.channelId },
    message: { ts: on.ts },
    actions: [
      { ...action, value: episodeId, block_id: `episode ${episodeId}`, action_ts: '1700000000.000001' },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

function send(body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${interact.url}/slack/interactions`, { method: 'POST', body, headers });
}

/** As Slack signs, but for what is given: another secret, another instant in the signature or beside it. */
function signed(
  body: string,
  { secret = SIGNING_SECRET, signedAgoSec = 0, saidAgoSec = 0 } = {},
): Record<string, string> {
  const nowSec = Math.floor(Date.now() / 1_000);
  return {
    'x-slack-signature': signRequest(secret, String(nowSec - signedAgoSec), body),
    'x-slack-request-timestamp': String(nowSec - saidAgoSec),
  };
}

describe('the signed link', () => {
  beforeAll(() => startBy('http'));
  afterAll(() => interact.close());

  const linkOf = (episodeId: string, cycleId = world.now()) =>
    createFeedbackUrl({ publicUrl: interact.url, secret: LINK_SECRET }, episodeId, cycleId);

  it('a look at it says nothing; sending the form is one answer, however often', async () => {
    const { episodeId } = answering.openEpisode(1);
    const before = (await answering.memory()).feedback.length;
    const link = linkOf(episodeId);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(episodeId);
    expect((await answering.memory()).feedback).toHaveLength(before);
    const form = new URLSearchParams([
      ...new URL(link).searchParams,
      ['by', 'kim'],
      ['verdict', 'wrong'],
      ['reason', 'no'],
    ]);
    for (let sent = 0; sent < 2; sent += 1)
      expect((await fetch(`${interact.url}/feedback`, { method: 'POST', body: form })).status).toBe(200);
    await interact.settled();
    expect((await answering.memory()).feedback.slice(before)).toEqual([
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
    const { episodeId } = answering.openEpisode(1);
    const link = new URL(linkOf(episodeId));
    change(link);
    const before = (await answering.memory()).feedback.length;
    expect((await fetch(link)).status).toBe(403);
    const form = new URLSearchParams([...link.searchParams, ['by', 'kim'], ['verdict', 'right']]);
    expect((await fetch(`${interact.url}/feedback`, { method: 'POST', body: form })).status).toBe(403);
    expect((await answering.memory()).feedback).toHaveLength(before);
  });

  it.each([
    ['without its boundary', 'x', { 'content-type': 'multipart/form-data' }, 400],
    [
      'cut off',
      '--b\r\nContent-Disposition: form-da',
      { 'content-type': 'multipart/form-data; boundary=b' },
      400,
    ],
  ])('a form %s is refused as one', async (_, body, headers, status) => {
    expect((await fetch(`${interact.url}/feedback`, { method: 'POST', body, headers })).status).toBe(status);
  });

  it('a form that is too large is refused before it is read', async () => {
    const headers = { 'content-length': '1000001', 'content-type': 'application/x-www-form-urlencoded' };
    const sending = request(`${interact.url}/feedback`, { method: 'POST', headers, agent: false });
    sending.flushHeaders();
    const status = await new Promise((resolve, reject) => {
      sending.once('response', (answer) => resolve(answer.statusCode)).once('error', reject);
    });
    sending.destroy();
    expect(status).toBe(413);
  });

  it('a name with a NUL, and one that is cut within an emoji, are kept', async () => {
    const { episodeId } = answering.openEpisode(1);
    for (const by of ['a\u0000b', `${'x'.repeat(79)}\u{1f600}`]) {
      const form = new URLSearchParams([
        ...new URL(linkOf(episodeId)).searchParams,
        ['by', by],
        ['verdict', 'right'],
      ]);
      expect((await fetch(`${interact.url}/feedback`, { method: 'POST', body: form })).status).toBe(200);
    }
    await interact.settled();
    const names = (await answering.memory()).feedback.map(({ by }) => by);
    expect(names).toEqual(expect.arrayContaining(['ab (link)', `${'x'.repeat(79)} (link)`]));
  });

  it('one link can be used only so often', async () => {
    const { episodeId } = answering.openEpisode(2);
    const link = new URL(linkOf(episodeId));
    const statuses: number[] = [];
    for (let at = 0; at < 52; at += 1) {
      const form = new URLSearchParams([...link.searchParams, ['by', `p${at}`], ['verdict', 'right']]);
      statuses.push((await fetch(`${interact.url}/feedback`, { method: 'POST', body: form })).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(statuses.slice(-2)).toEqual([429, 429]);
    await interact.settled();
  });

  it('expires', async () => {
    const { episodeId } = answering.openEpisode(1);
    const page = await fetch(linkOf(episodeId, '2026-01-01T00:00:00Z'));
    expect(page.status).toBe(403);
    expect(await page.text()).toContain('expired');
  });
});

describe('button, command line and update', () => {
  beforeAll(() => startBy('http'));
  afterAll(() => interact.close());

  const WAYS: [string, (of: { episodeId: string; unitId: string }) => Promise<unknown>][] = [
    ['command line', ({ unitId }) => bufferwatch('ack', unitId, '--by', 'alex (U00000002)')],
    [
      'update',
      ({ unitId }) => warehouses.acknowledge(world.client, 'FRA1', { unit: unitId, by: 'alex (U00000002)' }),
    ],
    [
      'button',
      async ({ episodeId }) => {
        await clickOn(episodeId, 'acknowledge');
        await interact.settled();
      },
    ],
  ];

  it.each(WAYS)('an acknowledgement by %s gives the same state', async (_, act) => {
    const of = answering.openEpisode(3);
    await warehouses.acknowledge(world.client, 'FRA1', { unit: of.unitId, by: 'x', withdraw: true });
    await act(of);
    expect((await answering.stateOf(of.unitId)).episode).toMatchObject({
      acknowledgedBy: 'alex (U00000002)',
      acknowledgedUntil: null,
    });
  });

  it('mute, unmute and feedback from the command line', async () => {
    const { unitId, episodeId } = answering.openEpisode(3);
    const muted = await bufferwatch('mute', unitId, '--for', '30m', '--by', 'kim', '--json');
    expect(JSON.parse(muted)).toMatchObject({ status: 'ok' });
    expect(answering.shownOn(episodeId)).toMatch(/Muted by \*kim\* until \d\d:\d\d CES?T"/);
    expect((await answering.stateOf(unitId)).mutes.at(-1)).toMatchObject({ by: 'kim' });
    expect(await bufferwatch('unmute', unitId)).toContain('ok: ');
    expect((await answering.stateOf(unitId)).mutes).toEqual([]);
    await bufferwatch('feedback', episodeId, 'wrong', '--reason', 'a test', '--by', 'kim');
    expect((await answering.memory()).feedback.at(-1)).toMatchObject({
      verdict: 'wrong',
      reason: 'a test',
      by: 'kim',
    });
    await expect(bufferwatch('ack', 'FRA1_NO_SUCH')).rejects.toThrow('is no unit of warehouse FRA1');
    await expect(bufferwatch('ack', 'XXX1_A_TOTAL')).rejects.toThrow('there is no warehouse XXX1');
    await expect(bufferwatch('feedback', episodeId, 'maybe')).rejects.toThrow('is no verdict');
    await expect(bufferwatch('feedback', `${unitId}:HIGH:2020-01-01T00:00:00Z`, 'right')).rejects.toThrow(
      'is no episode that warehouse FRA1 remembers',
    );
  });

  it('all of it outlives a restart of the worker', async () => {
    const { unitId } = answering.openEpisode(1);
    await bufferwatch('mute', unitId, '--for', '2h', '--by', 'kim');
    await bufferwatch('ack', unitId, '--by', 'kim');
    const before = await world.alertState('FRA1');
    await world.worker().shutdown();
    await world.startWorker();
    expect(await world.alertState('FRA1')).toEqual(before);
    expect(await answering.stateOf(unitId)).toMatchObject({
      episode: { acknowledgedBy: 'kim' },
      mutes: expect.arrayContaining([expect.objectContaining({ by: 'kim' })]),
    });
  });
});

async function clickOn(episodeId: string, actionId: string): Promise<void> {
  const { channelId, ts } = answering.alertOf(episodeId);
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

describe('clicks by Socket Mode', () => {
  beforeEach(() => startBy('socket'));
  afterEach(() => interact.close());

  it('the same buttons work, also after Slack has recycled the connection', async () => {
    // Acknowledged, muted and asked about by the tests before, and withdrawn here: all of that must not matter.
    const { episodeId, unitId, on } = answering.openEpisode(0);
    await warehouses.acknowledge(world.client, 'FRA1', { episodeId, by: 'lead', withdraw: true });
    expect((await answering.stateOf(unitId)).episode?.acknowledgedBy).toBeNull();
    expect(world.slack.sockets()).toBe(1);
    expect((await world.slack.click({ ...on, actionId: 'acknowledge' })).status).toBe(200);
    await interact.settled();
    expect(answering.shownOn(episodeId)).toContain('Acknowledged by *alex*');
    world.slack.dropSockets();
    await expect.poll(() => world.slack.sockets(), { timeout: 8_000 }).toBe(1);
    expect((await world.slack.click({ ...on, actionId: 'mute', option: '30m' })).status).toBe(200);
    await interact.settled();
    expect(answering.shownOn(episodeId)).toContain('Muted by *alex*');
    const { episode, mutes } = await answering.stateOf(unitId);
    expect(episode?.acknowledgedBy).toBe('alex (U00000002)');
    expect(mutes.at(-1)?.by).toBe('alex (U00000002)');
    expect((await fetch(`${interact.url}/healthz`)).status).toBe(200);
  });

  it('without a signing secret nothing is taken by HTTP', async () => {
    expect((await fetch(`${interact.url}/slack/interactions`, { method: 'POST' })).status).toBe(404);
  });

  it('is not healthy while Slack refuses the connection', async () => {
    world.slack.fail({ method: 'apps.connections.open', kind: 'invalid_auth', times: 100 });
    world.slack.dropSockets();
    await expect
      .poll(async () => (await fetch(`${interact.url}/healthz`)).status, { timeout: 8_000 })
      .toBe(503);
    world.slack.clearFaults();
    await expect
      .poll(async () => (await fetch(`${interact.url}/healthz`)).status, { timeout: 8_000 })
      .toBe(200);
  });
});

describe('when it is over', () => {
  beforeAll(() => startBy('http'));
  afterAll(() => interact.close());

  it('the message says who had acknowledged it', async () => {
    const { episodeId } = answering.openEpisode(0);
    await clickOn(episodeId, 'acknowledge');
    await interact.settled();
    await world.relieve('FRA1');
    const cleared = () =>
      world.slack.messages().find(({ metadata, text }) => {
        return metadata?.event_payload['episode_id'] === episodeId && text.includes('alert from ');
      });
    for (let cycle = 0; cycle < 5 && !cleared(); cycle += 1) {
      await world.advance(5);
      await world.cycle();
    }
    expect(cleared()?.text).toContain(' Acknowledged by alex.');
    expect(JSON.stringify(cleared()?.blocks)).not.toMatch(/Acknowledge"|Mute|Wrong/);
  });

  it('what it asks to undo is done by a click, or from a prompt, and the message says by whom', async () => {
    const { undo: [first, second] = [] } = await warehouses.queryAlertState(world.client, 'FRA1');
    expect(first && answering.shownOn(first.episodeId)).toContain('"Done"');
    await clickOn(first!.episodeId, 'done');
    await interact.settled();
    expect(answering.shownOn(first!.episodeId)).toContain('Done by *alex* at ');
    expect(second).toBeDefined();
    await bufferwatch('ack', second!.episodeId, '--done', '--by', 'kim');
    expect(answering.shownOn(second!.episodeId)).toContain('Done by *kim* at ');
    const { undo } = await warehouses.queryAlertState(world.client, 'FRA1');
    expect(undo?.slice(0, 2).map(({ doneBy }) => doneBy)).toEqual(['alex (U00000002)', 'kim']);
  });
});
