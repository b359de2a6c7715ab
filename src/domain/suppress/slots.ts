// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Cycle time, the only clock that labels go by, and its interval slots. */
import { toCycleId } from '../cycle-time.ts';
import { parseInstant } from '../instant.ts';
import type { CycleId } from '../vocabulary.ts';

const MINUTE_MS = 60_000;

export function minuteOf(cycleId: CycleId): number {
  return Date.parse(cycleId) / MINUTE_MS;
}

export function minutesBetween(earlier: CycleId, later: CycleId): number {
  return minuteOf(later) - minuteOf(earlier);
}

/** Number of the interval slot that a minute lies in; extra runs of one interval share it. */
export function slotOf(minute: number, intervalMinutes: number): number {
  return Math.floor(minute / intervalMinutes);
}

/** Interval slots from one cycle to another; 1: the next one. */
export function slotsBetween(earlier: CycleId, later: CycleId, intervalMinutes: number): number {
  return slotOf(minuteOf(later), intervalMinutes) - slotOf(minuteOf(earlier), intervalMinutes);
}

/** Whole seconds in UTC, as `2026-03-01T10:05:00Z`. */
export function isCycleId(text: string): boolean {
  const ms = parseInstant(text);
  return ms !== null && toCycleId(ms) === text;
}
