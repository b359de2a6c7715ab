/** JSON logs; the SDK's own lines carry workflowId and runId beside ours. */
import { DefaultLogger, type LogLevel, Runtime } from '@temporalio/worker';
import { pino, type Logger as Pino } from 'pino';
import type { Config } from '../config/config.ts';

const PINO_LEVEL = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
const SDK_LEVEL = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const satisfies Record<
  Config['logLevel'],
  LogLevel
>;

/** Once per process, before its first worker: the SDK logs through the same stream as we do. */
export function installLog({ logLevel, environment }: Pick<Config, 'logLevel' | 'environment'>): Pino {
  const log = pino({ level: logLevel, base: { environment } });
  const logger = new DefaultLogger(SDK_LEVEL[logLevel], ({ level, message, meta }) =>
    log[PINO_LEVEL[level]]({ ...meta }, message),
  );
  Runtime.install({ logger, shutdownSignals: [] });
  return log;
}
