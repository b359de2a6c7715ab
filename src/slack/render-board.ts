/** dev only: every unit of a warehouse in one message per cycle, the healthy ones too. Pure. */
import type { Transition } from '../domain/suppress/contract.ts';
import type { EvaluateResult, UnitEvaluation } from '../domain/recommendation.ts';
import { STATES, type CycleId, type State } from '../domain/vocabulary.ts';
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
import { boardKey, markMessage, type SlackMessage } from './message.ts';
import { nameUnit, nameWarehouse, type RenderContext } from './render-episode.ts';
import { counted } from '../domain/words/amounts.ts';
import { blindInWords, flowInWords, type BlindSource } from '../domain/words/causes.ts';
import { localTime } from '../domain/words/clock.ts';
import { instruct } from '../domain/words/instruction.ts';
import { stateMark } from '../domain/words/severity.ts';
import { levelOf } from '../domain/words/trouble.ts';

export interface DevBoard {
  warehouseCode: string;
  cycleId: CycleId;
  evaluation: EvaluateResult;
  /** What this cycle has to say of some of the units. */
  transitions: readonly Transition[];
  blind: readonly BlindSource[];
}

export function renderDevBoard(board: DevBoard, ctx: RenderContext): SlackMessage {
  const worstFirst = board.evaluation.units.toSorted(
    (a, b) => STATES.indexOf(b.state) - STATES.indexOf(a.state) || (a.unitId < b.unitId ? -1 : 1),
  );
  const counts = countStates(worstFirst);
  const title = `${nameWarehouse(ctx)} ${localTime(board.cycleId, ctx.timezone)}: ${counted(worstFirst.length, 'unit')}`;
  const text = clipText(`${title}, ${counts}`, SLACK_LIMITS.text);
  const frame = [header(title), context(counts, ...tellBlind(board.blind))];
  const origin = context(
    `dev board, cycle ${board.cycleId}, algorithm ${safeText(board.evaluation.algorithm, 60)}`,
  );
  const lines = listLines(
    worstFirst.map((unit) => tellUnit(unit, board.transitions)),
    {
      characters: MESSAGE_BUDGET - messageSize(text, [...frame, origin]),
      blocks: SLACK_LIMITS.blocks - frame.length - 2,
      more: `in the artifacts of cycle ${board.cycleId}`,
    },
  );
  return {
    text,
    blocks: [...frame, ...lines, origin],
    metadata: markMessage({
      key: boardKey(board.warehouseCode, board.cycleId),
      environment: ctx.environment,
    }),
  };
}

function countStates(units: readonly UnitEvaluation[]): string {
  const counts = new Map<State, number>();
  for (const { state } of units) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

function tellBlind(blind: DevBoard['blind']): string[] {
  return blind.map((each) => `⚪ ${blindInWords(each)}`);
}

function tellUnit(unit: UnitEvaluation, transitions: readonly Transition[]): string {
  const said = transitions.filter((each) => each.unitId === unit.unitId);
  const orders = said.map((each) => `\n      *${each.label}* ${safeText(instruct(each), 200)}`).join('');
  return `${stateMark(unit.state)} ${nameUnit(unit.unitId)} ${unit.state}, ${levelOf(unit)}, ${flowInWords(unit) || 'flow unknown'}, quality ${Math.round(unit.quality)}${orders}`;
}
