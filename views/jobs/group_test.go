package jobs

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/state/job"
)

// queued returns a job that waits, of a shot.
func queued(id, shot string, seq int64) *job.Job {
	return &job.Job{ID: id, Seq: seq, Taken: job.Taken{Shot: shot}, State: job.Queued, Prompt: "take " + id, CreatedAt: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
}

func ids(list []*job.Job) (out []string) {
	for _, j := range list {
		out = append(out, j.ID)
	}
	return out
}

func TestTakesOfAShotComeTogetherAndFold(t *testing.T) {
	t.Parallel()
	v := screen(t)
	v.SetFocused(true)
	v.SetSize(100, 20)
	show(v, queued("a", "1", 1), queued("b", "2", 2), queued("c", "1", 3), queued("d", "1", 4))
	if got := ids(v.list.Items()); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("the line is %v", got)
	}
	press := func(letter string) { v.Update(tea.KeyPressMsg{Code: rune(letter[0]), Text: letter}) }
	press("f")
	if n := len(v.list.Items()); n != 4 {
		t.Errorf("what is not grouped folds to %d", n)
	}
	press("B")
	if got := ids(v.list.Items()); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("grouped it is %v", got)
	}
	if s := ansi.Strip(v.View()); !strings.Contains(s, "▸ 3 takes of one shot") || strings.Contains(s, "take c") {
		t.Errorf("grouped it shows\n%s", s)
	}
	press("f")
	if got := ids(v.list.Items()); !slices.Equal(got, []string{"a", "c", "d", "b"}) {
		t.Errorf("unfolded it is %v", got)
	}
	if s := ansi.Strip(v.View()); !strings.Contains(s, "▾ 3 takes of one shot") || strings.Count(s, "take ") != 4 {
		t.Errorf("unfolded it shows\n%s", s)
	}
	press("B")
	if got := ids(v.list.Items()); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("no longer grouped it is %v", got)
	}
}

// Jobs that wait are in the order in which they leave.
func TestTheListShowsTheLineInItsOrder(t *testing.T) {
	t.Parallel()
	v := screen(t)
	a, b, c := queued("a", "1", 1), queued("b", "2", 2), queued("c", "3", 3)
	a.Place, c.Place = 3, 1
	show(v, a, b, c)
	if got := ids(v.list.Items()); !slices.Equal(got, []string{"c", "b", "a"}) {
		t.Errorf("the list is %v", got)
	}
}

// The keys of the line ask for what they say, and only of what waits.
func TestTheKeysOfTheLine(t *testing.T) {
	t.Parallel()
	v := screen(t)
	waits := queued("a", "1", 1)
	for key, want := range map[string]Decision{"h": Hold, "e": Edit, "K": Earlier, "J": Later} {
		msg := tea.KeyPressMsg{Code: rune(key[0]), Text: key}
		if m, ok := Act(v.s, waits, msg)().(DecideMsg); !ok || m.Decision != want {
			t.Errorf("%s asks for %v", key, m.Decision)
		}
		if m, ok := Act(v.s, &job.Job{State: job.Running}, msg)().(DecideMsg); ok {
			t.Errorf("%s asks for %v of a running job", key, m.Decision)
		}
	}
	show(v, waits)
	if m, ok := v.Update(tea.KeyPressMsg{Code: 'H', Text: "H"})().(DecideMsg); !ok || m.Decision != HoldLine {
		t.Errorf("H asks for %v", m.Decision)
	}
}
