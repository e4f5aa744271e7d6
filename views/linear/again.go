package linear

import (
	"context"
	"crypto/rand"
	"os/exec"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/compose"
	"seedreel/views/keymap"
	"seedreel/views/words"
)

// taking is how long a frame may take out of a clip.
const taking = 30 * time.Second

// again offers the ways to make a take once more, each with its price, and puts
// the one that is chosen into the form.
func (t *talk) again(j *job.Job) error {
	shot, err := t.e.Store.ShotOf(t.ctx, j.ID)
	if err != nil {
		shot = nil // only a final needs it
	}
	keys := keymap.New().Again.Ways()
	var ways []reel.Way
	var labels []safe.String
	for i, way := range reel.Ways() {
		n, err := t.maker().Next(j, shot, way, "")
		if err != nil || way == reel.WaySame || !t.hasFrame(j, way) {
			continue // with the form as the next step, the same is a new seed
		}
		label := capital(safe.Line(strings.TrimSuffix(keys[i].Help().Desc, ", at once")))
		if n.Was != nil {
			label += ", " + words.Model(n.Model)
			if n.Was.Provider != n.Model.Provider {
				label += " at " + words.Service(n.Model.Provider)
			}
		}
		if n.Is.IsSet() {
			label += ", " + safe.Line(n.Is.String())
		}
		if n.Changed == catalogue.RoleDuration {
			label += " s"
		}
		f := &form{model: n.Model, Draft: compose.Draft{Values: n.Values, Count: 1}}
		ways, labels = append(ways, way), append(labels, label+", "+safe.Line(t.priceOf(f)))
	}
	if len(ways) == 0 {
		t.say("It cannot be made again: the catalogue no longer has %s.", safe.Line(j.Model))
		return nil
	}
	n, err := t.number(labels, "", "go back")
	if err != nil || n < 0 {
		return err
	}
	return t.goAgain(j, shot, ways[n])
}

// maker makes takes once more.
func (t *talk) maker() *reel.Maker {
	return &reel.Maker{Catalogue: t.e.Catalogue.Now(), Usable: func(id string) bool { return t.e.Services.Practice() || t.e.Services.Ready(id) == nil }}
}

// hasFrame reports whether a way gets the frame that it needs.
func (t *talk) hasFrame(j *job.Job, way reel.Way) bool {
	if way.Needs(j) == reel.NoFrame {
		return true
	}
	_, err := frames.Find(exec.LookPath)
	return err == nil && j.State == job.Saved && j.Output.Here()
}

// goAgain puts a take that is made once more into the form.
func (t *talk) goAgain(j *job.Job, shot *reel.Shot, way reel.Way) error {
	frame, err := t.frame(j, way)
	if err != nil {
		return err
	}
	n, err := t.maker().Next(j, shot, way, frame)
	if err != nil {
		return err
	}
	if n.Taken.Continues != "" {
		if n.Taken.Shot, err = reel.NewID(rand.Reader); err != nil {
			return err
		}
	}
	f := &form{
		Draft: compose.Draft{
			Values: n.Values.Clone(), Count: 1, LastSeed: j.Seed,
			Shot: n.Taken.Shot, Parent: n.Taken.Parent, Origin: n.Taken.Origin, Continues: n.Taken.Continues,
		},
		model: n.Model, labels: j.Labels, key: n.Taken.Key,
	}
	if n.Was != nil {
		t.say("%s", words.Moved(n.Was, n.Model))
	}
	if len(n.Differs) > 0 {
		t.say("It differs: %s.", words.Differs(n.Differs))
	}
	t.price = t.priceOf(f)
	if way == reel.WayWords {
		if _, err := t.field(f, n.Model.Field(catalogue.RolePrompt)); err != nil {
			return err
		}
	}
	if err := t.review(f); err != nil {
		return err
	}
	return errDone
}

// frame takes the picture that a way needs out of the clip.
func (t *talk) frame(j *job.Job, way reel.Way) (string, error) {
	need := way.Needs(j)
	if need == reel.NoFrame {
		return "", nil
	}
	tool, err := frames.Find(exec.LookPath)
	if err != nil {
		return "", err
	}
	at := frames.Last()
	if need == reel.FirstFrame {
		at = frames.First()
	}
	ctx, cancel := context.WithTimeout(t.ctx, taking)
	defer cancel()
	return tool.Keep(ctx, t.e.Paths.Frames(), j.ID, frames.Clip{Path: j.Output.Path, SHA256: j.Output.SHA256}, at)
}
