-- A capacity of 0 is a place that is closed, in an override as in every source.
CREATE OR REPLACE FUNCTION check_unit_override() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  wrong text;
  zone_limits CONSTANT text[] := ARRAY[
    'watchHighEnter', 'watchHighExit', 'projectedRiskFill', 'overflowEnter', 'overflowExit', 'watchLowEnter',
    'watchLowExit', 'starveRiskCoverMin', 'starveRiskCoverExitMin', 'starveRiskFill', 'starveRiskTtsMin',
    'starvedCoverMin', 'starvedCoverExitMin', 'coverCapacityShare', 'inductsAtRiskShare', 'sorterFill', 'criticalMin',
    'overflowRiskProbability', 'overflowRiskProbabilityExit', 'overflowRiskProbabilityExitFill',
    'starveRiskProbability', 'starveRiskProbabilityExit'];
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
  IF NEW.capacity_units < 0 OR NEW.capacity_units >= 'infinity' THEN
    PERFORM refuse_row('unit_override.capacity_units', 'it is not 0 or more',
      'Expected a number, 0 where the place is closed, or NULL for what the sources say.');
  END IF;
  IF NEW.equipment_limit_upm <= 0 OR NEW.equipment_limit_upm >= 'infinity' THEN
    PERFORM refuse_row('unit_override.equipment_limit_upm', 'it is not above 0',
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
    PERFORM refuse_row('unit_override.thresholds', 'it is not an object', 'Expected e.g. ''{"overflowRiskProbability": 0.15, "overflowRiskProbabilityExit": 0.08}''.');
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
