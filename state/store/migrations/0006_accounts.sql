-- Which account a job was sent with: only that one knows the job.
ALTER TABLE jobs ADD COLUMN account TEXT NOT NULL DEFAULT '';

-- What a service has set aside is no charge before there is a clip.
ALTER TABLE jobs     ADD COLUMN hold_uusd INTEGER;
ALTER TABLE attempts ADD COLUMN hold_uusd INTEGER;
UPDATE attempts SET hold_uusd = charge_uusd, charge_uusd = NULL, outcome = 'maybe'
 WHERE current = 1 AND charge_uusd IS NOT NULL AND job_seq IN (SELECT seq FROM jobs WHERE state IN ('submitting', 'submitted', 'running', 'uncertain'));
UPDATE jobs SET hold_uusd = charge_uusd, charge_uusd = NULL
 WHERE charge_uusd IS NOT NULL AND state IN ('submitting', 'submitted', 'running', 'uncertain');

-- Figures that no bill can have meant were taken from bills that were misread.
UPDATE attempts SET charge_uusd = NULL WHERE charge_uusd NOT BETWEEN 0 AND 10000000000;
UPDATE jobs     SET charge_uusd = NULL WHERE charge_uusd NOT BETWEEN 0 AND 10000000000;

-- A link belongs to the account that uploaded the file. The old links are
-- uploads of a week at most.
DROP TABLE links;
CREATE TABLE links (
  provider TEXT    NOT NULL,
  account  TEXT    NOT NULL,
  sha256   BLOB    NOT NULL,
  link     TEXT    NOT NULL,
  at_ms    INTEGER NOT NULL,
  PRIMARY KEY (provider, account, sha256)
) STRICT, WITHOUT ROWID;
