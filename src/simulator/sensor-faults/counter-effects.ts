/** What a path's devices may count or date wrong. What they did not count they never catch up on. */
import { drawInteger, drawUniform, pick } from '../random.ts';
import type { CounterRecord } from '../upstream-tables.ts';
import type { Effect, MakeEffect, Onset } from './effect.ts';
import type { BySeverity } from './kinds.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

type Range = readonly [number, number];
type Total = 'in_total' | 'out_total';

/** Share that a dirty eye still sees. */
const SEEN: BySeverity<Range> = { mild: [0.85, 0.92], medium: [0.6, 0.8], severe: [0.25, 0.5] };
/** Minutes between two resets; the mild one comes once. */
const RESET_EVERY_MIN: BySeverity<number> = { mild: Infinity, medium: 20, severe: 5 };
const WIDTHS: BySeverity<readonly { bits: number; signed: boolean }[]> = {
  mild: [
    { bits: 32, signed: false },
    { bits: 31, signed: false },
  ],
  medium: [{ bits: 32, signed: true }],
  severe: [
    { bits: 16, signed: false },
    { bits: 16, signed: true },
  ],
};
/** After the first reading. */
const WRAPS_AFTER_MIN = [120, 720] as const;
const SKEW_SEC: BySeverity<Range> = { mild: [60, 180], medium: [300, 900], severe: [1500, 3600] };
const STEP_SEC: BySeverity<Range> = { mild: [20, 60], medium: [90, 240], severe: [400, 1200] };
/** Between two settings of the clock. */
const STEP_EVERY_MIN = [10, 25] as const;

interface Counting {
  /** What the device counted last, by what we were given. */
  seen: number;
  /** What it shows. */
  shown: number;
}

/** A count of each device's own, from the growth of the true one. */
function recount(
  totals: readonly Total[],
  next: (of: Counting & { key: string; growth: number; record: CounterRecord; on: boolean }) => number,
): Effect {
  const countings = new Map<string, Counting>();
  return {
    lasting: true,
    counter: (record, on) => {
      const told = { ...record };
      for (const total of totals) {
        const key = `${record.device} ${total}`;
        const counting = countings.get(key) ?? { seen: record[total], shown: record[total] };
        const growth = record[total] - counting.seen;
        const shown = next({ ...counting, key, growth, record, on });
        countings.set(key, { seen: record[total], shown });
        told[total] = Math.floor(shown);
      }
      return told;
    },
  };
}

const frozen = (total: Total): MakeEffect => {
  return () => recount([total], ({ shown, growth, on }) => (on ? shown : shown + growth));
};

const undercount: MakeEffect = ({ random, severity }) => {
  const share = drawUniform(random, ...SEEN[severity]);
  const total = pick(random, ['in_total', 'out_total'] as const);
  return recount([total], ({ shown, growth, on }) => shown + growth * (on ? share : 1));
};

const reset: MakeEffect = ({ severity, startTs }) => {
  const everyMs = RESET_EVERY_MIN[severity] * MINUTE;
  const dueTs = new Map<string, number>();
  return recount(['in_total', 'out_total'], ({ key, shown, growth, record, on }) => {
    const now = record.recorded_at.getTime();
    if (!on || now < (dueTs.get(key) ?? startTs)) return shown + growth;
    dueTs.set(key, now + everyMs);
    return 0;
  });
};

/** A short counter, from the first reading on; what shows is its going round. */
const wrap: MakeEffect = ({ random, severity, line, path, shows }: Onset) => {
  const { bits, signed } = pick(random, WIDTHS[severity]);
  const modulus = 2 ** bits;
  const top = signed ? modulus / 2 : modulus;
  const perMin = (line.flowUpm * path.share * 0.7) / Math.max(1, path.devices.length);
  const first = top - Math.round(perMin * drawUniform(random, ...WRAPS_AFTER_MIN));
  const base = new Map<string, number>();
  const went = new Map<string, number>();
  return {
    lasting: true,
    counter: (record) => {
      const told = { ...record };
      for (const total of ['in_total', 'out_total'] as const) {
        const key = `${record.device} ${total}`;
        const since = base.get(key) ?? record[total];
        base.set(key, since);
        const count = first + record[total] - since;
        const rounds = Math.floor((count + modulus - top) / modulus);
        if (rounds > (went.get(key) ?? 0)) shows(record.recorded_at.getTime());
        went.set(key, rounds);
        told[total] = count - rounds * modulus;
      }
      return told;
    },
  };
};

const dated = (record: CounterRecord, offMs: number): CounterRecord => ({
  ...record,
  plc_ts: new Date(record.plc_ts.getTime() + offMs),
});

const skew: MakeEffect = ({ random, severity }) => {
  const offMs = drawInteger(random, ...SKEW_SEC[severity]) * SECOND * (random.next() < 0.5 ? -1 : 1);
  return { counter: (record) => dated(record, offMs) };
};

/** A clock that somebody, or something, sets again and again. */
const step: MakeEffect = ({ random, severity, startTs }) => {
  let [offMs, nextTs] = [0, startTs];
  return {
    counter: (record) => {
      const now = record.recorded_at.getTime();
      if (now >= nextTs) {
        const sizeMs = drawInteger(random, ...STEP_SEC[severity]) * SECOND;
        offMs = offMs === 0 ? sizeMs * (random.next() < 0.5 ? -1 : 1) : 0;
        nextTs = now + drawInteger(random, ...STEP_EVERY_MIN) * MINUTE;
      }
      return dated(record, offMs);
    },
  };
};

export const counterEffects = {
  COUNTER_IN_FROZEN: frozen('in_total'),
  COUNTER_OUT_FROZEN: frozen('out_total'),
  COUNTER_UNDERCOUNT: undercount,
  COUNTER_RESET: reset,
  COUNTER_WRAP: wrap,
  CLOCK_SKEW: skew,
  CLOCK_STEP: step,
} as const satisfies Record<string, MakeEffect>;
