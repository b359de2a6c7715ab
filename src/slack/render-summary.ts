/** One message for more new episodes than a channel should get one by one; each follows as a reply. Pure. */
import { groupBy } from '../domain/group-by.ts';
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
import { headline, instruct } from '../domain/words/instruction.ts';
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
  const groups = groupBySameOrder(ranked, ctx);
  const orders = groups.map((group) => tellOrder(group, ctx)).join('; ');
  const text = clipText(`${sign} ${title}: ${orders}`, TEXT_MAX);
  blocks.push(
    ...listLines(
      groups.map((group) => tellGroup(group, ctx)),
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

/** What is done once is said once: four lanes that wait for one jam are one line. In the order of the first of each. */
function groupBySameOrder(ranked: readonly Transition[], ctx: RenderContext): Transition[][] {
  return [...groupBy(ranked, (each) => `${each.severity} ${actOf(each)} ${deadline(each, ctx)}`).values()];
}

function tellGroup(group: readonly Transition[], ctx: RenderContext): string {
  const [first] = group;
  const byTrouble = groupBy(group, (each) => troubleAt(each, ctx.now));
  const troubles = [...byTrouble].map(
    ([trouble, units]) => `${units.map(({ unitId }) => nameUnit(unitId)).join(', ')}: ${trouble}`,
  );
  return `${first ? severityMark(first.severity) : ''} *${tellOrder(group, ctx)}*\n${troubles.join('; ')}`;
}

/** Whom it helps is told with it only where that is one. */
function tellOrder(group: readonly Transition[], ctx: RenderContext): string {
  const orders = new Set(group.map((each) => instruct(each, deadline(each, ctx))));
  const [order = ''] = orders.size === 1 ? orders : group.map(actOf);
  return safeText(order, 200);
}

function actOf(transition: Transition): string {
  return headline(transition, '', 0);
}
