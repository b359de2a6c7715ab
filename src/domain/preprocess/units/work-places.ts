/** Where the counters see a process of a workpool at work. */
import { STAGES } from '../../vocabulary.ts';
import type { WorkPlace } from '../staff/work-done.ts';
import { type Context, processOf, typeOf } from './context.ts';
import type { PathSeries } from './path-series.ts';

/** @param paths of the workpool */
export function workPlaces(
  context: Pick<Context, 'actuals' | 'plan'>,
  process: string,
  paths: readonly PathSeries[],
): WorkPlace[] {
  // What is picked comes in at the inducts.
  if (process === 'PICK')
    return paths
      .filter(({ listed }) => typeOf(listed) === 'INDUCT')
      .map(({ listed, flow }) => ({ passed: flow.flowIn, capacityUnits: listed.capacityUnits }));
  const emptied = paths.filter(
    ({ listed }) =>
      listed.stage !== 'SORT' &&
      processOf(context, typeOf(listed), listed.workpool, listed, listed.override) === process,
  );
  // What one process passes twice counts where it leaves it.
  const last = Math.max(...emptied.map(({ listed }) => STAGES.indexOf(listed.stage)));
  return emptied
    .filter(({ listed }) => STAGES.indexOf(listed.stage) === last)
    .map(({ listed, flow }) => ({ passed: flow.flowOut, capacityUnits: listed.capacityUnits }));
}
