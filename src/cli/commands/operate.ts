/** What people tell the monitoring from a prompt; the same updates as the buttons in Slack send. */
import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import type { Client } from '@temporalio/client';
import { FAILURE } from '../../failures/failures.ts';
import { isFailure } from '../../failures/temporal-failures.ts';
import { isEpisodeRecorded } from '../../client/recorded-episode.ts';
import {
  acknowledge,
  mute,
  NotWatched,
  queryAlertState,
  recordFeedback,
  unmute,
} from '../../client/warehouse.ts';
import type { Config } from '../../config/config.ts';
import type { AwaitedUndo, OperatorResult } from '../../domain/suppress/contract.ts';
import { messageOf } from '../../failures/errors.ts';
import {
  nameInNote,
  noteOnEpisode,
  openEpisodesOf,
  tellAcknowledged,
  tellDone,
  tellMuted,
} from '../../slack/episode-notes.ts';
import { createSlackPort } from '../../slack/slack-port.ts';
import { readRegistry } from '../../store/registry.ts';
import { explainNotWatched, readConfig, withDatabase, withTemporal } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { badInput, CommandFailure } from '../failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
import { parseInstant } from '../instant.ts';
import { print } from '../output.ts';

interface Common {
  by: string;
  json?: boolean;
}

/** A worker that is there answers within a second. */
const ANSWER_WITHIN_MS = 30_000;

const WHERE =
  'unit, source or episode id, e.g. FRA1_SINGLES_TOTAL or FRA1_wes-stock (bufferwatch status shows them)';

export function addOperate(program: Command): void {
  withCommon(program.command('ack'))
    .description(
      'Acknowledge an alert: nobody is told again until it is over; an EMERGENCY breaks through. ' +
        '--done, of one that is over: what it says to undo is done.',
    )
    .argument('<alert>', WHERE)
    .option('--for <time>', 'how long, e.g. 30m or 2h, 30 is minutes; default: until it is cleared')
    .option('--withdraw', 'take the acknowledgement back: people are told again in the next cycle')
    .option('--done', 'what the end of the alert says to undo is done')
    .action(
      async (
        alert: string,
        {
          for: span,
          withdraw,
          done,
          by,
          json,
        }: Common & { for?: string; withdraw?: boolean; done?: boolean },
      ) => {
        if ([span !== undefined, withdraw, done].filter(Boolean).length > 1)
          throw badInput('--for, --withdraw and --done exclude each other', 'expected one of them');
        const until = span === undefined ? {} : { until: endOf(span) };
        const target = alert.includes(':') ? { episodeId: alert } : { unit: alert };
        const input = {
          ...{ ...target, by, ...until },
          ...(withdraw ? { withdraw } : {}),
          ...(done ? {} : { whileOpen: true }),
        };
        await operate(
          alert,
          json,
          (client, code) => acknowledge(client, code, input),
          (timezone, over) =>
            over !== null
              ? over.doneBy === by
                ? tellDone(by, timezone, Date.now())
                : null
              : withdraw
                ? `Acknowledgement withdrawn by ${nameInNote(by)}`
                : tellAcknowledged(by, timezone, Date.now(), input.until),
        );
      },
    );

  withCommon(program.command('mute'))
    .description(
      'Withhold the messages of one unit, one source or a whole warehouse; an EMERGENCY breaks through.',
    )
    .argument(
      '<unit>',
      'unit id, that of a source with an open alert (FRA1_wes-stock), or a warehouse code for the whole of it',
    )
    .addOption(new Option('--for <time>', 'how long, e.g. 30m or 2h; 30 is minutes').makeOptionMandatory())
    .option('--from <instant>', 'ISO 8601 with Z or offset; default: now')
    .action(async (unit: string, { for: span, from, by, json }: Common & { for: string; from?: string }) => {
      const start = from === undefined ? Date.now() : parseInstant('--from', from);
      const input = {
        unit: ofWhole(unit),
        until: endOf(span, start),
        by,
        ...(from === undefined ? {} : { from: new Date(start).toISOString() }),
      };
      await operate(
        unit,
        json,
        (client, code) => mute(client, code, input),
        (timezone, over) => (over === null ? tellMuted(by, timezone, input) : null),
      );
    });

  withCommon(program.command('unmute'))
    .description('End every mute of one unit, one source or a whole warehouse.')
    .argument('<unit>', 'as it was muted')
    .action(async (unit: string, { by, json }: Common) => {
      const input = { unit: ofWhole(unit), by };
      await operate(
        unit,
        json,
        (client, code) => unmute(client, code, input),
        (_timezone, over) => (over === null ? `Unmuted by ${nameInNote(by)}` : null),
      );
    });

  withCommon(program.command('feedback'))
    .description('Say whether an alert was right; kept with its episode.')
    .argument('<episode>', 'episode id, e.g. FRA1_SINGLES_TOTAL:HIGH:2026-03-01T10:05:00Z')
    .argument('<verdict>', 'right or wrong')
    .option('--reason <text>', 'one or two sentences')
    .action(
      async (episodeId: string, verdict: string, { reason, by, json }: Common & { reason?: string }) => {
        if (verdict !== 'right' && verdict !== 'wrong')
          throw badInput(`'${verdict}' is no verdict`, 'expected right or wrong');
        const input = { episodeId, verdict, by, ...(reason === undefined ? {} : { reason }) } as const;
        await operate(episodeId, json, async (client, code, config) =>
          recordFeedback(client, code, { ...input, ...(await proofOf(config, code, episodeId)) }),
        );
      },
    );
}

function withCommon(command: Command): Command {
  return command.option('--by <name>', 'who says so', userInfo().username).option('--json', 'print as JSON');
}

/** By the warehouse's timezone, for an open alert or one that is `over` and said what to undo; null: nothing on it. */
type Note = (timezone: string, over: AwaitedUndo | null) => string | null;

/**
 * @param note shown on the alert's messages, where there are any
 * @throws CommandFailure where the arguments are refused
 */
async function operate(
  of: string,
  json: boolean | undefined,
  act: (client: Client, code: string, config: Config) => Promise<OperatorResult>,
  note?: Note,
): Promise<void> {
  const code = /^[A-Z0-9-]+/.exec(of)?.[0];
  if (code === undefined)
    throw badInput(
      `'${of}' names no warehouse`,
      'expected an id that starts with its code, e.g. FRA1_SINGLES_TOTAL',
    );
  const config = await readConfig();
  const result = await withTemporal(config, async (client, { connection }) => {
    // Without a worker the server would keep it, and this prompt, waiting.
    const done = await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      act(client, code, config),
    );
    if (note && done.status === 'ok') await showEverywhere(config, client, code, of, note);
    return done;
  }).catch(async (error: unknown) => {
    if (error instanceof NotWatched) throw await explainNotWatched(config, code, error);
    if (isFailure(error, FAILURE.InvalidInput))
      throw new CommandFailure(EXIT.badInput, messageOf(error), `see: bufferwatch status ${code}`, {
        cause: error,
      });
    throw error;
  });
  print(json, result, () => `${result.status}: ${result.detail}`);
}

/** Older than the warehouse remembers is known by its record; without a database the warehouse alone is asked. */
async function proofOf(config: Config, warehouse: string, episodeId: string): Promise<{ proven?: true }> {
  const of = { prefix: config.artifactPrefix, warehouse, episodeId };
  const found = await withDatabase(config, (pool) => isEpisodeRecorded(pool, of)).catch(() => false);
  return found ? { proven: true } : {};
}

/** It is done whether or not Slack can be told: what goes wrong here is said and nothing more. */
async function showEverywhere(
  config: Config,
  client: Client,
  code: string,
  of: string,
  note: Note,
): Promise<void> {
  const { slack } = config;
  const [unit = ''] = of.split(':');
  if (slack.botToken === null || unit === code) return;
  try {
    const { warehouses } = await withDatabase(config, readRegistry);
    const timezone = warehouses.find((each) => each.code === code)?.timezone ?? 'UTC';
    const port = createSlackPort({ token: slack.botToken, apiUrl: slack.apiUrl });
    const state = await queryAlertState(client, code, { unit });
    const told = [
      ...openEpisodesOf(state).map(({ episodeId }) => ({ episodeId, text: note(timezone, null) })),
      ...(state.undo ?? []).map((over) => ({ episodeId: over.episodeId, text: note(timezone, over) })),
    ];
    for (const { episodeId, text } of told) {
      if (text === null || (episodeId !== of && unit !== of)) continue;
      await noteOnEpisode(port, { state, episodeId }, text);
    }
  } catch (error) {
    process.stderr.write(`not shown in Slack: ${messageOf(error)}\n`);
  }
}

/** A warehouse's code alone stands for the whole of it. */
function ofWhole(unit: string): string {
  return unit.includes('_') ? unit : '*';
}

/** In a longer time than this, nobody remembers what was withheld. */
const LONGEST_SPAN_MS = 366 * 24 * 3_600_000;

function endOf(span: string, startMs = Date.now()): string {
  const spanMs = parseDuration(span, 'm');
  if (spanMs > LONGEST_SPAN_MS) throw badInput(`--for '${span}' is too long`, 'expected a year at most');
  return new Date(startMs + spanMs).toISOString();
}
