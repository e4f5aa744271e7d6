-- What a service made beside the clip itself, as a list, and when the trouble
-- began that a job is in.
ALTER TABLE jobs ADD COLUMN more_json TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(more_json));
ALTER TABLE jobs ADD COLUMN since_ms  INTEGER;
