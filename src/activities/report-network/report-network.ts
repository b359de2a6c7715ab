/** What concerns the whole network is one alert per kind, opened, kept up to date and closed: never one a cycle. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertRoute } from '../../domain/registry.ts';
import type { CycleId, Environment } from '../../domain/vocabulary.ts';
import { SlackFinalError } from '../../slack/errors.ts';
import { networkKey, renderNetworkAlert } from '../../slack/render-network-alert.ts';
import type { SlackPort } from '../../slack/slack-port.ts';
import type { NetworkAlert, Taking } from '../../store/network-alert.ts';
import type { Registry } from '../../store/registry.ts';
import type { CycleKey } from '../../store/cycle.ts';
import type { GetArtifact } from '../dependencies.ts';
import { beatHeart } from './heartbeat.ts';
import { endRoots, type EndRootsDependencies } from './end-roots.ts';
import { kindsOf, missedBetween, type Kind, type NetworkFindings } from './kinds.ts';
import { tellOwners, type TellOwnersDependencies } from './tell-owners.ts';
import { showAlert } from './show-alert.ts';
import { afterTelling, isNews, readShown, withoutChannel, type ShownPlace } from './shown.ts';
import type { CyclePlan } from '../snapshot.ts';
import { messageOf } from '../../failures/errors.ts';

export interface ReportNetworkInput extends Omit<NetworkFindings, 'missed' | 'cycleId' | 'restored'> {
  plan: Omit<CyclePlan, 'warehouses'>;
  /** Absent in runs of older releases. */
  restored?: NetworkFindings['restored'];
  /** Warehouses that decided in this cycle. */
  decided: number;
}

export interface ReportNetworkDependencies extends EndRootsDependencies, TellOwnersDependencies {
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
  takeNetworkAlert(taking: Taking, openAs: CycleId | null): Promise<NetworkAlert | 'taken' | null>;
  keepNetworkAlert(taking: Taking): Promise<boolean>;
  giveBackNetworkAlert(taker: string, told: NetworkAlert): Promise<boolean>;
}

/**
 * Longer than Slack is waited for in one call (10 s), as it is kept anew before each channel. Where several calls take
 * longer, another may take it: he looks for the message by its metadata first, and what the first one gives back is void.
 */
const TAKEN_FOR_MS = 12_000;
/** For another who has it; he may have died. With what else there is to do it fits into the step's 15 s. */
const WAIT_MS = 9_000;
const ASK_AGAIN_MS = 250;

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
      const owners = await tellOwners(deps, plan.cycleId);
      return { problems: [...beat, ...told, ...owners] };
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
    const taker = randomUUID();
    const waitUntil = deps.now() + WAIT_MS;
    const problems: string[] = [];
    for (const kind of kindsOf({ ...input, restored: input.restored ?? [], cycleId: plan.cycleId, missed })) {
      const taking = { key: kind.kind, taker, forMs: TAKEN_FOR_MS };
      const openAs = kind.findings.length > 0 ? plan.cycleId : null;
      const open = await take(taking, openAs, waitUntil);
      if (open === 'taken') problems.push(`${kind.kind}: another cycle is telling it just now`);
      else if (open !== null)
        problems.push(...(await bringUpToDate(kind, plan.cycleId, channels, open, taking)));
    }
    return problems;
  }

  /** Opened and taken before it is shown: who comes after a crash looks for it before posting. */
  async function take(
    taking: Taking,
    openAs: CycleId | null,
    waitUntil: number,
  ): Promise<NetworkAlert | 'taken' | null> {
    for (;;) {
      const open = await deps.takeNetworkAlert(taking, openAs);
      if (open !== 'taken' || deps.now() >= waitUntil) return open;
      await sleep(ASK_AGAIN_MS);
    }
  }

  /** No transaction is open while Slack is asked. */
  async function bringUpToDate(
    kind: Kind,
    cycleId: CycleId,
    channels: string[],
    open: NetworkAlert,
    taking: Taking,
  ): Promise<string[]> {
    const { told, problems } = await tell(kind, cycleId, channels, open, taking);
    const isMine = await deps.giveBackNetworkAlert(taking.taker, told);
    return isMine
      ? problems
      : [...problems, `${kind.kind}: it took too long, and another cycle goes on with it`];
  }

  async function tell(
    { kind, ...alert }: Kind,
    cycleId: CycleId,
    channels: string[],
    open: NetworkAlert,
    taking: Taking,
  ): Promise<{ told: NetworkAlert; problems: string[] }> {
    const { environment, slack } = deps;
    if (slack === null) return { told: open, problems: [`${kind}: SLACK_BOT_TOKEN is not set`] };
    const closing = alert.findings.length === 0;
    if (channels.length === 0)
      return {
        told: withoutChannel(open, alert, cycleId),
        problems: closing
          ? []
          : [`${kind}: no fallback route; INSERT INTO alert_route (channel, fallback) VALUES ('#...', true)`],
      };
    const shown = readShown(open);
    const news = closing || isNews(shown, alert);
    // dev and prod may share a channel, and each has its own alert of a kind.
    const key = `${environment}/${open.key}/${open.openedCycle}`;
    const status = closing ? 'cleared' : 'open';
    const message = renderNetworkAlert({ ...alert, key, cycleId, status }, { environment });
    const messages: ShownPlace[] = [];
    const problems: string[] = [];
    let through = true;
    for (const channel of channels) {
      if (!(await deps.keepNetworkAlert(taking))) break;
      const known = shown.messages.find((each) => each.channel === channel) ?? null;
      try {
        const { openedCycle } = open;
        const showing = {
          channel,
          known,
          message,
          key: networkKey(key),
          environment,
          openedCycle,
          news,
          closing,
        };
        const place = await showAlert(slack, showing);
        if (place !== null) messages.push(place);
      } catch (error) {
        if (known !== null) messages.push(known);
        // A channel that refuses for good must not keep the alert open for the others.
        through &&= error instanceof SlackFinalError;
        problems.push(`${kind} to ${channel}: ${messageOf(error)}`);
      }
    }
    // A route that is gone: nothing more is said there.
    messages.push(...shown.messages.filter(({ channel }) => !channels.includes(channel)));
    return { told: afterTelling(open, alert, { cycleId, news, through, messages }), problems };
  }
}

function describeBeat({ plan, decided, failed }: ReportNetworkInput) {
  return { cycleId: plan.cycleId, environment: plan.environment, decided, failed: failed.length };
}
