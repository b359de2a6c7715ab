/** Goes through a plan cycle by cycle, then on in peace until everything is said, and counts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { queryAlertState, unmute } from '../../src/client/warehouse.ts';
import { floorTo, toCycleId } from '../../src/domain/cycle-time.ts';
import { readAccounts, type Accounts } from './accounts.ts';
import { runCycle, type CycleOutcome } from './cycles.ts';
import { createFaults } from './faults.ts';
import { createInstallation, INTERVAL_MINUTES, type Installation } from './installation.ts';
import { CODES, describeFault, type PlannedCycle } from './plan.ts';

export interface Outcome extends Accounts {
  cycles: number;
  quietCycles: number;
  /** With why. */
  notCompleted: string[];
  /** Warehouses that failed in a cycle that was completed. */
  failedWarehouses: number;
  /** The most intervals in a row in which one warehouse was not decided for. */
  longestGap: number;
  /** Network alerts that a warehouse's memory was lost and restored. */
  restoresSaid: number;
  /** Messages that people saw and the program removed: found out to be there twice. */
  takenBack: number;
  answersPressed: number;
  seconds: number;
}

/** A real interval is five minutes; what is not through by then goes on beside the next ones. */
const CYCLE_WITHIN_MS = 60_000;
/** Alerts open and are cleared within as many cycles; the last floors may have turned just now. */
const QUIET_CYCLES = 3;
/** An outbox that was lent to somebody who died is free again after two minutes. */
const QUIET_WITHIN_MS = 240_000;
const QUIET_PAUSE_MS = 3_000;
/** Intervals that the quiet end may take at most. */
const QUIET_INTERVALS = 60;
/** Cycles until what a person muted is heard again. */
const MUTED_CYCLES = 3;

export async function runPlan(
  plan: readonly PlannedCycle[],
  { temporalCli, say }: { temporalCli: string; say: (line: string) => void },
): Promise<Outcome> {
  const startedMs = Date.now();
  const installation = await createInstallation(temporalCli, plan.length + QUIET_INTERVALS);
  try {
    const { client, slack, parts } = installation;
    const faults = createFaults(installation);
    let posts = 0;
    slack.onMessage((_message, change) => {
      if (change === 'posted') posts += 1;
    });
    const slots: string[] = [];
    const outcomes: CycleOutcome[] = [];
    for (const [index, { turns, faults: planned }] of plan.entries()) {
      const words = planned.map(({ atMs, fault }) => `${atMs} ms ${describeFault(fault)}`);
      const turned = turns.length === 0 ? [] : [`${turns.join(' and ')} turns`];
      const begunMs = Date.now();
      await installation.advance(turns);
      slots.push(installation.slot());
      if (index % MUTED_CYCLES === 0) await unmuteAll(installation);
      const [outcome] = await Promise.all([
        runCycle(client, `chaos-${index + 1}`, CYCLE_WITHIN_MS),
        ...planned.map(async ({ atMs, fault }) => {
          await sleep(atMs);
          await faults.strike(fault);
        }),
      ]);
      await Promise.all(Object.values(parts).map((part) => part.up()));
      outcomes.push(outcome);
      say(
        `${index + 1}/${plan.length} ${installation.slot()} ${describeOutcome(outcome)} in ${seconds(begunMs)} s; ${[...turned, ...words].join(', ')}`,
      );
    }

    slack.clearFaults();
    const quietMs = Date.now();
    let quiet = 0;
    for (; quiet < QUIET_INTERVALS; quiet += 1) {
      if (quiet >= QUIET_CYCLES && (await isAllSaid(installation))) break;
      if (quiet >= QUIET_CYCLES && Date.now() - quietMs > QUIET_WITHIN_MS) break;
      if (quiet >= QUIET_CYCLES) await sleep(QUIET_PAUSE_MS);
      await installation.advance([]);
      slots.push(installation.slot());
      const outcome = await runCycle(client, `chaos-quiet-${quiet + 1}`, CYCLE_WITHIN_MS);
      outcomes.push(outcome);
      say(`quiet ${quiet + 1} ${installation.slot()} ${describeOutcome(outcome)}`);
    }

    const accounts = await readAccounts(installation, faults.taken());
    return {
      ...accounts,
      differences: [
        ...accounts.differences,
        ...Object.values(parts).flatMap((part) => part.deaths()),
        ...outcomes
          .slice(-QUIET_CYCLES)
          .flatMap((each) => ('failure' in each ? [`in peace: ${each.failure}`] : [])),
      ],
      cycles: plan.length,
      quietCycles: quiet,
      notCompleted: outcomes.flatMap((each) => ('failure' in each ? [each.failure] : [])),
      failedWarehouses: outcomes.reduce((sum, each) => sum + ('failure' in each ? 0 : each.failed.length), 0),
      longestGap: await findLongestGap(installation, slots),
      restoresSaid: slack
        .messages()
        .filter(({ metadata }) => String(metadata?.event_payload['key']).includes('/memory-restored/'))
        .length,
      takenBack: posts - slack.messages().length,
      answersPressed: faults.pressed(),
      seconds: Number(seconds(startedMs)),
    };
  } finally {
    await installation.stop();
  }
}

/** Else a simulated floor would fall silent for good: people press by our clock, cycles look at hours of theirs. */
async function unmuteAll({ client }: Installation): Promise<void> {
  for (const code of CODES) {
    try {
      await client.withDeadline(Date.now() + 5_000, async () => {
        const { mutes } = await queryAlertState(client, code);
        for (const { unit } of mutes) await unmute(client, code, { unit, by: 'chaos' });
      });
    } catch {
      // It is not watched just now: next time.
    }
  }
}

async function isAllSaid({ client }: Installation): Promise<boolean> {
  const states = await Promise.all(CODES.map((code) => queryAlertState(client, code)));
  return states.every(({ undelivered }) => undelivered === 0);
}

/** By the decisions that were recorded, whatever the cycle itself told. */
async function findLongestGap({ app }: Installation, slots: readonly string[]): Promise<number> {
  const { rows } = await app.query<{ warehouse: string; cycle_id: string }>(
    `SELECT DISTINCT warehouse, cycle_id FROM artifact WHERE kind = 'suppress' AND prefix = 'prod'`,
  );
  const decided = new Set(
    rows.map(
      ({ warehouse, cycle_id }) =>
        `${warehouse} ${toCycleId(floorTo(Date.parse(cycle_id), INTERVAL_MINUTES))}`,
    ),
  );
  let longest = 0;
  for (const code of CODES) {
    let gap = 0;
    for (const slot of slots) {
      gap = decided.has(`${code} ${slot}`) ? 0 : gap + 1;
      longest = Math.max(longest, gap);
    }
  }
  return longest;
}

function describeOutcome(outcome: CycleOutcome): string {
  if ('failure' in outcome) return `NOT COMPLETED (${outcome.failure})`;
  const { status, delivered, undelivered, failed } = outcome;
  const why = failed.map(({ warehouse, error }) => ` ${warehouse}: ${error}`).join(';');
  return `${status}${why}, ${delivered} said${undelivered.length > 0 ? `, ${undelivered.length} not` : ''}`;
}

function seconds(sinceMs: number): string {
  return ((Date.now() - sinceMs) / 1_000).toFixed(1);
}
