/**
 * Real parts that are killed, cut off, reset and clicked at by a seeded plan: what was decided is posted once, confirmed,
 * and in analytics. `npm run chaos -- --seed N --cycles N` runs a long one.
 */
import { expect, inject, it } from 'vitest';
import { drawPlan } from './plan.ts';
import { runPlan, type Outcome } from './run-plan.ts';

/** Without being asked for more: six cycles in which each part is killed once. */
const SEED = Number(process.env['CHAOS_SEED'] ?? 315);
const CYCLES = Number(process.env['CHAOS_CYCLES'] ?? 6);
const IS_LONG = process.env['CHAOS_CYCLES'] !== undefined;

const say = (line: string): void => {
  if (IS_LONG) process.stdout.write(`${line}\n`);
};

function describe(outcome: Outcome): string {
  const { rows } = outcome;
  const total = rows.reduce((sum, row) => ({
    warehouse: 'all',
    decided: sum.decided + row.decided,
    posted: sum.posted + row.posted,
    confirmed: sum.confirmed + row.confirmed,
    analytics: sum.analytics + row.analytics,
    episodes: sum.episodes + row.episodes,
    answersTaken: sum.answersTaken + row.answersTaken,
    answersRecorded: sum.answersRecorded + row.answersRecorded,
  }));
  const names = Object.keys(total);
  const lines = [names, ...[...rows, total].map((row) => Object.values(row).map(String))];
  return [
    ...lines.map((cells) => cells.map((cell) => cell.padStart(15)).join('')),
    '',
    `seed ${SEED}: ${outcome.cycles} cycles and ${outcome.quietCycles} quiet ones in ${outcome.seconds} s`,
    `not completed: ${outcome.notCompleted.length}; warehouses failed: ${outcome.failedWarehouses}; longest gap of one: ${outcome.longestGap} cycles`,
    `restores said: ${outcome.restoresSaid}; messages taken back: ${outcome.takenBack}; buttons pressed: ${outcome.answersPressed}`,
    ...outcome.notCompleted.map((why) => `- not completed: ${why}`),
    `differences: ${outcome.differences.length}`,
    ...outcome.differences.map((difference) => `- ${difference}`),
  ].join('\n');
}

it(
  `seed ${SEED}, ${CYCLES} cycles: all counts are equal`,
  { timeout: 600_000 + CYCLES * 120_000 },
  async () => {
    const outcome = await runPlan(drawPlan(SEED, CYCLES), { temporalCli: inject('temporalCli'), say });
    say(describe(outcome));
    expect(outcome.differences).toEqual([]);
    expect(outcome.rows.reduce((sum, { posted }) => sum + posted, 0)).toBeGreaterThan(0);
  },
);
