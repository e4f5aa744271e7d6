package linear

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// reel reads the shots of the open reel, and offers what can be done with it.
func (t *talk) reel() error {
	r, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return err
	}
	if len(r.Shots) == 0 {
		t.say("%s has no shots yet; every clip makes one.", capital(safe.Line(r.Name)))
	} else {
		t.say("%s: %s, %d picked, %s.", capital(safe.Line(r.Name)), count(len(r.Shots), "shot"), r.Picked(), words.Bill(r.Bill()))
	}
	return t.choose(func() ([]entry, error) {
		r, err := t.e.Store.OpenReel(t.ctx)
		if err != nil {
			return nil, err
		}
		out := make([]entry, 0, len(r.Shots))
		for _, s := range r.Shots {
			out = append(out, entry{shotLine(s), "", func() error { return t.shot(s.ID) }})
		}
		return append(out, t.reelDeeds(r)...), nil
	}, "return to the menu")
}

// reelDeeds returns what can be done with the whole reel.
func (t *talk) reelDeeds(r *reel.Reel) (out []entry) {
	add := func(on bool, name safe.String, do func() error) {
		if on {
			out = append(out, entry{name, "", do})
		}
	}
	full := len(r.Shots) > 0
	add(r.Picked() > 0, "Make the finals of all picks", func() error { return t.makeShots(reel.AsFinal, "") })
	add(r.Picked() > 0, "Join the picks into one film", t.film)
	add(full, "Put the reel into a folder for others", t.export)
	add(full, "Take back the last change of the reel", func() error { return t.turn("Taken back", t.e.Store.Undo) })
	add(full, "Make again the change taken back", func() error { return t.turn("Made again", t.e.Store.Redo) })
	add(true, "Begin another reel", t.newReel)
	if all, err := t.e.Store.Reels(t.ctx); err == nil {
		add(len(all) > 1, "Open another reel", t.openReel)
	}
	return out
}

// shotLine returns a shot in a line: its name or words, its takes and its pick.
func shotLine(s *reel.Shot) safe.String {
	name := strings.TrimSpace(s.Name)
	if name == "" {
		name = strings.TrimSpace(s.Prompt())
	}
	if name == "" && len(s.Takes) > 0 {
		name = string(title(s.Takes[0]))
	}
	if name == "" {
		name = "no prompt"
	}
	line := safe.Truncate(safe.Line(name), titleWidth) + ", " + safe.Line(count(len(s.Takes), "take"))
	if p := s.Pick(); p != nil {
		_, n := s.Take(p.ID)
		line += safe.Line(fmt.Sprintf(", take %d picked", n))
	}
	return line
}

// shot offers what can be done with a shot of the open reel, its takes first.
func (t *talk) shot(id string) error {
	return t.choose(func() ([]entry, error) {
		r, err := t.e.Store.OpenReel(t.ctx)
		if err != nil {
			return nil, err
		}
		s, n := r.Shot(id)
		if s == nil {
			return nil, reel.ErrNoShot
		}
		var out []entry
		add := func(on bool, name safe.String, do func() error) {
			if on {
				out = append(out, entry{name, "", do})
			}
		}
		add(true, "Its takes", func() error { return t.takes(id) })
		add(true, "Name it", func() error { return t.nameShot(s) })
		add(true, "Write a note about it", func() error { return t.noteShot(s) })
		add(n > 1, "Move it up", func() error { return t.edited(reel.Move(id, n-1)) })
		add(n < len(r.Shots), "Move it down", func() error { return t.edited(reel.Move(id, n+1)) })
		add(n > 1, "Merge it with the shot above", func() error { return t.mergeShot(id, r.Shots[max(n-2, 0)].ID) })
		add(true, "How its drafts and finals are made", func() error { return t.quality(s) })
		add(!s.Draft.IsZero(), "Make its drafts", func() error { return t.makeShots(reel.AsDraft, id) })
		return out, nil
	}, "go back")
}

// takes lists the takes of a shot.
func (t *talk) takes(shot string) error {
	jobs, err := t.e.Store.Takes(t.ctx, shot)
	if err != nil {
		return err
	}
	if len(jobs) == 0 {
		t.say("It has no takes yet.")
		return nil
	}
	return t.list(jobs, nil, t.ofList)
}

// edited changes the open reel, and reads out what was done.
func (t *talk) edited(edit reel.Edit) error {
	before, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return err
	}
	_, c, err := t.e.Store.ChangeReel(t.ctx, before.ID, edit)
	if err != nil {
		return err
	}
	return t.followed(before, c, "")
}

// turn takes the last change of the open reel back, or makes it again.
func (t *talk) turn(what safe.String, do func(ctx context.Context, id string) (reel.Change, error)) error {
	before, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return err
	}
	c, err := do(t.ctx, before.ID)
	if err != nil {
		return err
	}
	return t.followed(before, c, what+": ")
}

// followed reads out a change, and has the files beside the clips follow it.
func (t *talk) followed(before *reel.Reel, c reel.Change, lead safe.String) error {
	after, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return err
	}
	for _, j := range reel.Marked(before, after) {
		if err := t.e.Queue.Rewrite(j); err != nil {
			t.say("The file beside the clip still has the old marks: %s", words.Error(err))
		}
	}
	if c.Line == "" {
		c.Line = "nothing to change"
	}
	t.say("%s", ended(capital(lead+safe.Line(c.Line))))
	return nil
}

func (t *talk) nameShot(s *reel.Shot) error {
	enter := safe.String("leave it without one")
	if s.Name != "" {
		enter = "keep " + safe.Line(s.Name) + ", " + none + " to remove it"
	}
	name, err := t.answer("Its name, or enter to %s:", enter)
	if err != nil || name == "" {
		return err
	}
	if strings.EqualFold(name, none) {
		name = ""
	}
	return t.edited(reel.RenameShot(s.ID, name))
}

func (t *talk) noteShot(s *reel.Shot) error {
	enter := safe.String("write none")
	if s.Note != "" {
		t.say("%s", ended(safe.Line(s.Note)))
		enter = "keep it, " + none + " to remove it"
	}
	note, err := t.answer("The note, or enter to %s:", enter)
	if err != nil || note == "" {
		return err
	}
	if strings.EqualFold(note, none) {
		note = ""
	}
	return t.edited(reel.NoteShot(s.ID, note))
}

func (t *talk) mergeShot(id, above string) error {
	if err := t.edited(reel.Merge(id, above)); err != nil {
		return err
	}
	return errDone // the shot is no more
}

// split makes a take a shot of its own.
func (t *talk) split(j *job.Job) error {
	id, err := reel.NewID(rand.Reader)
	if err != nil {
		return err
	}
	return t.edited(reel.Split(j.Shot, id, []string{j.ID}))
}

// shares reports whether the shot of a take in the open reel has others.
func (t *talk) shares(j *job.Job) bool {
	r, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return false
	}
	_, s := r.Take(j.ID)
	return s != nil && len(s.Takes) > 1
}

func (t *talk) newReel() error {
	for {
		name, err := t.answer("Name of the new reel, or enter to begin none:")
		if err != nil || name == "" {
			return err
		}
		if _, err := reel.Rename(name)(&reel.Reel{}); err != nil {
			t.trouble(err)
			continue
		}
		id, err := reel.NewID(rand.Reader)
		if err != nil {
			return err
		}
		r, err := t.e.Store.AddReel(t.ctx, id, name)
		if err != nil {
			return err
		}
		t.say("%s is open; what is made from now on belongs to it.", safe.Line(r.Name))
		return errDone
	}
}

func (t *talk) openReel() error {
	all, err := t.e.Store.Reels(t.ctx)
	if err != nil {
		return err
	}
	labels := make([]safe.String, len(all))
	for i, r := range all {
		labels[i] = safe.Line(r.Name+", "+count(r.Shots, "shot")+", "+count(r.Takes, "take")+", ") + words.Bill(r.Bill)
		if r.Open {
			labels[i] += ", open"
		}
	}
	n, err := t.number(labels, "Open which reel?", "leave it")
	if err != nil || n < 0 {
		return err
	}
	if err := t.e.Store.SwitchReel(t.ctx, all[n].ID); err != nil {
		return err
	}
	t.say("%s is open.", safe.Line(all[n].Name))
	return errDone
}

// errNoFFmpeg is returned for what only FFmpeg can do.
var errNoFFmpeg = errors.New("it needs ffmpeg, which is not installed")
