package story_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seedreel/views/cli"
	"seedreel/views/story"
)

// ok runs a command that must succeed, and returns its output.
func ok(t *testing.T, w *story.World, args ...string) string {
	t.Helper()
	code, out, said := plain(t, w, args...)
	if code != cli.ExitOK {
		t.Fatalf("%v ended with %d: %s\n%s", args, code, out, said)
	}
	return out
}

// folder returns the files of a folder by their digests, without what names
// the time of an export.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		out[e.Name()] = hex.EncodeToString(sum[:])
	}
	return out
}

// A reel that is exported, imported on another box and exported there is the
// same, file by file; a second import adds nothing.
func TestAReelTravelsToAnotherBox(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	w.Settings("[simulator]\nspeed = 1000\n[services.wavespeed]\nsubmits_per_minute = 5000\n")
	var j struct{ ID string }
	for _, seed := range []string{"7", "8"} {
		out := ok(t, w, "submit", "--model", modelText, "--prompt", boat, "--duration", "2", "--seed", seed, "--wait", "--json")
		if err := json.Unmarshal([]byte(out), &j); err != nil {
			t.Fatal(err)
		}
	}
	ok(t, w, "pick", j.ID)
	ok(t, w, "rate", j.ID, "4")
	ok(t, w, "note", j.ID, "the one")
	ok(t, w, "again", j.ID, "--prompt", "The boat arrives", "--wait")
	ok(t, w, "reel", "name", "1", "Crossing")
	ok(t, w, "reel", "rename", "Harbour")
	there, back := filepath.Join(w.Home(), "there"), filepath.Join(w.Home(), "back")
	ok(t, w, "export", "--reel", "open", there)

	box := story.New(t)
	if out := ok(t, box, "import", there); !strings.Contains(out, "Harbour") || !strings.Contains(out, "3 clips taken in, 0 known") {
		t.Errorf("it says %q", out)
	}
	if out := ok(t, box, "import", there); !strings.Contains(out, "0 clips taken in, 3 known") {
		t.Errorf("the second time it says %q", out)
	}
	if out := ok(t, box, "reel", "show"); !strings.Contains(out, "Harbour") || !strings.Contains(out, "1 picked") || !strings.Contains(out, "pick, rated 4") || !strings.Contains(out, "note: the one") {
		t.Errorf("there it is %s", out)
	}
	ok(t, box, "export", "--reel", "open", back)
	a, b := folder(t, there), folder(t, back)
	if len(a) < 9 || len(a) != len(b) {
		t.Errorf("%d files became %d", len(a), len(b))
	}
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s is not the same", name)
		}
	}
	if tasks := box.Tasks(); len(tasks) > 0 {
		t.Errorf("an import sent %+v", tasks)
	}
}

// A pick of another take changes the file beside the one that was picked, by a
// command, too.
func TestAPickChangesBothFiles(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	var ids, paths []string
	for _, seed := range []string{"7", "8"} {
		var j struct{ ID, Path string }
		if err := json.Unmarshal([]byte(ok(t, w, "submit", "--model", modelText, "--prompt", boat, "--duration", "2", "--seed", seed, "--wait", "--json")), &j); err != nil {
			t.Fatal(err)
		}
		ids, paths = append(ids, j.ID), append(paths, strings.TrimSuffix(j.Path, ".mp4")+".json")
	}
	ok(t, w, "pick", ids[0])
	ok(t, w, "pick", ids[1])
	for i, want := range []bool{false, true} {
		b, err := os.ReadFile(paths[i])
		if err != nil || strings.Contains(string(b), `"pick": true`) != want {
			t.Errorf("beside clip %d lies %s, %v", i+1, b, err)
		}
	}
	ok(t, w, "reel", "undo")
	if b, err := os.ReadFile(paths[0]); err != nil || !strings.Contains(string(b), `"pick": true`) {
		t.Errorf("after the undo there lies %s, %v", b, err)
	}
}
