-- Words are found in notes, in labels and in the names and notes of shots, too.
-- All of a job's text goes into the one column of the index. For most jobs that
-- is the prompt alone, as before, so the index need not be made anew: only
-- where its text is read from changes, and the rows that have more.
CREATE VIEW jobs_words AS
SELECT j.seq AS seq, j.shot AS shot, j.prompt || ' ' || j.labels || ' ' || j.note || ' ' || coalesce(s.name, '') || ' ' || coalesce(s.note, '') AS prompt
FROM jobs j LEFT JOIN shots s ON s.id = j.shot;

DROP TRIGGER jobs_fts_insert;
DROP TRIGGER jobs_fts_delete;
DROP TRIGGER jobs_fts_update;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'content = ''jobs''', 'content = ''jobs_words''') WHERE type = 'table' AND name = 'jobs_fts';
PRAGMA writable_schema = RESET;

CREATE TEMP TABLE more (seq INTEGER PRIMARY KEY);
INSERT INTO more SELECT seq FROM jobs WHERE labels <> '' OR note <> '' OR shot IN (SELECT id FROM shots WHERE name <> '' OR note <> '');
INSERT INTO jobs_fts (jobs_fts, rowid, prompt) SELECT 'delete', seq, prompt FROM jobs WHERE seq IN (SELECT seq FROM more);
INSERT INTO jobs_fts (rowid, prompt) SELECT seq, prompt FROM jobs_words WHERE seq IN (SELECT seq FROM more);
DROP TABLE more;

CREATE TRIGGER jobs_fts_insert AFTER INSERT ON jobs BEGIN
  INSERT INTO jobs_fts (rowid, prompt) SELECT seq, prompt FROM jobs_words WHERE seq = new.seq;
END;
CREATE TRIGGER jobs_fts_delete BEFORE DELETE ON jobs BEGIN
  INSERT INTO jobs_fts (jobs_fts, rowid, prompt) SELECT 'delete', seq, prompt FROM jobs_words WHERE seq = old.seq;
END;
-- What is taken out of the index must be what was put in, so that is done while
-- the row is as it was.
CREATE TRIGGER jobs_fts_before BEFORE UPDATE OF prompt, labels, note, shot ON jobs
WHEN new.prompt <> old.prompt OR new.labels <> old.labels OR new.note <> old.note OR new.shot <> old.shot BEGIN
  INSERT INTO jobs_fts (jobs_fts, rowid, prompt) SELECT 'delete', seq, prompt FROM jobs_words WHERE seq = old.seq;
END;
CREATE TRIGGER jobs_fts_after AFTER UPDATE OF prompt, labels, note, shot ON jobs
WHEN new.prompt <> old.prompt OR new.labels <> old.labels OR new.note <> old.note OR new.shot <> old.shot BEGIN
  INSERT INTO jobs_fts (rowid, prompt) SELECT seq, prompt FROM jobs_words WHERE seq = new.seq;
END;
CREATE TRIGGER shots_fts_before BEFORE UPDATE OF name, note ON shots
WHEN new.name <> old.name OR new.note <> old.note BEGIN
  INSERT INTO jobs_fts (jobs_fts, rowid, prompt) SELECT 'delete', seq, prompt FROM jobs_words WHERE shot = old.id;
END;
CREATE TRIGGER shots_fts_after AFTER UPDATE OF name, note ON shots
WHEN new.name <> old.name OR new.note <> old.note BEGIN
  INSERT INTO jobs_fts (rowid, prompt) SELECT seq, prompt FROM jobs_words WHERE shot = new.id;
END;
-- A trigger before an insert would also run where ON CONFLICT makes it an
-- update. Until now the jobs had no words of the shot.
CREATE TRIGGER shots_fts_insert AFTER INSERT ON shots
WHEN new.name <> '' OR new.note <> '' BEGIN
  INSERT INTO jobs_fts (jobs_fts, rowid, prompt) SELECT 'delete', seq, prompt || ' ' || labels || ' ' || note FROM jobs WHERE shot = new.id;
  INSERT INTO jobs_fts (rowid, prompt) SELECT seq, prompt FROM jobs_words WHERE shot = new.id;
END;
CREATE TRIGGER shots_fts_delete BEFORE DELETE ON shots
WHEN old.name <> '' OR old.note <> '' BEGIN
  INSERT INTO jobs_fts (jobs_fts, rowid, prompt) SELECT 'delete', seq, prompt FROM jobs_words WHERE shot = old.id;
  INSERT INTO jobs_fts (rowid, prompt) SELECT seq, prompt || ' ' || labels || ' ' || note FROM jobs WHERE shot = old.id;
END;

-- An index for each filter: one that only few jobs meet, or none, is known at
-- once. Each ends with seq, so that its rows come in the order of the list.
CREATE INDEX jobs_model     ON jobs (provider, model, seq);
CREATE INDEX jobs_practice  ON jobs (practice, seq);
CREATE INDEX jobs_reason    ON jobs (reason, seq) WHERE reason <> '';
CREATE INDEX jobs_cost      ON jobs (coalesce(charge_uusd, estimate_uusd), seq);
CREATE INDEX jobs_ratio     ON jobs (json_extract(values_json, '$.aspect_ratio'), seq);
CREATE INDEX jobs_origin    ON jobs (origin, seq) WHERE origin <> '';
CREATE INDEX jobs_picked    ON jobs (seq) WHERE pick = 1;
CREATE INDEX jobs_rejected  ON jobs (seq) WHERE rejected = 1;
CREATE INDEX jobs_labeled   ON jobs (seq, labels) WHERE labels <> '';
CREATE INDEX jobs_noted     ON jobs (seq, note) WHERE note <> '';
