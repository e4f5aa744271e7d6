package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// simulation runs the command with the flags until the test ends, and returns
// the address that it prints.
func simulation(t *testing.T, flags ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	home, ended := t.TempDir(), make(chan int, 1)
	go func() {
		ended <- Run(ctx, Options{
			Args: append([]string{"simulate"}, flags...), In: strings.NewReader(""), Out: in, Err: io.Discard, Now: time.Now, Zone: time.UTC,
			Getenv: func(name string) string { return map[string]string{"SEEDREEL_HOME": home}[name] },
		})
		_ = in.Close() // closing a pipe cannot fail
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != ExitOK {
			t.Errorf("ended with %d", code)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// call sends one request and returns the status and the JSON of the response.
func call(t *testing.T, method, link, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer k")
	r.Header.Set("Content-Type", "application/json")
	way := &http.Transport{}
	defer way.CloseIdleConnections()
	res, err := way.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var x map[string]any
	if err := json.NewDecoder(res.Body).Decode(&x); err != nil {
		t.Logf("%s %s: no JSON object: %v", method, link, err)
	}
	return res.StatusCode, x
}

func TestSimulateServesWhatItsFlagsSay(t *testing.T) {
	t.Parallel()
	extra, err := filepath.Abs("../../client/simulator/testdata/extra.json")
	if err != nil {
		t.Fatal(err)
	}
	base := simulation(t, "--listen", "127.0.0.1:0", "--level", "bronze", "--balance", "1.50", "--speed", "20", "--models", extra)
	if _, x := call(t, "GET", base+"/v2/billing", ""); x["current_balance"] != 1.5 {
		t.Errorf("balance %v", x)
	}
	submit := func() int {
		status, _ := call(t, "POST", base+"/api/v3/bytedance/seedance-9/text-to-video", `{"prompt":"a","duration":6}`)
		return status
	}
	if status := submit(); status != http.StatusOK {
		t.Errorf("a model of the file: status %d", status)
	}
	if status, x := call(t, "POST", base+"/_simulator/faults", `{"kind":"status","status":503}`); status != http.StatusOK {
		t.Errorf("scripting: status %d, %v", status, x)
	}
	if status := submit(); status != http.StatusServiceUnavailable {
		t.Errorf("the scripted fault: status %d", status)
	}
	closed := simulation(t, "--control=false")
	if status, _ := call(t, "GET", closed+"/_simulator/faults", ""); status != http.StatusNotFound {
		t.Errorf("without control: status %d", status)
	}
}

func TestSimulateRefusesFlags(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "none.json")
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		flags string
		code  int
		says  string
	}{
		{"--listen 0.0.0.0:80", ExitUsage, "--listen"},
		{"--listen here", ExitUsage, "--listen"},
		{"--speed 0", ExitUsage, "--speed"},
		{"--level tin", ExitUsage, "bronze"},
		{"--balance much", ExitUsage, "--balance"},
		{"--balance -1", ExitUsage, "--balance"},
		{"--models " + missing, ExitTrouble, "models"},
		{"--models " + broken, ExitTrouble, "catalogue"},
	} {
		var errs strings.Builder
		home := t.TempDir()
		code := Run(t.Context(), Options{
			Args: append([]string{"simulate"}, strings.Fields(tt.flags)...), In: strings.NewReader(""), Out: io.Discard, Err: &errs,
			Now: time.Now, Zone: time.UTC, Getenv: func(name string) string { return map[string]string{"SEEDREEL_HOME": home}[name] },
		})
		if code != tt.code || !strings.Contains(errs.String(), tt.says) {
			t.Errorf("%s: exit %d, %q", tt.flags, code, errs.String())
		}
	}
}
