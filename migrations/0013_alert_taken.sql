-- Who tells people of an alert takes it first and gives it back with what stands where: nothing is sent inside a
-- transaction.
ALTER TABLE network_alert
  -- NULL: nobody is telling it, and what was sent is written down
  ADD COLUMN taken_by text,
  -- later it may be taken by another, who looks for what was sent
  ADD COLUMN taken_until timestamptz;
