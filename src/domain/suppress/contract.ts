/**
 * The language spoken with the long-lived `warehouse` workflow: what it is told each cycle, what it answers,
 * what it remembers. Everything here travels as JSON in workflow histories, so fields are only ever added.
 */
import type { AlertRoute } from '../registry.ts';
import type { Doubt, KnownPath } from '../series.ts';
import type {
  Action,
  Alarm,
  Cause,
  CycleId,
  Direction,
  HighZone,
  Label,
  LowZone,
  QuantityUnit,
  Severity,
  SourceName,
  State,
  UnitType,
} from '../vocabulary.ts';
import { FAILURE } from '../../failures/failures.ts';

/** What people are asked to do; put into words in one place, `src/domain/words`. */
export interface Instruction {
  action: Action;
  actionUnitId: string;
  quantity: number | null;
  quantityUnit: QuantityUnit | null;
  /** Whose people it is about, e.g. PACK; absent: nobody's, or not recorded. */
  process?: string;
  /** Of MOVE_STAFF: whose people go; absent: not recorded. */
  fromProcess?: string;
}

/** An instruction that another one follows. */
export interface EarlierInstruction extends Instruction {
  /** The cycle that said it. */
  cycleId: CycleId;
  /** It stays as it is, and the new one comes on top; false: the new one stands in its place. */
  stays: boolean;
}

/** One direction of one unit; what it was decided by stays in the trace. */
export interface DirectionDecision extends Instruction {
  state: State;
  cause: Cause;
  severity: Severity;
  ttoMin: number | null;
  ttsMin: number | null;
  minutesActionable: number | null;
  levelAndWcsAgree: boolean;
  /** One cycle is evidence enough; absent: it is not. */
  atOnce?: boolean;
  /** What makes it an emergency although there may be time; absent: nothing but what level and time show. */
  alarm?: Alarm;
  /** Of a notice: each thing that it is about, by a name that stays; another one is told anew. Absent: it is none. */
  about?: readonly string[];
  /** Substep 2: the unit that subsumes this one, and the rule's name; null where it stands. */
  winner: string | null;
  rule: string | null;
  held: boolean;
}

/** One unit's decision of one cycle. A direction is absent where there is nothing to recommend. */
export interface UnitDecision {
  unitId: string;
  unitType: UnitType;
  workpool: string;
  state: State;
  highZone: HighZone;
  lowZone: LowZone;
  quality: number;
  /** 0..1+; null where unknown. */
  fill: number | null;
  high?: DirectionDecision;
  low?: DirectionDecision;
  /** CHECK_DATA */
  data?: DirectionDecision;
}

/** One unit's decision of one cycle as a line of text, see packed-units.ts. */
export type PackedUnit = string;

/** Argument of the `decide` update; its update id is the cycle id. */
export interface DecideInput {
  cycleId: CycleId;
  /** The revision of the memory that the decisions were made with; another one is refused, retryable. */
  revision: number;
  /** Version of the rules inside `warehouse`, see `SUPPRESSION_RULES`. */
  rules: number;
  /** Length of one interval slot: persistence and clearing count distinct slots. */
  intervalMinutes: number;
  algorithm: string;
  /** Packed, at most 300 bytes a unit; whole where nothing is recorded, and in what was recorded before. */
  units: readonly (UnitDecision | PackedUnit)[];
  /** Units with `unit_override.excluded`: their episodes are closed as `removed`. */
  excluded: string[];
  /** Units that are seen to be no more, their path being elsewhere: closed as `removed` too (rules 6). */
  gone?: string[];
  /** Sources without a usable row for this warehouse, and the share of its units that are blind for it. */
  blind: { source: SourceName; share: number }[];
  /** Sources whose lack of data is the alert of the whole network, not of each warehouse (rules 2). */
  networkBlind?: SourceName[];
  /** The path list, whole, only where it differs from the remembered one. */
  paths?: KnownPath[];
  /** What is not believed, whole, only where it differs from the remembered (rules 6). */
  doubts?: Doubt[];
  /**
   * Of the warehouse as a whole, under its code: a stop that no unit shows, names without a partner; and of its sources,
   * each under an id of its own: readings of many places that are denied at once (rules 6).
   */
  own?: {
    high?: DirectionDecision;
    data?: DirectionDecision;
    sources?: { source: SourceName; data: DirectionDecision }[];
  };
  routes: AlertRoute[];
  /** Artifact with the whole trace of these decisions. */
  traceId: string;
  /** The warehouse is being switched off: close every episode, then complete. */
  closing: boolean;
}

/**
 * `decide` refuses by its answer, not in the update's validator: what a validator refuses after a reset, when the server
 * hands the updates of the old run over again, stays counted as in flight for good.
 */
export interface DecideRefusal {
  status: 'refused';
  /** `StaleRevision`: interpret again. */
  type: typeof FAILURE.StaleRevision | typeof FAILURE.InvalidInput;
  message: string;
}

export interface UnitLabel extends Omit<Instruction, 'process' | 'fromProcess'> {
  unitId: string;
  direction: Direction;
  state: State;
  severity: Severity;
  cause: Cause;
  ttoMin: number | null;
  ttsMin: number | null;
  quality: number;
  /** null: WATCH, which has neither label nor episode. */
  label: Label | null;
  reason: string;
  episodeId: string | null;
  winner: string | null;
}

/** A message that has to reach people: one per episode and transition. */
export interface Transition extends Instruction {
  episodeId: string;
  /** 1 is the NEW; counts the notified transitions of the episode. */
  sequence: number;
  label: 'NEW' | 'ONGOING' | 'CLEARED';
  reason: string;
  /** The cycle that decided it. */
  cycleId: CycleId;
  /** Cycle in which the episode started. */
  startedAt: CycleId;
  unitId: string;
  unitType: UnitType;
  workpool: string;
  direction: Direction;
  state: State;
  cause: Cause;
  severity: Severity;
  ttoMin: number | null;
  ttsMin: number | null;
  /** What makes it an emergency although there may be time; absent: nothing but what level and time show. */
  alarm?: Alarm;
  /** What people were told last of this episode, where they are told something else now; absent: nothing else. */
  earlier?: EarlierInstruction;
  /** Of a CLEARED: what takes back what we asked for and is still in force; absent: nothing is. */
  undo?: Instruction;
  /** Further ones, where it asked for something at more than one unit; absent: there are none. */
  alsoUndo?: Instruction[];
  /** Of a CLEARED: who had acknowledged the alert last; absent: nobody. */
  acknowledgedBy?: string;
  traceId: string;
  /** Where it has to go; fixed by the episode's first attempt. */
  channels: string[];
  /** Where to turn when a channel refuses for good. */
  fallback: string[];
  /** Those of `channels` that this very transition adds: it got worse, or nobody acknowledged it; absent: none. */
  escalatedTo?: string[];
  /** Confirmed deliveries of this very transition: these channels are done. */
  confirmed: string[];
  /** The episode's first message in each channel, for updates and replies. */
  messages: { channel: string; channelId: string; ts: string }[];
  /** How often it has been handed to a sender, this time included; above 1: look before posting again. */
  attempts: number;
  /** Wall clock of the first hand-over, ISO 8601: where to start looking. */
  firstAttemptAt: string;
}

export interface DecideResult {
  status: 'decided' | 'remembered' | 'out_of_order';
  cycleId: CycleId;
  revision: number;
  /** Trace that belongs to the labels: of the first asking, where the cycle was asked again. */
  traceId: string;
  /** How often this cycle has been asked, this time included. */
  asked: number;
  labels: UnitLabel[];
  /** Transitions that wait for a sender, of this cycle and of earlier ones. */
  pending: number;
  /** Units whose alert no route leads anywhere; they wait too. */
  unrouted: string[];
  worstState: State;
  openEpisodes: number;
  /** The memory had been lost: since when it is known again, ISO 8601; absent: it was not. */
  restoredFrom?: string;
}

/** Argument of the `takeOutbox` update. */
export interface TakeOutboxInput {
  /** The cycle that sends. */
  cycleId: CycleId;
  /** Who: one run of one child. Holds the lease. */
  sender: string;
}

/** Argument of the `confirmDelivery` update; its update id is `{episodeId}/{sequence}/{channel}`. */
export interface DeliveryConfirmation {
  episodeId: string;
  sequence: number;
  /** The planned channel. */
  channel: string;
  /** Where it really went: the same, or a fallback. */
  deliveredTo: string;
  channelId: string;
  /** Slack's message timestamp, of the episode's first message in that channel. */
  messageTs: string;
  /** Slack's timestamp of the thread reply, where the transition made one. */
  replyTs: string | null;
  /** Wall clock of the confirmed post, ISO 8601. */
  postedAt: string;
  /** Slack's error for the planned channel where a fallback took it; else null. */
  error: string | null;
}

/**
 * Made of what a person did, e.g. of one click: done once, however often and late it arrives. The server drops a
 * repeated update id for the length of one run; the memory does so across continue-as-new.
 */
export type OperationId = string;

export interface AcknowledgeInput {
  /** One of the two. */
  episodeId?: string;
  unit?: string;
  by: string;
  /** ISO 8601; compares with cycle time. */
  until?: string;
  /** Withdraws the acknowledgement. */
  withdraw?: boolean;
  /** Of an open alert alone: it does not say that what an alert that is over asks to undo is done. */
  whileOpen?: boolean;
  id?: OperationId;
}

export interface MuteInput {
  /** Unit id, or `*` for the whole warehouse. */
  unit: string;
  from?: string;
  until: string;
  by: string;
  id?: OperationId;
}

export interface UnmuteInput {
  unit: string;
  by: string;
  id?: OperationId;
}

export interface FeedbackInput {
  episodeId: string;
  verdict: 'right' | 'wrong';
  reason?: string;
  by: string;
  /**
   * Whoever hands it over has proof that this episode was one of ours: its own button or signed link, or what is
   * recorded. Without it the memory has to know the episode.
   */
  proven?: boolean;
  id?: OperationId;
}

export interface OperatorResult {
  status: 'ok' | 'already closed' | 'unchanged';
  /** One sentence for the person who asked. */
  detail: string;
}

/** What a person told us of an alert, as it is kept until `warehouse` takes it, and after. */
export type Answer =
  | { kind: 'acknowledge'; input: AcknowledgeInput }
  | { kind: 'mute'; input: MuteInput }
  | { kind: 'unmute'; input: UnmuteInput }
  | { kind: 'recordFeedback'; input: FeedbackInput };

/** Argument of the `operate` update: in order of arrival. */
export interface OperateInput {
  answers: readonly Answer[];
}

/** Of one answer of several: what is refused does not hold the others. */
export interface AnswerResult {
  status: OperatorResult['status'] | 'refused';
  /** One sentence for the person who asked. */
  detail: string;
}

/** Answer of the `alertState` query. */
export interface AlertState {
  warehouse: string;
  revision: number;
  lastCycle: CycleId | null;
  worstState: State;
  openEpisodes: number;
  /** Transitions decided and not yet confirmed. */
  undelivered: number;
  units: AlertStateUnit[];
  mutes: { unit: string; from: string | null; until: string; by: string }[];
  /** What alerts that are over asked to take back, for a day; absent in the answer of an older worker. */
  undo?: AwaitedUndo[];
}

/** An alert is over, and its last message says what takes back what it had asked for. */
export interface AwaitedUndo {
  episodeId: string;
  unitId: string;
  endedAt: CycleId;
  instructions: Instruction[];
  /** Who said that it is done; null: nobody yet. */
  doneBy: string | null;
  messages: { channel: string; channelId: string; ts: string }[];
}

export interface AlertStateUnit {
  unitId: string;
  state: State;
  quality: number;
  fill: number | null;
  alerts: {
    direction: Direction;
    label: Label | null;
    reason: string;
    action: Action;
    /** Absent, like `actionUnitId`, in the answer of an older worker. */
    cause?: Cause;
    actionUnitId?: string;
    severity: Severity;
    quantity: number | null;
    quantityUnit: QuantityUnit | null;
    /** Whose people it is about; absent: nobody's, or not recorded. */
    process?: string;
    /** Of MOVE_STAFF: whose people go; absent: not recorded. */
    fromProcess?: string;
    winner: string | null;
    episode: {
      episodeId: string;
      startedAt: CycleId;
      notifications: number;
      lastNotifiedAt: CycleId | null;
      highestSeverity: Severity;
      acknowledgedBy: string | null;
      acknowledgedUntil: string | null;
      messages: { channel: string; channelId: string; ts: string }[];
    } | null;
  }[];
}

/** Answer of the `alertHistory` query: newest last, the last 60 minutes and more. */
export interface AlertHistory {
  warehouse: string;
  cycles: {
    cycleId: CycleId;
    algorithm: string;
    traceId: string;
    /** Rows that are not plain healthy. */
    labels: UnitLabel[];
  }[];
}

/** What interpret needs to know of the past; read by query, never an event. */
export interface InterpretMemory {
  revision: number;
  lastCycle: CycleId | null;
  zones: Record<string, { high: HighZone; low: LowZone }>;
  paths: KnownPath[];
  /** What the last cycle did not believe. */
  doubts: Doubt[];
  /** Units that had a row before, so that one that falls silent is UNKNOWN and not gone. */
  units: Record<string, { unitType: UnitType; workpool: string }>;
  /** What we asked to hold back or to stop, and nobody was told to open again. */
  inForce: { actionUnitId: string; percent: number; isStop?: boolean }[];
  /** Notified decisions of the last 60 minutes and of open episodes: people called, moves made. */
  notified: {
    cycleId: CycleId;
    unitId: string;
    actionUnitId: string;
    direction: Direction;
    action: Action;
    severity: Severity;
    quantity: number | null;
    quantityUnit: QuantityUnit | null;
    process?: string;
    episodeOpen: boolean;
  }[];
}
