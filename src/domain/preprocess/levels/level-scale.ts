/** Level and counters that tell the same story at another scale: one of them counts totes where the other counts units. */
import { median } from '../../statistics.ts';
import type { FlowSums } from '../flows/flow-sums.ts';
import { SCALE_CORRELATION, SCALE_FLOW_SHARE, SCALE_INTERVALS_MIN } from '../limits.ts';

/**
 * Change of level per unit of in - out, 1 where both count alike; null where too little is known or flowed, or the two do
 * not go together.
 */
export function levelScale(
  readings: readonly { ts: number; wipUnits: number }[],
  flows: FlowSums,
  capacityUnits: number,
): number | null {
  let [changeFlow, flowFlow, changeChange] = [0, 0, 0];
  const passed: number[] = [];
  for (const [index, to] of readings.entries()) {
    const from = readings[index - 1];
    const flowed = from && flows.known(from.ts, to.ts);
    if (!from || !flowed) continue;
    const change = to.wipUnits - from.wipUnits;
    changeFlow += change * flowed.net;
    flowFlow += flowed.net * flowed.net;
    changeChange += change * change;
    passed.push(Math.abs(flowed.net));
  }
  if (passed.length < SCALE_INTERVALS_MIN || changeChange === 0) return null;
  if ((median(passed) ?? 0) < SCALE_FLOW_SHARE * capacityUnits) return null;
  const correlation = changeFlow / Math.sqrt(flowFlow * changeChange);
  return correlation < SCALE_CORRELATION ? null : changeFlow / flowFlow;
}
