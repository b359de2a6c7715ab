/** One path followed cycle by cycle, what is doubted handed on from each to the next as JSON. */
import { readPathLevel, type PathLevel } from '../../../src/domain/preprocess/levels/level.ts';
import { readPathFlow, sortDevices } from '../../../src/domain/preprocess/flows/path-flow.ts';
import { NO_ALARM } from '../../../src/domain/preprocess/levels/open-alarm.ts';
import type { Doubt } from '../../../src/domain/series.ts';
import type { SourceRows } from '../../../src/domain/source-rows.ts';
import { minuteTs, type ToldFloor } from '../../support/told-floor.ts';

const INTERVAL_MIN = 5;
const WINDOW_MIN = 60;

export interface FollowedCycle {
  minute: number;
  level: PathLevel;
  /** Names of the doubts that last. */
  open: string[];
  truth: number;
  /** Bytes of all that is remembered. */
  memory: number;
}

export function followPath(
  { levels, minutes }: ToldFloor,
  rows: SourceRows,
  path: string,
  capacityUnits: number,
): FollowedCycle[] {
  const cycles: FollowedCycle[] = [];
  let doubts: Doubt[] = [];
  for (let minute = INTERVAL_MIN; minute <= minutes; minute += INTERVAL_MIN) {
    const snapshotTs = minuteTs(minute);
    const visible = <Row extends { path: string; recordedAt: number }>(all: readonly Row[]): Row[] =>
      all.filter(
        (row) =>
          row.path === path &&
          row.recordedAt <= snapshotTs &&
          row.recordedAt >= minuteTs(minute - WINDOW_MIN),
      );
    const { flowIn, flowOut } = readPathFlow(sortDevices(visible(rows.wcs_counters)), snapshotTs);
    const level = readPathLevel(
      {
        path,
        sourceWorkpool: 'SINGLES',
        sourcePath: path,
        override: null,
        capacityUnits,
        rows: visible(rows.wes_stock),
      },
      { flowIn, flowOut, doubts, alarm: NO_ALARM },
      snapshotTs,
    );
    const text = JSON.stringify(level.doubts);
    doubts = JSON.parse(text) as Doubt[];
    cycles.push({
      minute,
      level,
      open: doubts.flatMap(({ name, until }) => (until === undefined ? name : [])),
      truth: levels[path]?.[minute] ?? NaN,
      memory: text.length,
    });
  }
  return cycles;
}
