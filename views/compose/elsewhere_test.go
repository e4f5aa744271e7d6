package compose

import (
	"strings"
	"testing"

	"seedreel/client/catalogue"
)

// A draft keeps its resolution and length on the way through the other
// services, even if one has them as defaults and the other as fixed values.
func TestADraftKeepsWhatItIsElsewhere(t *testing.T) {
	t.Parallel()
	v := shown(t, 80, 32)
	v.setModel(v.s.Catalogue.Now().Find("wavespeed:bytedance/seedance-v1-pro-t2v-720p")[0])
	for _, want := range []string{"aimlapi:bytedance/seedance-1-0-pro-t2v", "ark:seedance-1-0-pro-250528"} {
		m, text := v.goElsewhere()
		if m == nil || m.Ref().String() != want || strings.Contains(string(text), "differs") {
			t.Fatalf("elsewhere is %v: %s", m, text)
		}
		v.setModel(m)
		if got := m.ResolutionOf(v.request()); got != "720p" {
			t.Errorf("at %s the clip is of %s", m.Ref(), got)
		}
	}
}

// Differences are named beside the price and at the move.
func TestWhatDiffersElsewhereIsNamed(t *testing.T) {
	t.Parallel()
	v := shown(t, 80, 32)
	v.setModel(v.s.Catalogue.Now().Find("wavespeed:bytedance/seedance-2.5/text-to-video")[0])
	v.draft.Values[catalogue.RoleResolution] = catalogue.Text("4k")
	if got := string(v.elsewhereWords()); !strings.Contains(got, "AI/ML API price unknown (720p, not 4k)") {
		t.Errorf("beside the price: %q", got)
	}
	if _, text := v.goElsewhere(); !strings.Contains(string(text), "It differs: 720p, not 4k.") {
		t.Errorf("at the move: %q", text)
	}
}
