// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** People's verdicts on alerts as the memory keeps them: few, and nobody's at another's cost. */
import type { Feedback } from './memory.ts';
import { VERDICTS_KEPT } from './limits.ts';

/** Behind a link anybody may call themselves anything: all that comes by one link is one voice. */
const BY_LINK = / \(link\)$/;

/**
 * A person's later verdict on the same episode replaces the earlier one. Where there are too many, whoever has most of
 * them loses the oldest of theirs.
 */
export function keepVerdict(kept: readonly Feedback[], added: Feedback): Feedback[] {
  const others = kept.filter(({ episodeId, by }) => episodeId !== added.episodeId || by !== added.by);
  const all = [...others, added];
  return all.length <= VERDICTS_KEPT ? all : all.toSpliced(oldestOfLoudest(all), 1);
}

function oldestOfLoudest(all: readonly Feedback[]): number {
  const counts = new Map<string, number>();
  for (const each of all) counts.set(voiceOf(each), (counts.get(voiceOf(each)) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return all.findIndex((each) => counts.get(voiceOf(each)) === most);
}

function voiceOf({ episodeId, by }: Feedback): string {
  return BY_LINK.test(by) ? `link ${episodeId}` : by;
}
