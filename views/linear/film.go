package linear

import (
	"cmp"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/download"
	"seedreel/state/export"
	"seedreel/state/film"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/reel"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	reelscreen "seedreel/views/reel"
	"seedreel/views/words"
)

// unseen is what is known of pictures that were not looked at.
func unseen(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }

// makeShots orders drafts of a shot, or the finals of all picks.
func (t *talk) makeShots(mode reel.Mode, only string) error {
	r, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return err
	}
	cast, err := reelscreen.ReadCast(filepath.Join(t.e.Paths.Config, "cast.toml"))
	if err != nil {
		return err
	}
	standard, _, err := t.e.FirstModel(t.ctx)
	if err != nil {
		return err
	}
	m := reel.Making{Mode: mode, Models: t.e.Catalogue.Now().Model, Standard: standard, Look: t.e.Look, Cast: cast, LastFrame: t.lastFrame}
	wanted := func(s *reel.Shot) bool {
		p := s.Pick()
		return s.ID == only || only == "" && p != nil && p.Origin != job.OriginFinal
	}
	for i, s := range r.Shots {
		if mode == reel.AsFinal && wanted(s) && s.Final.IsZero() {
			t.say("Shot %d: choose first how its finals are made, in the shot.", i+1)
		}
	}
	m.Only = func(n int) bool {
		s := r.Shots[n-1]
		return wanted(s) && (mode != reel.AsFinal || !s.Final.IsZero())
	}
	parts, problems := m.Plan(r)
	broken := map[int]bool{}
	for _, p := range problems {
		broken[p.Number] = broken[p.Number] || !p.Hint
		t.say("Shot %d: %s", p.Number, ended(safe.Line(p.Text)))
	}
	var drafts []order.Draft
	for _, p := range parts {
		if mode == reel.AsDraft {
			p.Taken.Key = "" // each time makes more
		}
		if !broken[p.Number] && !broken[0] {
			drafts = append(drafts, order.Clip(p.Model, p.Values, p.Count, nil, t.e.Services.Practice()).As(p.Taken))
		}
	}
	if len(drafts) == 0 {
		if len(problems) == 0 {
			t.say("Nothing to make.")
		}
		return nil
	}
	sure, err := t.sure(drafts)
	if err != nil || !sure {
		return err
	}
	_, err = t.order(drafts...)
	return err
}

// sure asks about an order that was not read out before.
func (t *talk) sure(drafts []order.Draft) (bool, error) {
	p, err := t.e.Desk.Prepare(t.ctx, drafts...)
	if err != nil {
		return false, err
	}
	return t.yes("That is %s. Submit?", clipsFor(p))
}

// lastFrame keeps the last picture of a take for a shot that goes on from it.
func (t *talk) lastFrame(j *job.Job) (string, error) {
	tool := ffmpeg()
	if tool == nil {
		return "", errNoFFmpeg
	}
	return tool.Keep(t.ctx, t.e.Paths.Frames(), j.ID, frames.Clip{Path: j.Output.Path, SHA256: j.Output.SHA256}, frames.Last())
}

// ffmpeg returns the tool, nil without.
func ffmpeg() *frames.Tool {
	tool, err := frames.Find(exec.LookPath)
	if err != nil {
		return nil
	}
	return tool
}

// quality asks how drafts of a shot are made, then how finals.
func (t *talk) quality(s *reel.Shot) error {
	own := t.e.Catalogue.Now().Model(s.Model)
	if own == nil {
		t.say("The catalogue no longer has the model of the shot.")
		return nil
	}
	draft, err := t.spec("Drafts are made how?", s, own, s.Draft)
	if err != nil {
		return err
	}
	final, err := t.spec("Finals are made how?", s, own, s.Final)
	if err != nil {
		return err
	}
	return t.edited(reel.SetSpecs(s.ID, draft, final))
}

// spec chooses one of the ways to make a shot, each with its price; enter keeps
// the present one.
func (t *talk) spec(question string, s *reel.Shot, own *catalogue.Model, now reel.Spec) (reel.Spec, error) {
	ways := []reel.Spec{{}}
	labels := []safe.String{"As the shot is, " + t.specPrice(s, own, reel.Spec{})}
	for _, m := range t.e.Catalogue.Now().All() {
		for _, w := range reelscreen.Specs(m, own) {
			ways = append(ways, w)
			labels = append(labels, safe.Line(strings.TrimSpace(string(words.Short(m))+" "+w.Resolution)+", ")+t.specPrice(s, m, w))
		}
	}
	n, err := t.number(labels, question, "keep it")
	if err != nil || n < 0 {
		return now, err
	}
	return ways[n], nil
}

// specPrice returns what a clip of a shot costs in one of the ways to make it.
func (t *talk) specPrice(s *reel.Shot, m *catalogue.Model, w reel.Spec) safe.String {
	values := s.Values.Clone()
	if values == nil {
		values = catalogue.Values{}
	}
	if w.Resolution != "" {
		values[catalogue.RoleResolution] = catalogue.Text(w.Resolution)
	}
	return safe.Line(m.Estimate(m.Adopt(values), unseen).String())
}

// longestName is the most characters of a reel's name in the name of a file.
const longestName = 60

// place asks for a path, offering one beside the clips.
func (t *talk) place(r *reel.Reel, question, suffix string) (string, error) {
	dir, err := t.e.Paths.ClipsDir(t.e.Settings.ClipsDir, t.o.Getenv)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, cmp.Or(download.Slug(r.Name, longestName), "reel")+suffix)
	s, err := t.answer("%s, or enter for %s:", question, safe.Line(path))
	if err != nil || s == "" {
		return path, err
	}
	if s, err = settings.ExpandHome(s, t.o.Getenv); err != nil {
		return "", err
	}
	return filepath.Abs(s)
}

// film joins the picks into one clip.
func (t *talk) film() error {
	r, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return err
	}
	picks := reelscreen.Saved(r)
	if len(picks) == 0 {
		t.say("No pick has a clip on this disk.")
		return nil
	}
	p, err := film.NewPlan(film.Picks(picks), film.Options{})
	if err != nil {
		return err
	}
	if p.Encode && ffmpeg() == nil {
		t.say("These clips have to be encoded once more (%s), which needs ffmpeg, and that is not installed.", safe.Line(p.Why))
		return nil
	}
	t.say("%d of %s have a pick. %s", len(picks), count(len(r.Shots), "shot"), strings.ReplaceAll(string(reelscreen.FilmWords(p)), "\n", " "))
	path, err := t.place(r, "Into which file", ".mp4")
	if err != nil {
		return err
	}
	made, err := p.Make(t.ctx, path, ffmpeg(), func(float64) {})
	if err != nil {
		return err
	}
	t.say("Film of %.1f s: %s", made.Facts.Duration.Seconds(), safe.Line(path))
	return nil
}

// export puts the reel into a folder.
func (t *talk) export() error {
	r, err := t.e.Store.OpenReel(t.ctx)
	if err != nil {
		return err
	}
	o, left, err := export.OfReel(r)
	if err != nil {
		return err
	}
	if o.Dir, err = t.place(r, "Into which folder", ""); err != nil {
		return err
	}
	o.Tool = ffmpeg()
	done, err := export.Write(t.ctx, o)
	if err != nil {
		return err
	}
	said := fmt.Sprintf("%s in %s: %s", count(len(o.Takes), "clip"), count(len(done.Files), "file"), o.Dir)
	if left > 0 {
		said += fmt.Sprintf(" (%s without a clip left out)", count(left, "take"))
	}
	t.say("Exported %s", safe.Line(said))
	return nil
}
