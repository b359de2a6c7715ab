/** The program as Temporal's SDK loads it, from Temporal's own server. */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { tellProgress } from './load-progress.ts';
import type { Making } from './making.ts';

const HOST = 'https://temporal.download';

/** Long enough for a name look-up and a handshake: without network we want to know at once. */
const REACHABLE_TIMEOUT_MS = 3_000;

const EXPECTED_MB = 60;

/** What is loaded, and the start of the server that the SDK does with it. */
const TIMEOUT_MS = 120_000;

/** The SDK loads only as a part of starting a server: start one, end it, keep the file. */
export async function downloadWithSdk({ cached, env, log, signal }: Making): Promise<void> {
  await checkReachable(env);
  log(`downloading the Temporal server, about ${EXPECTED_MB} MB ...`);
  const { Runtime } = await import('@temporalio/worker');
  await mkdir(dirname(cached), { recursive: true });
  const folder = await mkdtemp(`${cached}.download-`);
  try {
    const runtime = Runtime.instance();
    const started = runtime.createEphemeralServer({
      type: 'dev-server',
      exe: {
        type: 'cached-download',
        downloadDir: folder,
        version: 'default',
        ttl: 0,
        sdkName: 'sdk-typescript',
        sdkVersion: sdkVersion(),
      },
      ip: '127.0.0.1',
      port: null,
      ui: false,
      uiPort: null,
      namespace: 'default',
      dbFilename: null,
      log: { format: 'pretty', level: 'warn' },
      extraArgs: [],
    });
    const server = await tellProgress(folder, EXPECTED_MB, log, () => within(TIMEOUT_MS, signal, started));
    await runtime.shutdownEphemeralServer(server);
    const [file] = await readdir(folder);
    if (!file) throw new Error('the SDK left no file behind');
    await rename(join(folder, file), cached);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The SDK would try for minutes. Behind a proxy only the SDK itself can tell. */
async function checkReachable(env: NodeJS.ProcessEnv): Promise<void> {
  if (env['HTTPS_PROXY'] || env['https_proxy']) return;
  await fetch(HOST, { method: 'HEAD', signal: AbortSignal.timeout(REACHABLE_TIMEOUT_MS) }).catch(
    (error: unknown) => {
      throw new Error(`${HOST} cannot be reached`, { cause: error });
    },
  );
}

function sdkVersion(): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(createRequire(import.meta.url)('@temporalio/worker/package.json'));
  return version;
}

/** What can't be ended is left behind at the limit, or when the signal comes. */
async function within<T>(limitMs: number, signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  const either = signal ? AbortSignal.any([limit, signal]) : limit;
  const ended = new Promise<never>((_, reject) => {
    const end = () =>
      reject(new Error(limit.aborted ? `not done after ${limitMs / 1_000} s` : 'interrupted'));
    if (either.aborted) end();
    else either.addEventListener('abort', end, { once: true });
  });
  return Promise.race([work, ended]);
}
