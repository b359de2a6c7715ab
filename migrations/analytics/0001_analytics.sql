-- What analysts read. Every row can be written again without a second one coming to be.

-- One row per alert key (unit and direction) and cycle.
CREATE TABLE recommendation (
  environment text NOT NULL,
  -- artifact prefix: of the live cycles, or of one replay
  prefix text NOT NULL,
  cycle_ts timestamptz NOT NULL,
  warehouse text NOT NULL,
  unit_id text NOT NULL,
  -- HIGH, LOW, or empty: neither is known
  direction text NOT NULL,
  state text NOT NULL,
  action text NOT NULL,
  severity text NOT NULL,
  -- NULL: only watched, or healthy
  label text,
  reason text NOT NULL,
  quantity double precision,
  quantity_unit text,
  tto_min double precision,
  tts_min double precision,
  quality double precision NOT NULL,
  episode_id text,
  algorithm text NOT NULL,
  action_unit_id text NOT NULL,
  probability double precision,
  cause text NOT NULL,
  process text,
  -- the unit that subsumes this row
  winner text,
  PRIMARY KEY (cycle_ts, prefix, unit_id, direction)
);

CREATE INDEX recommendation_by_warehouse ON recommendation (warehouse, cycle_ts);
CREATE INDEX recommendation_by_episode ON recommendation (episode_id) WHERE episode_id IS NOT NULL;

-- One row per message that is known to have reached a channel.
CREATE TABLE delivery (
  environment text NOT NULL,
  episode_id text NOT NULL,
  sequence integer NOT NULL,
  channel text NOT NULL,
  warehouse text NOT NULL,
  unit_id text NOT NULL,
  label text NOT NULL,
  -- cycle that decided it, and the moment that cycle stands for
  cycle_id text NOT NULL,
  nominal_ts timestamptz NOT NULL,
  posted_at timestamptz NOT NULL,
  -- from the nominal time to the confirmed message
  latency_ms bigint NOT NULL,
  PRIMARY KEY (episode_id, sequence, channel)
);

CREATE INDEX delivery_by_time ON delivery (nominal_ts);

CREATE TABLE cycle (
  environment text NOT NULL,
  prefix text NOT NULL,
  cycle_id text NOT NULL,
  cycle_ts timestamptz NOT NULL,
  mode text NOT NULL,
  run_id text NOT NULL,
  started_at timestamptz NOT NULL,
  decided_at timestamptz,
  completed_at timestamptz,
  outcome jsonb,
  PRIMARY KEY (cycle_ts, prefix)
);
