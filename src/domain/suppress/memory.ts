// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * What `warehouse` remembers between two cycles. It travels as JSON through continue-as-new, so it holds only
 * what JSON holds, stays compact, and fields are only ever added.
 */
import type { EarlierInstruction, Instruction, UnitLabel } from './contract.ts';
import type { Doubt, KnownPath } from '../series.ts';
import type {
  Alarm,
  CycleId,
  Direction,
  HighZone,
  LowZone,
  Severity,
  State,
  UnitType,
} from '../vocabulary.ts';
import type { Reason } from './reasons.ts';

export interface WarehouseMemory {
  warehouse: string;
  /** Grows with each change that interpret or decide depends on. */
  revision: number;
  lastCycle: CycleId | null;
  worstState: State;
  paths: KnownPath[];
  /** What the last cycle did not believe; absent: nothing. */
  doubts?: Doubt[];
  units: Record<string, UnitMemory>;
  /** By alert key; only keys that were actionable lately or have an episode open. */
  keys: Record<string, KeyMemory>;
  /**
   * Open ones, and closed ones whose transitions are not all confirmed or that said what to undo; in the order of their
   * opening.
   */
  episodes: Episode[];
  /** Confirmed decisions, oldest first. */
  notified: NotifiedDecision[];
  /** What we asked to hold back and nobody was told to open again, as far as confirmed; absent: not counted yet. */
  inForce?: InForce[];
  mutes: Mute[];
  feedback: Feedback[];
  /** Ids of what people did last, oldest first; absent: nothing with an id yet. */
  operated?: string[];
  /** Oldest first. */
  cycles: RememberedCycle[];
  /** The warehouse was switched off by the last decision. */
  closed: boolean;
  /** It was lost and begun again from what had been stored; absent: never. */
  restored?: Restored;
}

export interface Restored {
  /** When what it began from was stored, ISO 8601. */
  from: string;
  /** The first cycle that was decided since; null: none yet. */
  cycleId: CycleId | null;
}

export interface UnitMemory {
  unitType: UnitType;
  workpool: string;
  state: State;
  quality: number;
  fill: number | null;
  high: HighZone;
  low: LowZone;
  /** Last cycle with data; of a unit that never had any, the first cycle that named it. */
  knownAt: CycleId;
  /** First cycle of the present spell without data. */
  unknownSince: CycleId | null;
}

/** What the first run of an interval slot said of a key: actionable, good, or without data. */
export type Vote = 'A' | 'G' | 'U';

export interface KeyMemory {
  /** The last slots that voted, oldest first, each with the minute of its vote. */
  votes: [minute: number, vote: Vote][];
  /** The last of A and G. */
  last: 'A' | 'G';
  /** Minutes at which the key changed between A and G, before rules 6. */
  flips: number[];
  /** Bit n: the key changed between A and G n slots before its last vote; absent: it did not, or is older. */
  changes?: number;
  /** It has changed so often that it is to be steady before anything else is said; absent: it has not. */
  flapping?: boolean;
}

/** What is said about a key, as far as changes of it matter to people. */
export type Figures = Pick<
  UnitLabel,
  | 'state'
  | 'cause'
  | 'action'
  | 'actionUnitId'
  | 'severity'
  | 'quantity'
  | 'quantityUnit'
  | 'ttoMin'
  | 'ttsMin'
> &
  Pick<Instruction, 'process' | 'fromProcess'> & { alarm?: Alarm; about?: readonly string[] };

export interface Episode {
  episodeId: string;
  key: string;
  unitId: string;
  unitType: UnitType;
  workpool: string;
  direction: Direction;
  startedAt: CycleId;
  /** null while open. */
  closedAt: CycleId | null;
  /** The latest actionable figures. */
  latest: Figures;
  /** Of the last notification that was decided; null while there is none. */
  notified:
    (Pick<Figures, 'action' | 'quantity' | 'quantityUnit' | 'about'> & { actionUnitId?: string }) | null;
  /** Of the notifications decided; NONE while there is none. */
  highestSeverity: Severity;
  /** Sequence of the last transition; 0 while nothing was decided to be shown. */
  sequence: number;
  /** Confirmed transitions. */
  notifications: number;
  /** Cycle that handed over the last confirmed transition: windows run from here. */
  lastNotifiedAt: CycleId | null;
  /** ONGOINGs in a row of the unchanged episode: each doubles the window. */
  repeats: number;
  acknowledged: Acknowledgement | null;
  /** Who acknowledged it last, be that over by now; null, absent: nobody did, or it was taken back. */
  takenOnBy?: string | null;
  /** An acknowledgement was taken back: people are told again in the next cycle. */
  withdrawn: boolean;
  /** Units whose throttle or stop stays for its sake, though another alert told people of it; absent: none. */
  keeps?: string[];
  /** What its CLEARED says to take back; absent: nothing. */
  undo?: Instruction[];
  /** Who said that it is done; absent: nobody. */
  undoneBy?: string;
  /** The unit that subsumed it last, until it is notified again. */
  subsumedBy: string | null;
  /** The notice of the present spell without data, of the present flapping, has been decided. */
  staleNotice: boolean;
  flappingNotice: boolean;
  /** First cycle of the present spell in which it is CRITICAL or worse and nothing withholds it; null: none. */
  criticalSince?: CycleId | null;
  /** Channels that were added because it got worse or nobody had acknowledged it, each from this sequence on. */
  escalations?: { sequence: number; channels: string[] }[];
  /** Planned; fixed once attempted. */
  channels: string[];
  fallback: string[];
  attempted: boolean;
  lease: { sender: string; untilMs: number } | null;
  messages: { channel: string; channelId: string; ts: string }[];
  /** Transitions not confirmed in every planned channel, in order. */
  pending: PendingTransition[];
}

export interface PendingTransition extends Figures {
  sequence: number;
  label: 'NEW' | 'ONGOING' | 'CLEARED';
  reason: Reason;
  cycleId: CycleId;
  traceId: string;
  /** Of a CLEARED: `takenOnBy` of its episode. */
  acknowledgedBy?: string;
  /** The instruction that this one follows; absent: none, or the same. */
  earlier?: EarlierInstruction;
  /** Of a CLEARED: what takes back what it asked for. */
  undo?: Instruction;
  alsoUndo?: Instruction[];
  confirmed: string[];
  attempts: number;
  firstAttemptAt: string | null;
  /** Cycle that handed it over last. */
  handedAt: CycleId | null;
}

export interface Acknowledgement {
  by: string;
  until: string | null;
  /** Severity that was acknowledged: an EMERGENCY that comes after it breaks through. */
  severity: Severity;
}

export interface NotifiedDecision extends Instruction {
  episodeId: string;
  cycleId: CycleId;
  unitId: string;
  direction: Direction;
  severity: Severity;
}

/** Our throttle or stop at one unit. */
export interface InForce {
  actionUnitId: string;
  /** What is left of it after the releases since; of a stop, or where no number was known, counted from the whole. */
  percent: number;
  /** `percent` is a number that people were told. */
  isCounted: boolean;
  /** Everything was to stand; absent: less. */
  isStop?: true;
  /** The cycle that asked for it last. */
  cycleId: CycleId;
  /** Who asked for it. */
  episodeIds: string[];
}

export interface Mute {
  unit: string;
  from: string | null;
  until: string;
  by: string;
}

export interface Feedback {
  episodeId: string;
  verdict: 'right' | 'wrong';
  reason: string | null;
  by: string;
}

export interface RememberedCycle {
  cycleId: CycleId;
  algorithm: string;
  traceId: string;
  asked: number;
  worstState: State;
  openEpisodes: number;
  labels: PackedLabels;
}

/** `at` holds for each row the index of its value in `values`; it is empty where one value stands in every row. */
export interface Column<T> {
  values: T[];
  at: number[];
}

/** A label with whose people it is about, which stays in the memory: `alertState` says it, `decide` does not. */
export type LabelRow = UnitLabel & Pick<Instruction, 'process' | 'fromProcess'>;

type LabelField = Exclude<keyof UnitLabel, 'actionUnitId' | 'episodeId'>;
export type PackedLabels = { [F in LabelField]: Column<UnitLabel[F]> } & {
  rows: number;
  /** null: the unit itself. */
  otherActionUnitId: Column<string | null>;
  /** The last part of the episode's id. */
  startedAt: Column<string | null>;
  /** Absent where no row has one. */
  process?: Column<string | null>;
  fromProcess?: Column<string | null>;
};

export function initialMemory(warehouse: string): WarehouseMemory {
  return {
    warehouse,
    revision: 0,
    lastCycle: null,
    worstState: 'OK',
    paths: [],
    units: {},
    keys: {},
    episodes: [],
    notified: [],
    mutes: [],
    feedback: [],
    cycles: [],
    closed: false,
  };
}

/** A copy whose key list and episodes, with their outbox, may be changed in place; the rest is replaced whole. */
export function draftOf(memory: WarehouseMemory): WarehouseMemory {
  return {
    ...memory,
    keys: { ...memory.keys },
    episodes: memory.episodes.map((episode) => ({
      ...episode,
      pending: episode.pending.map((transition) => ({ ...transition })),
    })),
  };
}

export function keyOf(unitId: string, direction: Direction): string {
  return `${unitId}:${direction === '' ? 'DATA' : direction}`;
}

export function unitOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf(':'));
}

export function episodeIdOf(key: string, startedAt: CycleId): string {
  return `${key}:${startedAt}`;
}

export function openEpisodes(memory: WarehouseMemory): Episode[] {
  return memory.episodes.filter((episode) => episode.closedAt === null);
}

/** Switched off, and everything that was to be said is confirmed: the workflow may complete. */
export function isClosed(memory: WarehouseMemory): boolean {
  return memory.closed && memory.episodes.every(({ pending }) => pending.length === 0);
}

/** `unit` itself, or the whole warehouse. Ranges are [from, until) in cycle time. */
export function isMuted(memory: WarehouseMemory, unitId: string, cycleId: CycleId): boolean {
  const now = Date.parse(cycleId);
  return memory.mutes.some(
    (mute) =>
      (mute.unit === '*' || mute.unit === unitId) &&
      (mute.from === null || now >= Date.parse(mute.from)) &&
      now < Date.parse(mute.until),
  );
}

export function isAcknowledged(episode: Episode, severity: Severity, cycleId: CycleId): boolean {
  const given = episode.acknowledged;
  if (given === null) return false;
  if (severity === 'EMERGENCY' && given.severity !== 'EMERGENCY') return false;
  return given.until === null || Date.parse(cycleId) < Date.parse(given.until);
}
