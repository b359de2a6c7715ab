/** What concerns the whole network is one alert per kind, opened, kept up to date and closed: never one a cycle. */
import type { AlertRoute } from '../domain/registry.ts';
import type { CycleId, Environment } from '../domain/vocabulary.ts';
import {
  networkKey,
  renderNetworkAlert,
  type NetworkAlert as Rendered,
} from '../slack/render-network-alert.ts';
import type { SlackPort } from '../slack/slack-port.ts';
import type { NetworkAlert } from '../store/network-alert.ts';
import type { Registry } from '../store/registry.ts';
import type { GetArtifact } from './dependencies.ts';
import type { CyclePlan } from './snapshot.ts';

export interface ReportNetworkInput {
  plan: Omit<CyclePlan, 'warehouses'>;
  failed: { warehouse: string; error: string }[];
  /** `source: why` */
  absent: string[];
  /** What could not be delivered, with why. */
  undelivered: string[];
}

export interface ReportNetworkDependencies {
  environment: Environment;
  /** null: no Slack token. */
  slack: SlackPort | null;
  getArtifact: GetArtifact;
  changeNetworkAlert(
    key: string,
    change: (open: NetworkAlert | null) => NetworkAlert | null | Promise<NetworkAlert | null>,
  ): Promise<NetworkAlert | null>;
}

/** Kept in the alert's `detail`. */
interface Shown {
  names: string[];
  messages: { channel: string; channelId: string; ts: string }[];
}

/** Slack's clock and ours differ, and its history lags. */
const RECONCILE_MARGIN_MS = 120_000;

type Kind = Pick<Rendered, 'title' | 'findings' | 'remedy'> & { kind: string };

export function createReportNetwork(deps: ReportNetworkDependencies) {
  return {
    /** @returns what could not be told, one line each */
    async reportNetwork(input: ReportNetworkInput): Promise<{ problems: string[] }> {
      if (input.plan.mode === 'replay') return { problems: [] };
      const registry = await deps.getArtifact<Registry>(input.plan.snapshot.id);
      const channels = [
        ...new Set(
          registry.routes.filter((route: AlertRoute) => route.fallback).map((route) => route.channel),
        ),
      ];
      const problems: string[] = [];
      for (const kind of kindsOf(input))
        problems.push(...(await bringUpToDate(kind, input.plan.cycleId, channels)));
      return { problems };
    },
  };

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
      return [
        `${kind}: no fallback route; INSERT INTO alert_route (channel, fallback) VALUES ('#...', true)`,
      ];
    }
    const { slack } = deps;
    const problems: string[] = [];
    await deps.changeNetworkAlert(kind, async (open) => {
      if (open === null) return null;
      const shown = readShown(open);
      const closing = names.length === 0;
      const message = renderNetworkAlert(
        { ...alert, key: `${kind}/${open.openedCycle}`, cycleId, status: closing ? 'cleared' : 'open' },
        { environment: deps.environment },
      );
      const changed = closing || names.join() !== shown.names.join();
      const messages = [...shown.messages];
      for (const channel of channels) {
        try {
          const known =
            messages.find((each) => each.channel === channel) ?? (await find(slack, channel, open));
          if (known === null && closing) continue;
          if (known === null) {
            const channelId = await slack.resolveChannel(channel);
            messages.push({ channel, channelId, ...(await slack.post(channelId, message)) });
          } else {
            if (changed) await slack.update(known.channelId, known.ts, message);
            if (!messages.includes(known)) messages.push(known);
          }
        } catch (error) {
          problems.push(`${kind} to ${channel}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      const told = problems.length === 0;
      return {
        ...open,
        lastNotifiedCycle: changed && told ? cycleId : open.lastNotifiedCycle,
        closedCycle: closing && told ? cycleId : null,
        channelId: messages[0]?.channelId ?? null,
        messageTs: messages[0]?.ts ?? null,
        detail: { names: told ? names : shown.names, messages } satisfies Shown,
      };
    });
    return problems;
  }

  async function find(slack: SlackPort, channel: string, open: NetworkAlert) {
    const channelId = await slack.resolveChannel(channel);
    const since = Date.parse(open.openedCycle) - RECONCILE_MARGIN_MS;
    const [first] = await slack.findByMetadata(
      channelId,
      networkKey(`${open.key}/${open.openedCycle}`),
      since,
    );
    return first === undefined ? null : { channel, channelId, ts: first.ts };
  }
}

function kindsOf({ plan, failed, absent, undelivered }: ReportNetworkInput): Kind[] {
  return [
    {
      kind: 'warehouses-failed',
      title: `${failed.length} ${failed.length === 1 ? 'warehouse is' : 'warehouses are'} not being watched`,
      findings: failed.map(({ warehouse, error }) => ({ name: warehouse, detail: error })),
      remedy: `Their state is unknown, not healthy. Open cycle ${plan.cycleId} in the Temporal UI; the next cycle tries again.`,
    },
    {
      kind: 'sources-absent',
      title: `${absent.length} of 4 sources gave nothing`,
      findings: absent.map((text) => {
        const [name = '', ...rest] = text.split(': ');
        return { name, detail: rest.join(': ') };
      }),
      remedy:
        'Units that depend on it become UNKNOWN, not healthy. `bufferwatch doctor` says how to mend it.',
    },
    {
      kind: 'undelivered',
      title: `${undelivered.length} ${undelivered.length === 1 ? 'alert' : 'alerts'} could not be delivered`,
      findings: undelivered.map((detail) => ({ name: detail.split(': ')[0] ?? '', detail })),
      remedy:
        'They stay in the outbox and are sent with the next cycle. `bufferwatch route test` says which route is wrong.',
    },
  ];
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

function readShown({ detail }: NetworkAlert): Shown {
  return { names: [], messages: [], ...(detail as Partial<Shown>) };
}
