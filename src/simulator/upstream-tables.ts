/** The tables of the three upstream systems, as their owners made them: facts only, nothing of ours. */
import type { Pool } from 'pg';

/** One database per system. */
export interface Upstream {
  wes: Pool;
  wcs: Pool;
  lms: Pool;
}

export interface StockRecord {
  warehouse: string;
  workpool: string;
  path: string;
  stage: string;
  buffer_kind: string;
  capacity_units: number;
  wip_units: number;
  backlog_units: number;
  units_due_by_cpt: number;
  cpt_ts: Date;
  as_of: Date;
  recorded_at: Date;
}

export interface CounterRecord {
  warehouse: string;
  path: string;
  device: string;
  in_total: number;
  out_total: number;
  recirc_total: number;
  state: 'RUN' | 'IDLE' | 'FAULT' | 'ESTOP';
  fault: string | null;
  plc_ts: Date;
  recorded_at: Date;
}

export interface ActualsRecord {
  warehouse: string;
  workpool: string;
  process: string;
  hc_active: number;
  hc_idle: number;
  hc_break: number;
  uph_15m: number | null;
  interval_end: Date;
  recorded_at: Date;
}

export interface PlanRecord {
  warehouse: string;
  workpool: string;
  process: string;
  shift_start: Date;
  shift_end: Date;
  break_start: Date | null;
  break_end: Date | null;
  hc_plan: number;
  uph_plan: number;
  recorded_at: Date;
}

export interface UpstreamRecords {
  wes_stock: StockRecord[];
  wcs_counters: CounterRecord[];
  lms_actuals: ActualsRecord[];
  lms_plan: PlanRecord[];
}
export type TableName = keyof UpstreamRecords;

/** Where what a system records goes. */
export interface Sink {
  push<T extends TableName>(table: T, records: UpstreamRecords[T]): void;
}

export const TABLE_NAMES = ['wes_stock', 'wcs_counters', 'lms_actuals', 'lms_plan'] as const;

type ColumnType = 'text' | 'integer' | 'bigint' | 'double precision' | 'timestamptz';
type Columns<T extends TableName> = Record<keyof UpstreamRecords[T][number], ColumnType>;

const TABLES: { [T in TableName]: { system: keyof Upstream; columns: Columns<T> } } = {
  wes_stock: {
    system: 'wes',
    columns: {
      warehouse: 'text',
      workpool: 'text',
      path: 'text',
      stage: 'text',
      buffer_kind: 'text',
      capacity_units: 'integer',
      wip_units: 'integer',
      backlog_units: 'integer',
      units_due_by_cpt: 'integer',
      cpt_ts: 'timestamptz',
      as_of: 'timestamptz',
      recorded_at: 'timestamptz',
    },
  },
  wcs_counters: {
    system: 'wcs',
    columns: {
      warehouse: 'text',
      path: 'text',
      device: 'text',
      in_total: 'bigint',
      out_total: 'bigint',
      recirc_total: 'bigint',
      state: 'text',
      fault: 'text',
      plc_ts: 'timestamptz',
      recorded_at: 'timestamptz',
    },
  },
  lms_actuals: {
    system: 'lms',
    columns: {
      warehouse: 'text',
      workpool: 'text',
      process: 'text',
      hc_active: 'double precision',
      hc_idle: 'double precision',
      hc_break: 'double precision',
      uph_15m: 'double precision',
      interval_end: 'timestamptz',
      recorded_at: 'timestamptz',
    },
  },
  lms_plan: {
    system: 'lms',
    columns: {
      warehouse: 'text',
      workpool: 'text',
      process: 'text',
      shift_start: 'timestamptz',
      shift_end: 'timestamptz',
      break_start: 'timestamptz',
      break_end: 'timestamptz',
      hc_plan: 'double precision',
      uph_plan: 'double precision',
      recorded_at: 'timestamptz',
    },
  },
};

/** Names of a table's columns, in order. */
export function columnsOf(table: TableName): string[] {
  return Object.keys(TABLES[table].columns);
}

/** Rows per statement: a whole back history in a few statements, each parameter well below a megabyte. */
const ROWS_PER_INSERT = 2000;

/** Creates what is missing, in each system's own database (the three may be the same). */
export async function createUpstreamTables(upstream: Upstream): Promise<void> {
  for (const table of TABLE_NAMES) {
    const { system, columns } = TABLES[table];
    const definitions = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
    await upstream[system].query(
      `CREATE TABLE IF NOT EXISTS ${table} (${definitions.join(', ')});
       CREATE INDEX IF NOT EXISTS ${table}_recorded_at ON ${table} (recorded_at, warehouse)`,
    );
  }
}

/** All rows or none. */
export async function insertRecords(
  upstream: Upstream,
  table: TableName,
  records: readonly UpstreamRecords[TableName][number][],
): Promise<void> {
  if (records.length === 0) return;
  const { system, columns } = TABLES[table];
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);
  const statement = `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`;
  const client = await upstream[system].connect();
  // A connection whose transaction may still be open must not go back to the pool.
  let broken = true;
  try {
    await client.query('BEGIN');
    for (let from = 0; from < records.length; from += ROWS_PER_INSERT) {
      const chunk = records.slice(from, from + ROWS_PER_INSERT);
      const values = names.map((name) => chunk.map((record) => Reflect.get(record, name) as unknown));
      await client.query(statement, values);
    }
    await client.query('COMMIT');
    broken = false;
  } finally {
    client.release(broken);
  }
}

/** Removes everything the three systems hold about one warehouse. */
export async function deleteWarehouseRecords(upstream: Upstream, warehouse: string): Promise<void> {
  for (const table of TABLE_NAMES) {
    await upstream[TABLES[table].system].query(`DELETE FROM ${table} WHERE warehouse = $1`, [warehouse]);
  }
}

/** @param before epoch ms; rows recorded earlier go */
export async function purgeRecords(
  upstream: Upstream,
  warehouses: readonly string[],
  before: number,
): Promise<void> {
  for (const table of TABLE_NAMES) {
    await upstream[TABLES[table].system].query(
      `DELETE FROM ${table} WHERE recorded_at < $1 AND warehouse = ANY($2)`,
      [new Date(before), warehouses],
    );
  }
}
