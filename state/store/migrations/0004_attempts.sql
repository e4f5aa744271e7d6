-- One row for each request that may be billed: a job's first, one sent again
-- after a lost answer, a prompt rewritten. Limits and sums add these up, so a
-- job's money stays when the job is deleted.
CREATE TABLE attempts (
  n             INTEGER PRIMARY KEY AUTOINCREMENT,
  -- NULL for a request that belongs to no job.
  job_seq       INTEGER REFERENCES jobs (seq) ON DELETE SET NULL,
  -- 1 for the attempt that the job's changes still concern.
  current       INTEGER NOT NULL CHECK (current IN (0, 1)),
  nonce         TEXT,
  kind          TEXT    NOT NULL CHECK (kind IN ('first', 'again', 'rewriting')),
  provider      TEXT    NOT NULL,
  model         TEXT    NOT NULL,
  practice      INTEGER NOT NULL CHECK (practice IN (0, 1)),
  at_ms         INTEGER NOT NULL,
  seconds       INTEGER NOT NULL,
  estimate_uusd INTEGER,
  -- The most it may cost, named by a person where the price is unknown.
  ceiling_uusd  INTEGER,
  charge_uusd   INTEGER,
  outcome       TEXT    NOT NULL CHECK (outcome IN ('open', 'billed', 'maybe', 'unbilled')),
  reason        TEXT    NOT NULL,
  remote_id     TEXT
) STRICT;

CREATE INDEX attempts_at ON attempts (at_ms);
CREATE INDEX attempts_job ON attempts (job_seq, current);
CREATE UNIQUE INDEX attempts_current ON attempts (job_seq) WHERE current = 1;
CREATE UNIQUE INDEX attempts_nonce ON attempts (nonce) WHERE nonce IS NOT NULL;

-- Until here a job was its only attempt.
INSERT INTO attempts (job_seq, current, kind, provider, model, practice, at_ms, seconds, estimate_uusd, charge_uusd, outcome, reason, remote_id)
SELECT seq, 1, 'first', provider, model, practice, created_ms, seconds, estimate_uusd, charge_uusd,
  CASE
    WHEN state IN ('queued', 'uploading') THEN 'open'
    WHEN state IN ('completed', 'saved') THEN 'billed'
    WHEN charge_uusd > 0 THEN 'billed'
    WHEN state <> 'failed' THEN 'maybe'
    WHEN charge_uusd IS NULL AND (reason IN ('expired', 'gone', 'unusable') OR (reason = 'canceled' AND posted_ms IS NOT NULL)) THEN 'maybe'
    ELSE 'unbilled'
  END,
  reason, remote_id
FROM jobs ORDER BY seq;
