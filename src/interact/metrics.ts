/** What came of every click and every link, as Prometheus reads it. */
import { Counter, Registry } from 'prom-client';

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
  'failed',
  'malformed',
  /** Wrong signature. */
  'forged',
  /** Right signature, but older than five minutes, or an expired link. */
  'stale',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type Way = 'http' | 'socket' | 'link';

export interface InteractMetrics {
  count(way: Way, outcome: Outcome): void;
  render(): Promise<string>;
  contentType: string;
}

export function createMetrics(): InteractMetrics {
  const registry = new Registry();
  const clicks = new Counter({
    name: 'bufferwatch_clicks_total',
    help: 'Clicks and feedback links by the way they came and what came of them.',
    labelNames: ['way', 'outcome'],
    registers: [registry],
  });
  return {
    count: (way, outcome) => clicks.inc({ way, outcome }),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
