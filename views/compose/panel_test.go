package compose

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
	"seedreel/views/studio"
)

// shown is the form of a newcomer in a pane of that many cells.
func shown(t *testing.T, w, h int) *Screen {
	t.Helper()
	cat, err := catalogue.Load(assets.Models())
	if err != nil {
		t.Fatal(err)
	}
	v, _ := New(&studio.Studio{
		Ctx: context.WithoutCancel(t.Context()), Now: time.Now, Zone: time.UTC, Catalogue: catalogue.NewShelf(cat), Keys: keymap.New(), Settings: &settings.Settings{},
		Styles: theme.New(theme.Choose("none", false, false)), Practice: true,
		Ready: func(string) (bool, safe.String) { return true, "" },
		Look:  func(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil },
	}, nil)
	v.SetSize(w, h)
	v.Init()
	return v
}

func TestANewcomersFormHasAllToTurnAndIsReady(t *testing.T) {
	t.Parallel()
	v := shown(t, 64, 32)
	for _, r := range []catalogue.Role{catalogue.RolePrompt, catalogue.RoleDuration, catalogue.RoleAspectRatio, catalogue.RoleCameraFixed, catalogue.RoleSeed} {
		if v.Model().Field(r) == nil {
			t.Errorf("the first form is of %s, which has no %s", v.Model().ID, r)
		}
	}
	if len(v.errs) > 0 {
		t.Errorf("the example cannot be submitted: %v", v.errs)
	}
}

func TestTheWelcomeGivesWayToTheForm(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		w, h int
		all  bool // the three lines, else the few words
	}{
		"wide":   {64, 32, true},
		"narrow": {52, 21, false},
		"small":  {80, 20, false},
		"tiny":   {60, 16, false},
	} {
		v := shown(t, tt.w, tt.h)
		v.SetWelcome("short words", "first line", "second line, which is a good deal longer", "third line, which is a good deal longer, too")
		view := ansi.Strip(v.View())
		if strings.Contains(view, "first line") != tt.all || strings.Contains(view, "third line") != tt.all || strings.Contains(view, "short words") == tt.all {
			t.Errorf("%s:\n%s", name, view)
		}
		if !strings.Contains(view, "ctrl+g submits") {
			t.Errorf("%s: the submit is cut:\n%s", name, view)
		}
		if n := strings.Count(view, "\n") + 1; n > tt.h {
			t.Errorf("%s: %d lines of %d", name, n, tt.h)
		}
		v.SetWelcome("")
		if view = v.View(); strings.Contains(view, "line") || strings.Contains(view, "short words") {
			t.Errorf("%s: the welcome stays:\n%s", name, view)
		}
	}
}

func TestRowsOutOfSightAreNamed(t *testing.T) {
	t.Parallel()
	if view := ansi.Strip(shown(t, 64, 32).View()); strings.ContainsAny(view, "▴") {
		t.Errorf("all is in sight, and yet:\n%s", view)
	}
	v := shown(t, 60, 11)
	if view := ansi.Strip(v.View()); !strings.Contains(view, "▾ ") {
		t.Errorf("nothing tells that the form goes on:\n%s", view)
	}
	v.focusOn(keyCount)
	v.redraw()
	view := ansi.Strip(v.View())
	if !strings.Contains(view, "▴ Model") || strings.Contains(view, "▾ ") {
		t.Errorf("at the end of the form:\n%s", view)
	}
}

func TestTheDayTellsWhatIsStillOpen(t *testing.T) {
	t.Parallel()
	v := shown(t, 90, 32)
	v.SetToday(store.Committed{Total: 180_000, Open: 80_000, Jobs: 2})
	if view := ansi.Strip(v.View()); !strings.Contains(view, "today $0.18, of which $0.08 for 2 still open") {
		t.Errorf("the day is missing:\n%s", view)
	}
	v.SetToday(store.Committed{Total: 10 * usd.Dollar})
	if view := ansi.Strip(v.View()); !strings.Contains(view, "as much as") {
		t.Errorf("what the day would have bought is missing:\n%s", view)
	}
}
