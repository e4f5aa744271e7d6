package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/account"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/services"
	"seedreel/state/store"
)

var update = flag.Bool("update", false, "write testdata anew")

// questioned returns the error for an order with open questions and nobody to
// answer them.
func questioned(kinds ...order.Kind) error {
	p := &order.Prepared{Lines: make([]order.Line, 1)}
	open := make([]order.Question, len(kinds))
	for i, k := range kinds {
		open[i] = order.Question{Kind: k}
	}
	return notConfirmed(p, open)
}

// TestExitCodes checks that every failure has the code in the help topic.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	kind := func(k client.Kind) error {
		return fmt.Errorf("doing: %w", &client.Error{Kind: k, Provider: "wavespeed"})
	}
	for _, tc := range []struct {
		err  error
		want int
	}{
		{nil, ExitOK},
		{errors.New("disk"), ExitTrouble},
		{usage("bad"), ExitUsage},
		{kind(client.KindInvalid), ExitInvalid},
		{kind(client.KindUnauthorized), ExitNoKey},
		{fmt.Errorf("x: %w", &services.NoKeyError{Provider: "aimlapi"}), ExitNoKey},
		{kind(client.KindNoFunds), ExitNoFunds},
		{questioned(order.OverLimit), ExitNoFunds},
		{questioned(order.SameAgain), ExitInvalid},
		{questioned(order.AboveThreshold), ExitNotConfirmed},
		{questioned(order.AboveThreshold, order.NotCovered), ExitNoFunds},
		{kind(client.KindModeration), ExitModeration},
		{kind(client.KindFailed), ExitFailed},
		{kind(client.KindUncertain), ExitUncertain},
		{notOffered("aimlapi", "thing", fmt.Errorf("x: %w", account.ErrNotOffered)), ExitNotOffered},
		{kind(client.KindNotFound), ExitNotFound},
		{fmt.Errorf("x: %w", store.ErrNotFound), ExitNotFound},
		{kind(client.KindNotSent), ExitUnreachable},
		{kind(client.KindRateLimited), ExitUnreachable},
		{kind(client.KindUnavailable), ExitUnreachable},
		{kind(client.KindUnknown), ExitTrouble},
	} {
		if got := code(t.Context(), tc.err); got != tc.want {
			t.Errorf("%v: %d, want %d", tc.err, got, tc.want)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if got := code(stopped, stopped.Err()); got != ExitInterruption {
		t.Errorf("interrupted: %d", got)
	}
}

// TestExitCodeOfJob checks the exit code of waiting for a job, by its end.
func TestExitCodeOfJob(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		state  job.State
		reason job.Reason
		want   int
	}{
		{job.Saved, "", ExitOK},
		{job.Submitted, "", ExitOK},
		{job.Uncertain, "", ExitUncertain},
		{job.Failed, job.ReasonModeration, ExitModeration},
		{job.Failed, job.ReasonFunds, ExitNoFunds},
		{job.Failed, job.ReasonUnauthorized, ExitNoKey},
		{job.Failed, job.ReasonInvalid, ExitInvalid},
		{job.Failed, job.ReasonFile, ExitInvalid},
		{job.Failed, job.ReasonTimedOut, ExitTimedOut},
		{job.Failed, job.ReasonProvider, ExitFailed},
		{job.Failed, job.ReasonExpired, ExitFailed},
		{job.Failed, job.ReasonGone, ExitFailed},
		{job.Failed, job.ReasonUnusable, ExitFailed},
		{job.Failed, job.ReasonCanceled, ExitFailed},
		{job.Failed, job.ReasonNotSubmitted, ExitFailed},
		{job.Failed, "", ExitFailed},
	} {
		if got := codeOf(&job.Job{State: tc.state, Reason: tc.reason}); got != tc.want {
			t.Errorf("%s %s: %d, want %d", tc.state, tc.reason, got, tc.want)
		}
	}
}

// TestExitCodesAreDistinct checks that each code has one meaning, and that all
// are in the topic.
func TestExitCodesAreDistinct(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	topic := exitTopic().Long
	for _, e := range exitCodes() {
		if seen[e.code] {
			t.Errorf("%d stands there twice", e.code)
		}
		seen[e.code] = true
		if !strings.Contains(topic, fmt.Sprintf("%4d  %s", e.code, e.text)) {
			t.Errorf("%d is not in the topic", e.code)
		}
	}
}

// TestShapesOnlyGrow compares the fields of all shapes with those in
// testdata/shapes.txt. What was written once stays: -update adds new fields,
// and takes away none.
func TestShapesOnlyGrow(t *testing.T) {
	t.Parallel()
	names := map[reflect.Type]string{}
	for _, s := range shapes() {
		names[reflect.TypeOf(s.of)] = s.name
	}
	var now []string
	for _, s := range shapes() {
		for _, f := range fieldsOfType(reflect.TypeOf(s.of), "", names) {
			now = append(now, fmt.Sprintf("%s %s: %s", s.id(), f.path, f.kind))
		}
	}
	file := filepath.Join("testdata", "shapes.txt")
	b, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	before := strings.Split(strings.TrimSpace(string(b)), "\n")
	for _, l := range before {
		if !slices.Contains(now, l) && l != "" {
			t.Errorf("%s is gone or has another type: its shape needs a new version", l)
		}
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(file, []byte(strings.Join(now, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, l := range now {
		if !slices.Contains(before, l) {
			t.Errorf("%s is new: go test ./views/cli -run Shapes -update", l)
		}
	}
}

// TestShapeNotesAreOfFields checks that no note is of a field that is not
// there, and that the topic shows each shape.
func TestShapeNotesAreOfFields(t *testing.T) {
	t.Parallel()
	c := &commands{}
	topic := c.textOf(c.jsonTopic())
	for _, s := range shapes() {
		fields := fieldsOfType(reflect.TypeOf(s.of), "", nil)
		for path := range s.notes {
			if !slices.ContainsFunc(fields, func(f jsonField) bool { return f.path == path }) {
				t.Errorf("%s has no field %q", s.name, path)
			}
		}
		if !strings.Contains(topic, "\n "+s.id()+": "+s.title) {
			t.Errorf("help json has no %s", s.id())
		}
	}
}

// TestJobShape checks the keys of a job, and which are left out of one that has
// just begun. Scripts rely on both.
func TestJobShape(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.FixedZone("", 3600))
	fresh := &job.Job{ID: "a", State: job.Queued, Provider: "wavespeed", Model: "m", CreatedAt: at}
	want := `{"id":"a","state":"queued","service":"wavespeed","model":"m","practice":false,"prompt":"","values":{},"created_at":"2026-11-21T09:00:00Z"}`
	if got := asLine(t, fresh.Record()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	charge := usd.Micro(80_000)
	full := &job.Job{
		ID: "a", State: job.Saved, Provider: "wavespeed", Model: "m", CreatedAt: at, SavedAt: at, EndedAt: at, SubmittedAt: at,
		Seed: 0, HasSeed: true, Charge: &charge, Output: job.Output{Path: "/c.mp4", Bytes: 3, SHA256: "ff", URL: "https://x/y", Expires: at},
		Values: catalogue.Values{catalogue.RoleDuration: catalogue.Int(5)}, RemoteID: "r", Word: "completed", Seconds: 5,
	}
	want = `{"id":"a","state":"saved","service":"wavespeed","model":"m","practice":false,"prompt":"","values":{"duration":5},"seed":0,` +
		`"seconds":5,"charge_usd":0.08,"remote_id":"r","service_status":"completed","path":"/c.mp4","url":"https://x/y",` +
		`"expires_at":"2026-11-21T09:00:00Z","bytes":3,"sha256":"ff","created_at":"2026-11-21T09:00:00Z",` +
		`"submitted_at":"2026-11-21T09:00:00Z","ended_at":"2026-11-21T09:00:00Z","saved_at":"2026-11-21T09:00:00Z"}`
	if got := asLine(t, full.Record()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// A claimed path is not a clip yet.
	full.State = job.Completed
	if l := full.Record(); l.Path != "" || l.SHA256 != "" {
		t.Errorf("a clip that is not there: %+v", l)
	}
}

func asLine(t *testing.T, v any) string {
	t.Helper()
	b, err := encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(inert(string(b)), "\n")
}

// TestJSONIsInert checks that JSON does nothing on a terminal and keeps its
// meaning.
func TestJSONIsInert(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a\x1b[31mb", "a\u009b31mb", "a\u202eb", "a\u200db", "é 日本 🦊", "a\x00b", "tab\tend", "a\u2028b"} {
		got := asLine(t, map[string]string{"t": text})
		if strings.ContainsFunc(got, acting) || strings.ContainsRune(got, '\x1b') {
			t.Errorf("%q acts: %q", text, got)
		}
		var back map[string]string
		if err := json.Unmarshal([]byte(got), &back); err != nil || back["t"] != text {
			t.Errorf("%q came back as %q: %v", text, back["t"], err)
		}
	}
}

// TestPlainLinesAreSafe checks that a service's text cannot write beyond its
// line.
func TestPlainLinesAreSafe(t *testing.T) {
	t.Parallel()
	c := &commands{o: Options{Zone: time.UTC, Now: time.Now}}
	nasty := "x\x1b]52;c;aGk=\x07\r\n\u009b2Jy\u202e"
	for _, j := range []*job.Job{
		{ID: "a", State: job.Running, Prompt: nasty},
		{ID: "a", State: job.Running, ErrorText: nasty, Fails: 2},
		{ID: "a", State: job.Failed, ErrorText: nasty, ErrorCode: nasty},
		{ID: "a", State: job.Saved, Output: job.Output{Path: nasty}},
		{ID: "a", State: job.Queued, Waiting: job.Wait(nasty)},
	} {
		if s := string(c.plain(j)); strings.ContainsAny(s, "\x1b\x07\r\n\u009b\u202e") {
			t.Errorf("%s: %q", j.State, s)
		}
	}
}

// TestFlagNames checks that foreign names make flags that can be typed.
func TestFlagNames(t *testing.T) {
	t.Parallel()
	for role, want := range map[catalogue.Role]string{
		catalogue.RoleReferenceImages: "reference-images", catalogue.PlainRole("motion_Strength"): "motion-strength",
		catalogue.PlainRole("a=b\x1b c"): "a-b--c", catalogue.PlainRole("--x--"): "x",
	} {
		if got := flagName(role); got != want {
			t.Errorf("%q: %q, want %q", role, got, want)
		}
	}
}
