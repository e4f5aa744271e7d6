package reel

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/state/store"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
)

// step changes the store.
type step struct {
	do   func(ctx context.Context, st *store.Store) (reel.Change, error)
	undo bool
}

// change makes a step when those before it are done.
func (v *Screen) change(x step) tea.Cmd {
	v.steps = append(v.steps, x)
	return v.next()
}

// next starts the next change, or reads the reel if it must be read again.
func (v *Screen) next() tea.Cmd {
	if v.busy || len(v.steps) == 0 && !v.stale {
		return nil
	}
	v.busy, v.stale = true, false
	v.seq++
	read := v.reading()
	if len(v.steps) == 0 {
		return v.s.Work(func(ctx context.Context) tea.Msg { return read(ctx) })
	}
	x, st, q := v.steps[0], v.s.Store, v.s.Queue
	v.steps = v.steps[1:]
	return v.s.Work(func(ctx context.Context) tea.Msg {
		c, err := x.do(ctx, st)
		var side error
		for _, id := range c.Takes {
			j, err := st.Job(ctx, id)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err == nil {
				err = q.Rewrite(j)
			}
			side = errors.Join(side, err)
		}
		m := read(ctx)
		m.change, m.undo, m.side, m.err = &c, x.undo, side, errors.Join(err, m.err)
		return m
	})
}

// reading returns what reads the shots that are shown, and what all come to if
// those are all.
func (v *Screen) reading() func(ctx context.Context) loadedMsg {
	seq, st, b, first, to := v.seq, v.s.Store, v.books(), v.first, v.goal
	v.goal = goal{}
	return func(ctx context.Context) loadedMsg {
		m := loadedMsg{seq: seq, goal: to}
		first, m.err = to.first(ctx, st, first)
		if m.err == nil {
			m.reel, m.err = st.OpenReelPart(ctx, first, windowShots)
		}
		if m.err == nil && len(m.reel.Shots) == 0 && first > 0 { // it has become shorter
			m.reel, m.err = st.OpenReelPart(ctx, max(m.reel.All-windowShots, 0), windowShots)
		}
		if m.err == nil && len(m.reel.Shots) == m.reel.All {
			m.all = &total{}
			m.all.add(m.reel, b)
		}
		return m
	}
}

// onTake returns a step for an edit of a take. edit gets the take as it is when
// the edit is made.
func onTake(id string, edit func(j *job.Job) reel.Edit) step {
	return step{do: func(ctx context.Context, st *store.Store) (reel.Change, error) {
		_, c, err := st.ChangeTake(ctx, id, func(r *reel.Reel) (string, error) {
			j, _ := r.Take(id)
			if j == nil {
				return "", reel.ErrNoTake
			}
			return edit(j)(r)
		})
		return c, err
	}}
}

// onReel returns a step for an edit of the reel that is shown, which needs the
// takes of some of its shots.
func (v *Screen) onReel(edit reel.Edit, shots ...string) step {
	id := v.reel.ID
	return step{do: func(ctx context.Context, st *store.Store) (reel.Change, error) {
		_, c, err := st.ChangeShots(ctx, id, shots, edit)
		return c, err
	}}
}

func (v *Screen) undo() tea.Cmd {
	id := v.reel.ID
	return v.change(step{undo: true, do: func(ctx context.Context, st *store.Store) (reel.Change, error) { return st.Undo(ctx, id) }})
}

func (v *Screen) redo() tea.Cmd {
	id := v.reel.ID
	return v.change(step{do: func(ctx context.Context, st *store.Store) (reel.Change, error) { return st.Redo(ctx, id) }})
}

// mark performs the actions that change a shot or a take.
func (v *Screen) mark(r *row, msg tea.KeyPressMsg) (cmd tea.Cmd, ok bool) {
	k := v.s.Keys.Reel
	switch {
	case k.Up.Is(msg):
		return v.move(r.shot.ID, -1), true
	case k.Down.Is(msg):
		return v.move(r.shot.ID, 1), true
	case k.Rename.Is(msg):
		v.askName(r)
	case k.Note.Is(msg):
		v.askNote(r)
	case k.Pick.Is(msg) && r.shown() != nil:
		return v.change(onTake(r.shown().ID, func(j *job.Job) reel.Edit {
			if j.Pick {
				return reel.Unpick(j.ID)
			}
			return reel.Pick(j.ID)
		})), true
	case r.take == nil:
		return nil, false
	case k.Reject.Is(msg):
		return v.change(onTake(r.take.ID, func(j *job.Job) reel.Edit { return reel.Reject(j.ID, !j.Rejected) })), true
	case k.Better.Is(msg):
		return v.rate(r.take.ID, 1), true
	case k.Worse.Is(msg):
		return v.rate(r.take.ID, -1), true
	default:
		return nil, false
	}
	return nil, true
}

func (v *Screen) rate(id string, by int) tea.Cmd {
	return v.change(onTake(id, func(j *job.Job) reel.Edit {
		return reel.Rate(id, min(max(j.Rating+by, 0), job.MaxRating))
	}))
}

func (v *Screen) move(id string, by int) tea.Cmd {
	return v.change(v.onReel(func(r *reel.Reel) (string, error) {
		_, n := r.Shot(id)
		return reel.Move(id, n+by)(r)
	}))
}

// askName asks for the name of a row's shot.
func (v *Screen) askName(r *row) {
	id, now := r.shot.ID, v.reel
	v.s.Dialogs.Push(dialog.NewInput("shot-name", safe.Line("Name of shot "+r.number()), "Empty removes it.", r.shot.Name,
		func(text string) tea.Cmd { return v.change(v.onReel(reel.RenameShot(id, text))) },
	).Check(func(text string) string { return refused(now, reel.RenameShot(id, text)) }))
}

// askNote asks for the note of a row's take, or else its shot.
func (v *Screen) askNote(r *row) {
	now := v.reel
	id, title, note, edit := r.shot.ID, safe.Line("Note of shot "+r.number()), r.shot.Note, reel.NoteShot
	body := safe.Truncate(r.title(), 60)
	take := func(text string) tea.Cmd { return v.change(v.onReel(edit(id, text))) }
	if r.take != nil {
		id, title, note, edit = r.take.ID, safe.Line("Note of take "+r.number()), r.take.Note, reel.Note
		body = safe.Truncate(jobs.Title(r.take), 60)
		take = func(text string) tea.Cmd {
			return v.change(onTake(id, func(*job.Job) reel.Edit { return edit(id, text) }))
		}
	}
	v.s.Dialogs.Push(dialog.NewInput("note", title, body.Block(), note, take).
		Check(func(text string) string { return refused(now, edit(id, text)) }))
}

// refused returns why an edit cannot be made, or "".
func refused(r *reel.Reel, edit reel.Edit) string {
	if _, err := edit(r.Clone()); err != nil {
		return err.Error()
	}
	return ""
}
