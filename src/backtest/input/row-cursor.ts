/** Reads rows in time order, as far as a cycle may see. */
export class RowCursor<T> {
  readonly #batches: AsyncGenerator<T[]>;
  readonly #tsOf: (row: T) => number;
  #batch: T[] = [];
  #next = 0;
  #ended = false;

  constructor(batches: AsyncGenerator<T[]>, tsOf: (row: T) => number) {
    this.#batches = batches;
    this.#tsOf = tsOf;
  }

  /** Hands over every row up to the instant, epoch ms, inclusive. */
  async takeUntil(ms: number, take: (row: T) => void): Promise<void> {
    for (;;) {
      while (this.#next < this.#batch.length) {
        const row = this.#batch[this.#next];
        if (row === undefined || this.#tsOf(row) > ms) return;
        take(row);
        this.#next += 1;
      }
      if (this.#ended) return;
      const { value, done } = await this.#batches.next();
      this.#ended = done === true;
      this.#batch = done ? [] : value;
      this.#next = 0;
    }
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#batches.return(undefined);
  }
}
