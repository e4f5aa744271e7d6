-- Where in the line a waiting job was put, NULL for its turn by seq, and
-- whether a person holds it back. Both columns in one go, as in the steps
-- before: ALTER TABLE would check every row, twice.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = substr(sql, 1, length(sql) - length(') STRICT')) || ',
  place  INTEGER,
  paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1))) STRICT'
WHERE type = 'table' AND name = 'jobs' AND sql LIKE '%) STRICT';
PRAGMA writable_schema = RESET;

-- The line in its order. Reordering exchanges turns, so no two jobs have the
-- same.
CREATE INDEX jobs_line ON jobs (coalesce(place, seq)) WHERE state = 'queued';
