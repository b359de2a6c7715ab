/** One message for more new episodes than a channel should get one by one; each follows as a reply. Pure. */
import type { Transition } from '../domain/suppress/contract.ts';
import { severityRank, type CycleId } from '../domain/vocabulary.ts';
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
import { markMessage, summaryKey, type SlackMessage } from './message.ts';
import { nameUnit, nameWarehouse, type RenderContext } from './render-episode.ts';
import { counted } from '../domain/words/amounts.ts';
import { localTime } from '../domain/words/clock.ts';
import { instruct } from '../domain/words/instruction.ts';
import { severityMark } from '../domain/words/severity.ts';
import { deadline, troubleAt } from '../domain/words/trouble.ts';

/** As many new episodes of a warehouse in one cycle are told one by one; above it they share one message. */
export const MAX_SEPARATE = 5;

export interface SummaryContext extends RenderContext {
  warehouseCode: string;
  cycleId: CycleId;
}

/** @param transitions NEW ones of one cycle; told worst first. */
export function renderSummary(transitions: readonly Transition[], ctx: SummaryContext): SlackMessage {
  const ranked = transitions.toSorted(
    (a, b) => severityRank(b.severity) - severityRank(a.severity) || (a.unitId < b.unitId ? -1 : 1),
  );
  const worst = ranked[0];
  const sign = worst ? severityMark(worst.severity) : '';
  const title = `${nameWarehouse(ctx)}: ${counted(transitions.length, 'place')} ${transitions.length === 1 ? 'needs' : 'need'} action`;
  const blocks = [header(`${sign} ${title}`)];
  const origin = context(
    `Each follows in the thread. Cycle ${ctx.cycleId} (${localTime(ctx.cycleId, ctx.timezone)})`,
  );
  const orders = ranked.map((each) => tellOrder(each, ctx)).join('; ');
  const text = clipText(`${sign} ${title}: ${orders}`, TEXT_MAX);
  blocks.push(
    ...listLines(
      ranked.map((each) => tellLine(each, ctx)),
      {
        characters: MESSAGE_BUDGET - messageSize(text, [...blocks, origin]),
        blocks: SLACK_LIMITS.blocks - 3,
        more: 'in the thread',
      },
    ),
    origin,
  );
  return {
    text,
    blocks,
    metadata: markMessage({ key: summaryKey(ctx.warehouseCode, ctx.cycleId), environment: ctx.environment }),
  };
}

/** The fallback text is for a lock screen; the blocks need the rest of the budget. */
const TEXT_MAX = 500;

function tellLine(transition: Transition, ctx: RenderContext): string {
  const trouble = `${nameUnit(transition.unitId)}: ${troubleAt(transition, ctx.now)}`;
  return `${severityMark(transition.severity)} *${tellOrder(transition, ctx)}*\n${trouble}`;
}

function tellOrder(transition: Transition, ctx: RenderContext): string {
  return safeText(instruct(transition, deadline(transition, ctx)), 200);
}
