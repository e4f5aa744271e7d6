package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"seedreel/assets"
)

// maxScript is how many lines a script of the guide may have.
const maxScript = 15

// guideScript returns the script below a heading of the guide.
func guideScript(t *testing.T, heading string) string {
	t.Helper()
	b, ok := assets.Page("scripting")
	if !ok {
		t.Fatal("the guide has no such page")
	}
	_, text, ok := strings.Cut(string(b), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("the guide has no %q", heading)
	}
	_, text, _ = strings.Cut(text, "```sh\n")
	text, _, _ = strings.Cut(text, "```")
	if n := strings.Count(text, "\n"); n == 0 || n >= maxScript {
		t.Errorf("%s has %d lines", heading, n)
	}
	return text
}

// shop is a folder that a script runs in, with the program and a home.
type shop struct {
	t    *testing.T
	dir  string
	path string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a process for each command of a script")
	}
	for _, tool := range []string{"sh", "sha256sum", "date"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	s := &shop{t: t, dir: t.TempDir()}
	s.path = filepath.Join(s.dir, "bin") + string(os.PathListSeparator) + os.Getenv("PATH")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(s.dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(s.dir, "bin", program)); err != nil {
		t.Fatal(err)
	}
	const quick = "[services.wavespeed]\nin_flight = 50\nsubmits_per_minute = 5000\n"
	if err := writeSettings(filepath.Join(s.dir, "home"), quick); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shop) file(name, text string, mode os.FileMode) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		s.t.Fatal(err)
	}
}

// run runs a script and returns its code and what it wrote.
func (s *shop) run(script string) (int, string) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), "sh", "-c", script)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + s.path, "HOME=" + s.dir, "SEEDREEL_HOME=" + filepath.Join(s.dir, "home"), "TERM=dumb"}
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		s.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (s *shop) saved() int {
	s.t.Helper()
	_, out := s.run("seedreel history state:saved --limit 0 --json")
	return strings.Count(out, `"state":"saved"`)
}

// Thirty rows under a limit for twenty of them: the rest is made once the limit
// has room, and nothing twice.
func TestScriptOfABatch(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var rows strings.Builder
	rows.WriteString("prompt,model,duration\n")
	for i := range 30 {
		fmt.Fprintf(&rows, "A lake on day %d,lite,5\n", i+1)
	}
	s.file("prompts.csv", rows.String(), 0o600)
	// Instead of an hour's sleep the limit is raised.
	s.file("bin/sleep", "#!/bin/sh\nseedreel settings set daily_limit_usd 5\n", 0o700)
	script := guideScript(t, "A batch with a limit")
	if code, out := s.run(script); code != 0 || s.saved() != 30 || !strings.Contains(out, "25 clips in line") || !strings.Contains(out, "5 clips in line") {
		t.Fatalf("code %d, %d clips: %s", code, s.saved(), out)
	}
	if code, out := s.run(script); code != 0 || s.saved() != 30 {
		t.Errorf("run again: code %d, %d clips: %s", code, s.saved(), out)
	}
}

// Each picture in a folder becomes one clip, also if it is put there twice.
func TestScriptOfAWatchedFolder(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, name := range []string{"lake.jpg", "morning.png"} {
		b, ok := assets.SampleImage(name)
		if !ok {
			t.Fatalf("there is no picture %s", name)
		}
		s.file(filepath.Join("inbox", name), string(b), 0o600)
		s.file(filepath.Join("again", name), string(b), 0o600)
	}
	s.file("inbox/prompt.txt", "Slow push in", 0o600)
	// The second time pictures come again; the third time it ends.
	s.file("bin/sleep", "#!/bin/sh\necho >> slept\ncase $(wc -l < slept) in *1) ;; *2) mv again/* inbox/ ;; *) exit 1 ;; esac\n", 0o700)
	if code, out := s.run(guideScript(t, "A watched folder")); s.saved() != 2 {
		t.Fatalf("code %d, %d clips: %s", code, s.saved(), out)
	}
	if left, err := filepath.Glob(filepath.Join(s.dir, "inbox", "*.[jp][pn]g")); err != nil || len(left) > 0 {
		t.Errorf("left in the folder: %v (%v)", left, err)
	}
}

// What was made in a day becomes a page.
func TestScriptOfANightlyPage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	script := guideScript(t, "A page every night")
	if code, out := s.run(script); code != 0 {
		t.Fatalf("with nothing made: code %d, %s", code, out)
	}
	if code, out := s.run("seedreel submit --prompt 'A lake' --count 2 --wait && " + script); code != 0 {
		t.Fatalf("code %d: %s", code, out)
	}
	pages, err := filepath.Glob(filepath.Join(s.dir, "pages", "*", "*.html"))
	clips, err2 := filepath.Glob(filepath.Join(s.dir, "pages", "*", "*.mp4"))
	if err != nil || err2 != nil || len(pages) != 1 || len(clips) != 2 {
		t.Errorf("pages %v, clips %v", pages, clips)
	}
}
