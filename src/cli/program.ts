import { Command } from 'commander';
import { addArtifact } from './commands/artifact.ts';
import { addBacktest } from './commands/backtest.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addInteract } from './commands/interact.ts';
import { addMigrate } from './commands/migrate.ts';
import { addMutes } from './commands/mutes.ts';
import { addOperate } from './commands/operate.ts';
import { addRoute } from './commands/route.ts';
import { addRun } from './commands/run.ts';
import { addSchedule } from './commands/schedule.ts';
import { addSimulate } from './commands/simulate.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addTemporal } from './commands/temporal.ts';
import { addWarehouse } from './commands/warehouse.ts';
import { addWorker } from './commands/worker.ts';
import { readVersion } from '../client/version.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration, 3 a server does not answer.
Settings come from the environment (see .env.example); a demo or start running in this folder is found by itself.`;

export function createProgram(): Command {
  const program = new Command('bufferwatch')
    .description(
      'Watches the buffers of a warehouse network and tells the floor what to do before one overflows or starves.',
    )
    .version(readVersion())
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(bufferwatch --help tells what is expected)')
    .addHelpText('after', EXIT_CODES);
  for (const add of [
    addDemo,
    addStart,
    addMigrate,
    addWorker,
    addInteract,
    addSchedule,
    addRun,
    addStatus,
    addExplain,
    addOperate,
    addMutes,
    addArtifact,
    addWarehouse,
    addRoute,
    addBacktest,
    addExport,
    addSimulate,
    addDoctor,
    addTemporal,
  ])
    add(program);
  return program;
}
