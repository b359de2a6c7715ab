/**
 * A running demo leaves its addresses in a file, so that the command line in another terminal of the same folder
 * talks with it without any setting.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAlive } from '../local/lock-file.ts';

export const DEMO_ENV_FILE = '.bufferwatch/demo.env';

type Variables = Record<string, string>;

/** A shell can source it too; readable for its owner only, as it holds passwords. */
export async function writeDemoEnvironment(
  variables: Variables,
  pid: number,
  file = DEMO_ENV_FILE,
): Promise<void> {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `# demo pid ${pid}\n${lines.join('\n')}\n`, { mode: 0o600 });
}

export async function removeDemoEnvironment(file = DEMO_ENV_FILE): Promise<void> {
  await rm(file, { force: true });
}

/** undefined where no demo is running. */
export async function readDemoEnvironment(file = DEMO_ENV_FILE): Promise<Variables | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const pid = Number(/^# demo pid (\d+)$/m.exec(text ?? '')?.[1]);
  if (text === undefined || !pid || !isAlive(pid)) return undefined;
  const pairs = [...text.matchAll(/^export (\w+)='(.*)'$/gm)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}
