/** What concerns the whole network is one alert per kind, opened, kept up to date and closed: never one a cycle. */
import type { AlertRoute } from '../../domain/registry.ts';
import { SOURCES, type CycleId, type Environment, type SourceName } from '../../domain/vocabulary.ts';
import { SlackFinalError } from '../../slack/errors.ts';
import type { SlackMessage } from '../../slack/message.ts';
import { networkKey, renderNetworkAlert } from '../../slack/render-network-alert.ts';
import type { SlackPort } from '../../slack/slack-port.ts';
import type { NetworkAlert } from '../../store/network-alert.ts';
import type { Registry } from '../../store/registry.ts';
import type { CycleKey } from '../../store/cycle.ts';
import type { GetArtifact } from '../dependencies.ts';
import { beatHeart } from './heartbeat.ts';
import { endRoots, type EndRootsDependencies } from './end-roots.ts';
import { kindsOf, missedBetween, type Kind, type NetworkFindings } from './kinds.ts';
import type { CyclePlan } from '../snapshot.ts';
import { messageOf } from '../../failures/errors.ts';

export interface ReportNetworkInput extends Omit<NetworkFindings, 'missed' | 'cycleId' | 'restored'> {
  plan: Omit<CyclePlan, 'warehouses'>;
  /** Absent in runs of older releases. */
  restored?: NetworkFindings['restored'];
  /** Warehouses that decided in this cycle. */
  decided: number;
}

export interface ReportNetworkDependencies extends EndRootsDependencies {
  environment: Environment;
  /** null: no Slack token. */
  slack: SlackPort | null;
  getArtifact: GetArtifact;
  /** A dead-man's switch; null: none. */
  heartbeatUrl: string | null;
  /** The newest cycle before this one that decided; null: this is the first. */
  findDecidedBefore(cycle: CycleKey): Promise<CycleId | null>;
  recordCycleDecided(cycle: CycleKey & { decidedAt: Date }): Promise<void>;
  /** Wall clock, epoch ms. */
  now(): number;
  changeNetworkAlert(
    key: string,
    change: (open: NetworkAlert | null) => NetworkAlert | null | Promise<NetworkAlert | null>,
  ): Promise<NetworkAlert | null>;
}

/** Kept in the alert's `detail`. */
interface Shown {
  names: string[];
  /** The last names that were not empty: what a replay of this time has to know. */
  last?: string[];
  /** The last that were the matter, each with why; absent in alerts of older releases. */
  findings?: Kind['findings'];
  messages: ShownPlace[];
}

interface ShownPlace {
  channel: string;
  channelId: string;
  ts: string;
}

interface Showing {
  open: NetworkAlert;
  known: ShownPlace | null;
  message: SlackMessage;
  /** Since it was shown last. */
  changed: boolean;
  closing: boolean;
}

/** Slack's clock and ours differ, and its history lags. */
const RECONCILE_MARGIN_MS = 120_000;

export function createReportNetwork(deps: ReportNetworkDependencies) {
  return {
    /** @returns what could not be told, one line each */
    async reportNetwork(input: ReportNetworkInput): Promise<{ problems: string[] }> {
      const { plan } = input;
      if (plan.mode === 'replay') return { problems: [] };
      const [beat, told] = await Promise.all([
        input.decided > 0 ? beatHeart(deps.heartbeatUrl, describeBeat(input)) : [],
        tellAll(input),
      ]);
      await endRoots(deps);
      return { problems: [...beat, ...told] };
    },
  };

  async function tellAll(input: ReportNetworkInput): Promise<string[]> {
    const { plan } = input;
    const before = await deps.findDecidedBefore(plan);
    if (input.decided > 0) await deps.recordCycleDecided({ ...plan, decidedAt: new Date(deps.now()) });
    const missed = before === null ? null : missedBetween(before, plan.cycleId, plan.intervalMinutes);
    const registry = await deps.getArtifact<Registry>(plan.snapshot.id);
    const channels = [
      ...new Set(registry.routes.filter((route: AlertRoute) => route.fallback).map((route) => route.channel)),
    ];
    const problems: string[] = [];
    for (const kind of kindsOf({ ...input, restored: input.restored ?? [], cycleId: plan.cycleId, missed }))
      problems.push(...(await bringUpToDate(kind, plan.cycleId, channels)));
    return problems;
  }

  async function bringUpToDate(
    { kind, ...alert }: Kind,
    cycleId: CycleId,
    channels: string[],
  ): Promise<string[]> {
    const names = alert.findings.map(({ name }) => name).toSorted();
    // The alert is recorded before it is shown, so that whoever comes after a crash looks for it before posting.
    const record = await deps.changeNetworkAlert(kind, (open) =>
      open === null && names.length > 0 ? openAlert(kind, cycleId) : null,
    );
    if (record === null) return [];
    if (deps.slack === null) return [`${kind}: SLACK_BOT_TOKEN is not set`];
    if (channels.length === 0) {
      await deps.changeNetworkAlert(kind, (open) =>
        open === null ? null : withoutChannel(open, alert, cycleId),
      );
      return names.length === 0
        ? []
        : [`${kind}: no fallback route; INSERT INTO alert_route (channel, fallback) VALUES ('#...', true)`];
    }
    const { slack } = deps;
    const problems: string[] = [];
    await deps.changeNetworkAlert(kind, async (open) => {
      if (open === null) return null;
      const shown = readShown(open);
      const closing = names.length === 0;
      const message = renderNetworkAlert(
        { ...alert, key: keyOf(open), cycleId, status: closing ? 'cleared' : 'open' },
        { environment: deps.environment },
      );
      const changed =
        closing || JSON.stringify([names, alert.findings]) !== JSON.stringify([shown.names, shown.findings]);
      const messages: Shown['messages'] = [];
      let passing = false;
      for (const channel of channels) {
        const known = shown.messages.find((each) => each.channel === channel) ?? null;
        try {
          const shownNow = await show(slack, channel, { open, known, message, changed, closing });
          if (shownNow !== null) messages.push(shownNow);
        } catch (error) {
          if (known !== null) messages.push(known);
          // A channel that refuses for good must not keep the alert open for the others.
          passing ||= !(error instanceof SlackFinalError);
          problems.push(`${kind} to ${channel}: ${messageOf(error)}`);
        }
      }
      // A route that is gone: nothing more is said there.
      messages.push(...shown.messages.filter(({ channel }) => !channels.includes(channel)));
      const told = !passing;
      return {
        ...open,
        lastNotifiedCycle: changed && told ? cycleId : open.lastNotifiedCycle,
        closedCycle: closing && told ? cycleId : null,
        channelId: messages[0]?.channelId ?? null,
        messageTs: messages[0]?.ts ?? null,
        detail: {
          names: told ? names : shown.names,
          last: names.length > 0 ? names : (shown.last ?? shown.names),
          ...lastFindings(shown, alert),
          messages,
        } satisfies Shown,
      };
    });
    return problems;
  }

  /** dev and prod may share a channel, and each has its own alert of a kind. */
  function keyOf({ key, openedCycle }: NetworkAlert): string {
    return `${deps.environment}/${key}/${openedCycle}`;
  }

  /** @returns where it stands now; null: nowhere, and nothing is to be said any more */
  async function show(
    slack: SlackPort,
    channel: string,
    { open, known, message, changed, closing }: Showing,
  ): Promise<ShownPlace | null> {
    const channelId = known?.channelId ?? (await slack.resolveChannel(channel));
    // Where nothing is known an earlier try may have posted; at the end, also one that did not show in time.
    const found = known === null || closing ? await findAll(slack, channelId, open) : [];
    const ts = known?.ts ?? found[0];
    for (const other of found) if (other !== ts) await slack.remove(channelId, other);
    if (ts !== undefined) {
      if (!changed) return { channel, channelId, ts };
      try {
        await slack.update(channelId, ts, message);
        return { channel, channelId, ts };
      } catch (error) {
        // Someone deleted it: what is still the matter gets a message of its own.
        if (!(error instanceof SlackFinalError && error.code === 'message_not_found')) throw error;
      }
    }
    return closing ? null : { channel, channelId, ...(await slack.post(channelId, message)) };
  }

  /** Oldest first. */
  async function findAll(slack: SlackPort, channelId: string, open: NetworkAlert): Promise<string[]> {
    const since = Date.parse(open.openedCycle) - RECONCILE_MARGIN_MS;
    const found = await slack.findByMetadata(channelId, networkKey(keyOf(open)), since);
    return found.map(({ ts }) => ts);
  }
}

function openAlert(key: string, openedCycle: CycleId): NetworkAlert {
  return {
    key,
    openedCycle,
    lastNotifiedCycle: null,
    channelId: null,
    messageTs: null,
    closedCycle: null,
    detail: { names: [], messages: [] } satisfies Shown,
  };
}

/** Shown nowhere but by `status`. */
function withoutChannel(open: NetworkAlert, alert: Pick<Kind, 'findings'>, cycleId: CycleId): NetworkAlert {
  const shown = readShown(open);
  const names = alert.findings.map(({ name }) => name).toSorted();
  return {
    ...open,
    closedCycle: names.length === 0 ? cycleId : null,
    detail: {
      ...shown,
      last: names.length > 0 ? names : (shown.last ?? []),
      ...lastFindings(shown, alert),
    } satisfies Shown,
  };
}

function lastFindings({ findings: before }: Shown, { findings }: Pick<Kind, 'findings'>) {
  const last = findings.length > 0 ? findings : before;
  return last === undefined ? {} : { findings: last };
}

function readShown({ detail }: NetworkAlert): Shown {
  return { names: [], messages: [], ...(detail as Partial<Shown>) };
}

/** Sources that such an alert has told of, by its last words. */
export function blindSourcesOf(alert: NetworkAlert | null): SourceName[] {
  if (alert === null) return [];
  const { names, last } = readShown(alert);
  return SOURCES.filter((source) => (names.length > 0 ? names : (last ?? [])).includes(source));
}

function describeBeat({ plan, decided, failed }: ReportNetworkInput) {
  return { cycleId: plan.cycleId, environment: plan.environment, decided, failed: failed.length };
}
