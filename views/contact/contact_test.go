package contact

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store/storetest"
	"seedreel/ui/theme"
	"seedreel/ui/uitest"
	"seedreel/views/keymap"
	"seedreel/views/marks"
	"seedreel/views/page"
	"seedreel/views/studio"
)

// sheet returns the sheet of a shot with n takes, the last of which runs.
func sheet(t *testing.T, n int) *Screen {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }
	st := storetest.Open(t, now)
	s := &studio.Studio{
		Ctx: t.Context(), Now: now, Zone: time.UTC, Store: st, Queue: queue.New(queue.Options{Store: st, Now: now}), Keys: keymap.New(),
		Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Styles: theme.New(theme.None()), Open: func(page.Page) tea.Cmd { return nil },
	}
	var last *job.Job
	for i := range n {
		id := fmt.Sprint("take", i+1)
		j := job.New(id, now(), job.Wanted{Provider: "wavespeed", Model: "m", Values: catalogue.Values{
			catalogue.RolePrompt: catalogue.Text("a lake"), catalogue.RoleSeed: catalogue.Int(int64(100 + i)),
		}})
		j.State, j.RemoteID, j.SubmittedAt = job.Running, "r"+id, now()
		if last != nil {
			j.Shot = last.Shot
		}
		if i < n-1 {
			j.State, j.EndedAt, j.SavedAt, j.Output = job.Saved, now(), now(), job.Output{Path: "/no/" + id + ".mp4", Bytes: 4}
		}
		added, err := st.Record(t.Context(), []*job.Job{j}, "n"+id)
		if err != nil {
			t.Fatal(err)
		}
		last = added[0]
	}
	v := New(s)
	v.SetSize(80, 22)
	follow(t, v, v.Update(studio.SheetMsg{Job: last}))
	return v
}

// follow carries out a command, gives the sheet what is for it, and returns the
// rest.
func follow(t *testing.T, v *Screen, cmd tea.Cmd) (rest []tea.Msg) {
	t.Helper()
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			rest = append(rest, follow(t, v, c)...)
		}
	case takesMsg, marks.ChangedMsg:
		return follow(t, v, v.Update(msg))
	default:
		return []tea.Msg{msg}
	}
	return rest
}

func press(t *testing.T, v *Screen, names ...string) (rest []tea.Msg) {
	t.Helper()
	codes := map[string]rune{"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown, "enter": tea.KeyEnter, "space": tea.KeySpace, "esc": tea.KeyEscape}
	for _, name := range names {
		k := tea.KeyPressMsg{Code: codes[name]}
		if k.Code == 0 {
			k = tea.KeyPressMsg{Code: rune(name[0]), Text: name}
		}
		rest = append(rest, follow(t, v, v.Update(k))...)
	}
	return rest
}

func TestTheSheetIsWalkedAndMarked(t *testing.T) {
	t.Parallel()
	v := sheet(t, 6)
	screen := ansi.Strip(v.View())
	for _, want := range []string{"a lake", "6 takes", "▸ 6", "● running", "seed 100", "seed 104"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is missing:\n%s", want, screen)
		}
	}
	cols := v.grid().cols
	press(t, v, "up")
	if want := 5 - cols; v.at != want {
		t.Errorf("up leads to %d, want %d", v.at, want)
	}
	press(t, v, "g", "left")
	if v.at != 0 {
		t.Errorf("it goes beyond the first: %d", v.at)
	}
	press(t, v, "+", "+", "p", "right", "X")
	if screen = ansi.Strip(v.View()); !strings.Contains(screen, "1 ★★ pick") || !strings.Contains(screen, "▸ 2 rejected") || !strings.Contains(screen, "pick 1") {
		t.Errorf("the marks are not shown:\n%s", screen)
	}
	var watched, compared, left bool
	for _, m := range press(t, v, "enter", "space", "right", "space", "c", "esc") {
		switch m := m.(type) {
		case studio.WatchMsg:
			watched = m.Job.ID == "take2"
		case studio.CompareMsg:
			compared = len(m.Jobs) == 2 && m.Jobs[0].ID == "take2" && m.Jobs[1].ID == "take3"
		case page.LeaveMsg:
			left = true
		}
	}
	if !watched || !compared || !left {
		t.Errorf("watched %v, compared %v, left %v", watched, compared, left)
	}
}

func TestTheSheetFitsEveryPane(t *testing.T) {
	t.Parallel()
	v := sheet(t, 9)
	for w := 1; w < 210; w += 11 {
		for h := 1; h < 60; h += 7 {
			v.SetSize(w, h)
			press(t, v, "G", "up", "g", "down")
			uitest.Fills(t, v.View(), w, h)
			if g := v.grid(); h > 12 && w > 20 && (v.at/g.cols < v.top || v.at/g.cols >= v.top+g.rows) {
				t.Fatalf("%dx%d: the focus is out of sight", w, h)
			}
		}
	}
}
