/** Why it is so, in one sentence each. */
import type { Alarm, Cause, SourceName } from '../vocabulary.ts';
import { percent, rate } from './amounts.ts';

const CAUSE_WORDS: Record<Cause, string> = {
  BLOCKED: 'What comes next is full.',
  STARVED: 'Less arrives than planned.',
  JAM: 'It is jammed.',
  UNDERSTAFFED: 'Fewer people work there than are needed.',
  RATE_FALL: 'People get less done an hour than planned.',
  SURGE: 'More arrives than planned.',
  SKEW: 'The flow is spread unevenly.',
  UPSTREAM_STOP: 'What comes before it stands still.',
  NO_DEMAND: 'No work is waiting.',
  UNKNOWN: '',
};

/** Empty where it is not known. */
export function causeInWords({ cause, alarm }: { cause: Cause; alarm?: Alarm | null }): string {
  // What stands still by a stop flag is not jammed for that.
  return alarm === 'STOP_FLAG' ? '' : CAUSE_WORDS[cause];
}

/** A source without a usable row, and the share (0..1) of a warehouse's units that depend on it. */
export interface BlindSource {
  source: SourceName;
  share: number;
}

export function blindInWords({ source, share }: BlindSource): string {
  return `no usable data from ${source}, ${percent(share)} of the places depend on it`;
}

/** `in 42, out 31 a minute`; empty where neither is known. */
export function flowInWords({
  flowInUpm,
  flowOutUpm,
}: {
  flowInUpm: number | null;
  flowOutUpm: number | null;
}): string {
  return flowInUpm === null && flowOutUpm === null
    ? ''
    : `in ${rate(flowInUpm)}, out ${rate(flowOutUpm)} a minute`;
}
