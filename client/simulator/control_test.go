package simulator_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	aimlapi "seedreel/client/aimlapi/simulated"
	"seedreel/client/simulator"
)

func TestControl(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *simulator.Options) { o.Control = true })
	faults := simulator.ControlPath + "faults"
	post := func(body string) int {
		return b.do(http.MethodPost, faults, body, "Content-Type", "application/json", "Authorization", "").Code
	}
	if code := post(`[{"kind":"too_many","retry_after":"40s","match":{"op":"submit"},"times":2},{"kind":"slow","delay":"1ms"}]`); code != 200 {
		t.Fatalf("status %d", code)
	}
	if code := post(`{"kind":"dialect","dialect":{"created":201,"id":"ark"}}`); code != 200 {
		t.Fatalf("status %d", code)
	}
	got := b.do(http.MethodGet, faults, "").Body.String()
	want := `{"faults":[{"match":{"op":"submit"},"kind":"too_many","times":2,"retry_after":"40s"},` +
		`{"kind":"slow","times":1,"delay":"1ms"},{"kind":"dialect","times":1,"dialect":{"created":201,"id":"ark"}}]}`
	if strings.TrimSpace(got) != want {
		t.Errorf("faults %s, want %s", got, want)
	}
	if w := b.do(http.MethodPost, "/api/v3/"+liteT2V, eightCents); w.Code != 429 || w.Header().Get("Retry-After") != "40" {
		t.Errorf("status %d, %v", w.Code, w.Header())
	}
	if w := b.do(http.MethodDelete, faults, ""); strings.TrimSpace(w.Body.String()) != `{"faults":[]}` {
		t.Errorf("after deleting: %s", w.Body)
	}
	id := b.submit("/api/v3/"+liteT2V, eightCents)
	for _, path := range []string{"tasks", "bill"} {
		if w := b.do(http.MethodGet, simulator.ControlPath+path, ""); w.Code != 200 || !strings.Contains(w.Body.String(), id) {
			t.Errorf("%s: status %d, %s", path, w.Code, w.Body)
		}
	}
	for _, body := range []string{
		``, `[]`, `{}`, `x`, `{"kind":"nonsense"}`, `{"kind":"lost","tims":2}`, `{"kind":"status"}`, `{"kind":"status","status":99}`,
		`{"kind":"redirect"}`, `{"kind":"slow","delay":"soon"}`, `{"kind":"slow","delay":"-1s"}`, `{"kind":"lost","match":{"op":"buy"}}`,
		`{"kind":"lost","match":{"provider":"x"}}`, `{"kind":"lost","match":{"size":"x"}}`, `{"kind":"status","status":500,"shape":"z"}`,
		`{"kind":"dialect","dialect":{"id":"x"}}`, `{"kind":"dialect","dialect":{"created":204}}`, `{"kind":"dialect","dialect":{"usage":"x"}}`,
		`[{"kind":"lost"},{"kind":"nonsense"}]`, `{"kind":"lost","after":-1}`,
	} {
		if code := post(body); code != 400 {
			t.Errorf("%s: status %d", body, code)
		}
	}
	if n := len(b.s.Faults()); n != 0 {
		t.Errorf("%d faults of refused bodies", n)
	}
	if w := b.do(http.MethodPost, faults, `{"kind":"lost"}`, "Content-Type", "text/plain"); w.Code != 415 {
		t.Errorf("what any web page may post: status %d", w.Code)
	}
	if w := b.do(http.MethodGet, simulator.ControlPath+"keys", ""); w.Code != 404 {
		t.Errorf("an unknown endpoint: status %d", w.Code)
	}
	closed := newBench(t)
	if w := closed.do(http.MethodGet, faults, ""); w.Code != 404 {
		t.Errorf("without Control: status %d", w.Code)
	}
}

func FuzzFaults(f *testing.F) {
	f.Add([]byte(`{"kind":"lost","match":{"op":"submit"},"delay":"1s","retry_after":"2s"}`))
	f.Add([]byte(`[{"kind":"dialect","dialect":{"id":"uuid"}},null]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		faults, err := simulator.ReadFaults(strings.NewReader(string(body)))
		if err != nil {
			return
		}
		for i := range faults {
			b, err := json.Marshal(&faults[i])
			if err != nil {
				t.Fatal(err)
			}
			var again simulator.Fault
			if err := json.Unmarshal(b, &again); err != nil {
				t.Fatalf("%s: %v", b, err)
			}
			again.Dialect, faults[i].Dialect = nil, nil // their white space may differ
			if !reflect.DeepEqual(again, faults[i]) {
				t.Fatalf("%s became %+v, not %+v", b, again, faults[i])
			}
		}
	})
}

func TestDialects(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		d      aimlapi.Manner
		status int
		id     string
		done   string
		usage  []string
	}{
		{"the latest", aimlapi.Manner{}, 200, `^[\w-]{21}$`, "completed", []string{"credits_used", "usd_spent"}},
		{"mid 2025", aimlapi.Manner{Created: 201, ID: "ark", Usage: "none"}, 201, `^cgt-20261121180000-[a-z0-9]{5}$`, "completed", nil},
		{"late 2025", aimlapi.Manner{ID: "nano", Usage: "tokens"}, 200, `^[\w-]{21}$`, "completed", []string{"tokens_used"}},
		{"early 2026", aimlapi.Manner{ID: "uuid", Done: "succeeded", Usage: "credits"}, 200, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:` + aimlPriced + `$`, "succeeded", []string{"credits_used"}},
		{"one page", aimlapi.Manner{Done: "complete"}, 200, `^[\w-]{21}$`, "complete", []string{"credits_used", "usd_spent"}},
	}
	for _, tt := range tests {
		for _, scripted := range []bool{false, true} {
			journal := t.TempDir() + "/journal"
			b := newBench(t, func(o *simulator.Options) {
				o.Journal = journal
				if !scripted {
					o.Dialects = []simulator.NewDialect{speaking(t, tt.d)}
				}
			})
			if scripted {
				how, err := json.Marshal(tt.d)
				if err != nil {
					t.Fatal(err)
				}
				if err := b.s.Script(simulator.Fault{Kind: simulator.KindDialect, Dialect: how}); err != nil {
					t.Fatal(err)
				}
			}
			w := b.do(http.MethodPost, aimlNew, aimlBody)
			got := parse(t, w)
			id, _ := got["id"].(string)
			if w.Code != tt.status || !regexp.MustCompile(tt.id).MatchString(id) || w.Header().Get("X-Inference-Id") != id {
				t.Errorf("%s: status %d, %v", tt.name, w.Code, got)
			}
			if tt.usage == nil && got["meta"] != nil {
				t.Errorf("%s: meta %v", tt.name, got["meta"])
			}
			for _, k := range tt.usage {
				usage := got.at(t, "meta", "usage").(map[string]any)
				if usage[k] == nil || len(usage) != len(tt.usage) {
					t.Errorf("%s: usage %v", tt.name, usage)
				}
			}
			b.c.Add(time.Hour)
			again := newBench(t, func(o *simulator.Options) { o.Journal = journal })
			again.c.Add(time.Hour)
			for _, s := range []*bench{b, again} {
				last := s.aimlapi(id)
				if last["status"] != tt.done {
					t.Errorf("%s: ends %v", tt.name, last)
				}
				if w := s.fetch(last.at(t, "video", "url").(string)); w.Code != 200 {
					t.Errorf("%s: its clip answers %d", tt.name, w.Code)
				}
			}
		}
	}
	if _, err := aimlapi.Speaking(aimlapi.Manner{Done: "ready"}); err == nil {
		t.Error("an unknown dialect was taken")
	}
}

func speaking(t *testing.T, m aimlapi.Manner) simulator.NewDialect {
	t.Helper()
	d, err := aimlapi.Speaking(m)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
