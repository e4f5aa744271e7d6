package picker

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/settings"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// What finds a model must not depend on the width of the window, which leaves
// columns out.
func TestANarrowWindowFindsTheServiceToo(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	s := &studio.Studio{Zone: time.UTC, Catalogue: catalogue.NewShelf(cat), Settings: &settings.Settings{}, Look: func(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }, Ready: func(string) (bool, safe.String) { return true, "" }}
	s.Model = cat.All()[0]
	s.Draft = func() catalogue.Values { return catalogue.Values{} }
	for _, m := range cat.All() {
		if r := rowOf(s, m); !strings.Contains(r.Words, string(words.Service(m.Provider))) {
			t.Errorf("%s is not found by its service: %q", m.ID, r.Words)
		}
	}
}

// Only models that read the same are distinguished, by what their ids differ
// in.
func TestModelsThatReadTheSameAreToldApart(t *testing.T) {
	t.Parallel()
	row := func(id string, tier safe.String) dialog.Row {
		return dialog.Row{ID: id, Columns: []safe.String{"Text to video", tier, "720p"}}
	}
	rows := []dialog.Row{row("aimlapi:bytedance/seedance-2-5", "2.5"), row("aimlapi:bytedance/lite", "Lite"), row("aimlapi:bytedance/dreamina-seedance-2-5", "2.5")}
	tellApart(rows)
	for i, want := range []safe.String{"2.5", "Lite", "2.5 dreamina"} {
		if got := rows[i].Columns[tierColumn]; got != want {
			t.Errorf("row %d says %q, want %q", i, got, want)
		}
	}
}

// What is found by what a row shows comes before what is found by words that it
// does not, and the best is selected.
func TestTheNearestModelComesFirst(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	for typed, want := range map[string][]string{"reference": {"Reference"}, "image 2.5": {"Image", "2.5"}, "extend": {"Video extend"}} {
		s := &studio.Studio{
			Zone: time.UTC, Catalogue: catalogue.NewShelf(cat), Settings: &settings.Settings{}, Dialogs: dialog.NewStack(time.Now), Styles: theme.New(theme.Dark()),
			Ready: func(string) (bool, safe.String) { return true, "" }, Draft: func() catalogue.Values { return catalogue.Values{} },
		}
		s.Screen.W, s.Model = 120, cat.All()[0]
		var took *catalogue.Model
		Open(s, func(m *catalogue.Model) tea.Cmd {
			took = m
			return nil
		})
		for _, r := range typed {
			s.Dialogs.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
		s.Dialogs.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		if took == nil {
			t.Fatalf("%q takes nothing", typed)
		}
		row := fmt.Sprint(rowOf(s, took).Columns)
		for _, w := range want {
			if !strings.Contains(row, w) {
				t.Errorf("%q takes %s", typed, row)
			}
		}
	}
}
