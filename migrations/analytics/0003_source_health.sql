-- How each source did in each warehouse and cycle.
CREATE TABLE source_health (
  environment text NOT NULL,
  prefix text NOT NULL,
  cycle_ts timestamptz NOT NULL,
  warehouse text NOT NULL,
  source text NOT NULL,
  -- minutes from the newest reading that could be used to the cycle; NULL: there was none
  age_min double precision,
  -- minutes after which the next one is due
  refresh_min double precision NOT NULL,
  -- anything of it could be used
  usable boolean NOT NULL,
  -- units that need it, those of them that had it, those whose reading of it was doubted
  units integer NOT NULL,
  served integer NOT NULL,
  doubted integer NOT NULL,
  -- [{"name": "WRONG_UNIT", "count": 3, "since": epoch ms or null, "detail": "..."}]
  defects jsonb NOT NULL,
  PRIMARY KEY (cycle_ts, prefix, warehouse, source)
);

CREATE INDEX source_health_by_source ON source_health (source, cycle_ts);
