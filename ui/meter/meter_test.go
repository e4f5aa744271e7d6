//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// echoes shows a screen, and writes ten letters for each line it receives.
const echoes = `stty -echo; printf 'ready: 0123456789'; while read -r x; do printf '0123456789'; done`

func measured(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, complaints bytes.Buffer
	err := run(t.Context(), args, &out, &complaints)
	return out.String(), err
}

func TestFiguresAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	out, err := measured(t, "-idle", "100ms", "-settle", "10ms", "-keys", "\n\n\n\n", "-json", "--", "/bin/sh", "-c", echoes)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	var all []figures
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	f := all[0]
	if f.Program != "sh" || f.FirstBytes != len("ready: 0123456789") || f.FirstOutputMS <= 0 || f.FirstScreenMS < f.FirstOutputMS {
		t.Errorf("the first screen is %+v", f)
	}
	if f.IdleBytes != 0 {
		t.Errorf("%v bytes a second while idle", f.IdleBytes)
	}
	if f.Keys != 4 || f.Silent != 0 || f.KeyBytes != 10 || f.KeyP50 <= 0 || f.KeyP95 < f.KeyP50 {
		t.Errorf("the keys are %+v", f)
	}
}

// slow answers a line at once, and continues much later.
const slow = `stty -echo; printf 'ready'; while read -r x; do printf 'a'; sleep 0.4; printf 'b'; done`

// A key is timed to the first output after it, as the table's heading states.
func TestAKeyIsTimedToItsFirstOutput(t *testing.T) {
	t.Parallel()
	args := []string{"-idle", "0", "-settle", "10ms", "-keys", "\n", "--", "/bin/sh", "-c", slow}
	out, err := measured(t, append([]string{"-json"}, args...)...)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	var all []map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	if took, ok := all[0]["key_to_first_output_p50_ms"].(float64); !ok || took <= 0 || took > 350 {
		t.Errorf("the first letter is there after %v ms:\n%s", took, out)
	}
	if out, err = measured(t, args...); err != nil || !strings.Contains(out, "key to first output, p50") {
		t.Errorf("the table (%v) is\n%s", err, out)
	}
}

func TestSeveralStandSideBySide(t *testing.T) {
	t.Parallel()
	out, err := measured(t, "-idle", "10ms", "-settle", "10ms", "-program", "/bin/echo one", "-program", "/bin/echo two three")
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	lines := strings.Split(out, "\n")
	if strings.Count(lines[0], "echo") != 2 || !strings.Contains(out, "first output") || !strings.Contains(out, "-") {
		t.Errorf("the table is\n%s", out)
	}
}

func TestWrongUseIsAnError(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-program", " "}, {"-idle", "soon", "--", "true"}, {"--", "/no/such/program"}, {"-before", `"`, "--", "true"}} {
		if out, err := measured(t, args...); err == nil {
			t.Errorf("%q gives %q", args, out)
		}
	}
}

// A line adds its own time to that of the program, and no bytes.
func TestALineIsBetweenProgramAndPerson(t *testing.T) {
	t.Parallel()
	const trip = 80
	out, err := measured(t, "-idle", "0", "-settle", "10ms", "-rate", "100", "-trip", "80ms", "-keys", "\n\n", "-json", "--", "/bin/sh", "-c", echoes)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	var all []figures
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	f := all[0]
	if f.FirstOutputMS < trip/2 || f.FirstScreenMS-f.FirstOutputMS < 169 { // 17 bytes
		t.Errorf("the first screen is %+v", f)
	}
	if f.KeyP50 < trip || f.KeyBytes != 10 {
		t.Errorf("the keys are %+v", f)
	}
}

func TestFiguresAreMedians(t *testing.T) {
	t.Parallel()
	var tries []*figures
	for _, n := range []float64{9, 1, 2, 3, 100} {
		tries = append(tries, &figures{Program: "x", KeyP95: n, FirstBytes: int(n) * 10, PeakMB: -n})
	}
	if m := median(tries); m.Program != "x" || m.KeyP95 != 3 || m.FirstBytes != 30 || m.PeakMB != -3 {
		t.Errorf("the medians are %+v", m)
	}
}
