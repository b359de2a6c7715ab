/** report.json: its keys are fixed; docs/backtest.md says what each means. */
import type { BaselineName } from './detectors/baselines.ts';
import type { ProbabilityScores } from './score/probability-judge.ts';
import type { Scores } from './score/score.ts';

export interface OurScores extends Scores {
  new: number;
  ongoing: number;
  cleared: number;
  /** Notified episodes about missing data; no part of `episodes`. */
  data_episodes: number;
  /** Unit-cycles without a visible level for over 30 min that were called healthy, and recoveries announced then. */
  healthy_while_blind: number;
  blind_unit_cycles: number;
  /** CLEAREDs in an incident, or of HIGH at a true level of .9 or more where truth_levels.csv tells it. */
  untrue_cleared: number;
  /** Alerts that people were told of, by the highest severity that they were told. */
  severities: Record<string, number>;
  /** Minutes from visible data to NEW, the five of persistence taken off. */
  data_to_new_p50_min: number | null;
  data_to_new_p95_min: number | null;
  calibration: ProbabilityScores;
}

export interface Report {
  format: 1;
  /** A: a unified timeseries; B: the raw sources. */
  level: 'A' | 'B';
  algorithm: string;
  sensitivity: number | null;
  /** First and last cycle. */
  from: string;
  to: string;
  interval_min: number;
  warehouses: number;
  units: number;
  rows: number;
  cycles: number;
  unit_cycles: number;
  unit_days: number;
  warehouse_hours: number;
  incidents: {
    /** false: given by incidents.csv. */
    derived: boolean;
    count: number;
    overflow: number;
    starvation: number;
    /** Incidents of one cause count as one here. */
    families: number;
    /** Begin before the second cycle or after the last one. */
    out_of_range: number;
  };
  /** What the data lack, and what suffers from it. */
  missing: string[];
  bufferwatch: OurScores;
  baselines: Record<BaselineName, Scores>;
  /** Seconds, and unit-cycles per second, of the deciding alone. */
  duration_s: number;
  unit_cycles_per_s: number;
}
