/** The program as Temporal's SDK loads it, from Temporal's own server. */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { tellProgress } from './load-progress.ts';
import type { Making } from './making.ts';

const HOST = 'temporal.download';

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

/** The SDK would try for minutes. */
async function checkReachable(env: NodeJS.ProcessEnv): Promise<void> {
  const proxy = env['HTTPS_PROXY'] || env['https_proxy'];
  try {
    if (proxy) await connectThrough(new URL(proxy));
    else
      await fetch(`https://${HOST}`, { method: 'HEAD', signal: AbortSignal.timeout(REACHABLE_TIMEOUT_MS) });
  } catch (error) {
    const way = proxy ? ' through the proxy' : '';
    throw new Error(`https://${HOST} cannot be reached${way}`, { cause: error });
  }
}

/** A tunnel as the SDK will ask for it, and its end. */
function connectThrough(proxy: URL): Promise<void> {
  const login = decodeURIComponent(`${proxy.username}:${proxy.password}`);
  return new Promise((resolve, reject) => {
    const asked = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname,
      port: proxy.port,
      method: 'CONNECT',
      path: `${HOST}:443`,
      headers: proxy.username
        ? { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` }
        : {},
      signal: AbortSignal.timeout(REACHABLE_TIMEOUT_MS),
    });
    asked.once('connect', ({ statusCode }, socket) => {
      socket.destroy();
      if (statusCode === 200) resolve();
      else reject(new Error(`the proxy answers ${statusCode}`));
    });
    asked.once('error', reject);
    asked.end();
  });
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
