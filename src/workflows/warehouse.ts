/**
 * `warehouse/{code}`: the long-lived owner of one warehouse's alerts. It decides what is said (substep 3),
 * remembers what was said, and answers whoever asks. All rules are pure functions of `domain/suppress`.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  AcknowledgeInput,
  AlertHistory,
  AlertState,
  AnswerResult,
  DecideInput,
  DecideResult,
  DeliveryConfirmation,
  FeedbackInput,
  InterpretMemory,
  MuteInput,
  OperateInput,
  OperatorResult,
  TakeOutboxInput,
  Transition,
  UnmuteInput,
} from '../domain/alerting.ts';
import { applyAnswers, refuseAnswers } from '../domain/suppress/answers.ts';
import {
  confirm,
  decide,
  refuseConfirm,
  refuseDecide,
  refuseTakeOutbox,
  takeOutbox,
} from '../domain/suppress/decide.ts';
import { initialMemory, isClosed, type WarehouseMemory } from '../domain/suppress/memory.ts';
import * as operators from '../domain/suppress/operators.ts';
import { alertHistory, alertState, interpretMemory } from '../domain/suppress/state.ts';
import { CONTINUE_AFTER_UPDATES } from './deadlines.ts';
import { describeWarehouse } from './details.ts';

export const alertStateQuery = defineQuery<AlertState, [{ unit?: string }?]>('alertState');
export const alertHistoryQuery = defineQuery<AlertHistory>('alertHistory');
/** Internal: what interpret has to know of the past. */
export const interpretMemoryQuery = defineQuery<InterpretMemory>('interpretMemory');
/** Internal: the whole memory, recorded with each cycle so that a replay can start from it. */
export const memoryQuery = defineQuery<WarehouseMemory>('memory');

export const acknowledgeUpdate = defineUpdate<OperatorResult, [AcknowledgeInput]>('acknowledge');
export const muteUpdate = defineUpdate<OperatorResult, [MuteInput]>('mute');
export const unmuteUpdate = defineUpdate<OperatorResult, [UnmuteInput]>('unmute');
export const recordFeedbackUpdate = defineUpdate<OperatorResult, [FeedbackInput]>('recordFeedback');
/** Internal: what people answered, many at once: the server takes ten updates at a time, a floor clicks more. */
export const operateUpdate = defineUpdate<AnswerResult[], [OperateInput]>('operate');
export const takeOutboxUpdate = defineUpdate<Transition[], [TakeOutboxInput]>('takeOutbox');
export const decideUpdate = defineUpdate<DecideResult, [DecideInput]>('decide');
export const confirmDeliveryUpdate = defineUpdate<OperatorResult, [DeliveryConfirmation]>('confirmDelivery');

export interface WarehouseInput {
  warehouse: string;
  /** Carried over by continue-as-new. */
  memory?: WarehouseMemory;
  /** Updates per run; tests set it low. */
  continueAfterUpdates?: number;
  /** How long a sender holds the outbox; tests set it low. */
  leaseMs?: number;
}

export async function warehouse(input: WarehouseInput): Promise<void> {
  let memory = input.memory ?? initialMemory(input.warehouse);
  let handled = 0;
  let shown = '';

  /** The headline is mirrored where the web UI reads it without replaying: search attributes and details. */
  const adopt = (next: WarehouseMemory): void => {
    memory = next;
    handled += 1;
    const { worstState, openEpisodes, ...state } = alertState(memory, {});
    setCurrentDetails(describeWarehouse({ worstState, openEpisodes, ...state }));
    const headline = `${worstState}/${openEpisodes}`;
    if (headline === shown) return;
    shown = headline;
    upsertSearchAttributes({
      BufferwatchWarehouse: [input.warehouse],
      BufferwatchWorstState: [worstState],
      BufferwatchOpenEpisodes: [openEpisodes],
    });
  };
  const operate =
    <I>(act: (memory: WarehouseMemory, input: I) => { memory: WarehouseMemory; result: OperatorResult }) =>
    (argument: I): OperatorResult => {
      const { memory: next, result } = act(memory, argument);
      adopt(next);
      return result;
    };
  const refusing = <I>(refuse: (memory: WarehouseMemory, input: I) => string | null) => ({
    validator: (argument: I): void => {
      const message = refuse(memory, argument);
      if (message !== null) throw ApplicationFailure.nonRetryable(message, 'InvalidInput');
    },
  });

  // Handlers are set before the first await and never await themselves: an update is one step of the memory.
  setHandler(alertStateQuery, (question) => alertState(memory, question ?? {}));
  setHandler(alertHistoryQuery, () => alertHistory(memory));
  setHandler(interpretMemoryQuery, () => interpretMemory(memory));
  setHandler(memoryQuery, () => memory);
  setHandler(
    decideUpdate,
    (argument) => {
      const { memory: next, result } = decide(memory, argument);
      adopt(next);
      return result;
    },
    {
      validator: (argument) => {
        const refusal = refuseDecide(memory, argument);
        if (refusal !== null) throw ApplicationFailure.nonRetryable(refusal.message, refusal.type);
      },
    },
  );
  setHandler(
    takeOutboxUpdate,
    (argument) => {
      const { memory: next, outbox } = takeOutbox(memory, argument, Date.now(), input.leaseMs);
      adopt(next);
      return outbox;
    },
    refusing(refuseTakeOutbox),
  );
  setHandler(confirmDeliveryUpdate, operate(confirm), refusing(refuseConfirm));
  setHandler(
    acknowledgeUpdate,
    operate(operators.once(operators.acknowledge)),
    refusing(operators.refuseAcknowledge),
  );
  setHandler(muteUpdate, operate(operators.once(operators.mute)), refusing(operators.refuseMute));
  setHandler(unmuteUpdate, operate(operators.once(operators.unmute)), refusing(operators.refuseUnmute));
  setHandler(
    recordFeedbackUpdate,
    operate(operators.once(operators.recordFeedback)),
    refusing(operators.refuseFeedback),
  );
  setHandler(
    operateUpdate,
    ({ answers }) => {
      const { memory: next, results } = applyAnswers(memory, answers);
      adopt(next);
      return results;
    },
    refusing((_, argument: OperateInput) => refuseAnswers(argument)),
  );

  const limit = input.continueAfterUpdates ?? CONTINUE_AFTER_UPDATES;
  const full = (): boolean => handled >= limit || workflowInfo().continueAsNewSuggested;
  await condition(() => (isClosed(memory) || full()) && allHandlersFinished());
  if (isClosed(memory)) return;
  await continueAsNew<typeof warehouse>({ ...input, memory });
}
