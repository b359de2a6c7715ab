/** Takes a click from whichever way it came, answers Slack in time, and counts what came of it. */
import type { ClickWay, Reply } from './answer.ts';
import { readClick, type Click } from './click.ts';
import type { InteractMetrics, Outcome } from './metrics.ts';

/** Slack shows an error after 3 s; what is not done by then goes on behind the answer. */
const ANSWER_WITHIN_MS = 2_500;

export interface Clicks {
  /** Resolves when Slack is to be answered, with the outcome where it is known by then. */
  take(way: ClickWay, payload: unknown): Promise<Outcome | 'kept' | 'under way'>;
  /** Resolves when nothing is under way any more. */
  drain(): Promise<void>;
}

export function createClicks(
  answer: (way: ClickWay, click: Click) => Promise<Reply>,
  metrics: InteractMetrics,
  answerWithinMs = ANSWER_WITHIN_MS,
): Clicks {
  const underWay = new Set<Promise<unknown>>();
  return {
    async take(way, payload) {
      const click = readClick(payload);
      if (typeof click === 'string') {
        metrics.count(way, click);
        return click;
      }
      const done = track(
        answer(way, click).then(({ outcome, afterwards }) => {
          // What is kept counts when its warehouse has taken it.
          if (outcome !== 'kept') metrics.count(way, outcome);
          void track(afterwards);
          return outcome;
        }),
      );
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'under way'>((resolve) => {
        timer = setTimeout(() => resolve('under way'), answerWithinMs);
      });
      return Promise.race([done, late]).finally(() => clearTimeout(timer));
    },
    async drain() {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
  };

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    const forget = () => void underWay.delete(work);
    work.then(forget, forget);
    return work;
  }
}
