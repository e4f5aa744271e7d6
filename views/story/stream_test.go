package story_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"seedreel/state/job"
	"seedreel/ui/uitest"
	"seedreel/views/story"
)

// Output is measured at 120x40, the size of the figures in the README.
const wide, high = 120, 40

// every runs f once a second of the bubble's time and returns how many bytes
// were written in all, and at most in one second.
func every(s *story.Session, seconds int) (total, most int) {
	for range seconds {
		s.Mark()
		time.Sleep(time.Second)
		n := s.Bytes()
		total, most = total+n, max(most, n)
	}
	return total, most
}

// An idle program without events is silent, on every page.
func TestIdleWritesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		w.Setenv("SSH_TTY", "/dev/pts/1")
		insert(t, w, func(add func(*job.Job)) {
			for i, state := range []job.State{job.Saved, job.Failed, job.Uncertain} {
				j := shelved(w, i, state)
				// Ages of hours do not change within a minute.
				j.CreatedAt = j.CreatedAt.Add(-90 * time.Minute)
				j.SubmittedAt, j.EndedAt = j.CreatedAt, j.CreatedAt
				if state == job.Saved {
					j.SavedAt, j.Output = j.CreatedAt, clip(t, w, "clip.mp4")
				}
				add(j)
			}
		})
		s := w.Start(wide, high)
		for _, at := range []struct{ name, keys string }{
			{"compose", "alt+1"},
			{"jobs", "alt+2"},
			{"the player", "G v"},
			{"history", "alt+4"},
			{"costs", "alt+5"},
			{"settings", "alt+,"},
			{"the models", "esc alt+1 alt+p"},
			{"a terminal that is not looked at", ""},
		} {
			s.Press(strings.Fields(at.keys)...)
			if at.keys == "" {
				s.Send(tea.BlurMsg{})
			}
			s.Settle()
			if n, _ := every(s, 60); n > 0 {
				t.Errorf("%s: %d bytes in a minute: %q", at.name, n, s.Tape())
			}
		}
	})
}

// With reduced motion a running job moves once a minute.
func TestReducedMotionMovesOnceAMinute(t *testing.T) {
	t.Parallel()
	for motion, most := range map[string]int{"reduced": 2, "full": 60} {
		t.Run(motion, func(t *testing.T) {
			t.Parallel()
			story.Bubble(t, func(t *testing.T, w *story.World) {
				w.Settings("reduced_motion = " + strconv.FormatBool(motion == "reduced") + "\n[simulator]\nspeed = 0.1\n")
				s := w.Start(wide, high)
				write(s, boat)
				submit(s)
				s.Press("alt+2")
				s.Settle()
				frames := 0
				for range 60 {
					s.Mark()
					time.Sleep(time.Second)
					if s.Bytes() > 0 {
						frames++
					}
				}
				if frames == 0 || frames > most || motion == "full" && frames < 50 {
					t.Errorf("%d frames in a minute:\n%s", frames, s.Screen())
				}
			})
		})
	}
}

// A job that is made and saved costs less than 1 KB at each step.
func TestAJobUpdateIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		w.Settings("[simulator]\nspeed = 1\n")
		s := w.Start(wide, high)
		write(s, boat)
		submit(s)
		s.Settle()
		s.Press("alt+2")
		s.Settle()
		var total, most, seconds int
		for ended := 0; ended < 5; seconds++ {
			if seconds > 600 {
				t.Fatalf("the job does not end:\n%s", s.Screen())
			}
			if strings.Contains(s.Screen(), "✓ saved") {
				ended++ // and its message disappears again
			}
			n, _ := every(s, 1)
			for _, frame := range s.Frames() {
				if most = max(most, frame); frame >= 1024 {
					t.Errorf("%d bytes in one frame: %q", frame, s.Tape())
				}
			}
			total += n
		}
		t.Logf("%d bytes in %d s, at most %d in a frame", total, seconds, most)
		if total >= 500*seconds {
			t.Errorf("%d bytes in %d s", total, seconds)
		}
	})
}

func TestTwentyRunningJobsAreQuiet(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		insert(t, w, func(add func(*job.Job)) {
			for i := range 20 {
				j := shelved(w, i, job.Running)
				// The library paints lines with wide letters whole, again and
				// again; with plain ones it shows what the screens themselves cost.
				j.Prompt = fmt.Sprintf("A boat crosses the lake, take %d", i)
				j.SubmittedAt = w.Now().Add(-time.Duration(i) * time.Minute)
				add(j)
			}
		})
		s := w.Start(wide, high)
		for _, place := range []string{"alt+1", "alt+2", "alt+4"} {
			s.Press(place)
			s.Settle()
			total, most := every(s, 60)
			t.Logf("%s: %d bytes in a minute, at most %d in a second", place, total, most)
			if total >= 60*4096 || most >= 4096 {
				t.Errorf("%s: %d bytes in a minute, %d in one second", place, total, most)
			}
		}
	})
}

// The first frame is less than 15 KB, and on a larger screen grows with the
// number of cells.
func TestTheFirstFrameIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {wide, high}, {200, 55}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			story.Bubble(t, func(t *testing.T, w *story.World) {
				shelf(t, w)
				s := w.Start(size[0], size[1])
				s.Until("[ ctrl+g ]")
				n := s.Bytes()
				t.Logf("%d bytes", n)
				if most := 15 << 10 * max(size[0]*size[1], wide*high) / (wide * high); n >= most {
					t.Errorf("%d bytes, at most %d are right", n, most)
				}
			})
		})
	}
}

// Over the slowest line that was tried, 10 KB a second with 300 ms there and back,
// the first screen is there within 1.2 s: it takes less than 9 KB on every link.
// Stills come after it.
func TestTheFirstPaintIsQuickOnEveryLink(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	const most = 9000
	for name, tt := range map[string]struct {
		env     map[string]string
		profile colorprofile.Profile
	}{
		"all colours":      {map[string]string{"COLORTERM": "truecolor"}, colorprofile.TrueColor},
		"ssh, 256 colours": {map[string]string{"SSH_TTY": "/dev/pts/1", "SSH_CONNECTION": "a b c d"}, colorprofile.ANSI256},
		"ssh, 16 colours":  {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "xterm"}, colorprofile.ANSI},
		"tmux over ssh":    {map[string]string{"SSH_TTY": "/dev/pts/1", "TMUX": "/tmp/tmux-1/default,1,0", "TERM": "tmux-256color"}, colorprofile.ANSI256},
		"mosh":             {map[string]string{"SSH_CONNECTION": "a b c d", "TERM": "xterm-256color"}, colorprofile.ANSI256},
		"no colours":       {map[string]string{"NO_COLOR": "1"}, colorprofile.TrueColor},
	} {
		for _, size := range [][2]int{{80, 24}, {120, 36}} {
			t.Run(fmt.Sprintf("%s, %dx%d", name, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				// What the terminal answers comes in its own time, not in that of the
				// bubble: an answer after the first frame changes colours, and costs
				// one more. It is the frame with the answers that is measured.
				var first, whole int
				for range 3 {
					story.Bubble(t, func(t *testing.T, w *story.World) {
						for k, v := range tt.env {
							w.Setenv(k, v)
						}
						shelf(t, w)
						s := w.Start(size[0], size[1], uitest.Options{Profile: tt.profile})
						s.Until("[ ctrl+g ]")
						first = s.Bytes()
						s.Settle()
						whole = s.Bytes()
					})
					t.Logf("%d bytes, %d in all", first, whole)
					if first < most && whole < most {
						return
					}
				}
				t.Errorf("%d bytes until the screen is there and %d until it rests, at most %d are right", first, whole, most)
			})
		}
	}
}

// A letter typed beside a list of wide letters costs what it costs beside any
// other list, in all colour modes.
func TestWideLettersInSightCostNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	for _, profile := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI, colorprofile.ASCII} {
		t.Run(profile.String(), func(t *testing.T) {
			t.Parallel()
			story.Bubble(t, func(t *testing.T, w *story.World) {
				texts := slices.Sorted(maps.Values(tricky))
				insert(t, w, func(add func(*job.Job)) {
					for i, text := range texts {
						j := shelved(w, i, job.Failed)
						j.Prompt = text
						add(j)
					}
				})
				s := w.Start(wide, high, uitest.Options{Profile: profile})
				s.Settle()
				if !strings.Contains(s.Screen(), "紙の船") {
					t.Fatalf("the list is not in sight:\n%s", s.Screen())
				}
				s.Type("a boat ")
				s.Settle()
				for _, letter := range "cro" {
					s.Mark()
					s.Type(string(letter))
					s.Settle()
					if n := s.Bytes(); n >= 120 {
						t.Errorf("%d bytes for a letter: %q", n, s.Tape())
					}
				}
			})
		})
	}
}

// The screen is drawn once for the terminal's first size and once for its
// background, and another model changes the rows that differ. Asking for the
// size of the window causes a full redraw by the answer.
func TestNothingIsDrawnTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		shelf(t, w)
		asks := fmt.Sprintf("%T", tea.RequestWindowSize())
		watch := tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg {
			if fmt.Sprintf("%T", msg) == asks {
				t.Error("the size of the window is asked for")
			}
			return msg
		})
		s := w.Start(wide, high, uitest.Options{Program: []tea.ProgramOption{watch}})
		s.Until("[ ctrl+g ]")
		s.Settle()
		if n := strings.Count(s.Tape(), "Duration"); n > 2 {
			t.Errorf("the form was drawn %d times at the start", n)
		}
		choose(s, "text lite 720p wavespeed", "Text")
		s.Settle()
		s.Mark()
		s.Press("alt+p")
		s.Until("Choose a model")
		s.Type("text lite 480p wavespeed")
		s.Settle()
		s.Mark()
		s.Press("enter")
		s.Settle()
		if strings.Contains(s.Tape(), "2 Jobs") {
			t.Errorf("another model draws the first line anew: %d bytes", s.Bytes())
		}
		s.Mark()
		s.Press("ctrl+l")
		s.Settle()
		if !strings.Contains(s.Tape(), "2 Jobs") {
			t.Error("a screen that is drawn anew has no such line: this test tests nothing")
		}
	})
}

// cleared returns how often a stream clears the screen or most of it.
func cleared(tape string) int {
	n := 0
	for _, s := range []string{"\x1b[2J", "\x1b[3J", "\x1b[J", "\x1b[0J", "\x1b[1J", "\x1bc"} {
		n += strings.Count(tape, s)
	}
	return n
}

// Without synchronized frames, as over SSH, a cleared screen flickers. Only
// ctrl+l asks for one.
func TestNothingIsClearedUnlessAskedFor(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("counts what is written, and draws a great deal")
	}
	story.Bubble(t, func(t *testing.T, w *story.World) {
		w.Setenv("SSH_TTY", "/dev/pts/1")
		w.Settings("[simulator]\nspeed = 1\n")
		shelf(t, w)
		s := w.Start(wide, high)
		s.Settle()
		s.Mark()
		write(s, boat)
		s.Press("ctrl+g")
		time.Sleep(90 * time.Second) // the bubble's: the job runs and is saved
		for _, key := range []string{
			"alt+2", "down", "enter", "esc", "?", "pgdown", "esc", "alt+4", "down", "/", "b", "o", "esc", "esc",
			"alt+5", "tab", "alt+,", "down", "esc", "alt+1", "alt+p", "down", "esc", "tab", "right",
		} {
			s.Press(key)
			time.Sleep(time.Second)
		}
		s.Settle()
		if n := cleared(s.Tape()); n > 0 {
			t.Errorf("the screen was cleared %d times", n)
		}
		ink := &uitest.Ink{}
		before := ink.Of(s.Term)
		s.Mark()
		s.Press("ctrl+l")
		s.Settle()
		if n := s.Bytes(); cleared(s.Tape()) == 0 || n < 2000 {
			t.Errorf("ctrl+l cleared %d times and drew %d bytes", cleared(s.Tape()), n)
		}
		if ink.Of(s.Term) != before {
			t.Errorf("ctrl+l drew another screen:\n%s", s.Screen())
		}
	})
}
