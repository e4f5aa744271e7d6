-- A reel is an ordered list of shots, a shot is an intention with takes, a take
-- is a job. Ids are made where the row is made, so that rows of two machines
-- can lie in one table.
CREATE TABLE reels (
  id         TEXT    PRIMARY KEY,
  name       TEXT    NOT NULL,
  open       INTEGER NOT NULL CHECK (open IN (0, 1)),
  created_ms INTEGER NOT NULL,
  cast_json  TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(cast_json))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reels_open ON reels (open) WHERE open = 1;

CREATE TABLE shots (
  id          TEXT    PRIMARY KEY,
  reel        TEXT    NOT NULL REFERENCES reels (id),
  place       INTEGER NOT NULL,
  -- A shot that was taken out of its reel still has its takes.
  removed     INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  created_ms  INTEGER NOT NULL,
  name        TEXT    NOT NULL DEFAULT '',
  note        TEXT    NOT NULL DEFAULT '',
  provider    TEXT    NOT NULL,
  model       TEXT    NOT NULL,
  values_json TEXT    NOT NULL CHECK (json_valid(values_json)),
  draft_json  TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(draft_json)),
  final_json  TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(final_json)),
  continues   TEXT    NOT NULL DEFAULT '',
  count       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX shots_reel ON shots (reel, place);

-- What was done to a reel, with the rows as they were and as they became.
CREATE TABLE reel_changes (
  n           INTEGER PRIMARY KEY AUTOINCREMENT,
  reel        TEXT    NOT NULL,
  at_ms       INTEGER NOT NULL,
  line        TEXT    NOT NULL,
  undone      INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
  before_json TEXT    NOT NULL CHECK (json_valid(before_json)),
  after_json  TEXT    NOT NULL CHECK (json_valid(after_json))
) STRICT;
CREATE INDEX reel_changes_reel ON reel_changes (reel, n);

-- What ALTER TABLE ADD COLUMN does, in one go: it writes the columns into the
-- text of the table, as rows without them read as the defaults. ALTER TABLE
-- also checks every row of a STRICT table, and would do so eight times: several
-- seconds for a long history.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = substr(sql, 1, length(sql) - length(') STRICT')) || ',
  shot      TEXT    NOT NULL DEFAULT '''',
  parent    TEXT    NOT NULL DEFAULT '''',
  origin    TEXT    NOT NULL DEFAULT '''',
  order_key TEXT,
  rating    INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
  pick      INTEGER NOT NULL DEFAULT 0 CHECK (pick IN (0, 1)),
  rejected  INTEGER NOT NULL DEFAULT 0 CHECK (rejected IN (0, 1)),
  note      TEXT    NOT NULL DEFAULT '''') STRICT'
WHERE type = 'table' AND name = 'jobs' AND sql LIKE '%) STRICT';
-- Reads the text again. Without the columns all that follows would fail, and
-- nothing of this be kept.
PRAGMA writable_schema = RESET;

-- Jobs of before are given shots: the same prompt and references, at most a day
-- after the last. A shot has the id of its first job. All in statements over
-- the whole table, as a history may be long.
CREATE TEMP TABLE old (n INTEGER PRIMARY KEY, seq INTEGER, id TEXT, created_ms INTEGER, head INTEGER);
-- Texts are sorted once; then a number stands for prompt and references.
INSERT INTO old
SELECT row_number() OVER w, seq, id, created_ms, same IS NOT lag(same) OVER w OR created_ms - lag(created_ms) OVER w > 86400000
FROM (
  SELECT seq, id, created_ms, dense_rank() OVER (ORDER BY prompt, refs) AS same
  FROM (
    SELECT seq, id, created_ms, prompt,
      -- Lists are the references.
      CASE WHEN instr(values_json, '[') = 0 THEN ''
        ELSE (SELECT coalesce(group_concat(key || value, char(10)), '') FROM json_each(values_json) WHERE type = 'array') END AS refs
    FROM jobs WHERE deleted_ms IS NULL))
WINDOW w AS (ORDER BY same, seq);

CREATE TEMP TABLE placed (seq INTEGER PRIMARY KEY, shot INTEGER);
INSERT INTO placed SELECT seq, sum(head) OVER (ORDER BY n) FROM old ORDER BY seq;

-- A reel a month keeps each short enough to be looked through; the newest one
-- is open.
CREATE TEMP TABLE heads (shot INTEGER PRIMARY KEY, seq INTEGER, id TEXT, month TEXT);
INSERT INTO heads
SELECT p.shot, o.seq, o.id, strftime('%Y-%m', o.created_ms / 1000, 'unixepoch') FROM old o JOIN placed p ON p.seq = o.seq WHERE o.head;

INSERT INTO reels (id, name, open, created_ms)
SELECT lower(hex(randomblob(6))),
  CASE WHEN month = (SELECT max(month) FROM heads) THEN 'Reel 1'
    ELSE CASE substr(month, 6) WHEN '01' THEN 'January' WHEN '02' THEN 'February' WHEN '03' THEN 'March' WHEN '04' THEN 'April'
      WHEN '05' THEN 'May' WHEN '06' THEN 'June' WHEN '07' THEN 'July' WHEN '08' THEN 'August' WHEN '09' THEN 'September'
      WHEN '10' THEN 'October' WHEN '11' THEN 'November' ELSE 'December' END || ' ' || substr(month, 1, 4) END,
  month = (SELECT max(month) FROM heads),
  unixepoch(month || '-01') * 1000
FROM (SELECT DISTINCT month FROM heads);
INSERT INTO reels (id, name, open, created_ms)
SELECT lower(hex(randomblob(6))), 'Reel 1', 1, unixepoch() * 1000 WHERE NOT EXISTS (SELECT 1 FROM reels);

INSERT INTO shots (id, reel, place, created_ms, provider, model, values_json)
SELECT j.id, r.id, row_number() OVER (PARTITION BY h.month ORDER BY h.seq), j.created_ms, j.provider, j.model, json_remove(j.values_json, '$.seed')
FROM heads h JOIN jobs j ON j.seq = h.seq JOIN reels r ON r.created_ms = unixepoch(h.month || '-01') * 1000;

UPDATE jobs SET shot = (SELECT h.id FROM placed p JOIN heads h ON h.shot = p.shot WHERE p.seq = jobs.seq) WHERE deleted_ms IS NULL;

DROP TABLE placed;
DROP TABLE heads;
DROP TABLE old;

CREATE INDEX jobs_shot ON jobs (shot, seq);
CREATE UNIQUE INDEX jobs_pick ON jobs (shot) WHERE pick = 1;
CREATE UNIQUE INDEX jobs_key ON jobs (order_key) WHERE order_key IS NOT NULL;
-- For filters that only few jobs meet.
CREATE INDEX jobs_rated ON jobs (rating, seq) WHERE rating > 0;
CREATE INDEX jobs_seed ON jobs (seed) WHERE seed IS NOT NULL;
