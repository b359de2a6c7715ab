/** Readings of many places that are denied as of one cause: their source is at fault, not each of them. */
import type { SourceHealth, UnitSeries } from '../../series.ts';
import { MINUTE_MS, SOURCE_DENIED_PLACES, SOURCE_DENIED_READINGS, SOURCE_DENIED_SHARE } from '../limits.ts';

/**
 * Since the first of so many doubts that began together; nothing where each began by itself. Later ones are of the same
 * cause: a place shows it only when it moves.
 */
export function deniedSince(
  { source, refreshMin }: Pick<SourceHealth, 'source' | 'refreshMin'>,
  { snapshotTs, units, places }: { snapshotTs: number; units: readonly UnitSeries[]; places: number },
): Pick<SourceHealth, 'deniedSince'> {
  // A total repeats what its paths tell.
  const told = new Map(
    units.flatMap(({ defects }) =>
      defects
        .filter((defect) => defect.source === source && defect.tell)
        .map(({ detail, since }) => [detail, since ?? snapshotTs] as const),
    ),
  );
  const least = Math.max(SOURCE_DENIED_PLACES, Math.ceil(SOURCE_DENIED_SHARE * places));
  const began = [...told.values()].toSorted((a, b) => a - b);
  const withinMs = SOURCE_DENIED_READINGS * refreshMin * MINUTE_MS;
  const first = began.find((since, at) => (began[at + least - 1] ?? Infinity) - since <= withinMs);
  return first === undefined ? {} : { deniedSince: first };
}
