-- What people answered: one row per click, sent form or the like, written before they are answered. It waits here for
-- its warehouse, and stays as the record of what was said.
CREATE TABLE answer (
  -- made of the click: however often it is delivered, it is one row
  id text PRIMARY KEY,
  -- order of arrival
  arrival bigint GENERATED ALWAYS AS IDENTITY,
  warehouse text NOT NULL,
  kind text NOT NULL CONSTRAINT answer_kind_is_known
    CHECK (kind IN ('acknowledge', 'mute', 'unmute', 'recordFeedback')),
  way text NOT NULL CONSTRAINT answer_way_is_known CHECK (way IN ('http', 'socket', 'link')),
  -- the argument of the update of that kind; a mute without "until" is one until the shift ends
  input jsonb NOT NULL,
  -- where and by whom it was clicked, for the note on the message and the word to the person; NULL: not in Slack
  origin jsonb,
  received_at timestamptz NOT NULL DEFAULT now(),
  -- NULL: waits for its warehouse
  taken_at timestamptz,
  -- status and detail, as the warehouse answered
  result jsonb,
  -- NULL: the note and the word are still to be done
  told_at timestamptz
);

CREATE INDEX answer_untaken ON answer (warehouse, arrival) WHERE taken_at IS NULL;
CREATE INDEX answer_untold ON answer (taken_at) WHERE taken_at IS NOT NULL AND told_at IS NULL;
CREATE INDEX answer_by_time ON answer (warehouse, received_at);
-- how often one link has been used
CREATE INDEX answer_by_link ON answer ((input ->> 'episodeId')) WHERE way = 'link';
