//go:build unix

package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"go.uber.org/goleak"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/simulator"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/views/app"
)

// panicVar makes the test binary run the program with a bug; its value is the
// place of the bug.
const panicVar = "SEEDREEL_TEST_PANIC"

// binary is the real program, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	if where := os.Getenv(panicVar); where != "" {
		os.Exit(broken(where))
	}
	dir, err := os.MkdirTemp("", "seedreel-app")
	if err == nil {
		binary = filepath.Join(dir, "seedreel")
		err = exec.CommandContext(context.Background(), "go", "build", "-o", binary, "seedreel").Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "building the program:", err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(code)
	}))
}

// broken runs the screens with a bug that ! triggers.
func broken(where string) int {
	ctx := context.Background()
	e, err := engine.Open(ctx, engine.Options{Getenv: os.Getenv, Now: time.Now})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	filter := tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg {
		if k, ok := msg.(tea.KeyPressMsg); !ok || k.String() != "!" {
			return msg
		}
		boom := func() tea.Msg { panic("a mistake in " + where) }
		if where == "update" {
			return boom()
		}
		return tea.BatchMsg{boom, boom}
	})
	err = app.Run(ctx, e, app.Terminal{In: os.Stdin, Out: os.Stdout, Getenv: os.Getenv, Now: time.Now, Zone: time.UTC, Extra: []tea.ProgramOption{filter}})
	err = errors.Join(err, e.Close())
	if errors.Is(err, tea.ErrProgramPanic) {
		return 1
	}
	fmt.Fprintln(os.Stderr, "ended with", err)
	return 4
}

// run is a program on a pseudo terminal.
type run struct {
	t     *testing.T
	home  string
	cmd   *exec.Cmd
	ptmx  *os.File
	tty   *os.File
	state *term.State
	ended chan error
	more  chan struct{} // something was written since the last look

	mu  sync.Mutex
	out bytes.Buffer
	emu *vt.Emulator
}

// columns and lines are the size of a run's screen, in cells.
const columns, lines = 120, 36

func home(t *testing.T, base string) string {
	t.Helper()
	dir := t.TempDir()
	toml := "practice = true\n[simulator]\nspeed = 1\n" // nothing of a test leaves this machine
	if base != "" {
		toml = fmt.Sprintf("[services.wavespeed]\nbase_url = %q\n", base)
	}
	if err := os.MkdirAll(filepath.Join(dir, "config"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config", "settings.toml"), []byte(toml), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func environ(home string) []string {
	return []string{"SEEDREEL_HOME=" + home, "HOME=" + home, "TERM=xterm-256color", "PATH=" + os.Getenv("PATH"), "WAVESPEED_API_KEY=sk-leave"}
}

func start(t *testing.T, home, program string, more ...string) *run {
	t.Helper()
	r := launch(t, home, []string{program}, more...)
	r.until("Prompt")
	return r
}

// launch runs a command on its own terminal.
func launch(t *testing.T, home string, command []string, more ...string) *run {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	if err := pty.Setsize(ptmx, &pty.Winsize{Rows: lines, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	r := &run{t: t, home: home, ptmx: pollable(t, ptmx), tty: tty, ended: make(chan error, 1), more: make(chan struct{}, 1), emu: vt.NewEmulator(columns, lines)}
	if r.state, err = term.GetState(tty.Fd()); err != nil {
		t.Fatal(err)
	}
	r.cmd = exec.CommandContext(t.Context(), command[0], command[1:]...)
	r.cmd.Env = append(environ(home), more...)
	r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = tty, tty, tty
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var copying sync.WaitGroup
	copying.Go(func() { // ends when the terminal is closed
		_, _ = io.Copy(r, r.ptmx)
	})
	copying.Go(func() { // nobody answers what the program asks
		_, _ = io.Copy(io.Discard, r.emu)
	})
	go func() { r.ended <- r.cmd.Wait() }()
	t.Cleanup(func() {
		_, _ = r.ptmx.Close(), tty.Close() // some are closed already
		if pipe, ok := r.emu.InputPipe().(io.Closer); ok {
			_ = pipe.Close() // closing a pipe never fails
		}
		copying.Wait()
	})
	return r
}

// pollable returns a file whose Close ends a pending Read; setting the size of
// a terminal disables that.
func pollable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	syscall.ForkLock.RLock()
	fd, err := syscall.Dup(int(f.Fd()))
	if err == nil {
		syscall.CloseOnExec(fd)
		err = syscall.SetNonblock(fd, true)
	}
	syscall.ForkLock.RUnlock()
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

// Write keeps what the program wrote.
func (r *run) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		select {
		case r.more <- struct{}{}:
		default:
		}
	}()
	if _, err := r.emu.Write(b); err != nil {
		return 0, fmt.Errorf("drawing: %w", err)
	}
	return r.out.Write(b)
}

// seen returns the screen as a person sees it now, without trailing blanks.
func (r *run) seen() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	rows := strings.Split(r.emu.String(), "\n")
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, " \r")
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

// sees waits until ok accepts the screen.
func (r *run) sees(what string, ok func(screen string) bool) {
	r.t.Helper()
	if !r.await(func() bool { return ok(r.seen()) }) {
		r.t.Fatalf("no %s on\n%s", what, r.seen())
	}
}

// await checks ok after every write, for 20 seconds at most.
func (r *run) await(ok func() bool) bool {
	limit := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-r.more:
		case <-limit:
			return false
		}
	}
	return true
}

func (r *run) screen() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

func (r *run) until(text string) {
	r.t.Helper()
	if !r.await(func() bool { return strings.Contains(r.screen(), text) }) {
		r.t.Fatalf("no %q in %q", text, r.screen())
	}
}

func (r *run) press(keys string) {
	r.t.Helper()
	if _, err := io.WriteString(r.ptmx, keys); err != nil {
		r.t.Fatal(err)
	}
}

// write types words and waits until they are on the screen.
func (r *run) write(words string) {
	r.t.Helper()
	before := r.seen()
	r.press(words)
	r.sees(words, func(screen string) bool {
		for _, word := range strings.Fields(words) {
			if len(word) < 3 {
				continue // it is in other words, which come and go
			}
			if strings.Count(screen, word) <= strings.Count(before, word) {
				return false
			}
		}
		return true
	})
}

// gone waits for the end of the program and fails if it takes longer than
// within.
func (r *run) gone(within time.Duration) (code int) {
	r.t.Helper()
	began := time.Now()
	select {
	case <-r.ended:
	case <-time.After(within + 20*time.Second):
		r.t.Fatal("the program does not end")
	}
	if took := time.Since(began); took > within {
		r.t.Errorf("leaving took %s, at most %s is right", took, within)
	}
	return r.cmd.ProcessState.ExitCode()
}

// restored checks that the terminal is as it was.
func (r *run) restored() {
	r.t.Helper()
	now, err := term.GetState(r.tty.Fd())
	if err != nil {
		r.t.Fatal(err)
	}
	if !reflect.DeepEqual(now, r.state) {
		r.t.Errorf("the terminal was left as %+v, it was %+v", now, r.state)
	}
	r.until("\x1b[?1049l")
	r.nothingOn()
}

// nothingOn checks that every mode the program may have switched on is off.
func (r *run) nothingOn() {
	r.t.Helper()
	// The last bytes may still be on their way through the terminal.
	r.sees("terminal with nothing left on", func(string) bool { return len(r.leftOn()) == 0 })
}

// leftOn returns the modes that were switched on and not off again.
func (r *run) leftOn() []string {
	var on []string
	out := r.screen()
	for _, mode := range []string{"1049", "2004", "1004", "1000", "1002", "1003", "1006", "2026", "2031"} {
		if strings.LastIndex(out, "\x1b[?"+mode+"h") > strings.LastIndex(out, "\x1b[?"+mode+"l") {
			on = append(on, mode)
		}
	}
	if strings.LastIndex(out, "\x1b[?25l") > strings.LastIndex(out, "\x1b[?25h") {
		on = append(on, "a hidden cursor")
	}
	return on
}

// kept checks that the draft is on disk and the database is closed.
func (r *run) kept(draft string) {
	r.t.Helper()
	if st, err := os.Stat(filepath.Join(r.home, "data", "seedreel.db-wal")); err == nil {
		r.t.Errorf("the database was not closed: its journal has %d bytes", st.Size())
	}
	e := open(r.t, r.home)
	b, err := e.Store.LoadDraft(r.t.Context())
	if err != nil || !strings.Contains(string(b), draft) {
		r.t.Errorf("the draft is %s (%v), want %q in it", b, err, draft)
	}
}

func open(t *testing.T, home string) *engine.Engine {
	t.Helper()
	env := map[string]string{}
	for _, kv := range environ(home) {
		k, v, _ := strings.Cut(kv, "=")
		env[k] = v
	}
	e, err := engine.Open(t.Context(), engine.Options{Getenv: func(k string) string { return env[k] }, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, e)
	return e
}

func TestLeavingWithNothingUnderWay(t *testing.T) {
	t.Parallel()
	signals := func(s syscall.Signal) func(*run) {
		return func(r *run) {
			if err := r.cmd.Process.Signal(s); err != nil {
				r.t.Error(err)
			}
		}
	}
	ways := map[string]func(*run){
		"SIGHUP":  signals(syscall.SIGHUP),
		"SIGTERM": signals(syscall.SIGTERM),
		"SIGINT":  signals(syscall.SIGINT),
		"ctrl+c":  func(r *run) { r.press("\x03") },
	}
	for name, leave := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, home(t, ""), binary)
			r.write("a lake at dawn, seen from " + name)
			leave(r)
			if code := r.gone(2 * time.Second); code != 0 {
				t.Errorf("it ended with %d: %q", code, r.screen())
			}
			r.restored()
			r.kept("seen from " + name)
		})
	}
	t.Run("the line drops", func(t *testing.T) {
		t.Parallel()
		r := start(t, home(t, ""), binary)
		r.write("a lake at dusk, far away")
		if err := errors.Join(r.tty.Close(), r.ptmx.Close()); err != nil {
			t.Fatal(err)
		}
		r.gone(2 * time.Second)
		r.kept("far away")
	})
	for _, where := range []string{"update", "command"} {
		t.Run("panic in "+where, func(t *testing.T) {
			t.Parallel()
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			r := start(t, home(t, ""), self, panicVar+"="+where)
			r.write("a lake at noon, still")
			r.press("!")
			if code := r.gone(2 * time.Second); code != 1 {
				t.Errorf("it ended with %d: %q", code, r.screen())
			}
			r.until("a mistake in " + where)
			r.restored()
			r.kept("still")
		})
	}
}

func TestLeavingDuringAPOST(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]syscall.Signal{"SIGHUP": syscall.SIGHUP, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cat, err := engine.LoadCatalogue("")
			if err != nil {
				t.Fatal(err)
			}
			sim, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(cat), Dialects: all.Dialects(), Now: time.Now, Control: true})
			if err != nil {
				t.Fatal(err)
			}
			srv := httptest.NewServer(sim)
			t.Cleanup(srv.Close)
			// The answer takes its time.
			slow := simulator.Fault{Kind: simulator.KindSlow, Delay: 1500 * time.Millisecond, Match: simulator.Match{Op: simulator.OpSubmit}}
			if err := sim.Script(slow); err != nil {
				t.Fatal(err)
			}
			dir := home(t, srv.URL)
			id := queued(t, dir)
			r := start(t, dir, binary)
			for len(sim.Faults()) > 0 { // taken: the request is there
				time.Sleep(5 * time.Millisecond)
			}
			if err := r.cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			r.gone(4 * time.Second)
			r.restored()
			r.until("Waiting for the answer")
			r.until("1 job goes on at the service")
			r.until("seedreel wait")
			j, err := open(t, dir).Store.Job(t.Context(), id)
			if err != nil || j.State != job.Submitted || j.RemoteID == "" || len(sim.Tasks()) != 1 {
				t.Errorf("the job is %+v (%v), %d were made", j, err, len(sim.Tasks()))
			}
		})
	}
}

// queued adds a job that the next program will send.
func queued(t *testing.T, home string) string {
	t.Helper()
	e := open(t, home)
	var m *catalogue.Model
	for _, x := range e.Catalogue.Now().All() {
		if x.Provider == "wavespeed" && x.Task == "text-to-video" && x.MakesVideo() {
			m = x
			break
		}
	}
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake at dawn")})
	p, err := e.Desk.Prepare(t.Context(), order.Clip(m, v, 1, nil, e.Services.Practice()))
	if err != nil {
		t.Fatal(err)
	}
	var a order.Answers
	jobs, err := e.Desk.Confirm(t.Context(), p, a.Agree(p.Open(a)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return jobs[0].ID
}
