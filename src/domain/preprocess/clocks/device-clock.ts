/** Where a device's rows stand in time: its clock may be off, and may be set within the hour that is looked at. */
import type { CounterRow } from '../../source-rows.ts';
import { median } from '../../statistics.ts';
import {
  CLOCK_LASTS_ROWS,
  CLOCK_STEP_MS,
  CLOCK_STEPS_MAX,
  CLOCK_TOLERANCE_MS,
  COUNTER_LATE_MAX_MS,
  MINUTE_MS,
} from '../limits.ts';

export interface PlacedRow {
  row: CounterRow;
  /** Epoch ms on our clock. */
  ts: number;
}

/** A row with its stamp, and how long after it the row was recorded: less where the clock is ahead. */
interface Stamped {
  row: CounterRow;
  plcTs: number;
  delayMs: number;
}

/** Rows between two settings of the clock: one shift places them all. */
interface Stretch {
  /** In the order of recording, but for those that came late. */
  rows: Stamped[];
  late: Stamped[];
  leastDelayMs: number;
}

const COUNTERS = ['inTotal', 'outTotal', 'recircTotal'] as const;

function rises(before: CounterRow, after: CounterRow): boolean {
  return COUNTERS.some((counter) => (after[counter] ?? 0) > (before[counter] ?? 0));
}

/** A late row steps back together with its counters; a clock that was set back leaves them rising. */
function isLate(front: Stamped, row: Stamped): boolean {
  if (row.plcTs > front.plcTs || row.delayMs - front.delayMs > COUNTER_LATE_MAX_MS) return false;
  if (rises(front.row, row.row)) return false;
  return row.plcTs === front.plcTs || rises(row.row, front.row);
}

/** How far a span is from the usual time between two rows, or, where rows were lost, from a multiple of it. */
function offUsual(spanMs: number, usualMs: number): number {
  return Math.abs(spanMs - usualMs * Math.max(1, Math.round(spanMs / usualMs)));
}

/**
 * Between two rows the clock was set where they were recorded as far apart as ever, and only their stamps are not;
 * where it is the other way round the row was late.
 */
function isClockStep(before: Stamped, after: Stamped, usualMs: number): boolean {
  if (Math.abs(after.delayMs - before.delayMs) < CLOCK_STEP_MS) return false;
  const recordedMs = after.row.recordedAt - before.row.recordedAt;
  const stampedMs = after.plcTs - before.plcTs;
  if (Math.abs(recordedMs - usualMs) < Math.abs(stampedMs - usualMs)) return true;
  return recordedMs > usualMs && offUsual(recordedMs, usualMs) < offUsual(stampedMs, usualMs);
}

/** On both sides of a step the delays agree far better than across it; a row at the very start may be a late one. */
function lasts(before: readonly Stamped[], after: readonly Stamped[]): boolean {
  if (before.length < 2) return false;
  const step = Math.abs((after[0]?.delayMs ?? 0) - (before.at(-1)?.delayMs ?? 0));
  return [before, after].every((rows) => {
    const delays = rows.map(({ delayMs }) => delayMs);
    return Math.max(...delays) - Math.min(...delays) < step / 2;
  });
}

function toStretches(stamped: readonly Stamped[]): Stretch[] {
  const inOrder: Stamped[] = [];
  const lateAfter: { index: number; row: Stamped }[] = [];
  for (const row of stamped) {
    const front = inOrder.at(-1);
    if (front && isLate(front, row)) lateAfter.push({ index: inOrder.length - 1, row });
    else inOrder.push(row);
  }
  const usualMs = median(
    inOrder.slice(1).map(({ plcTs }, index) => plcTs - (inOrder[index]?.plcTs ?? plcTs)),
  );
  const starts = [0];
  for (let index = 1; index < inOrder.length; index++) {
    const [before, after] = [inOrder[index - 1], inOrder[index]];
    if (!before || !after || usualMs === null || usualMs <= 0) break;
    if (!isClockStep(before, after, usualMs)) continue;
    const from = Math.max(starts.at(-1) ?? 0, index - CLOCK_LASTS_ROWS);
    if (lasts(inOrder.slice(from, index), inOrder.slice(index, index + CLOCK_LASTS_ROWS))) starts.push(index);
  }
  return starts.map((start, number) => {
    const end = starts[number + 1] ?? inOrder.length;
    const rows = starts.length === 1 ? inOrder : inOrder.slice(start, end);
    return {
      rows,
      late: lateAfter.flatMap(({ index, row }) => (index >= start && index < end ? row : [])),
      leastDelayMs: Math.min(...rows.map(({ delayMs }) => delayMs)),
    };
  });
}

/** No single shift fits the rows: late ones do fit. */
function isErratic({ rows, late, leastDelayMs }: Stretch): boolean {
  const most = Math.max(...[...rows, ...late].map(({ delayMs }) => delayMs)) - leastDelayMs;
  if (most > COUNTER_LATE_MAX_MS) return true;
  if (leastDelayMs < -CLOCK_TOLERANCE_MS && most > CLOCK_TOLERANCE_MS) return true;
  return rows.some((row, index) => {
    const before = rows[index - 1];
    return (
      before !== undefined &&
      row.row.recordedAt > before.row.recordedAt &&
      row.plcTs <= before.plcTs &&
      rises(before.row, row.row)
    );
  });
}

function span(ms: number): string {
  const size = Math.abs(ms);
  return size < CLOCK_TOLERANCE_MS ? `${Math.round(size / 1000)} s` : `${Math.round(size / MINUTE_MS)} min`;
}

function describeSteps(stretches: readonly Stretch[]): string {
  return stretches
    .slice(1)
    .map(({ rows, leastDelayMs }, index) => {
      const stepMs = (stretches[index]?.leastDelayMs ?? leastDelayMs) - leastDelayMs;
      const at = new Date(rows[0]?.row.recordedAt ?? 0).toISOString();
      return `plc_ts was set ${stepMs > 0 ? 'ahead' : 'back'} by ${span(stepMs)} at ${at}`;
    })
    .join(', ');
}

/**
 * @param rows distinct rows of one device, in the order of recording.
 * @returns them in the order of our clock, and what is wrong with the device's: empty where nothing is.
 */
export function placeRows(rows: readonly CounterRow[]): {
  placed: PlacedRow[];
  problem: string;
  /** The stamps are of no use: placed by the time of recording. */
  byRecord: boolean;
} {
  const stamped: Stamped[] = [];
  const unstamped: CounterRow[] = [];
  for (const row of rows)
    if (row.plcTs === null) unstamped.push(row);
    else stamped.push({ row, plcTs: row.plcTs, delayMs: row.recordedAt - row.plcTs });
  const stretches = stamped.length === 0 ? [] : toStretches(stamped);
  if (stretches.length > CLOCK_STEPS_MAX + 1 || stretches.some(isErratic)) {
    const delays = stamped.map(({ delayMs }) => delayMs);
    const placed = rows.map((row) => ({ row, ts: row.recordedAt }));
    const jump = span(Math.max(...delays) - Math.min(...delays));
    return { placed, problem: `plc_ts jumps by ${jump}, recorded_at taken`, byRecord: true };
  }

  // Delivery takes the same time whatever the clock says: the shortest believable delay is that of every stretch.
  const believable = stretches.map(({ leastDelayMs }) => leastDelayMs).filter(isDelay);
  const deliveryMs = believable.length > 0 ? Math.min(...believable) : 0;
  const placed: PlacedRow[] = [];
  for (const { rows: own, late, leastDelayMs } of stretches)
    for (const { row, plcTs } of late.length > 0 ? [...own, ...late] : own)
      placed.push({ row, ts: plcTs + leastDelayMs - deliveryMs });
  if (unstamped.length > 0) {
    const latenessMs = median(placed.map(({ row, ts }) => row.recordedAt - ts)) ?? 0;
    for (const row of unstamped) placed.push({ row, ts: row.recordedAt - latenessMs });
  }

  const problems = [describeSteps(stretches), describeOffset(stretches.at(-1)?.leastDelayMs ?? 0)];
  return {
    placed: placed.toSorted((a, b) => a.ts - b.ts),
    problem: problems.filter((text) => text !== '').join('; '),
    byRecord: false,
  };
}

function isDelay(ms: number): boolean {
  return ms >= 0 && ms <= CLOCK_TOLERANCE_MS;
}

function describeOffset(leastDelayMs: number): string {
  if (Math.abs(leastDelayMs) <= CLOCK_TOLERANCE_MS) return '';
  return `plc_ts is ${span(leastDelayMs)} ${leastDelayMs > 0 ? 'behind' : 'ahead of'} recorded_at`;
}
