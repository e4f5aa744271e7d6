package story_test

import (
	"testing"

	"seedreel/state/job"
	"seedreel/views/story"
)

// A line that drops while clips are made, waiting and being saved loses
// nothing, and nothing is bought twice.
func TestDroppedLineLosesNothing(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(120, 36)
		prompts := []string{"one", "two", "three", "four"}
		for _, p := range prompts {
			write(s, p)
			submit(s)
		}
		write(s, "a draft that was not sent")
		s.End()

		for range 3 { // again and again, as on a bad line
			s = w.Start(80, 24)
			if screen := s.Until("2 Jobs"); !holds(screen, "a draft that was not sent") {
				t.Fatalf("the draft is gone:\n%s", screen)
			}
			s.End()
		}
		s = w.Start(120, 36)
		s.Press("alt+2")
		settle(t, s, len(prompts))
		for _, j := range history(t, s, "") {
			checkClip(t, s, j, 864, 480) // what the form of a newcomer makes
		}
		sentOnce(t, w.Tasks(), prompts...)
	})
}

// Lists are grouped and folded after a restart as they were before.
func TestListsStayFolded(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(120, 36)
		write(s, boat)
		s.Press("alt+4")
		s.Settle()
		s.Press("B")
		s.Until("Grouped by shot")
		s.Press("alt+2")
		s.Settle()
		s.Press("B")
		s.Until("Grouped by shot")
		s.End()

		s = w.Start(120, 36)
		for _, page := range []string{"alt+4", "alt+2"} {
			s.Press(page)
			s.Settle()
			s.Press("B")
			s.Until("No longer grouped")
		}
	})
}

// Two presses are one submit; the same again, seed included, is a question
// whose safe answer is no.
func TestDoublePressBuysOnce(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(80, 24)
		write(s, boat)
		s.Until("[ ctrl+g ]")
		s.Press("ctrl+g", "ctrl+g")
		s.Until("In line:")
		if n := len(history(t, s, "")); n != 1 {
			t.Fatalf("a double press made %d jobs", n)
		}
		s.Press("ctrl+r") // the seed that was drawn
		s.Settle()
		s.Press("ctrl+g")
		s.Until("The same once more?")
		s.Press("enter")
		s.UntilGone("The same once more?")
		if n := len(history(t, s, "")); n != 1 {
			t.Fatalf("a no made %d jobs", n)
		}
		s.Press("ctrl+g")
		s.Until("The same once more?")
		s.Press("right", "enter")
		s.Until("In line:")
		if n := len(history(t, s, "")); n != 2 {
			t.Fatalf("a yes made %d jobs", n)
		}
	})
}

// Leaving asks while something is under way, a second ctrl+c is an answer, and
// the terminal is left as it was found.
func TestLeavingAsksAndRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(80, 24)
		write(s, boat)
		submit(s)
		s.Press("ctrl+c")
		s.Until("Leave with jobs under way?")
		s.Press("enter") // stay
		s.UntilGone("Leave with jobs under way?")
		s.Press("ctrl+c")
		s.Until("Leave with jobs under way?")
		s.Press("ctrl+c")
		s.Left()
		if on := s.Modes(); len(on) > 0 {
			t.Errorf("left switched on: %v", on)
		}
		if _, _, visible := s.Cursor(); !visible {
			t.Error("the cursor stays hidden")
		}

		s = w.Start(80, 24)
		s.Press("alt+2")
		settle(t, s, 1)
		s.Press("ctrl+c") // nothing would be missed: no question
		s.Left()
		if jobs := sessionless(t, w); len(jobs) != 1 || jobs[0].State != job.Saved {
			t.Errorf("after leaving: %v", jobs)
		}
	})
}

// sessionless reads the history while no program runs.
func sessionless(t *testing.T, w *story.World) []*job.Job {
	t.Helper()
	e, done := w.Below(t)
	defer done()
	return history(t, &story.Session{Engine: e}, "")
}
