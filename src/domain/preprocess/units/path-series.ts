/** One path as it is read: what it is listed as, its flow, its level, and whether it is open. */
import type { Opening } from '../levels/closed-path.ts';
import type { PathLevel } from '../levels/level.ts';
import type { PathFlow } from '../flows/path-flow.ts';
import type { ListedPath } from '../names/path-list.ts';

export interface PathSeries {
  listed: ListedPath;
  flow: PathFlow;
  level: PathLevel;
  opening: Opening;
}
