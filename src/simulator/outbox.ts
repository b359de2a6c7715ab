/** Readings that were taken and are not yet recorded in their system's table. */
import type { TableName, UpstreamRecords } from './upstream-tables.ts';

export interface Outbox<T extends TableName> {
  push(records: UpstreamRecords[T]): void;
  /** Records made by `ts` (epoch ms), oldest first; they stay until `forget`. */
  due(ts: number): UpstreamRecords[T][number][];
  /** Drops the records made by `ts`. */
  forget(ts: number): void;
}

export type Outboxes = { readonly [T in TableName]: Outbox<T> };

export function createOutbox<T extends TableName>(): Outbox<T> {
  let records: UpstreamRecords[T][number][] = [];
  return {
    push: (more) => {
      for (const record of more) records.push(record);
    },
    due: (ts) =>
      records
        .filter((record) => record.recorded_at.getTime() <= ts)
        .toSorted((a, b) => a.recorded_at.getTime() - b.recorded_at.getTime()),
    forget: (ts) => {
      records = records.filter((record) => record.recorded_at.getTime() > ts);
    },
  };
}
