package reel

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/frames"
	"seedreel/state/job"
	stateorder "seedreel/state/order"
	"seedreel/state/reel"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/order"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// act performs the actions on the reel and its shots that make something or
// lead elsewhere.
func (v *Screen) act(msg tea.KeyPressMsg, r *row) (cmd tea.Cmd, ok bool) {
	k := v.s.Keys.Reel
	switch {
	case v.reel == nil:
		return nil, false
	case k.New.Is(msg):
		v.askNew()
	case k.Switch.Is(msg):
		return v.readReels(), true
	case k.Finals.Is(msg):
		return v.plan(reel.AsFinal, nil), true
	case k.Film.Is(msg):
		return v.askFilm(), true
	case k.Export.Is(msg):
		v.askExport()
		return nil, true
	case r == nil:
		return nil, false
	case k.Drafts.Is(msg):
		if r.shot.Draft.IsZero() {
			return studio.Say(toast.Info, "The shot names no draft yet; "+safe.Line(k.Quality.Help().Key)+" chooses how drafts are made."), true
		}
		return v.plan(reel.AsDraft, r.shot), true
	case k.Quality.Is(msg):
		return v.askQuality(r), true
	case k.Split.Is(msg) && r.take != nil:
		return v.split(r), true
	case k.Merge.Is(msg):
		return v.merge(r), true
	default:
		return nil, false
	}
	return nil, true
}

// unseen is what is known of pictures that were not looked at.
func unseen(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }

// plannedMsg carries what drafts or finals order.
type plannedMsg struct {
	parts    []reel.Part
	problems []reel.Problem
	err      error
}

// plan finds out what to order for one shot, or all with a pick that is no
// final yet.
func (v *Screen) plan(mode reel.Mode, only *reel.Shot) tea.Cmd {
	st, cat, look, standard, paths := v.s.Store, v.s.Catalogue.Now(), v.s.Look, v.s.Model, v.s.Paths
	return v.s.Work(func(ctx context.Context) tea.Msg {
		r, err := st.OpenReel(ctx)
		if err != nil {
			return plannedMsg{err: err}
		}
		cast, err := ReadCast(filepath.Join(paths.Config, "cast.toml"))
		if err != nil {
			return plannedMsg{err: err}
		}
		m := reel.Making{Mode: mode, Models: cat.Model, Standard: standard, Look: look, Cast: cast}
		m.LastFrame = func(j *job.Job) (string, error) {
			tool, err := frames.Find(exec.LookPath)
			if err != nil {
				return "", errors.New("it needs ffmpeg, which is not installed")
			}
			return tool.Keep(ctx, paths.Frames(), j.ID, frames.Clip{Path: j.Output.Path, SHA256: j.Output.SHA256}, frames.Last())
		}
		m.Only = func(n int) bool {
			s := r.Shots[n-1]
			if only != nil {
				return s.ID == only.ID
			}
			p := s.Pick()
			return p != nil && p.Origin != job.OriginFinal
		}
		msg := plannedMsg{}
		msg.parts, msg.problems = m.Plan(r)
		if mode == reel.AsDraft {
			for i := range msg.parts {
				msg.parts[i].Taken.Key = "" // each press makes more
			}
		}
		return msg
	})
}

// ReadCast reads the names that all reels know; a missing file has none.
func ReadCast(path string) ([]reel.Name, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the names: %w", err)
	}
	return reel.ParseCast(b, filepath.Dir(path))
}

// planned orders what can be made, and names what cannot.
func (v *Screen) planned(m plannedMsg) tea.Cmd {
	if m.err != nil {
		return studio.Say(toast.Bad, words.Sentence(m.err))
	}
	broken, said := map[int]bool{}, safe.String("")
	for _, p := range m.problems {
		if !p.Hint {
			broken[p.Number] = true
		}
		if said == "" {
			said = safe.Line(fmt.Sprintf("Shot %d: %s.", p.Number, p.Text))
		}
	}
	var drafts []stateorder.Draft
	for _, p := range m.parts {
		if !broken[p.Number] && !broken[0] {
			drafts = append(drafts, stateorder.Clip(p.Model, p.Values, p.Count, nil, v.s.Practice).As(p.Taken))
		}
	}
	switch {
	case len(drafts) == 0 && said == "":
		return studio.Say(toast.Info, "Nothing to make: finals are made of picks that are none yet.")
	case len(drafts) == 0:
		return studio.Say(toast.Bad, said)
	}
	cmd := studio.Send(order.OrderMsg{Drafts: drafts, Aside: true})
	if said != "" {
		cmd = tea.Batch(studio.Say(toast.Warn, said), cmd)
	}
	return cmd
}

// askQuality asks how drafts of a shot are made, then how finals.
func (v *Screen) askQuality(r *row) tea.Cmd {
	s := r.shot
	if v.modelOf(s) == nil {
		return studio.Say(toast.Info, "The catalogue no longer has the model of the shot.")
	}
	v.s.Dialogs.Push(v.pickSpec("Drafts of shot "+r.number(), s, s.Draft, func(draft reel.Spec) tea.Cmd {
		v.s.Dialogs.Push(v.pickSpec("Finals of shot "+r.number(), s, s.Final, func(final reel.Spec) tea.Cmd {
			return v.change(v.onReel(reel.SetSpecs(s.ID, draft, final)))
		}))
		return nil
	}))
	return nil
}

// modelOf returns the model of a shot, the form's for one that names none.
func (v *Screen) modelOf(s *reel.Shot) *catalogue.Model {
	if m := v.s.Catalogue.Now().Model(s.Model); m != nil {
		return m
	}
	return v.s.Model
}

// pickSpec lists the ways to make a shot with their prices.
func (v *Screen) pickSpec(title string, s *reel.Shot, now reel.Spec, take func(reel.Spec) tea.Cmd) dialog.Dialog {
	cat := v.s.Catalogue.Now()
	own := v.modelOf(s)
	row := func(id string, spec reel.Spec, m *catalogue.Model, name safe.String) dialog.Row {
		values := s.Values.Clone()
		if values == nil {
			values = catalogue.Values{}
		}
		if spec.Resolution != "" {
			values[catalogue.RoleResolution] = catalogue.Text(spec.Resolution)
		}
		price := m.Estimate(m.Adopt(values), unseen).String()
		return dialog.Row{ID: id, Columns: []safe.String{name, safe.Line(spec.Resolution), safe.Line(price)}, Do: func() tea.Cmd { return take(spec) }}
	}
	rows := []dialog.Row{row("as it is", reel.Spec{}, own, "as the shot is")}
	selected := "as it is"
	for _, m := range cat.All() {
		for _, spec := range Specs(m, own) {
			id := spec.Model.String() + " " + spec.Resolution
			if spec == now {
				selected = id
			}
			rows = append(rows, row(id, spec, m, words.Short(m)))
		}
	}
	return dialog.NewPick("quality", safe.Line(title), rows, selected)
}

// Specs returns the ways to make a shot of one model with another: one for each
// of its resolutions, none if it does something else.
func Specs(m, own *catalogue.Model) []reel.Spec {
	if m.Provider != own.Provider || !m.MakesVideo() || m.Lifecycle.Status == catalogue.LifeRetired || !slices.ContainsFunc(m.Tasks, func(t string) bool { return slices.Contains(own.Tasks, t) }) {
		return nil
	}
	spec := reel.Spec{Model: m.Ref()}
	if m == own {
		spec.Model = catalogue.Ref{}
	}
	f := m.Field(catalogue.RoleResolution)
	switch {
	case f == nil && m == own:
		return nil
	case f == nil:
		return []reel.Spec{spec}
	}
	var out []reel.Spec
	for _, o := range f.Options() {
		spec.Resolution = o.String()
		out = append(out, spec)
	}
	return out
}
