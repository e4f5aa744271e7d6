package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

// The same clip elsewhere keeps its images, and is never offered on a model
// that is gone.
func TestElsewhereKeepsWhatTheClipIsMadeOf(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	image := catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("/a.png")}
	words := catalogue.Values{catalogue.RolePrompt: catalogue.Text("a boat")}
	for _, m := range cat.All() {
		for name, v := range map[string]catalogue.Values{"words": words, "an image": image} {
			seen := map[string]bool{m.Provider: true}
			for _, x := range cat.Elsewhere(m, v) {
				if seen[x.Model.Provider] || x.Model.Lifecycle.Status == catalogue.LifeRetired {
					t.Errorf("%s, %s: elsewhere is %s, %s", m.Ref(), name, x.Model.Ref(), x.Model.Lifecycle.Status)
				}
				seen[x.Model.Provider] = true
			}
		}
	}
	many := cat.Model(catalogue.Ref{Provider: "aimlapi", ID: "bytedance/seedance-2-0"})
	if many == nil || len(many.Tasks) < 2 {
		t.Fatal("the catalogue has no model of several tasks any more: take another one here")
	}
	if x := cat.Elsewhere(many, image); len(x) == 0 || x[0].Model.Field(catalogue.RoleFirstFrame) == nil {
		t.Errorf("with an image elsewhere is %+v", x)
	}
	if x := cat.Elsewhere(many, words); len(x) == 0 || x[0].Model.Task != "text-to-video" {
		t.Errorf("with words alone elsewhere is %+v", x)
	}
}

// A clip of another resolution, length or sound is another clip: an equal one
// comes first, and without one the difference is named.
func TestElsewhereIsTheSameClip(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	for _, m := range cat.All() {
		if !m.MakesVideo() {
			continue
		}
		for _, r := range append([]string{""}, m.Resolution.Options...) {
			v := catalogue.Values{catalogue.RolePrompt: catalogue.Text("a boat")}
			if r != "" && m.Field(catalogue.RoleResolution) != nil {
				v[catalogue.RoleResolution] = catalogue.Text(r)
			}
			for _, x := range cat.Elsewhere(m, v) {
				same := m.ResolutionOf(v) == x.Model.ResolutionOf(x.Values) || m.ResolutionOf(v) == "" || x.Model.ResolutionOf(x.Values) == ""
				named := slices.ContainsFunc(x.Differs, func(d catalogue.Difference) bool { return d.What == catalogue.RoleResolution })
				if same == named {
					t.Errorf("%s in %q goes to %s in %q, named %v", m.Ref(), m.ResolutionOf(v), x.Model.Ref(), x.Model.ResolutionOf(x.Values), x.Differs)
				}
			}
		}
	}
	for _, c := range []struct{ from, resolution, want, differs string }{
		{"aimlapi:bytedance/seedance-1-0-pro-t2v", "720p", "ark:seedance-1-0-pro-250528", ""},
		{"aimlapi:bytedance/seedance-1-0-pro-t2v", "480p", "ark:seedance-1-0-pro-250528", ""},
		{"wavespeed:bytedance/seedance-v1-pro-t2v-720p", "", "aimlapi:bytedance/seedance-1-0-pro-t2v", ""},
		{"wavespeed:bytedance/seedance-2.5/text-to-video", "4k", "aimlapi:bytedance/seedance-2-5", "720p, not 4k"},
	} {
		m := cat.Find(c.from)[0]
		v := catalogue.Values{catalogue.RolePrompt: catalogue.Text("a boat")}
		if c.resolution != "" {
			v[catalogue.RoleResolution] = catalogue.Text(c.resolution)
		}
		x := cat.Elsewhere(m, v)
		if len(x) == 0 {
			t.Errorf("%s is nowhere else", c.from)
			continue
		}
		var differs []string
		for _, d := range x[0].Differs {
			differs = append(differs, d.String())
		}
		if got := x[0].Model.Ref().String(); got != c.want || strings.Join(differs, "; ") != c.differs {
			t.Errorf("%s %s is elsewhere %s (%v), want %s (%s)", c.from, c.resolution, got, differs, c.want, c.differs)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	e := catalogue.Estimate{Known: true, Total: 80_000, Low: 1, High: 2}
	if got := e.Times(3); got.Total != 240_000 || got.Low != 3 || got.High != 6 || e.Total != 80_000 {
		t.Errorf("three cost %+v", got)
	}
	if got := e.Times(0); got.Total != e.Total {
		t.Errorf("none asked for is one: %+v", got)
	}
}
