package story

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
)

var pictures = flag.String("pictures", "", "folder to write the pictures of the README to")

// past adds jobs of earlier hours to the history, so that the pictures show an
// afternoon's work.
func past(t *testing.T, w *World) {
	t.Helper()
	e, done := w.Below(t)
	defer done()
	add := func(id, prompt string, ago time.Duration, edit func(*job.Job)) {
		m := e.Catalogue.Now().All()[0]
		at := w.Now().Add(-ago)
		est := 5 * 16 * usd.Dollar / 1000
		j := &job.Job{
			ID: id, CreatedAt: at, Provider: m.Provider, Model: m.ID, Practice: true, Prompt: prompt,
			Values:  catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt), catalogue.RoleAspectRatio: catalogue.Text("16:9"), catalogue.RoleSeed: catalogue.Int(20394812)},
			Seconds: 5, Estimate: &est, EstimateBasis: "list price", State: job.Saved, RemoteID: "r" + id, PostedAt: at, SubmittedAt: at,
			EndedAt: at.Add(40 * time.Second), SavedAt: at.Add(41 * time.Second), Seed: 20394812, HasSeed: true,
		}
		j.Output = job.Output{Path: "/home/me/clips/" + id + ".mp4", Bytes: 1_412_000}
		edit(j)
		if _, err := e.Store.Record(t.Context(), []*job.Job{j}, ""); err != nil {
			t.Fatal(err)
		}
	}
	as := func(s job.State, r job.Reason) func(*job.Job) {
		return func(j *job.Job) { j.State, j.Reason, j.Output = s, r, job.Output{} }
	}
	saved := func(*job.Job) {}
	add("aaaaaaaaaaaa", "Two swans cross a lake, side view", 50*time.Hour, saved)
	add("bbbbbbbbbbbb", "A paper lantern rises over a harbour at night", 26*time.Hour, saved)
	add("cccccccccccc", "A lake at dawn, mist over the water, slow push-in", 95*time.Minute, saved)
	add("dddddddddddd", "A lake at dusk, mist over the water, slow push-in", 89*time.Minute, saved)
	add("eeeeeeeeeeee", "A runner sprints past the camera, dust in the evening light", 9*time.Minute, as(job.Failed, job.ReasonModeration))
	add("ffffffffffff", "A dancer spins and stops on the beat, studio light", 4*time.Minute, saved)
	add("gggggggggggg", "A paper boat drifts down a rain gutter", 3*time.Minute, func(j *job.Job) {
		j.State, j.Output, j.RemoteID, j.NextAt = job.Uncertain, job.Output{}, "", w.Now().Add(time.Hour)
	})
}

// TestPictures draws the screens that the README shows, and fails when one of
// them no longer holds what it is there to show. With -pictures they are
// written:
//
//	go test ./views/story -run TestPictures -pictures ../../assets/pictures
func TestPictures(t *testing.T) {
	Bubble(t, func(t *testing.T, w *World) {
		w.Settings("theme = \"dark\"\n[simulator]\nspeed = 1\n")
		past(t, w)
		lake := w.Sample("lake.jpg")
		s := w.Start(120, 36)
		s.Until("uncertain")
		s.Press("ctrl+g")
		s.Until("submitted")
		s.Press("alt+p")
		s.Until("Choose a model")
		s.Type("image lite 480")
		s.Press("enter")
		s.Until("first")
		s.Paste(lake)
		s.Until("640x480")
		s.Press("ctrl+g")
		s.Until("2 under way")
		time.Sleep(12 * time.Second) // the bubble's clock: two jobs on their way
		shoot(t, s, "compose", "PRACTICE", "640x480", "$0.08", "moderation")
		s.Press("alt+2", "g")
		shoot(t, s, "jobs", "needs you", "Sent, and no answer came")
		s.Press("alt+4")
		shoot(t, s, "history", "A lake at dusk", "lite t2v 480p")
		s.Press("alt+5")
		shoot(t, s, "costs", "none of this was billed")
	})
}

// TestRoundPicture draws the picture that moves: one word of a prompt is
// changed, and the clip is there.
func TestRoundPicture(t *testing.T) {
	Bubble(t, func(t *testing.T, w *World) {
		w.Setenv("SEEDREEL_MODEL", "") // as a newcomer has it
		w.Settings("theme = \"dark\"\n[simulator]\nspeed = 4\n")
		s := w.Start(100, 28)
		var shots []string
		var hold []float64
		take := func(seconds float64, holds ...string) {
			s.Until(holds...)
			s.Settle()
			svg, err := SVG(s.Styled(), 100, 28)
			if err != nil {
				t.Fatal(err)
			}
			shots, hold = append(shots, svg), append(hold, seconds)
		}
		take(1.5, "[ ctrl+g ]", "PRACTICE")
		s.Press("ctrl+x")
		s.UntilScreen(func(screen string) bool { return !strings.Contains(screen, "skateboarder") })
		text := ""
		for word := range strings.SplitSeq("A lake at dawn, mist over the water, slow push-in", " ") {
			if text != "" {
				word = " " + word
			}
			text += word
			s.Type(word)
			take(0.25, strings.TrimSpace(word))
		}
		take(1.5, "$0.08")
		s.Press("ctrl+g")
		take(1, "1 under way")
		for range 4 {
			time.Sleep(3 * time.Second) // the bubble's clock: the bar moves
			take(0.6, "PRACTICE")
		}
		take(4, "saved")
		if *pictures != "" {
			if err := os.WriteFile(filepath.Join(*pictures, "round.svg"), []byte(Film(shots, hold)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestPlayerPicture draws the player with the stills of a clip, which FFmpeg
// cuts: it runs only to write the picture.
func TestPlayerPicture(t *testing.T) {
	if *pictures == "" {
		t.Skip("no -pictures")
	}
	t.Setenv("PATH", os.Getenv(pathVar))
	Bubble(t, func(t *testing.T, w *World) {
		w.Settings("theme = \"dark\"\nimages = \"mosaic\"\n[simulator]\nspeed = 1000\n")
		w.Setenv("COLORTERM", "truecolor")
		s := w.Start(120, 36)
		s.Until("[ ctrl+g ]")
		s.Press("alt+p")
		s.Until("Choose a model")
		s.Type("image lite 480")
		s.Press("enter")
		s.Until("first")
		s.Paste(w.Sample("lake.jpg"))
		s.Until("640x480")
		s.Press("ctrl+g")
		s.Until("saved")
		s.Press("alt+2")
		s.Until("v watch")
		s.Press("v")
		s.Until("4.4 s", "▀")
		time.Sleep(5 * time.Second) // the bubble's clock: all stills are drawn
		shoot(t, s, "player", "space")
	})
}

// pathVar holds the search path that TestMain takes away.
const pathVar = "SEEDREEL_TEST_PATH"

func shoot(t *testing.T, s *Session, name string, holds ...string) {
	t.Helper()
	screen := s.Until(holds...)
	if *pictures == "" {
		return
	}
	svg, err := SVG(s.Styled(), 120, 36)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*pictures, name+".svg"), []byte(svg), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(screen, "\n"); n < 30 {
		t.Errorf("%s has only %d lines", name, n)
	}
}
