package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"seedreel/assets"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
)

// lab is shared by all rows: the program, built once, and a folder.
type lab struct {
	short   bool
	dir     string
	root    string
	program string
	cat     *catalogue.Catalogue
}

// newLab builds the program.
func newLab(ctx context.Context, short bool) (*lab, error) {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return nil, fmt.Errorf("looking for the module: %w", err)
	}
	l := &lab{short: short, root: filepath.Dir(strings.TrimSpace(string(mod)))}
	if l.dir, err = os.MkdirTemp("", "seedreel-proof-"); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	l.program = filepath.Join(l.dir, "seedreel")
	build := exec.CommandContext(ctx, "go", "build", "-o", l.program, "seedreel")
	build.Dir = l.root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the program: %w: %s", err, out)
	}
	l.cat, err = catalogue.Load(assets.Models())
	return l, err
}

func (l *lab) clear() { _ = os.RemoveAll(l.dir) } // a temporary folder

// rounds returns the number for the length of the run.
func (l *lab) rounds(short, full int) int {
	if l.short {
		return short
	}
	return full
}

// machine describes where the figures were measured.
func machine() string {
	return fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}

// service is the simulator behind a hook that may interfere.
type service struct {
	*simulator.Simulator
	cat  *catalogue.Catalogue
	base string
	srv  *http.Server
	hook atomic.Pointer[hook]
}

// hook sees every request before the simulator does and must pass it on.
type hook func(w http.ResponseWriter, r *http.Request, next http.Handler)

// serve starts a service on a port of its own; close stops it.
func (l *lab) serve(ctx context.Context, speed float64) (*service, error) {
	return l.serveBy(ctx, speed, time.Now)
}

// serveBy is like serve for a service with another clock.
func (l *lab) serveBy(ctx context.Context, speed float64, now func() time.Time) (*service, error) {
	plenty := 100_000 * usd.Dollar
	sim, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(l.cat), Dialects: all.Dialects(), Now: now, Speed: speed, Control: true, Balance: &plenty})
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	s := &service{Simulator: sim, cat: l.cat, base: "http://" + ln.Addr().String()}
	s.srv = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := s.hook.Load(); h != nil {
			(*h)(w, r, sim)
			return
		}
		sim.ServeHTTP(w, r)
	})}
	go func() { _ = s.srv.Serve(ln) }() // ends with close
	return s, nil
}

func (s *service) set(h hook) { s.hook.Store(&h) }

func (s *service) close() {
	_ = s.srv.Close() // its clients are gone
	_ = s.Close()
}

// home makes a data folder whose services are at base.
func (l *lab) home(base string) (string, error) {
	dir, err := os.MkdirTemp(l.dir, "home-")
	if err != nil {
		return "", fmt.Errorf("making a home: %w", err)
	}
	return dir, furnish(dir, base)
}

// shop starts a service and makes a data folder for it.
func (l *lab) shop(ctx context.Context, speed float64) (*service, string, error) {
	s, err := l.serve(ctx, speed)
	if err != nil {
		return nil, "", err
	}
	home, err := l.home(s.base)
	if err != nil {
		s.close()
		return nil, "", err
	}
	return s, home, nil
}

func furnish(dir, base string) error {
	toml := ""
	for _, who := range sellers() {
		toml += fmt.Sprintf("[services.%s]\nbase_url = %q\nin_flight = 10000\nsubmits_per_minute = 5000\n", who, base)
	}
	if err := os.MkdirAll(filepath.Join(dir, "config"), 0o700); err != nil {
		return fmt.Errorf("making a home: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config", "settings.toml"), []byte(toml), 0o600); err != nil {
		return fmt.Errorf("making a home: %w", err)
	}
	return nil
}

func clipsOf(home string) string { return filepath.Join(home, "data", "clips") }

// process is one run of the program.
type process struct {
	cmd  *exec.Cmd
	dead chan struct{}
	err  error
	mu   sync.Mutex
	out  bytes.Buffer
}

// Write keeps the output.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// start runs the program with wrap, such as strace, before it.
func (l *lab) start(ctx context.Context, home string, wrap []string, args ...string) (*process, error) {
	return l.startWith(ctx, proofKey, home, wrap, args...)
}

// startWith is like start with another key for every service.
func (l *lab) startWith(ctx context.Context, key, home string, wrap []string, args ...string) (*process, error) {
	line := append(append(append([]string{}, wrap...), l.program), args...)
	p := &process{cmd: exec.CommandContext(ctx, line[0], line[1:]...), dead: make(chan struct{})}
	p.cmd.Env = append(keys(key), "SEEDREEL_HOME="+home, "HOME="+home, "PATH="+os.Getenv("PATH"), "TERM=dumb")
	p.cmd.Stdout, p.cmd.Stderr = p, p
	asGroup(p.cmd)
	p.cmd.WaitDelay = 2 * time.Second // a child of a killed process may hold the pipes
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the program: %w", err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.dead)
	}()
	return p, nil
}

// kill sends SIGKILL and returns once the process is gone.
func (p *process) kill() {
	_ = p.cmd.Cancel() // it may have ended by itself
	<-p.dead
}

// killed reports whether the process was killed instead of exiting.
func (p *process) killed() bool { return p.cmd.ProcessState != nil && !p.cmd.ProcessState.Exited() }

// runs runs the program to its end and returns its exit code.
func (l *lab) runs(ctx context.Context, home string, args ...string) (code int, said string, err error) {
	return l.runsWith(ctx, proofKey, home, args...)
}

// runsWith is like runs with another key for every service.
func (l *lab) runsWith(ctx context.Context, key, home string, args ...string) (code int, said string, err error) {
	p, err := l.startWith(ctx, key, home, nil, args...)
	if err != nil {
		return 0, "", err
	}
	<-p.dead
	return p.cmd.ProcessState.ExitCode(), p.said(), ctx.Err()
}

// submitArgs returns the arguments to order clips with a unique prompt.
func (l *lab) submitArgs(who seller, prompt string, count int) []string {
	return submitArgs(l.model(who, "text-to-video"), prompt, count)
}

// anyArgs is like submitArgs for the nth order of a row: services take turns,
// and so do models with a seed and without.
func (l *lab) anyArgs(n int, prompt string, count int) []string {
	return submitArgs(l.offer(n), prompt, count)
}

func submitArgs(m *catalogue.Model, prompt string, count int) []string {
	return []string{"submit", "--model", m.Ref().String(), "--prompt", prompt, "--count", fmt.Sprint(count), "--again", "--yes"}
}

// goOn lets one process bring all open jobs to their end, within its patience.
// Jobs that end badly, late or unknown are for the audit to judge.
func (l *lab) goOn(ctx context.Context, home, patience string) error {
	code, said, err := l.runs(ctx, home, "wait", "--timeout", patience)
	if err != nil {
		return fmt.Errorf("going on: %w: %s", err, tail(said))
	}
	// Done, moderation, failed, timed out, uncertain: the exit codes of jobs.
	if slices.Contains([]int{0, 6, 7, 8, 9}, code) {
		return nil
	}
	return fmt.Errorf("going on ended with %d: %s", code, tail(said))
}

// acked reports whether the program reported an order to be on disk.
func acked(said string) bool { return strings.Contains(said, "submitting ") }

// open opens the history of a home without running processes.
func open(ctx context.Context, home string) (*store.Store, error) {
	return store.Open(ctx, store.Options{Path: filepath.Join(home, "data", "seedreel.db"), Now: time.Now, Thorough: true})
}

// everything returns every job.
func everything(ctx context.Context, s *store.Store) ([]*job.Job, error) {
	var out []*job.Job
	q := store.Query{Limit: 500}
	for {
		page, next, err := s.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, page...)
		if next == 0 || len(page) == 0 {
			return out, nil
		}
		q.Cursor = next
	}
}

func roll(n int) int { return rand.IntN(max(n, 1)) }

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
