/** One path as it is read: what it is listed as, its flow, its level, and whether it is open. */
import type { Opening } from './closed-path.ts';
import type { PathLevel } from './level.ts';
import type { PathFlow } from './path-flow.ts';
import type { ListedPath } from './path-list.ts';

export interface PathSeries {
  listed: ListedPath;
  flow: PathFlow;
  level: PathLevel;
  opening: Opening;
}
