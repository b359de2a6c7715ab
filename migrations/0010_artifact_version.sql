-- The shape of an artifact's body, by kind: a release refuses what it can't read instead of misreading it.
ALTER TABLE artifact ADD COLUMN schema_version integer NOT NULL DEFAULT 1;
