package simulator_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"seedreel/client/simulator"
)

func TestJournalSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	journal := filepath.Join(dir, "tasks.jsonl")
	keep := func(o *simulator.Options) { o.Journal, o.UploadDir = journal, filepath.Join(dir, "uploads") }
	first := newBench(t, keep)
	image := sample(t, "lake.jpg", "image/jpeg")
	id := first.submit("/api/v3/"+liteI2V, `{"image":"`+image+`","prompt":"a \u2028 b","duration":2}`)
	ask := `{"filename":"a.txt","size":3,"content_type":"text/html"}`
	got := parse(t, first.do(http.MethodPost, "/api/v3/media/uploads", ask))
	put := strings.TrimPrefix(got.at(t, "data", "upload", "url").(string), "http://sim.test")
	if w := first.do(http.MethodPut, put, "abc", "Authorization", "", "Content-Type", "text/html"); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	want := first.s.Tasks()
	if err := first.s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(journal); err != nil || info.Mode().Perm() != 0o600 || info.Size() > 4000 {
		t.Errorf("the journal is %v, %v", info, err)
	}
	second := newBench(t, keep)
	if have := second.s.Tasks(); !reflect.DeepEqual(have, want) {
		t.Errorf("tasks %+v, want %+v", have, want)
	}
	second.c.Add(time.Hour)
	if second.wavespeed(id)["status"] != "completed" {
		t.Error("the task did not go on")
	}
	w := second.fetch(got.at(t, "data", "download_url").(string))
	if w.Body.String() != "abc" || w.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the upload: status %d, %q, %v", w.Code, w.Body, w.Header())
	}
}

func TestTwoSimulatorsOnOneJournal(t *testing.T) {
	t.Parallel()
	journal := filepath.Join(t.TempDir(), "tasks.jsonl")
	keep := func(o *simulator.Options) { o.Journal = journal }
	one, two := newBench(t, keep), newBench(t, keep)
	id := one.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":2}`)
	if two.wavespeed(id)["status"] != "created" {
		t.Error("the other process does not find the task")
	}
	var all sync.WaitGroup
	for range 20 {
		for _, b := range []*bench{one, two} {
			all.Go(func() { b.submit("/api/v3/"+liteT2V, `{"prompt":"b","duration":2}`) })
		}
	}
	all.Wait()
	ids := func(b *bench) map[string]bool {
		out := map[string]bool{}
		for _, x := range b.s.Tasks() {
			out[x.ID] = true
		}
		return out
	}
	if a, b := ids(one), ids(two); len(a) != 41 || !reflect.DeepEqual(a, b) {
		t.Errorf("%d and %d tasks, want 41 each", len(a), len(b))
	}
}

func TestJournalWithDamage(t *testing.T) {
	t.Parallel()
	good := `{"task":{"id":"%","provider":"wavespeed","seconds":2,"width":864,"height":480,"values":{}}}`
	line := func(id string) string { return strings.Replace(good, "%", id, 1) }
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a cut last line", line("a") + "\n" + line("b")[:40], []string{"a", "new"}},
		{"a cut line in the middle", line("a") + "\n" + line("b")[:40] + "\n" + line("c") + "\n", []string{"a", "c", "new"}},
		{"rubbish", "\x00\xff{}\n[1,2]\n" + line("a") + "\nnull\n", []string{"a", "new"}},
		{"an id that is a path", line("../../x") + "\n" + line("a") + "\n", []string{"a", "new"}},
		{"a length without end", strings.Replace(line("a"), `"seconds":2`, `"seconds":99999999`, 1) + "\n", []string{"new"}},
		{"the same twice", line("a") + "\n" + line("a") + "\n", []string{"a", "new"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			journal := filepath.Join(t.TempDir(), "tasks.jsonl")
			if err := os.WriteFile(journal, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			keep := func(o *simulator.Options) { o.Journal = journal }
			b := newBench(t, keep)
			id := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":2}`)
			var got []string
			for _, x := range newBench(t, keep).s.Tasks() {
				got = append(got, strings.Replace(x.ID, id, "new", 1))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("tasks %v, want %v", got, tt.want)
			}
		})
	}
}
