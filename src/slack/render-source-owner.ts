/** What whoever looks after sources hears of them once a day. Pure. */
import type { SourceDefect, SourceHealth } from '../domain/series.ts';
import type { CycleId, Environment, SourceName } from '../domain/vocabulary.ts';
import { counted } from '../domain/words/amounts.ts';
import { briefDetail, defectInWords, healthInWords } from '../domain/words/source-health.ts';
import {
  clipText,
  context,
  header,
  listLines,
  MESSAGE_BUDGET,
  messageSize,
  safeText,
  SLACK_LIMITS,
} from './limits.ts';
import { markMessage, type SlackMessage } from './message.ts';

/** One source in one warehouse. */
export interface SourceReport {
  warehouse: string;
  source: SourceName;
  /** As the last cycle saw it; null: no cycle has lately. */
  health: SourceHealth | null;
  /** Of the last day, the widest first. */
  defects: (SourceDefect & { over: boolean })[];
}

export interface OwnersMessage {
  channel: string;
  /** In UTC, `2026-03-01`. */
  day: string;
  cycleId: CycleId;
  /** Who is spoken to. */
  names: string[];
  reports: SourceReport[];
}

const NAME_MAX = 60;

export function ownersKey({ channel, day }: Pick<OwnersMessage, 'channel' | 'day'>): string {
  return `owners/${channel}/${day}`;
}

export function renderSourceOwners(message: OwnersMessage, ctx: { environment: Environment }): SlackMessage {
  const { reports, names, cycleId } = message;
  const sources = [...new Set(reports.map(({ source }) => source))];
  const warehouses = new Set(reports.map(({ warehouse }) => warehouse)).size;
  const title = `Data of ${sources.join(', ')}: something is wrong in ${counted(warehouses, 'warehouse')}`;
  const text = clipText(`🔧 ${title}`, SLACK_LIMITS.text);
  const origin = context(
    `For ${safeText(names.join(', '), 300)}, once a day. Cycle ${cycleId}, ${ctx.environment}. \`bufferwatch status\` has each source's figures.`,
  );
  const lines = listLines(
    reports.flatMap((report) => tellReport(report)),
    {
      characters: MESSAGE_BUDGET - messageSize(text, [header(`🔧 ${title}`), origin]),
      blocks: SLACK_LIMITS.blocks - 3,
      more: 'bufferwatch status',
    },
  );
  return {
    text,
    blocks: [header(`🔧 ${title}`), ...lines, origin],
    metadata: markMessage({ key: ownersKey(message), environment: ctx.environment }),
  };
}

function tellReport({ warehouse, source, health, defects }: SourceReport): string[] {
  // What is wrong stands below, each with since when.
  const figures = health === null ? 'no cycle has looked lately' : healthInWords({ ...health, defects: [] });
  return [
    `*${safeText(warehouse, NAME_MAX)} ${source}*: ${safeText(figures, 400)}`,
    ...defects.map(
      (each) =>
        `• ${safeText(defectInWords(each), 200)}${each.over ? ', over now' : ''}: ${safeText(briefDetail(each), 300)}`,
    ),
  ];
}
