-- What people write: warehouses, routes, overrides. A wrong row is refused with a sentence that says what is wrong
-- and a hint that says what is expected.

CREATE FUNCTION refuse_row(place text, problem text, expected text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: %', place, problem USING HINT = expected, ERRCODE = 'check_violation';
END
$$;

CREATE TABLE warehouse (
  code text CONSTRAINT warehouse_code_taken PRIMARY KEY,
  name text NOT NULL,
  -- IANA name
  timezone text NOT NULL,
  -- false: the next cycle closes every episode with one message and the monitoring of this warehouse ends
  active boolean NOT NULL DEFAULT true,
  -- version of the algorithm that decides here; NULL is the default of the running release
  algorithm text,
  -- where a source spells the code otherwise: {"wes": "...", "wcs": "...", "lms": "..."}
  source_codes jsonb NOT NULL DEFAULT '{}'
);

-- Two warehouses with one code in a source would share its rows.
CREATE UNIQUE INDEX warehouse_code_in_wes_taken ON warehouse ((coalesce(source_codes ->> 'wes', code)));
CREATE UNIQUE INDEX warehouse_code_in_wcs_taken ON warehouse ((coalesce(source_codes ->> 'wcs', code)));
CREATE UNIQUE INDEX warehouse_code_in_lms_taken ON warehouse ((coalesce(source_codes ->> 'lms', code)));

CREATE FUNCTION check_warehouse() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  suggestion text;
  wrong text;
BEGIN
  IF NEW.code IS NULL OR NEW.code !~ '^[A-Z0-9-]+$' THEN
    PERFORM refuse_row('warehouse.code', format('%L is not a code', NEW.code),
      'Expected upper case letters, digits and "-", e.g. ''FRA1''. Where a source spells it otherwise, say so in source_codes.');
  END IF;
  IF NEW.name IS NULL OR btrim(NEW.name) = '' THEN
    PERFORM refuse_row('warehouse.name', 'the name is empty', 'Expected what people call it, e.g. ''Frankfurt 1''.');
  END IF;
  IF NEW.timezone IS NULL OR (NEW.timezone <> 'UTC' AND NEW.timezone !~ '/')
     OR NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = NEW.timezone) THEN
    SELECT format(' Did you mean ''%s''?', name) INTO suggestion
    FROM pg_timezone_names
    WHERE name ~ '^[A-Z][A-Za-z]+/' AND name !~ '^(posix|right|Etc|US|SystemV)/'
      AND (lower(name) = lower(btrim(NEW.timezone))
        OR regexp_replace(lower(name), '^.*/', '')
           = regexp_replace(lower(replace(btrim(NEW.timezone), ' ', '_')), '^.*/', ''))
    ORDER BY name LIMIT 1;
    PERFORM refuse_row('warehouse.timezone', format('%L is not a time zone', NEW.timezone),
      'Expected an IANA name, e.g. ''Europe/Berlin''.' || coalesce(suggestion, ''));
  END IF;
  IF NEW.algorithm !~ '^\d+\.\d+\.\d+(-[A-Za-z0-9.-]+)?$' THEN
    PERFORM refuse_row('warehouse.algorithm', format('%L is not a version', NEW.algorithm),
      'Expected a version such as ''1.0.0'', or NULL for the default of the release.');
  END IF;
  IF NEW.source_codes IS NULL OR jsonb_typeof(NEW.source_codes) <> 'object' THEN
    PERFORM refuse_row('warehouse.source_codes', 'it is not an object', 'Expected e.g. ''{"wes": "DE-FRA-01"}''.');
  END IF;
  SELECT key INTO wrong FROM jsonb_each(NEW.source_codes)
  WHERE key NOT IN ('wes', 'wcs', 'lms') OR jsonb_typeof(value) <> 'string' OR btrim(value #>> '{}') = '' LIMIT 1;
  IF wrong IS NOT NULL THEN
    PERFORM refuse_row('warehouse.source_codes', format('the entry %L is wrong', wrong),
      'Expected the keys wes, wcs and lms, each with the code as that source spells it.');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_warehouse BEFORE INSERT OR UPDATE ON warehouse
FOR EACH ROW EXECUTE FUNCTION check_warehouse();

-- Where alerts go. Empty conditions match everything.
CREATE TABLE alert_route (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- NULL: every warehouse
  warehouse text CONSTRAINT alert_route_needs_an_existing_warehouse REFERENCES warehouse (code),
  channel text NOT NULL,
  workpool text,
  unit_type text,
  min_severity text NOT NULL DEFAULT 'WARNING',
  -- used where no other route matches, where a channel refuses for good, and for alerts about the whole network
  fallback boolean NOT NULL DEFAULT false
);

CREATE FUNCTION check_alert_route() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.channel IS NULL OR (NEW.channel !~ '^#[^[:space:][:upper:]#@,:]{1,80}$' AND NEW.channel !~ '^[CG][A-Z0-9]{8,}$') THEN
    PERFORM refuse_row('alert_route.channel', format('%L is not a channel', NEW.channel),
      'Expected a channel''s name in lower case with #, e.g. ''#fra1-flow'', or its id, e.g. ''C0123456789''.');
  END IF;
  IF NEW.workpool !~ '^[A-Za-z0-9-]+$' THEN
    PERFORM refuse_row('alert_route.workpool', format('%L is not a workpool', NEW.workpool),
      format('Expected it as in unit ids, where any other character is a "-": %L. NULL matches every workpool.',
        regexp_replace(coalesce(nullif(NEW.workpool, ''), 'SINGLES'), '[^A-Za-z0-9-]', '-', 'g')));
  END IF;
  IF NEW.unit_type NOT IN ('TOTAL', 'INDUCT', 'LANE') THEN
    PERFORM refuse_row('alert_route.unit_type', format('%L is not a unit type', NEW.unit_type),
      'Expected TOTAL, INDUCT, LANE, or NULL for every type.');
  END IF;
  IF NEW.min_severity IS NULL OR NEW.min_severity NOT IN ('WATCH', 'WARNING', 'CRITICAL', 'EMERGENCY') THEN
    PERFORM refuse_row('alert_route.min_severity', format('%L is not a severity', NEW.min_severity),
      'Expected WATCH, WARNING, CRITICAL or EMERGENCY.');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_alert_route BEFORE INSERT OR UPDATE ON alert_route
FOR EACH ROW EXECUTE FUNCTION check_alert_route();

-- What the sources do not say, or say wrongly, of one unit. NULL leaves what they say.
CREATE TABLE unit_override (
  unit_id text PRIMARY KEY,
  warehouse text GENERATED ALWAYS AS (split_part(unit_id, '_', 1)) STORED
    CONSTRAINT unit_override_needs_an_existing_warehouse REFERENCES warehouse (code),
  excluded boolean NOT NULL DEFAULT false,
  unit_type text,
  capacity_units double precision,
  max_stations integer,
  hc_pool integer,
  min_hc integer,
  process text,
  sorter text,
  downstream_path text,
  equipment_limit_upm double precision,
  thresholds jsonb NOT NULL DEFAULT '{}'
);

CREATE FUNCTION check_unit_override() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  wrong text;
  zone_limits CONSTANT text[] := ARRAY[
    'watchHighEnter', 'watchHighExit', 'overflowRiskEnter', 'overflowRiskFloor', 'overflowRiskTtoMin',
    'overflowRiskExit', 'overflowRiskSlowExit', 'overflowRiskSlowExitTtoMin', 'overflowEnter', 'overflowExit',
    'watchLowEnter', 'watchLowExit', 'starveRiskCoverMin', 'starveRiskCoverExitMin', 'starveRiskFill',
    'starveRiskTtsMin', 'starvedCoverMin', 'starvedCoverExitMin', 'coverCapacityShare', 'inductsAtRiskShare',
    'sorterFill', 'criticalMin'];
BEGIN
  IF NEW.unit_id IS NULL OR NEW.unit_id !~ '^[A-Z0-9-]+_[A-Za-z0-9-]+_[A-Za-z0-9-]+$' THEN
    PERFORM refuse_row('unit_override.unit_id', format('%L is not a unit id', NEW.unit_id),
      'Expected WAREHOUSE_WORKPOOL_PATH with letters, digits and "-" in each part, e.g. ''FRA1_SINGLES_TOTAL''.');
  END IF;
  IF NEW.unit_type NOT IN ('TOTAL', 'INDUCT', 'LANE') THEN
    PERFORM refuse_row('unit_override.unit_type', format('%L is not a unit type', NEW.unit_type),
      'Expected TOTAL, INDUCT, LANE, or NULL for what the sources say.');
  END IF;
  -- NaN and infinity sort above every number.
  SELECT column_name INTO wrong FROM (VALUES
    ('capacity_units', NEW.capacity_units), ('equipment_limit_upm', NEW.equipment_limit_upm)) AS given (column_name, value)
  WHERE value <= 0 OR value >= 'infinity' LIMIT 1;
  IF wrong IS NOT NULL THEN
    PERFORM refuse_row('unit_override.' || wrong, 'it is not above 0',
      'Expected a number above 0, or NULL for what the sources say.');
  END IF;
  SELECT column_name INTO wrong FROM (VALUES
    ('max_stations', NEW.max_stations), ('hc_pool', NEW.hc_pool), ('min_hc', NEW.min_hc)) AS given (column_name, value)
  WHERE value < 0 LIMIT 1;
  IF wrong IS NOT NULL THEN
    PERFORM refuse_row('unit_override.' || wrong, 'it is below 0',
      'Expected a whole number, 0 or more, or NULL for what the sources say.');
  END IF;
  SELECT column_name INTO wrong FROM (VALUES
    ('process', NEW.process), ('sorter', NEW.sorter), ('downstream_path', NEW.downstream_path)) AS given (column_name, value)
  WHERE btrim(value) = '' LIMIT 1;
  IF wrong IS NOT NULL THEN
    PERFORM refuse_row('unit_override.' || wrong, 'it is empty', 'Expected a name, or NULL for what the sources say.');
  END IF;
  IF NEW.thresholds IS NULL OR jsonb_typeof(NEW.thresholds) <> 'object' THEN
    PERFORM refuse_row('unit_override.thresholds', 'it is not an object', 'Expected e.g. ''{"overflowRiskEnter": 0.8}''.');
  END IF;
  SELECT key INTO wrong FROM jsonb_each(NEW.thresholds)
  WHERE key <> ALL (zone_limits) OR jsonb_typeof(value) <> 'number' LIMIT 1;
  IF wrong IS NOT NULL THEN
    PERFORM refuse_row('unit_override.thresholds', format('the entry %L is wrong', wrong),
      'Expected numbers by the names of the limits: ' || array_to_string(zone_limits, ', ') || '.');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_unit_override BEFORE INSERT OR UPDATE ON unit_override
FOR EACH ROW EXECUTE FUNCTION check_unit_override();
