-- The output of every step of every cycle, in one partition per day of cycle time (UTC), so that old days are
-- dropped whole.
CREATE TABLE artifact (
  -- {prefix}/{cycle_id}/{warehouse or network}/{kind}/{first 10 digits of sha256}
  id text NOT NULL,
  cycle_ts timestamptz NOT NULL,
  prefix text NOT NULL,
  cycle_id text NOT NULL,
  -- NULL: about the whole network
  warehouse text,
  kind text NOT NULL,
  -- of the JSON text before compression
  sha256 text NOT NULL,
  rows integer NOT NULL,
  -- JSON, gzip
  body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (cycle_ts, id)
) PARTITION BY RANGE (cycle_ts);

-- The body is compressed already.
ALTER TABLE artifact ALTER COLUMN body SET STORAGE EXTERNAL;

-- Both functions run as the owner, because whoever may only read and write can't change tables. They wait for each
-- other, since two would make or drop one partition at once.
CREATE FUNCTION ensure_artifact_partition(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM pg_advisory_xact_lock('artifact'::regclass::oid::integer, 0);
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF artifact FOR VALUES FROM (%L) TO (%L)',
    'artifact_' || to_char(day, 'YYYYMMDD'),
    to_char(day, 'YYYY-MM-DD') || ' 00:00:00+00',
    to_char(day + 1, 'YYYY-MM-DD') || ' 00:00:00+00');
END
$$;

-- Returns the days dropped.
CREATE FUNCTION drop_artifact_partitions(before date) RETURNS SETOF date
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  partition record;
BEGIN
  PERFORM pg_advisory_xact_lock('artifact'::regclass::oid::integer, 0);
  FOR partition IN
    SELECT relname, to_date(right(relname, 8), 'YYYYMMDD') AS day
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'artifact'::regclass AND relname ~ '^artifact_\d{8}$'
    ORDER BY relname
  LOOP
    IF partition.day < before THEN
      EXECUTE format('DROP TABLE %I', partition.relname);
      RETURN NEXT partition.day;
    END IF;
  END LOOP;
END
$$;
