// Package reel is the screen of the open reel: its shots in order, and below
// each that is unfolded its takes.
package reel

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/detail"
	"seedreel/views/folds"
	"seedreel/views/jobs"
	"seedreel/views/page"
	"seedreel/views/stills"
	"seedreel/views/studio"
	"seedreel/views/words"
)

const headLines = 2

// Screen is the open reel. It reads and changes the store one step after the
// other, so that an undo cannot overtake what it shall undo.
type Screen struct {
	s    *studio.Studio
	list *list.List[*row, string]
	// reel is as last read, and replaced as a whole; nil until then.
	reel *reel.Reel
	cols columns
	err  safe.String
	// shots is how many the reel has, of which at most most are read.
	shots, most int
	// all is what all shots come to, if allKnown; adding is set while it is read,
	// addAgain if it must be read again.
	all                        total
	allKnown, adding, addAgain bool
	// folds has the shots whose takes are shown, and is on if the rejected ones
	// are not.
	folds folds.Folds

	// seq is the number of the step that is running, if busy. steps are the
	// changes that wait for it, and stale is set if the reel must be read again.
	seq   int
	busy  bool
	steps []step
	stale bool

	// film is the film that is being joined, nil for none.
	film *filming

	focused bool
	w, h    int
}

// New returns the screen; nothing is read before Init.
func New(s *studio.Studio) *Screen {
	v := &Screen{s: s, most: shotsAtOnce}
	v.list = list.New(func(r *row) string { return r.id }, v.renderRow)
	v.list.SetHeight(v.rows)
	return v
}

var (
	_ page.Page      = (*Screen)(nil)
	_ page.Starter   = (*Screen)(nil)
	_ page.Visitor   = (*Screen)(nil)
	_ page.Refresher = (*Screen)(nil)
	_ page.Styled    = (*Screen)(nil)
	_ page.Detailer  = (*Screen)(nil)
	_ page.Holder    = (*Screen)(nil)
	_ page.Taker     = (*Screen)(nil)
	_ page.Settler   = (*Screen)(nil)
)

// Title returns the name in the header.
func (v *Screen) Title() string { return "Reel" }

type (
	// nameReadMsg carries the name of the open reel, for the header.
	nameReadMsg struct{ name string }
	// loadedMsg is the answer of a step: the reel as it is after it.
	loadedMsg struct {
		seq  int
		reel *reel.Reel
		// shots is how many the reel has; of a long one not all are read.
		shots  int
		change *reel.Change
		undo   bool
		// err is why the step failed, side why a file beside a clip was not
		// written.
		err, side error
	}
)

// foldsName is the name under which it is kept how the list is folded.
const foldsName = "reel"

// Init reads the name of the open reel, and how its list was folded. Its shots are read when it is opened:
// they may be many.
func (v *Screen) Init() tea.Cmd {
	return tea.Batch(folds.Read(v.s, foldsName), v.readName())
}

func (v *Screen) readName() tea.Cmd {
	st := v.s.Store
	return v.s.Work(func(ctx context.Context) tea.Msg {
		name, err := st.OpenReelName(ctx)
		if err != nil {
			return nil // the page shows why it cannot be read
		}
		return nameReadMsg{name}
	})
}

// Visit reads the open reel, which may be another since.
func (v *Screen) Visit() tea.Cmd { return v.Refresh() }

// Refresh reads the reel again.
func (v *Screen) Refresh() tea.Cmd {
	v.stale = true
	return v.next()
}

// SetSize sets the pane's size in cells.
func (v *Screen) SetSize(w, h int) tea.Cmd {
	v.w, v.h = w, h
	v.list.SetSize(w, max(h-headLines, 1))
	v.cols = v.columnsFor(w)
	return nil
}

// SetFocused sets whether the reel gets keys.
func (v *Screen) SetFocused(on bool) tea.Cmd {
	v.focused = on
	v.list.Invalidate()
	return nil
}

// Restyle redraws all rows.
func (v *Screen) Restyle() { v.list.Invalidate() }

// Update handles keys and the screen's own messages.
func (v *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case nameReadMsg:
		return v.named(msg.name)
	case folds.ReadMsg:
		if v.folds.Restore(foldsName, msg) {
			v.lay()
		}
	case loadedMsg:
		return v.answered(&msg)
	case plannedMsg:
		return v.planned(msg)
	case switchedMsg:
		return v.switched(msg)
	case reelsReadMsg:
		return v.askReel(msg)
	case wroteMsg:
		return v.wrote(msg)
	case filmPlannedMsg:
		return v.filmPlanned(msg)
	case filmBeatMsg:
		return v.beat(msg)
	case filmMadeMsg:
		return v.filmed(msg)
	case totalReadMsg:
		return v.addedUp(msg)
	case studio.AnsweredMsg:
		if msg.Taken && len(msg.Jobs) > 0 {
			v.list.Select(msg.Jobs[0].Shot) // what is worked on
		}
		if msg.Taken && v.s.Reel == "" {
			return v.readName() // its first shot
		}
	case stills.ChangedMsg:
		v.list.Invalidate()
	case studio.ChangedMsg:
		if msg.What == studio.Settings || msg.What == studio.Pictures {
			v.list.Invalidate()
		}
		if v.focused && msg.What == studio.Jobs {
			return v.Refresh()
		}
	case tea.KeyPressMsg:
		return v.key(msg)
	}
	return nil
}

// named sends every page the name of the open reel.
func (v *Screen) named(name string) tea.Cmd {
	if line := safe.Line(name); line != v.s.Reel {
		v.s.Reel = line
		return v.s.Tell(studio.ChangedMsg{What: studio.Reel})
	}
	return nil
}

// answered takes the answer of a step and starts the next.
func (v *Screen) answered(m *loadedMsg) tea.Cmd {
	if m.seq != v.seq {
		return nil
	}
	v.busy = false
	cmds := []tea.Cmd{v.report(m)}
	if m.reel != nil {
		if v.reel != nil && v.reel.ID != m.reel.ID {
			v.allKnown, v.most = false, shotsAtOnce
		}
		v.reel, v.shots, v.err = m.reel, m.shots, ""
		if len(m.reel.Shots) < m.shots {
			cmds = append(cmds, v.addUp())
		} else {
			v.all, v.allKnown = total{}, true
			v.all.add(m.reel, v.books())
		}
		v.lay()
		if v.s.Reel != "" || len(m.reel.Shots) > 0 {
			cmds = append(cmds, v.named(m.reel.Name))
		}
	} else if m.err != nil && m.change == nil {
		v.err = words.Error(m.err)
	}
	return tea.Batch(append(cmds, v.next())...)
}

// report shows a message about what a step did.
func (v *Screen) report(m *loadedMsg) tea.Cmd {
	switch {
	case m.change == nil:
		return nil
	case m.err != nil:
		return studio.Say(toast.Bad, words.Sentence(m.err))
	case m.side != nil:
		return studio.Say(toast.Warn, "The file beside the clip has the old marks: "+words.Error(m.side))
	case m.change.Line == "":
		return studio.Say(toast.Info, "Nothing to change.")
	}
	line := safe.Line(m.change.Line + ".")
	if m.undo {
		line = "Taken back: " + line
	}
	return studio.Say(toast.Good, line)
}

// selected returns the row that keys act on, or nil.
func (v *Screen) selected() *row {
	r, _ := v.list.Selected()
	return r
}

// take returns the take that keys act on: the selected one, or of a shot its
// pick or else its last; nil if there is none.
func (v *Screen) take() *job.Job {
	r := v.selected()
	if r == nil {
		return nil
	}
	return r.shown()
}

// Takes reports whether an action on a job is meant for the selected take, and
// not for a row elsewhere.
func (v *Screen) Takes(b keys.Binding) bool {
	k := v.s.Keys.Jobs
	return b.Group == k.Open.Group && b.Name != k.Resume.Name && v.take() != nil
}

// Holds reports whether left folds the selected shot instead of going back.
func (v *Screen) Holds(key tea.KeyPressMsg) bool {
	r := v.selected()
	return r != nil && v.s.Keys.Reel.Fold.Is(key) && v.folds.Open(r.shot.ID)
}

func (v *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	if v.list.Update(msg) {
		return v.readOn(v.s.Keys.Move.Last.Is(msg))
	}
	k := v.s.Keys.Reel
	for _, b := range v.Keys() {
		if b.Is(msg) && b.Why != "" {
			return studio.Say(toast.Info, safe.Line(sentence(b.Why)))
		}
	}
	r := v.selected()
	switch {
	case k.Undo.Is(msg):
		return v.undo()
	case k.Redo.Is(msg):
		return v.redo()
	case k.Hide.Is(msg):
		v.folds.Turn()
		v.lay()
		return v.folds.Keep(v.s, foldsName)
	}
	if cmd, ok := v.act(msg, r); ok {
		return cmd
	}
	switch {
	case r == nil:
		return nil
	case k.Unfold.Is(msg) && r.take != nil:
		return jobs.Open(v.s, r.take, v.s.Live.Expected[r.take.ID])
	case k.Unfold.Is(msg):
		return v.fold(r.shot.ID, !v.folds.Open(r.shot.ID))
	case k.Fold.Is(msg):
		return v.fold(r.shot.ID, false)
	}
	if cmd, ok := v.mark(r, msg); ok {
		return cmd
	}
	if j := v.take(); j != nil {
		return jobs.Act(v.s, j, msg)
	}
	return nil
}

// fold hides or shows the takes of a shot. The selection goes to the shot.
func (v *Screen) fold(shot string, open bool) tea.Cmd {
	v.list.Select(shot)
	v.folds.Set(shot, open)
	v.lay()
	return v.folds.Keep(v.s, foldsName)
}

func sentence(why string) string { return strings.ToUpper(why[:1]) + why[1:] + "." }

// Keys returns all actions, with the reasons of those that cannot be used now.
func (v *Screen) Keys() keys.Map {
	k := v.s.Keys.Reel
	all := k.Whole()
	r := v.selected()
	unread := v.reel == nil
	for i, b := range all {
		missing, why := r == nil, "there is no shot yet"
		switch b.Name {
		case k.Undo.Name, k.Redo.Name, k.Hide.Name, k.New.Name, k.Switch.Name:
			missing, why = unread, "the reel is not read yet"
		case k.Finals.Name, k.Film.Name, k.Export.Name:
			missing = unread || len(v.reel.Shots) == 0
		case k.Split.Name, k.Better.Name, k.Worse.Name, k.Reject.Name:
			missing, why = r == nil || r.take == nil, "no take is selected; enter shows those of a shot"
		case k.Watch.Name, k.Reuse.Name, k.Pick.Name:
			missing, why = r == nil || r.shown() == nil, "there is no take yet"
		}
		if missing {
			all[i] = b.Refuse(why)
		}
	}
	return all
}

// Footer returns the actions of the last line, and those to get out and to find
// all others.
func (v *Screen) Footer() (hints, last keys.Map) {
	k, all := v.s.Keys.Reel, v.s.Keys.All
	last = keys.Map{all.Help}
	r := v.selected()
	switch {
	case r == nil:
		return keys.Map{all.PlainCompose}, last
	case r.take == nil:
		return keys.Map{k.Unfold.Brief("takes"), k.Watch, k.Reuse, v.s.Keys.Again.Menu}, last
	}
	return keys.Map{k.Watch, k.Pick, k.Better.Pair(k.Worse, "rate"), k.Reject, v.s.Keys.Again.Menu}, last
}

// View draws the pane.
func (v *Screen) View() string {
	return layout.FitLine(v.head(), v.w) + "\n\n" + v.body()
}

func (v *Screen) body() string {
	st := v.s.Styles
	switch {
	case v.err != "":
		return " " + st.Field.Error.Render(string(safe.Truncate(v.err, v.w-2)))
	case v.reel != nil && len(v.reel.Shots) == 0:
		return " " + st.Text.Quiet.Render(safe.Truncate("No shots yet: what you submit becomes a take of one. 1 leads to the form.", v.w-2))
	}
	return v.list.View()
}

// besideFrom is the width from which the selection is shown beside the list,
// mostBeside the most it takes.
const besideFrom, mostBeside = 140, 60

// Beside returns the width of the selected take beside the list.
func (v *Screen) Beside(w int) int {
	if w < besideFrom {
		return 0
	}
	return min(w*2/5, mostBeside)
}

// Detail draws the selected take, or the one that represents the selected
// shot.
func (v *Screen) Detail(width, height int) string {
	j := v.take()
	if j == nil {
		return ""
	}
	return detail.Of(v.s, j, v.s.Live.Expected[j.ID]).Pane(width, height)
}

// Point acts on the row under the mouse: a click selects it, the wheel moves
// the selection.
func (v *Screen) Point(at page.Mouse) tea.Cmd {
	if at.Wheel != 0 {
		v.list.Move(at.Wheel)
		return nil
	}
	if i, ok := v.list.At(at.Y - headLines); ok && at.Click {
		v.list.Select(v.list.Items()[i].id)
	}
	return nil
}
