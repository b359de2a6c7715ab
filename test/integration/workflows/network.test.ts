/** What concerns the whole network is one alert, and a dead-man's switch is told of each cycle that decided. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';

const CODES = ['FRA1', 'LEJ1', 'MAD1'];

let world: World;
let heart: Server;
let beats: Record<string, unknown>[];
/** What the switch answers; null: nothing at all. */
let heartStatus: number | null;

beforeAll(async () => {
  beats = [];
  heartStatus = 200;
  heart = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (heartStatus === null) return;
      beats.push(JSON.parse(Buffer.concat(parts).toString()));
      response.writeHead(heartStatus).end();
    });
  });
  heart.listen(0, '127.0.0.1');
  await once(heart, 'listening');
  const address = heart.address();
  const port = typeof address === 'object' ? address?.port : 0;
  world = await createWorld({
    env: { BUFFERWATCH_HEARTBEAT_URL: `http://127.0.0.1:${port}/beat/secret-path` },
  });
  for (const code of CODES) await world.onboard(code);
  await world.app.query("INSERT INTO alert_route (channel, fallback) VALUES ('#network', true)");
  await world.advance(1);
});
afterAll(async () => {
  await world?.stop();
  heart.closeAllConnections();
  heart.close();
});

const networkMessages = () => world.slack.messages().filter(({ channel }) => channel === '#network');
/** Alerts of a warehouse about its own lack of data. */
const blindWarehouses = () =>
  world.slack
    .messages()
    .filter(({ metadata }) => /^[A-Z]{3}1:DATA:/.test(String(metadata?.event_payload['episode_id'])));

describe("the dead-man's switch", () => {
  it('hears of each cycle that decided', async () => {
    await world.cycle();
    expect(beats).toEqual([{ cycleId: world.now(), environment: 'prod', decided: 3, failed: 0 }]);
  });

  it('that refuses is a note of the cycle, without its address, and harms nothing', async () => {
    heartStatus = 500;
    await world.advance(5);
    const result = await world.cycle();
    expect(result).toMatchObject({
      status: 'completed',
      notes: ['heartbeat: BUFFERWATCH_HEARTBEAT_URL answers 500'],
    });
  });

  it('that hangs holds up nothing for long', async () => {
    heartStatus = null;
    await world.advance(5);
    const result = await world.cycle();
    expect(result.notes).toEqual(['heartbeat: BUFFERWATCH_HEARTBEAT_URL does not answer in time']);
    expect(JSON.stringify(result)).not.toContain('secret-path');
    heartStatus = 200;
  });
});

describe('missed cycles', () => {
  it('are one alert, which the next regular cycle clears', async () => {
    await world.advance(20);
    await world.cycle();
    const [alert, ...more] = networkMessages();
    expect(more).toEqual([]);
    expect(alert?.text).toContain('3 cycles were missed');
    await world.advance(5);
    await world.cycle();
    expect(networkMessages()).toHaveLength(1);
    expect(networkMessages()[0]?.text).toContain('Cleared');
  });
});

describe('a source that goes silent in every warehouse', () => {
  it('is one network alert, and none for each warehouse', async () => {
    // The query works and brings nothing new: the feed behind it has stopped.
    await world.upstream.wes.query('CREATE RULE silent AS ON INSERT TO wes_stock DO INSTEAD NOTHING');
    for (let cycle = 0; cycle < 7; cycle += 1) {
      await world.advance(5);
      expect((await world.cycle()).absent).toEqual([]);
    }
    const told = networkMessages().filter(({ text }) => text.includes('no usable data'));
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told[0]?.blocks)).toContain('no usable row in 3 of 3 warehouses: FRA1, LEJ1, MAD1');
    expect(blindWarehouses()).toEqual([]);
    const state = await world.alertState('FRA1');
    expect(state.units.find(({ unitId }) => unitId === 'FRA1')?.alerts).toMatchObject([
      { label: 'SUPPRESSED', reason: 'subsumed', winner: 'network' },
    ]);
  });

  it('is over when the data are back, and says so once', async () => {
    await world.upstream.wes.query('DROP RULE silent ON wes_stock');
    await world.advance(5);
    await world.cycle();
    expect(networkMessages()).toHaveLength(2);
    expect(networkMessages()[1]?.text).toContain('Cleared');
    expect(blindWarehouses()).toEqual([]);
  });
});

describe('dev and prod in one channel', () => {
  it('each finds its own alert alone', () => {
    const keys = networkMessages().map(({ metadata }) => String(metadata?.event_payload['key']));
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(/^network\/prod\//);
  });
});
