-- A link stands for bytes, not for a name: a copy or a file that was touched
-- needs no second upload, and one that changed under its old size and time
-- cannot be taken for what it was. The old links are uploads of a week at most.
DROP TABLE links;
CREATE TABLE links (
  provider TEXT    NOT NULL,
  sha256   BLOB    NOT NULL,
  link     TEXT    NOT NULL,
  at_ms    INTEGER NOT NULL,
  PRIMARY KEY (provider, sha256)
) STRICT, WITHOUT ROWID;
