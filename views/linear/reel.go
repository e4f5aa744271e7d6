package linear

import (
	"fmt"
	"strings"

	"seedreel/state/reel"
	"seedreel/ui/safe"
)

// reel lists the shots of the open reel, and opens the takes of one.
func (t *talk) reel() error {
	r, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return err
	}
	if len(r.Shots) == 0 {
		t.say("The reel has no shots yet; every clip makes one.")
		return nil
	}
	t.say("%s: %s, %d picked.", capital(safe.Line(r.Name)), count(len(r.Shots), "shot"), r.Picked())
	return t.choose(func() ([]entry, error) {
		r, err := t.e.Store.OpenReel(t.ctx)
		if err != nil {
			return nil, err
		}
		out := make([]entry, len(r.Shots))
		for i, s := range r.Shots {
			out[i] = entry{shotLine(s), "", func() error { return t.takes(s.ID) }}
		}
		return out, nil
	}, "return to the menu")
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
	return t.list(jobs, nil)
}
