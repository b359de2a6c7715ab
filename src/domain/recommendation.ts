/** What substep 1 proposes and substep 2 settles: each decision with every reason it rests on. */
import type { Forecast } from './forecast/forecast.ts';
import type { OverflowByFlows } from './forecast/overflow-by-flows.ts';
import type { Starvation } from './forecast/starvation.ts';
import type {
  Action,
  Alarm,
  Cause,
  Direction,
  HighZone,
  LowZone,
  QuantityUnit,
  Severity,
  State,
  UnitType,
} from './vocabulary.ts';

/** One question that was asked on the way to a decision, with what it was asked of. */
export interface Test {
  /** In the words of a flow specialist, e.g. `fill`, `minutes to overflow`. */
  name: string;
  value: number | string | boolean | null;
  operator: '>=' | '>' | '<=' | '<' | '=' | 'is';
  threshold: number | string | boolean | null;
  passed: boolean;
}

/** One alert key's proposal. */
export interface Recommendation {
  unitId: string;
  /** Where to act; may be another unit than the one in trouble. */
  actionUnitId: string;
  direction: Direction;
  state: State;
  cause: Cause;
  action: Action;
  severity: Severity;
  /** What makes it an emergency although there may be time; null: level and time show it, or it is none. */
  alarm: Alarm | null;
  /** null: direction is known, the number is not. */
  quantity: number | null;
  quantityUnit: QuantityUnit | null;
  /** LMS process that the staff belongs to; null where the action is not about staff. */
  process: string | null;
  /** Of MOVE_STAFF: the process whose people go; null where it is none, or people of several go. */
  fromProcess: string | null;
  ttoMin: number | null;
  ttsMin: number | null;
  /** 0..1, of the incident in this direction within 60 minutes; null if UNKNOWN. */
  probability: number | null;
  /** 0-100 */
  quality: number;
  /** Version that made it, a key of `ALGORITHMS`. */
  algorithm: string;
  /** The leaf of the decision tree, e.g. `TOTAL.high.understaffed`. */
  branch: string;
  tests: Test[];
  /** One sentence that a floor lead understands. */
  sentence: string;
  /** Its half sentence of why this and nothing else; empty where the action says it all. */
  because: string;
  /** How many of the last 10 minutes were actionable; null where there is no per-minute flow. */
  minutesActionable: number | null;
  /** An emergency that level and WCS both show needs no second look. */
  levelAndWcsAgree: boolean;
  /** Told from its first cycle on: by a forecast, which has weighed the readings before this one already. */
  atOnce: boolean;
  /** Of a notice: each thing that it is about. Absent: it is none. */
  about?: readonly string[];
}

/** Everything substep 1 found of one unit. */
export interface UnitEvaluation {
  unitId: string;
  unitType: UnitType;
  workpool: string;
  state: State;
  highZone: HighZone;
  lowZone: LowZone;
  /** Headline figures, for people and for the console. */
  wipUnits: number | null;
  capacityUnits: number | null;
  fill: number | null;
  flowInUpm: number | null;
  flowOutUpm: number | null;
  growthUpm: number | null;
  ttoMin: number | null;
  ttsMin: number | null;
  coverMin: number | null;
  quality: number;
  /** Projected level in 5-minute steps from the snapshot to 60 minutes; empty where unknown. */
  projection: { inMin: number; wipUnits: number }[];
  /** At most one per direction; empty where the unit is plain healthy. WATCH included. */
  recommendations: Recommendation[];
  /** Of being full within 60 minutes, 0..1; null where the level is unknown. */
  overflowProbability: number | null;
  /** What that rests on; null where level or capacity is unknown. */
  forecast: Forecast | null;
  /** Absent in what was recorded before they were known; null where no flows are measured. */
  byFlows?: OverflowByFlows | null;
  starvation?: Starvation | null;
  /** The gates and tests that led to no recommendation, so that silence can be explained too. */
  tests: Test[];
}

/** Body of the `evaluate` artifact. */
export interface EvaluateResult {
  warehouse: string;
  cycleId: string;
  algorithm: string;
  units: UnitEvaluation[];
  /** What no unit can say: of the warehouse itself, under its code, and of its sources. Absent: nothing. */
  own?: Recommendation[];
}

/** Substep 2's verdict on one recommendation. */
export interface ResolvedRecommendation extends Recommendation {
  /** The rules that changed or subsumed it, in the order applied; empty where it stands as proposed. */
  rules: { name: string; detail: string }[];
  /** The unit whose recommendation covers this one; null where it stands. Never the unit itself. */
  winner: string | null;
  /** Withheld by a rule without a winner (e.g. a move back within 45 minutes). */
  held: boolean;
}

/** Body of the `resolve` artifact. */
export interface ResolveResult {
  warehouse: string;
  cycleId: string;
  recommendations: ResolvedRecommendation[];
  /** Rules that could not be applied, with why. */
  skipped: { rule: string; detail: string }[];
}
