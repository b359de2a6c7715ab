/**
 * The unified timeseries of one operational unit: what preprocess makes and evaluate reads.
 * All arrays share one fixed grid of one-minute steps, oldest first, the last point at the snapshot.
 */
import type { BufferKind, SourceName, Stage, UnitType } from './vocabulary.ts';
import type { UnitOverride } from './registry.ts';

export const GRID_STEP_MIN = 1;
/** 60 minutes of history: the 30-minute slope and conservation windows, with room for late sources. */
export const GRID_POINTS = 61;

export interface Unit {
  /** `{Warehouse}_{Workpool}_{PathOrTotal}` */
  unitId: string;
  warehouse: string;
  workpool: string;
  /** Sanitized; `TOTAL` for a total. */
  path: string;
  /** As the source spells them. */
  sourceWorkpool: string;
  /** The source's path names that are added up in this unit (one for INDUCT and LANE). */
  sourcePaths: string[];
  unitType: UnitType;
  stage: Stage | null;
  bufferKind: BufferKind | null;
  /** Staff whose work empties this unit: the LMS process name. */
  process: string;
  override: UnitOverride | null;
}

/** A path that the stock source has reported; kept by `warehouse` so that a path that falls silent is missed. */
export interface KnownPath {
  workpool: string;
  path: string;
  stage: Stage;
  bufferKind: BufferKind;
  capacityUnits: number | null;
  /** Epoch ms of the newest as_of seen, floored to the hour so that memory changes seldom. */
  lastSeenHour: number;
  /** The other sources that served this path, each with the hour of its newest row: one that falls silent is missed. */
  sources?: Partial<Record<SourceName, number>>;
  /** What the stock source called it before; the other sources may still do. */
  formerly?: string;
  /** Epoch ms of its first reading, for an hour, where others were known before it. */
  newSince?: number;
}

/** A path that goes on under another name, each as its source spells it. */
export interface Renamed {
  workpool: string;
  from: string;
  to: string;
}

/** A path that goes on in another workpool, each as its source spells it. */
export interface Moved {
  path: string;
  from: string;
  to: string;
}

/**
 * What one source says of one path and the others deny: a state with an entry and an exit by evidence, kept by
 * `warehouse` from cycle to cycle. Only what is in doubt stands here, and, as the reading `alarm`, with what level an open
 * alert began: its end is held against it.
 */
export interface Doubt {
  /**
   * As the source spells them, of a headcount as in ids; both empty where a source is meant as a whole, the path where it
   * is a process.
   */
  workpool: string;
  path: string;
  /** Of a headcount: whose. */
  process?: string;
  reading: 'level' | 'flow' | 'clock' | 'headcount' | 'alarm';
  /** Why it is not believed. */
  name: DefectName;
  /** Epoch ms of the first reading that is not believed. */
  since: number;
  /** Epoch ms of the first one that is believed again; absent: it lasts. Kept as long as a look back reaches it. */
  until?: number;
  /** The last level that was believed, carried on by the flows: epoch ms, units, and by how much it may be off. */
  estimate?: { ts: number; units: number; offBy: number };
  /** Of a source's clock: by how many minutes it is behind, and the record of the first row that is right again. */
  shift?: { source: SourceName; min: number; until: number | null };
}

export interface LevelSample {
  /** Epoch ms. */
  ts: number;
  wipUnits: number;
  /** Made from an older level and the flows since: nobody has seen it. Absent: it was told and is believed. */
  estimated?: true;
}

/** What somebody saw. */
export function seenLevels({ levelSamples }: Pick<UnitSeries, 'levelSamples'>): readonly LevelSample[] {
  return levelSamples.some(({ estimated }) => estimated)
    ? levelSamples.filter(({ estimated }) => !estimated)
    : levelSamples;
}

/** `estimated`: from a level long ago and the flows since, because the level itself is missing or denied. */
export type Provenance = 'measured' | 'bridged' | 'carried' | 'derived' | 'estimated' | 'plan' | 'unknown';

export interface Track {
  /** One value a minute; null is unknown, never zero. */
  values: (number | null)[];
  provenance: Provenance[];
  source: SourceName | null;
}

export const DEFECTS = [
  'LATE',
  'DUPLICATE',
  'COUNTER_RESET',
  'CLOCK_SKEW',
  'NEGATIVE',
  'OVER_CAPACITY',
  'STUCK_SENSOR',
  'WRONG_UNIT',
  'PATHS_MISSING',
  'SOURCE_ABSENT',
  'ROWS_REJECTED',
  'CONSERVATION',
  'NAME_CLASH',
  'LEVEL_DENIED',
  'FLOW_DENIED',
  'CAPACITY_DENIED',
  'NO_PARTNER',
  'HEADCOUNT_DENIED',
] as const;
export type DefectName = (typeof DEFECTS)[number];

export interface Defect {
  name: DefectName;
  source: SourceName | null;
  /** One sentence with the values, for people. */
  detail: string;
  /** A hard fault caps the quality at 40. */
  hard: boolean;
  /** People are to be told of it although the unit can be judged; absent: it is only recorded. */
  tell?: true;
  /** Epoch ms from which it is so; absent: not known. */
  since?: number;
}

/** What one source names and no other does: it belongs to no unit. */
export interface LeftOver {
  source: SourceName | 'unit_override' | 'alert_route';
  /** As it is spelt there. */
  name: string;
  /** One sentence, for people. */
  detail: string;
  /** A device that shows a stop flag: an emergency of its warehouse, wherever it stands. */
  stopped: boolean;
}

/** A part is null where its source does not exist for the unit: it then has no weight. */
export interface Quality {
  /** 0-100 */
  score: number;
  /** Each 0..1. */
  parts: { level: number | null; flow: number | null; headcount: number | null; conservation: number | null };
  /** Share of the unit's capacity whose level is known, 0..1. */
  coverage: number;
  /** 0-100, of the flows alone: growth comes from flows where it is >= 70. */
  flowScore: number;
}

export interface StaffPlanStep {
  /** Minutes after the snapshot: 0, 5, ... 60. */
  inMin: number;
  /** Scheduled headcount at that time, breaks taken off; null without a plan. */
  hcPlan: number | null;
}

/** Staffing of one process of a workpool, the unit's share of it where it is a LANE. */
export interface Staffing {
  process: string;
  /** Now, breaks taken off; null where nobody knows. */
  hcActive: number | null;
  hcIdle: number | null;
  hcBreak: number | null;
  /** Units per hour and active person, measured; null where unknown. */
  uphActual: number | null;
  uphPlan: number | null;
  /** Scheduled now, breaks taken off. */
  hcPlan: number | null;
  /** Scheduled in the present shift, breaks not taken off: the pool that staff may be added from. */
  hcShift: number | null;
  provenance: Provenance;
  /** 0..1: the part of the workpool's process that serves this unit, 1 unless LANE. */
  share: number;
  shareBy: 'stations' | 'capacity' | null;
  ahead: StaffPlanStep[];
  /** Epoch ms of the next start and end of a planned break within 60 minutes, else null. */
  nextBreakStart: number | null;
  nextBreakEnd: number | null;
  /** Fewest people scheduled at a time within the last 40 minutes, breaks taken off; null without a plan. */
  leastRecentPlan?: number | null;
}

export interface DeviceStatus {
  /** Worst of the unit's devices now. */
  state: 'RUN' | 'IDLE' | 'FAULT' | 'ESTOP' | null;
  /** Fault codes, e.g. JAM. */
  faults: string[];
  /** Device names behind `state`. */
  devices: string[];
}

export interface UnitSeries {
  unit: Unit;
  /** Epoch ms of the last grid point. */
  snapshotTs: number;
  capacityUnits: number | null;
  /**
   * Its capacity is 0: no room, no target, no alarm. `holding`: stock lies in it, and it was open within the hour, so
   * that it has not recovered from anything. Absent: it is open, or nobody knows.
   */
  closed?: 'settled' | 'holding';
  wip: Track;
  /** By how many units the level may be off where it is estimated now; absent: it is not. */
  wipOffBy?: number;
  flowIn: Track;
  flowOut: Track;
  recirc: Track;
  /** The levels themselves (distinct as_of, in time order): what slopes are taken over. */
  levelSamples: LevelSample[];
  /** Median minutes between two measured levels; null with fewer than two. */
  samplingMin: number | null;
  backlogUnits: number | null;
  /** The least within the last 40 minutes: work that has just been released reaches nobody yet. */
  leastRecentBacklogUnits?: number | null;
  unitsDueByCpt: number | null;
  cptTs: number | null;
  /** Process that empties the unit. */
  staffing: Staffing | null;
  /** Process PICK of the workpool. */
  picking: Staffing | null;
  /** 0..1: the unit's part of what `picking` sends, and of what `staffing` passes. Absent: all of it. */
  shares?: { inflow: number; outflow: number };
  /** Planned flows now, units per minute; null without a plan. */
  plannedInflowUpm: number | null;
  plannedOutflowUpm: number | null;
  /** null where no plan is known: the unit then counts as scheduled. */
  scheduled: boolean | null;
  device: DeviceStatus;
  /** TOTAL only: its SORT paths together, which have no unit of their own. Absent or null where it has none. */
  sorter?: { fill: number | null; state: DeviceStatus['state'] } | null;
  /** Change of level minus sum(in - out) over the last 30 minutes; null where not computable. */
  conservation: { residualUnits: number; shareOfCapacity: number } | null;
  quality: Quality;
  defects: Defect[];
}

/** How well one source serves one warehouse now. */
export interface SourceHealth {
  source: SourceName;
  /** Minutes from its newest reading that could be used to the snapshot; null: there is none. */
  ageMin: number | null;
  /** Minutes after which the next one is due. */
  refreshMin: number;
  /** Anything of it can be used now. */
  usable: boolean;
  /** Units that need it, those of them that have it now, and those whose reading of it is doubted. */
  units: number;
  served: number;
  doubted: number;
  /** What is wrong with it, the widest first. */
  defects: SourceDefect[];
  /** Epoch ms from which readings of many places are denied, as of one cause: it is the source. Absent: they are not. */
  deniedSince?: number;
}

export interface SourceDefect {
  name: DefectName;
  /** Units that have it; of NO_PARTNER: names. */
  count: number;
  /** Epoch ms of the first reading that is not believed, as far as remembered; null: not known. */
  since: number | null;
  /** Of one of them, for people. */
  detail: string;
}

/** Body of the `preprocess` artifact. */
export interface WarehouseSeries {
  warehouse: string;
  snapshotTs: number;
  units: UnitSeries[];
  /** The path list after this cycle, to be remembered. */
  paths: KnownPath[];
  /** What is not believed after this cycle, to be remembered; sorted by workpool, path and reading. */
  doubts: Doubt[];
  /** Names without a partner, sorted by source and name. */
  leftOver: LeftOver[];
  /** Units that are seen to be no more, because their path is elsewhere or called otherwise; absent: none. */
  gone?: string[];
  /** Paths that got another name within the last hour, by workpool and old name; absent: none. */
  renamed?: Renamed[];
  /** Paths that went on in another workpool within the last hour, by name; absent: none. */
  moved?: Moved[];
  /** Rows or paths that were refused, each named. */
  refused: string[];
  /** Each source's figures, in the order of `SOURCES`; what nobody needs and says nothing is left out. */
  health: SourceHealth[];
  /** Sources that are blind (no usable row) for this warehouse, with the share of its units that depend on them. */
  blind: { source: SourceName; share: number }[];
}
