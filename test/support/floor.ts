/** What the simulated floors are made to look like, whatever happens on them. */
import type { Pool } from 'pg';

/** In the middle of a shift: what happens on the floor must not hang on the hour at which a test runs. */
export const FLOOR_HOUR = 10;

/** A time zone in which the clock shows that hour at the instant, e.g. `Etc/GMT+3` (three hours behind UTC). */
export function zoneWhereItIs(hour: number, atMs: number): string {
  const ahead = ((hour - new Date(atMs).getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

/** The stock report says so of what is written from now on, and of what was since an instant. */
export async function reportFull(wes: Pool, code: string, since: Date): Promise<void> {
  await wes.query(`
    CREATE TABLE IF NOT EXISTS reported_full (warehouse text, path text);
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
  await wes.query(
    `INSERT INTO reported_full SELECT warehouse, min(path) FROM wes_stock
     WHERE warehouse = $1 AND stage = 'INDUCT' GROUP BY warehouse, workpool`,
    [code],
  );
  await wes.query('UPDATE wes_stock SET as_of = as_of WHERE warehouse = $1 AND as_of >= $2', [code, since]);
}

/** From now on its inducts are reported as they are. */
export async function relieve(wes: Pool, code: string): Promise<void> {
  await wes.query('DELETE FROM reported_full WHERE warehouse = $1', [code]);
}
