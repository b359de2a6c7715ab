/** How fast the neighbours of a path pass units: what its own level can do where no counter sees it. */
import type { Track } from '../../series.ts';
import { NEIGHBOUR_FACTOR, NEIGHBOUR_LEAST_SHARE, NEIGHBOUR_WINDOW_MIN } from '../limits.ts';

/** Units a minute that the fastest of several passes; 0 where none was at work within the hour. */
export function fastestOf(neighbours: readonly { flowIn: Track; flowOut: Track }[]): number {
  return Math.max(
    0,
    ...neighbours.flatMap(({ flowIn, flowOut }) => [fastestUpm(flowIn), fastestUpm(flowOut)]),
  );
}

/**
 * Most units a minute by which a level of `capacityUnits` changes; null where no neighbour was at work.
 * @param fastest of those of the same workpool and stage, with counters
 */
export function mostChangeUpm(fastest: number, capacityUnits: number): number | null {
  return fastest > 0 ? Math.max(NEIGHBOUR_FACTOR * fastest, NEIGHBOUR_LEAST_SHARE * capacityUnits) : null;
}

/** The most of any stretch as long as between two readings; 0 where none is known. */
function fastestUpm({ values }: Track): number {
  const minutes = NEIGHBOUR_WINDOW_MIN;
  let most = 0;
  for (let end = minutes; end <= values.length; end++) {
    const stretch = values.slice(end - minutes, end);
    if (stretch.includes(null)) continue;
    most = Math.max(most, stretch.reduce<number>((sum, value) => sum + (value ?? 0), 0) / minutes);
  }
  return most;
}
