/** Failures on demand, as the real service and the network between show them. */

export interface Fault {
  /** e.g. `chat.postMessage`; `*` for every method. */
  method: string;
  /** How many calls fail; default 1. */
  times?: number;
  /**
   * ratelimit: 429 with Retry-After. 500: refused with a server error. close_before: the connection is lost
   * and nothing was done. close_after: done, and then the connection is lost. slow: done, and answered after
   * `delayMs`. Anything else is answered as Slack's error code.
   */
  kind: 'ratelimit' | '500' | 'close_before' | 'close_after' | 'slow' | (string & {});
  /** Seconds; default 1. */
  retryAfter?: number;
  /** Default 15,000: longer than the client waits. */
  delayMs?: number;
}

export interface Faults {
  add(fault: Fault): void;
  /** The fault that this call meets, used up by it. */
  take(method: string): Fault | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  let faults: { fault: Fault; left: number }[] = [];
  return {
    add: (fault) => faults.push({ fault, left: fault.times ?? 1 }),
    take(method) {
      const entry = faults.find(({ fault, left }) => left > 0 && ['*', method].includes(fault.method));
      if (entry) entry.left -= 1;
      faults = faults.filter(({ left }) => left > 0);
      return entry?.fault;
    },
    clear: () => (faults = []),
  };
}
