/** The program built from its sources, whose version and sums `go.mod` and `go.sum` pin. */
import { rename, rm } from 'node:fs/promises';
import { messageOf } from '../../failures/errors.ts';
import type { Making } from './making.ts';
import { makeOnce } from './program-file.ts';
import { answers, runCommand } from './run-command.ts';

/** Seven minutes on two cores without any cached object file, and as much again for a slow proxy. */
const TIMEOUT_MS = 20 * 60_000;

export async function buildWithGo({ cached, env, moduleDir, log, signal }: Making): Promise<void> {
  if (!(await answers('go', ['version'], env))) throw new Error('go is not on PATH');
  const build = async () => {
    log('building the Temporal server with Go, once; this takes some minutes ...');
    const unfinished = `${cached}.build-${process.pid}`;
    try {
      await runCommand(
        'go',
        ['build', '-C', moduleDir, '-o', unfinished, 'github.com/temporalio/cli/cmd/temporal'],
        { env, signal, timeout: TIMEOUT_MS },
      );
      await rename(unfinished, cached);
    } catch (error) {
      throw new Error(`go build failed: ${messageOf(error)}`, { cause: error });
    } finally {
      await rm(unfinished, { force: true });
    }
  };
  await makeOnce(cached, build, { log, signal });
}
