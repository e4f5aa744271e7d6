package reel

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// Edit changes a reel and returns a line that names what it did, "Shot 3 moved
// to 1". If it returns an error the reel is not changed. A line of "" means
// that there was nothing to do.
type Edit func(r *Reel) (line string, err error)

// Change is an edit that was stored and can be undone.
type Change struct {
	ID   int64
	Reel string
	At   time.Time
	Line string
	// Undone is set for a change that was taken back.
	Undone bool
}

const (
	// maxName is the longest name, maxNote the longest note, in characters.
	maxName, maxNote = 80, 2000
)

// onShot returns an edit of one shot.
func onShot(id string, edit func(r *Reel, s *Shot, n int) (string, error)) Edit {
	return func(r *Reel) (string, error) {
		s, n := r.Shot(id)
		if s == nil {
			return "", fmt.Errorf("shot %s: %w", id, ErrNoShot)
		}
		return edit(r, s, n)
	}
}

// onTake returns an edit of one take. where names it: "Take 2 of shot 3".
func onTake(id string, edit func(s *Shot, j *job.Job, where string) (string, error)) Edit {
	return func(r *Reel) (string, error) {
		j, s := r.Take(id)
		if j == nil {
			return "", fmt.Errorf("take %s: %w", id, ErrNoTake)
		}
		return edit(s, j, r.where(s, j))
	}
}

func (r *Reel) where(s *Shot, j *job.Job) string {
	_, n := r.Shot(s.ID)
	_, k := s.Take(j.ID)
	return fmt.Sprintf("Take %d of shot %d", k, n)
}

func clean(text string, most int, what string) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n > most {
		return "", fmt.Errorf("the %s has %d characters, %d are the most", what, n, most)
	}
	return text, nil
}

// Rename changes the reel's name.
func Rename(name string) Edit {
	return func(r *Reel) (string, error) {
		name, err := clean(name, maxName, "name")
		if err != nil {
			return "", err
		}
		if name == "" {
			return "", errors.New("a reel needs a name")
		}
		if name == r.Name {
			return "", nil
		}
		was := r.Name
		r.Name = name
		return fmt.Sprintf("Reel %q renamed to %q", was, name), nil
	}
}

// SetCast replaces the names that the reel knows.
func SetCast(cast []Name) Edit {
	return func(r *Reel) (string, error) {
		if err := CheckCast(cast); err != nil {
			return "", err
		}
		r.Cast = slices.Clone(cast)
		return "Names of the reel changed", nil
	}
}

// Add puts a new shot before position at, counted from 1; 0 is the end.
func Add(s Shot, at int) Edit {
	return func(r *Reel) (string, error) {
		if old, _ := r.Shot(s.ID); old != nil || s.ID == "" {
			return "", fmt.Errorf("shot %q is no new one", s.ID)
		}
		if at < 1 || at > len(r.Shots) {
			at = len(r.Shots) + 1
		}
		added := s
		added.Values, added.Takes = s.Values.Clone(), nil
		r.Shots = slices.Insert(r.Shots, at-1, &added)
		return fmt.Sprintf("Shot %d added", at), nil
	}
}

// Remove takes a shot out of the reel. Its takes stay in the history, and come
// back if that is undone.
func Remove(id string) Edit {
	return onShot(id, func(r *Reel, s *Shot, n int) (string, error) {
		for i, o := range r.Shots {
			if o.Continues == id {
				return "", fmt.Errorf("shot %d continues shot %d", i+1, n)
			}
		}
		r.Shots = slices.Delete(r.Shots, n-1, n)
		if k := len(s.Takes); k > 0 {
			return fmt.Sprintf("Shot %d removed, %s in the history", n, stay(k)), nil
		}
		return fmt.Sprintf("Shot %d removed", n), nil
	})
}

func stay(k int) string {
	if k == 1 {
		return "its take stays"
	}
	return fmt.Sprintf("its %d takes stay", k)
}

// Move puts a shot at position to, counted from 1. It is kept within the reel.
func Move(id string, to int) Edit {
	return onShot(id, func(r *Reel, s *Shot, n int) (string, error) {
		to := min(max(to, 1), len(r.Shots))
		if to == n {
			return "", nil
		}
		r.Shots = slices.Insert(slices.Delete(r.Shots, n-1, n), to-1, s)
		return fmt.Sprintf("Shot %d moved to %d", n, to), nil
	})
}

// RenameShot changes the name of a shot; names of a reel differ.
func RenameShot(id, name string) Edit {
	return onShot(id, func(r *Reel, s *Shot, n int) (string, error) {
		name, err := clean(name, maxName, "name")
		if err != nil || name == s.Name {
			return "", err
		}
		for i, o := range r.Shots {
			if o != s && name != "" && strings.EqualFold(o.Name, name) {
				return "", fmt.Errorf("shot %d has the name %q already", i+1, o.Name)
			}
		}
		s.Name = name
		if name == "" {
			return fmt.Sprintf("Name of shot %d removed", n), nil
		}
		return fmt.Sprintf("Shot %d named %q", n, name), nil
	})
}

// NoteShot changes the note of a shot.
func NoteShot(id, note string) Edit {
	return onShot(id, func(_ *Reel, s *Shot, n int) (string, error) {
		note, err := clean(note, maxNote, "note")
		if err != nil || note == s.Note {
			return "", err
		}
		s.Note = note
		return fmt.Sprintf("Note of shot %d changed", n), nil
	})
}

// Intend changes what a shot shall be: model and values.
func Intend(id string, m catalogue.Ref, v catalogue.Values) Edit {
	return onShot(id, func(_ *Reel, s *Shot, n int) (string, error) {
		if s.Model == m && equal(s.Values, v) {
			return "", nil
		}
		s.Model, s.Values = m, v.Clone()
		return fmt.Sprintf("Shot %d changed", n), nil
	})
}

// SetSpecs changes how drafts and finals of a shot are made.
func SetSpecs(id string, draft, final Spec) Edit {
	return onShot(id, func(_ *Reel, s *Shot, n int) (string, error) {
		if s.Draft == draft && s.Final == final {
			return "", nil
		}
		s.Draft, s.Final = draft, final
		return fmt.Sprintf("Draft and final of shot %d changed", n), nil
	})
}

// Continue makes a shot begin with the last frame of another's pick, "" for
// none. A shot cannot continue itself, directly or through others.
func Continue(id, from string) Edit {
	return onShot(id, func(r *Reel, s *Shot, n int) (string, error) {
		if s.Continues == from {
			return "", nil
		}
		if from == "" {
			s.Continues = ""
			return fmt.Sprintf("Shot %d continues nothing", n), nil
		}
		was := s.Continues
		s.Continues = from
		_, k := r.Shot(from)
		if k == 0 || r.loops(s) {
			s.Continues = was
			if k == 0 {
				return "", fmt.Errorf("shot %s: %w", from, ErrNoShot)
			}
			return "", fmt.Errorf("shot %d cannot continue shot %d: that leads back to shot %d", n, k, n)
		}
		return fmt.Sprintf("Shot %d continues shot %d", n, k), nil
	})
}

// loops reports whether a shot continues itself through any number of others.
func (r *Reel) loops(s *Shot) bool {
	at := s
	for range r.Shots {
		next, _ := r.Shot(at.Continues)
		if next == nil {
			return false
		}
		if next == s {
			return true
		}
		at = next
	}
	return true
}

// Split moves takes of a shot to a new one after it, which has the same
// intention. newID is the id of the new shot.
func Split(id, newID string, takes []string) Edit {
	return onShot(id, func(r *Reel, s *Shot, n int) (string, error) {
		if old, _ := r.Shot(newID); old != nil || newID == "" {
			return "", fmt.Errorf("shot %q is no new one", newID)
		}
		for _, t := range takes {
			if j, _ := s.Take(t); j == nil {
				return "", fmt.Errorf("take %s: %w", t, ErrNoTake)
			}
		}
		if len(takes) == 0 || len(takes) == len(s.Takes) {
			return "", errors.New("both shots of a split need a take")
		}
		fresh := *s
		fresh.ID, fresh.Name, fresh.Values, fresh.Takes = newID, "", s.Values.Clone(), nil
		var rest []*job.Job
		for _, j := range s.Takes {
			if slices.Contains(takes, j.ID) {
				j.Shot = newID
				fresh.Takes = append(fresh.Takes, j)
			} else {
				rest = append(rest, j)
			}
		}
		first := fresh.Takes[0]
		fresh.Model, fresh.Values = catalogue.Ref{Provider: first.Provider, ID: first.Model}, Intention(first)
		s.Takes = rest
		r.Shots = slices.Insert(r.Shots, n, &fresh)
		are := "takes are"
		if len(takes) == 1 {
			are = "take is"
		}
		return fmt.Sprintf("Shot %d split: %d %s shot %d", n, len(takes), are, n+1), nil
	})
}

// Merge moves all takes of a shot to another and removes the shot. If both
// have a pick, that of the other stays.
func Merge(id, into string) Edit {
	return onShot(id, func(r *Reel, s *Shot, n int) (string, error) {
		to, k := r.Shot(into)
		if to == nil {
			return "", fmt.Errorf("shot %s: %w", into, ErrNoShot)
		}
		if to == s {
			return "", errors.New("a shot cannot be merged with itself")
		}
		picked := to.Pick() != nil
		for _, j := range s.Takes {
			j.Shot, j.Pick = to.ID, j.Pick && !picked
		}
		to.Takes = append(to.Takes, s.Takes...)
		slices.SortFunc(to.Takes, func(a, b *job.Job) int { return int(a.Seq - b.Seq) })
		for _, o := range r.Shots {
			if o.Continues == id {
				o.Continues = into
			}
		}
		if to.Continues == into || to.Continues == id {
			to.Continues = ""
		}
		if r.loops(to) {
			return "", fmt.Errorf("shots %d and %d cannot be one: it would continue itself", n, k)
		}
		r.Shots = slices.Delete(r.Shots, n-1, n)
		return fmt.Sprintf("Shot %d merged into shot %d", n, k), nil
	})
}

// Intention returns the values of a shot that a job is a take of: all but the
// seed, which differs from take to take.
func Intention(j *job.Job) catalogue.Values {
	v := j.Values.Clone()
	delete(v, catalogue.RoleSeed)
	return v
}

func equal(a, b catalogue.Values) bool {
	for r, x := range a {
		if x.IsSet() && !x.Equal(b[r]) {
			return false
		}
	}
	for r, x := range b {
		if x.IsSet() && !x.Equal(a[r]) {
			return false
		}
	}
	return true
}
