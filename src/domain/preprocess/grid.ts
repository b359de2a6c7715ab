/** The fixed one-minute grid that all tracks share, and arithmetic on it. */
import { GRID_POINTS, GRID_STEP_MIN, type Provenance, type Track } from '../series.ts';
import type { SourceName } from '../vocabulary.ts';
import { MINUTE_MS } from './limits.ts';

export const STEP_MS = GRID_STEP_MIN * MINUTE_MS;

/** Epoch ms of the grid point `index`; the last is the snapshot. */
export function gridTs(snapshotTs: number, index: number): number {
  return snapshotTs - (GRID_POINTS - 1 - index) * STEP_MS;
}

export function gridStart(snapshotTs: number): number {
  return gridTs(snapshotTs, 0);
}

export function unknownTrack(source: SourceName | null = null): Track {
  return {
    values: Array<number | null>(GRID_POINTS).fill(null),
    provenance: Array<Provenance>(GRID_POINTS).fill('unknown'),
    source,
  };
}

/** Best first: a sum is as good as its worst term. */
const PROVENANCE_ORDER: readonly Provenance[] = [
  'measured',
  'bridged',
  'carried',
  'derived',
  'estimated',
  'plan',
  'unknown',
];

function worse(a: Provenance, b: Provenance): Provenance {
  return a === b || PROVENANCE_ORDER.indexOf(a) >= PROVENANCE_ORDER.indexOf(b) ? a : b;
}

/** Point by point; unknown wherever one term is. No track at all is unknown, not zero. */
export function sumTracks(tracks: readonly Track[]): Track {
  const first = tracks[0];
  if (!first) return unknownTrack();
  const sum = unknownTrack(first.source);
  for (let index = 0; index < GRID_POINTS; index++) {
    let total: number | null = 0;
    let provenance: Provenance = 'measured';
    for (const track of tracks) {
      const value = track.values[index] ?? null;
      total = total === null || value === null ? null : total + value;
      provenance = worse(provenance, track.provenance[index] ?? 'unknown');
    }
    sum.values[index] = total;
    sum.provenance[index] = total === null ? 'unknown' : provenance;
  }
  return sum;
}

/**
 * Units that passed between two instants, from per-minute rates of which each stands for the minute before its
 * grid point. null where a minute in between is unknown or off the grid.
 */
export function integrate(
  rates: readonly (number | null)[],
  snapshotTs: number,
  fromTs: number,
  toTs: number,
): number | null {
  const origin = gridStart(snapshotTs) - STEP_MS;
  if (fromTs < origin || toTs > snapshotTs) return null;
  let sum = 0;
  for (let index = Math.floor((fromTs - origin) / STEP_MS); index < GRID_POINTS; index++) {
    const start = origin + index * STEP_MS;
    if (start >= toTs) break;
    const overlap = Math.min(toTs, start + STEP_MS) - Math.max(fromTs, start);
    if (overlap <= 0) continue;
    const rate = rates[index] ?? null;
    if (rate === null) return null;
    sum += (rate * overlap) / MINUTE_MS;
  }
  return sum;
}

export function lastValue(track: Track): number | null {
  return track.values[GRID_POINTS - 1] ?? null;
}

/** The track with the minutes before certain grid points unknown; null: none of them. */
export function withoutMinutes(
  track: Track,
  isLeftOut: ((ts: number) => boolean) | null,
  snapshotTs: number,
): Track {
  if (isLeftOut === null) return track;
  const left = track.values.map((_, index) => isLeftOut(gridTs(snapshotTs, index)));
  return {
    ...track,
    values: track.values.map((value, index) => (left[index] ? null : value)),
    provenance: track.provenance.map((value, index) => (left[index] ? 'unknown' : value)),
  };
}
