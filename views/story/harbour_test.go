//go:build unix

package story_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seedreel/views/story"
)

// sixShots is a reel of six shots, two drafts of each and one final.
func sixShots() []byte {
	var b strings.Builder
	b.WriteString("name = \"Harbour\"\n")
	for _, prompt := range []string{
		"A lighthouse at dawn", "Up the staircase", "The keeper looks out", "Ships below", "Anna waves", "Title over the sea",
	} {
		fmt.Fprintf(&b, "\n[[shot]]\nprompt = %q\nmodel = \"wavespeed:bytedance/seedance-v1.5-pro/text-to-video\"\nlength = 5\nratio = \"16:9\"\n"+
			"count = 2\ndraft = {resolution = \"480p\"}\nfinal = {resolution = \"720p\"}\n", prompt)
	}
	return []byte(b.String())
}

// command is the built program as a command, in an environment.
type command struct {
	bin string
	env []string
}

func (c command) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.bin, args...)
	cmd.Env = c.env
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, out, said.String())
	}
	return string(out)
}

// killedWhile runs the program and kills it as soon as ready returns true.
func (c command) killedWhile(t *testing.T, ready func() bool, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.bin, args...)
	cmd.Env = c.env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	beat := time.NewTicker(20 * time.Millisecond)
	defer beat.Stop()
	for !ready() {
		<-beat.C
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it says that it was killed
}

// A reel of six shots becomes a film: drafts of all, a pick of each, the finals
// of the picks, and one film. The program is killed while it makes the drafts
// and again while it makes the finals; run again it makes what is missing, and
// nothing twice.
func TestSixShotsBecomeAFilmThoughKilled(t *testing.T) {
	t.Parallel()
	// It is killed while all places are taken: then no request is on its way,
	// which would end the next run with a job that never reached the service.
	const drafts, finals, atOnce = 12, 6, 4
	bin := built(t)
	w := story.New(t)
	w.Settings(fmt.Sprintf("[services.wavespeed]\nsubmits_per_minute = 600\nin_flight = %d\n", atOnce))
	base := simulate(t, bin, w)
	c := command{bin: bin, env: []string{"SEEDREEL_HOME=" + w.Home(), "HOME=" + w.Home(), "WAVESPEED_API_KEY=k", "WAVESPEED_BASE_URL=" + base}}
	c.run(t, "reel", "import", w.File("harbour.reel.toml", sixShots()))
	sent := func(n int) func() bool { return func() bool { return len(accepted(t, base)) >= n } }

	draft := []string{"reel", "make", "--draft", "--yes", "--wait"}
	c.killedWhile(t, sent(atOnce), draft...)
	c.run(t, draft...)
	if n := len(accepted(t, base)); n != drafts {
		t.Fatalf("%d drafts were sent, want %d", n, drafts)
	}
	for _, s := range c.shots(t) {
		if len(s.Jobs) != 2 {
			t.Fatalf("shot %d has %d takes", s.Number, len(s.Jobs))
		}
		c.run(t, "pick", s.Jobs[s.Number%2])
	}

	final := []string{"reel", "make", "--final", "--yes", "--wait"}
	c.killedWhile(t, sent(drafts+atOnce), final...)
	c.run(t, final...)
	if n := len(accepted(t, base)); n != drafts+finals {
		t.Fatalf("%d were sent, want %d", n, drafts+finals)
	}
	shots := c.shots(t)
	for _, s := range shots {
		if len(s.Jobs) != 3 {
			t.Fatalf("shot %d has %d takes", s.Number, len(s.Jobs))
		}
		c.run(t, "pick", s.Jobs[2])
	}
	c.run(t, draft...)
	c.run(t, final...)
	if n := len(accepted(t, base)); n != drafts+finals {
		t.Errorf("made once more, %d were sent, want %d", n, drafts+finals)
	}

	out := filepath.Join(w.Home(), "harbour.mp4")
	c.run(t, "reel", "join", "--output", out)
	film, err := story.ReadClip(out)
	if want := len(shots) * 121; err != nil || film.Frames != want {
		t.Errorf("the film has %d pictures, want %d: %v", film.Frames, want, err)
	}
}

// shot is what a reel says about a shot.
type shot struct {
	Number int
	Jobs   []string
}

func (c command) shots(t *testing.T) []shot {
	t.Helper()
	var r struct{ List []shot }
	if err := json.Unmarshal([]byte(c.run(t, "reel", "show", "--json")), &r); err != nil || len(r.List) != 6 {
		t.Fatalf("the reel has %d shots: %v", len(r.List), err)
	}
	return r.List
}
