package story_test

import (
	"os"
	"strings"
	"testing"

	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/views/story"
)

const (
	boat = "A paper boat crosses a puddle"
	lake = "Mist rises from the lake, slow push in"
	two  = "Both places melt into one morning"
	aiml = "The light wanders over the water"
)

// images types paths into the row of images, one row after or before the
// prompt, and goes back there. All keys are sent at once, as on a slow line.
func images(s *story.Session, there, back string, paths ...string) {
	s.Press(there)
	for _, path := range paths {
		s.Press("enter")
		s.Type(path)
		s.Press("enter")
	}
	s.Press(back)
	s.Until("KB")
}

// The main job of the program: from nothing to four clips on disk, on all four
// kinds of model, without a key, and everything that shows them later.
func TestFourSystemsFromPromptToClip(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		jpg, png := w.Sample("lake.jpg"), w.Sample("morning.png")
		s := w.Start(120, 36)
		s.Until("PRACTICE, nothing is billed", "[ ctrl+g ]")

		choose(s, "text lite 480p wavespeed", "Text to video")
		write(s, boat)
		submit(s)

		choose(s, "image lite 480p wavespeed", "Image to video")
		write(s, lake)
		images(s, "tab", "shift+tab", jpg)
		submit(s)

		choose(s, "reference lite wavespeed", "Reference to video")
		write(s, two)
		images(s, "tab", "shift+tab", jpg, png)
		submit(s)

		choose(s, "seedance-1-0-lite-i2v", "Image to video")
		write(s, aiml)
		images(s, "tab", "shift+tab", png)
		s.Until("[ ctrl+g ]")
		s.Press("ctrl+g")
		s.Until("Submit to a retired model?") // practice asks what the real thing asks
		s.Press("right", "enter")
		s.Until("In line:")

		s.Press("alt+2")
		settle(t, s, 4)
		jobs := history(t, s, "")
		if len(jobs) != 4 {
			t.Fatalf("%d jobs in the history, want 4", len(jobs))
		}
		sizes := map[string][2]int{boat: {864, 480}, lake: {736, 544}, two: {1248, 704}, aiml: {832, 1120}}
		for _, j := range jobs {
			checkClip(t, s, j, sizes[j.Prompt][0], sizes[j.Prompt][1])
		}
		sentOnce(t, w.Tasks(), boat, lake, two, aiml)
		lookBack(t, s)
	})
}

// lookBack goes through history and costs of the four clips.
func lookBack(t *testing.T, s *story.Session) {
	t.Helper()
	s.Press("alt+4")
	s.Until("4 in all", boat[:12], two[:12])
	s.Type("/melt")
	s.Until("1 found", two[:12])
	s.UntilScreen(func(screen string) bool { return !strings.Contains(screen, boat[:12]) })
	s.Press("enter", "r")
	back := s.Until("Back in the form", "Reference to video", "JPG", "PNG")
	if !holds(back, two) {
		t.Errorf("the prompt is not back in the form:\n%s", back)
	}

	s.Press("alt+5")
	s.Until("$0.34") // 0.08 + 0.08 + 0.18; nobody publishes the fourth price
	remove(t, s, "boat", "Yes, only the entry", true)
	remove(t, s, "melt", "Yes, and both, file and record", false)
	s.Press("esc")
	s.Until("2 in all")
	s.Press("alt+5")
	s.Until("$0.34") // what was spent stays spent
}

// remove deletes the entry that a word finds, and checks what became of its
// clip.
func remove(t *testing.T, s *story.Session, word, answer string, kept bool) {
	t.Helper()
	found := history(t, s, word)
	if len(found) != 1 {
		t.Fatalf("%d entries have %q", len(found), word)
	}
	j := found[0]
	s.Press("alt+4")
	s.Until("newest first")
	s.Type("/")
	for range 20 {
		s.Press("backspace")
	}
	s.Until("in all")
	s.Type(word)
	s.Until("1 found")
	s.Press("enter", "D")
	s.Until("Delete this entry?", answer)
	for !strings.Contains(s.Until("Delete this entry?"), "▸ "+answer) {
		s.Press("down")
	}
	s.Press("enter")
	s.Until("Entry")
	s.UntilGone("Delete this entry?")
	s.Until("Nothing matches")
	if _, err := os.Stat(j.Output.Path); (err == nil) != kept {
		t.Errorf("%q: the file is kept: %t, want %t", answer, err == nil, kept)
	}
	if _, err := os.Stat(queue.SidecarPath(j.Output.Path)); (err == nil) != kept {
		t.Errorf("%q: the sidecar is kept: %t, want %t", answer, err == nil, kept)
	}
}

// settle waits until nothing is under way and the screen with the live list
// shows as many saved jobs as there are clips.
func settle(t *testing.T, s *story.Session, clips int) {
	t.Helper()
	s.UntilScreen(func(screen string) bool {
		open, err := s.Engine.Store.OpenJobs(t.Context())
		return err == nil && len(open) == 0 && strings.Count(screen, "✓ saved ") >= clips
	})
}

// history reads what a search finds, newest first.
func history(t *testing.T, s *story.Session, search string) []*job.Job {
	t.Helper()
	jobs, _, err := s.Engine.Store.Page(t.Context(), store.Query{Search: search})
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// A newcomer practises on a form that has everything to turn. The first form
// that is paid for is not of a model that is about to end.
func TestANewcomerBeginsWithAModelThatStays(t *testing.T) {
	t.Parallel()
	for key, want := range map[string][]string{"": {"Seed", "Camera", "$0.08"}, "any": {"$0.40"}} {
		w := story.New(t)
		w.Setenv("SEEDREEL_MODEL", "")
		if key != "" {
			w.Setenv("WAVESPEED_API_KEY", key)
			w.Setenv("WAVESPEED_BASE_URL", "http://127.0.0.1:9")
		}
		s := w.Start(120, 36)
		screen := s.Until(append(want, "Prompt")...)
		if strings.Contains(screen, "retir") && key != "" {
			t.Errorf("with key %q it begins with\n%s", key, screen)
		}
	}
}
