-- How full each unit was at the 5-minute marks, as the live cycles saw it: what a forecast looks back on.
CREATE TABLE unit_level (
  -- artifact prefix of the live cycles
  prefix text NOT NULL,
  warehouse text NOT NULL,
  cycle_ts timestamptz NOT NULL,
  -- by unit id, share of capacity; a unit without a known level is left out
  fills jsonb NOT NULL,
  PRIMARY KEY (prefix, warehouse, cycle_ts)
);

CREATE INDEX unit_level_by_time ON unit_level (cycle_ts);
