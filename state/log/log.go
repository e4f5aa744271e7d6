// Package log is the program's own log: one file of text lines, for finding out
// what happened to a clip. It is private (0600), kept small (five files of a
// megabyte) and shared by all processes of the data folder. Every line, from
// any source, is stripped of keys, of the query strings of links, which are
// signed, and of control characters.
package log

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"seedreel/client/secret"
	"seedreel/state/disk"
)

const (
	// most is the size in bytes at which a new file is begun.
	most = 1 << 20
	// keep is the number of files, the current one included.
	keep = 5
)

// Options configures a Log.
type Options struct {
	// Path is the current file; older ones are Path.1 to Path.4.
	Path string
	// Secrets returns the keys that must not be logged. It is called for every
	// line, as a person may enter a key at any time. May be nil.
	Secrets func() []secret.Secret
	// Debug enables lines of level debug, such as requests.
	Debug bool
	// Now is the clock of the lines; time.Now when nil.
	Now func() time.Time
	// Process names this process in every line, "" for none.
	Process string
}

// Log is an open log. It is safe for concurrent use, and a nil Log discards
// everything.
type Log struct {
	o    Options
	slog *slog.Logger

	mu      sync.Mutex
	file    *os.File
	dropped int
}

// Open opens or creates the log file.
func Open(o Options) (*Log, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	l := &Log{o: o}
	f, err := l.open()
	if err != nil {
		return nil, err
	}
	l.file = f
	level := slog.LevelInfo
	if o.Debug {
		level = slog.LevelDebug
	}
	h := slog.NewTextHandler(l, &slog.HandlerOptions{Level: level, ReplaceAttr: l.replace})
	l.slog = slog.New(&stamped{Handler: h, now: o.Now})
	if o.Process != "" {
		l.slog = l.slog.With("process", o.Process)
	}
	return l, nil
}

func (l *Log) open() (*os.File, error) {
	f, err := os.OpenFile(l.o.Path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log: %w", err)
	}
	if st, err := f.Stat(); err == nil && st.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(0o600)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("making the log private: %w", err), f.Close())
		}
	}
	return f, nil
}

// Logger returns a logger that writes to the log; with a nil Log it discards.
func (l *Log) Logger() *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return l.slog
}

// Path returns the current file, "" for a nil Log.
func (l *Log) Path() string {
	if l == nil {
		return ""
	}
	return l.o.Path
}

// Close ends the log.
func (l *Log) Close() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	if err != nil {
		return fmt.Errorf("closing the log: %w", err)
	}
	return nil
}

// Write takes one line from the handler. A log that cannot be written, for
// example on a full disk, must not stop anything: its lines are dropped and
// counted.
func (l *Log) Write(line []byte) (int, error) {
	clean := l.clean(line)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return len(line), nil
	}
	l.rotate(int64(len(clean)))
	if l.dropped > 0 {
		note := "level=WARN msg=" + strconv.Quote(strconv.Itoa(l.dropped)+" lines before this one could not be written") + "\n"
		clean = append([]byte(note), clean...)
	}
	// One write per line, so that lines of several processes do not mix.
	if _, err := l.file.Write(clean); err != nil {
		l.dropped++
	} else {
		l.dropped = 0
	}
	return len(line), nil
}

// rotate begins a new file if this one is full, or follows another process that
// did. On failure, or while another process rotates, the line goes to the same
// file as the one before.
func (l *Log) rotate(n int64) {
	ours, err := l.file.Stat()
	if err != nil {
		return
	}
	there, err := os.Stat(l.o.Path)
	moved := err != nil || !os.SameFile(ours, there)
	if !moved && ours.Size()+n <= most {
		return
	}
	lock, err := disk.TryLock(l.o.Path+".lock", false)
	if err != nil {
		return
	}
	defer func() { _ = lock.Close() }() // the kernel frees it when the process ends
	if now, err := os.Stat(l.o.Path); err == nil && os.SameFile(ours, now) {
		for i := keep - 1; i > 0; i-- {
			_ = os.Rename(l.older(i-1), l.older(i)) // missing the first times
		}
	}
	if f, err := l.open(); err == nil {
		_ = l.file.Close() // nothing is buffered
		l.file = f
	}
}

// older returns the name of the n-th file, 0 being the current one.
func (l *Log) older(n int) string { return name(l.o.Path, n) }

func name(path string, n int) string {
	if n == 0 {
		return path
	}
	return path + "." + strconv.Itoa(n)
}

// Tail returns the last n lines of a log, oldest first, from as many of its
// files as needed; none if the log does not exist. Lines written by Log are
// free of keys and control characters; callers must clean any others before
// they show them.
func Tail(path string, n int) ([]string, error) {
	var lines []string
	for i := 0; i < keep && len(lines) < n; i++ {
		more, err := tailOf(name(path, i), n-len(lines))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the log: %w", err)
		}
		lines = append(more, lines...)
	}
	return lines, nil
}

// tailOf returns the last n lines of one file. It reads no more bytes than a
// file of ours can have.
func tailOf(path string, n int) ([]string, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from := max(st.Size()-2*most, 0)
	b, err := io.ReadAll(io.NewSectionReader(f, from, st.Size()-from))
	if err != nil {
		return nil, err
	}
	return last(b, n), nil
}
