/**
 * A running demo or start leaves its settings in a file, so that the command line in another terminal of the same
 * folder talks with it without any setting.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAlive } from '../local/lock-file.ts';

export const RUNNING_ENV_FILE = '.bufferwatch/running.env';

type Variables = Record<string, string>;

/** A shell can source it too; readable for its owner only, as it holds passwords. */
export async function writeRunningEnvironment(
  variables: Variables,
  pid: number,
  file = RUNNING_ENV_FILE,
): Promise<void> {
  const lines = Object.entries(variables).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", QUOTE)}'`,
  );
  await mkdir(dirname(file), { recursive: true });
  // one that a killed run left may be readable for others
  await rm(file, { force: true });
  await writeFile(file, `# pid ${pid}\n${lines.join('\n')}\n`, { mode: 0o600 });
}

export async function removeRunningEnvironment(file = RUNNING_ENV_FILE): Promise<void> {
  await rm(file, { force: true });
}

/** undefined where nothing is running. */
export async function readRunningEnvironment(file = RUNNING_ENV_FILE): Promise<Variables | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const pid = Number(/^# pid (\d+)$/m.exec(text ?? '')?.[1]);
  if (text === undefined || !pid || !isAlive(pid)) return undefined;
  const pairs = [...text.matchAll(/^export (\w+)='(.*)'$/gm)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.replaceAll(QUOTE, "'")]));
}

/** A single quote inside single quotes, as a shell wants it. */
const QUOTE = String.raw`'\''`;

/**
 * The environment, and what runs in this folder where both are about the same database. Where the environment names
 * none, everything is as it runs here; where it names the one of the running, what it says goes first.
 */
export function joinRunning(env: NodeJS.ProcessEnv, running: Variables): NodeJS.ProcessEnv {
  if (!namesDatabase(env)) return lay(running, env);
  const same =
    env['DATABASE_URL'] === running['DATABASE_URL'] &&
    env['DATABASE_URL_FILE'] === running['DATABASE_URL_FILE'];
  return same ? lay(env, running) : env;
}

export function namesDatabase(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['DATABASE_URL'] || env['DATABASE_URL_FILE']);
}

/** One over the other. A variable and its `_FILE` are one and the same; an empty one says nothing. */
function lay(over: NodeJS.ProcessEnv, under: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const said = Object.entries(over).filter(([, value]) => value);
  const names = new Set(said.map(([name]) => name.replace(/_FILE$/, '')));
  const rest = Object.entries(under).filter(([name]) => !names.has(name.replace(/_FILE$/, '')));
  return Object.fromEntries([...rest, ...said]);
}
