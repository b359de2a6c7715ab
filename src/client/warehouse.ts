/** Talking with `warehouse/{code}`: what everyone asks and answers through. */
import { createHash } from 'node:crypto';
import {
  type Client,
  QueryRejectedError,
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
import { confirmationId, TASK_QUEUE, warehouseWorkflowId } from '../workflows/names.ts';
import type { WarehouseMemory } from '../domain/suppress/memory.ts';
import { FAILURE } from '../failures/failures.ts';
import { applicationFailure } from '../failures/temporal-failures.ts';
import { repackUnits } from '../domain/suppress/packed-units.ts';
import type { warehouse } from '../workflows/warehouse.ts';

/** `warehouse/{code}` does not run: no cycle has decided yet, it was switched off, or it was lost. */
export class NotWatched extends Error {
  override name = FAILURE.NotWatched;
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

/** A run that has ended knows what was, not what is: the connection has such queries rejected. */
function explainMissing(error: unknown, code: string): unknown {
  if (!(error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError)) return error;
  return new NotWatched(
    `warehouse ${code} has no alert state: the next cycle begins it where it is in the registry and active`,
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

export interface StartOptions {
  taskQueue?: string;
  continueAfterUpdates?: number;
  /** What it begins with; absent: nothing. */
  memory?: WarehouseMemory;
}

/** Starts `warehouse/{code}`; where one runs already that one stays. */
export async function startWarehouse(
  client: Client,
  code: string,
  { taskQueue = TASK_QUEUE, ...input }: StartOptions = {},
): Promise<void> {
  await client.workflow.start<typeof warehouse>('warehouse', {
    workflowId: warehouseWorkflowId(code),
    taskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [{ warehouse: code, ...input }],
    searchAttributes: { BufferwatchWarehouse: [code] },
    staticSummary: `the alerts of ${code}`,
  });
}

/** Ends the running `warehouse/{code}` where it began before an instant; what it remembers has to be stored elsewhere. */
export async function endRun(client: Client, code: string, begunBefore: Date, reason: string): Promise<void> {
  try {
    const { status, startTime, runId } = await handleOf(client, code).describe();
    if (status.name !== 'RUNNING' || startTime >= begunBefore) return;
    await client.workflow.getHandle(warehouseWorkflowId(code), runId).terminate(reason);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/**
 * The decision of one cycle. Where the answering worker is of an older release it decides by the newest rules that it
 * knows: in a rolling upgrade no warehouse goes without a decision.
 * @throws NotWatched, ApplicationFailure `StaleRevision` or `InvalidInput`
 */
export async function decideCycle(client: Client, code: string, input: DecideInput): Promise<DecideResult> {
  // An answer, a refusal too, is given again as long as it is asked for in the same words.
  const words = createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 10);
  const updateId = `${input.cycleId}/${words}`;
  try {
    const answer = await update<DecideResult | DecideRefusal>(client, code, 'decide', input, updateId);
    if (answer.status !== 'refused') return answer;
    throw applicationFailure(answer.type, answer.message);
  } catch (error) {
    const known = knownRules(error);
    if (known === null || known >= input.rules) throw error;
    return decideCycle(client, code, { ...input, rules: known, units: repackUnits(input.units, known) });
  }
}

function knownRules(error: unknown): number | null {
  const [known] =
    error instanceof ApplicationFailure && error.type === FAILURE.UnknownRules ? (error.details ?? []) : [];
  return typeof known === 'number' ? known : null;
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
