-- Routes that hear of an alert only when nobody has acknowledged it.
ALTER TABLE alert_route
  -- minutes that an alert of CRITICAL or worse may stay unacknowledged; NULL: an ordinary route, told at once
  ADD COLUMN escalate_after_min integer;

CREATE OR REPLACE FUNCTION check_alert_route() RETURNS trigger
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
  IF NEW.escalate_after_min < 1 OR NEW.escalate_after_min > 1440 THEN
    PERFORM refuse_row('alert_route.escalate_after_min', format('%s is no time to wait', NEW.escalate_after_min),
      'Expected whole minutes from 1 to 1440, or NULL for a route that is told at once.');
  END IF;
  IF NEW.escalate_after_min IS NOT NULL AND NEW.fallback THEN
    PERFORM refuse_row('alert_route.escalate_after_min', 'a fallback route is told at once where nothing else works',
      'Expected NULL, or fallback = false.');
  END IF;
  RETURN NEW;
END
$$;
