/** Talking with `warehouse/{code}`: what everyone asks and answers through. */
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
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
import { confirmationId, TASK_QUEUE, warehouseWorkflowId } from '../domain/names.ts';
import type { WarehouseMemory } from '../domain/suppress/memory.ts';
import type { warehouse } from '../workflows/warehouse.ts';

/** No cycle has decided for this warehouse yet, or it was switched off. */
export class NotWatched extends Error {
  override name = 'NotWatched';
}

const handleOf = (client: Client, code: string) =>
  client.workflow.getHandle<typeof warehouse>(warehouseWorkflowId(code));

async function ask<T>(client: Client, code: string, query: string, argument?: unknown): Promise<T> {
  try {
    return await handleOf(client, code).query<T, unknown[]>(
      query,
      ...(argument === undefined ? [] : [argument]),
    );
  } catch (error) {
    throw explainMissing(error, code);
  }
}

function explainMissing(error: unknown, code: string): unknown {
  if (!(error instanceof WorkflowNotFoundError)) return error;
  return new NotWatched(
    `warehouse ${code} has no alert state yet: no cycle has decided for it (is it in the registry, and active?)`,
  );
}

/** @throws NotWatched */
export async function queryAlertState(
  client: Client,
  code: string,
  question: { unit?: string } = {},
): Promise<AlertState> {
  return ask(client, code, 'alertState', question);
}

/** @throws NotWatched */
export async function queryAlertHistory(client: Client, code: string): Promise<AlertHistory> {
  return ask(client, code, 'alertHistory');
}

/** null where no cycle has decided yet. */
export async function queryInterpretMemory(client: Client, code: string): Promise<InterpretMemory | null> {
  return nullIfNotWatched(() => ask(client, code, 'interpretMemory'));
}

/** null where no cycle has decided yet. */
export async function queryMemory(client: Client, code: string): Promise<WarehouseMemory | null> {
  return nullIfNotWatched(() => ask(client, code, 'memory'));
}

async function nullIfNotWatched<T>(question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof NotWatched) return null;
    throw error;
  }
}

/** Whether `warehouse/{code}` is running. */
export async function isWatched(client: Client, code: string): Promise<boolean> {
  try {
    return (await handleOf(client, code).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** What people do; with an `id` it is done once, however often it is told. @throws ApplicationFailure `InvalidInput` */
export const acknowledge = (client: Client, code: string, input: AcknowledgeInput) =>
  update<OperatorResult>(client, code, 'acknowledge', input, input.id);

export const mute = (client: Client, code: string, input: MuteInput) =>
  update<OperatorResult>(client, code, 'mute', input, input.id);

export const unmute = (client: Client, code: string, input: UnmuteInput) =>
  update<OperatorResult>(client, code, 'unmute', input, input.id);

export const recordFeedback = (client: Client, code: string, input: FeedbackInput) =>
  update<OperatorResult>(client, code, 'recordFeedback', input, input.id);

/**
 * Many answers in one update, a result for each. `updateId`: the same for the same answers, so that asking again joins
 * what is under way: the server takes ten updates at a time.
 */
export const operate = (client: Client, code: string, input: OperateInput, updateId: string) =>
  update<AnswerResult[]>(client, code, 'operate', input, updateId);

/** Once per episode, transition and channel, however often it is told. */
export const confirmDelivery = (client: Client, code: string, input: DeliveryConfirmation) =>
  update<OperatorResult>(
    client,
    code,
    'confirmDelivery',
    input,
    confirmationId(input.episodeId, input.sequence, input.channel),
  );

/**
 * The decision of one cycle, its update id the cycle id; starts the workflow where none is running.
 * @throws ApplicationFailure of the type that the workflow gave (`StaleRevision`, `InvalidInput`).
 */
export async function decideCycle(
  client: Client,
  code: string,
  input: DecideInput,
  options: { taskQueue?: string; continueAfterUpdates?: number } = {},
): Promise<DecideResult> {
  return unwrap(() =>
    client.workflow.executeUpdateWithStart<typeof warehouse, DecideResult, [DecideInput]>('decide', {
      updateId: input.cycleId,
      args: [input],
      startWorkflowOperation: new WithStartWorkflowOperation<typeof warehouse>('warehouse', {
        workflowId: warehouseWorkflowId(code),
        taskQueue: options.taskQueue ?? TASK_QUEUE,
        workflowIdConflictPolicy: 'USE_EXISTING',
        args: [
          {
            warehouse: code,
            ...(options.continueAfterUpdates === undefined
              ? {}
              : { continueAfterUpdates: options.continueAfterUpdates }),
          },
        ],
        searchAttributes: { BufferwatchWarehouse: [code] },
        staticSummary: `the alerts of ${code}`,
      }),
    }),
  );
}

/** What is unconfirmed now, lent to one sender. Asked twice it is handed over twice: the sender looks before it posts. */
export const takeOutbox = (client: Client, code: string, input: TakeOutboxInput) =>
  update<Transition[]>(client, code, 'takeOutbox', input);

async function update<R>(
  client: Client,
  code: string,
  name: string,
  argument: unknown,
  updateId?: string,
): Promise<R> {
  try {
    return await unwrap(() =>
      handleOf(client, code).executeUpdate<R, [unknown]>(name, {
        args: [argument],
        ...(updateId === undefined ? {} : { updateId }),
      }),
    );
  } catch (error) {
    throw explainMissing(error, code);
  }
}

/** An update that was refused carries its reason one level down. */
async function unwrap<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
      throw error.cause;
    throw error;
  }
}
