//go:build unix

package story_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"seedreel/views/story"
)

// program is the built binary on its own terminal.
type program struct {
	cmd  *exec.Cmd
	tty  *os.File
	mu   sync.Mutex
	emu  *vt.Emulator
	more chan struct{}
	read sync.WaitGroup
}

func run(t *testing.T, bin string, env []string) *program {
	t.Helper()
	p := &program{cmd: exec.CommandContext(t.Context(), bin), emu: vt.NewEmulator(100, 30), more: make(chan struct{}, 1)}
	p.cmd.Env = append([]string{"TERM=xterm-256color", "LANG=C.UTF-8"}, env...)
	tty, err := pty.StartWithSize(p.cmd, &pty.Winsize{Cols: 100, Rows: 30})
	if err != nil {
		t.Fatal(err)
	}
	p.tty = tty
	p.read.Go(func() {
		var b [4096]byte
		for {
			n, err := tty.Read(b[:])
			p.mu.Lock()
			_, _ = p.emu.Write(b[:n]) // an emulator takes everything
			p.mu.Unlock()
			select {
			case p.more <- struct{}{}:
			default:
			}
			if err != nil {
				return // the program is gone
			}
		}
	})
	p.read.Go(func() {
		var b [256]byte
		for { // answers to what the program asks its terminal
			n, err := p.emu.Read(b[:])
			if err != nil {
				return
			}
			_, _ = tty.Write(b[:n]) // the program may be gone
		}
	})
	return p
}

func (p *program) until(t *testing.T, ok func(screen string) bool) {
	t.Helper()
	limit := time.After(3 * time.Minute)
	for {
		p.mu.Lock()
		screen := p.emu.String()
		p.mu.Unlock()
		if ok(screen) {
			return
		}
		select {
		case <-p.more:
		case <-limit:
			t.Fatalf("waited in vain, the screen is:\n%s", screen)
		}
	}
}

func (p *program) keys(t *testing.T, s string) {
	t.Helper()
	if _, err := p.tty.WriteString(s); err != nil {
		t.Fatal(err)
	}
}

// kill kills the program with SIGKILL: it cannot react.
func (p *program) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait() // it says that it was killed
	_ = p.tty.Close()
	if pipe, ok := p.emu.InputPipe().(interface{ Close() error }); ok {
		_ = pipe.Close()
	}
	p.read.Wait()
}

// The built program is killed in the middle of everything; the next one fetches
// what it bought, and the service, a process of its own, got each request once.
func TestKilledProgramLosesNothing(t *testing.T) {
	t.Parallel()
	bin := built(t)
	w := story.New(t)
	w.Settings("[services.wavespeed]\nsubmits_per_minute = 10\n")
	base := simulate(t, bin, w)
	env := []string{
		"SEEDREEL_HOME=" + w.Home(), "HOME=" + w.Home(), "WAVESPEED_API_KEY=k", "AIMLAPI_API_KEY=k",
		"WAVESPEED_BASE_URL=" + base, "AIMLAPI_BASE_URL=" + base,
	}
	p := run(t, bin, env)
	p.until(t, contains("[ ctrl+g ]"))
	p.keys(t, "\x07")
	p.until(t, contains("In line:"))
	p.keys(t, " again\x07")
	// The service has both; the program may or may not have learned that.
	p.until(t, func(string) bool { return len(accepted(t, base)) == 2 })
	p.kill(t)

	p = run(t, bin, env)
	p.until(t, contains("2 Jobs"))
	p.kill(t)

	p = run(t, bin, env)
	p.until(t, contains("2 Jobs"))
	p.keys(t, "\x1b2")
	p.until(t, contains("✓ saved"))
	p.kill(t)
	ids := checkKilled(t, bin, env)
	if there := accepted(t, base); len(there) != 2 || !sameSet(ids, there) {
		t.Errorf("the service has %v, the program knows %v", there, ids)
	}
}

// accepted returns the ids of all tasks that the service has ever accepted.
func accepted(t *testing.T, base string) []string {
	t.Helper()
	body := strings.NewReader(`{"page":1,"page_size":100}`)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/v3/predictions", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer k")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // read only
	var answer struct {
		Data struct{ Items []struct{ ID string } }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, x := range answer.Data.Items {
		ids = append(ids, x.ID)
	}
	return ids
}

func sameSet(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// checkKilled lets the plain commands finish the rest, checks all of it, and
// returns the service's ids.
func checkKilled(t *testing.T, bin string, env []string) (ids []string) {
	t.Helper()
	wait := exec.CommandContext(t.Context(), bin, "wait", "--timeout", "3m")
	wait.Env = env
	if out, err := wait.CombinedOutput(); err != nil {
		t.Fatalf("waiting: %v\n%s", err, out)
	}
	list := exec.CommandContext(t.Context(), bin, "jobs", "--json")
	list.Env = env
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	d := json.NewDecoder(bytes.NewReader(out))
	for d.More() {
		var j struct {
			State, Path string
			RemoteID    string `json:"remote_id"`
		}
		if err := d.Decode(&j); err != nil {
			t.Fatal(err)
		}
		if j.State != "saved" || seen[j.Path] {
			t.Errorf("a job is %s, its clip %q", j.State, j.Path)
		}
		seen[j.Path] = true
		ids = append(ids, j.RemoteID)
		if c, err := story.ReadClip(j.Path); err != nil || c.Frames != 121 {
			t.Errorf("the clip is %+v: %v", c, err)
		}
	}
	return ids
}

// simulate starts a service in its own process and returns its address.
func simulate(t *testing.T, bin string, w *story.World) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), bin, "simulate", "--listen", "127.0.0.1:0", "--speed", "1000")
	cmd.Env = []string{"SEEDREEL_HOME=" + w.Home(), "HOME=" + w.Home()}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended with the test's context
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func contains(text string) func(string) bool {
	return func(screen string) bool { return strings.Contains(screen, text) }
}
