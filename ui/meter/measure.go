package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// options configures a measurement.
type options struct {
	columns, rows int
	idle, settle  time.Duration
	keys, before  string
	// env is added to the environment.
	env []string
	link
}

// link is a line between the program and the person: what is written waits for
// what was written before, and then travels. The program does not feel it, as
// sshd reads ahead.
type link struct {
	// rate is in bytes a second, 0 for any; trip is the time there and back.
	rate int
	trip time.Duration
}

// figures are the results for one program.
type figures struct {
	Program       string  `json:"program"`
	FirstOutputMS float64 `json:"first_output_ms"`
	// FirstScreenMS is when the last byte of the first screen arrived.
	FirstScreenMS float64 `json:"first_screen_ms"`
	FirstBytes    int     `json:"first_bytes"`
	IdleBytes     float64 `json:"idle_bytes_per_s"`
	IdleCPU       float64 `json:"idle_cpu_percent"`
	// Wakes is how often a second it woke up while idle.
	Wakes float64 `json:"idle_wakeups_per_s"`
	Keys  int     `json:"keys"`
	// Silent counts keys after which nothing was written within a second.
	Silent int `json:"keys_without_output"`
	// KeyP50 and KeyP95 are the times to the first byte after a key. The end of
	// an answer cannot be distinguished from the program's other output.
	KeyP50   float64 `json:"key_to_first_output_p50_ms"`
	KeyP95   float64 `json:"key_to_first_output_p95_ms"`
	KeyBytes float64 `json:"bytes_per_key"`
	PeakMB   float64 `json:"peak_mb"`
	// BinaryMB is the size of the program's file, and HelpMS how long it takes
	// with --help.
	BinaryMB float64 `json:"binary_mb"`
	HelpMS   float64 `json:"help_ms"`
	// Parts are figures that only this program has, by name.
	Parts map[string]float64 `json:"parts,omitempty"`
}

const (
	// quiet is how long the output pauses once a screen is complete.
	quiet = 150 * time.Millisecond
	// longest is how long a program may take to show anything.
	longest = 30 * time.Second
	// pause is the time between two keys, about that of a fast typist.
	pause = 120 * time.Millisecond
)

// line is the terminal's end: it counts, and answers like xterm.
type line struct {
	link
	mu    sync.Mutex
	total int
	// free is when the line has sent all that was written.
	free time.Time
	// first is when the first output arrived since the start or expect.
	first, last time.Time
}

// expect makes the next byte count as the first.
func (l *line) expect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = time.Time{}
}

func (l *line) read(f *os.File) {
	b := make([]byte, 64<<10)
	for {
		n, err := f.Read(b)
		if n > 0 {
			l.mu.Lock()
			now := time.Now()
			if now.After(l.free) {
				l.free = now
			}
			if l.first.IsZero() {
				l.first = l.free.Add(l.trip / 2)
			}
			if l.rate > 0 {
				l.free = l.free.Add(time.Duration(n) * time.Second / time.Duration(l.rate))
			}
			l.last = l.free.Add(l.trip / 2)
			back := l.last.Add(l.trip / 2).Sub(now)
			l.total += n
			l.mu.Unlock()
			for ask, answer := range map[string]string{"\x1b]11;?": "\x1b]11;rgb:1010/1111/1616\x1b\\", "\x1b[c": "\x1b[?62;22c", "\x1b[6n": "\x1b[1;1R"} {
				if bytes.Contains(b[:n], []byte(ask)) {
					// A program that has ended needs no answer.
					time.AfterFunc(back, func() { _, _ = io.WriteString(f, answer) })
				}
			}
		}
		if err != nil {
			return
		}
	}
}

func (l *line) state() (total int, first, last time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total, l.first, l.last
}

// measure runs one program from start to end.
func measure(ctx context.Context, o options, command []string) (*figures, error) {
	before, err := strconv.Unquote(`"` + o.before + `"`)
	if err != nil {
		return nil, fmt.Errorf("reading what to type: %w", err)
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(append(os.Environ(), "TERM=xterm-256color"), o.env...)
	began := time.Now()
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(o.columns), Rows: uint16(o.rows)}) //nolint:gosec // sizes of terminals
	if err != nil {
		return nil, fmt.Errorf("starting: %w", err)
	}
	l := &line{link: o.link}
	var reading sync.WaitGroup
	reading.Go(func() { l.read(f) })
	r := &figures{Program: filepath.Base(command[0])}
	err = r.watch(ctx, o, before, began, l, f, cmd.Process.Pid)
	err = errors.Join(err, end(cmd), f.Close())
	reading.Wait()
	return r, err
}

func (r *figures) watch(ctx context.Context, o options, before string, began time.Time, l *line, keys io.Writer, pid int) error {
	for {
		_, first, last := l.state()
		if !first.IsZero() && time.Since(last) > quiet {
			r.FirstOutputMS, r.FirstScreenMS = ms(first.Sub(began)), ms(last.Sub(began))
			break
		}
		if time.Since(began) > longest {
			return errors.New("nothing came to rest on its screen within 30 s")
		}
		if err := sleep(ctx, time.Millisecond); err != nil {
			return err
		}
	}
	r.FirstBytes, _, _ = l.state()
	if _, err := io.WriteString(keys, before); err != nil {
		return fmt.Errorf("typing: %w", err)
	}
	if err := sleep(ctx, o.settle); err != nil {
		return err
	}
	bytes0, _, _ := l.state()
	u0 := usage(pid)
	if err := sleep(ctx, o.idle); err != nil {
		return err
	}
	bytes1, _, _ := l.state()
	u1 := usage(pid)
	if o.idle > 0 {
		r.IdleBytes = float64(bytes1-bytes0) / o.idle.Seconds()
		r.IdleCPU = (u1.cpu - u0.cpu).Seconds() / o.idle.Seconds() * 100
		r.Wakes = float64(u1.wakes-u0.wakes) / o.idle.Seconds()
	}
	err := r.press(ctx, o.keys, l, keys)
	r.PeakMB = usage(pid).peak
	return err
}

// press times each key until the first byte of its output.
func (r *figures) press(ctx context.Context, letters string, l *line, keys io.Writer) error {
	start, _, _ := l.state()
	var took []time.Duration
	for _, k := range letters {
		if err := sleep(ctx, pause); err != nil {
			return err
		}
		l.expect()
		at := time.Now()
		if err := sleep(ctx, l.trip/2); err != nil {
			return err
		}
		if _, err := io.WriteString(keys, string(k)); err != nil {
			return fmt.Errorf("pressing a key: %w", err)
		}
		for {
			if _, first, _ := l.state(); !first.IsZero() {
				took = append(took, first.Sub(at))
				break
			}
			if time.Since(at) > time.Second {
				r.Silent++
				break
			}
			if err := sleep(ctx, 200*time.Microsecond); err != nil {
				return err
			}
		}
		r.Keys++
	}
	if len(took) == 0 {
		return nil
	}
	if err := sleep(ctx, quiet); err != nil {
		return err
	}
	stop, _, _ := l.state()
	slices.Sort(took)
	r.KeyP50, r.KeyP95 = ms(took[len(took)/2]), ms(took[len(took)*95/100])
	r.KeyBytes = float64(stop-start) / float64(r.Keys)
	return nil
}

// used is what a process has used so far.
type used struct {
	cpu   time.Duration
	wakes int
	peak  float64 // memory in MB
}

// usage reads what a process has used, nothing where the system has no such
// files. A wake-up is a wait that a thread has begun by itself and ended.
func usage(pid int) (u used) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	tasks, err := os.ReadDir(filepath.Join(dir, "task"))
	if err != nil {
		return u
	}
	for _, t := range tasks {
		b, err := os.ReadFile(filepath.Join(dir, "task", t.Name(), "schedstat"))
		if fields := strings.Fields(string(b)); err == nil && len(fields) > 0 {
			if ns, err := strconv.ParseInt(fields[0], 10, 64); err == nil {
				u.cpu += time.Duration(ns)
			}
		}
		u.wakes += int(status(filepath.Join(dir, "task", t.Name()), "voluntary_ctxt_switches:"))
	}
	u.peak = status(dir, "VmHWM:") / 1024
	return u
}

// status returns a figure of a status file, 0 if it has none.
func status(dir, name string) float64 {
	b, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(l, name); ok {
			if n, err := strconv.ParseFloat(strings.Fields(rest)[0], 64); err == nil {
				return n
			}
		}
	}
	return 0
}

// end asks the program to end, and kills it if it does not.
func end(cmd *exec.Cmd) error {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errors.Join(fmt.Errorf("ending it: %w", err), cmd.Process.Kill(), cmd.Wait())
	}
	insist := time.AfterFunc(2*time.Second, func() { _ = cmd.Process.Kill() }) // it may have ended meanwhile
	defer insist.Stop()
	err := cmd.Wait()
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		return nil // the exit status does not matter
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }
