package simulator_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"seedreel/client/simulator"
)

// FuzzSubmit sends any body to WaveSpeedAI and the AI/ML API: every answer is
// JSON, and every accepted task can be served.
func FuzzSubmit(f *testing.F) {
	for _, body := range []string{
		``, `{}`, `null`, `[]`, `{"prompt":"a","duration":5}`, `{"prompt":null,"duration":1e1}`, `{"prompt":"a","duration":-0}`,
		`{"image":"data:image/png;base64,iVBORw0KGgo="}`, `{"image":["x"]}`, `{"image":"http://[::1"}`,
		`{"model":"` + aimlLite + `","prompt":"a","image_url":"http://a/b","duration":"10","camerafixed":"x"}`,
		`{"model":1}`, `{"prompt":"a","reference_images":["http://a","http://sim.test/files/uploads//"]}`,
	} {
		f.Add(body)
	}
	shared := newBench(f)
	f.Fuzz(func(t *testing.T, body string) {
		b := &bench{tb: t, s: shared.s, c: shared.c}
		for _, path := range []string{"/api/v3/" + liteT2V, "/api/v3/" + liteI2V, "/api/v3/" + liteRef, aimlOld, aimlNew} {
			before := len(b.s.Tasks())
			w := b.do(http.MethodPost, path, body)
			if !json.Valid(w.Body.Bytes()) {
				t.Fatalf("%s: status %d, no JSON: %s", path, w.Code, w.Body)
			}
			tasks := b.s.Tasks()
			if accepted := len(tasks) > before; accepted != (w.Code == http.StatusOK) {
				t.Fatalf("%s: status %d, accepted %v", path, w.Code, accepted)
			}
			if len(tasks) > before {
				if task := tasks[before]; !task.Servable() {
					t.Fatalf("%s: accepted %+v", path, task)
				}
			}
		}
	})
}

// FuzzJournal replays any file: it neither fails nor makes a task that cannot
// be served.
func FuzzJournal(f *testing.F) {
	f.Add(`{"task":{"id":"a","provider":"wavespeed","seconds":2,"width":864,"height":480,"values":{"seed":1}}}` + "\n")
	f.Add(`{"task":{"id":"a:b/c.d","provider":"aimlapi","text":"x","price":-1}}` + "\n" + `{"deleted":["a"]}` + "\n")
	f.Add(`{"upload":{"id":"../a","name":"b"}}` + "\n{")
	f.Fuzz(func(t *testing.T, text string) {
		journal := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(journal, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		b := newBench(t, func(o *simulator.Options) { o.Journal = journal })
		for _, x := range b.s.Tasks() {
			if !x.Servable() {
				t.Fatalf("task %+v", x)
			}
			x.At(b.c.Now(), 1)
		}
	})
}
