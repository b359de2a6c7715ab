/** Whoever looks after a source hears of its defects once a day, and of nothing else. */
import type { CycleId, Environment } from '../../domain/vocabulary.ts';
import { defectsToTell, isAmiss } from '../../domain/words/source-health.ts';
import { messageOf } from '../../failures/errors.ts';
import { postOnce } from '../../slack/post-once.ts';
import { ownersKey, renderSourceOwners, type SourceReport } from '../../slack/render-source-owner.ts';
import type { SlackPort } from '../../slack/slack-port.ts';
import type { DefectSeen, HealthSeen } from '../../store/source-health.ts';
import type { OwnersDay, OwnersTaking, SourceOwner } from '../../store/source-owner.ts';

export interface TellOwnersDependencies {
  environment: Environment;
  slack: SlackPort | null;
  listSourceOwners(): Promise<SourceOwner[]>;
  listToldOwners(day: string): Promise<string[]>;
  /** Epoch ms. */
  listDefectsSince(since: number): Promise<DefectSeen[]>;
  listHealthSince(since: number): Promise<HealthSeen[]>;
  takeOwnersDay(taking: OwnersTaking): Promise<boolean>;
  recordOwnersTold(of: OwnersDay, at: { channelId: string; ts: string }): Promise<void>;
  /** Wall clock, epoch ms. */
  now(): number;
}

const DAY_MS = 86_400_000;
/** Longer than a step lives: nobody else tells it while this one may; after a failure it is tried again then. */
const TAKEN_FOR_MS = 60_000;
/** A third of the step's time: what it is for comes first. */
const WITHIN_MS = 5_000;
/** The last cycle of another worker may have been a while ago: figures of today, not of last week. */
const FIGURES_OF_MS = 3_600_000;
/** Slack's clock and ours differ. */
const RECONCILE_MARGIN_MS = 120_000;

/** By the days of UTC, with what was seen within 24 hours. @returns what could not be told, one line each */
export async function tellOwners(deps: TellOwnersDependencies, cycleId: CycleId): Promise<string[]> {
  const { slack } = deps;
  if (slack === null) return [];
  const owners = await deps.listSourceOwners();
  if (owners.length === 0) return [];
  const day = cycleId.slice(0, 10);
  const told = new Set(await deps.listToldOwners(day));
  const channels = [...new Set(owners.map(({ channel }) => channel))].filter((each) => !told.has(each));
  if (channels.length === 0) return [];

  const now = Date.parse(cycleId);
  const [defects, health] = await Promise.all([
    deps.listDefectsSince(now - DAY_MS),
    deps.listHealthSince(now - FIGURES_OF_MS),
  ]);
  const reports = reportsOf(defects, health, now);
  const until = deps.now() + WITHIN_MS;
  const problems: string[] = [];
  for (const channel of channels) {
    if (deps.now() > until) break;
    const own = owners.filter((each) => each.channel === channel);
    const theirs = reports.filter(({ source, warehouse }) =>
      own.some((each) => each.source === source && (each.warehouse ?? warehouse) === warehouse),
    );
    if (theirs.length === 0) continue;
    const names = [...new Set(own.map(({ name }) => name))];
    try {
      await tell(deps, slack, { channel, day, cycleId, names, reports: theirs });
    } catch (error) {
      // It stays taken for a while: a channel that refuses is not asked in every cycle and every try.
      problems.push(`owners of sources in ${channel}: ${messageOf(error)}`);
    }
  }
  return problems;
}

async function tell(
  deps: TellOwnersDependencies,
  slack: SlackPort,
  message: Parameters<typeof renderSourceOwners>[0],
): Promise<void> {
  const { channel, day } = message;
  if (!(await deps.takeOwnersDay({ channel, day, forMs: TAKEN_FOR_MS }))) return;
  const channelId = await slack.resolveChannel(channel);
  const key = ownersKey(message);
  // An earlier try may have posted it, and been cut off before that was written down.
  const find = () => slack.findByMetadata(channelId, key, Date.parse(day) - RECONCILE_MARGIN_MS);
  const rendered = renderSourceOwners(message, deps);
  const posted = await postOnce(slack, {
    ...{ channelId, key, environment: deps.environment, look: true, known: find, read: find },
    post: () => slack.post(channelId, rendered),
  });
  await deps.recordOwnersTold({ channel, day }, { channelId, ts: posted.ts });
}

/** One a warehouse and source of which there is something to say. */
function reportsOf(
  defects: readonly DefectSeen[],
  health: readonly HealthSeen[],
  now: number,
): SourceReport[] {
  const reports = new Map<string, SourceReport>();
  const at = ({ warehouse, source }: Pick<SourceReport, 'warehouse' | 'source'>): SourceReport => {
    const key = `${warehouse} ${source}`;
    const known = reports.get(key) ?? {
      ...{ warehouse, source, defects: [] },
      health:
        health.find((each) => each.warehouse === warehouse && each.figures.source === source)?.figures ??
        null,
    };
    reports.set(key, known);
    return known;
  };
  for (const { warehouse, figures } of health)
    if (isAmiss(figures)) at({ warehouse, source: figures.source });
  for (const { name, count, firstSeen, lastSeen, detail, ...where } of defects) {
    const defect = { name, count, since: firstSeen, detail };
    if (defectsToTell([defect]).length === 0) continue;
    at(where).defects.push({ ...defect, over: lastSeen < now });
  }
  return [...reports.values()];
}
