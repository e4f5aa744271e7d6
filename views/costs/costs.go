// Package costs is the screen that adds up what clips have cost, from the
// history: by day, by model, by service.
package costs

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/state/store"
	"seedreel/ui/bar"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// span is how far back the sums go.
const span = 90 * 24 * time.Hour

// Screen shows sums. Its tables are made when they are read, not when drawn.
type Screen struct {
	s      *studio.Studio
	by     store.By
	rows   []store.SpendRow
	today  store.Committed
	left   map[string]client.MicroUSD
	jobs   int
	loaded bool
	err    safe.String
	seq    int
	top    int
	w, h   int
}

// New makes the screen; nothing is read before Refresh.
func New(s *studio.Studio) *Screen { return &Screen{s: s} }

type spendLoadedMsg struct {
	seq  int
	rows []store.SpendRow
	err  error
}

// TodayMsg tells the root what the day has cost so far, with what is under way.
type TodayMsg struct {
	Day store.Committed
	Err error
}

// SetSize gives the pane's size in cells.
func (v *Screen) SetSize(w, h int) { v.w, v.h = w, h }

// Refresh reads the sums again.
func (v *Screen) Refresh() tea.Cmd {
	v.seq++
	seq, by := v.seq, v.by
	from := Midnight(v.s.Now(), v.s.Zone).Add(-span)
	return v.s.Query(func(ctx context.Context) tea.Msg {
		rows, err := v.s.Store.Spend(ctx, from, by, v.s.Zone)
		return spendLoadedMsg{seq: seq, rows: rows, err: err}
	})
}

// Today reads what was committed since midnight, practice or real, whichever
// the program runs in: the figure that the limit for a day counts.
func Today(s *studio.Studio) tea.Cmd {
	from, practice := Midnight(s.Now(), s.Zone), s.Practice
	return s.Query(func(ctx context.Context) tea.Msg {
		day, err := s.Store.Committed(ctx, from, practice)
		return TodayMsg{Day: day, Err: err}
	})
}

// Midnight is the beginning of the day in a zone.
func Midnight(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// SetBalance takes what is left on the accounts.
func (v *Screen) SetBalance(left map[string]client.MicroUSD) { v.left = left }

// balances is what is left where, in the services' order of names.
func (v *Screen) balances() string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(v.left)) {
		parts = append(parts, v.s.Styles.Text.Quiet.Render("balance "+string(words.Service(id))+" ")+v.s.Styles.Text.Bright.Render(v.left[id].String()))
	}
	return strings.Join(parts, "   ")
}

// SetToday takes what the day has cost so far.
func (v *Screen) SetToday(day store.Committed) { v.today = day }

// Update takes keys and the screen's own messages.
func (v *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case spendLoadedMsg:
		if msg.seq != v.seq {
			return nil
		}
		v.loaded, v.err, v.rows = true, words.Error(msg.err), v.ours(msg.rows)
		v.top = min(v.top, max(len(v.rows)-1, 0))
	case tea.KeyPressMsg:
		return v.key(msg)
	}
	return nil
}

// ours leaves out money of the other kind: practice sums are no spend.
func (v *Screen) ours(rows []store.SpendRow) []store.SpendRow {
	var out []store.SpendRow
	v.jobs = 0
	for _, r := range rows {
		if r.Practice == v.s.Practice {
			out = append(out, r)
			v.jobs += r.Jobs
		}
	}
	return out
}

func (v *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	m := v.s.Keys.Move
	switch {
	case v.s.Keys.Costs.By.Is(msg):
		v.by = (v.by + 1) % (store.ByService + 1)
		v.top = 0
		return v.Refresh()
	case m.Down.Is(msg):
		v.top = min(v.top+1, max(len(v.rows)-1, 0))
	case m.Up.Is(msg):
		v.top = max(v.top-1, 0)
	}
	return nil
}

// Footer are the actions of the last line.
func (v *Screen) Footer() keys.Map { return keys.Map{v.s.Keys.Costs.By} }

// View draws the pane.
func (v *Screen) View() string {
	st := v.s.Styles
	var tabs []string
	for _, b := range []struct {
		by   store.By
		word string
	}{{store.ByDay, "by day"}, {store.ByModel, "by model"}, {store.ByService, "by service"}} {
		if b.by == v.by {
			tabs = append(tabs, st.Field.Chosen.Render(b.word))
		} else {
			tabs = append(tabs, st.Field.Option.Render(b.word))
		}
	}
	right := st.Text.Quiet.Render("last 90 days ")
	head := layout.Ends(" "+st.Text.Title.Render("Costs")+"   "+strings.Join(tabs, "   "), right, v.w)
	lines := []string{head, ""}
	if b := v.balances(); b != "" {
		lines = append(lines, " "+b, "")
	}
	switch {
	case v.err != "":
		lines = append(lines, " "+st.Field.Error.Render(string(safe.Truncate(v.err, v.w-2))))
	case v.loaded && len(v.rows) == 0:
		lines = append(lines, " "+st.Text.Quiet.Render(string(v.nothing())))
	case v.loaded:
		lines = append(lines, v.table()...)
	}
	return strings.Join(lines, "\n")
}

func (v *Screen) nothing() safe.String {
	if v.s.Practice {
		return "Nothing yet. Practice jobs are summed here as if they were billed."
	}
	return "Nothing spent yet."
}

const (
	nameWidth  = 34
	clipsWidth = 7
	secsWidth  = 9
	moneyWidth = 10
)

func (v *Screen) table() []string {
	st := v.s.Styles
	name := min(nameWidth, max(v.w-clipsWidth-secsWidth-moneyWidth-4, 8))
	head := safe.PadRight(safe.String(""), name) + safe.PadLeft(safe.String("clips"), clipsWidth) +
		safe.PadLeft(safe.String("seconds"), secsWidth) + safe.PadLeft(safe.String("spent"), moneyWidth)
	out := []string{" " + st.Text.Quiet.Render(string(head))}
	var most, sum client.MicroUSD
	secs, unpriced := 0, 0
	estimated := client.MicroUSD(0)
	for _, r := range v.rows {
		most, sum = max(most, r.Spent), sum+r.Spent
		secs += r.Seconds
		unpriced += r.Unpriced
		estimated += r.Estimated
	}
	room := max(v.h-len(out)-8, 1)
	v.top = min(v.top, max(len(v.rows)-room, 0))
	for _, r := range v.rows[v.top:min(v.top+room, len(v.rows))] {
		out = append(out, v.row(r, name, most))
	}
	foot := safe.PadRight(safe.String("together"), name) + safe.PadLeft(safe.Line(strconv.Itoa(v.jobs)), clipsWidth) +
		safe.PadLeft(safe.Line(strconv.Itoa(secs)), secsWidth) + safe.PadLeft(safe.Line(sum.String()), moneyWidth)
	out = append(out, "", " "+st.Text.Bright.Render(string(foot)), "")
	for _, l := range safe.Wrap(v.note(estimated, unpriced).Block(), max(v.w-2, 10)) {
		out = append(out, " "+st.Text.Quiet.Render(string(l)))
	}
	return out
}

func (v *Screen) row(r store.SpendRow, name int, most client.MicroUSD) string {
	st := v.s.Styles
	line := " " + st.Text.Base.Render(string(safe.PadRight(safe.Truncate(v.name(r), name-1), name))) +
		st.Text.Quiet.Render(string(safe.PadLeft(safe.Line(strconv.Itoa(r.Jobs)), clipsWidth)+safe.PadLeft(safe.Line(strconv.Itoa(r.Seconds)), secsWidth))) +
		st.Text.Bright.Render(string(safe.PadLeft(safe.Line(r.Spent.String()), moneyWidth)))
	if room := v.w - name - clipsWidth - secsWidth - moneyWidth - 6; room >= 10 && most > 0 {
		line += "  " + bar.View(float64(r.Spent)/float64(most), min(room, 40), st)
	}
	return line
}

func (v *Screen) name(r store.SpendRow) safe.String {
	switch v.by {
	case store.ByDay:
		return safe.Line(r.Day.In(v.s.Zone).Format("Mon 2 Jan 2006"))
	case store.ByService:
		return words.Service(r.Provider)
	case store.ByModel:
	}
	if m := v.s.Catalogue.Model(client.Ref{Provider: r.Provider, ID: r.Model}); m != nil {
		return words.Short(m) + ", " + words.Service(r.Provider)
	}
	return safe.Line(r.Model)
}

// note says how far the sums can be trusted.
func (v *Screen) note(estimated client.MicroUSD, unpriced int) safe.String {
	var s safe.String
	if v.s.Practice {
		s = "Practice: nothing of this was billed. "
	}
	if estimated > 0 {
		s += safe.Line(estimated.String()) + " of it is list price, where the service did not report a charge. "
	}
	if unpriced > 0 {
		s += safe.Line(strconv.Itoa(unpriced)) + " clips have no known price and are not in the sums."
	}
	return s
}
