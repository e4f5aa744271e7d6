package costs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
	"seedreel/state/store"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
	"seedreel/views/studio"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// shown returns the screen with rows of both kinds of money read.
func shown(t *testing.T, w, h int) *Screen {
	t.Helper()
	cat := clienttest.Catalogue(t)
	v := New(&studio.Studio{
		Now: func() time.Time { return noon }, Zone: time.UTC, Catalogue: catalogue.NewShelf(cat), Keys: keymap.New(),
		Styles: theme.New(theme.Choose("none", false, false)),
	})
	v.SetSize(w, h)
	m := spendLoadedMsg{}
	for i := range 40 {
		m.rows[store.ByDay] = append(m.rows[store.ByDay], store.SpendRow{Day: store.Midnight(noon, time.UTC).AddDate(0, 0, -i), Jobs: 1, Seconds: 5, Spent: 100_000})
	}
	m.rows[store.ByDay] = append(m.rows[store.ByDay], store.SpendRow{Day: store.Midnight(noon, time.UTC), Practice: true, Jobs: 7, Spent: 7_000_000})
	m.rows[store.ByModel] = []store.SpendRow{{Provider: "wavespeed", Model: "vendor/unknown", Jobs: 40, Seconds: 200, Spent: 4_000_000}}
	m.rows[store.ByService] = []store.SpendRow{{Provider: "wavespeed", Jobs: 40, Seconds: 200, Spent: 4_000_000, Estimated: 1_000_000, Unpriced: 1}}
	v.Update(m)
	v.s.Today = store.Committed{Total: 180_000, Open: 80_000, Jobs: 1}
	return v
}

func TestSumsAreOfOneKindOfMoneyAndAddUp(t *testing.T) {
	t.Parallel()
	v := shown(t, 120, 32)
	view := ansi.Strip(v.View())
	for _, want := range []string{
		"today $0.18, of which $0.08 for 1 still open", "last 7 days $0.70", "last 30 days $3.00", "total", "$4.00", "1-", "of 40 ▾",
		"by model", "vendor/unknown", "by service", "WaveSpeedAI",
	} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is missing in\n%s", want, view)
		}
	}
	if strings.Contains(view, "$7.00") || strings.Contains(view, "$11.00") {
		t.Errorf("practice money is in the sums:\n%s", view)
	}
	v.Update(tea.KeyPressMsg{Code: tea.KeyTab})
	v.Update(tea.KeyPressMsg{Code: tea.KeyTab})
	view = ansi.Strip(v.View())
	for _, want := range []string{"$1.00 of it is list price", "1 clip has no known price"} {
		if !strings.Contains(strings.Join(strings.Fields(view), " "), want) {
			t.Errorf("%q is missing in\n%s", want, view)
		}
	}
	v.Update(spendLoadedMsg{err: errors.New("the disk is gone")})
	if view = ansi.Strip(v.View()); !strings.Contains(view, "the disk is gone") {
		t.Errorf("the error is not said:\n%s", view)
	}
}

// A key at the end of a table is not kept for later: one press up moves at
// once.
func TestScrollingStopsAtTheEnds(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 20}, {120, 32}, {200, 51}, {120, 200}} {
		v := shown(t, size[0], size[1])
		first := v.View()
		v.Update(tea.KeyPressMsg{Code: tea.KeyUp})
		if v.View() != first {
			t.Errorf("%v: up at the top scrolls", size)
		}
		for range 60 {
			v.Update(tea.KeyPressMsg{Code: tea.KeyDown})
		}
		last := v.View()
		if !strings.Contains(ansi.Strip(last), "13 Oct 2026") {
			t.Errorf("%v: the last day is out of reach:\n%s", size, ansi.Strip(last))
		}
		v.Update(tea.KeyPressMsg{Code: tea.KeyUp})
		if moved := v.View() != last; moved != (first != last) {
			t.Errorf("%v: one up after many downs moves: %t", size, moved)
		}
		v.SetSize(size[0], size[1]+3) // the last rows are in sight again, further up
		last = v.View()
		v.Update(tea.KeyPressMsg{Code: tea.KeyUp})
		if moved := v.View() != last; moved != (first != last) {
			t.Errorf("%v: one up after the pane grew moves: %t", size, moved)
		}
	}
}

func TestCostsFitEverySize(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 12}, {80, 20}, {103, 30}, {104, 12}, {104, 30}, {120, 32}, {200, 51}} {
		v := shown(t, size[0], size[1])
		for by := range tables {
			lines := strings.Split(v.View(), "\n")
			if len(lines) > size[1] && size[1] > 18 {
				t.Errorf("%v: table %d takes %d lines", size, by, len(lines))
			}
			for _, l := range lines {
				if n := ansi.StringWidth(l); n > size[0] {
					t.Errorf("%v: table %d has a line of %d cells: %q", size, by, n, ansi.Strip(l))
				}
			}
			if view := ansi.Strip(v.View()); !strings.Contains(view, "total") && len(v.tables[v.by].rows) > 1 {
				t.Error(fmt.Sprint(size), "the sum is out of sight:\n", view)
			}
			v.Update(tea.KeyPressMsg{Code: tea.KeyTab})
		}
	}
}

// Without a key, or in practice, what was really spent stays in sight.
func TestRealSpendIsShownInPracticeToo(t *testing.T) {
	t.Parallel()
	v := shown(t, 120, 32)
	v.s.Practice = true
	v.s.Today = store.Committed{Total: 7_000_000}
	m := spendLoadedMsg{}
	m.rows[store.ByDay] = []store.SpendRow{
		{Day: store.Midnight(noon, time.UTC), Practice: true, Jobs: 7, Spent: 7_000_000},
		{Day: store.Midnight(noon, time.UTC).AddDate(0, 0, -3), Jobs: 1, Spent: 180_000},
	}
	m.rows[store.ByService] = []store.SpendRow{{Provider: "wavespeed", Jobs: 1, Spent: 180_000}, {Provider: "wavespeed", Practice: true, Jobs: 7, Spent: 7_000_000}}
	v.Update(m)
	view := ansi.Strip(v.View())
	if !strings.Contains(view, "$0.18") || !strings.Contains(view, "This was billed") || strings.Contains(view, "$7.00") {
		t.Errorf("the real spend is not shown alone:\n%s", view)
	}
	for by := range m.rows {
		for i := range m.rows[by] {
			m.rows[by][i].Practice = true
		}
	}
	v.Update(m)
	if view = ansi.Strip(v.View()); !strings.Contains(view, "$7.00") || !strings.Contains(view, "none of this was billed") {
		t.Errorf("practice is not added up:\n%s", view)
	}
}

// One day's spend is one number: not once more as the week's, the month's and
// the total. What has no known price is no $0.00.
func TestANumberIsShownOnce(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		spent    usd.Micro
		unpriced int
		want     string
	}{
		"priced":     {180_000, 0, "$0.18"},
		"unknown":    {0, 1, "?"},
		"some of it": {180_000, 1, "$0.18+?"},
	} {
		v := shown(t, 80, 20)
		v.s.Today = store.Committed{Total: x.spent, Unpriced: x.unpriced}
		m := spendLoadedMsg{}
		for by := range m.rows {
			m.rows[by] = []store.SpendRow{{Provider: "wavespeed", Jobs: 1, Spent: x.spent, Unpriced: x.unpriced}}
		}
		m.rows[store.ByDay][0].Day = store.Midnight(noon, time.UTC)
		v.Update(m)
		view := ansi.Strip(v.View())
		if n := strings.Count(view, x.want); n != 2 || strings.Contains(view, "$0.00") {
			t.Errorf("%s: %q is there %d times, want once for the day and once in its row:\n%s", name, x.want, n, view)
		}
	}
}
