/** What the stock system may say wrong of one path: its level, or how much it holds. */
import { drawInteger, drawNormal, drawUniform, pick } from '../random.ts';
import type { StockRecord } from '../upstream-tables.ts';
import type { Effect, MakeEffect } from './effect.ts';
import type { BySeverity } from './kinds.ts';

const HOUR = 3_600_000;

type Range = readonly [number, number];

/** How far from the truth, as a share of the capacity. */
const CONSTANT_OFF: BySeverity<Range> = { mild: [0.15, 0.3], medium: [0.3, 0.5], severe: [0.5, 0.95] };
/** Share of the capacity an hour. */
const DRIFT_PER_HOUR: BySeverity<Range> = { mild: [0.06, 0.12], medium: [0.15, 0.3], severe: [0.4, 0.8] };
const GAINS: BySeverity<readonly number[]> = { mild: [0.8, 1.2], medium: [0.6, 1.5], severe: [0.3, 2.5] };
/** Standard deviation, share of the capacity. */
const NOISE: BySeverity<number> = { mild: 0.04, medium: 0.1, severe: 0.25 };
/** Share of readings that are any value. */
const SPIKES: BySeverity<number> = { mild: 0.08, medium: 0.2, severe: 0.4 };
const TOTE: BySeverity<Range> = { mild: [4, 12], medium: [13, 40], severe: [41, 80] };
const OVER: BySeverity<Range> = { mild: [1.05, 1.25], medium: [1.25, 2], severe: [5, 50] };
const UNDER_ZERO: BySeverity<Range> = { mild: [0.001, 0.02], medium: [0.02, 0.2], severe: [0.5, 1.5] };
const CAPACITY_FACTORS: BySeverity<readonly number[]> = {
  mild: [0.75, 1.3],
  medium: [0.5, 2],
  severe: [0.1, 10],
};

const within = (units: number, { capacity_units: capacity }: StockRecord): number =>
  Math.round(Math.max(0, Math.min(capacity, units)));

/** Another level, while it lasts. */
function level(told: (record: StockRecord) => number): Effect {
  return { stock: (record) => ({ ...record, wip_units: told(record) }) };
}

const stuck: MakeEffect = () => {
  let first: number | null = null;
  return level(({ wip_units: units }) => (first ??= units));
};

/** Totes, percent, a fraction, thousands: mild ones still look like levels. */
const unit: MakeEffect = ({ random, severity }) => {
  const tote = drawInteger(random, ...TOTE[severity]);
  const totes = ({ wip_units: units }: StockRecord) => Math.round(units / tote);
  const percent = ({ wip_units: units, capacity_units: capacity }: StockRecord) =>
    Math.round((100 * units) / capacity);
  const fraction = ({ wip_units: units, capacity_units: capacity }: StockRecord) =>
    Math.round((1000 * units) / capacity) / 1000;
  const thousands = ({ wip_units: units }: StockRecord) => units / 1000;
  const told = {
    mild: [totes],
    medium: [totes, percent],
    severe: [totes, percent, fraction, thousands],
  };
  return level(pick(random, told[severity]));
};

const constant: MakeEffect = ({ random, severity }) => {
  const off = drawUniform(random, ...CONSTANT_OFF[severity]);
  const up = random.next() < 0.5;
  let told: number | null = null;
  return level((record) => {
    const { wip_units: units, capacity_units: capacity } = record;
    const fill = units / capacity;
    const at = (up && fill + off <= 1) || fill - off < 0 ? fill + off : fill - off;
    return (told ??= within(at * capacity, record));
  });
};

const drift: MakeEffect = ({ random, severity, startTs }) => {
  const perHour = drawUniform(random, ...DRIFT_PER_HOUR[severity]) * (random.next() < 0.5 ? -1 : 1);
  return level((record) => {
    const off = (perHour * (record.as_of.getTime() - startTs)) / HOUR;
    return within(record.wip_units + off * record.capacity_units, record);
  });
};

const gain: MakeEffect = ({ random, severity }) => {
  const factor = pick(random, GAINS[severity]);
  return level((record) => within(record.wip_units * factor, record));
};

const capacity = (told: (capacity: number) => number): Effect => ({
  stock: (record) => ({ ...record, capacity_units: told(record.capacity_units) }),
});

export const levelEffects = {
  LEVEL_STUCK: stuck,
  LEVEL_STUCK_FULL: () => level(({ capacity_units: full }) => full),
  LEVEL_STUCK_EMPTY: () => level(() => 0),
  LEVEL_ZERO: () => level(() => 0),
  LEVEL_CONSTANT: constant,
  LEVEL_UNIT: unit,
  LEVEL_DRIFT: drift,
  LEVEL_GAIN: gain,
  LEVEL_NOISE: ({ random, severity }) =>
    level((record) =>
      within(record.wip_units + drawNormal(random) * NOISE[severity] * record.capacity_units, record),
    ),
  LEVEL_SPIKE: ({ random, severity }) =>
    level((record) => {
      const spiked = random.next() < SPIKES[severity];
      return spiked ? within(random.next() * record.capacity_units, record) : record.wip_units;
    }),
  LEVEL_NEGATIVE: ({ random, severity }) =>
    level(({ capacity_units: full }) => -Math.ceil(drawUniform(random, ...UNDER_ZERO[severity]) * full)),
  LEVEL_OVER_CAPACITY: ({ random, severity }) =>
    level(({ capacity_units: full }) => Math.ceil(drawUniform(random, ...OVER[severity]) * full)),
  CAPACITY_ZERO: () => capacity(() => 0),
  CAPACITY_WRONG: ({ random, severity }) => {
    const factor = pick(random, CAPACITY_FACTORS[severity]);
    return capacity((units) => Math.round(units * factor));
  },
} as const satisfies Record<string, MakeEffect>;
