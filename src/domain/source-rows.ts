/**
 * The rows of the four source queries, as the rest of the program sees them: instants are epoch
 * milliseconds, unknown is null and never zero, `warehouse` is already our own code.
 */
import { z } from 'zod';
import { INSTANT_EXPECTED, parseInstant } from './instant.ts';
import { BUFFER_KINDS, STAGES, type SourceName } from './vocabulary.ts';

/** An instant with Z or offset (text, as in CSV files) or a Date (as the database driver returns it). */
const instant = z
  .union([z.date(), z.string()], { error: INSTANT_EXPECTED })
  .transform((value, context): number => {
    const ms = value instanceof Date ? value.getTime() : parseInstant(value);
    if (ms !== null) return ms;
    context.addIssue({ code: 'custom', message: INSTANT_EXPECTED });
    return z.NEVER;
  });

/** Databases return numeric and bigint as text, CSV files everything as text; empty means unknown. */
const number = z.preprocess(
  (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value === '' ? null : value),
  z.number({ error: 'expected a number' }),
);
/** CHAR(n) columns come padded, and people write blanks: neither is part of a name or a word. */
const trimmed = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);
const unknownable = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (trimmed(value) === '' || value === undefined ? null : value), schema.nullable());

const text = z.string({ error: 'expected a text' }).trim().min(1, 'expected a text that is not empty');

/** In whatever case: a stop that is spelt otherwise is a stop. */
const word = <const Words extends readonly string[]>(words: Words) =>
  z.preprocess((value) => (typeof value === 'string' ? value.trim().toUpperCase() : value), z.enum(words));

export const stockRowSchema = z
  .object({
    warehouse: text,
    workpool: text,
    path: text,
    stage: word(STAGES),
    buffer_kind: word(BUFFER_KINDS),
    capacity_units: unknownable(number),
    wip_units: unknownable(number),
    backlog_units: unknownable(number),
    units_due_by_cpt: unknownable(number),
    cpt_ts: unknownable(instant),
    as_of: instant,
    recorded_at: instant,
  })
  .transform((row) => ({
    warehouse: row.warehouse,
    workpool: row.workpool,
    path: row.path,
    stage: row.stage,
    bufferKind: row.buffer_kind,
    capacityUnits: row.capacity_units,
    wipUnits: row.wip_units,
    backlogUnits: row.backlog_units,
    unitsDueByCpt: row.units_due_by_cpt,
    cptTs: row.cpt_ts,
    asOf: row.as_of,
    recordedAt: row.recorded_at,
  }));
export type StockRow = z.output<typeof stockRowSchema>;

export const counterRowSchema = z
  .object({
    warehouse: text,
    path: text,
    device: text,
    in_total: unknownable(number),
    out_total: unknownable(number),
    recirc_total: unknownable(number),
    state: word(['RUN', 'IDLE', 'FAULT', 'ESTOP']),
    fault: unknownable(z.string().trim()),
    plc_ts: unknownable(instant),
    recorded_at: instant,
  })
  .transform((row) => ({
    warehouse: row.warehouse,
    path: row.path,
    device: row.device,
    inTotal: row.in_total,
    outTotal: row.out_total,
    recircTotal: row.recirc_total,
    state: row.state,
    fault: row.fault,
    plcTs: row.plc_ts,
    recordedAt: row.recorded_at,
  }));
export type CounterRow = z.output<typeof counterRowSchema>;

export const actualsRowSchema = z
  .object({
    warehouse: text,
    workpool: text,
    process: text,
    hc_active: unknownable(number),
    hc_idle: unknownable(number),
    hc_break: unknownable(number),
    uph_15m: unknownable(number),
    interval_end: instant,
    recorded_at: instant,
  })
  .transform((row) => ({
    warehouse: row.warehouse,
    workpool: row.workpool,
    process: row.process,
    hcActive: row.hc_active,
    hcIdle: row.hc_idle,
    hcBreak: row.hc_break,
    uph15m: row.uph_15m,
    intervalEnd: row.interval_end,
    recordedAt: row.recorded_at,
  }));
export type ActualsRow = z.output<typeof actualsRowSchema>;

export const planRowSchema = z
  .object({
    warehouse: text,
    workpool: text,
    process: text,
    shift_start: instant,
    shift_end: instant,
    break_start: unknownable(instant),
    break_end: unknownable(instant),
    hc_plan: unknownable(number),
    uph_plan: unknownable(number),
    recorded_at: instant,
  })
  .transform((row) => ({
    warehouse: row.warehouse,
    workpool: row.workpool,
    process: row.process,
    shiftStart: row.shift_start,
    shiftEnd: row.shift_end,
    breakStart: row.break_start,
    breakEnd: row.break_end,
    hcPlan: row.hc_plan,
    uphPlan: row.uph_plan,
    recordedAt: row.recorded_at,
  }));
export type PlanRow = z.output<typeof planRowSchema>;

export const SOURCE_ROW_SCHEMAS = {
  wes_stock: stockRowSchema,
  wcs_counters: counterRowSchema,
  lms_actuals: actualsRowSchema,
  lms_plan: planRowSchema,
} as const;

export interface SourceRows {
  wes_stock: StockRow[];
  wcs_counters: CounterRow[];
  lms_actuals: ActualsRow[];
  lms_plan: PlanRow[];
}

/** What became of one source in one cycle. `absent` after a failure or when its budget ran out. */
export interface SourceOutcome {
  status: 'ok' | 'absent';
  rows: number;
  /** Rows that do not fit the schema: left out, counted, and told by field. */
  rejected: number;
  /** Up to a few `field: problem` texts, for people. */
  problems: string[];
  /** Why it is absent; empty when ok. Never holds a secret. */
  error: string;
  durationMs: number;
}
export type SourceOutcomes = Record<SourceName, SourceOutcome>;

/** Body of the `extract` artifact of one warehouse. */
export interface WarehouseExtract {
  warehouse: string;
  /** Epoch ms; every row has recordedAt <= snapshotTs. */
  snapshotTs: number;
  sources: SourceOutcomes;
  rows: SourceRows;
}
