/**
 * Sees to it that `warehouse/{code}` runs and remembers, whatever became of its runs: terminated, cancelled, failed,
 * reset to an earlier state, lost with the server's database, or alive and answering nothing.
 */
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Pool } from 'pg';
import type { DecideInput, DecideResult, InterpretMemory } from '../domain/suppress/contract.ts';
import { isClosed, type WarehouseMemory } from '../domain/suppress/memory.ts';
import { restoreMemory } from '../domain/suppress/restore.ts';
import { slotsBetween } from '../domain/suppress/slots.ts';
import type { CycleId } from '../domain/vocabulary.ts';
import { listAnswersSince } from '../store/answer.ts';
import { listDelivered, listUnanswered } from '../store/delivery-ledger.ts';
import {
  readStoredHead,
  readStoredMemory,
  storeMemory,
  type StoredHead,
  type StoredMemory,
} from '../store/warehouse-memory.ts';
import * as warehouses from './warehouse.ts';
import { messageOf } from '../failures/errors.ts';

export interface Recall {
  /** Whether `warehouse/{code}` runs, or ought to: it was lost with something left to say. */
  isWatched(code: string): Promise<boolean>;
  /** The whole memory, of a workflow that runs. */
  memory(code: string, cycleId: CycleId): Promise<WarehouseMemory>;
  /** What interpret needs of it. */
  interpretMemory(code: string, cycleId: CycleId): Promise<InterpretMemory>;
  /** @throws ApplicationFailure `StaleRevision`, `InvalidInput`, or a passing failure */
  decide(code: string, input: DecideInput): Promise<DecideResult>;
  /** Does what needs a running workflow; begins it again where it was lost. `otherwise`: it has nothing left to say. */
  whileWatched<T>(code: string, cycleId: CycleId, act: () => Promise<T>, otherwise: T): Promise<T>;
}

export interface RecallOptions {
  client: Client;
  pool: Pool;
  intervalMinutes: number;
  start: warehouses.StartOptions;
}

/** An update or a query is answered in milliseconds; a server that restarts needs some seconds. */
const ANSWER_WITHIN_MS = 10_000;

/** As many intervals without a decision, and no answer now: a run that nothing gets through to any more. */
const UNANSWERED_INTERVALS = 2;

/** One slow answer is a busy server, or the replay of a long history. */
const UNANSWERED_TIMES = 2;

/** What no channel took within a day is not waited for any more. */
const LOOK_BACK_MS = 24 * 3_600_000;

/** An answer was taken a moment before it is written down that it was; those that are known by then count once. */
const ANSWERS_MARGIN_MS = 5 * 60_000;

export function createRecall({ client, pool, intervalMinutes, start }: RecallOptions): Recall {
  /** Questions in a row that a warehouse has not answered to this process. */
  const unanswered = new Map<string, number>();

  return {
    isWatched: async (code) => (await warehouses.isWatched(client, code)) || (await findLost(code)) !== null,
    memory: (code, cycleId) => recall(code, cycleId, () => warehouses.queryMemory(client, code)),
    interpretMemory: (code, cycleId) =>
      recall(code, cycleId, () => warehouses.queryInterpretMemory(client, code)),
    async decide(code, input) {
      const stored = await readStoredHead(pool, code);
      return answered(code, input.cycleId, stored, () => warehouses.decideCycle(client, code, input));
    },
    async whileWatched(code, cycleId, act, otherwise) {
      const bounded = () => client.withDeadline(Date.now() + ANSWER_WITHIN_MS, act);
      try {
        return await bounded();
      } catch (error) {
        if (!(error instanceof warehouses.NotWatched)) throw error;
        if ((await findLost(code)) === null) return otherwise;
        await recall(code, cycleId, () => warehouses.queryInterpretMemory(client, code));
        return bounded();
      }
    },
  };

  async function recall<M extends Pick<InterpretMemory, 'revision' | 'lastCycle'>>(
    code: string,
    cycleId: CycleId,
    ask: () => Promise<M | null>,
  ): Promise<M> {
    // Read before the workflow is asked: what is stored by then, it has known.
    const stored = await readStoredHead(pool, code);
    const askedAt = new Date();
    const remembered = await answered(code, cycleId, stored, ask);
    if (remembered !== null && !isBehind(remembered, stored)) return remembered;
    if (remembered !== null) await end(code, askedAt, 'it was reset to before what is stored of its memory');
    await begin(code);
    const begun = await ask();
    // Ended again meanwhile: the next attempt looks anew.
    if (begun === null) throw new warehouses.NotWatched(`warehouse/${code} ended as soon as it had begun`);
    if (isBehind(begun, stored))
      throw new Error(
        `warehouse/${code} is behind what is stored of its memory: it is ended and begun again`,
      );
    return begun;
  }

  /** A run that has answered nothing for two intervals is ended; the next attempt begins it again. */
  async function answered<T>(
    code: string,
    cycleId: CycleId,
    stored: StoredHead | null,
    ask: () => Promise<T>,
  ): Promise<T> {
    const askedAt = new Date();
    try {
      const answer = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask);
      unanswered.delete(code);
      return answer;
    } catch (error) {
      if (error instanceof ApplicationFailure || error instanceof warehouses.NotWatched) throw error;
      const times = (unanswered.get(code) ?? 0) + 1;
      unanswered.set(code, times);
      if (times >= UNANSWERED_TIMES && stored !== null && isOverdue(stored, cycleId))
        await end(
          code,
          askedAt,
          `it answers nothing (${messageOf(error)}) and has decided nothing since ${stored.lastCycle}`,
        );
      throw error;
    }
  }

  function isOverdue({ lastCycle }: StoredHead, cycleId: CycleId): boolean {
    return slotsBetween(lastCycle, cycleId, intervalMinutes) >= UNANSWERED_INTERVALS;
  }

  /** The run that was asked, and no other that has begun since. */
  async function end(code: string, askedAt: Date, why: string): Promise<void> {
    await warehouses.endRun(client, code, askedAt, `begun again from what is stored: ${why}`);
  }

  async function begin(code: string): Promise<void> {
    const memory = await findLost(code);
    await warehouses.startWarehouse(client, code, { ...start, ...(memory === null ? {} : { memory }) });
  }

  /** What a workflow that does not run left unsaid; null: nothing, it may begin anew. */
  async function findLost(code: string): Promise<WarehouseMemory | null> {
    const head = await readStoredHead(pool, code);
    if (head === null || head.closed) return null;
    const stored = await readStoredMemory(pool, code);
    if (stored === null) return null;
    const restored = await restore(code, stored);
    if (!isClosed(restored)) return restored;
    // Switched off, and its last words have arrived since it was stored.
    await storeMemory(pool, restored);
    return null;
  }

  async function restore(code: string, { memory, storedAt }: StoredMemory): Promise<WarehouseMemory> {
    const since = new Date(storedAt - LOOK_BACK_MS);
    const [confirmed, handed, answers] = await Promise.all([
      listDelivered(pool, code, since),
      listUnanswered(pool, code, since),
      listAnswersSince(pool, code, new Date(storedAt - ANSWERS_MARGIN_MS)),
    ]);
    return restoreMemory(memory, { storedAt: new Date(storedAt).toISOString(), confirmed, handed, answers });
  }
}

function isBehind(
  { lastCycle, revision }: Pick<InterpretMemory, 'revision' | 'lastCycle'>,
  stored: StoredHead | null,
): boolean {
  if (stored === null || stored.closed) return false;
  return (
    lastCycle === null ||
    lastCycle < stored.lastCycle ||
    (lastCycle === stored.lastCycle && revision < stored.revision)
  );
}
