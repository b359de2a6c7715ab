import { ScheduleNotFoundError, type ScheduleDescription } from '@temporalio/client';
import type { Command } from 'commander';
import {
  applySchedule,
  describeSchedule,
  pauseSchedule,
  resumeSchedule,
  SCHEDULE_ID,
  triggerSchedule,
} from '../../client/schedule.ts';
import { readConfig, withTemporal } from '../context.ts';
import { describeAge } from '../duration.ts';
import { CommandFailure } from '../failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
import { print } from '../output.ts';

interface Options {
  json?: boolean;
  reason?: string;
}

export function addSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('The schedule that starts a cycle every interval.');

  schedule
    .command('apply')
    .description('Create it, or bring it up to date; a pause stays.')
    .option('--json', 'print as JSON')
    .action(async ({ json }: Options) => {
      const config = await readConfig();
      const result = await withTemporal(config, (client) => applySchedule(client, config));
      print(json, { result }, () => `${result}: a cycle every ${config.intervalMinutes} min`);
    });

  schedule
    .command('describe')
    .description('Show its interval, pause, and last and next cycles.')
    .option('--json', 'print as JSON')
    .action(async ({ json }: Options) => {
      const config = await readConfig();
      const described = summarize(
        await withTemporal(config, (client) => explained(describeSchedule(client))),
      );
      print(json, described, () => render(described));
    });

  schedule
    .command('pause')
    .description('Start no more cycles until resumed: nobody is watched meanwhile.')
    .option('--reason <text>', 'shown beside the pause', 'paused from the command line')
    .action(async ({ reason = '' }: Options) => {
      const config = await readConfig();
      await withTemporal(config, (client) => explained(pauseSchedule(client, reason)));
      print(false, {}, () => 'paused: nothing is watched until `bufferwatch schedule resume`');
    });

  schedule
    .command('resume')
    .description('Start cycles again.')
    .option('--reason <text>', 'shown beside it', 'resumed from the command line')
    .action(async ({ reason = '' }: Options) => {
      const config = await readConfig();
      await withTemporal(config, (client) => explained(resumeSchedule(client, reason)));
      print(false, {}, () => 'resumed');
    });

  schedule
    .command('trigger')
    .description('Start one cycle now, unless one is running.')
    .action(async () => {
      const config = await readConfig();
      await withTemporal(config, (client) => explained(triggerSchedule(client)));
      print(false, {}, () => 'triggered; `bufferwatch status` shows what comes of it');
    });
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new CommandFailure(
      EXIT.failure,
      `there is no schedule ${SCHEDULE_ID} in this namespace`,
      'create it: bufferwatch schedule apply',
      { cause: error },
    );
  }
}

interface ScheduleSummary {
  id: string;
  paused: boolean;
  note: string;
  intervalMinutes: number | null;
  last: { at: Date; workflowId: string }[];
  next: Date[];
}

function summarize({ scheduleId, state, spec, info }: ScheduleDescription): ScheduleSummary {
  const every = spec.intervals?.[0]?.every;
  return {
    id: scheduleId,
    paused: state.paused,
    note: state.note ?? '',
    intervalMinutes: typeof every === 'number' ? every / 60_000 : null,
    last: info.recentActions.map(({ takenAt, action }) => ({
      at: takenAt,
      workflowId: action.workflow.workflowId,
    })),
    next: info.nextActionTimes,
  };
}

function render({ paused, note, intervalMinutes, last, next }: ScheduleSummary): string {
  const lastAt = last.at(-1)?.at;
  const nextAt = next[0];
  return [
    paused
      ? `PAUSED: nothing is watched${note ? ` (${note})` : ''}`
      : `running, every ${intervalMinutes} min`,
    lastAt ? `last cycle started ${describeAge(Date.now() - lastAt.getTime())} ago` : 'no cycle yet',
    ...(nextAt && !paused ? [`next cycle in ${describeAge(nextAt.getTime() - Date.now())}`] : []),
  ].join('\n');
}
