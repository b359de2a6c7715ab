/** What came of every click and every link, as Prometheus reads it. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { AnswerResult } from '../domain/suppress/contract.ts';
import type { GivenAnswer } from '../store/answer.ts';

export const OUTCOMES = [
  /** The warehouse took it. */
  'done',
  /** It had been done before, by this very click or otherwise. */
  'unchanged',
  'already_closed',
  /** Only shown: the trace, or the window that asks for a reason. */
  'shown',
  /** A link was opened, or something that is none of our buttons. */
  'ignored',
  /** Neither kept nor done: the person was told so. */
  'failed',
  /** The warehouse did not take it. */
  'refused',
  'malformed',
  /** Wrong signature. */
  'forged',
  /** Right signature, but older than five minutes, or an expired link. */
  'stale',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type Way = 'http' | 'socket' | 'link';

/** A verdict on what is over is as welcome as any. */
export function outcomeOf({ kind }: GivenAnswer, { status }: AnswerResult): Outcome {
  if (status === 'ok') return 'done';
  if (status === 'already closed') return kind === 'recordFeedback' ? 'done' : 'already_closed';
  return status;
}

/** Answers that wait for their warehouse; null where that is not known. */
export type WaitingNow = { untaken: number; oldestSec: number } | null;

export interface InteractMetrics {
  count(way: Way, outcome: Outcome): void;
  render(): Promise<string>;
  contentType: string;
}

export function createMetrics(waiting: () => WaitingNow): InteractMetrics {
  const registry = new Registry();
  const clicks = new Counter({
    name: 'bufferwatch_clicks_total',
    help: 'Clicks and feedback links by the way they came and what came of them.',
    labelNames: ['way', 'outcome'],
    registers: [registry],
  });
  const untaken: Gauge = new Gauge({
    name: 'bufferwatch_answers_untaken',
    help: 'Answers that are kept and wait for their warehouse; NaN: not known.',
    registers: [registry],
    collect: () => untaken.set(waiting()?.untaken ?? Number.NaN),
  });
  const oldest: Gauge = new Gauge({
    name: 'bufferwatch_answers_oldest_untaken_seconds',
    help: 'How long the oldest of them has waited; NaN: not known.',
    registers: [registry],
    collect: () => oldest.set(waiting()?.oldestSec ?? Number.NaN),
  });
  return {
    count: (way, outcome) => clicks.inc({ way, outcome }),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
