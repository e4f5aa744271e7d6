//go:build unix

package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/state/engine"
)

// canary is a key that must not appear anywhere.
const canary = "sk-canary-4711-fb0d3e"

// elsewhere is another host, which keeps everything it is sent.
type elsewhere struct {
	mu   sync.Mutex
	seen bytes.Buffer
}

func (e *elsewhere) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := r.Write(&e.seen); err != nil {
		e.seen.WriteString(err.Error())
	}
	w.WriteHeader(http.StatusTeapot)
}

// echoes are answers that repeat the key, as services do with one they refuse,
// and redirects to another host.
func echoes(away string) []simulator.Fault {
	words := "the key " + canary + " is not valid"
	page := "<html><body>" + words + "</body></html>"
	status := func(n int) simulator.Fault {
		return simulator.Fault{Kind: simulator.KindStatus, Status: n, Message: words, ErrorCode: canary}
	}
	return []simulator.Fault{
		status(400), status(401), status(402), status(403), status(404), status(422), status(500), status(503),
		{Kind: simulator.KindStatus, Status: 502, Body: page, Type: "text/html"},
		{Kind: simulator.KindStatus, Status: 200, Body: page, Type: "text/html"},
		{Kind: simulator.KindStatus, Status: 200, Body: `{"code":200,"data":{"status":"` + canary + `","error":"` + canary + `"}}`, Type: "application/json"},
		{Kind: simulator.KindRedirect, Location: away + "/?key=" + canary},
		{Kind: simulator.KindRedirect, Status: 307, Location: away},
		{Kind: simulator.KindLost},
		{Kind: simulator.KindCut},
		{Kind: simulator.KindHostile},
		{Kind: simulator.KindPortal},
	}
}

// TestTheKeyIsNowhere takes a key of both services through failures of every
// kind of request, a session, a dropped line and a panic. It then searches
// every byte that the program wrote: its folders, its output, its frames, and
// what it sent to other hosts.
func TestTheKeyIsNowhere(t *testing.T) {
	t.Parallel()
	cat, err := engine.LoadCatalogue("")
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(cat), Dialects: all.Dialects(), Now: time.Now, Speed: 1000, Control: true})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sim)
	t.Cleanup(srv.Close)
	var other elsewhere
	away := httptest.NewServer(&other)
	t.Cleanup(away.Close)

	dir := home(t, srv.URL)
	f, err := os.OpenFile(filepath.Join(dir, "config", "settings.toml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(f, "in_flight = 100\nsubmits_per_minute = 1000\n[services.aimlapi]\nbase_url = %q\n", srv.URL); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	keys := []string{"WAVESPEED_API_KEY=" + canary, "AIMLAPI_API_KEY=" + canary}
	var said bytes.Buffer
	run := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), binary, args...)
		cmd.Env = append(environ(dir), keys...)
		out, _ := cmd.CombinedOutput() // most of them are to fail
		said.Write(out)
		fmt.Fprintln(&said, "\n", args)
	}
	var wave, aiml string
	for _, m := range cat.All() {
		if m.Task != "text-to-video" || !m.MakesVideo() {
			continue
		}
		if m.Provider == "wavespeed" && wave == "" {
			wave = m.Ref().String()
		} else if m.Provider == "aimlapi" && aiml == "" {
			aiml = m.Ref().String()
		}
	}
	for i, fault := range echoes(away.URL) {
		if err := sim.Script(fault); err != nil {
			t.Fatal(err)
		}
		model := wave
		if i%3 == 2 && aiml != "" {
			model = aiml
		}
		run("--debug", "submit", "--model", model, "--prompt", fmt.Sprint("a lake ", i), "--again", "--yes", "--json")
		sim.ClearFaults()
		if i%4 != 0 {
			continue
		}
		for _, op := range []simulator.Op{simulator.OpAccount, simulator.OpHistory} {
			fault.Match.Op = op
			if err := sim.Script(fault); err != nil {
				t.Fatal(err)
			}
		}
		run("--debug", "doctor", "--json")
		sim.ClearFaults()
	}
	run("--debug", "jobs", "--json")
	run("doctor")
	run("settings")
	run("doctor", "--repair")

	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Script(simulator.Fault{Kind: simulator.KindStatus, Status: 401, Message: canary, Times: -1}); err != nil {
		t.Fatal(err)
	}
	for i, program := range []string{binary, self} {
		more := keys
		if program == self {
			more = append(more[:len(more):len(more)], panicVar+"=update")
		}
		s := start(t, dir, program, more...)
		s.write([]string{"a lake at dawn", "a boat at noon"}[i])
		refused := func(screen string) int { return strings.Count(screen, "refused the key") }
		before := refused(s.seen())
		s.press("\x07") // submits
		s.sees("answer of the service", func(screen string) bool { return refused(screen) > before })
		if i == 0 {
			if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
				t.Error(err)
			}
		} else {
			s.press("!")
		}
		s.gone(5 * time.Second)
		said.WriteString(s.screen())
	}
	search(t, "the output and the frames", said.Bytes())
	other.mu.Lock()
	search(t, "what another host was sent", other.seen.Bytes())
	other.mu.Unlock()
	searchFiles(t, dir)
	if !strings.Contains(said.String(), "[redacted]") {
		t.Error("no answer repeated the key: this test tests nothing")
	}
}

func searchFiles(t *testing.T, dir string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		search(t, path, b)
		return nil
	})
	if err != nil || n < 4 {
		t.Errorf("%d files were searched (%v)", n, err)
	}
}

// search looks for the key as it is and in the usual encodings.
func search(t *testing.T, where string, b []byte) {
	t.Helper()
	for _, form := range []string{
		canary, url.QueryEscape(canary), hex.EncodeToString([]byte(canary)), base64.StdEncoding.EncodeToString([]byte(canary)), canary[:len(canary)-4], canary[4:],
	} {
		if i := bytes.Index(b, []byte(form)); i >= 0 {
			t.Errorf("%s has the key at %d: %.200q", where, i, b[max(i-120, 0):])
			return
		}
	}
}
