package story_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seedreel/views/cli"
	"seedreel/views/story"
)

const (
	modelRef  = "seedance-v1-lite/reference-to-video"
	modelI2V  = "seedance-v1-lite-i2v-480p"
	modelText = "seedance-v1-lite-t2v-480p"
)

// plain runs one command line of the program and returns its exit code and
// output.
func plain(t *testing.T, w *story.World, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = cli.Run(t.Context(), cli.Options{
		Args: args, In: strings.NewReader(""), Out: &o, Err: &e, Getenv: w.Getenv, Now: w.Now, Zone: time.UTC, Version: "test",
		Terminal: func() (bool, string) { return false, "input and output must be a terminal for the screens" },
	})
	return code, o.String(), e.String()
}

func picture(t *testing.T, w *story.World, name string, width, height, padding int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return w.File(name, append(b.Bytes(), make([]byte, padding)...))
}

// Every wrong input gets a sentence that names the field or file, and nothing
// is sent.
func TestBadInputIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	good := w.Sample("lake.jpg")
	small := picture(t, w, "small.png", 299, 400, 0)
	heavy := picture(t, w, "heavy.png", 400, 400, 11<<20)
	text := w.File("text.png", []byte("this is no picture"))
	p := []string{"--prompt", "x"}
	five := []string{"-i", good, "-i", good, "-i", good, "-i", good, "-i", good}
	for _, c := range []struct {
		name, model string
		args        []string
		says        []string
	}{
		{"empty prompt", modelText, []string{"--prompt", ""}, []string{"prompt"}},
		{"2,001 characters", modelI2V, []string{"-i", good, "--prompt", strings.Repeat("x", 2001)}, []string{"prompt", "2,001", "2,000"}},
		{"no references", modelRef, p, []string{"reference images", "1"}},
		{"five references", modelRef, append(five, p...), []string{"reference images", "4"}},
		{"299 pixels", modelI2V, append([]string{"-i", small}, p...), []string{"small.png", "299", "300"}},
		{"11 MB", modelI2V, append([]string{"-i", heavy}, p...), []string{"heavy.png", "10 MB"}},
		{"a text called .png", modelI2V, append([]string{"-i", text}, p...), []string{"text.png"}},
		{"missing", modelI2V, append([]string{"-i", filepath.Join(w.Home(), "none.png")}, p...), []string{"none.png", "no such file"}},
		{"a directory", modelI2V, append([]string{"-i", w.Home()}, p...), []string{filepath.Base(w.Home()), "folder"}},
		{"no URL", modelI2V, append([]string{"-i", "https://"}, p...), []string{"https:", "names no host"}},
		{"duration 1", modelText, append([]string{"--duration", "1"}, p...), []string{"duration", "2", "12"}},
		{"duration 13", modelText, append([]string{"--duration", "13"}, p...), []string{"duration", "2", "12"}},
		{"seed -2", modelText, append([]string{"--seed", "-2"}, p...), []string{"seed"}},
		{"seed 2147483648", modelText, append([]string{"--seed", "2147483648"}, p...), []string{"seed", "2147483647"}},
		{"unknown model", "no-such-model", p, []string{"model", "no-such-model"}},
	} {
		code, out, said := plain(t, w, append([]string{"submit", "--model", c.model}, c.args...)...)
		checkRefusal(t, c.name, code, out, said, c.says)
	}
	if n := len(w.Tasks()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// checkRefusal checks for one line with all the words, and a code other than
// success.
func checkRefusal(t *testing.T, name string, code int, out, said string, words []string) {
	t.Helper()
	if code == cli.ExitOK || out != "" {
		t.Errorf("%s: ended with %d and wrote %q", name, code, out)
	}
	line := strings.TrimSpace(said)
	if line == "" || strings.Contains(line, "\n") || strings.ContainsRune(line, '\x1b') || strings.Contains(line, "panic") {
		t.Errorf("%s: not one plain sentence: %q", name, said)
	}
	for _, word := range words {
		if !strings.Contains(strings.ReplaceAll(line, " ", " "), word) {
			t.Errorf("%s: %q does not say %q", name, line, word)
		}
	}
}

// An error in the folder itself stops every command with a sentence, and leaves
// the files alone.
func TestBrokenHomeIsExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		harm func(t *testing.T, w *story.World)
		says []string
	}{
		{"unknown key", func(_ *testing.T, w *story.World) { w.Settings("theme = \"dark\"\nthemes = 1\n") }, []string{"settings.toml:2", "themes"}},
		{"broken file", func(_ *testing.T, w *story.World) { w.Settings("theme = \"dark\"\n\nmodel = \n") }, []string{"settings.toml:3"}},
		{"a file for a folder", func(t *testing.T, w *story.World) {
			if err := os.WriteFile(filepath.Join(w.Home(), "data"), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, []string{"data"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := story.New(t)
			c.harm(t, w)
			code, out, said := plain(t, w, "jobs")
			checkRefusal(t, c.name, code, out, said, c.says)
		})
	}
}

// A model in the settings that does not exist stops orders, and only those.
func TestUnknownModelStopsOrders(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	w.Setenv("SEEDREEL_MODEL", "") // which the environment of stories names
	w.Settings("model = \"wavespeed:none\"\n")
	code, out, said := plain(t, w, "estimate", "--prompt", "a lake")
	checkRefusal(t, "estimate", code, out, said, []string{"settings.toml", "model", "wavespeed:none"})
	if code, _, said := plain(t, w, "jobs"); code != cli.ExitOK || !strings.Contains(said, "wavespeed:none") {
		t.Errorf("jobs: ended with %d and said %q", code, said)
	}
}

// A damaged database is set aside with a notice, and the program works.
func TestCorruptDatabaseIsSetAside(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	w.File("data/seedreel.db", bytes.Repeat([]byte("no database "), 1000))
	s := w.Start(120, 36)
	s.Until("The history was damaged (it is kept as seedreel.db")
	kept, err := filepath.Glob(filepath.Join(w.Home(), "data", "seedreel.db*"))
	if err != nil || len(kept) < 2 {
		t.Errorf("the damaged file is not kept: %v %v", kept, err)
	}
}

// Without a terminal the screens never start. A tiny one shows the size it
// needs, and a larger one restores all that was typed.
func TestTinyAndMissingTerminal(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	code, out, said := plain(t, w)
	checkRefusal(t, "no terminal", code, out, said, []string{"terminal", "--help"})
	s := w.Start(80, 24)
	write(s, boat)
	s.Resize(20, 5)
	s.UntilScreen(func(screen string) bool { return holds(screen, "seedreel needs 20x5") })
	s.Press("ctrl+g")
	s.Resize(80, 24)
	s.UntilScreen(func(screen string) bool { return holds(screen, boat) })
}
