package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// errDamaged is returned for damage found by a check and not by reading.
var errDamaged = errors.New("damaged")

// replace puts a damaged file aside under a dated name and starts a fresh one.
func (s *Store) replace(ctx context.Context, journal string, alone bool, cause error) error {
	if !alone {
		// Another process would go on writing into the renamed file.
		return errors.Join(ErrDamagedInUse, cause)
	}
	if err := s.disconnect(); err != nil {
		return fmt.Errorf("closing the damaged database: %w", err)
	}
	s.w, s.r, s.newer, s.Unclean = nil, nil, nil, false
	if err := s.markFresh(); err != nil {
		return err
	}
	aside, err := putAside(s.path, s.now().UTC().Format("20060102-150405"))
	if err != nil {
		return err
	}
	s.Recovered = aside
	if err := private(s.path); err != nil {
		return err
	}
	return s.connect(ctx, journal)
}

// putAside renames the file and its journals to NAME.corrupt-DATE, with a
// number appended if that name is taken.
func putAside(path, date string) (string, error) {
	base := path + ".corrupt-" + date
	aside := base
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, os.ErrNotExist) {
			break
		} else if err != nil {
			return "", fmt.Errorf("putting the damaged database aside: %w", err)
		}
		aside = fmt.Sprintf("%s-%d", base, n)
	}
	// The journals first: left behind they would be played into the new file.
	for _, end := range []string{"-wal", "-shm", "-journal", ""} {
		err := os.Rename(path+end, aside+end)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("putting the damaged database aside: %w", err)
		}
	}
	return aside, nil
}

// soundOrDamaged checks the whole file and returns an error that isDamaged
// recognises when something is wrong with it.
func soundOrDamaged(ctx context.Context, db *sql.DB) error {
	var line string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&line); err != nil {
		return fmt.Errorf("checking the database: %w", err)
	}
	if line != "ok" {
		return fmt.Errorf("checking the database: %w: %s", errDamaged, line)
	}
	return nil
}

// isDamaged reports whether the file is not a database or a broken one.
func isDamaged(err error) bool {
	if errors.Is(err, errDamaged) {
		return true
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	// A WAL that is shorter than its index indicates was cut or replaced.
	return e.Code()&0xff == sqlite3.SQLITE_NOTADB || e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code() == sqlite3.SQLITE_IOERR_SHORT_READ
}

// isWAL reports whether the file's header has WAL mode (bytes 18 and 19 of the
// file format are 2 then).
func isWAL(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	var head [20]byte
	_, err = io.ReadFull(f, head[:])
	// Nothing was written, so closing has nothing to lose.
	_ = f.Close()
	return err == nil && head[18] == 2
}

// leaveWAL takes a file out of WAL mode on a disk without shared memory: a
// sole connection keeps the WAL's index in its own memory instead.
func (s *Store) leaveWAL(ctx context.Context) error {
	db, err := sql.Open("sqlite", dsn(s.path, "TRUNCATE", "_pragma=locking_mode(EXCLUSIVE)"))
	if err != nil {
		return fmt.Errorf("leaving WAL mode: %w", err)
	}
	var mode string
	err = db.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode)
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("leaving WAL mode: %w", err)
	}
	return nil
}
