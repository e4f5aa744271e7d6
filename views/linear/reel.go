package linear

import (
	"fmt"
	"strings"

	"seedreel/state/reel"
	"seedreel/ui/safe"
)

// reel lists the shots of the open reel, and opens the takes of one.
func (t *talk) reel() error {
	r, err := t.e.Store.OpenReelHead(t.ctx)
	if err != nil {
		return err
	}
	shots, picked := 0, 0
	err = t.e.Store.EachReelPart(t.ctx, r.ID, func(r *reel.Reel) error {
		shots, picked = shots+len(r.Shots), picked+r.Picked()
		return nil
	})
	if err != nil {
		return err
	}
	if shots == 0 {
		t.say("The reel has no shots yet; every clip makes one.")
		return nil
	}
	t.say("%s: %s, %d picked.", capital(safe.Line(r.Name)), count(shots, "shot"), picked)
	return t.choose(func() ([]entry, error) {
		var out []entry
		err := t.e.Store.EachReelPart(t.ctx, r.ID, func(r *reel.Reel) error {
			for _, s := range r.Shots {
				id := s.ID
				out = append(out, entry{shotLine(s), "", func() error { return t.takes(id) }})
			}
			return nil
		})
		return out, err
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
