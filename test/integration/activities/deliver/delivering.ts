/** A worker's delivery with the official client against the strict local Web API, over HTTP. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach } from 'vitest';
import {
  createDeliver,
  type DeliverDependencies,
  type DeliverInput,
} from '../../../../src/activities/deliver/deliver.ts';
import type { Arrival } from '../../../../src/activities/deliver/episode-places.ts';
import type { DeliveryConfirmation, Transition } from '../../../../src/domain/suppress/contract.ts';
import {
  startSlackEndpoint,
  type SlackEndpoint,
} from '../../../../src/local/slack-endpoint/slack-endpoint.ts';
import { NO_ACTIONS } from '../../../../src/slack/buttons.ts';
import { createPicturePort } from '../../../../src/slack/picture/picture-port.ts';
import { createSlackPort } from '../../../../src/slack/slack-port.ts';
import { newTransition } from '../../../unit/slack/transitions.ts';

export const TOKEN = 'xoxb-a-secret-that-no-error-may-show';
export const SNAPSHOT = Date.parse('2026-03-02T10:05:00Z');

/** A new one for each test. */
export let slack: SlackEndpoint;

beforeEach(async () => {
  slack = await startSlackEndpoint({
    channels: [
      '#fra1-flow',
      '#ops',
      '#other',
      { name: 'closed', archived: true },
      { name: 'elsewhere', member: false },
    ],
  });
});
afterEach(() => slack.close());

/** A worker's delivery, with the confirmations and artifacts it makes. */
export function createWorker(
  options: {
    token?: string;
    timeoutMs?: number;
    artifacts?: Record<string, unknown>;
    /** What happens between a message and its picture. */
    beforePicture?: () => Promise<void>;
    /** What is written down as arrived, which workers share; absent: nothing is. */
    ledger?: Arrival[];
  } = {},
) {
  const confirmed: DeliveryConfirmation[] = [];
  const bodies: unknown[] = [];
  /** The worker dies before a confirmation is written down, or before `warehouse` is told of it. */
  const failing = { confirms: 0, tells: 0 };
  const confirming = { now: 0, most: 0 };
  const pictures = createPicturePort({ token: options.token ?? TOKEN, apiUrl: slack.url });
  let attempt = 1;
  let outbox: Transition[] = [];
  const handed: Awaited<ReturnType<DeliverDependencies['recordHandOvers']>> = [];
  const delivery = createDeliver({
    slack: createSlackPort({
      token: options.token ?? TOKEN,
      apiUrl: slack.url,
      timeoutMs: options.timeoutMs ?? 1_000,
      paceMs: 1,
    }),
    readSettings,
    messageActions: NO_ACTIONS,
    pictures: {
      async upload(png, title) {
        await options.beforePicture?.();
        return pictures.upload(png, title);
      },
    },
    takeOutbox: () => Promise.resolve(outbox),
    recordHandOvers: () => Promise.resolve(handed),
    listDelivered: () => Promise.resolve([...(options.ledger ?? [])]),
    async getArtifact<T>(id: string): Promise<T> {
      const body = id === 'suppress' ? { outbox } : options.artifacts?.[id];
      if (body === undefined) throw new Error(`artifact ${id} has expired`);
      return JSON.parse(JSON.stringify(body));
    },
    async putArtifact({ body, rows }) {
      bodies.push(body);
      return { id: `deliver-${bodies.length}`, sha256: '', rows };
    },
    async confirm(_, confirmation) {
      if (failing.confirms > 0) {
        failing.confirms -= 1;
        throw new Error('the worker died before it could confirm');
      }
      const { episodeId, sequence } = confirmation;
      const of = outbox.find((each) => each.episodeId === episodeId && each.sequence === sequence);
      if (of) options.ledger?.push({ ...confirmation, label: of.label, cycleId: of.cycleId });
      if (failing.tells > 0) {
        failing.tells -= 1;
        throw new Error('the worker died before it could tell warehouse');
      }
      confirming.now += 1;
      confirming.most = Math.max(confirming.most, confirming.now);
      await sleep(1);
      confirming.now -= 1;
      confirmed.push(confirmation);
    },
    heartbeat: () => undefined,
    attempt: () => attempt,
    now: Date.now,
  });
  return {
    confirmed,
    bodies,
    handed,
    failing,
    confirming,
    run(given: Transition[], change: Change = {}) {
      outbox = given;
      return delivery.deliver(inputOf(change));
    },
    /** As Temporal would: again with the same input, until it succeeds. */
    async retry(given: Transition[], change: Change = {}) {
      outbox = given;
      for (attempt = 1; attempt <= 3; attempt += 1) {
        try {
          return await delivery.deliver(inputOf(change));
        } catch (error) {
          if (!(error instanceof ApplicationFailure)) throw error;
        }
      }
      throw new Error('not delivered in three attempts');
    },
  };
}

type Change = Partial<DeliverInput>;

export function inputOf(change: Change): DeliverInput {
  return {
    warehouse: { code: 'FRA1', name: 'Frankfurt 1', timezone: 'Europe/Berlin' },
    cycleId: '2026-03-02T10:05:00Z',
    snapshotTs: SNAPSHOT,
    prefix: 'prod/live',
    environment: 'prod',
    mode: 'live',
    traceId: newTransition().traceId,
    snapshot: { id: 'snapshot', sha256: '', rows: 0 },
    asked: 1,
    suppressId: 'suppress',
    ...change,
  };
}

const ROUTE = { warehouse: 'FRA1', workpool: null, unitType: null, minSeverity: 'WARNING' } as const;

export const readSettings: DeliverDependencies['readSettings'] = () =>
  Promise.resolve({
    warehouse: {
      code: 'FRA1',
      name: 'Frankfurt 1',
      timezone: 'Europe/Berlin',
      active: true,
      algorithm: '1.0.0',
    },
    routes: [
      { ...ROUTE, channel: '#fra1-flow', fallback: false },
      { ...ROUTE, channel: '#ops', fallback: true },
    ],
    overrides: [],
  });

/** What follows a NEW that was confirmed. */
export function followUp(
  first: Transition,
  confirmation: DeliveryConfirmation,
  change: Partial<Transition> = {},
): Transition {
  return {
    ...first,
    sequence: 2,
    label: 'ONGOING',
    reason: 'window',
    cycleId: '2026-03-02T10:25:00Z',
    confirmed: [],
    messages: [
      { channel: first.channels[0] ?? '', channelId: confirmation.channelId, ts: confirmation.messageTs },
    ],
    attempts: 1,
    ...change,
  };
}

export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApplicationFailure))
    throw new Error(`expected an ApplicationFailure, got ${String(error)}`);
  return error;
}

export const units = (count: number) =>
  Array.from({ length: count }, (_, i) => newTransition({ unitId: `FRA1_SINGLES_INDUCT-${i + 1}` }));
