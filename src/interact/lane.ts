/** Work that is done in bunches, one after the other: whatever comes while one is under way is the next one. */
export interface Lane<T> {
  push(items: readonly T[]): void;
  /** Resolves when nothing is left. */
  drain(): Promise<void>;
}

/** @param work never rejects */
export function createLane<T>(work: (items: T[]) => Promise<void>): Lane<T> {
  let queue: T[] = [];
  let running = false;
  let last: Promise<void> = Promise.resolve();
  return {
    push(items) {
      queue.push(...items);
      if (queue.length > 0 && !running) last = run();
    },
    async drain() {
      await last;
    },
  };

  async function run(): Promise<void> {
    running = true;
    while (queue.length > 0) {
      const items = queue;
      queue = [];
      await work(items);
    }
    running = false;
  }
}

/** For one caller at a time: begins each act a pause after the one before was done. */
export function createPause(pauseMs: number): <T>(act: () => Promise<T>) => Promise<T> {
  let freeAt = 0;
  return async (act) => {
    const waitMs = freeAt - Date.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    try {
      return await act();
    } finally {
      freeAt = Date.now() + pauseMs;
    }
  };
}
