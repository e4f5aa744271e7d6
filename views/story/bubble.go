package story

import (
	"testing"
	"testing/synctest"
	"time"
)

// Bubble runs a story with timers of its own: everything that the program waits
// for, polls, rates and retries, happens at once and in order.
func Bubble(t *testing.T, tell func(t *testing.T, w *World)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		// Timers that nobody waits for any more end before the bubble does.
		t.Cleanup(func() { time.Sleep(1000 * time.Hour) })
		w := New(t)
		w.pass = passBubble
		w.settle = func() { time.Sleep(time.Second); synctest.Wait() }
		tell(t, w)
	})
}

// longest is how much of a bubble's time may pass before a screen appears.
const longest = 20 * time.Minute

func passBubble(s *Session, until func(screen string) bool) string {
	s.w.t.Helper()
	limit := time.Now().Add(longest)
	for step := 50 * time.Millisecond; ; step = min(step*2, time.Second) {
		// The next frame shows what was pressed.
		time.Sleep(step)
		synctest.Wait()
		screen := s.Screen()
		if until(screen) {
			return screen
		}
		if time.Now().After(limit) {
			s.w.t.Fatalf("waited %v in vain, the screen is:\n%s", longest, screen)
		}
	}
}
