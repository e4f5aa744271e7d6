package simulator_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// TestTheCoreNamesNoService keeps the services out of the core.
func TestTheCoreNamesNoService(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ToLower(string(b))
		for _, d := range all.Services() {
			for _, name := range []string{d.ID, d.Name} {
				word := regexp.MustCompile(`\b` + regexp.QuoteMeta(strings.ToLower(name)) + `\b`)
				if word.MatchString(text) {
					t.Errorf("%s names %s", f, name)
				}
			}
		}
	}
}

// toy is a service that uses all that a dialect may do with a task. Its tasks
// are made under /toy/tasks with the price, pace and limit given in the body.
type toy struct{ *simulator.Simulator }

func newToy(s *simulator.Simulator) simulator.Dialect { return &toy{s} }

func (v *toy) Terms() simulator.Terms {
	return simulator.Terms{ID: "toy", Paths: []string{"/toy/"}, SignedLinks: true, LinkLife: time.Hour}
}

func (v *toy) Routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /toy/tasks", simulator.Keyed(v, v.create))
	mux.HandleFunc("GET /toy/tasks/{id}", simulator.Keyed(v, v.get))
	mux.HandleFunc("DELETE /toy/tasks/{id}", simulator.Keyed(v, v.cancel))
}

func (v *toy) Sort(r *http.Request, _ func() []byte) simulator.Asked {
	if r.Method == http.MethodPost {
		return simulator.Asked{Op: simulator.OpSubmit}
	}
	return simulator.Asked{Op: simulator.OpPoll, Task: strings.TrimPrefix(r.URL.Path, "/toy/tasks/")}
}

func (v *toy) Refuse(w http.ResponseWriter, _ *http.Request, why simulator.Refusal) {
	simulator.WriteJSON(w, why.Status, map[string]any{"toy": why.Message, "code": why.Code})
}

func (v *toy) MissingKey() simulator.Refusal { return simulator.Refusal{Status: 401, Message: "key"} }
func (v *toy) NoFunds() simulator.Refusal    { return simulator.Refusal{Status: 402, Message: "funds"} }

func (v *toy) TooMany(which simulator.Limit) simulator.Refusal {
	return simulator.Refusal{Status: 429, Code: map[simulator.Limit]string{
		simulator.LimitPerMinute: "rate", simulator.LimitInFlight: "queue",
	}[which]}
}

func (v *toy) Words(int) string         { return "toy words" }
func (v *toy) Needs(key, _ string) bool { return key == "id" }
func (v *toy) CheckFault(f *simulator.Fault) error {
	if f.Shape != "" && f.Shape != "square" {
		return errors.New("toys are square")
	}
	return nil
}

func (v *toy) create(w http.ResponseWriter, r *http.Request) {
	body, no := simulator.ReadBody(w, r)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	m := v.Catalogue().Model(catalogue.Ref{Provider: "toy", ID: "clip"})
	d, no := v.Draft(r, simulator.Order{Model: m, ID: simulator.HexID(), Body: []byte(`{"prompt":"a"}`)})
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	var own struct {
		Price usd.Micro
		Pace  float64
		Limit time.Duration
	}
	if err := json.Unmarshal(body, &own); err != nil {
		v.Refuse(w, r, simulator.Refusal{Status: 400})
		return
	}
	d.Task.Price, d.Task.Pace, d.Task.Limit = own.Price, own.Pace, own.Limit
	d.Task.LastFrame, d.Task.Own = true, json.RawMessage(body)
	t, no := v.Accept(r, d)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	simulator.WriteJSON(w, 200, map[string]any{"id": t.ID})
}

func (v *toy) get(w http.ResponseWriter, r *http.Request) {
	t, ok := v.Owned(r, "toy", r.PathValue("id"))
	if !ok {
		v.Refuse(w, r, simulator.Refusal{Status: 404})
		return
	}
	p := v.Progress(&t)
	simulator.WriteJSON(w, 200, map[string]any{
		"id": t.ID, "stage": p.Stage, "ending": p.Ending, "own": t.Own, "clip": v.ClipLink(r, &t), "frame": v.LastFrameLink(r, &t),
	})
}

func (v *toy) cancel(w http.ResponseWriter, r *http.Request) {
	t, ok := v.Owned(r, "toy", r.PathValue("id"))
	if ok {
		var err error
		if ok, err = v.Cancel(&t); err != nil {
			v.Refuse(w, r, simulator.Refusal{Status: 500})
			return
		}
	}
	simulator.WriteJSON(w, 200, ok)
}

// toyBench returns a simulator of the toy beside all services.
func toyBench(t *testing.T, change ...func(*simulator.Options)) *bench {
	t.Helper()
	return newBench(t, append([]func(*simulator.Options){func(o *simulator.Options) {
		o.Dialects = append(all.Dialects(), newToy)
		o.ExtraModels = []byte(`{"version":1,"models":[{"provider":"toy","id":"clip","display_name":"Toy","family":"toy",
			"endpoint_path":"/toy/tasks","model_in":"body","task":"text-to-video","tasks":["text-to-video"],"lifecycle":{"status":"active"},
			"output":{"container":"mp4"},"fields":[{"name":"prompt","type":"string","role":"prompt","required":true}]}]}`)
	}}, change...)...)
}

func (b *bench) toy(id string) tree {
	b.tb.Helper()
	return parse(b.tb, b.do(http.MethodGet, "/toy/tasks/"+id, ""))
}

func (b *bench) makeToy(body string) string {
	b.tb.Helper()
	return parse(b.tb, b.do(http.MethodPost, "/toy/tasks", body)).at(b.tb, "id").(string)
}

func stage(s simulator.Stage) float64 { return float64(s) }

func TestAQueuedTaskCanBeCancelled(t *testing.T) {
	t.Parallel()
	journal := filepath.Join(t.TempDir(), "journal")
	b := toyBench(t, func(o *simulator.Options) { o.Journal = journal })
	id, late := b.makeToy(`{"price":0.5}`), b.makeToy(`{"price":0.3}`)
	if w := b.do(http.MethodDelete, "/toy/tasks/"+id, ""); w.Body.String() != "true\n" {
		t.Errorf("cancelling a queued task: %s", w.Body)
	}
	b.c.Add(15 * time.Second)
	if got := b.toy(late); got["stage"] != stage(simulator.StageWorking) {
		t.Fatalf("the other task is %v", got)
	}
	if w := b.do(http.MethodDelete, "/toy/tasks/"+late, ""); w.Body.String() != "false\n" {
		t.Errorf("cancelling a running task: %s", w.Body)
	}
	b.c.Add(time.Hour)
	again := toyBench(t, func(o *simulator.Options) { o.Journal = journal })
	again.c.Add(time.Hour + 15*time.Second)
	for _, x := range []*bench{b, again} {
		if got := x.toy(id); got["stage"] != stage(simulator.StageFailed) || got["ending"] != float64(simulator.EndsCancelled) {
			t.Errorf("the cancelled task is %v", got)
		}
		if bill := x.s.Bill(); len(bill) != 1 || bill[0].Task != late || bill[0].Amount != 300_000 {
			t.Errorf("the bill is %+v", bill)
		}
	}
}

func TestATaskHasItsOwnPaceLimitAndNotes(t *testing.T) {
	t.Parallel()
	b := toyBench(t)
	usual, slow, limited := b.makeToy(`{}`), b.makeToy(`{"pace":10}`), b.makeToy(`{"pace":10,"limit":60000000000}`)
	b.c.Add(2 * time.Minute)
	for id, want := range map[string]simulator.Stage{usual: simulator.StageDone, slow: simulator.StageWorking, limited: simulator.StageFailed} {
		if got := b.toy(id); got["stage"] != stage(want) {
			t.Errorf("want %v, got %v", want, got)
		}
	}
	if got := b.toy(limited); got["ending"] != float64(simulator.EndsTimedOut) || got.at(t, "own", "pace") != 10.0 {
		t.Errorf("over its limit: %v", got)
	}
}

func TestALastFrameIsAPicture(t *testing.T) {
	t.Parallel()
	b := toyBench(t)
	id := b.makeToy(`{}`)
	frame := b.toy(id)["frame"].(string)
	if w := b.fetch(frame); w.Code != http.StatusNotFound {
		t.Errorf("before the end: status %d", w.Code)
	}
	b.c.Add(10 * time.Minute)
	got := b.toy(id)
	w := b.fetch(got["frame"].(string))
	p, err := png.DecodeConfig(bytes.NewReader(w.Body.Bytes()))
	x := b.s.Tasks()[0]
	if err != nil || w.Header().Get("Content-Type") != "image/png" || p.Width != x.Width || p.Height != x.Height {
		t.Errorf("status %d, %+v, %v", w.Code, p, err)
	}
	if w := b.fetch(got["clip"].(string)); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "video/mp4" {
		t.Errorf("the clip: status %d", w.Code)
	}
	b.c.Add(time.Hour)
	if w := b.fetch(got["frame"].(string)); w.Code != http.StatusForbidden {
		t.Errorf("after the link's life: status %d", w.Code)
	}
	other := b.submit(aimlNew, aimlBody)
	b.c.Add(time.Hour)
	link := strings.Replace(b.aimlapi(other).at(t, "video", "url").(string), ".mp4", ".png", 1)
	if w := b.fetch(link); w.Code != http.StatusNotFound {
		t.Errorf("a task without a last frame answers %d", w.Code)
	}
}

func TestLimitsAreToldApart(t *testing.T) {
	t.Parallel()
	for want, level := range map[string]simulator.Level{"rate": {PerMinute: 1}, "queue": {InFlight: 1}} {
		b := toyBench(t, func(o *simulator.Options) { o.Level = level })
		b.makeToy(`{}`)
		if w := b.do(http.MethodPost, "/toy/tasks", `{}`); w.Code != 429 || parse(t, w)["code"] != want {
			t.Errorf("%s: status %d, %s", want, w.Code, w.Body)
		}
	}
}

func TestFaultsSpeakTheirService(t *testing.T) {
	t.Parallel()
	b := toyBench(t)
	at := simulator.Match{Provider: "toy"}
	if err := b.s.Script(simulator.Fault{Kind: simulator.KindStatus, Status: 503, Shape: "round", Match: at}); err == nil {
		t.Error("a shape that the service has not is taken")
	}
	if err := b.s.Script(simulator.Fault{Kind: simulator.KindStatus, Status: 503, Match: simulator.Match{Provider: "nobody"}}); err == nil {
		t.Error("a service that there is not is taken")
	}
	if err := b.s.Script(simulator.Fault{Kind: simulator.KindStatus, Status: 503, Shape: "square", Match: at}); err != nil {
		t.Fatal(err)
	}
	if w := b.do(http.MethodPost, "/toy/tasks", `{}`); w.Code != 503 || parse(t, w)["toy"] != "toy words" {
		t.Errorf("status %d, %s", w.Code, w.Body)
	}
}

func TestDialectsAreChecked(t *testing.T) {
	t.Parallel()
	_, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Now: time.Now, Dialects: []simulator.NewDialect{newToy, newToy}})
	if err == nil || !strings.Contains(err.Error(), "two dialects of toy") {
		t.Errorf("twice the same: %v", err)
	}
	s, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Now: time.Now, Dialects: []simulator.NewDialect{newToy}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v2/billing", http.NoBody))
	if w.Code != http.StatusNotFound {
		t.Errorf("nobody's path: status %d", w.Code)
	}
}
