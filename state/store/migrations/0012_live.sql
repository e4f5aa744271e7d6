-- What the search for due work reads of the open jobs, however wide their rows
-- and however long the history is.
CREATE INDEX jobs_live ON jobs (provider, practice, state, next_ms, lease_until_ms, lease_owner, posted_ms, paused, deleted_ms)
WHERE state IN ('queued', 'uploading', 'submitting', 'submitted', 'running', 'completed', 'uncertain') AND deleted_ms IS NULL;

-- The words of the index, in their order: the beginning of a word that many jobs
-- have is looked for by the few words that begin so.
CREATE VIRTUAL TABLE jobs_terms USING fts5vocab (jobs_fts, instance);
