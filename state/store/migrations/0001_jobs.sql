-- One row a job. Money is in micro-dollars, times are unix milliseconds UTC,
-- NULL is "not known" or "not yet".
CREATE TABLE jobs (
  -- AUTOINCREMENT: a number is never given twice, so a cursor stays true.
  seq            INTEGER PRIMARY KEY AUTOINCREMENT,
  id             TEXT    NOT NULL UNIQUE,
  -- The order this job came from, so that one confirmation is one order.
  nonce          TEXT,
  nonce_n        INTEGER,
  created_ms     INTEGER NOT NULL,
  provider       TEXT    NOT NULL,
  model          TEXT    NOT NULL,
  practice       INTEGER NOT NULL CHECK (practice IN (0, 1)),
  batch          TEXT    NOT NULL,
  prompt         TEXT    NOT NULL,
  values_json    TEXT    NOT NULL CHECK (json_valid(values_json)),
  handed_json    TEXT    NOT NULL CHECK (json_valid(handed_json)),
  input_hash     BLOB    NOT NULL,
  seed           INTEGER,
  seconds        INTEGER NOT NULL,
  estimate_uusd  INTEGER,
  estimate_basis TEXT    NOT NULL,
  charge_uusd    INTEGER,
  state          TEXT    NOT NULL CHECK (state IN ('queued', 'uploading', 'submitting', 'submitted', 'running',
                                                   'completed', 'saved', 'failed', 'uncertain')),
  reason         TEXT    NOT NULL,
  error_code     TEXT    NOT NULL,
  error_text     TEXT    NOT NULL,
  owner          TEXT    NOT NULL,
  attempt        INTEGER NOT NULL,
  posted_ms      INTEGER,
  remote_id      TEXT,
  word           TEXT    NOT NULL,
  submitted_ms   INTEGER,
  ended_ms       INTEGER,
  saved_ms       INTEGER,
  next_ms        INTEGER,
  fails          INTEGER NOT NULL,
  waiting        TEXT    NOT NULL,
  lease_owner    TEXT,
  lease_until_ms INTEGER,
  out_url        TEXT    NOT NULL,
  out_expires_ms INTEGER,
  out_path       TEXT    NOT NULL,
  out_etag       TEXT    NOT NULL,
  out_bytes      INTEGER NOT NULL,
  out_sha256     TEXT    NOT NULL,
  -- A deleted job leaves its money behind: the day's sum must not shrink.
  deleted_ms     INTEGER
) STRICT;

CREATE UNIQUE INDEX jobs_nonce ON jobs (nonce, nonce_n) WHERE nonce IS NOT NULL;
CREATE INDEX jobs_state   ON jobs (state, seq);
CREATE INDEX jobs_created ON jobs (created_ms);
CREATE INDEX jobs_input   ON jobs (input_hash, created_ms);
-- Not unique: a service that gives one id twice must not keep a paid id out.
CREATE INDEX jobs_remote  ON jobs (provider, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX jobs_ended   ON jobs (coalesce(saved_ms, ended_ms)) WHERE state IN ('saved', 'failed');
CREATE INDEX jobs_runs    ON jobs (provider, model, seconds, practice, seq) WHERE state IN ('completed', 'saved');

CREATE VIRTUAL TABLE jobs_fts USING fts5 (
  prompt, content = 'jobs', content_rowid = 'seq',
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE TRIGGER jobs_fts_insert AFTER INSERT ON jobs BEGIN
  INSERT INTO jobs_fts (rowid, prompt) VALUES (new.seq, new.prompt);
END;
CREATE TRIGGER jobs_fts_delete AFTER DELETE ON jobs BEGIN
  INSERT INTO jobs_fts (jobs_fts, rowid, prompt) VALUES ('delete', old.seq, old.prompt);
END;
CREATE TRIGGER jobs_fts_update AFTER UPDATE OF prompt ON jobs BEGIN
  INSERT INTO jobs_fts (jobs_fts, rowid, prompt) VALUES ('delete', old.seq, old.prompt);
  INSERT INTO jobs_fts (rowid, prompt) VALUES (new.seq, new.prompt);
END;

-- What happened to a job, only ever added to.
CREATE TABLE events (
  n       INTEGER PRIMARY KEY,
  job_seq INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
  at_ms   INTEGER NOT NULL,
  kind    TEXT    NOT NULL,
  detail  TEXT    NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX events_job ON events (job_seq, n);

-- Requests that count against a service's limit a minute, of all processes.
CREATE TABLE slots (
  job_id   TEXT    PRIMARY KEY,
  provider TEXT    NOT NULL,
  practice INTEGER NOT NULL,
  at_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX slots_at ON slots (provider, practice, at_ms);

-- Until when a service asked us to hold back.
CREATE TABLE holds (
  provider TEXT    NOT NULL,
  practice INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  why      TEXT    NOT NULL,
  PRIMARY KEY (provider, practice)
) STRICT, WITHOUT ROWID;

-- Links that a service gave for local files, to be used again while they live.
CREATE TABLE links (
  provider TEXT    NOT NULL,
  path     TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  link     TEXT    NOT NULL,
  at_ms    INTEGER NOT NULL,
  PRIMARY KEY (provider, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE kv (
  key   TEXT PRIMARY KEY,
  value TEXT    NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
