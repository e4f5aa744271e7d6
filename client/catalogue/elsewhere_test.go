package catalogue_test

import (
	"testing"

	"seedreel/client/catalogue"
)

// The same clip at the other service keeps its images, and nobody is sent to a
// model that is gone.
func TestTwinKeepsWhatTheClipIsMadeOf(t *testing.T) {
	t.Parallel()
	cat := embedded(t)
	image := catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("/a.png")}
	words := catalogue.Values{catalogue.RolePrompt: catalogue.Text("a boat")}
	for _, m := range cat.All() {
		for name, v := range map[string]catalogue.Values{"words": words, "an image": image} {
			x := cat.Twin(m, v)
			if x == nil {
				continue
			}
			if x.Provider == m.Provider || x.Lifecycle.Status == catalogue.LifeRetired {
				t.Errorf("%s, %s: the twin is %s, %s", m.Ref(), name, x.Ref(), x.Lifecycle.Status)
			}
		}
	}
	many := cat.Model(catalogue.Ref{Provider: "aimlapi", ID: "bytedance/seedance-2-0"})
	if many == nil || len(many.Tasks) < 2 {
		t.Fatal("the catalogue has no model of several tasks any more: take another one here")
	}
	if x := cat.Twin(many, image); x == nil || x.Field(catalogue.RoleFirstFrame) == nil {
		t.Errorf("with an image the twin is %+v", x)
	}
	if x := cat.Twin(many, words); x == nil || x.Task != "text-to-video" {
		t.Errorf("with words alone the twin is %+v", x)
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
