package toast_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
)

func TestAnOlderTimerDoesNotClearANewerToast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tray := toast.New(time.Now)
		first := tray.Show(toast.Good, "saved", 0)
		second := tray.Show(toast.Bad, "offline", time.Minute)
		began := time.Now()
		if tray.Update(first()) {
			t.Error("the first timer changed something")
		}
		if waited := time.Since(began); waited != 5*time.Second {
			t.Errorf("the first timer took %v", waited)
		}
		if now, ok := tray.Shown(); !ok || now.Text != "offline" {
			t.Errorf("shown is %+v", now)
		}
		if !tray.Update(second()) {
			t.Error("the second timer changed nothing")
		}
		if _, ok := tray.Shown(); ok {
			t.Error("a toast outlived its time")
		}
	})
}

func TestViewFitsAndTellsTheSeverity(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	tray := toast.New(time.Now)
	if tray.View(80, st) != "" {
		t.Error("an empty tray shows something")
	}
	seen := map[string]bool{}
	for _, sev := range []toast.Severity{toast.Info, toast.Good, toast.Warn, toast.Bad} {
		tray.Show(sev, "the network went away", 0)
		got := ansi.Strip(tray.View(12, st))
		if ansi.StringWidth(got) != 12 || seen[got] {
			t.Errorf("severity %d is %q", sev, got)
		}
		seen[got] = true
	}
	tray.Clear()
	if tray.View(80, st) != "" {
		t.Error("a cleared tray shows something")
	}
}

func TestLogIsKeptAndBounded(t *testing.T) {
	t.Parallel()
	tray := toast.New(func() time.Time { return time.Unix(1, 0) })
	for range 700 {
		tray.Show(toast.Info, safe.String("again"), 0)
	}
	log := tray.Log()
	if len(log) != 500 || log[499].Seq != 700 || log[0].Seq != 201 {
		t.Errorf("%d kept, from %d to %d", len(log), log[0].Seq, log[len(log)-1].Seq)
	}
}

// Leaving a page clears the toast about it, unless it reports trouble.
func TestTroubleOutlivesThePlaceItWasToldIn(t *testing.T) {
	t.Parallel()
	tray := toast.New(time.Now)
	for sev, stays := range map[toast.Severity]bool{toast.Info: false, toast.Good: false, toast.Warn: true, toast.Bad: true} {
		tray.Show(sev, "the network went away", 0)
		tray.Pass()
		if _, ok := tray.Shown(); ok != stays {
			t.Errorf("severity %d: shown is %t, want %t", sev, ok, stays)
		}
	}
}

// A key clears what could be read, but neither what has just come nor trouble.
func TestAKeyClearsWhatWasRead(t *testing.T) {
	t.Parallel()
	now := time.Unix(1, 0)
	tray := toast.New(func() time.Time { return now })
	for sev, stays := range map[toast.Severity]bool{toast.Info: false, toast.Good: false, toast.Warn: true, toast.Bad: true} {
		tray.Show(sev, "nothing to fix in the prompt", 0)
		tray.Read()
		if _, ok := tray.Shown(); !ok {
			t.Errorf("severity %d: it is gone before it could be read", sev)
		}
		now = now.Add(2 * time.Second)
		tray.Read()
		if _, ok := tray.Shown(); ok != stays {
			t.Errorf("severity %d: shown is %t, want %t", sev, ok, stays)
		}
	}
}
