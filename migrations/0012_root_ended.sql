-- An alert that began in a channel which refused its end: a fallback heard it, the message there says open still.
ALTER TABLE delivery_ledger
  -- when the message in the planned channel was brought to its end too
  ADD COLUMN root_ended_at timestamptz,
  ADD COLUMN root_tried_at timestamptz;

CREATE INDEX delivery_ledger_unended ON delivery_ledger (posted_at)
  WHERE label = 'CLEARED' AND delivered_to <> channel AND root_ended_at IS NULL;
