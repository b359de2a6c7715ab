-- What `warehouse/{code}` remembered when it was stored last: a workflow that was lost begins again from here.
CREATE TABLE warehouse_memory (
  warehouse text PRIMARY KEY,
  -- newest cycle that it has decided, and the revision since: what is older never replaces what is newer
  cycle_ts timestamptz NOT NULL,
  revision integer NOT NULL,
  -- switched off, and everything is said: nothing is to be restored
  closed boolean NOT NULL,
  -- JSON, gzip
  body bytea NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now()
);

-- Compressed already.
ALTER TABLE warehouse_memory ALTER COLUMN body SET STORAGE EXTERNAL;

-- One row per transition and planned channel, from the first time that a sender is given it: whoever is given it again,
-- in whatever life of the workflow, looks into the channel before posting. What reached a channel is known from here
-- even where the workflow was lost before it was told, and analytics reads its deliveries here.
CREATE TABLE delivery_ledger (
  episode_id text NOT NULL,
  sequence integer NOT NULL,
  -- as planned
  channel text NOT NULL,
  warehouse text NOT NULL,
  label text NOT NULL,
  -- cycle that decided it
  cycle_id text NOT NULL,
  handed_at timestamptz NOT NULL DEFAULT now(),
  -- the last time
  given_at timestamptz NOT NULL DEFAULT now(),
  -- the confirmation; NULL: not known to have arrived
  delivered_to text,
  channel_id text,
  message_ts text,
  reply_ts text,
  posted_at timestamptz,
  -- what Slack refused in the planned channel, where another one took it
  error text,
  -- NULL: analytics does not have it yet
  synced_at timestamptz,
  PRIMARY KEY (episode_id, sequence, channel)
);

CREATE INDEX delivery_ledger_unsynced ON delivery_ledger (posted_at) WHERE posted_at IS NOT NULL AND synced_at IS NULL;
CREATE INDEX delivery_ledger_by_warehouse ON delivery_ledger (warehouse, handed_at);
