// Package jobs is the screen of the open and the recently ended jobs. The list
// follows jobs, not rows: a selection stays on its job while others come, go
// and move.
package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
	"seedreel/views/detail"
	"seedreel/views/folds"
	"seedreel/views/page"
	"seedreel/views/stills"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Screen is the live list, as the studio holds it.
type Screen struct {
	s       *studio.Studio
	list    *list.List[*job.Job, string]
	names   Names
	groups  Groups
	columns columns
	widths  Widths
	at      time.Time // when the rows were drawn
	w, h    int
	focused bool
}

// New returns the screen.
func New(s *studio.Studio) *Screen {
	v := &Screen{s: s}
	v.list = list.New(func(j *job.Job) string { return j.ID }, v.renderRow)
	v.list.SetHeight(func(j *job.Job) int {
		above := v.groups.Rows(j)
		if v.pictured() {
			return above + RowHeight(v.h-headLines)
		}
		return above + 1
	})
	return v
}

var (
	_ page.Page     = (*Screen)(nil)
	_ page.Starter  = (*Screen)(nil)
	_ page.Detailer = (*Screen)(nil)
	_ page.Counter  = (*Screen)(nil)
	_ page.Styled   = (*Screen)(nil)
	_ page.Settler  = (*Screen)(nil)
)

// Title returns the name in the header.
func (v *Screen) Title() string { return "Jobs" }

// foldsName is the name under which it is kept how the list is folded.
const foldsName = "jobs"

// Init reads how the list was folded.
func (v *Screen) Init() tea.Cmd { return folds.Read(v.s, foldsName) }

// Count returns the number of open jobs. It comes and goes, and moves nothing.
func (v *Screen) Count() (n string, steady bool) {
	c := v.s.Live.Counts()
	if all := c.Running + c.Waiting + c.Needs; all > 0 {
		n = strconv.Itoa(all)
	}
	return n, true
}

// SetSize sets the pane's size in cells.
func (v *Screen) SetSize(w, h int) tea.Cmd {
	v.w, v.h = w, h
	v.columns = columnsFor(v.widths, w)
	rows := max(h-headLines, 1)
	if v.pictured() {
		rows += Overhang(rows)
	}
	v.list.SetSize(w, rows)
	return nil
}

const headLines = 2

// SetFocused sets whether the list gets keys.
func (v *Screen) SetFocused(on bool) tea.Cmd {
	if v.focused != on {
		v.focused = on
		v.redraw()
	}
	return nil
}

// Restyle redraws all rows.
func (v *Screen) Restyle() { v.redraw() }

// load copies the list from the studio.
func (v *Screen) load() {
	sorted := slices.Clone(v.s.Live.Jobs)
	slices.SortStableFunc(sorted, func(a, b *job.Job) int {
		if rank(a) == rank(b) && a.State == job.Queued {
			return cmp.Compare(a.Turn(), b.Turn()) // the one that leaves next first
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), -cmp.Compare(a.Seq, b.Seq))
	})
	sorted = v.groups.Arrange(sorted, func(j *job.Job) string { return strconv.Itoa(rank(j)) })
	v.names = NamesOf(sorted, v.s.Catalogue.Now(), v.s.Zone)
	v.widths.Fit(sorted, v.s.Catalogue.Now())
	v.columns = columnsFor(v.widths, v.w)
	v.list.SetItems(sorted)
	v.redraw()
}

// rank puts jobs that need a person first, then those that move, those that
// wait, and those that have ended.
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

// redraw redraws all rows at the present time. The page beside them uses the
// same time, or the two would disagree between two beats.
func (v *Screen) redraw() {
	v.at = v.s.Clock()
	v.list.Invalidate()
}

// page returns the page about a job beside the list.
func (v *Screen) page(j *job.Job) *detail.View {
	p := detail.Of(v.s, j, v.s.Live.Expected[j.ID])
	p.Now = v.at
	return p
}

// Selected returns the job that keys act on, or nil.
func (v *Screen) Selected() *job.Job {
	j, ok := v.list.Selected()
	if !ok {
		return nil
	}
	return j
}

func (v *Screen) renderRow(j *job.Job, width int, selected bool) string {
	return Under(v.renderJob(j, width, selected), v.groups.Head(j, width, v.s.Styles))
}

func (v *Screen) renderJob(j *job.Job, width int, selected bool) string {
	r := row{job: j, names: v.names, kind: Kind(j, v.s.Catalogue.Now()), expected: v.s.Live.Expected[j.ID]}
	if p, ok := v.s.Live.Moving[j.ID]; ok {
		r.moving = &p
	}
	_, r.stale = v.s.Offline[store.Service{Provider: j.Provider, Practice: j.Practice}]
	r.shown = selected && !v.focused
	if v.pictured() {
		return r.pictured(v.s.Stills.Lines(j, stills.Row, v.s.Styles), width, selected && v.focused, v.at, v.s.Styles)
	}
	return r.render(v.columns, width, selected && v.focused, v.at, v.s.Styles)
}

// Point acts on the row under the mouse: a click selects it, the wheel moves
// the selection.
func (v *Screen) Point(at page.Mouse) tea.Cmd {
	if at.Wheel != 0 {
		v.list.Move(at.Wheel)
		return nil
	}
	if i, ok := v.list.At(at.Y - headLines); ok && at.Click {
		v.list.Select(v.list.Items()[i].ID)
	}
	return nil
}

// Beside returns 0: the details have their place on the screen that the list
// shares with the form.
func (v *Screen) Beside(int) int { return 0 }

// View draws the pane.
func (v *Screen) View() string {
	st := v.s.Styles
	c := v.s.Live.Counts()
	title := st.Text.Title.Render("Jobs")
	if first, last := v.list.Visible(); last-first < v.list.Len() {
		title += st.Text.Quiet.Render(fmt.Sprintf("  %d-%d of %d", first+1, last, v.list.Len()))
	}
	var parts []string
	for _, n := range []struct {
		n    int
		word string
		tone theme.State
	}{{c.Running, "under way", theme.Running}, {c.Waiting, "queued", theme.Waiting}, {c.Needs, needsWord(c.Needs), theme.Needs}} {
		if n.n > 0 {
			parts = append(parts, st.State(n.tone).Style.Render(fmt.Sprintf("%d %s", n.n, n.word)))
		}
	}
	if v.s.Live.Paused {
		parts = append(parts, st.State(theme.Needs).Style.Render("line paused"))
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
	text := ("No jobs yet: " + safe.Line(v.s.Keys.Form.Submit.Help().Key) + " in the form makes one.").Block()
	var out []string
	for _, l := range safe.Wrap(text, max(v.w-2, 10)) {
		out = append(out, " "+v.s.Styles.Text.Quiet.Render(string(l)))
	}
	return strings.Join(out, "\n")
}

// Detail draws the selected job in a pane of the given size in cells.
func (v *Screen) Detail(width, height int) string {
	j := v.Selected()
	if j == nil {
		return ""
	}
	return v.page(j).Pane(width, height)
}

// Update handles keys, and changes in the studio.
func (v *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return v.key(msg)
	case studio.AnsweredMsg:
		if len(msg.Jobs) > 0 {
			v.list.Select(msg.Jobs[0].ID)
		}
	case folds.ReadMsg:
		if v.groups.Restore(foldsName, msg) {
			v.load()
		}
	case stills.ChangedMsg:
		v.list.Invalidate()
	case studio.ChangedMsg:
		v.take(msg.What)
	}
	return nil
}

// take shows what has changed in the studio.
func (v *Screen) take(what studio.Kind) {
	switch what {
	case studio.Jobs:
		v.load()
	case studio.Clock, studio.Reach, studio.Settings, studio.Pictures:
		v.redraw()
	case studio.Money, studio.Keys, studio.Entries, studio.Welcome, studio.Model, studio.Catalogue, studio.Reel:
	}
}

// key handles a key press.
func (v *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	if v.list.Update(msg) {
		return nil
	}
	if v.s.Keys.Jobs.Resume.Is(msg) {
		if why := v.resumable(); why != "" {
			return studio.Say(toast.Info, why)
		}
		return studio.Send(studio.ResumeMsg{})
	}
	if k := v.s.Keys.Jobs; k.Group.Is(msg) {
		v.groups.Turn()
		v.load()
		return tea.Batch(studio.Say(toast.Info, Grouping(v.groups.On(), k.Fold)), v.groups.Keep(v.s, foldsName))
	} else if k.HoldLine.Is(msg) {
		return studio.Send(DecideMsg{Decision: HoldLine})
	}
	j := v.Selected()
	if j == nil {
		return nil
	}
	if v.s.Keys.Jobs.Fold.Is(msg) {
		if !v.groups.Fold(j) {
			return studio.Say(toast.Info, NoGroup(&v.groups, v.s.Keys.Jobs.Group))
		}
		v.load()
		return v.groups.Keep(v.s, foldsName)
	}
	if v.s.Keys.Jobs.Open.Is(msg) {
		return Open(v.s, j, v.s.Live.Expected[j.ID])
	}
	return Act(v.s, j, msg)
}

// Grouping returns what turning grouping on or off has done.
func Grouping(on bool, fold keys.Binding) safe.String {
	if !on {
		return "No longer grouped by shot."
	}
	return "Grouped by shot; " + safe.Line(fold.Help().Key) + " folds and unfolds one."
}

// NoGroup returns why a job has no group to fold.
func NoGroup(g *Groups, turn keys.Binding) safe.String {
	if !g.On() {
		return "The list is not grouped; " + safe.Line(turn.Help().Key) + " groups it by shot."
	}
	return "This shot has one take in the list."
}

// reasonFor returns why an action cannot be used on the job now, or "" if it
// can.
func reasonFor(name string, j *job.Job) safe.String {
	switch name {
	case "cancel":
		switch {
		case j.State == job.Queued, j.State == job.Submitted && stops(j):
		case stops(j):
			return "only a queued job can be taken out; this one is " + words.State(j)
		default:
			return "only a waiting job can be taken out; at the service nothing can be stopped"
		}
	case "look", "resend", "drop":
		if name == "look" && (j.CanAskAgain() || j.CanAskHere()) {
			return ""
		}
		if j.State != job.Uncertain {
			return "only for an uncertain job; this one is " + words.State(j)
		}
	case string(Edit), string(Hold), string(Earlier), string(Later):
		if j.State != job.Queued {
			return "only for a job that waits in line; this one is " + words.State(j)
		}
	case "watch":
		if j.State != job.Saved {
			return "there is no clip to watch yet"
		}
	case "retry":
		if j.State != job.Failed {
			return "only for a failed job; this one is " + words.State(j)
		}
	case "mute":
		if !SoundRefused(j) {
			return "only for a job of which the sound was refused"
		}
	}
	return ""
}
