// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** When is this cycle: which instant it looks at, whether it is live, and what it is called. */
import { INSTANT_EXPECTED, parseInstant } from './instant.ts';
import type { CycleId } from './vocabulary.ts';

const MINUTE_MS = 60_000;
/** A schedule starts its action within its catch-up window of 2 minutes; later starts are backfills. */
const LIVE_START_MS = 2 * MINUTE_MS;

export interface CycleTimeInput {
  /** The `snapshot` of the request, ISO 8601; absent: a present cycle. */
  snapshot?: string;
  /** The schedule's nominal time, epoch ms; null for a run that no schedule started. */
  nominalMs: number | null;
  /** When the server started the run, epoch ms. */
  startedMs: number;
  /** When its first task ran, epoch ms: late where no worker was there. */
  firstTaskMs: number;
  /** The run repeats an earlier one from one of its events: it keeps the earlier one's time. */
  reset: boolean;
  intervalMinutes: number;
}

export interface CycleTime {
  cycleId: CycleId;
  snapshotMs: number;
  /** live: decides, remembers and delivers; replay: looks at a past snapshot and changes nothing. */
  mode: 'live' | 'replay';
  /** Why the snapshot is not the plain nominal time; empty where it is. */
  note: string;
}

/** `2026-03-01T10:05:00Z` */
export function toCycleId(ms: number): CycleId {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function floorTo(ms: number, minutes: number): number {
  return Math.floor(ms / (minutes * MINUTE_MS)) * minutes * MINUTE_MS;
}

/**
 * @throws RangeError with a text for people where the requested snapshot is not an instant with a zone, or
 * lies in the future.
 */
export function cycleTime(input: CycleTimeInput): CycleTime {
  const at = (ms: number, mode: CycleTime['mode'], note = ''): CycleTime => {
    const snapshotMs = floorTo(ms, 1);
    return { cycleId: toCycleId(snapshotMs), snapshotMs, mode, note };
  };
  if (input.snapshot !== undefined) {
    return at(parseSnapshot(input.snapshot, input.firstTaskMs), 'replay', 'asked for by its snapshot time');
  }
  if (input.nominalMs === null) return at(input.reset ? input.startedMs : input.firstTaskMs, 'live');
  if (input.reset) return at(input.nominalMs, 'live');
  if (input.startedMs - input.nominalMs > LIVE_START_MS) {
    return at(input.nominalMs, 'replay', 'started long after its nominal time (a backfill)');
  }
  if (input.firstTaskMs - input.nominalMs > input.intervalMinutes * MINUTE_MS) {
    const newest = floorTo(input.firstTaskMs, input.intervalMinutes);
    return at(
      newest,
      'live',
      `no worker took it for over one interval: the newest boundary instead of ${toCycleId(input.nominalMs)}`,
    );
  }
  return at(input.nominalMs, 'live');
}

function parseSnapshot(text: string, nowMs: number): number {
  const ms = parseInstant(text);
  if (ms === null)
    throw new RangeError(`snapshot ${JSON.stringify(text)} is not an instant: ${INSTANT_EXPECTED}`);
  if (ms > nowMs) {
    throw new RangeError(
      `snapshot ${text} lies in the future (it is ${toCycleId(nowMs)} now): give a past instant, or none for the present minute`,
    );
  }
  return ms;
}
