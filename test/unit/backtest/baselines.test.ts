/** The simpler detectors, each on levels that show its rule. */
import { describe, expect, it } from 'vitest';
import { Baselines, type BaselineName } from '../../../src/backtest/detectors/baselines.ts';
import { NO_ALARM } from '../../../src/domain/preprocess/levels/open-alarm.ts';
import {
  unifiedSeries,
  unifiedUnit,
  type UnifiedSample,
} from '../../../src/domain/preprocess/unified-series.ts';

const CYCLE = 300_000;
const UNIT = unifiedUnit({
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

/** Fill in percent at each cycle; null is a cycle without a sample. */
function run(name: BaselineName, fills: (number | null)[]): { spans: string[]; notifications: number } {
  const baselines = new Baselines();
  const samples: UnifiedSample[] = [];
  for (const [cycle, wipUnits] of fills.entries()) {
    const ts = cycle * CYCLE;
    if (wipUnits !== null)
      samples.push({
        ts,
        wipUnits,
        flowInUpm: null,
        flowOutUpm: null,
        recircUpm: null,
        hcActive: null,
        uphActual: null,
        backlogUnits: null,
      });
    const told = { level: samples.at(-1)?.ts ?? null, flow: null, headcount: null };
    baselines.observe(ts, unifiedSeries(UNIT, samples, told, { doubts: [], alarm: NO_ALARM }, ts).series);
  }
  return {
    spans: baselines.episodes[name].map(
      ({ openTs, endTs }) => `${openTs / CYCLE}-${endTs === null ? '' : endTs / CYCLE}`,
    ),
    notifications: baselines.notifications[name],
  };
}

describe('baselines', () => {
  it.each<[BaselineName, string, (number | null)[], string[], number]>([
    ['threshold_85_every_cycle', 'says so at every cycle', [80, 85, 90, 85, 84, 86], ['1-4', '5-'], 4],
    ['threshold_85_edge', 'says so once a run', [80, 85, 90, 85, 84, 86], ['1-4', '5-'], 2],
    ['threshold_85_edge', 'what is not seen changes nothing', [86, null, null, null, null, 86], ['0-'], 1],
    ['hysteresis_85_75_2_of_3', 'needs two of three', [80, 85, 80, 85, 80, 74, 74, 80], ['3-6'], 1],
    ['hysteresis_85_75_2_of_3', 'one alone is nothing', [80, 85, 80, 80, 85, 80], [], 0],
    [
      'linear_30_min',
      'sees the line reach the limit in 30 min',
      [50, 55, 60, 65, 70, 74, 74, 74, 74],
      ['4-7'],
      1,
    ],
    ['linear_30_min', 'a flat line never gets there', [90, 90, 90, 90], [], 0],
    ['holt_30_min', 'a flat line never gets there', [90, 90, 90, 90], [], 0],
    ['holt_30_min', 'sees the trend reach the limit', [50, 60, 70, 80, 90], ['4-'], 1],
  ])('%s: %s', (name, _, fills, spans, notifications) => {
    expect(run(name, fills)).toEqual({ spans, notifications });
  });
});
