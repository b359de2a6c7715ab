/** Temporal's own program, wherever it lies, with the server and namespace of our configuration. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Config } from '../config/config.ts';
import { resolveTemporalCli } from '../local/temporal-server.ts';
import { onSignal } from './signals.ts';

/** Returns its exit code. */
export async function runTemporal(
  args: string[],
  env: NodeJS.ProcessEnv,
  { temporal }: Pick<Config, 'temporal'>,
): Promise<number> {
  const { path } = await resolveTemporalCli({ log: (line) => process.stderr.write(`${line}\n`) });
  const child = spawn(path, args, { stdio: 'inherit', env: { ...env, ...settings(temporal) } });
  // Ctrl-C in a terminal reaches both of us: the end is the program's to decide
  const release = onSignal((signal) => {
    if (signal !== 'SIGINT') child.kill(signal);
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    release();
  }
}

/** Names of certificates and keys are the same there, and inherited. */
function settings({ address, namespace, apiKey, tls }: Config['temporal']): Record<string, string> {
  return {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    ...(apiKey === null ? {} : { TEMPORAL_API_KEY: apiKey }),
    ...(tls === null ? {} : { TEMPORAL_TLS: 'true' }),
  };
}
