-- One row per cycle: what was started, what came of it, and whether analytics has it.
CREATE TABLE cycle (
  -- artifact prefix: of the live cycles, or of one replay
  prefix text NOT NULL,
  cycle_id text NOT NULL,
  cycle_ts timestamptz NOT NULL,
  mode text NOT NULL CONSTRAINT cycle_mode_is_live_or_replay CHECK (mode IN ('live', 'replay')),
  -- of the workflow run that started it last
  run_id text NOT NULL,
  started_at timestamptz NOT NULL,
  decided_at timestamptz,
  completed_at timestamptz,
  outcome jsonb,
  -- NULL: analytics does not have it yet
  synced_at timestamptz,
  PRIMARY KEY (prefix, cycle_id)
);

CREATE INDEX cycle_unsynced ON cycle (cycle_ts) WHERE completed_at IS NOT NULL AND synced_at IS NULL;

-- Alerts about the whole network, e.g. a source that is out everywhere. One may be open per key.
CREATE TABLE network_alert (
  key text NOT NULL,
  opened_cycle text NOT NULL,
  -- NULL: not shown yet
  last_notified_cycle text,
  channel_id text,
  message_ts text,
  -- NULL: open
  closed_cycle text,
  detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (key, opened_cycle)
);

CREATE UNIQUE INDEX network_alert_open ON network_alert (key) WHERE closed_cycle IS NULL;
