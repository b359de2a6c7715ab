/** Makes an answer durable before its person is answered. */
import type { Answer, AnswerResult } from '../domain/suppress/contract.ts';
import { isWhole, type NewAnswer } from '../store/answer.ts';
import { within } from './within.ts';

/** Together below what a click has before Slack shows an error. */
const KEEP_WITHIN_MS = 1_100;
const DIRECT_WITHIN_MS = 1_200;

/** `kept`: it takes effect in a moment; `known`: it was kept before; else what the warehouse itself answered. */
export type Kept = 'kept' | 'known' | AnswerResult;

export interface KeepDependencies {
  /** @returns whether it is new */
  store(answer: NewAnswer): Promise<boolean>;
  /** Told of what is new. */
  wake(warehouse: string): void;
  /** Past the table, to the warehouse itself. */
  direct(warehouse: string, id: string, answer: Answer): Promise<AnswerResult>;
  warn(error: unknown, what: string): void;
}

/** @throws Error where neither the table nor the warehouse could be reached in time */
export function createKeep(deps: KeepDependencies): (answer: NewAnswer) => Promise<Kept> {
  return async (given) => {
    const { id, warehouse, answer } = given;
    try {
      const isNew = await within(KEEP_WITHIN_MS, 'the database', deps.store(given));
      if (isNew) deps.wake(warehouse);
      return isNew ? 'kept' : 'known';
    } catch (error) {
      deps.warn(error, `${id} could not be kept`);
      if (!isWhole(answer)) throw error;
      return within(DIRECT_WITHIN_MS, `warehouse ${warehouse}`, deps.direct(warehouse, id, answer));
    }
  };
}
