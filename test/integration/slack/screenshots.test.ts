/**
 * The pictures in README: what the program posts to Slack of simulated floors. `TAKE_SCREENSHOTS=1 npx vitest run
 * screenshots` takes them anew with the browser that CHROMIUM names, and writes beside each the text that it shows.
 * Every run compares that text, since pixels differ from machine to machine.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDeliver } from '../../../src/activities/deliver/deliver.ts';
import type { DeliveryConfirmation, Transition } from '../../../src/domain/suppress/contract.ts';
import type { Environment } from '../../../src/domain/vocabulary.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { createPicturePort } from '../../../src/slack/picture/picture-port.ts';
import { createSlackPort } from '../../../src/slack/slack-port.ts';
import { textOf } from './page-text.ts';
import { watchFloor, type WatchedFloor } from './simulated-floor.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const TAKING = process.env['TAKE_SCREENSHOTS'] !== undefined;
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Below it the page leaves the list of channels out. */
const WIDTH = 700;
const TOKEN = 'xoxb-screenshots';
/** A post comes some moments after the snapshot. */
const POSTED_AFTER_MS = 12_000;

const MADRID = { code: 'MAD1', name: 'Madrid 1', timezone: 'Europe/Madrid', channel: '#mad1-flow' };
const MORNING = Date.parse('2026-03-02T07:00:00Z');

let surge: WatchedFloor;
let gridlock: WatchedFloor;
beforeAll(() => {
  // The demo's third warehouse, in its first two hours.
  surge = watchFloor({ ...MADRID, seed: 1, firstTrouble: 'SURGE', startMs: MORNING, cycles: 24 });
  // One in which so much is wrong at once that it takes one message for all.
  gridlock = watchFloor({ ...MADRID, seed: 16, firstTrouble: 'GRIDLOCK', startMs: MORNING, cycles: 1 });
});
afterEach(() => vi.useRealTimers());

interface Shot {
  name: string;
  environment: Environment;
  floor: () => WatchedFloor;
  /** Which of all that is said there: one alert is clearer than all of a morning. */
  shows: (transition: Transition) => boolean;
  /** The cycle after which the picture is taken, by its index. */
  until: () => number;
  /** The first message alone, its thread folded as Slack folds it. */
  firstAlone?: true;
}

const SHOTS: Shot[] = [
  { name: 'alert-new', ...oneAlert(), until: () => cycleOf('NEW') },
  { name: 'alert-ongoing', ...oneAlert(), until: () => cycleOf('ONGOING') },
  { name: 'alert-cleared', ...oneAlert(), until: () => cycleOf('CLEARED') },
  { name: 'alert-summary', environment: 'prod', ...allOfTheFirstCycle(), firstAlone: true },
  { name: 'dev-board', environment: 'dev', ...allOfTheFirstCycle(), shows: () => false },
];

function oneAlert() {
  return {
    environment: 'prod' as const,
    floor: () => surge,
    shows: ({ episodeId }: Transition) => episodeId === wholeEpisode(),
  };
}

function allOfTheFirstCycle() {
  return { floor: () => gridlock, shows: () => true, until: () => 0 };
}

/** The first that people were told of from its beginning to its end, with a word between. */
function wholeEpisode(): string {
  const said = surge.cycles.flatMap((cycle) => cycle.said);
  const has = (episodeId: string, label: Transition['label']) =>
    said.some((each) => each.episodeId === episodeId && each.label === label);
  const found = said.find(
    ({ episodeId, label }) => label === 'NEW' && has(episodeId, 'ONGOING') && has(episodeId, 'CLEARED'),
  );
  if (!found) throw new Error('no alert with a word between its beginning and its end');
  return found.episodeId;
}

/** Where it is said first. */
function cycleOf(label: Transition['label']): number {
  const episodeId = wholeEpisode();
  return surge.cycles.findIndex(({ said }) =>
    said.some((each) => each.episodeId === episodeId && each.label === label),
  );
}

describe('pictures of README', () => {
  it.each(SHOTS)('$name says what the program says', async (shot) => {
    const slack = await startSlackEndpoint({ channels: [MADRID.channel] });
    try {
      await play(shot, slack);
      const messages = slack.messages();
      const text = `${textOf(shot.firstAlone ? messages.slice(0, 1) : messages)}\n`;
      if (TAKING) {
        writeFileSync(`${FOLDER}${shot.name}.txt`, text);
        await takePicture(slack.pageUrl, `${FOLDER}${shot.name}.png`, shot.firstAlone ? FIRST_ALONE : '');
      }
      expect(text, 'TAKE_SCREENSHOTS=1 npx vitest run screenshots takes the pictures anew').toBe(
        readFileSync(`${FOLDER}${shot.name}.txt`, 'utf8'),
      );
    } finally {
      await slack.close();
    }
  });

  it('are all that there are', () => {
    const files = SHOTS.flatMap(({ name }) => [`${name}.png`, `${name}.txt`]);
    expect(readdirSync(FOLDER).toSorted()).toEqual(files.toSorted());
  });
});

/** Delivers each cycle's words as they were said, at the time at which they were. */
async function play({ environment, floor, shows, until }: Shot, slack: SlackEndpoint): Promise<void> {
  const { cycles, artifacts, settings } = floor();
  const messages: Transition['messages'] = [];
  let outbox: Transition[] = [];
  const delivery = createDeliver({
    slack: createSlackPort({ token: TOKEN, apiUrl: slack.url, paceMs: 1 }),
    pictures: createPicturePort({ token: TOKEN, apiUrl: slack.url }),
    messageActions: { interactive: true, consoleUrl: null, feedbackUrl: null },
    readSettings: () => Promise.resolve(settings),
    takeOutbox: () => Promise.resolve(outbox),
    recordHandOvers: () => Promise.resolve([]),
    listDelivered: () => Promise.resolve([]),
    getArtifact: <T>(id: string): Promise<T> => {
      const body = artifacts.get(id);
      return body === undefined ? Promise.reject(new Error(`no artifact ${id}`)) : Promise.resolve(body as T);
    },
    putArtifact: ({ rows }) => Promise.resolve({ id: 'x', sha256: '', rows }),
    confirm: async (_, { channel, channelId, messageTs }: DeliveryConfirmation) =>
      void messages.push({ channel, channelId, ts: messageTs }),
    heartbeat: () => undefined,
    attempt: () => 1,
    now: Date.now,
  });
  for (const { cycleId, snapshotTs, traceId, said } of cycles.slice(0, until() + 1)) {
    // What the endpoint asks for the time stands still meanwhile; what waits goes on.
    vi.useFakeTimers({ toFake: ['Date'], now: snapshotTs + POSTED_AFTER_MS });
    outbox = said.filter(shows).map((each) => ({ ...each, messages: [...messages] }));
    if (outbox.length === 0 && environment === 'prod') continue;
    const { code, name, timezone } = settings.warehouse;
    await delivery.deliver({
      ...{ warehouse: { code, name, timezone }, cycleId, snapshotTs, environment, traceId },
      ...{ prefix: environment, mode: 'live', asked: 1, suppressId: 'suppress' },
      snapshot: { id: 'snapshot', sha256: '', rows: 0 },
    });
  }
}

/** The page has the newest message first. */
const FIRST_ALONE = `
  for (const later of [...document.querySelectorAll('article')].slice(0, -1)) later.remove();
  for (const thread of document.querySelectorAll('details')) thread.open = false;`;

/** As high as what it shows: a first look measures it. @param change done to the page before */
async function takePicture(pageUrl: string, file: string, change: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bufferwatch-picture-'));
  try {
    const page = join(folder, 'page.html');
    const script = `addEventListener('load', () => {${change}
      const bottoms = [...document.querySelectorAll('article')].map((each) => each.getBoundingClientRect().bottom);
      document.title = Math.ceil(Math.max(...bottoms));
    })`;
    const html = await (await fetch(pageUrl)).text();
    writeFileSync(
      page,
      html
        .replace('<head>', `<head><base href="${pageUrl}">`)
        .replace(/<script>[^]*<\/script>/, () => `<script>${script}</script>`),
    );
    const look = (height: number, what: string) =>
      promisify(execFile)(CHROMIUM, [
        ...['--headless', '--no-sandbox', '--hide-scrollbars', '--disable-gpu'],
        ...[`--user-data-dir=${folder}`, `--window-size=${WIDTH},${height}`, what, `file://${page}`],
      ]);
    const { stdout } = await look(600, '--dump-dom');
    const height = Number(/<title>(\d+)<\/title>/.exec(stdout)?.[1]);
    await look(height, `--screenshot=${file}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
