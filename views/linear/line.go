package linear

import (
	"fmt"
	"strings"

	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// deed is what can be done from a list beside opening one of its jobs: the word
// to type, and what it does.
type deed struct {
	word string
	does safe.String
	do   func() error
}

// ofList returns what can be done with the jobs that were read.
func (t *talk) ofList(read []*job.Job) (out []deed) {
	saved := 0
	for _, j := range read {
		if j.State == job.Saved {
			saved++
		}
	}
	if saved > 1 {
		out = append(out, deed{"c", "to compare", func() error { return t.compare(read) }})
	}
	return out
}

// ofLine returns what can be done with the whole line, and with the shots of the
// jobs.
func (t *talk) ofLine(read []*job.Job) []deed {
	out := t.ofList(read)
	shots, waits := map[string]int{}, false
	for _, j := range read {
		if j.Shot != "" {
			shots[j.Shot]++
		}
		waits = waits || j.State == job.Queued
	}
	for _, n := range shots {
		if n > 1 {
			out = append(out, deed{"s", "to hear them by shot", func() error { return t.byShot(read) }})
			break
		}
	}
	if !waits {
		return out
	}
	if held, err := t.e.Store.LinePaused(t.ctx); err == nil && held {
		return append(out, deed{"h", "to let the line go on", func() error { return t.holdLine(false) }})
	}
	return append(out, deed{"h", "to hold the whole line back", func() error { return t.holdLine(true) }})
}

// holdLine holds back all that waits, or lets it go on.
func (t *talk) holdLine(on bool) error {
	if err := t.e.Queue.PauseLine(t.ctx, on); err != nil {
		return err
	}
	if on {
		t.say("The line is held back; what is under way goes on.")
	} else {
		t.say("The line goes on.")
	}
	return nil
}

// byShot reads jobs by the shot that they are takes of.
func (t *talk) byShot(jobs []*job.Job) error {
	var order []string
	by := map[string][]*job.Job{}
	for _, j := range jobs {
		key := j.Shot
		if key == "" {
			key = j.ID
		}
		if by[key] == nil {
			order = append(order, key)
		}
		by[key] = append(by[key], j)
	}
	return t.choose(func() ([]entry, error) {
		out := make([]entry, len(order))
		for i, key := range order {
			takes := by[key]
			for k, j := range takes {
				if now, err := t.e.Store.Job(t.ctx, j.ID); err == nil {
					takes[k] = now
				}
			}
			out[i] = entry{group(takes), "", func() error { return t.list(takes, nil, t.ofList) }}
		}
		return out, nil
	}, "go back")
}

// group returns the takes of a shot in a line: what they are of, how many are in
// which state, and what they cost.
func group(takes []*job.Job) safe.String {
	var order []safe.String
	states := map[safe.String]int{}
	for _, j := range takes {
		s := words.State(j)
		if states[s]++; states[s] == 1 {
			order = append(order, s)
		}
	}
	parts := make([]string, len(order))
	for i, s := range order {
		parts[i] = fmt.Sprintf("%d %s", states[s], s)
	}
	line := title(takes[0]) + safe.Line(", "+count(len(takes), "take")+", "+strings.Join(parts, ", "))
	if b := (&reel.Shot{Takes: takes}).Bill(); b != (reel.Bill{}) {
		line += ", " + words.Bill(b)
	}
	return line
}
