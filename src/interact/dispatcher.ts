/**
 * Hands kept answers over to their warehouse, many in one update: the server takes ten updates of a workflow at a time,
 * and a floor clicks more. Whoever dies in between has lost nothing: the rows wait, and ids make a second hand-over
 * harmless, also where two processes do it at once.
 */
import { createHash } from 'node:crypto';
import type { Answer, AnswerResult } from '../domain/suppress/contract.ts';
import { NotWatched } from '../client/warehouse.ts';
import type { PlanRow } from '../domain/source-rows.ts';
import { isWhole, type NewAnswer, type TakenAnswer, type Waiting } from '../store/answer.ts';
import { findShiftEnd } from './shift-end.ts';
import { parseUnitId } from '../domain/units.ts';

/** Well below what one update may weigh, and below the ids that a warehouse remembers. */
const BATCH = 100;

/** For what another process left, and for what could not be handed over. */
const SWEEP_MS = 2_000;

/** A warehouse that no cycle has decided for by then is not watched: three cycles at the default interval. */
const GIVE_UP_MS = 15 * 60_000;

/** What was taken and not told for so long was left by a process that died. */
const LEFT_UNTOLD_MS = 10_000;

export interface DispatcherDependencies {
  listUntaken(warehouse: string, limit: number): Promise<NewAnswer[]>;
  countUntaken(): Promise<Waiting[]>;
  setMuteEnds(ends: { id: string; until: string }[]): Promise<void>;
  recordTaken(taken: { id: string; result: AnswerResult }[]): Promise<Set<string>>;
  refuseUntaken(warehouse: string, of: { olderThanMs: number; detail: string }): Promise<void>;
  listUntold(takenBeforeMs: number): Promise<TakenAnswer[]>;
  /** The newest plan of a warehouse. */
  readPlan(warehouse: string): Promise<readonly PlanRow[]>;
  operate(warehouse: string, answers: Answer[], updateId: string): Promise<AnswerResult[]>;
  /** Told of what was taken by this process, or left untold by another. */
  tell(taken: TakenAnswer[]): void;
  /** Told of each that this process took. */
  count(taken: TakenAnswer): void;
  /** Told of what could not be handed over yet, each time anew. */
  tellLate(waiting: NewAnswer[]): void;
  warn(error: unknown, what: string): void;
}

export interface Dispatcher {
  /** There is something new of this warehouse. */
  wake(warehouse: string): void;
  /** As of the last sweep; null where it could not be counted. */
  waiting(): { untaken: number; oldestSec: number } | null;
  /** Resolves when nothing is under way any more. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export function startDispatcher(deps: DispatcherDependencies): Dispatcher {
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** A batch stays the same until it is taken, and so does its update's id. */
  const held = new Map<string, NewAnswer[]>();
  /** How often in a row it could not be handed over: once is nothing to trouble people with. */
  const failures = new Map<string, number>();
  let waiting: { untaken: number; oldestSec: number } | null = null;
  let closed = false;
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweeping.then(sweep);
  }, SWEEP_MS);

  return {
    wake,
    waiting: () => waiting,
    drain,
    async close() {
      closed = true;
      clearInterval(timer);
      await sweeping;
      await drain();
    },
  };

  function wake(warehouse: string): void {
    again.add(warehouse);
    if (running.has(warehouse)) return;
    const run = takeAll(warehouse).finally(() => {
      running.delete(warehouse);
      // Woken after it had looked for the last time.
      if (again.has(warehouse)) wake(warehouse);
    });
    running.set(warehouse, run);
  }

  async function drain(): Promise<void> {
    while (running.size > 0) await Promise.all(running.values());
  }

  async function sweep(): Promise<void> {
    if (closed) return;
    try {
      const all = await deps.countUntaken();
      waiting = {
        untaken: all.reduce((sum, { untaken }) => sum + untaken, 0),
        oldestSec: Math.max(0, ...all.map(({ oldestSec }) => oldestSec)),
      };
      for (const { warehouse } of all) wake(warehouse);
      const untold = await deps.listUntold(LEFT_UNTOLD_MS);
      if (untold.length > 0) deps.tell(untold);
    } catch (error) {
      waiting = null;
      deps.warn(error, 'looking for answers that wait');
    }
  }

  /** Never rejects. */
  async function takeAll(warehouse: string): Promise<void> {
    try {
      while (again.delete(warehouse)) {
        let taken = BATCH;
        while (taken === BATCH) taken = await takeBatch(warehouse);
      }
    } catch (error) {
      again.delete(warehouse);
      deps.warn(error, `handing answers over to ${warehouse}`);
      await leave(warehouse, error).catch((left: unknown) => deps.warn(left, `answers to ${warehouse}`));
    }
  }

  /** @returns how many */
  async function takeBatch(warehouse: string): Promise<number> {
    const batch = held.get(warehouse) ?? (await deps.listUntaken(warehouse, BATCH));
    if (batch.length === 0) return 0;
    held.set(warehouse, batch);
    const { whole, endless } = await findEnds(warehouse, batch);
    const answers = whole.flatMap(({ answer }) => (isWhole(answer) ? [answer] : []));
    const results = answers.length === 0 ? [] : await deps.operate(warehouse, answers, updateIdOf(whole));
    const taken = [
      ...whole.map((given, at) => ({ ...given, result: results[at] ?? NO_RESULT })),
      ...endless.map((given) => ({ ...given, result: NO_SHIFT })),
    ];
    const marked = await deps.recordTaken(taken.map(({ id, result }) => ({ id, result })));
    held.delete(warehouse);
    failures.delete(warehouse);
    const takenAt = Date.now();
    const ours = taken.filter(({ id }) => marked.has(id)).map((each) => ({ ...each, takenAt }));
    for (const each of ours) deps.count(each);
    deps.tell(ours);
    return batch.length;
  }

  /** A mute until the shift ends, by the newest plan as of the click. */
  async function findEnds(
    warehouse: string,
    batch: NewAnswer[],
  ): Promise<{ whole: NewAnswer[]; endless: NewAnswer[] }> {
    if (batch.every(({ answer }) => isWhole(answer))) return { whole: batch, endless: [] };
    // Where it can't be read those alone are refused: an answer that can't be had holds no other.
    const plan = await deps.readPlan(warehouse).catch(() => []);
    const all = batch.map((given): NewAnswer => {
      const { answer, origin } = given;
      if (answer.kind !== 'mute' || answer.input.until !== undefined) return given;
      const workpool = parseUnitId(answer.input.unit)?.workpool ?? '';
      const endMs = findShiftEnd(plan, workpool, Date.parse(origin?.at ?? ''));
      if (endMs === null) return given;
      const until = new Date(endMs).toISOString();
      return { ...given, answer: { kind: 'mute', input: { ...answer.input, until } } };
    });
    const found = all.flatMap(({ id, answer }, at) =>
      answer.kind === 'mute' && answer.input.until !== undefined && answer !== batch[at]?.answer
        ? [{ id, until: answer.input.until }]
        : [],
    );
    if (found.length > 0) await deps.setMuteEnds(found);
    const whole = all.filter(({ answer }) => isWhole(answer));
    held.set(warehouse, all);
    return { whole, endless: all.filter(({ answer }) => !isWhole(answer)) };
  }

  async function leave(warehouse: string, error: unknown): Promise<void> {
    if (error instanceof NotWatched) {
      held.delete(warehouse);
      await deps.refuseUntaken(warehouse, { olderThanMs: GIVE_UP_MS, detail: error.message });
    }
    const inARow = (failures.get(warehouse) ?? 0) + 1;
    failures.set(warehouse, inARow);
    if (inARow > 1) deps.tellLate(await deps.listUntaken(warehouse, 2 * BATCH));
  }
}

const NO_RESULT: AnswerResult = { status: 'refused', detail: 'the warehouse gave no result' };
const NO_SHIFT: AnswerResult = {
  status: 'refused',
  detail: 'no planned shift is known to be under way: mute it for 30 min or 2 hours instead',
};

function updateIdOf(batch: NewAnswer[]): string {
  const digest = createHash('sha256').update(JSON.stringify(batch.map(({ id }) => id)));
  return `operate/${digest.digest('hex').slice(0, 24)}`;
}
