/** What may be wrong with a whole feed: it is silent, frozen, late, or off by an hour; or its staff is nonsense. */
import { drawInteger, pick } from '../random.ts';
import type { StockRecord } from '../upstream-tables.ts';
import type { MakeEffect } from './effect.ts';
import type { BySeverity } from './kinds.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const BURST_EVERY_MIN: BySeverity<number> = { mild: 12, medium: 20, severe: 40 };
/** Rows of one burst are written one after the other. */
const BURST_SEC = [1, 20] as const;
const HEADCOUNTS: BySeverity<readonly ((hc: number) => number)[]> = {
  mild: [(hc) => hc * 2, (hc) => hc / 2],
  medium: [() => 0],
  severe: [(hc) => hc * 100, (hc) => -hc - 1],
};

/** The same content again and again, as of now. */
const stockFrozen: MakeEffect = () => {
  const first = new Map<string, StockRecord>();
  return {
    stock: (record) => {
      const { as_of: asOf, recorded_at: recordedAt } = record;
      const told = first.get(record.path) ?? record;
      first.set(record.path, told);
      return { ...told, as_of: asOf, recorded_at: recordedAt };
    },
  };
};

const late: MakeEffect = ({ random, severity, startTs }) => {
  const everyMs = BURST_EVERY_MIN[severity] * MINUTE;
  const held = <R extends { recorded_at: Date }>(record: R): R => {
    const afterMs = record.recorded_at.getTime() - startTs;
    const burstTs = startTs + Math.ceil(Math.max(1, afterMs) / everyMs) * everyMs;
    return { ...record, recorded_at: new Date(burstTs + drawInteger(random, ...BURST_SEC) * SECOND) };
  };
  return random.next() < 0.5
    ? { stock: held, source: 'wes_stock' }
    : { counter: held, source: 'wcs_counters' };
};

export const feedEffects = {
  STOCK_SILENT: () => ({ stock: () => null }),
  STOCK_FROZEN: stockFrozen,
  COUNTERS_SILENT: () => ({ counter: () => null }),
  LABOUR_SILENT: () => ({ actuals: () => null, plan: () => null }),
  AS_OF_HOUR: ({ random }) => {
    const offMs = random.next() < 0.5 ? -HOUR : HOUR;
    return { stock: (record) => ({ ...record, as_of: new Date(record.as_of.getTime() + offMs) }) };
  },
  ROWS_LATE: late,
  HEADCOUNT_WRONG: ({ random, severity }) => {
    const told = pick(random, HEADCOUNTS[severity]);
    return {
      actuals: (record) => ({ ...record, hc_active: Math.round(told(record.hc_active) * 100) / 100 }),
    };
  },
} as const satisfies Record<string, MakeEffect>;
