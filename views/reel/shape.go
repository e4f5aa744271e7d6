package reel

import (
	"context"
	"crypto/rand"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize/english"

	"seedreel/state/reel"
	"seedreel/state/store"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// split makes the selected take a shot of its own, after the one it was in.
func (v *Screen) split(r *row) tea.Cmd {
	id, err := reel.NewID(rand.Reader)
	if err != nil {
		return studio.Say(toast.Bad, words.Error(err))
	}
	v.folds.Set(id, true)
	return v.change(v.onReel(reel.Split(r.shot.ID, id, []string{r.take.ID})))
}

// merge moves the takes of the selected shot to the one above it.
func (v *Screen) merge(r *row) tea.Cmd {
	_, n := v.reel.Shot(r.shot.ID)
	if n < 2 {
		return studio.Say(toast.Info, "There is no shot above to merge with.")
	}
	above := v.reel.Shots[n-2].ID
	v.folds.Set(above, true)
	return v.change(v.onReel(reel.Merge(r.shot.ID, above)))
}

// switchedMsg reports that another reel is open.
type switchedMsg struct {
	name string
	err  error
}

// reelsReadMsg carries the list of reels.
type reelsReadMsg struct {
	reels []store.ReelRow
	err   error
}

// askNew asks for the name of a new reel.
func (v *Screen) askNew() {
	st := v.s.Store
	v.s.Dialogs.Push(dialog.NewInput("reel-name", "Name of the new reel", "What is made from now on belongs to it.", "", func(text string) tea.Cmd {
		id, err := reel.NewID(rand.Reader)
		if err != nil {
			return studio.Say(toast.Bad, words.Error(err))
		}
		return v.s.Work(func(ctx context.Context) tea.Msg {
			r, err := st.AddReel(ctx, id, strings.TrimSpace(text))
			if err != nil {
				return switchedMsg{err: err}
			}
			return switchedMsg{name: r.Name}
		})
	}).Check(func(text string) string { return refused(&reel.Reel{}, reel.Rename(text)) }))
}

func (v *Screen) readReels() tea.Cmd {
	st := v.s.Store
	return v.s.Work(func(ctx context.Context) tea.Msg {
		all, err := st.Reels(ctx)
		return reelsReadMsg{reels: all, err: err}
	})
}

// askReel lists the reels to open.
func (v *Screen) askReel(m reelsReadMsg) tea.Cmd {
	if m.err != nil {
		return studio.Say(toast.Bad, words.Error(m.err))
	}
	st := v.s.Store
	var rows []dialog.Row
	for i := range m.reels {
		r := &m.reels[i]
		x := dialog.Row{
			ID:      r.ID,
			Columns: []safe.String{safe.Line(r.Name), safe.Line(english.Plural(r.Shots, "shot", "")), safe.Line(english.Plural(r.Takes, "take", "")), words.Spent(r.Bill)},
			Do: func() tea.Cmd {
				return v.s.Work(func(ctx context.Context) tea.Msg { return switchedMsg{name: r.Name, err: st.SwitchReel(ctx, r.ID)} })
			},
		}
		if r.Open {
			x.Why = "it is open"
		}
		rows = append(rows, x)
	}
	v.s.Dialogs.Push(dialog.NewPick("reels", "Open a reel", rows, "").Does("open it"))
	return nil
}

// switched reads the reel that is open now.
func (v *Screen) switched(m switchedMsg) tea.Cmd {
	if m.err != nil {
		return studio.Say(toast.Bad, words.Error(m.err))
	}
	// The form may belong to a shot of the reel before, though the name is the same.
	return tea.Batch(v.Refresh(), v.s.Tell(studio.ChangedMsg{What: studio.Reel}), v.s.Say(toast.Good, safe.Line(m.name)+" is open."))
}
