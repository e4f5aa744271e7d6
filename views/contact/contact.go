// Package contact is the contact sheet of a shot: the stills of all its takes
// side by side, to choose from.
package contact

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
	"seedreel/views/jobs"
	"seedreel/views/keymap"
	"seedreel/views/marks"
	"seedreel/views/page"
	"seedreel/views/stills"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Screen is the sheet. It is opened on a take by a message.
type Screen struct {
	s     *studio.Studio
	keys  keymap.Contact
	takes []*job.Job
	shot  string
	// at is the take in focus, top the first row on the screen.
	at, top int
	marked  map[string]bool
	err     safe.String
	seq     int
	w, h    int
}

// New returns a closed sheet.
func New(s *studio.Studio) *Screen {
	return &Screen{s: s, keys: keymap.NewContact(), marked: map[string]bool{}}
}

var (
	_ page.Page      = (*Screen)(nil)
	_ page.Settler   = (*Screen)(nil)
	_ page.Backer    = (*Screen)(nil)
	_ page.Holder    = (*Screen)(nil)
	_ page.Refresher = (*Screen)(nil)
	_ page.Taker     = (*Screen)(nil)
)

// takesMsg carries the takes of the shot.
type takesMsg struct {
	seq   int
	focus string
	takes []*job.Job
	err   error
}

// Title returns "": the sheet has no tab, and is opened on a take.
func (v *Screen) Title() string { return "" }

// Backs reports true: esc leads back to where the sheet was opened.
func (v *Screen) Backs() bool { return true }

// Holds reports whether a key moves on the sheet instead of going back.
func (v *Screen) Holds(key tea.KeyPressMsg) bool { return key.String() == "left" }

// Takes reports whether an action on a job is meant for the take in focus.
func (v *Screen) Takes(b keys.Binding) bool {
	k := v.s.Keys.Jobs
	return b.Group == k.Open.Group && b.Name != k.Resume.Name && v.selected() != nil
}

// SetSize sets the pane's size in cells.
func (v *Screen) SetSize(w, h int) tea.Cmd {
	v.w, v.h = w, h
	v.scroll()
	return nil
}

// SetFocused does nothing: the sheet has only one thing in focus.
func (v *Screen) SetFocused(bool) tea.Cmd { return nil }

// Refresh reads the takes again.
func (v *Screen) Refresh() tea.Cmd {
	focus := ""
	if j := v.selected(); j != nil {
		focus = j.ID
	}
	return v.read(focus)
}

func (v *Screen) read(focus string) tea.Cmd {
	v.seq++
	seq, shot, st := v.seq, v.shot, v.s.Store
	return v.s.Work(func(ctx context.Context) tea.Msg {
		takes, err := st.Takes(ctx, shot)
		return takesMsg{seq, focus, takes, err}
	})
}

// Update handles keys and the sheet's own messages.
func (v *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case studio.SheetMsg:
		v.shot, v.takes, v.at, v.top = msg.Job.Shot, nil, 0, 0
		clear(v.marked)
		return tea.Batch(v.s.Open(v), v.read(msg.Job.ID))
	case takesMsg:
		v.taken(msg)
	case marks.ChangedMsg:
		for _, j := range msg.Jobs {
			if i := slices.IndexFunc(v.takes, func(o *job.Job) bool { return o.ID == j.ID }); i >= 0 {
				v.takes[i] = j
			}
		}
	case tea.KeyPressMsg:
		return v.key(msg)
	}
	return nil
}

func (v *Screen) taken(m takesMsg) {
	if m.seq != v.seq {
		return
	}
	v.takes, v.err = m.takes, ""
	if m.err != nil {
		v.err = words.Error(m.err)
	}
	v.at = max(slices.IndexFunc(v.takes, func(j *job.Job) bool { return j.ID == m.focus }), 0)
	v.scroll()
}

// selected returns the take in focus, or nil.
func (v *Screen) selected() *job.Job {
	if v.at >= len(v.takes) {
		return nil
	}
	return v.takes[v.at]
}

func (v *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	cols := v.grid().cols
	mv, k := v.s.Keys.Move, v.keys
	switch key := msg.String(); {
	case key == "left" || key == "h":
		v.move(-1)
	case key == "right" || key == "l":
		v.move(1)
	case mv.Up.Is(msg):
		v.move(-cols)
	case mv.Down.Is(msg):
		v.move(cols)
	case mv.First.Is(msg):
		v.move(-len(v.takes))
	case mv.Last.Is(msg):
		v.move(len(v.takes))
	case key == "esc":
		return studio.Send(page.LeaveMsg{})
	case k.Mark.Is(msg):
		return v.mark()
	case k.Compare.Is(msg):
		return v.compare()
	case v.selected() == nil:
	case k.Open.Is(msg):
		return jobs.Act(v.s, v.selected(), v.s.Keys.Jobs.Watch.Press())
	default:
		return jobs.Act(v.s, v.selected(), msg)
	}
	return nil
}

func (v *Screen) move(by int) {
	to := v.at + by
	if cols := v.grid().cols; cols > 1 && (by == cols || by == -cols) && (to < 0 || to >= len(v.takes)) {
		return // there is no row above, or no take below
	}
	v.at = min(max(to, 0), max(len(v.takes)-1, 0))
	v.scroll()
}

// most is how many takes are compared at most.
const most = 4

func (v *Screen) mark() tea.Cmd {
	j := v.selected()
	switch {
	case j == nil:
	case v.marked[j.ID]:
		delete(v.marked, j.ID)
	case j.State != job.Saved:
		return studio.Say(toast.Info, "There is no clip to compare yet.")
	case len(v.marked) >= most:
		return studio.Say(toast.Info, "Four takes are compared at most.")
	default:
		v.marked[j.ID] = true
	}
	return nil
}

// compare opens the marked takes in the player, or without marks the first
// four that have a clip and are not rejected.
func (v *Screen) compare() tea.Cmd {
	var list []*job.Job
	for _, j := range v.takes {
		if j.State == job.Saved && (v.marked[j.ID] || len(v.marked) == 0 && !j.Rejected) && len(list) < most {
			list = append(list, j)
		}
	}
	if len(list) < 2 {
		return studio.Say(toast.Info, "Two takes with a clip are needed: space marks one.")
	}
	return studio.Send(studio.CompareMsg{Jobs: list})
}

// captions is the number of lines below a still, gap the cells between two.
const captions, gap, headLines = 2, 2, 2

// grid is the layout of the sheet: the size of a still, how many are beside each
// other, and how many rows of them are visible.
type grid struct {
	still      stills.Size
	cols, rows int
}

// grid returns the layout with the largest stills of which all takes are seen,
// or else the one with the smallest.
func (v *Screen) grid() grid {
	for cols := 1; ; cols++ {
		w := (v.w - 2 - (cols-1)*gap) / cols
		if w < stills.Take.W {
			break
		}
		s := stills.Size{W: w, H: w * 9 / 32} // 16:9 in usual cells
		rows := (v.h - headLines + 1) / (s.H + captions + 1)
		if rows*cols >= len(v.takes) && rows > 0 {
			return grid{s, cols, rows}
		}
	}
	s := stills.Take
	return grid{s, max((v.w-2+gap)/(s.W+gap), 1), max((v.h-headLines+1)/(s.H+captions+1), 1)}
}

// scroll moves the window as little as needed to show the take in focus.
func (v *Screen) scroll() {
	g := v.grid()
	row := v.at / g.cols
	v.top = min(max(v.top, row-g.rows+1), row)
}

// Settle asks for the stills that are visible.
func (v *Screen) Settle() tea.Cmd {
	if v.s.Stills == nil {
		return nil
	}
	var wants []stills.Want
	if v.s.Shown(v) {
		g := v.grid()
		for i := v.top * g.cols; i < min((v.top+g.rows)*g.cols, len(v.takes)); i++ {
			wants = append(wants, stills.Want{Job: v.takes[i], Size: g.still})
		}
	}
	return v.s.Stills.Show("contact", wants)
}

// View draws the pane.
func (v *Screen) View() string {
	if v.w < 1 || v.h < 1 {
		return ""
	}
	why := v.s.Styles.Text.Faint.Render(string(safe.Truncate(v.s.Stills.Lacks(), max(v.w-2, 0))))
	lines := []string{v.head(), " " + why}
	g := v.grid()
	if v.err != "" {
		lines = append(lines, " "+v.s.Styles.Field.Error.Render(string(v.err)))
	}
	for row := v.top; row < v.top+g.rows && row*g.cols < len(v.takes); row++ {
		lines = append(lines, v.row(g, row)...)
		lines = append(lines, "")
	}
	return layout.FitLines(lines, layout.Rect{W: v.w, H: v.h})
}

func (v *Screen) head() string {
	st := v.s.Styles
	title := safe.String("Takes of the shot")
	if j := v.selected(); j != nil {
		title = jobs.Title(j)
	}
	picked := 0
	for _, j := range v.takes {
		if j.Pick {
			picked = slices.Index(v.takes, j) + 1
		}
	}
	facts := fmt.Sprintf("%d takes", len(v.takes))
	if len(v.takes) == 1 {
		facts = "1 take"
	}
	if picked > 0 {
		facts += fmt.Sprintf(", pick %d", picked)
	}
	right := st.Text.Quiet.Render(facts) + " "
	return layout.Ends(" "+st.Text.Title.Render(string(safe.Truncate(title, max(v.w-safe.Width(right)-4, 0)))), right, v.w)
}

// row draws the takes beside each other.
func (v *Screen) row(g grid, row int) []string {
	lines := make([]string, g.still.H+captions)
	for i := row * g.cols; i < min((row+1)*g.cols, len(v.takes)); i++ {
		lead := strings.Repeat(" ", gap)
		if i == row*g.cols {
			lead = " "
		}
		for y, l := range v.cell(i, g.still) {
			lines[y] += lead + layout.FitLine(l, g.still.W)
		}
	}
	return lines
}

// cell draws one take: its still, its number with a person's marks, and its
// state or what distinguishes it from the others.
func (v *Screen) cell(i int, size stills.Size) []string {
	st, j := v.s.Styles, v.takes[i]
	out := stills.Ground(words.Tone(j), size, st)
	if v.s.Stills != nil {
		out = v.s.Stills.Lines(j, size, st)
	}
	mark, style := "  ", st.Text.Base
	switch {
	case j.Rejected:
		style = st.Text.Faint
	case i == v.at:
		style = st.Row.Title
	}
	if i == v.at {
		mark = st.Row.Mark.Render("▸") + " "
	}
	number := style.Render(fmt.Sprint(i + 1))
	if v.marked[j.ID] {
		number += " " + st.State(theme.Done).Style.Render("✓")
	}
	if m := jobs.Marks(j, st); m != "" {
		number += " " + m
	}
	below := jobs.Length(j)
	if j.HasSeed {
		below = safe.Line(fmt.Sprintf("seed %d", j.Seed))
	}
	facts := st.Text.Quiet.Render(string(below))
	if j.State != job.Saved {
		look := st.State(words.Tone(j))
		facts = look.Style.Render(look.Symbol + " " + string(words.State(j)))
	}
	return append(out, mark+number, "  "+facts)
}

// Keys returns the actions of the sheet.
func (v *Screen) Keys() keys.Map { return v.keys.Whole() }

// Footer returns the actions of the last line, and those to get out and to find
// all others.
func (v *Screen) Footer() (hints, last keys.Map) {
	m := v.s.Keys.Jobs.Marks
	return keys.Map{v.keys.Open, m.Pick, v.keys.Compare, m.Better.Pair(m.Worse, "rate"), m.Reject, v.keys.Mark},
		keys.Map{dialog.Back(), v.s.Keys.All.Help}
}

// Point acts on the take under the mouse: a click puts it in focus, the wheel
// moves by rows.
func (v *Screen) Point(at page.Mouse) tea.Cmd {
	g := v.grid()
	switch {
	case at.Wheel != 0:
		v.move(at.Wheel * g.cols)
	case at.Click && at.Y >= headLines:
		i := (v.top+(at.Y-headLines)/(g.still.H+captions+1))*g.cols + min((at.X-1)/(g.still.W+gap), g.cols-1)
		if i >= 0 && i < len(v.takes) {
			v.at = i
		}
	}
	return nil
}
