// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * `warehouse/{code}`: the long-lived owner of one warehouse's alerts. It decides what is said (substep 3),
 * remembers what was said, and answers whoever asks. All rules are pure functions of `domain/suppress`.
 */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import type {
  AcknowledgeInput,
  AlertHistory,
  AlertState,
  AnswerResult,
  DecideInput,
  DecideRefusal,
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
} from '../domain/suppress/contract.ts';
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
import { describeUnknown, SUPPRESSION_RULES } from '../domain/suppress/rules.ts';
import { FAILURE } from '../failures/failures.ts';
import { applicationFailure } from '../failures/temporal-failures.ts';
import { alertHistory, alertState, interpretMemory } from '../domain/suppress/state.ts';
import { CONTINUE_AFTER_UPDATES, KEEP_MEMORY } from './deadlines.ts';
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
export const decideUpdate = defineUpdate<DecideResult | DecideRefusal, [DecideInput]>('decide');
export const confirmDeliveryUpdate = defineUpdate<OperatorResult, [DeliveryConfirmation]>('confirmDelivery');

export interface WarehouseInput {
  warehouse: string;
  /** Carried over by continue-as-new, or restored. */
  memory?: WarehouseMemory;
  /** Updates per run; tests set it low. */
  continueAfterUpdates?: number;
  /** How long a sender holds the outbox; tests set it low. */
  leaseMs?: number;
}

const { keepMemory } = proxyActivities<Activities>(KEEP_MEMORY);

export async function warehouse(input: WarehouseInput): Promise<void> {
  let memory = input.memory ?? initialMemory(input.warehouse);
  let handled = 0;
  let shown = '';
  /** What people said is not stored yet: the next cycle would be too late if this run were lost before it. */
  let unkept = false;

  /** The headline is mirrored where the web UI reads it without replaying: search attributes and details. */
  const adopt = (next: WarehouseMemory): void => {
    memory = next;
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
  /**
   * An update is one step of the memory. What it can't take is refused here and not in a validator: after a reset the
   * server hands over the updates of the old run all at once, validators see the memory before the first of them, and
   * what they refuse then stays counted as in flight until no update gets through any more.
   */
  const step =
    <I, R>(
      refuse: (memory: WarehouseMemory, input: I) => string | null,
      act: (memory: WarehouseMemory, input: I) => { memory: WarehouseMemory; result: R },
    ) =>
    (argument: I): R => {
      handled += 1;
      const message = refuse(memory, argument);
      if (message !== null) throw applicationFailure(FAILURE.InvalidInput, message);
      const { memory: next, result } = act(memory, argument);
      adopt(next);
      return result;
    };
  /** What people say: kept at once. */
  const operate = <I, R>(
    refuse: (memory: WarehouseMemory, input: I) => string | null,
    act: (memory: WarehouseMemory, input: I) => { memory: WarehouseMemory; result: R },
  ) => {
    const take = step(refuse, act);
    return (argument: I): R => {
      const result = take(argument);
      unkept = true;
      return result;
    };
  };

  // Handlers are set before the first await and never await themselves.
  setHandler(alertStateQuery, (question) => alertState(memory, question ?? {}));
  setHandler(alertHistoryQuery, () => alertHistory(memory));
  setHandler(interpretMemoryQuery, () => interpretMemory(memory));
  setHandler(memoryQuery, () => memory);
  setHandler(
    decideUpdate,
    (argument) => {
      handled += 1;
      // In a history that a newer release has gone on with: the task fails here, until a newer worker takes it.
      if (argument?.rules > SUPPRESSION_RULES) throw new Error(`decide: ${describeUnknown(argument.rules)}`);
      const refusal = refuseDecide(memory, argument);
      if (refusal !== null) return refusal;
      const { memory: next, result } = decide(memory, argument);
      adopt(next);
      return result;
    },
    {
      // The one refusal that must not enter the history: a newer worker would not repeat it.
      validator: (argument) => {
        if (argument?.rules > SUPPRESSION_RULES)
          throw applicationFailure(FAILURE.UnknownRules, `decide: ${describeUnknown(argument.rules)}`, {
            details: [SUPPRESSION_RULES],
          });
      },
    },
  );
  setHandler(
    takeOutboxUpdate,
    step(refuseTakeOutbox, (before, argument: TakeOutboxInput) => {
      const { memory: next, outbox } = takeOutbox(before, argument, Date.now(), input.leaseMs);
      return { memory: next, result: outbox };
    }),
  );
  setHandler(confirmDeliveryUpdate, step(refuseConfirm, confirm));
  setHandler(acknowledgeUpdate, operate(operators.refuseAcknowledge, operators.once(operators.acknowledge)));
  setHandler(muteUpdate, operate(operators.refuseMute, operators.once(operators.mute)));
  setHandler(unmuteUpdate, operate(operators.refuseUnmute, operators.once(operators.unmute)));
  setHandler(
    recordFeedbackUpdate,
    operate(operators.refuseFeedback, operators.once(operators.recordFeedback)),
  );
  setHandler(
    operateUpdate,
    operate(
      (_, argument: OperateInput) => refuseAnswers(argument),
      (before, { answers }) => applyAnswers(before, answers),
    ),
  );

  const limit = input.continueAfterUpdates ?? CONTINUE_AFTER_UPDATES;
  const full = (): boolean => handled >= limit || workflowInfo().continueAsNewSuggested;
  const ended = (): boolean => (isClosed(memory) || full()) && allHandlersFinished();
  for (;;) {
    // Not before it is answered: the order of the two is then the same whatever lies around a handler.
    await condition(() => (unkept && allHandlersFinished()) || ended());
    if (!unkept) break;
    unkept = false;
    // Where it can't be stored the next decision stores it. It is waited for: an activity that ends while the run
    // continues as new fails that task, and the updates that wait for it.
    await keepMemory
      .executeWithOptions({ ...KEEP_MEMORY, summary: 'what people said' }, [{ warehouse: input.warehouse }])
      .catch(() => undefined);
  }
  if (isClosed(memory)) return;
  await continueAsNew<typeof warehouse>({ ...input, memory });
}
