package compose

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
	"seedreel/views/page"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// shown returns the form of a first run in a pane of the given size in cells.
func shown(t *testing.T, w, h int) *Screen {
	t.Helper()
	cat := clienttest.Catalogue(t)
	v := New(&studio.Studio{
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
		"narrow": {52, 20, false},
		"small":  {80, 20, false},
		"tiny":   {60, 16, false},
	} {
		v := shown(t, tt.w, tt.h)
		v.s.Greeting = studio.Greeting{Hint: "short words", Lines: []safe.String{
			"first line", "second line, which is a good deal longer", "third line, which is a good deal longer, too",
		}}
		v.Update(studio.ChangedMsg{What: studio.Welcome})
		view := ansi.Strip(v.View())
		if strings.Contains(view, "first line") != tt.all || strings.Contains(view, "third line") != tt.all || strings.Contains(view, "short words") == tt.all {
			t.Errorf("%s:\n%s", name, view)
		}
		if !strings.Contains(view, "[ ctrl+g ]") {
			t.Errorf("%s: the submit is cut:\n%s", name, view)
		}
		if n := strings.Count(view, "\n") + 1; n > tt.h {
			t.Errorf("%s: %d lines of %d", name, n, tt.h)
		}
		v.s.Greeting = studio.Greeting{}
		v.Update(studio.ChangedMsg{What: studio.Welcome})
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
	if !strings.Contains(view, "▴ Prompt") || strings.Contains(view, "▾ ") {
		t.Errorf("at the end of the form:\n%s", view)
	}
}

// emptyLine is a line of the prompt without text.
var emptyLine = regexp.MustCompile(`(?m)^ ┃ *$`)

// On the smallest usual screen the model and the warning that its calls fail
// stay in sight of every form, whatever row has the focus; the prompt shows no
// empty line while a row is out of sight.
func TestTheModelAndItsWarningStayInSight(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 20}, {60, 12}} {
		v := shown(t, size[0], size[1])
		for _, m := range v.s.Catalogue.Now().All() {
			if !m.MakesVideo() {
				continue
			}
			v.setModel(m)
			for _, r := range v.form.rows {
				v.focusOn(r.GetKey())
				v.redraw()
				view := ansi.Strip(v.View())
				lines := strings.Split(view, "\n")
				if !strings.Contains(lines[0], string(words.Service(m.Provider))) {
					t.Fatalf("%s at %s: the model is out of sight:\n%s", m.ID, r.GetKey(), view)
				}
				if hint := string(v.lifeHint()); hint != "" && !strings.Contains(lines[1], strings.Fields(hint)[0]) {
					t.Fatalf("%s at %s: its warning is out of sight:\n%s", m.ID, r.GetKey(), view)
				}
				if emptyLine.MatchString(view) && strings.ContainsAny(lines[len(lines)-panelLines-1], "▴▾") {
					t.Fatalf("%s at %s: empty lines in the prompt:\n%s", m.ID, r.GetKey(), view)
				}
				if n := len(lines); n > size[1] {
					t.Fatalf("%s at %s: %d lines of %d", m.ID, r.GetKey(), n, size[1])
				}
				if r.GetKey() != keyModel && !strings.Contains(view, string(r.Label())[:3]) {
					t.Fatalf("%s: the row %s that has the focus is out of sight:\n%s", m.ID, r.GetKey(), view)
				}
			}
		}
	}
}

// Moving from model to model moves no row past another.
func TestRowsKeepTheirOrderBetweenModels(t *testing.T) {
	t.Parallel()
	v := shown(t, 80, 40)
	before := map[[2]string]string{}
	for _, m := range v.s.Catalogue.Now().All() {
		if !m.MakesVideo() {
			continue
		}
		v.setModel(m)
		for i, a := range v.form.rows {
			for _, b := range v.form.rows[i+1:] {
				pair := [2]string{a.GetKey(), b.GetKey()}
				before[pair] = m.ID
				if other, ok := before[[2]string{pair[1], pair[0]}]; ok {
					t.Fatalf("%s is before %s in the form of %s, and after it in that of %s", pair[0], pair[1], m.ID, other)
				}
			}
		}
	}
}

// What is typed after a job was taken back changes its words: keys that were
// meant for the prompt raised the number of clips.
func TestReuseLeadsIntoThePrompt(t *testing.T) {
	t.Parallel()
	v := shown(t, 90, 32)
	v.focusOn(keyCount)
	j := job.New("a", time.Now(), job.Wanted{
		Provider: v.model.Provider, Model: v.model.ID,
		Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake")},
	})
	v.Reuse(j)
	for _, r := range "7!" {
		v.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	if got := v.draft.Values.Text(catalogue.RolePrompt); got != "a lake7!" || v.draft.Count != 1 {
		t.Errorf("the prompt is %q, %d clips", got, v.draft.Count)
	}
}

func TestTheDayTellsWhatIsStillOpen(t *testing.T) {
	t.Parallel()
	v := shown(t, 90, 32)
	v.s.Today = store.Committed{Total: 180_000, Open: 80_000, Jobs: 2}
	v.Update(studio.ChangedMsg{What: studio.Money})
	if view := ansi.Strip(v.View()); !strings.Contains(view, "today $0.18, of which $0.08 for 2 still open") {
		t.Errorf("the day is missing:\n%s", view)
	}
	v.s.Today = store.Committed{Total: 10 * usd.Dollar}
	v.Update(studio.ChangedMsg{What: studio.Money})
	if view := ansi.Strip(v.View()); !strings.Contains(view, "as much as") {
		t.Errorf("what the day would have bought is missing:\n%s", view)
	}
}

// A click goes to the row that is drawn there, even if another one reads the
// same.
func TestAClickGoesIntoTheRowDrawn(t *testing.T) {
	t.Parallel()
	v := shown(t, 64, 32)
	for _, r := range v.form.rows {
		r.SetNote("the same words", "")
	}
	v.redraw()
	v.View()
	for y, n := range v.begins {
		if n == 0 {
			continue
		}
		for _, line := range []int{y, y + 1} {
			v.Point(page.Mouse{X: 20, Y: line, Click: true})
			want := v.form.rows[n-1].GetKey()
			if line > y && line < len(v.begins) && v.begins[line] > 0 {
				want = v.form.rows[v.begins[line]-1].GetKey()
			}
			if got := v.focusedRow().GetKey(); got != want {
				t.Errorf("line %d leads into %s, want %s", line, got, want)
			}
		}
		v.View()
	}
	if strings.Contains(v.View(), "\u2063") {
		t.Error("the marks of the rows reach the screen")
	}
}
