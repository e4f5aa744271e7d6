// Package history is the screen of everything ever submitted, newest first. It
// holds only the pages read so far. The store pages by key, so that the
// millionth row costs the same as the first.
package history

import (
	"context"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize"

	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/keys"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/folds"
	"seedreel/views/jobs"
	"seedreel/views/page"
	"seedreel/views/stills"
	"seedreel/views/studio"
	"seedreel/views/words"
)

const (
	pageSize = 50
	// debounce keeps letters that come together, as on a slow line, from being a
	// search each. Each key press ends the search before it.
	debounce  = 30 * time.Millisecond
	headLines = 2
	// searchBeside is the width of the text beside the search line.
	searchBeside = 34
)

// Screen is the history. Every answer it waits for carries seq, so that one for
// an older search is dropped.
type Screen struct {
	s      *studio.Studio
	list   *list.List[*job.Job, string]
	search textinput.Model
	rows   []*job.Job
	names  jobs.Names
	groups jobs.Groups
	days   days
	cols   columns
	widths jobs.Widths
	next   store.Cursor
	more   bool
	count  int
	capped bool
	err    safe.String
	seq    int
	cancel context.CancelFunc
	busy   bool
	loaded bool
	// bringing prevents reading a second list while one is read.
	bringing bool
	finding
	// behind is set while the rows are not yet those of the typed words.
	behind bool

	typing  bool
	focused bool
	// entries is the total number of entries, and many is set if counting
	// stopped.
	entries int
	many    bool
	// fromTop selects the first of the entries being read.
	fromTop bool
	w, h    int
}

// New returns the screen; nothing is read before Refresh.
func New(s *studio.Studio) *Screen {
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	in.Placeholder = "words, i2v, state:failed"
	v := &Screen{s: s, search: in}
	v.list = list.New(func(j *job.Job) string { return j.ID }, v.renderRow)
	v.list.SetHeight(func(j *job.Job) int {
		above := v.days.rows(j) + v.groups.Rows(j)
		if v.pictured() {
			return above + jobs.RowHeight(v.h-headLines)
		}
		return above + 1
	})
	return v
}

var (
	_ page.Page      = (*Screen)(nil)
	_ page.Starter   = (*Screen)(nil)
	_ page.Visitor   = (*Screen)(nil)
	_ page.Refresher = (*Screen)(nil)
	_ page.Styled    = (*Screen)(nil)
	_ page.Typist    = (*Screen)(nil)
	_ page.Backer    = (*Screen)(nil)
	_ page.Detailer  = (*Screen)(nil)
	_ page.Counter   = (*Screen)(nil)
	_ page.Taker     = (*Screen)(nil)
	_ page.Settler   = (*Screen)(nil)
)

// Title returns the name in the header.
func (v *Screen) Title() string { return "History" }

// Keys returns the actions of the history.
func (v *Screen) Keys() keys.Map { return v.s.Keys.History.Whole() }

// Takes reports whether an action on a job is meant for the selected entry, and
// not for a row elsewhere.
func (v *Screen) Takes(b keys.Binding) bool {
	k := v.s.Keys.Jobs
	return b.Group == k.Open.Group && b.Name != k.Resume.Name
}

// foldsName is the name under which it is kept how the list is folded.
const foldsName = "history"

// Init reads the first page, and how the list was folded.
func (v *Screen) Init() tea.Cmd { return tea.Batch(folds.Read(v.s, foldsName), v.Refresh()) }

type pageLoadedMsg struct {
	seq    int
	append bool
	all    bool // nothing was searched for
	rows   []*job.Job
	next   store.Cursor
	count  int
	capped bool
	err    error
}

type searchDueMsg struct{ seq int }

// SetSize sets the pane's size in cells.
func (v *Screen) SetSize(w, h int) tea.Cmd {
	v.w, v.h = w, h
	rows := max(h-headLines, 1)
	if v.pictured() {
		rows += jobs.Overhang(rows)
	}
	v.list.SetSize(w, rows)
	v.cols = v.columnsFor(w)
	return nil
}

// SetFocused sets whether the history gets keys.
func (v *Screen) SetFocused(on bool) tea.Cmd {
	v.focused = on
	v.list.Invalidate()
	if !on {
		v.stopTyping()
	}
	return nil
}

// Restyle redraws all rows.
func (v *Screen) Restyle() { v.list.Invalidate() }

// Capturing reports whether letters belong to the search.
func (v *Screen) Capturing() bool { return v.typing }

// Rest takes the focus out of the search.
func (v *Screen) Rest() { v.stopTyping() }

// Visit is Refresh on opening the page: the newest entry is selected unless
// another one was chosen before.
func (v *Screen) Visit() tea.Cmd {
	v.fromTop = v.list.Index() == 0
	return v.Refresh()
}

// Refresh reads the first page again and keeps the selection on its job.
func (v *Screen) Refresh() tea.Cmd { return v.load(0, max(len(v.rows), pageSize)) }

// load reads from a cursor; 0 is the newest. Only the newest search may be
// running.
func (v *Screen) load(at store.Cursor, limit int) tea.Cmd {
	if v.cancel != nil {
		v.cancel()
	}
	v.seq++
	v.busy = true
	seq, search := v.seq, v.search.Value()
	ctx, cancel := context.WithTimeout(v.s.Ctx, studio.Timeout)
	v.cancel = cancel
	st, kinds, zone := v.s.Store, words.Kinds(v.s.Catalogue.Now()), v.s.Zone
	limit = min(limit, 10*pageSize)
	return func() tea.Msg {
		defer cancel()
		m := pageLoadedMsg{seq: seq, append: at != 0, all: search == "" && at == 0}
		m.rows, m.next, m.err = st.Page(ctx, store.Query{Search: search, Kinds: kinds, Zone: zone, Cursor: at, Limit: limit})
		m.count, m.capped = len(m.rows), m.next != 0
		return m
	}
}

func (v *Screen) apply(m pageLoadedMsg) tea.Cmd {
	if m.seq != v.seq {
		return nil
	}
	v.busy, v.loaded, v.behind, v.err = false, true, false, ""
	if m.err != nil {
		v.err = words.Error(m.err)
		return v.touched(false)
	}
	var count tea.Cmd
	if m.append {
		v.rows = append(v.rows, m.rows...)
		if v.counting {
			count = v.countAll(!v.searching()) // reading on ended it
		}
	} else {
		v.rows = m.rows
		count = v.takeCount(m)
	}
	v.names = jobs.NamesOf(v.rows, v.s.Catalogue.Now(), v.s.Zone)
	v.cols = v.columnsFor(v.w)
	v.next = m.next
	v.more = m.next != 0
	v.arrange()
	if v.fromTop && len(v.rows) > 0 {
		v.list.Select(v.list.Items()[0].ID)
	}
	v.fromTop = false
	return tea.Batch(count, v.addUp(), v.touched(v.count == 0 && !v.searching()))
}

// touched updates whether the history was read and nothing was ever submitted.
func (v *Screen) touched(not bool) tea.Cmd {
	if v.s.Untouched == not {
		return nil
	}
	v.s.Untouched = not
	return v.s.Tell(studio.ChangedMsg{What: studio.Entries})
}

// Update handles keys and the screen's own messages.
func (v *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case pageLoadedMsg:
		return v.apply(msg)
	case folds.ReadMsg:
		if v.groups.Restore(foldsName, msg) {
			v.arrange()
		}
	case daysReadMsg:
		v.addedUp(msg)
	case studio.AnsweredMsg:
		if !msg.Edited {
			v.entries += len(msg.Jobs) // before they are read
		}
	case stills.ChangedMsg:
		v.list.Invalidate()
	case studio.ChangedMsg:
		if msg.What == studio.Settings || msg.What == studio.Pictures {
			v.list.Invalidate()
		}
	case countedMsg:
		return v.countedAll(msg)
	case knownReadMsg:
		return v.knownRead(msg)
	case searchSavedMsg:
		return v.searchSaved(msg)
	case recordSeenMsg:
		v.askDelete(msg)
	case deletedMsg:
		return v.deleted(msg)
	case broughtMsg:
		return v.brought(msg)
	case searchDueMsg:
		if msg.seq == v.seq {
			v.fromTop = true // of what is found, not where the last list stood
			return v.load(0, pageSize)
		}
	case tea.PasteMsg:
		if v.typing {
			return v.edit(tea.PasteMsg{Content: string(safe.Line(safe.Edit(msg.Content)))})
		}
	case tea.KeyPressMsg:
		return v.key(msg)
	}
	return nil
}

// typed handles a key in the line of the search.
func (v *Screen) typed(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "esc":
		v.stopTyping()
		if len(v.rows) == 0 {
			return v.clearSearch() // as the line there offers
		}
		return nil
	case "tab":
		if cmd, ok := v.complete(); ok {
			return cmd
		}
		v.stopTyping()
		return nil
	case "enter", "down":
		v.stopTyping()
		return nil
	}
	return v.edit(msg)
}

func (v *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	k := v.s.Keys.History
	if v.typing {
		return v.typed(msg)
	}
	if v.list.Update(msg) {
		v.fromTop = false // who moves has chosen
		return v.nextPage()
	}
	j := v.Selected()
	switch {
	case k.Search.Is(msg):
		v.typing = true
		return tea.Batch(v.search.Focus(), v.readKnown(false))
	case k.Save.Is(msg):
		return v.saveSearch()
	case k.Saved.Is(msg):
		return v.readKnown(true)
	case msg.String() == "esc" && v.search.Value() != "":
		return v.clearSearch()
	case k.Bring.Is(msg):
		return v.bringIn()
	case v.s.Keys.Jobs.Group.Is(msg):
		v.groups.Turn()
		v.arrange()
		return tea.Batch(studio.Say(toast.Info, jobs.Grouping(v.groups.On(), v.s.Keys.Jobs.Fold)), v.groups.Keep(v.s, foldsName))
	case j == nil:
		return nil
	case v.behind:
		// The marked row is not among those asked for.
		return studio.Say(toast.Info, "One moment: the search is not done yet.")
	case k.Open.Is(msg):
		return jobs.Open(v.s, j, 0)
	case k.Delete.Is(msg):
		return v.lookAtRecord(j)
	case v.s.Keys.Jobs.Fold.Is(msg):
		if !v.groups.Fold(j) {
			return studio.Say(toast.Info, jobs.NoGroup(&v.groups, v.s.Keys.Jobs.Group))
		}
		v.arrange()
		return v.groups.Keep(v.s, foldsName)
	}
	return jobs.Act(v.s, j, msg)
}

// clearSearch shows all entries again, starting at the newest.
func (v *Screen) clearSearch() tea.Cmd {
	v.search.SetValue("")
	v.problem, v.offers = "", nil
	v.behind, v.fromTop = true, true
	return v.load(0, pageSize)
}

// nextPage reads the next page when the selection nears the end of the rows.
func (v *Screen) nextPage() tea.Cmd {
	if v.more && !v.busy && v.list.Index() > v.list.Len()-pageSize/2 {
		return v.load(v.next, pageSize)
	}
	return nil
}

func (v *Screen) edit(msg tea.Msg) tea.Cmd {
	before := v.search.Value()
	var cmd tea.Cmd
	v.search, cmd = v.search.Update(msg)
	if v.search.Value() == before {
		return cmd
	}
	return tea.Batch(cmd, v.searched())
}

// searched ends the search before it and begins one for the line as it is now.
func (v *Screen) searched() tea.Cmd {
	if v.cancel != nil {
		v.cancel()
	}
	v.offer()
	v.judge()
	v.behind = true
	v.seq++
	seq := v.seq
	return tea.Tick(debounce, func(time.Time) tea.Msg { return searchDueMsg{seq: seq} })
}

func (v *Screen) stopTyping() {
	v.typing = false
	v.search.Blur()
}

// Selected returns the entry that keys act on, or nil.
func (v *Screen) Selected() *job.Job {
	j, ok := v.list.Selected()
	if !ok {
		return nil
	}
	return j
}

// Count returns the number of entries, with a plus if counting stopped.
func (v *Screen) Count() (n string, steady bool) {
	if !v.loaded || v.entries == 0 {
		return "", false
	}
	return string(number(v.entries, v.many)), false
}

func number(n int, more bool) safe.String {
	s := safe.Line(humanize.Comma(int64(n)))
	if more {
		s += "+"
	}
	return s
}

// Footer returns the actions of the last line, and those to get out and to find
// all others.
func (v *Screen) Footer() (hints, last keys.Map) {
	all := v.s.Keys.All
	help := all.Help
	if v.typing {
		help = all.HelpInField
	}
	return v.actions(), keys.Map{help}
}

func (v *Screen) actions() keys.Map {
	k := v.s.Keys.History
	if v.typing {
		return keys.Map{keys.New("list", "History", []string{"enter"}, "enter", "to the list"), v.s.Keys.All.Jobs}
	}
	if v.Selected() == nil {
		return keys.Map{k.Search, k.Saved, k.Bring}
	}
	m := keys.Map{k.Open, k.Reuse, k.Search, k.Delete}
	if v.Selected().State == job.Saved {
		m = keys.Map{k.Open, v.s.Keys.Jobs.Watch, k.Reuse, k.Search}
	}
	if v.searching() {
		m = append(m[:2:2], append(keys.Map{k.Save}, m[2:]...)...)
	}
	if jobs.SoundRefused(v.Selected()) {
		m = append(keys.Map{v.s.Keys.Jobs.Mute}, m...)
	}
	return m
}

// searching reports whether a search is active.
func (v *Screen) searching() bool { return v.search.Value() != "" }

// Backs reports whether esc clears a search before it goes back.
func (v *Screen) Backs() bool { return v.searching() }

// Point acts on the row under the mouse: a click selects it, the wheel moves
// the selection.
func (v *Screen) Point(at page.Mouse) tea.Cmd {
	if at.Wheel != 0 {
		v.list.Move(at.Wheel)
		return v.nextPage()
	}
	if i, ok := v.list.At(at.Y - headLines); ok && at.Click {
		v.list.Select(v.list.Items()[i].ID)
	}
	return nil
}
