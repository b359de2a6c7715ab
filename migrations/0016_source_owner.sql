-- Who looks after a data source: told of its defects once a day, and of nothing else.
CREATE TABLE source_owner (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  -- NULL: in every warehouse
  warehouse text,
  channel text NOT NULL,
  -- who it is, as people know them
  name text NOT NULL
);

CREATE UNIQUE INDEX source_owner_named_once ON source_owner (source, coalesce(warehouse, ''), channel);

CREATE FUNCTION check_source_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.source IS NULL OR NEW.source NOT IN ('wes_stock', 'wcs_counters', 'lms_actuals', 'lms_plan') THEN
    PERFORM refuse_row('source_owner.source', format('%L is not a source', NEW.source),
      'Expected wes_stock, wcs_counters, lms_actuals or lms_plan.');
  END IF;
  IF NEW.warehouse IS NOT NULL AND NOT EXISTS (SELECT FROM warehouse WHERE code = NEW.warehouse) THEN
    PERFORM refuse_row('source_owner.warehouse', format('there is no warehouse %L', NEW.warehouse),
      'Expected a code of the table warehouse, or NULL for every warehouse.');
  END IF;
  IF NEW.channel IS NULL OR (NEW.channel !~ '^#[^[:space:][:upper:]#@,:]{1,80}$' AND NEW.channel !~ '^[CG][A-Z0-9]{8,}$') THEN
    PERFORM refuse_row('source_owner.channel', format('%L is not a channel', NEW.channel),
      'Expected a channel''s name in lower case with #, e.g. ''#wes-team'', or its id, e.g. ''C0123456789''.');
  END IF;
  IF NEW.name IS NULL OR btrim(NEW.name) = '' THEN
    PERFORM refuse_row('source_owner.name', 'the name is empty', 'Expected who it is, e.g. ''WES team''.');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_source_owner BEFORE INSERT OR UPDATE ON source_owner
FOR EACH ROW EXECUTE FUNCTION check_source_owner();

-- Each source's figures as the last live cycle saw them.
CREATE TABLE source_health (
  warehouse text NOT NULL,
  source text NOT NULL,
  cycle_ts timestamptz NOT NULL,
  figures jsonb NOT NULL,
  PRIMARY KEY (warehouse, source)
);

-- What was wrong with a source, from when to when. One row per name: after a day without it, it begins anew.
CREATE TABLE source_defect (
  warehouse text NOT NULL,
  source text NOT NULL,
  name text NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  -- units that had it, or names, when it was last seen
  count integer NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (warehouse, source, name)
);

CREATE INDEX source_defect_by_source ON source_defect (source, last_seen);

-- Which channel has been told on which day (UTC). Taken before it is told, outside of any transaction.
CREATE TABLE source_owner_told (
  channel text NOT NULL,
  day date NOT NULL,
  -- later it may be taken by another, who looks for what was sent
  taken_until timestamptz NOT NULL,
  -- NULL: not known to be told
  told_at timestamptz,
  channel_id text,
  message_ts text,
  PRIMARY KEY (channel, day)
);
