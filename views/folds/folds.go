// Package folds is how a person has folded a list of shots. It is kept over a
// restart, for each list by its name.
package folds

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Folds are the shots that a person has unfolded, and what else of the list was
// turned on. The zero Folds has none.
type Folds struct {
	on      bool
	open    []string // the last that was unfolded at the end
	is      map[string]bool
	touched bool
	last    *latest
}

// mostOpen is how many shots stay unfolded over a restart.
const mostOpen = 500

// kept is Folds as it is stored.
type kept struct {
	On   bool     `json:"on,omitempty"`
	Open []string `json:"open,omitempty"`
}

// latest is what was to be stored last: the commands that store it may come in
// any order.
type latest struct {
	mu   sync.Mutex
	json []byte
}

// ReadMsg carries what was kept of a list.
type ReadMsg struct {
	name string
	kept kept
}

// On reports whether the list is as Turn makes it.
func (f *Folds) On() bool { return f.on }

// Turn turns it on or off.
func (f *Folds) Turn() { f.on, f.touched = !f.on, true }

// Open reports whether a shot is unfolded.
func (f *Folds) Open(shot string) bool { return f.is[shot] }

// Set unfolds or folds a shot.
func (f *Folds) Set(shot string, open bool) {
	f.touched = true
	if f.is[shot] == open {
		return
	}
	if f.is == nil {
		f.is = map[string]bool{}
	}
	if !open {
		delete(f.is, shot)
		f.open = slices.DeleteFunc(f.open, func(s string) bool { return s == shot })
		return
	}
	f.is[shot] = true
	f.open = append(f.open, shot)
}

// Keep stores it for the next start.
func (f *Folds) Keep(s *studio.Studio, name string) tea.Cmd {
	if f.last == nil {
		f.last = &latest{}
	}
	last, st := f.last, s.Store
	b, err := json.Marshal(kept{f.on, f.open[max(len(f.open)-mostOpen, 0):]})
	if err != nil {
		return studio.Say(toast.Warn, words.Sentence(err))
	}
	last.mu.Lock()
	last.json = b
	last.mu.Unlock()
	return s.Work(func(ctx context.Context) tea.Msg {
		last.mu.Lock()
		defer last.mu.Unlock()
		if err := st.KeepFolds(ctx, name, last.json); err != nil {
			return studio.Say(toast.Warn, "The list will be folded otherwise after a restart: "+words.Error(err)+".")()
		}
		return nil
	})
}

// Read reads what was kept of a list. What cannot be read is folded as at first.
func Read(s *studio.Studio, name string) tea.Cmd {
	st := s.Store
	return s.Work(func(ctx context.Context) tea.Msg {
		b, err := st.Folds(ctx, name)
		if err != nil || b == nil {
			return nil
		}
		m := ReadMsg{name: name}
		if err := json.Unmarshal(b, &m.kept); err != nil {
			return nil
		}
		return m
	})
}

// Restore takes what was kept of the list of a name, and reports whether it is
// another than before. What a person has done since is not taken back.
func (f *Folds) Restore(name string, m ReadMsg) bool {
	if m.name != name || f.touched {
		return false
	}
	f.on = m.kept.On
	for _, shot := range m.kept.Open {
		f.Set(shot, true)
	}
	f.touched = false
	return f.on || len(f.open) > 0
}
