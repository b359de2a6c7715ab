/** One connection to the Temporal server, with an error that says what to do. */
import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { FAILURE } from '../failures/failures.ts';

/** Long enough for a slow network, short enough for a person at a prompt. */
const CONNECT_TIMEOUT_MS = 10_000;

export class TemporalUnreachable extends Error {
  override name = FAILURE.TemporalUnreachable;
}

export interface TemporalConnection {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/** Address and credentials as both of the SDK's connections take them. */
export function connectionOptions({ temporal: { address, apiKey, tls } }: Pick<Config, 'temporal'>) {
  const bytes = (pem: string) => Buffer.from(pem);
  return {
    address,
    ...(apiKey === null ? {} : { apiKey }),
    ...(tls === null
      ? {}
      : {
          tls: {
            ...(tls.serverName === null ? {} : { serverNameOverride: tls.serverName }),
            ...(tls.serverCaCert === null ? {} : { serverRootCACertificate: bytes(tls.serverCaCert) }),
            ...(tls.clientCert === null || tls.clientKey === null
              ? {}
              : { clientCertPair: { crt: bytes(tls.clientCert), key: bytes(tls.clientKey) } }),
          },
        }),
  };
}

/** @throws TemporalUnreachable naming the address */
export async function connectTemporal(config: Pick<Config, 'temporal'>): Promise<TemporalConnection> {
  const { address } = config.temporal;
  try {
    const connection = await Connection.connect({
      ...connectionOptions(config),
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
    const client = createClient(connection, config);
    return { client, connection, close: () => connection.close() };
  } catch (error) {
    throw unreachable(address, error);
  }
}

/** A run that has ended knows what was, not what is: it answers nothing. */
function createClient(connection: Connection, { temporal: { namespace } }: Pick<Config, 'temporal'>): Client {
  return new Client({ connection, namespace, workflow: { queryRejectCondition: 'NOT_OPEN' } });
}

/** The same for a process that has work to do before the server is there: nothing is asked of it until the first call. */
export function connectLazily(config: Pick<Config, 'temporal'>): TemporalConnection {
  const connection = Connection.lazy({ ...connectionOptions(config), connectTimeout: CONNECT_TIMEOUT_MS });
  const client = createClient(connection, config);
  return { client, connection, close: () => connection.close() };
}

export function unreachable(address: string, cause: unknown): TemporalUnreachable {
  return new TemporalUnreachable(
    `the Temporal server at ${address} does not answer: start it, or set TEMPORAL_ADDRESS (host:port)`,
    { cause },
  );
}
