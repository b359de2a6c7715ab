import { failed } from '../failure.ts';

/**
 * Snapshots are whole minutes and a source's rows count by their own time: half a minute is no harm, but clocks that
 * are kept by NTP differ by milliseconds, so seconds mean that it does not run somewhere.
 */
const MAX_SKEW_MS = 5_000;

/** Their clock was read between two moments of ours. @throws CommandFailure */
export function describeSkew(theirs: number, before: number, after: number): string {
  const skew = theirs < before ? theirs - before : theirs > after ? theirs - after : 0;
  if (Math.abs(skew) > MAX_SKEW_MS)
    throw failed(
      `its clock is ${Math.round(Math.abs(skew) / 1_000)} s ${skew > 0 ? 'ahead of' : 'behind'} ours`,
      'let both machines keep their time by NTP',
    );
  return skew === 0 ? 'in step with ours' : `${Math.abs(skew)} ms ${skew > 0 ? 'ahead of' : 'behind'} ours`;
}
