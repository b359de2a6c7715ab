/** What the simulated floors are made to look like, whatever happens on them. */
import type { Pool } from 'pg';

/** In the middle of a shift: what happens on the floor must not hang on the hour at which a test runs. */
export const FLOOR_HOUR = 10;

/** A time zone in which the clock shows that hour at the instant, e.g. `Etc/GMT+3` (three hours behind UTC). */
export function zoneWhereItIs(hour: number, atMs: number): string {
  const ahead = ((hour - new Date(atMs).getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

/** Below what a counter showed before, and far beyond what a buffer holds: nobody takes the step for a flow. */
const SET_ANEW = 5_000;

/**
 * The stock report says so of what is written from now on, and of what was since an instant; so do the counters, which are
 * set anew when it begins and when it ends, and show as much going out as coming in.
 */
export async function reportFull(
  upstream: { wes: Pool; wcs: Pool },
  code: string,
  since: Date,
): Promise<void> {
  const reported = 'CREATE TABLE IF NOT EXISTS reported_full (warehouse text, path text)';
  await upstream.wes.query(`
    ${reported};
    CREATE OR REPLACE FUNCTION report_full() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (NEW.warehouse, NEW.path) IN (SELECT warehouse, path FROM reported_full) THEN
        NEW.wip_units := NEW.capacity_units;
      END IF;
      RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER report_full BEFORE INSERT OR UPDATE ON wes_stock
      FOR EACH ROW EXECUTE FUNCTION report_full();
  `);
  await upstream.wcs.query(`
    ${reported};
    CREATE OR REPLACE FUNCTION count_full() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (NEW.warehouse, NEW.path) IN (SELECT warehouse, path FROM reported_full) THEN
        NEW.in_total := NEW.in_total - ${SET_ANEW};
        NEW.out_total := NEW.in_total;
      END IF;
      RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER count_full BEFORE INSERT OR UPDATE ON wcs_counters
      FOR EACH ROW EXECUTE FUNCTION count_full();
  `);
  const { rows: paths } = await upstream.wes.query<{ path: string }>(
    `INSERT INTO reported_full SELECT warehouse, min(path) FROM wes_stock
     WHERE warehouse = $1 AND stage = 'INDUCT' GROUP BY warehouse, workpool RETURNING path`,
    [code],
  );
  await upstream.wcs.query('INSERT INTO reported_full SELECT $1, unnest($2::text[])', [
    code,
    paths.map(({ path }) => path),
  ]);
  await upstream.wes.query('UPDATE wes_stock SET as_of = as_of WHERE warehouse = $1 AND as_of >= $2', [
    code,
    since,
  ]);
  await upstream.wcs.query(
    'UPDATE wcs_counters SET recorded_at = recorded_at WHERE warehouse = $1 AND recorded_at >= $2',
    [code, since],
  );
}

/** From now on its inducts are reported as they are. */
export async function relieve(upstream: { wes: Pool; wcs: Pool }, code: string): Promise<void> {
  for (const pool of [upstream.wes, upstream.wcs])
    await pool.query('DELETE FROM reported_full WHERE warehouse = $1', [code]);
}
