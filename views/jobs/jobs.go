// Package jobs is the screen of everything that is open and what has just
// ended. The list follows jobs, not rows: a selection stays on its job while
// others come, go and change places.
package jobs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/ui/layout"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
	"seedreel/views/detail"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Screen is the live list. It reads nothing: the root hands it what it shows.
type Screen struct {
	s        *studio.Studio
	list     *list.List[*job.Job, string]
	names    Names
	columns  columns
	expected map[string]time.Duration
	moving   map[string]queue.Progress
	offline  map[store.Service]time.Time
	at       time.Time // when the rows were drawn
	w, h     int
	focused  bool
}

// New makes the screen.
func New(s *studio.Studio) *Screen {
	v := &Screen{s: s, moving: map[string]queue.Progress{}}
	v.list = list.New(func(j *job.Job) string { return j.ID }, v.renderRow)
	v.list.SetHeight(func(*job.Job) int {
		if v.columns.two {
			return 2
		}
		return 1
	})
	return v
}

// SetSize gives the pane's size in cells.
func (v *Screen) SetSize(w, h int) {
	v.w, v.h = w, h
	v.columns = columnsFor(v.list.Items(), v.s.Catalogue.Now(), w, h)
	v.list.SetSize(w, max(h-headLines, 1))
}

const headLines = 2

// SetFocused tells whether keys come here.
func (v *Screen) SetFocused(on bool) {
	if v.focused != on {
		v.focused = on
		v.redraw()
	}
}

// Restyle draws all rows anew.
func (v *Screen) Restyle() { v.redraw() }

// SetJobs replaces the list. expected is how long each job will probably run,
// by its id, where earlier jobs tell.
func (v *Screen) SetJobs(all []*job.Job, expected map[string]time.Duration) {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b *job.Job) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), -cmp.Compare(a.Seq, b.Seq))
	})
	v.expected = expected
	v.names = NamesOf(sorted, v.s.Catalogue.Now(), v.s.Zone)
	v.columns = columnsFor(sorted, v.s.Catalogue.Now(), v.w, v.h)
	v.list.SetItems(sorted)
	v.redraw()
}

// rank puts what needs a person first, then what moves, what waits, and what
// has ended.
func rank(j *job.Job) int {
	switch {
	case j.State.NeedsUser():
		return 0
	case j.State == job.Queued:
		return 2
	case j.State.Open():
		return 1
	}
	return 3
}

// SetMoving tells how far transfers are, by job id.
func (v *Screen) SetMoving(m map[string]queue.Progress) {
	v.moving = m
	v.redraw()
}

// SetOffline tells which services are out of reach: how their jobs stand is not
// known for the time being.
func (v *Screen) SetOffline(away map[store.Service]time.Time) {
	if maps.Equal(v.offline, away) {
		return
	}
	v.offline = away
	v.redraw()
}

// Tick draws ages anew.
func (v *Screen) Tick() { v.redraw() }

// redraw has all rows drawn as of now. The page beside them tells the same
// time, or the two would disagree between two beats.
func (v *Screen) redraw() {
	v.at = v.s.Now()
	v.list.Invalidate()
}

// page is what stands about a job beside the list.
func (v *Screen) page(j *job.Job) *detail.View {
	p := detail.Of(v.s, j, v.expected[j.ID])
	p.Now = v.at
	return p
}

// Select puts the selection on a job.
func (v *Screen) Select(id string) { v.list.Select(id) }

// Selected is the job that keys act on, nil when there is none.
func (v *Screen) Selected() *job.Job {
	j, ok := v.list.Selected()
	if !ok {
		return nil
	}
	return j
}

// Empty tells that there is nothing in the list.
func (v *Screen) Empty() bool { return v.list.Len() == 0 }

// Counts are the numbers for tabs, title and header.
type Counts struct{ Running, Waiting, Needs int }

// Counts counts the open jobs.
func (v *Screen) Counts() Counts {
	var c Counts
	for _, j := range v.list.Items() {
		switch {
		case j.State.NeedsUser():
			c.Needs++
		case j.State == job.Queued:
			c.Waiting++
		case j.State.Open():
			c.Running++
		}
	}
	return c
}

func (v *Screen) renderRow(j *job.Job, width int, selected bool) string {
	r := row{job: j, names: v.names, kind: Kind(j, v.s.Catalogue.Now()), expected: v.expected[j.ID], practice: v.s.Practice}
	if p, ok := v.moving[j.ID]; ok {
		r.moving = &p
	}
	_, r.stale = v.offline[store.Service{Provider: j.Provider, Practice: j.Practice}]
	r.shown = selected && !v.focused
	return r.render(v.columns, width, selected && v.focused, v.at, v.s.Styles)
}

// Progress is how far the running jobs are together, from 0 to 1, and whether
// earlier jobs tell.
func (v *Screen) Progress() (part float64, known bool) {
	n := 0
	for _, j := range v.list.Items() {
		if j.State != job.Submitted && j.State != job.Running {
			continue
		}
		n++
		if usual := v.expected[j.ID]; usual > 0 {
			known = true
			part += min(v.s.Now().Sub(j.SubmittedAt).Seconds()/usual.Seconds(), 0.95)
		}
	}
	if n == 0 {
		return 0, false
	}
	return part / float64(n), known
}

// Point acts on the mouse at a row of the pane: a click selects, the wheel
// moves the selection.
func (v *Screen) Point(y int, click bool, wheel int) {
	if wheel != 0 {
		v.list.Move(wheel)
		return
	}
	if i, ok := v.list.At(y - headLines); ok && click {
		v.list.Select(v.list.Items()[i].ID)
	}
}

// View draws the pane.
func (v *Screen) View() string {
	st := v.s.Styles
	c := v.Counts()
	title := st.Text.Title.Render("Jobs")
	if first, last := v.list.Visible(); last-first < v.list.Len() {
		title += st.Text.Quiet.Render(fmt.Sprintf("  %d-%d of %d", first+1, last, v.list.Len()))
	}
	var parts []string
	for _, n := range []struct {
		n    int
		word string
		tone theme.State
	}{{c.Running, "running", theme.Running}, {c.Waiting, "waiting", theme.Waiting}, {c.Needs, needsWord(c.Needs), theme.Needs}} {
		if n.n > 0 {
			parts = append(parts, st.State(n.tone).Style.Render(fmt.Sprintf("%d %s", n.n, n.word)))
		}
	}
	head := layout.Ends(" "+title, strings.Join(parts, "  ")+" ", v.w)
	if v.list.Len() == 0 {
		return head + "\n\n" + v.empty()
	}
	return head + "\n\n" + v.list.View()
}

func needsWord(n int) string {
	if n == 1 {
		return "needs you"
	}
	return "need you"
}

func (v *Screen) empty() string {
	text := ("No jobs yet.\n\nWrite a prompt in the form and press " + safe.Line(v.s.Keys.Form.Submit.Help().Key) +
		": the job appears here, and its clip is saved the moment it exists.").Block()
	var out []string
	for _, l := range safe.Wrap(text, max(v.w-2, 10)) {
		out = append(out, " "+v.s.Styles.Text.Quiet.Render(string(l)))
	}
	return strings.Join(out, "\n")
}

// Detail draws the selected job in a pane of that many cells.
func (v *Screen) Detail(width, height int) string {
	j := v.Selected()
	if j == nil {
		return ""
	}
	return v.page(j).Pane(width, height)
}

// Page is a job of the list with the lines of its page as it stands now.
func (v *Screen) Page(id string) (j *job.Job, lines func(width int) []string, ok bool) {
	for _, j := range v.list.Items() {
		if j.ID == id {
			return j, v.page(j).Lines, true
		}
	}
	return nil, nil, false
}

// Update takes a key; what it leads to comes back as a message for the root.
func (v *Screen) Update(msg tea.KeyPressMsg) tea.Cmd {
	if v.list.Update(msg) {
		return nil
	}
	if v.s.Keys.Jobs.Resume.Is(msg) {
		if why := v.resumable(); why != "" {
			return studio.Say(toast.Info, why)
		}
		return studio.Send(ResumeMsg{})
	}
	j := v.Selected()
	if j == nil {
		return nil
	}
	if v.s.Keys.Jobs.Open.Is(msg) {
		return studio.Send(OpenMsg{Job: j, Lines: v.page(j).Lines})
	}
	return Act(v.s, j, msg)
}

// Reason says why an action cannot be used on the job now; "" when it can.
func reasonFor(name string, j *job.Job) safe.String {
	switch name {
	case "cancel":
		switch {
		case j.State == job.Queued, j.State == job.Submitted && stops(j):
		case stops(j):
			return "only a waiting job can be taken out; this one is " + words.State(j)
		default:
			return "only a waiting job can be taken out; at the service nothing can be stopped"
		}
	case "look", "resend", "drop":
		if j.State != job.Uncertain {
			return "only for an uncertain job; this one is " + words.State(j)
		}
	case "watch":
		if j.State != job.Saved {
			return "there is no clip to watch yet"
		}
	case "retry":
		if j.State != job.Failed {
			return "only for a failed job; this one is " + words.State(j)
		}
	}
	return ""
}
