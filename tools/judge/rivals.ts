/** Rivals that the backtest does not run, on the same data, by the same score. */
import type { Scores } from '../../src/backtest/score/score.ts';
import { scorable, score } from '../../src/backtest/score/score.ts';
import { derivedTruth, givenTruth } from '../../src/backtest/score/truth.ts';
import { CYCLE_MS, walk, type WalkOptions } from '../recorded/walk.ts';
import { THEIL_SEN, TheilSen } from './theil-sen.ts';

const HOUR_MS = 3_600_000;

/** By name. */
export async function judgeRivals(
  options: Omit<WalkOptions, 'every'> & { fromMs?: number; toMs?: number },
): Promise<Record<string, Scores>> {
  const { incidents: given, sights, ...span } = await walk({ ...options, every: null });
  const fromMs = Math.max(span.firstMs, options.fromMs ?? -Infinity);
  const toMs = Math.min(span.lastMs, options.toMs ?? Infinity);
  const truth = given === null ? derivedTruth() : givenTruth(given);
  const rivals = THEIL_SEN.map((rule) => ({ rule, detector: new TheilSen(rule) }));
  let [cycles, unitCycles] = [0, 0];
  for await (const { cycleMs, series } of sights) {
    if (cycleMs < fromMs || cycleMs > toMs) continue;
    cycles += 1;
    unitCycles += series.length;
    for (const each of series) {
      truth.observe(each);
      for (const { detector } of rivals) detector.observe(cycleMs, each);
    }
  }
  truth.end();
  await span.close();
  const warehouseHours = (cycles * CYCLE_MS) / HOUR_MS;
  const exposure = { fromMs, toMs, unitMs: unitCycles * CYCLE_MS, warehouseHours };
  return Object.fromEntries(
    rivals.map(({ rule, detector: { episodes } }) => [
      rule.name,
      score({
        incidents: scorable(truth.incidents, exposure),
        episodes,
        negatives: [],
        exposure,
        notifications: episodes.length,
        thresholdNotifications: 0,
      }),
    ]),
  );
}
