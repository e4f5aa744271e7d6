-- What a job is given up for is counted in columns of its own. It stood in
-- error_code, which is for the service's words.
ALTER TABLE jobs ADD COLUMN dead_links INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN not_found  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN no_output  INTEGER NOT NULL DEFAULT 0;

UPDATE jobs SET dead_links = CAST(substr(error_code, 9) AS INTEGER), error_code = ''
 WHERE error_code GLOB 'expired [1-9]*';
UPDATE jobs SET error_code = '' WHERE error_code = 'expired' AND state = 'failed' AND reason = 'expired';
UPDATE jobs SET not_found = fails, error_code = ''
 WHERE error_code = 'not_found' AND (state IN ('submitted', 'running') OR (state = 'failed' AND reason = 'gone'));
UPDATE jobs SET no_output = fails, error_code = ''
 WHERE error_code = 'no_output' AND (state IN ('submitted', 'running') OR (state = 'failed' AND reason = 'provider'));

-- Words of the person, a space around each: " dawn reel-3 ".
ALTER TABLE jobs ADD COLUMN labels TEXT NOT NULL DEFAULT '';
