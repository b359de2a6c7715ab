-- Where a message really went: `channel` is where it was planned to go.
ALTER TABLE delivery
  -- NULL: written by a release that did not tell
  ADD COLUMN delivered_to text,
  ADD COLUMN channel_id text,
  ADD COLUMN message_ts text,
  -- what Slack refused in the planned channel, where another one took it
  ADD COLUMN error text;

UPDATE delivery SET delivered_to = channel;
