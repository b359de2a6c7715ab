/** Ctrl-C, SIGTERM or the end of a set time: all end a run in the same orderly way. */
import { CommandFailure } from './failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { say } from './output.ts';
import { onSignal } from './signals.ts';

export interface Interruption {
  /** Resolves when the run shall end. */
  ended: Promise<void>;
  /** Aborted then. */
  signal: AbortSignal;
  /** Between two steps of a start-up. @throws CommandFailure once the run shall end */
  check(): void;
  /** Ends the run after this long. */
  endAfter(ms: number): void;
  release(): void;
}

export function createInterruption(): Interruption {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = () => {
      over.abort();
      resolve();
    };
  });
  const release = onSignal((signal) => {
    say(`\n${signal}: stopping ...`);
    end();
  });
  return {
    ended,
    signal: over.signal,
    check: () => {
      if (over.signal.aborted) throw new CommandFailure(EXIT.failure, 'interrupted during start-up');
    },
    endAfter: (ms) => {
      timer = setTimeout(end, ms);
    },
    release: () => {
      clearTimeout(timer);
      release();
    },
  };
}
