package compose

import (
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/ui/theme"
)

// The total of a table that is ordered whole is in one place; what was left out
// is seen beside the whole.
func TestTheTableHasItsTotalOnce(t *testing.T) {
	t.Parallel()
	v := shown(t, 80, 40)
	v.draft.Values[catalogue.RolePrompt] = catalogue.Text("{dawn|noon|night} over a calm sea")
	v.refresh()
	if len(v.variants) != 3 {
		t.Fatalf("%d combinations", len(v.variants))
	}
	tab := newTable(v)
	draw := func() string { return tab.View(80, 24, theme.New(theme.Choose("none", false, false))) }
	if s := draw(); strings.Count(s, "3 clips") != 1 || !strings.Contains(s, "3 combinations") {
		t.Errorf("all of it:\n%s", s)
	}
	v.variants[1].Out = true
	if s := draw(); !strings.Contains(s, "3 clips") || !strings.Contains(s, "2 clips") {
		t.Errorf("without one:\n%s", s)
	}
}

// A name that may be several models is none, in the settings as in a list: the
// commands refuse it, and the form begins with another and gives the reason.
func TestANameOfSeveralModelsIsNone(t *testing.T) {
	t.Parallel()
	v := shown(t, 80, 40)
	v.s.Settings.Model = "seedance"
	m, wrong := v.firstModel()
	if v.s.Settings.Model = ""; m == nil || wrong == "" {
		t.Errorf("it begins with %v and says %q", m, wrong)
	}
	if plain, none := v.firstModel(); plain != m || none != "" {
		t.Errorf("without the setting it begins with %v and says %q", plain, none)
	}
	if _, err := models(v.s.Catalogue.Now(), v.model.Ref().String()+", seedance"); err == nil {
		t.Error("a list took a name of several models")
	}
}
