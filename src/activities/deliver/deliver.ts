/** Step 4: says what `warehouse` decided. Pure presentation; every message reaches Slack exactly once. */
import pLimit from 'p-limit';
import type { DeliveryConfirmation, Transition } from '../../domain/suppress/contract.ts';
import type { CycleId, Environment } from '../../domain/vocabulary.ts';
import type { MessageActions } from '../../slack/buttons.ts';
import { replayKey } from '../../slack/message.ts';
import { byChannel, lookBackTo, slackTimeMs } from '../../slack/post-plan.ts';
import type { PicturePort } from '../../slack/picture/picture-port.ts';
import { createPoster, type Posted } from '../../slack/poster.ts';
import { renderReplay, type RenderContext } from '../../slack/render-episode.ts';
import type { SlackPort } from '../../slack/slack-port.ts';
import { createDetailReader } from '../../slack/transition-detail.ts';
import type { ArtifactRef } from '../../store/artifact.ts';
import type { HandOver, LedgerKey } from '../../store/delivery-ledger.ts';
import { createEpisodePlaces, type Arrival } from './episode-places.ts';
import { attachPictures, type ShownAlert } from './attach-pictures.ts';
import { prepareBoard } from './post-board.ts';
import { createReport, type DeliverBody, type DeliverResult, type PostRecord } from './report.ts';
import { createSendTransition } from './send-transition.ts';
import type { GetArtifact, PutArtifact } from '../dependencies.ts';
import type { ReadSettings } from '../settings.ts';
import type { SuppressBody } from '../suppress.ts';

export interface DeliverInput {
  warehouse: { code: string; name: string; timezone: string };
  cycleId: CycleId;
  /** Epoch ms: what latencies count from. */
  snapshotTs: number;
  /** Artifact prefix of this run. */
  prefix: string;
  environment: Environment;
  mode: 'live' | 'replay';
  /** Trace of this cycle's decisions. */
  traceId: string;
  /** The cycle's snapshot: dev's board goes to the routes in it. */
  snapshot: ArtifactRef;
  /** How often this cycle has been asked for; above 1 its board may have been posted. */
  asked: number;
  /** Artifact of the labels; a replay's outbox is in it. */
  suppressId: string;
}

export interface DeliverDependencies {
  slack: SlackPort;
  pictures: PicturePort;
  /** What people can answer a message with. */
  messageActions: MessageActions;
  getArtifact: GetArtifact;
  putArtifact: PutArtifact;
  readSettings: ReadSettings;
  /** The `takeOutbox` update: what is unconfirmed now, lent to this sender. */
  takeOutbox(warehouse: string, cycleId: CycleId): Promise<Transition[]>;
  /** Writes down what is about to be sent. @returns what was written down before, in whatever life of `warehouse` */
  recordHandOvers(handOvers: HandOver[]): Promise<(LedgerKey & { handedMs: number })[]>;
  /** What is written down as arrived of these episodes, and of what these cycles began; in each episode's order. */
  listDelivered(warehouse: string, of: { episodeIds: string[]; cycleIds: CycleId[] }): Promise<Arrival[]>;
  /** Writes down that it arrived, and tells `warehouse`; done twice with the same it changes nothing. */
  confirm(warehouse: string, confirmation: DeliveryConfirmation, cycleId: CycleId): Promise<void>;
  heartbeat(): void;
  /** Number of this attempt of the activity, from 1. */
  attempt(): number;
  /** Wall clock, epoch ms. */
  now(): number;
}

/** Nothing new is begun after it, so that an attempt ends within the activity's 80 s and the outbox's lease. */
const ATTEMPT_BUDGET_MS = 55_000;

/** A workflow takes ten updates at once, people's answers among them. */
const CONFIRMATIONS_AT_ONCE = 6;

/** A third of the activity's heartbeat timeout. */
const HEARTBEAT_MS = 5_000;

export function createDeliver(deps: DeliverDependencies) {
  return {
    /**
     * @throws ApplicationFailure `DeliveryIncomplete`, retryable, where something failed that passes; what was
     * confirmed before is found again and not repeated. After a 429 its delay is the one that Slack asks for.
     */
    async deliver(input: DeliverInput): Promise<DeliverResult> {
      const startedMs = deps.now();
      const pulse = setInterval(() => deps.heartbeat(), HEARTBEAT_MS);
      try {
        // Asked for in the attempt that sends: no retry, reset or second run works from an old list.
        const outbox =
          input.mode === 'live'
            ? await deps.takeOutbox(input.warehouse.code, input.cycleId)
            : (await deps.getArtifact<SuppressBody>(input.suppressId)).outbox;
        return await deliverAll(deps, input, outbox, startedMs);
      } finally {
        clearInterval(pulse);
      }
    },
  };
}

async function deliverAll(
  deps: DeliverDependencies,
  input: DeliverInput,
  outbox: Transition[],
  startedMs: number,
): Promise<DeliverResult> {
  const { slack } = deps;
  const { warehouse, environment, cycleId, mode, prefix } = input;
  const attempt = deps.attempt();
  const before = mode === 'live' ? await deps.recordHandOvers(handOversOf(warehouse.code, outbox)) : [];
  const arrived = mode === 'live' ? await deps.listDelivered(warehouse.code, namesOf(outbox)) : [];
  const handed = new Map(before.map((one) => [handOverKey(one), one.handedMs]));
  // A replay's outbox was attempted in another life: only this activity's own tries count.
  const lookBackMs =
    mode === 'live'
      ? lookBackTo(outbox, Math.min(input.snapshotTs, ...handed.values()))
      : lookBackTo([], startedMs);
  const poster = createPoster(slack, environment, lookBackMs);
  const readDetail = createDetailReader(deps.getArtifact);
  const render: RenderContext = {
    warehouseName: warehouse.name,
    timezone: warehouse.timezone,
    now: startedMs,
    environment,
    actions: deps.messageActions,
  };
  const sendTransition = createSendTransition({
    slack,
    poster,
    render,
    warehouseCode: warehouse.code,
    outbox,
    isRepeated: (transition, channel) =>
      transition.attempts > 1 || attempt > 1 || handed.has(handOverKey({ ...transition, channel })),
    places: createEpisodePlaces(arrived),
  });
  const report = createReport();
  const shown: ShownAlert[] = [];

  const confirmInTurn = pLimit(CONFIRMATIONS_AT_ONCE);

  // Side by side, for Slack's limit counts for each channel alone; in one channel in the order of the outbox.
  await Promise.all(
    byChannel(outbox).map(async ([channel, transitions]) => {
      for (const transition of transitions) {
        deps.heartbeat();
        await deliverTo(transition, channel);
      }
    }),
  );
  if (environment === 'dev' && mode === 'live') await deliverBoard();
  // What is still to be tried again comes first; its pictures come with it.
  const pictures = report.isThrough()
    ? await attachPictures(deps, shown, render, () => outOfTime() === null)
    : [];

  const body: DeliverBody = {
    warehouse: warehouse.code,
    cycleId,
    mode,
    attempt,
    ...report.body(),
    ...(pictures.length > 0 ? { pictures } : {}),
  };
  const ref = await deps.putArtifact({
    prefix,
    cycleId,
    warehouse: warehouse.code,
    kind: 'deliver',
    body,
    rows: report.posted.length,
  });
  return report.settle(ref);

  async function deliverTo(transition: Transition, channel: string): Promise<void> {
    const { episodeId } = transition;
    const place = `${episodeId} ${channel}`;
    const wait = report.waitFor(place, channel) ?? outOfTime();
    if (wait !== null) return report.postpone({ episodeId, channel }, place, wait);
    try {
      if (mode === 'replay') await sendReplay(transition, channel);
      else await sendAndConfirm(transition, channel);
    } catch (error) {
      report.addFailure({ episodeId, channel }, place, error);
    }
  }

  function outOfTime() {
    return deps.now() - startedMs > ATTEMPT_BUDGET_MS
      ? { error: 'no time left in this cycle: stays in the outbox', passes: false }
      : null;
  }

  async function sendAndConfirm(transition: Transition, channel: string): Promise<void> {
    const detail = await readDetail(transition);
    const sent = await sendTransition(transition, detail, channel);
    const record = recordOf(transition, channel, sent.posted);
    const confirmation = {
      ...confirmationOf(record),
      deliveredTo: sent.deliveredTo,
      error: sent.error,
    };
    await confirmInTurn(() => deps.confirm(warehouse.code, confirmation, cycleId));
    report.addPosted({ ...record, ...confirmation, label: transition.label });
    const { channelId, ownTs, messageTs, message } = sent.posted;
    // Below a summary a picture for each would bury it.
    if (message !== null && ownTs === messageTs)
      shown.push({ transition, detail, channelId, ts: ownTs, message });
  }

  async function sendReplay(transition: Transition, channel: string): Promise<void> {
    const detail = await readDetail(transition);
    const message = renderReplay(transition, detail, render, replayKey(prefix, transition));
    const channelId = await slack.resolveChannel(channel);
    const posted = await poster.postMessage(channelId, message, attempt > 1);
    report.addPosted({ ...recordOf(transition, channel, posted), label: 'REPLAY' });
  }

  async function deliverBoard(): Promise<void> {
    const episodeId = `board of ${warehouse.code}`;
    const failed = (channel: string) => (error: unknown) =>
      report.addFailure({ episodeId, channel }, `${episodeId} ${channel}`, error);
    const board = await prepareBoard(deps, input, outbox, render).catch(failed('its routes'));
    if (!board) return;
    for (const channel of board.channels) {
      deps.heartbeat();
      try {
        const channelId = await slack.resolveChannel(channel);
        const look = attempt > 1 || input.asked > 1;
        const posted = await poster.postMessage(channelId, board.message, look);
        report.addPosted({ ...recordOf({ episodeId, sequence: 1 }, channel, posted), label: 'BOARD' });
      } catch (error) {
        failed(channel)(error);
      }
    }
  }

  /** As if the planned channel took it. */
  function recordOf(
    { episodeId, sequence }: Pick<Transition, 'episodeId' | 'sequence'>,
    channel: string,
    posted: Posted,
  ): Omit<PostRecord, 'label'> {
    const postedMs = posted.found ? slackTimeMs(posted.replyTs ?? posted.messageTs) : deps.now();
    return {
      episodeId,
      sequence,
      channel,
      deliveredTo: channel,
      channelId: posted.channelId,
      messageTs: posted.messageTs,
      replyTs: posted.replyTs,
      postedAt: new Date(postedMs).toISOString(),
      error: null,
      found: posted.found,
      latencyMs: postedMs - input.snapshotTs,
    };
  }
}

function namesOf(outbox: readonly Transition[]): { episodeIds: string[]; cycleIds: CycleId[] } {
  return {
    episodeIds: [...new Set(outbox.map(({ episodeId }) => episodeId))],
    cycleIds: [...new Set(outbox.map(({ cycleId }) => cycleId))],
  };
}

function handOversOf(warehouse: string, outbox: readonly Transition[]): HandOver[] {
  return byChannel(outbox).flatMap(([channel, transitions]) =>
    transitions.map(({ episodeId, sequence, label, cycleId }) => ({
      episodeId,
      sequence,
      channel,
      warehouse,
      label,
      cycleId,
    })),
  );
}

function handOverKey({ episodeId, sequence, channel }: LedgerKey): string {
  return `${episodeId} ${sequence} ${channel}`;
}

function confirmationOf({
  found: _found,
  latencyMs: _latencyMs,
  ...confirmation
}: Omit<PostRecord, 'label'>): DeliveryConfirmation {
  return confirmation;
}
