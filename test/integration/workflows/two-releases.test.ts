/** A rolling upgrade: this release beside one with newer rules inside `warehouse`, in mid-cycle, and then without it. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SUPPRESSION_RULES } from '../../../src/domain/suppress/rules.ts';
import { startGuarded, type GuardedProcess } from '../../../src/local/guarded-process.ts';
import { createWorld, type World } from '../../support/world.ts';
import { buildProgram } from '../cli/command-line.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NEWER = SUPPRESSION_RULES + 1;
const CODES = ['FRA1', 'LEJ1', 'MUC1'];

let folder: string;
let world: World;
let newer: GuardedProcess;

/** The same program with rules of the next version, as a worker of its own that looks at the world's present. */
async function buildNewer(): Promise<void> {
  await buildProgram();
  folder = await mkdtemp(join(tmpdir(), 'bufferwatch-newer-'));
  for (const part of ['dist', 'migrations', 'sources', 'tools', 'package.json'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const rules = join(folder, 'dist/domain/suppress/rules.js');
  const text = await readFile(rules, 'utf8');
  const changed = text.replace(`SUPPRESSION_RULES = ${SUPPRESSION_RULES}`, `SUPPRESSION_RULES = ${NEWER}`);
  expect(changed).not.toBe(text);
  await writeFile(rules, changed);
  await writeFile(
    join(folder, 'worker.mjs'),
    `import { readFileSync } from 'node:fs';
     import { loadConfig } from './dist/config/config.js';
     import { runWorker } from './dist/workers/worker.js';
     const worker = await runWorker(loadConfig(), {
       taskQueue: ${JSON.stringify(world.taskQueue)},
       ensureSchedule: false,
       shiftPresentMs: () => Number(readFileSync('present', 'utf8')) + 30_000 - Date.now(),
     });
     console.log('the newer worker polls');
     process.once('SIGTERM', () => void worker.shutdown());
     await worker.done;`,
  );
}

async function startNewer(): Promise<void> {
  const { database, sources, temporal, slack } = world.config;
  let polls = () => {};
  const polling = new Promise<void>((resolve) => (polls = resolve));
  newer = await startGuarded({
    command: process.execPath,
    args: ['worker.mjs'],
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      BUFFERWATCH_ENV: world.config.environment,
      DATABASE_URL: database.url,
      WES_DATABASE_URL: sources.wesUrl,
      WCS_DATABASE_URL: sources.wcsUrl,
      LMS_DATABASE_URL: sources.lmsUrl,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_API_URL: slack.apiUrl,
      LOG_LEVEL: 'error',
    },
    onLine: (line) => line.includes('polls') && polls(),
  });
  await Promise.race([polling, newer.exited]);
  expect(newer.lastLines().join('\n')).toContain('the newer worker polls');
}

async function advance(minutes: number): Promise<void> {
  await world.advance(minutes);
  await writeFile(join(folder, 'present'), String(Date.parse(world.now())));
}

/** Rules of each decision in the histories, oldest first. */
async function decidedBy(code: string): Promise<number[]> {
  const { events } = await world.client.workflow.getHandle(`warehouse/${code}`).fetchHistory();
  return (events ?? []).flatMap((event) => {
    const input = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
    const data = input?.name === 'decide' ? input.args?.payloads?.[0]?.data : undefined;
    if (!data) return [];
    const { rules }: { rules: number } = JSON.parse(Buffer.from(data).toString('utf8'));
    return [rules];
  });
}

beforeAll(async () => {
  world = await createWorld();
  await buildNewer();
  for (const code of CODES) await world.onboard(code, 'full');
  await advance(1);
});
afterAll(async () => {
  await newer?.stop();
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('no warehouse fails and nothing is told twice', { timeout: 240_000 }, async () => {
  const fine = { status: 'completed', failed: [], undelivered: [] };
  expect(await world.cycle()).toMatchObject(fine);
  await startNewer();
  for (let cycle = 0; cycle < 5; cycle += 1) {
    await advance(5);
    expect(await world.cycle()).toMatchObject(fine);
  }
  const beside = (await Promise.all(CODES.map(decidedBy))).flat();
  expect(beside).toContain(SUPPRESSION_RULES);

  // The older one ends in the middle of a cycle.
  await advance(5);
  const cycle = world.cycle();
  await sleep(300);
  await world.worker().shutdown();
  expect(await cycle).toMatchObject(fine);
  await advance(5);
  expect(await world.cycle()).toMatchObject(fine);

  for (const code of CODES) expect((await decidedBy(code)).at(-1)).toBe(NEWER);
  const keys = world.slack.messages().map(({ metadata }) => metadata?.event_payload['key']);
  expect(new Set(keys).size).toBe(keys.length);
});
