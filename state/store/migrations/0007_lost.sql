-- When the answer to a request was given up, how far the service's clock was
-- ahead of ours then, and what the search for the request has shown.
ALTER TABLE jobs ADD COLUMN cut_ms   INTEGER;
ALTER TABLE jobs ADD COLUMN ahead_ms INTEGER;
ALTER TABLE jobs ADD COLUMN lookup_json TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(lookup_json));
