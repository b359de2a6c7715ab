// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * Several answers at once, in order, each by the rules of its own kind: handed over together by whoever took them from
 * people, or told again to a memory that was restored from before they were given.
 */
import type { Answer, AnswerResult, OperateInput, OperationId, OperatorResult } from './contract.ts';
import type { WarehouseMemory } from './memory.ts';
import * as operators from './operators.ts';

interface Applied {
  memory: WarehouseMemory;
  result: AnswerResult;
}

/** One result for each answer: what one of them is refused for does not hold the others. */
export function applyAnswers(
  memory: WarehouseMemory,
  answers: readonly Answer[],
): { memory: WarehouseMemory; result: AnswerResult[] } {
  let now = memory;
  const result = answers.map((answer) => {
    const applied = apply(now, answer);
    now = applied.memory;
    return applied.result;
  });
  return { memory: now, result };
}

export function refuseAnswers(input: OperateInput): string | null {
  return Array.isArray(input?.answers) ? null : 'operate: answers is missing, expected a list';
}

function apply(memory: WarehouseMemory, answer: Answer): Applied {
  switch (answer.kind) {
    case 'acknowledge':
      return act(memory, answer.input, operators.refuseAcknowledge, operators.acknowledge);
    case 'mute':
      return act(memory, answer.input, operators.refuseMute, operators.mute);
    case 'unmute':
      return act(memory, answer.input, operators.refuseUnmute, operators.unmute);
    case 'recordFeedback':
      return act(memory, answer.input, operators.refuseFeedback, operators.recordFeedback);
    default:
      return refused(memory, `operate: ${JSON.stringify(answer)} is no answer that this release knows`);
  }
}

function act<I extends { id?: OperationId }>(
  memory: WarehouseMemory,
  input: I,
  refuse: (memory: WarehouseMemory, input: I) => string | null,
  take: (memory: WarehouseMemory, input: I) => { memory: WarehouseMemory; result: OperatorResult },
): Applied {
  const refusal = refuse(memory, input);
  return refusal === null ? operators.once(take)(memory, input) : refused(memory, refusal);
}

function refused(memory: WarehouseMemory, detail: string): Applied {
  return { memory, result: { status: 'refused', detail } };
}
