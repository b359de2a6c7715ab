/** The judge decides and scores as the backtest does, and compares at equal recall. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import type { Report } from '../../../src/backtest/report.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { NO_ALARM } from '../../../src/domain/preprocess/levels/open-alarm.ts';
import {
  unifiedSeries,
  unifiedUnit,
  type UnifiedSample,
} from '../../../src/domain/preprocess/unified-series.ts';
import { at, compare } from '../../../tools/judge/compare.ts';
import { judgeRivals } from '../../../tools/judge/rivals.ts';
import { sweep } from '../../../tools/judge/sweep.ts';
import { TheilSen } from '../../../tools/judge/theil-sen.ts';
import { writeFloor } from './floor.ts';

let scratch: string;
let floor: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-judge-'));
  floor = join(scratch, 'floor');
  await writeFloor(floor, 0.3);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** What the clock says of a run is no part of what it says. */
function untimed(report: Report): unknown {
  return { ...report, duration_s: 0, unit_cycles_per_s: 0 };
}

describe('the judge', () => {
  it('says at the default what the backtest says, and goes on to each sensitivity', async () => {
    const options = { folder: floor, algorithm: DEFAULT_ALGORITHM };
    const usual = await backtest({ ...options, out: join(scratch, 'usual') });
    const reports = await sweep({ ...options, sensitivities: [0.5], out: join(scratch, 'judge') });
    expect(reports.map(({ sensitivity }) => sensitivity)).toEqual([null, 0.5]);
    expect(reports.slice(0, 1).map(untimed)).toEqual([untimed(usual)]);

    const rivals = await judgeRivals(options);
    for (const rival of Object.values(rivals)) {
      // The same incidents, unit-time and matching as those of the backtest's own.
      expect(rival.incidents).toBe(usual.incidents.count);
      expect(rival.incident_share).toBe(usual.bufferwatch.incident_share);
      expect(rival.episodes).toBeGreaterThan(0);
    }
    const names = compare(reports, rivals).map(({ name }) => name);
    expect(names).toContain('threshold_85_edge');
    expect(names.filter((name) => name.startsWith('Theil-Sen'))).toHaveLength(2);
  }, 60_000);
});

describe('at equal recall', () => {
  const points = [
    { recall: 0.9, precision: 0.5, fresh: 0.4 },
    { recall: 0.5, precision: 0.9, fresh: 0.8 },
  ];
  it('between the two points around it', () => {
    expect(at(0.7, points)).toEqual({
      recall: 0.7,
      precision: expect.closeTo(0.7),
      fresh: expect.closeTo(0.6),
    });
    const worse = { recall: 0.9, precision: 0.3, fresh: 0.3 };
    expect(at(0.9, [worse, ...points])).toEqual(points[0]);
    expect(at(0.9, [...points, worse])).toEqual(points[0]);
  });
  it('nothing is said beyond them', () => {
    expect(at(0.95, points)).toBeNull();
    expect(at(0.4, points)).toBeNull();
  });
});

it('Theil-Sen: above the floor and on the way to the limit; one odd reading bends no slope, and it is told once', () => {
  const unit = unifiedUnit({
    unitId: 'FRA1_SINGLES_LANE-1',
    warehouse: 'FRA1',
    workpool: 'SINGLES',
    path: 'LANE-1',
    unitType: 'LANE',
    bufferKind: 'LANE',
    capacityUnits: 100,
    process: null,
    uphPlan: null,
    maxStations: null,
  });
  const detector = new TheilSen({ name: 'of the test', floor: 0.8, ttoMin: 30 });
  const samples: UnifiedSample[] = [];
  const rest = { flowInUpm: null, flowOutUpm: null, recircUpm: null, hcActive: null };
  const levels = [60, 60, 60, 60, 60, 60, 60, 85, 60, 60, 60, 66, 72, 76, 81, 83, 80, 79, 78, 82, 74, 70, 60];
  for (const [cycle, wipUnits] of levels.entries()) {
    const ts = cycle * 300_000;
    samples.push({ ts, wipUnits, ...rest, uphActual: null, backlogUnits: null });
    detector.observe(
      ts,
      unifiedSeries(
        unit,
        samples,
        { level: ts, flow: null, headcount: null },
        { doubts: [], alarm: NO_ALARM },
        ts,
      ).series,
    );
  }
  expect(detector.episodes.map(({ openTs, endTs }) => [openTs / 300_000, (endTs ?? 0) / 300_000])).toEqual([
    [15, 20],
  ]);
});
