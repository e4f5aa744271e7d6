package story_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/views/story"
)

// needFrames gives a test the search path back, and skips it where no frame
// can be taken out of a clip. Such a test does not run beside others.
func needFrames(t *testing.T) {
	t.Helper()
	t.Setenv("PATH", os.Getenv("SEEDREEL_TEST_PATH"))
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("frames need ffmpeg, which is not on this machine")
	}
}

// theReel returns the open reel as it is on disk.
func theReel(t *testing.T, s *story.Session) *reel.Reel {
	t.Helper()
	r, err := s.Engine.Store.OpenReel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// savedBoat returns the list of jobs of a session in which one clip was made.
func savedBoat(t *testing.T) *story.Session {
	t.Helper()
	s := story.New(t).Start(wide, high)
	write(s, boat)
	submit(s)
	s.Press("alt+2")
	s.Until("✓ saved")
	return s
}

// From a list each way is two keys: at once, or through the form, which stays
// with the shot.
func TestATakeIsMadeAgainFromTheList(t *testing.T) {
	t.Parallel()
	s := savedBoat(t)
	s.Press("a")
	s.Until("Again, but different", "new seed, at once")
	s.Until("longer: 6")
	s.Press("f")
	s.Until("pick this take first") // the menu stays
	s.Press("s")
	s.Until("In line: 1 clip.")
	// Both rows, and the pane beside them.
	s.UntilScreen(func(screen string) bool { return strings.Count(screen, "✓ saved") >= 3 })

	s.Press("a", "w")
	s.Until("The same seed: change the words.", "shot 1, 2 takes")
	s.Type(" at dusk")
	s.Until("at dusk")
	submit(s)
	s.Until("shot 1, 3 takes")
	r := theReel(t, s)
	if len(r.Shots) != 1 || len(r.Shots[0].Takes) != 3 {
		t.Fatalf("the reel is %+v", r.Shots)
	}
	first, seed, dusk := r.Shots[0].Takes[0], r.Shots[0].Takes[1], r.Shots[0].Takes[2]
	if seed.Origin != job.OriginSeed || seed.Parent != first.ID || seed.Seed == first.Seed || seed.Prompt != first.Prompt {
		t.Errorf("the new seed is %+v", seed)
	}
	if dusk.Origin != job.OriginWords || dusk.Seed != seed.Seed || !strings.HasSuffix(dusk.Prompt, "at dusk") {
		t.Errorf("the new words are %+v", dusk)
	}
	// What follows is made from the last take, until the form is emptied.
	s.Press("ctrl+r")
	submit(s)
	s.Until("shot 1, 4 takes")
	if last := theReel(t, s).Shots[0].Takes[3]; last.Parent != dusk.ID || last.Origin != job.OriginSeed {
		t.Errorf("what follows is %+v", last)
	}
	write(s, "A fox in the snow")
	s.UntilGone("shot 1,")
	submit(s)
	s.Until("shot 2, 1 take")
}

// A model without a first frame is changed for its sibling, which is said with
// the price, and one key goes back.
func TestGoingOnTakesTheSiblingAndOneKeyBack(t *testing.T) {
	needFrames(t)
	w := story.New(t)
	s := w.Start(wide, high)
	write(s, boat)
	submit(s)
	write(s, "A fox in the snow")
	submit(s)
	s.Press("alt+2")
	s.UntilScreen(func(screen string) bool { return strings.Count(screen, "✓ saved") >= 3 && saved(t, s) == 2 }) // in both rows, and beside them
	s.Press("G")
	s.Press("a")
	s.Until("go on from here", "lite i2v 480p")
	s.Press("g")
	s.Until("goes on from 1", "-last.png", "alt+r goes back", "was $0.08", "Image to video")
	s.Press("alt+r")
	s.Until("A fox in the snow", "shot 2, 1 take", "Text to video")
	s.Press("alt+r")
	s.Until("goes on from 1", "Image to video")
	submit(s)
	s.Until("shot 2, 1 take")
	r := theReel(t, s)
	if len(r.Shots) != 3 || r.Shots[1].Continues != r.Shots[0].ID {
		t.Fatalf("the reel is %+v", r.Shots)
	}
	next, from := r.Shots[1].Takes[0], r.Shots[0].Takes[0]
	if next.Origin != job.OriginContinued || next.Parent != from.ID || len(next.Values.Media(catalogue.RoleFirstFrame)) != 1 {
		t.Errorf("it is %+v", next)
	}
}

// The palette knows every way by name.
func TestTheWaysAreFoundByName(t *testing.T) {
	t.Parallel()
	s := savedBoat(t)
	s.Press(":")
	s.Type("another picture ratio")
	s.Until("a p")
	s.Press("enter")
	s.Until("Now with aspect ratio", "alt+r goes back")
}

// In the player the frame in sight is the one that is taken.
func TestThePlayerGoesOnFromTheFrameInSight(t *testing.T) {
	needFrames(t)
	s := savedBoat(t)
	s.Press("v")
	stills := regexp.MustCompile(`\d\.\d s +\S* *\d\.\d s`)
	s.UntilScreen(stills.MatchString)
	s.Press("right", "right")
	s.Press("a", "g")
	s.Until("goes on from 1")
	if screen := s.Screen(); strings.Contains(screen, "-last.png") || !strings.Contains(screen, "s.png") {
		t.Errorf("the frame is not that of the time in sight:\n%s", screen)
	}
}
