package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// jsonNames returns the JSON keys of a struct, including nested ones.
func jsonNames(x reflect.Type) []string {
	for x.Kind() == reflect.Pointer || x.Kind() == reflect.Slice {
		x = x.Elem()
	}
	if x.Kind() != reflect.Struct || x == reflect.TypeFor[time.Time]() || x == reflect.TypeFor[catalogue.Value]() {
		return nil
	}
	var out []string
	for i := range x.NumField() {
		name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
		out = append(append(out, name), jsonNames(x.Field(i).Type)...)
	}
	return out
}

// TestJSONShapesAreDocumented compares the help topic with the structs: each
// key of a struct is named in its section, and each section's first words are
// keys.
func TestJSONShapesAreDocumented(t *testing.T) {
	t.Parallel()
	sections := map[string]string{}
	for _, s := range strings.Split(jsonShapes, "\n\n")[1:] {
		title, rest, _ := strings.Cut(s, "\n")
		sections[title] = rest
	}
	price := "\n" + sections["A price: estimate, submit --dry-run"]
	for title, x := range map[string]any{
		"A job: submit, jobs, wait, show, history":                 line{},
		"A price: estimate, submit --dry-run":                      quoted{},
		"A combination, number 0 is all: submit --vary --dry-run":  variantLine{},
		"A batch: submit --from --dry-run":                         batchLine{},
		"A clip: download":                                         got{},
		"A deleted job: delete":                                    deletedLine{},
		"A picture of a clip: frame":                               frameLine{},
		"A film: join":                                             filmLine{},
		"An export: export":                                        exportLine{},
		"A reel: reel list, reel show":                             reelLine{},
		"A price of a shot, shot 0 is all: reel price, reel check": reelPriceLine{},
		"A problem of a reel: reel check":                          problemLine{},
		"A sum: costs":                                             cost{},
		"A model: models list, models show":                        modelLine{},
		"What a refresh changed: models refresh":                   changeLine{},
		"A balance: balance, key test":                             balanceLine{},
		"A prompt: enhance":                                        enhanced{},
		"What was brought in: bring":                               broughtLine{},
		"A setting: settings list, get, set":                       setting{},
		"A key: key, key set, key remove":                          keyLine{},
		"Where the simulator is: simulate":                         simulatorLine{},
		"What doctor found":                                        diagnosis{},
	} {
		text, ok := sections[title]
		if !ok {
			t.Errorf("no section %q", title)
			continue
		}
		if strings.Contains(text, "(as above)") {
			text += price
		}
		words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,:()\n", r) })
		for _, name := range jsonNames(reflect.TypeOf(x)) {
			if !slices.Contains(words, name) {
				t.Errorf("%q does not name %q", title, name)
			}
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
	if got := encode(t, fresh.Record()); got != want {
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
	if got := encode(t, full.Record()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// A claimed path is not a clip yet.
	full.State = job.Completed
	if l := full.Record(); l.Path != "" || l.SHA256 != "" {
		t.Errorf("a clip that is not there: %+v", l)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	if err := writeObject(&b, v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// TestJSONIsInert checks that JSON does nothing on a terminal and keeps its
// meaning.
func TestJSONIsInert(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a\x1b[31mb", "a\u009b31mb", "a\u202eb", "a\u200db", "é 日本 🦊", "a\x00b", "tab\tend", "a\u2028b"} {
		got := encode(t, map[string]string{"t": text})
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
