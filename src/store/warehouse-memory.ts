/** The newest memory of each warehouse's alerts: what a workflow that was lost begins again from. */
import type { Pool } from 'pg';
import { z } from 'zod';
import { toCycleId } from '../domain/cycle-time.ts';
import { isClosed, type WarehouseMemory } from '../domain/suppress/memory.ts';
import type { CycleId } from '../domain/vocabulary.ts';
import { compress, decompress } from './compressed.ts';
import { instantMs } from './rows.ts';

/** How far the stored memory has come. */
export interface StoredHead {
  lastCycle: CycleId;
  revision: number;
  /** The warehouse was switched off, and everything is said. */
  closed: boolean;
}

export interface StoredMemory extends StoredHead {
  memory: WarehouseMemory;
  /** Epoch ms. */
  storedAt: number;
}

const headRow = z
  .object({ cycle_ts: instantMs, revision: z.number(), closed: z.boolean() })
  .transform((row): StoredHead => ({
    lastCycle: toCycleId(row.cycle_ts),
    revision: row.revision,
    closed: row.closed,
  }));
const bodyRow = z.object({ body: z.instanceof(Buffer), stored_at: instantMs });

/** Stores it unless a newer one is stored. A memory that has decided nothing holds nothing to keep. */
export async function storeMemory(pool: Pool, memory: WarehouseMemory): Promise<void> {
  if (memory.lastCycle === null) return;
  const body = await compress(JSON.stringify(memory));
  await pool.query(
    `INSERT INTO warehouse_memory AS stored (warehouse, cycle_ts, revision, closed, body)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (warehouse) DO UPDATE SET
       cycle_ts = excluded.cycle_ts, revision = excluded.revision, closed = excluded.closed,
       body = excluded.body, stored_at = excluded.stored_at
     WHERE (excluded.cycle_ts, excluded.revision) >= (stored.cycle_ts, stored.revision)`,
    [memory.warehouse, memory.lastCycle, memory.revision, isClosed(memory), body],
  );
}

/** null: nothing was ever stored. */
export async function readStoredHead(pool: Pool, warehouse: string): Promise<StoredHead | null> {
  const { rows } = await pool.query(
    'SELECT cycle_ts, revision, closed FROM warehouse_memory WHERE warehouse = $1',
    [warehouse],
  );
  return z.array(headRow).parse(rows)[0] ?? null;
}

/** null: nothing was ever stored. */
export async function readStoredMemory(pool: Pool, warehouse: string): Promise<StoredMemory | null> {
  const { rows } = await pool.query(
    'SELECT cycle_ts, revision, closed, body, stored_at FROM warehouse_memory WHERE warehouse = $1',
    [warehouse],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { body, stored_at } = bodyRow.parse(row);
  // Of our own making: what the workflow answered.
  const memory: WarehouseMemory = JSON.parse(await decompress(body));
  return { ...headRow.parse(row), memory, storedAt: stored_at };
}
