package story_test

import (
	"os"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/views/story"
)

// choose selects a model in the picker, found by typed words.
func choose(s *story.Session, words, shown string) {
	s.Press("alt+p")
	s.Until("Choose a model")
	s.Type(words)
	first, _, _ := strings.Cut(shown, " ") // a narrow row has no more
	s.UntilScreen(func(screen string) bool {
		_, row, _ := strings.Cut(screen, "▸ ")
		return strings.Contains(screen, words) && strings.HasPrefix(row, first)
	})
	s.Press("enter")
	s.UntilGone("Choose a model")
	s.Until(shown)
}

// write empties the form and types a prompt into it.
func write(s *story.Session, prompt string) {
	s.Press("ctrl+x")
	s.Until("What ")
	s.Type(prompt)
	s.UntilScreen(func(screen string) bool { return holds(screen, prompt) })
}

// holds reports whether a text is on the screen, however it is wrapped.
func holds(screen, text string) bool {
	for _, word := range strings.Fields(text) {
		if !strings.Contains(screen, word) {
			return false
		}
	}
	return true
}

// submit presses the key once and waits for the message that the job is on
// disk.
func submit(s *story.Session) {
	s.Until("[ ctrl+g ]")
	s.Press("ctrl+g")
	agree(s, func(screen string) bool { return strings.Contains(screen, "In line:") })
}

// agree answers the question about the first paid submit of a session with yes,
// if it is asked, and waits for what follows.
func agree(s *story.Session, then func(screen string) bool) {
	const question = "This is asked once"
	if s.UntilScreen(func(screen string) bool { return strings.Contains(screen, question) || then(screen) }); strings.Contains(s.Screen(), question) {
		s.Press("right", "enter")
		s.UntilScreen(then)
	}
}

// checkClip compares a job's clip with what its model promises.
func checkClip(t *testing.T, s *story.Session, j *job.Job, width, height int) {
	t.Helper()
	if j.State != job.Saved {
		t.Errorf("%s: %s %s %s", j.Prompt, j.State, j.Reason, j.ErrorText)
		return
	}
	got, err := story.ReadClip(j.Output.Path)
	if err != nil {
		t.Error(err)
		return
	}
	m := s.Engine.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model})
	want := story.Clip{Width: width, Height: height, Frames: 24*j.Seconds + 1}
	want.Seconds = got.Seconds
	if got != want {
		t.Errorf("%s: the clip is %+v, want %+v", m.ID, got, want)
	}
	if wantSeconds := float64(want.Frames) / 24; got.Seconds < wantSeconds-0.05 || got.Seconds > wantSeconds+0.05 {
		t.Errorf("%s: the clip says %.3f s, %d frames make %.3f s", m.ID, got.Seconds, want.Frames, wantSeconds)
	}
	if info, err := os.Stat(j.Output.Path); err != nil || info.Size() != j.Output.Bytes {
		t.Errorf("%s: %v, the store says %d bytes", j.Output.Path, err, j.Output.Bytes)
	}
	if c, err := queue.ReadSidecar(j.Output.Path); err != nil || c.RemoteID != j.RemoteID || c.Prompt != j.Prompt {
		t.Errorf("the sidecar does not tell what the clip is: %+v %v", c, err)
	}
}

// sentOnce checks that the services got exactly these prompts, each once.
func sentOnce(t *testing.T, tasks []simulator.Task, prompts ...string) {
	t.Helper()
	count := map[string]int{}
	for _, task := range tasks {
		count[task.Values.Text(catalogue.RolePrompt)]++
	}
	for _, p := range prompts {
		if count[p] != 1 {
			t.Errorf("%q was sent %d times", p, count[p])
		}
	}
	if len(tasks) != len(prompts) {
		t.Errorf("%d submits arrived, want %d", len(tasks), len(prompts))
	}
}
