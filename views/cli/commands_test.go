package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/ui/term"
)

// bench is the environment of one script: a clock that can be moved forward and
// the input of the next command.
type bench struct {
	ahead atomic.Int64
	stdin string
}

func (b *bench) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

// TestCommands runs the scripts. "sr CODE ARGS" runs the program in this
// process and checks the exit code, "in FILE" sets the input of the next one,
// "clock 1m" moves the clock forward, "fault JSON" scripts the next failure,
// and "service [DOLLARS]" starts both services outside of the program with keys
// in the environment.
func TestCommands(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "commands"),
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("SEEDREEL_HOME", home)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("TERM", "xterm-256color")
			env.Values["bench"] = &bench{}
			return errors.Join(writeSettings(home, ""), deepPicture(filepath.Join(env.WorkDir, "deep.png")))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"sr": runScripted, "in": setInput, "clock": setClock, "service": startService, "env-from": setFromFile, "fault": scriptFault,
			"env-job": setJob,
		},
	})
}

// deepPicture writes a picture with 16 bits a channel.
func deepPicture(file string) error {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray16(image.Rect(0, 0, 400, 400))); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o600)
}

// writeSettings writes settings that speed up practice.
func writeSettings(home, more string) error {
	file := filepath.Join(home, "config", "settings.toml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte("model = \"wavespeed:bytedance/seedance-v1-lite-t2v-480p\"\n[simulator]\nspeed = 1000\n"+more), 0o600)
}

func runScripted(ts *testscript.TestScript, _ bool, args []string) {
	b := ts.Value("bench").(*bench)
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("sr needs the exit code first: %v", err)
	}
	var out, errs bytes.Buffer
	o := options(ts.Getenv, b.now)
	o.Args, o.In, o.Out, o.Err = args[1:], strings.NewReader(b.stdin), &out, &errs
	b.stdin = ""
	got := Run(context.Background(), o)
	_, _ = io.Copy(ts.Stdout(), bytes.NewReader(out.Bytes())) // into a string builder
	_, _ = io.Copy(ts.Stderr(), bytes.NewReader(errs.Bytes()))
	if strings.ContainsRune(out.String()+errs.String(), '\x1b') {
		ts.Fatalf("an escape code was written though nothing is a terminal")
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if slices.Contains(args, "--json") {
		shaped(ts, out.String(), errs.String(), want)
	}
}

// shaped checks that every result has a shape, and that a failure is one object
// with its code.
func shaped(ts *testscript.TestScript, out, errs string, code int) {
	for line := range strings.Lines(out) {
		var x struct{ Shape string }
		if json.Unmarshal([]byte(line), &x) != nil || x.Shape == "" {
			ts.Fatalf("a result without a shape: %s", line)
		}
	}
	codes := []int{ExitOK}
	for line := range strings.Lines(errs) {
		var x struct {
			Shape, Message string
			Code           int
		}
		if json.Unmarshal([]byte(line), &x) == nil && x.Shape == "error/1" && x.Message != "" {
			codes = append(codes, x.Code)
		}
	}
	if slices.Max(codes) != code {
		ts.Fatalf("exit code %d, and the errors have %v", code, codes[1:])
	}
}

// builtIn returns the built-in models, read once for all commands and services.
var builtIn = sync.OnceValues(engine.BuiltIn)

// options returns the options of a program without a terminal.
func options(getenv func(string) string, now func() time.Time) Options {
	cat, _ := builtIn() // else the program reads them, and reports why it cannot
	return Options{
		BuiltIn: cat, Getenv: getenv, Now: now, Zone: time.UTC, Version: "test",
		Terminal: func() (bool, string) { return false, "input and output must be a terminal for the screens" },
	}
}

func setInput(ts *testscript.TestScript, _ bool, args []string) {
	ts.Value("bench").(*bench).stdin = ts.ReadFile(args[0])
}

func setFromFile(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

func setClock(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	ts.Value("bench").(*bench).ahead.Add(int64(d))
}

func startService(ts *testscript.TestScript, _ bool, args []string) {
	b := ts.Value("bench").(*bench)
	dollars := "100"
	if len(args) > 0 {
		dollars = args[0]
	}
	base, stop, err := serve(b.now, dollars)
	ts.Check(err)
	ts.Defer(stop)
	ts.Check(writeSettings(ts.Getenv("SEEDREEL_HOME"), serviceSettings(base)))
	ts.Setenv("WAVESPEED_API_KEY", "k-wave")
	ts.Setenv("AIMLAPI_API_KEY", "k-aiml")
	ts.Setenv("SIMULATOR", base)
}

// setJob sets a variable to the id of the oldest job that a search finds.
func setJob(ts *testscript.TestScript, _ bool, args []string) {
	var out bytes.Buffer
	o := options(ts.Getenv, ts.Value("bench").(*bench).now)
	o.Args, o.In, o.Out, o.Err = append([]string{"history", "--json"}, args[1:]...), strings.NewReader(""), &out, io.Discard
	if code := Run(context.Background(), o); code != 0 {
		ts.Fatalf("history ended with %d", code)
	}
	_, found, _ := strings.Cut("\n"+strings.TrimSpace(out.String()), "\n")
	if i := strings.LastIndex(found, "\n"); i >= 0 {
		found = found[i+1:]
	}
	var j struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(found), &j); err != nil {
		ts.Fatalf("no job for %v", args[1:])
	}
	ts.Setenv(args[0], j.ID)
}

// scriptFault makes the services fail the next matching request.
func scriptFault(ts *testscript.TestScript, _ bool, args []string) {
	link := ts.Getenv("SIMULATOR") + simulator.ControlPath + "faults"
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, link, strings.NewReader(args[0]))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	ts.Check(err)
	ts.Check(res.Body.Close())
	if res.StatusCode/100 != 2 {
		ts.Fatalf("scripting %s: HTTP %d", args[0], res.StatusCode)
	}
}

func serviceSettings(base string) string {
	return fmt.Sprintf("[services.wavespeed]\nbase_url = %q\n[services.aimlapi]\nbase_url = %q\n", base, base)
}

// serve starts both services on this machine.
func serve(now func() time.Time, dollars string) (base string, stop func(), err error) {
	cat, err := builtIn()
	if err != nil {
		return "", nil, err
	}
	balance, err := usd.Parse(dollars)
	if err != nil {
		return "", nil, err
	}
	sim, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(cat), Dialects: all.Dialects(), Now: now, Speed: 1000, Balance: &balance, Control: true})
	if err != nil {
		return "", nil, err
	}
	srv := httptest.NewServer(sim)
	return srv.URL, func() {
		srv.Close()
		_ = sim.Close() // kept in memory only
	}, nil
}

// TestScreensNeedATerminal checks that the bare command never draws without a
// terminal.
func TestScreensNeedATerminal(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	o := options(func(string) string { return "" }, time.Now)
	o.Out, o.Err = &out, &errs
	if got := Run(t.Context(), o); got != ExitUsage {
		t.Errorf("exit code %d", got)
	}
	if out.Len() > 0 || !strings.Contains(errs.String(), "must be a terminal") {
		t.Errorf("wrote %q and %q", out.String(), errs.String())
	}
}

// TestDumbTerminal checks that help and errors come without any library that
// queries the terminal.
func TestDumbTerminal(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := func(name string) string { return map[string]string{"TERM": "dumb", "SEEDREEL_HOME": home}[name] }
	if !term.Probe(env).Dumb {
		t.Fatal("the terminal is not dumb")
	}
	for _, args := range [][]string{{"--help"}, {"submit", "--help"}, {"--version"}, {"submit", "--bogus"}, {"bogus"}} {
		var out, errs bytes.Buffer
		o := options(env, time.Now)
		o.Args, o.Out, o.Err = args, &out, &errs
		code := Run(t.Context(), o)
		if bad := strings.Contains(args[len(args)-1], "bogus"); bad != (code == ExitUsage) || bad != (errs.Len() > 0) {
			t.Errorf("%v: exit code %d, errors %q", args, code, errs.String())
		}
		if strings.ContainsRune(out.String()+errs.String(), '\x1b') {
			t.Errorf("%v: an escape code", args)
		}
	}
}
