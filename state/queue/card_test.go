package queue

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"seedreel/client/usd"
	"seedreel/state/job"
)

// TestPlantedSidecars puts other programs' files where the sidecar and its
// temporary file would be. They stay unchanged, and the job is saved with a
// sidecar that is found again.
func TestPlantedSidecars(t *testing.T) {
	t.Parallel()
	precious := []byte("precious")
	plants := map[string]func(target, at string) error{
		"a link":          os.Symlink,
		"a dangling link": func(target, at string) error { return os.Symlink(target+"-none", at) },
		"a hard link":     os.Link,
		"a file":          func(_, at string) error { return os.WriteFile(at, precious, 0o600) },
		"another's card":  func(_, at string) error { return os.WriteFile(at, []byte(`{"schema":1,"id":"other"}`), 0o600) },
		"a folder":        func(_, at string) error { return os.Mkdir(at, 0o700) },
	}
	for what, plant := range plants {
		for _, place := range []string{"the sidecar", "its first form"} {
			t.Run(what+" at "+place, func(t *testing.T) {
				t.Parallel()
				r := newRig(t)
				j := r.completed()
				dir, away := filepath.Join(r.dir, "clips"), t.TempDir()
				target := filepath.Join(away, "precious")
				at := filepath.Join(dir, "."+j.ID+".json.tmp")
				if place == "the sidecar" {
					at = filepath.Join(dir, FileName(j, 0, time.UTC)+".json")
				}
				if err := os.MkdirAll(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(target, precious, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := plant(target, at); err != nil {
					t.Fatal(err)
				}
				before, err := os.Lstat(at)
				if err != nil {
					t.Fatal(err)
				}
				content, _ := os.ReadFile(at) // a folder has none
				out := r.only(Download)
				r.want(out.Job, job.Saved, "")
				if out.Err != nil {
					t.Errorf("the trouble is %v", out.Err)
				}
				card, err := ReadSidecar(out.Job.Output.Path)
				if err != nil || card.ID != j.ID {
					t.Fatalf("the sidecar is %+v, %v", card, err)
				}
				if path, ok := OwnSidecar(out.Job.Output.Path, j.ID); !ok || path == at {
					t.Errorf("its own is %q", path)
				}
				if b, err := os.ReadFile(target); err != nil || !bytes.Equal(b, precious) {
					t.Errorf("the target has %q, %v", b, err)
				}
				if all, err := os.ReadDir(away); err != nil || len(all) != 1 {
					t.Errorf("elsewhere there are %v, %v", all, err)
				}
				after, err := os.Lstat(at)
				if err != nil || !os.SameFile(before, after) {
					t.Errorf("what was there is gone: %v", err)
				}
				if b, _ := os.ReadFile(at); !bytes.Equal(b, content) {
					t.Errorf("what was there has %q", b)
				}
			})
		}
	}
}

// A second write replaces the first, and removes what a killed process had
// begun.
func TestASidecarOfOursIsReplaced(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.completed()
	j := r.only(Download).Job
	begun := filepath.Join(filepath.Dir(j.Output.Path), "."+j.ID+".json.tmp")
	b, err := os.ReadFile(SidecarPath(j.Output.Path))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(begun, b[:len(b)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	charge := usd.Micro(1_230_000)
	j.Charge = &charge
	if err := writeSidecar(j); err != nil {
		t.Fatal(err)
	}
	if card, err := ReadSidecar(j.Output.Path); err != nil || card.Charge == nil || *card.Charge != charge {
		t.Errorf("%+v %v", card, err)
	}
	if _, err := os.Lstat(begun); !os.IsNotExist(err) {
		t.Errorf("what was begun is left: %v", err)
	}
}
