package story_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/uitest"
	"seedreel/views/story"
)

// shelf puts one job of each kind into the store, with fixed names and times.
func shelf(t *testing.T, w *story.World) {
	t.Helper()
	e, err := w.Engine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	price := client.MicroUSD(80_000)
	var jobs []*job.Job
	for i, s := range []job.State{job.Saved, job.Saved, job.Failed, job.Uncertain, job.Running} {
		at := w.Now().Add(time.Duration(i-6) * time.Minute)
		j := &job.Job{
			ID: fmt.Sprintf("shelf%07d", i), CreatedAt: at, Provider: "wavespeed", Model: "bytedance/" + modelText, Practice: true,
			Prompt: fmt.Sprintf("%s 紙の船が水たまりを渡る, take %d", s, i), Seconds: 5, Estimate: &price, SubmittedAt: at, State: s, HasSeed: true, Seed: 7,
			Values: client.Values{client.RoleSeed: client.Int(7), client.RoleAspectRatio: client.Text("16:9")},
		}
		j.RemoteID = fmt.Sprintf("remote-%d", i)
		switch s {
		case job.Saved:
			j.EndedAt, j.SavedAt, j.Output = at, at, job.Output{Path: "/clips/boat.mp4", Bytes: 100_000}
		case job.Failed:
			j.EndedAt, j.Reason, j.ErrorText = at, job.ReasonModeration, "refused \x1b[31mby the filter"
		case job.Running, job.Uncertain:
			j.NextAt = w.Now().Add(24 * time.Hour)
		case job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Completed:
		}
		jobs = append(jobs, j)
	}
	if _, err := e.Store.Insert(t.Context(), jobs, store.Guard{}); err != nil {
		t.Fatal(err)
	}
}

// Every screen, empty and full, looks as it was looked at by a person: run
// with -update after a change and look at what changed.
func TestScreensLookAsTheyShould(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 55}} {
		for _, full := range []bool{false, true} {
			name := fmt.Sprintf("%dx%d", size[0], size[1])
			if full {
				name += "-full"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				story.Bubble(t, func(t *testing.T, w *story.World) {
					if full {
						shelf(t, w)
					}
					gallery(t, w.Start(size[0], size[1]))
				})
			})
		}
	}
}

// gallery shows one screen after the other.
func gallery(t *testing.T, s *story.Session) {
	t.Helper()
	all := ""
	show := func(name string, until ...string) {
		all += "=== " + name + "\n" + s.Until(until...) + "\n"
	}
	show("compose", "ctrl+g submits")
	s.Press("ctrl+p")
	show("models", "Choose a model")
	s.Press("esc")
	s.UntilGone("Choose a model")
	s.Press("ctrl+x")
	s.Until("What happens")
	s.Press("ctrl+g")
	show("error", "Not submitted.")
	s.Press("alt+2")
	show("jobs", "y")
	s.Press("alt+?")
	show("help", "Everywhere")
	s.Press("esc")
	s.UntilGone("Everywhere")
	s.Press("alt+3")
	show("history", "newest first", "in all")
	s.Press("alt+4")
	show("costs", "by")
	golden.RequireEqual(t, all)
}

// Colours are part of the look; without them words and symbols stay.
func TestThemes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ theme, env string }{
		"dark": {"dark", ""}, "light": {"light", ""}, "ansi": {"ansi", ""}, "none": {"auto", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story.Bubble(t, func(t *testing.T, w *story.World) {
				w.Settings("theme = \"" + c.theme + "\"\n[simulator]\nspeed = 1000\n")
				w.Setenv("NO_COLOR", c.env)
				shelf(t, w)
				s := w.Start(80, 24, uitest.Options{})
				s.Press("alt+2")
				s.Until("saved")
				golden.RequireEqual(t, s.Styled())
			})
		})
	}
}
