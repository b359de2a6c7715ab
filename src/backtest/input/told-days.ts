/**
 * The days that a folder's rows tell of. A run decides every cycle from the first to the last of them, so that one row
 * that is years off, from a clock that was never set or a slip of the pen, would have it decide years of nothing.
 */
import { toCycleId } from '../../domain/cycle-time.ts';
import { BadFile } from '../bad-file.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * So many days without any row are no pause of what is recorded: a line is rebuilt within weeks, a forecast looks back
 * on three, and what comes after a quarter of a year is a recording of its own. Up to there a gap is run through, in
 * at most 26,000 cycles.
 */
export const LONGEST_GAP_DAYS = 90;

/** What the rows of one UTC day say, the first of them with its place. */
interface ToldDay {
  file: string;
  line: number;
  column: string;
  ts: number;
  rows: number;
  firstMs: number;
  lastMs: number;
}

export class ToldDays {
  readonly #days = new Map<number, ToldDay>();

  see(ts: number, file: string, line: number, column: string): void {
    const key = Math.floor(ts / DAY_MS);
    const day = this.#days.get(key);
    if (day === undefined) {
      this.#days.set(key, { file, line, column, ts, rows: 1, firstMs: ts, lastMs: ts });
      return;
    }
    day.rows += 1;
    if (ts < day.firstMs) day.firstMs = ts;
    if (ts > day.lastMs) day.lastMs = ts;
  }

  /**
   * Of two recordings with years between them the shorter one is the mistake.
   * @param span of the cycles that are asked for, epoch ms: what lies outside costs nothing
   * @throws BadFile
   */
  refuseGap({ fromMs = -Infinity, toMs = Infinity }: { fromMs?: number; toMs?: number }): void {
    const asked = [...this.#days.values()]
      .filter(({ firstMs, lastMs }) => lastMs >= fromMs && firstMs <= toMs)
      .toSorted((a, b) => a.firstMs - b.firstMs);
    const parts = partsOf(asked);
    const most = Math.max(...parts.map(rowsOf));
    const main = parts.find((part) => rowsOf(part) === most);
    const wrong = parts.filter((part) => part !== main).toSorted((a, b) => rowsOf(a) - rowsOf(b))[0];
    const [first] = wrong ?? [];
    if (!main || !wrong || !first) return;
    const { file, line, column, ts } = first;
    const [start, end] = [main[0]?.firstMs ?? ts, main.at(-1)?.lastMs ?? ts];
    const awayDays = Math.floor((ts < start ? start - ts : ts - end) / DAY_MS);
    throw new BadFile(
      file,
      line,
      `${column} is ${toCycleId(ts)}, ${awayDays} days away from the other rows, ${toCycleId(start)} to ${toCycleId(end)} (${rowsOf(wrong)} against ${most} rows): correct or leave it out, or say with --from and --to which of them are meant`,
    );
  }
}

function rowsOf(part: readonly ToldDay[]): number {
  return part.reduce((sum, { rows }) => sum + rows, 0);
}

/** Runs of days without such a gap. */
function partsOf(days: readonly ToldDay[]): ToldDay[][] {
  const parts: ToldDay[][] = [];
  let before = -Infinity;
  for (const day of days) {
    if (day.firstMs - before > LONGEST_GAP_DAYS * DAY_MS) parts.push([]);
    parts.at(-1)?.push(day);
    before = day.lastMs;
  }
  return parts;
}
