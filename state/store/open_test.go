package store

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

func TestEveryPragmaTookEffect(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"plain", "what?", "a#b", "100%", "%41", "two words", "ünï", "semi;colon&x=1"} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" && strings.ContainsAny(folder, "?") {
				t.Skip("Windows has no such names")
			}
			dir := filepath.Join(t.TempDir(), folder)
			s := openAt(t, filepath.Join(dir, "history.db"), &clock{t: noon})
			want := map[string]string{
				"journal_mode": "wal", "synchronous": "2", "busy_timeout": "750", "foreign_keys": "1", "trusted_schema": "0",
				"journal_size_limit": "4194304", "temp_store": "2", "query_only": "0", "user_version": "12",
			}
			for name, value := range want {
				if got := scan[string](t, s, "PRAGMA "+name); got != value {
					t.Errorf("the writer has %s %s, want %s", name, got, value)
				}
			}
			want["query_only"] = "1"
			for name, value := range want {
				var got string
				if err := s.r.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); err != nil || got != value {
					t.Errorf("a reader has %s %s (%v), want %s", name, got, err, value)
				}
			}
			if _, err := s.r.ExecContext(t.Context(), `DELETE FROM jobs`); err == nil {
				t.Error("a reader can write")
			}
			if _, err := os.Stat(filepath.Join(dir, "history.db")); err != nil {
				t.Errorf("the file is not where it should be: %v", err)
			}
		})
	}
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	dir := filepath.Join(t.TempDir(), "state")
	s := openAt(t, filepath.Join(dir, "history.db"), &clock{t: noon})
	insert(t, s, aJob(1))
	if err := s.AddReceipt(t.Context(), job.Record{ID: "a", RemoteID: "b"}); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(dir); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v (%v)", st.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 6 {
		t.Fatalf("%d files (%v)", len(entries), err)
	}
	for _, e := range entries {
		if st, err := e.Info(); err != nil || st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v (%v)", e.Name(), st.Mode(), err)
		}
	}
}

func TestALooseFileIsMadePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	path := filepath.Join(t.TempDir(), "history.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	openAt(t, path, &clock{t: noon})
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v (%v)", st.Mode(), err)
	}
}

func TestWhatIsNoDatabaseIsPutAside(t *testing.T) {
	t.Parallel()
	garbage := bytes.Repeat([]byte("this is no database. "), 500)
	for name, content := range map[string][]byte{"garbage": garbage, "cut": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "history.db")
			if content == nil {
				content = cutDatabase(t, path)
			} else if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			s := openAt(t, path, &clock{t: noon})
			if s.Recovered != path+".corrupt-20260314-120000" {
				t.Fatalf("recovered is %q", s.Recovered)
			}
			if back, err := os.ReadFile(s.Recovered); err != nil || !bytes.Equal(back, content) {
				t.Errorf("the old file was changed (%v)", err)
			}
			insert(t, s, aJob(1))
		})
	}
}

// cutDatabase leaves the first half of a real database at path.
func cutDatabase(t *testing.T, path string) []byte {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: path, MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	insert(t, s, aJob(1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Sound from the outside, as only a full check can show: the header is
	// whole, and a WAL makes the store unclean.
	b = b[:len(b)/2/4096*4096]
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"-wal", []byte("left behind"), 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestADamagedFileInUseIsLeftAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	openAt(t, path, &clock{t: noon})
	garbage := bytes.Repeat([]byte("garbage"), 5000)
	for _, name := range []string{path, path + "-wal"} {
		if err := os.WriteFile(name, garbage, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), Options{Path: path, MinFree: -1}); err == nil || !errors.Is(err, ErrDamagedInUse) {
		t.Errorf("opening gives %v", err)
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, garbage) {
		t.Errorf("the file was touched (%v)", err)
	}
}

func TestANewerFileIsReadNotWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	s, err := Open(t.Context(), Options{Path: path, MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	insert(t, s, aJob(1))
	if _, err := s.w.ExecContext(t.Context(), `PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, &clock{t: noon})
	n, ok := errors.AsType[*ErrNewer](s.ReadOnly())
	if !ok || n.Have != 99 || n.Known != 12 {
		t.Fatalf("read-only is %v", s.ReadOnly())
	}
	if _, err := s.Job(t.Context(), aJob(1).ID); err != nil {
		t.Errorf("reading gives %v", err)
	}
	_, insertErr := s.Insert(t.Context(), []*job.Job{aJob(2)}, guard.New(guard.Terms{}))
	_, claimErr := s.Claim(t.Context(), noon, ClaimRequest{})
	for _, err := range []error{insertErr, claimErr, s.SaveDraft(t.Context(), []byte("{}")), s.Delete(t.Context(), aJob(1).ID)} {
		if _, ok := errors.AsType[*ErrNewer](err); !ok {
			t.Errorf("writing gives %v", err)
		}
	}
}

func TestTheRollbackJournalWhereWALCannotWork(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	for _, c := range []struct {
		noWAL bool
		want  string
	}{{true, "truncate"}, {false, "wal"}, {true, "truncate"}} { // there and back
		s, err := Open(t.Context(), Options{Path: path, NoWAL: c.noWAL, MinFree: -1})
		if err != nil {
			t.Fatal(err)
		}
		if got := scan[string](t, s, `PRAGMA journal_mode`); got != c.want {
			t.Errorf("the journal is %s, want %s", got, c.want)
		}
		if _, err := s.Claim(t.Context(), noon, ClaimRequest{Limits: noLimit}); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if isWAL(path) == c.noWAL {
			t.Errorf("noWAL %v left WAL in the file: %v", c.noWAL, isWAL(path))
		}
	}
}

func TestUpgradesCopyFirstAndKeepThree(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	db, err := sql.Open("sqlite", dsn(path, "WAL", "_txlock=immediate"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	db.SetMaxOpenConns(1)
	steps := []string{`CREATE TABLE a (x) STRICT`}
	if err := migrate(t.Context(), db, path, steps); err == nil {
		t.Fatal("a broken step was applied") // STRICT checks types
	}
	steps = []string{`CREATE TABLE a (x INTEGER) STRICT`}
	for v := 2; v <= 7; v++ {
		if err := migrate(t.Context(), db, path, steps); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, `INSERT INTO a VALUES (1); CREATE TABLE t`+string(rune('a'+v))+` (x INTEGER)`)
	}
	// The second half of a step fails: the first half must not stay.
	broken := append(steps[:6:6], `CREATE TABLE half (x INTEGER); CREATE TABLE a (x INTEGER)`)
	if err := migrate(t.Context(), db, path, broken); err == nil {
		t.Error("a failing step was taken for done")
	}
	var version, tables, rows int
	row := db.QueryRowContext(t.Context(), `SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema WHERE name = 'half'), (SELECT count(*) FROM a)`)
	if err := row.Scan(&version, &tables, &rows); err != nil || version != 6 || tables != 0 || rows != 5 {
		t.Errorf("version %d, %d half tables, %d rows (%v)", version, tables, rows, err)
	}
	for v, want := range map[int]bool{1: false, 2: false, 3: false, 4: true, 5: true, 6: true} {
		name := path + ".bak-v" + string(rune('0'+v))
		_, err := os.Stat(name)
		if (err == nil) != want {
			t.Errorf("%s exists: %v, want %v", filepath.Base(name), err == nil, want)
		}
	}
	old, err := sql.Open("sqlite", path+".bak-v4")
	if err != nil {
		t.Fatal(err)
	}
	if err := old.QueryRowContext(t.Context(), `SELECT count(*) FROM a`).Scan(&rows); err != nil || rows != 3 {
		t.Errorf("the copy has %d rows (%v)", rows, err)
	}
	if err := old.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnotherProcessWritingChangesTheVersion(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	a, b := openAt(t, path, &clock{t: noon}), openAt(t, path, &clock{t: noon})
	version := func() int64 {
		v, err := a.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	before := version()
	insert(t, a, aJob(1))
	if after := version(); after != before {
		t.Error("its own write changed the version")
	}
	insert(t, b, aJob(2))
	if after := version(); after == before {
		t.Error("another's write did not change the version")
	}
}

func TestTheDraftComesBack(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	if d, err := s.LoadDraft(t.Context()); err != nil || d != nil {
		t.Errorf("a fresh store has the draft %q (%v)", d, err)
	}
	for _, want := range []string{`{"a":1}`, `{"a":2}`} {
		if err := s.SaveDraft(t.Context(), []byte(want)); err != nil {
			t.Fatal(err)
		}
		if d, err := s.LoadDraft(t.Context()); err != nil || string(d) != want {
			t.Errorf("the draft is %q (%v), want %q", d, err, want)
		}
	}
	if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("a sound store has %v (%v)", problems, err)
	}
}
