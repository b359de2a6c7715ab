/**
 * Drives scenarios (data, see `scenario-table.ts`) against anything that decides like `warehouse` does, with a
 * Slack of its own that can be down or lose its answers.
 */
import type {
  AcknowledgeInput,
  AlertState,
  DecideInput,
  DecideResult,
  DeliveryConfirmation,
  DirectionDecision,
  Instruction,
  MuteInput,
  OperatorResult,
  TakeOutboxInput,
  Transition,
  UnitDecision,
  UnitLabel,
  UnmuteInput,
} from '../../../src/domain/suppress/contract.ts';
import { SUPPRESSION_RULES } from '../../../src/domain/suppress/rules.ts';
import type { Direction, Severity } from '../../../src/domain/vocabulary.ts';

export interface Subject {
  decide(input: DecideInput): Promise<DecideResult>;
  takeOutbox(input: TakeOutboxInput): Promise<Transition[]>;
  confirm(confirmation: DeliveryConfirmation): Promise<void>;
  acknowledge(input: AcknowledgeInput): Promise<OperatorResult>;
  mute(input: MuteInput): Promise<OperatorResult>;
  unmute(input: UnmuteInput): Promise<OperatorResult>;
  alertState(): Promise<AlertState>;
  /** Continue-as-new, a killed worker: what it remembers must outlive it. */
  restart(): Promise<void>;
}

export const WAREHOUSE = 'FRA1';
export const INTERVAL_MINUTES = 5;
const START = Date.parse('2026-03-02T08:00:00Z');

/** `U1` -> `FRA1_SINGLES_U1`; with an underscore it is a unit id already; `*` is the warehouse itself. */
export function unitIdOf(name: string): string {
  if (name === '*') return WAREHOUSE;
  return name.includes('_') ? name : `${WAREHOUSE}_SINGLES_${name}`;
}

/** Cycle `c` is `c` intervals after the start; fractions are extra runs. */
export function cycleIdOf(cycle: number): string {
  return new Date(START + cycle * INTERVAL_MINUTES * 60_000).toISOString().replace('.000Z', 'Z');
}

/** What a unit looks like in a cycle. */
export interface Look {
  high?: Partial<DirectionDecision>;
  low?: Partial<DirectionDecision>;
  unit?: Partial<UnitDecision>;
}

export const GOOD: Look = {};
export const NO_DATA: Look = { unit: { state: 'UNKNOWN', quality: 0, fill: null } };
export const NOT_SCHEDULED: Look = { unit: { state: 'NOT_SCHEDULED' } };
export const WATCH: Look = {
  high: { severity: 'WATCH', state: 'WATCH_HIGH', action: 'NONE', quantity: null, quantityUnit: null },
  unit: { state: 'WATCH_HIGH', highZone: 'WATCH_HIGH' },
};

/** Wrong and sure at once, so that scenarios need no lead-in; `slow` ones need two slots. */
export function high(change: Partial<DirectionDecision> = {}): Look {
  return { high: { minutesActionable: 8, ...change } };
}
export function slow(change: Partial<DirectionDecision> = {}): Look {
  return { high: { minutesActionable: null, ...change } };
}
export function low(change: Partial<DirectionDecision> = {}): Look {
  return { low: { minutesActionable: 8, ...change } };
}
export function by(winner: string, look: Look = high()): Look {
  return { ...look, high: { ...look.high, winner: unitIdOf(winner), rule: 'THROTTLE_ALL_COVERS' } };
}

export interface Step {
  /** Cycle number. */
  c: number;
  units: Record<string, Look>;
  /** What people did since the cycle before. */
  before?: (subject: Subject) => Promise<unknown>;
  input?: Partial<Omit<DecideInput, 'units'>>;
  /** up: posts and confirms. down: fails. timeout: posts, and the answer is lost. */
  slack?: 'up' | 'down' | 'timeout';
  /** Each step has a sender of its own unless named here. */
  sender?: string;
  /** `name direction?` -> `LABEL(reason)` or `LABEL(reason by winner)`; keys that are not named are not checked. */
  labels?: Record<string, string>;
  /** Exactly what reaches Slack in this step, in order: `LABEL name`. */
  posts?: string[];
  /** What each transition instructs, and what it says of others: `LABEL name: ACTION number at name, process; ...`. */
  says?: string[];
  status?: DecideResult['status'];
}

export interface Scenario {
  name: string;
  steps: Step[];
  /** Root messages in the channel at the end, by unit name, in order. */
  roots?: string[];
}

export interface StepRecord {
  step: Step;
  result: DecideResult;
  outbox: Transition[];
  posts: string[];
}

export const ROUTES: DecideInput['routes'] = [
  {
    warehouse: WAREHOUSE,
    channel: '#flow',
    workpool: null,
    unitType: null,
    minSeverity: 'WARNING',
    fallback: false,
  },
];

/** Runs every step, each with its own sender; returns what happened for the expectations. */
export async function runScenario(
  subject: Subject,
  scenario: Scenario,
): Promise<{ records: StepRecord[]; slack: FakeSlack }> {
  const slack = new FakeSlack();
  const records: StepRecord[] = [];
  for (const step of scenario.steps) {
    await step.before?.(subject);
    const { revision } = await subject.alertState();
    const input = composeInput(step, revision, records.length);
    const result = await subject.decide(input);
    const sender = step.sender ?? `sender-${records.length}`;
    const outbox = result.pending > 0 ? await subject.takeOutbox({ cycleId: input.cycleId, sender }) : [];
    const posts = await slack.deliver(subject, outbox, step.slack ?? 'up');
    records.push({ step, result, outbox, posts });
  }
  return { records, slack };
}

export interface Compared {
  steps: Partial<Pick<Step, 'c' | 'labels' | 'posts' | 'says' | 'status'>>[];
  roots: string[] | undefined;
}

/** What the scenario names, beside what came of it: to be equal. */
export function compareScenario(
  scenario: Scenario,
  { records, slack }: { records: StepRecord[]; slack: FakeSlack },
): { actual: Compared; expected: Compared } {
  const expected = scenario.steps.map(({ c, labels = {}, posts, says, status }) => ({
    ...{ c, labels, posts, says, status },
  }));
  const actual = records.map(({ step, result, outbox, posts }) => {
    const said = new Map(result.labels.map((label) => [labelKeyOf(label), describeLabel(label)]));
    const named = Object.keys(step.labels ?? {});
    return {
      c: step.c,
      labels: Object.fromEntries(named.map((key) => [key, said.get(key) ?? '-'])),
      posts: step.posts && posts,
      says: step.says && outbox.map(describeTransition),
      status: step.status && result.status,
    };
  });
  return {
    actual: { steps: actual, roots: scenario.roots && slack.roots },
    expected: { steps: expected, roots: scenario.roots },
  };
}

export function composeInput(
  step: Step,
  revision: number,
  index: number,
): Omit<DecideInput, 'units'> & { units: UnitDecision[] } {
  return {
    cycleId: cycleIdOf(step.c),
    revision,
    rules: SUPPRESSION_RULES,
    intervalMinutes: INTERVAL_MINUTES,
    algorithm: '1.0.0',
    units: Object.entries(step.units).map(([name, look]) => composeUnit(unitIdOf(name), look)),
    excluded: [],
    blind: [],
    routes: ROUTES,
    traceId: `trace-${index}`,
    closing: false,
    ...step.input,
  };
}

export function composeUnit(unitId: string, look: Look): UnitDecision {
  const isHigh = (look.high?.severity ?? (look.high ? 'WARNING' : 'NONE')) !== 'NONE';
  return {
    unitId,
    unitType: 'INDUCT',
    workpool: 'SINGLES',
    state: isHigh ? 'OVERFLOW_RISK' : look.low ? 'STARVE_RISK' : 'OK',
    highZone: isHigh ? 'OVERFLOW_RISK' : 'OK',
    lowZone: look.low ? 'STARVE_RISK' : 'OK',
    quality: 100,
    fill: isHigh ? 0.9 : 0.5,
    ...(look.high ? { high: composeDirection(unitId, 'HIGH', look.high) } : {}),
    ...(look.low ? { low: composeDirection(unitId, 'LOW', look.low) } : {}),
    ...look.unit,
  };
}

function composeDirection(
  unitId: string,
  direction: Direction,
  change: Partial<DirectionDecision>,
): DirectionDecision {
  return {
    state: direction === 'HIGH' ? 'OVERFLOW_RISK' : 'STARVE_RISK',
    action: 'ADD_STAFF',
    cause: 'UNDERSTAFFED',
    severity: 'WARNING' satisfies Severity,
    quantity: 3,
    quantityUnit: 'persons',
    actionUnitId: unitId,
    ttoMin: direction === 'HIGH' ? 20 : null,
    ttsMin: direction === 'LOW' ? 20 : null,
    minutesActionable: null,
    levelAndWcsAgree: false,
    winner: null,
    rule: null,
    held: false,
    ...change,
  };
}

const nameOf = (unitId: string): string =>
  unitId === WAREHOUSE ? '*' : unitId.replace(`${WAREHOUSE}_SINGLES_`, '');

export function labelKeyOf(label: UnitLabel): string {
  const name = nameOf(label.unitId);
  return label.direction === 'HIGH' ? name : `${name} ${label.direction === '' ? 'DATA' : label.direction}`;
}

export function describeLabel(label: UnitLabel): string {
  const winner = label.reason === 'subsumed' && label.winner !== null ? ` by ${nameOf(label.winner)}` : '';
  return `${label.label ?? 'WATCH'}(${label.reason}${winner})`;
}

function describeTransition(transition: Transition): string {
  const { label, unitId, earlier, undo } = transition;
  return [
    `${label} ${nameOf(unitId)}: ${describeInstruction(transition)}`,
    ...(earlier ? [`${earlier.stays ? 'beside' : 'instead of'} ${describeInstruction(earlier)}`] : []),
    ...(undo ? [`undo ${describeInstruction(undo)}`] : []),
  ].join('; ');
}

function describeInstruction({ action, quantity, actionUnitId, process, fromProcess }: Instruction): string {
  const people = [fromProcess, process].filter((each) => each !== undefined).join(' to ');
  return `${action} ${quantity ?? '-'} at ${nameOf(actionUnitId)}${people && `, ${people}`}`;
}

/** One channel: root messages and replies by the key that makes a transition one message. */
export class FakeSlack {
  readonly posted: { key: string; label: Transition['label']; unit: string; ts: string }[] = [];

  get roots(): string[] {
    return this.posted.filter(({ label }) => label === 'NEW').map(({ unit }) => unit);
  }

  async deliver(subject: Subject, outbox: Transition[], mode: NonNullable<Step['slack']>): Promise<string[]> {
    const before = this.posted.length;
    if (mode === 'down') return [];
    for (const transition of outbox) {
      const key = `${transition.episodeId}/${transition.sequence}`;
      const found = transition.attempts > 1 ? this.posted.find((message) => message.key === key) : undefined;
      const message = found ?? this.post(key, transition);
      if (mode === 'timeout') continue;
      await confirmTransition(subject, transition, message.ts);
    }
    return this.posted.slice(before).map(({ label, unit }) => `${label} ${unit}`);
  }

  private post(key: string, { label, unitId }: Transition) {
    const message = { key, label, unit: nameOf(unitId), ts: `${this.posted.length + 1}.0001` };
    this.posted.push(message);
    return message;
  }
}

async function confirmTransition(subject: Subject, transition: Transition, ts: string): Promise<void> {
  const root = transition.messages[0]?.ts ?? ts;
  for (const channel of transition.channels) {
    await subject.confirm({
      episodeId: transition.episodeId,
      sequence: transition.sequence,
      channel,
      deliveredTo: channel,
      channelId: `C${channel.slice(1)}`,
      messageTs: root,
      replyTs: transition.sequence === 1 ? null : ts,
      postedAt: '2026-03-02T08:00:10Z',
      error: null,
    });
  }
}
