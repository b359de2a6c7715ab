/** What every installation of a test is made of, wherever its servers are: configuration, pools, a namespace, a feeder. */
import type { Pool } from 'pg';
import { connectTemporal, type TemporalConnection } from '../../src/client/connect.ts';
import { prepareTemporal } from '../../src/client/prepare-temporal.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { createFeeder, type Feeder } from '../../src/simulator/feeder.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createPool } from '../../src/store/pool.ts';

/** In the order in which their URLs are asked for. */
export const DATABASES = ['app', 'wes', 'wcs', 'lms'] as const;

export interface Wiring extends TemporalConnection {
  /** As a person would set them. */
  settings: Record<string, string>;
  config: Config;
  app: Pool;
  upstream: { wes: Pool; wcs: Pool; lms: Pool };
  /** Writes the upstream tables until the present. */
  feeder: Feeder;
  /** Puts a warehouse and its route into the registry. */
  register: (code: string, timezone: string) => Promise<void>;
}

export interface WiringOptions {
  /** URLs of empty databases, see `DATABASES`. */
  databases: readonly string[];
  settings: Record<string, string>;
  applicationName: string;
  /** The present, epoch ms. */
  clock: () => number;
  /** Is told how to close each thing, in the order of opening. */
  onOpen: (close: () => Promise<unknown>) => void;
}

export async function wire({
  databases,
  clock,
  applicationName,
  onOpen,
  ...options
}: WiringOptions): Promise<Wiring> {
  const [appUrl = '', wesUrl = '', wcsUrl = '', lmsUrl = ''] = databases;
  const settings = {
    DATABASE_URL: appUrl,
    WES_DATABASE_URL: wesUrl,
    WCS_DATABASE_URL: wcsUrl,
    LMS_DATABASE_URL: lmsUrl,
    ...options.settings,
  };
  const config = loadConfig(settings);
  const open = (url: string, schema?: string): Pool => {
    const pool = createPool(url, { applicationName, ...(schema === undefined ? {} : { schema }) });
    onOpen(() => pool.end());
    return pool;
  };
  const app = open(appUrl, config.database.schema);
  await migrate(app, config);
  const temporal = await connectTemporal(config);
  onOpen(() => temporal.close());
  await prepareTemporal(temporal.connection, config);
  const upstream = { wes: open(wesUrl), wcs: open(wcsUrl), lms: open(lmsUrl) };
  const feeder = createFeeder({ ...upstream, seed: 7, clock, wesPeriodSec: 60, wesDelaySec: [10, 40] });
  return {
    ...temporal,
    settings,
    config,
    app,
    upstream,
    feeder,
    async register(code, timezone) {
      await app.query('INSERT INTO warehouse (code, name, timezone) VALUES ($1, $2, $3)', [
        code,
        `Site ${code}`,
        timezone,
      ]);
      await app.query('INSERT INTO alert_route (warehouse, channel) VALUES ($1, $2)', [
        code,
        channelOf(code),
      ]);
    },
  };
}

/** A warehouse's own channel. */
export function channelOf(code: string): string {
  return `#${code.toLowerCase()}-flow`;
}
