package reel

import (
	"fmt"
	"slices"
	"strings"

	"seedreel/state/job"
)

// Rate gives a take a rating, 0 for none.
func Rate(take string, n int) Edit {
	return onTake(take, func(_ *Shot, j *job.Job, where string) (string, error) {
		m := job.Marks{Rating: n}
		if err := m.Valid(); err != nil || j.Rating == n {
			return "", err
		}
		j.Rating = n
		if n == 0 {
			return where + " has no rating", nil
		}
		return fmt.Sprintf("%s rated %d", where, n), nil
	})
}

// Pick makes a take represent its shot, instead of any other. A rejected take
// is no longer rejected.
func Pick(take string) Edit {
	return onTake(take, func(s *Shot, j *job.Job, where string) (string, error) {
		if j.Pick {
			return "", nil
		}
		for _, o := range s.Takes {
			o.Pick = false
		}
		j.Pick, j.Rejected = true, false
		return where + " picked", nil
	})
}

// Unpick leaves the take's shot without a pick.
func Unpick(take string) Edit {
	return onTake(take, func(_ *Shot, j *job.Job, where string) (string, error) {
		if !j.Pick {
			return "", nil
		}
		j.Pick = false
		return where + " is no longer picked", nil
	})
}

// Reject marks a take as rejected, or takes that back. A pick that is rejected
// is one no longer.
func Reject(take string, on bool) Edit {
	return onTake(take, func(_ *Shot, j *job.Job, where string) (string, error) {
		if j.Rejected == on {
			return "", nil
		}
		j.Rejected = on
		if !on {
			return where + " is no longer rejected", nil
		}
		j.Pick = false
		return where + " rejected", nil
	})
}

// Keep picks a take and rejects others of its shot: those given, or all.
func Keep(take string, others ...string) Edit {
	return onTake(take, func(s *Shot, j *job.Job, where string) (string, error) {
		n := 0
		for _, o := range s.Takes {
			if o.Pick && o != j {
				o.Pick = false
			}
			if o != j && !o.Rejected && (len(others) == 0 || slices.Contains(others, o.ID)) {
				o.Rejected = true
				n++
			}
		}
		if j.Pick && n == 0 {
			return "", nil
		}
		j.Pick, j.Rejected = true, false
		return fmt.Sprintf("%s picked, %d rejected", where, n), nil
	})
}

// Note changes the note of a take.
func Note(take, note string) Edit {
	return onTake(take, func(_ *Shot, j *job.Job, where string) (string, error) {
		note, err := clean(note, maxNote, "note")
		if err != nil || note == j.Note {
			return "", err
		}
		j.Note = note
		return "Note of " + strings.ToLower(where[:1]) + where[1:] + " changed", nil
	})
}

// Label adds and removes labels of a take.
func Label(take string, add, remove job.Labels) Edit {
	return onTake(take, func(_ *Shot, j *job.Job, where string) (string, error) {
		var l job.Labels
		for _, w := range append(slices.Clone(j.Labels), add...) {
			if !slices.Contains(remove, w) {
				l = append(l, w)
			}
		}
		slices.Sort(l)
		l = slices.Compact(l)
		if slices.Equal(l, j.Labels) {
			return "", nil
		}
		j.Labels = l
		if len(l) == 0 {
			return where + " has no labels", nil
		}
		return where + " labeled " + strings.Join(l, ", "), nil
	})
}
