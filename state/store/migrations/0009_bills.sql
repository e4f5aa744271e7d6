-- When a service's bill is to be asked for a job next, and what was on it and
-- could not be counted. Both columns in one go, as in the step before: ALTER
-- TABLE would check every row, twice.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = substr(sql, 1, length(sql) - length(') STRICT')) || ',
  bill_ms   INTEGER,
  bill_note TEXT NOT NULL DEFAULT '''') STRICT'
WHERE type = 'table' AND name = 'jobs' AND sql LIKE '%) STRICT';
PRAGMA writable_schema = RESET;

-- Bills of the newest week are asked for once more; the newest job is the
-- clock, as a step of the schema has no other.
UPDATE jobs SET bill_ms = ended_ms
 WHERE ended_ms IS NOT NULL AND remote_id IS NOT NULL AND practice = 0
   AND created_ms > (SELECT max(created_ms) FROM jobs) - 7 * 86400000;
CREATE INDEX jobs_bill ON jobs (bill_ms) WHERE bill_ms IS NOT NULL;
CREATE INDEX jobs_bill_note ON jobs (created_ms) WHERE bill_note <> '';
