/** A warehouse for people who look on: with some history, with trouble as they come, and with much happening. */
import { EVENTFUL } from './calendar.ts';
import { drawHappening, isCause, type Cause, type Happening } from './happenings.ts';
import { cloneLineState, fillOf, type LineState } from './line-state.ts';
import { runLine, type Line, type LineRun } from './line.ts';
import { createOutbox, type Outboxes } from './outbox.ts';
import { createRandom, pick } from './random.ts';
import type { FeedTiming } from './sensing.ts';
import { createSensors } from './sensors.ts';
import type { TableName, UpstreamRecords } from './upstream-tables.ts';
import { createWarehouse, type Warehouse } from './warehouse.ts';

const MINUTE = 60_000;
/** Two hours: every window that a decision looks back on, with room for the latest source. */
const HISTORY_MS = 120 * MINUTE;
/** On the labour system's quarter, so that its first interval is a whole one. */
const QUARTER_MS = 15 * MINUTE;
/** A first trouble has been under way for at most so long. */
const FIRST_TROUBLE_MS = 70 * MINUTE;
/** It shows clearly by now: for as long as it takes to be told from chance. */
const SHOWS_SINCE_MS = 6 * MINUTE;
const CLEARLY_HIGH = 0.9;
const CLEARLY_LOW = 0.04;
/** Long enough to be seen, short enough to be seen cleared. */
const FIRST_LIVE_MS = 5 * MINUTE;
/** Then nothing new for a while. */
const QUIET_MS = 20 * MINUTE;

/** Kinds of first trouble, in the order in which warehouses get them. */
export const FIRST_TROUBLES: readonly Cause[] = [
  'UNDERSTAFFED_AFTER_BREAK',
  'JAM',
  'SURGE',
  'LANE_SKEW',
  'UPSTREAM_STOP',
  'GRIDLOCK',
];

export interface LiveWarehouse {
  readonly warehouse: Warehouse;
  readonly outboxes: Outboxes;
  /** Causes under way. */
  troubles(): Happening[];
  /** Advances to `ts` (epoch ms) and takes the readings that fall due. */
  advance(ts: number): void;
}

export interface LiveWarehouseOptions {
  code: string;
  /** IANA name; an unknown one throws a RangeError that names it. */
  timezone: string;
  seed: number;
  /** Epoch ms; the history ends here. */
  liveSince: number;
  /** What is wrong at `liveSince`; null for a floor in peace. */
  firstTrouble: Cause | null;
  timing: FeedTiming;
}

export function createLiveWarehouse(options: LiveWarehouseOptions): LiveWarehouse {
  const { code, timezone, seed, liveSince, firstTrouble, timing } = options;
  const startTs = Math.floor((liveSince - HISTORY_MS) / QUARTER_MS) * QUARTER_MS;
  const warehouse = createWarehouse({
    code,
    timezone,
    seed,
    startTs,
    roundTheClock: true,
    tight: true,
    quietUntil: liveSince + QUIET_MS,
    liveliness: EVENTFUL,
  });
  const outboxes: Outboxes = {
    wes_stock: createOutbox(),
    wcs_counters: createOutbox(),
    lms_actuals: createOutbox(),
    lms_plan: createOutbox(),
  };
  const sink = {
    push: <T extends TableName>(table: T, records: UpstreamRecords[T]) => outboxes[table].push(records),
  };
  // Defects of the feed belong to recorded data: here each would hide what people came to see.
  const sensors = createSensors({ warehouse, seed, timing, faults: null, sink });
  sensors.read(startTs);
  const advance = (ts: number) => warehouse.advance(ts, undefined, (minute) => sensors.read(minute));
  if (firstTrouble !== null) {
    const liveMinute = Math.floor(liveSince / MINUTE) * MINUTE;
    advance(liveMinute - FIRST_TROUBLE_MS);
    bringTrouble(warehouse, seed, firstTrouble, liveMinute);
  }
  advance(liveSince);
  return {
    warehouse,
    outboxes,
    troubles: () =>
      warehouse.runs.flatMap((run) => {
        const now = run.now();
        return [...run.line.scripted, ...run.line.calendar.between(now, now + 1)].filter(
          ({ kind, startTs: from, endTs }) => isCause(kind) && from <= now && endTs > now,
        );
      }),
    advance,
  };
}

/** Puts a trouble of the kind on a line, as early as needed for it to show clearly at `liveMinute`. */
function bringTrouble(warehouse: Warehouse, seed: number, kind: Cause, liveMinute: number): void {
  const random = createRandom(seed, `${warehouse.code}/first`);
  const run = pick(random, warehouse.runs);
  const { layout } = run.line.rules;
  const drawn = drawHappening(random, kind, layout, `${layout.unitId}/first`, run.now());
  const trouble =
    kind === 'UNDERSTAFFED_AFTER_BREAK' ? { ...drawn, process: 'PACK' as const, strength: 0.5 } : drawn;
  const endTs = liveMinute + FIRST_LIVE_MS;
  let chosen: Happening = { ...trouble, endTs };
  for (let startTs = liveMinute - SHOWS_SINCE_MS - MINUTE; startTs >= run.now(); startTs -= 2 * MINUTE) {
    chosen = { ...trouble, startTs, endTs };
    if (showsClearly(run, chosen, liveMinute - SHOWS_SINCE_MS)) break;
  }
  run.line.scripted.push(chosen);
}

function showsClearly(run: LineRun, trouble: Happening, ts: number): boolean {
  const line: Line = { ...run.line, scripted: [...run.line.scripted, trouble] };
  const trial = runLine(line, cloneLineState(run.state), run.now());
  while (trial.now() < ts) trial.step();
  return isExtreme(trial.state);
}

function isExtreme({ inducts, walls, lanes }: LineState): boolean {
  return [...inducts, ...walls, ...lanes].some(
    (buffer) => fillOf(buffer) >= CLEARLY_HIGH || fillOf(buffer) <= CLEARLY_LOW,
  );
}
