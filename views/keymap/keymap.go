// Package keymap is the list of every action and its keys. The footer, the
// help, the table in the README and the screens all read it, so they agree.
//
// Keys are chosen to work on a plain xterm through tmux: no action depends only
// on ctrl+s, ctrl+q, ctrl+z, ctrl+a, ctrl+b, F-keys, or on keys that a terminal
// cannot tell apart (ctrl+i and tab, ctrl+m and enter). In the prompt the keys
// of a shell's line come first: an action on one of those has another key, too.
package keymap

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/keys"
)

// The groups of actions, as help shows them.
const (
	groupAll     = "Everywhere"
	groupForm    = "Compose"
	groupJobs    = "Jobs"
	groupHistory = "History"
	groupCosts   = "Costs"
)

// Map holds every binding by name. It is built once and passed around.
type Map struct {
	All     Everywhere
	Form    Form
	Jobs    Jobs
	Reel    Reel
	History History
	Costs   Costs
	Player  Player
	Again   Again
	Move    Move
	// more holds the bindings that pages have added.
	more keys.Map
}

// Everywhere are the actions of the whole program.
type Everywhere struct {
	Compose, Jobs, Reel, History, Costs                          keys.Binding
	PlainCompose, PlainJobs, PlainReel, PlainHistory, PlainCosts keys.Binding
	Settings, Help, HelpInField, Palette, Log, Models            keys.Binding
	Redraw, Leave, Quit, Back, Stills                            keys.Binding
}

// Form are the actions of the form.
type Form struct {
	Submit, Model, Successor, Other, Browse, Editor, Enhance keys.Binding
	FixCamera, Seed, Undo, Redo, Clear, Next, Prev, Rest     keys.Binding
	Before, Vary, Fix, Words, Keep, Older, Newer             keys.Binding
	// In the rows of images, sounds and videos.
	MediaType, MediaOut, MediaBack, MediaMove keys.Binding
}

// Jobs are the actions on the selected job.
type Jobs struct {
	Open, Watch, Reuse, Copy, Where, Cancel, Look, Resend, Drop, Retry, Mute, Resume keys.Binding
	Sheet                                                                            keys.Binding
	// Of the jobs that wait in line.
	Edit, Hold, HoldLine, Up, Down keys.Binding
	// Of the list.
	Group, Fold keys.Binding

	Marks Marks
}

// History are the actions on the selected entry.
type History struct {
	Search, Open, Reuse, Copy, Where, Delete, Bring, Save, Saved keys.Binding
}

// Costs are the actions of the costs screen.
type Costs struct {
	By keys.Binding
}

// Move are the keys that move in lists.
type Move struct {
	Up, Down, PageUp, PageDown, First, Last keys.Binding
}

// New builds the map.
func New() *Map {
	return &Map{
		All: newEverywhere(), Form: newForm(), Jobs: newJobs(), Reel: newReel(), History: newHistory(), Costs: newCosts(),
		Player: NewPlayer(), Again: newAgain(), Move: newMove(),
	}
}

func newEverywhere() Everywhere {
	b := keys.New
	e := Everywhere{
		Settings:    b("settings", groupAll, []string{"alt+,", ",", "ctrl+t"}, "alt+,", "settings and keys of the services (, outside a field)").Brief("settings"),
		Help:        b("help", groupAll, []string{"?"}, "?", "keys"),
		HelpInField: b("help-in-field", groupAll, []string{"alt+?"}, "alt+?", "keys, inside a field").Brief("keys"),
		Palette:     b("palette", groupAll, []string{"alt+x", ":"}, "alt+x", "find an action by name"),
		Models:      b("models", groupAll, []string{"alt+u"}, "alt+u", "read the models and prices as they are now"),
		Log:         b("log", groupAll, []string{"alt+m"}, "alt+m", "messages so far"),
		Stills:      b("stills", groupAll, []string{"alt+i", "I"}, "I", "stills in lists: on or off (alt+i inside a field)").Brief("stills"),
		Redraw:      b("redraw", groupAll, []string{"ctrl+l"}, "ctrl+l", "draw the screen anew"),
		Leave:       b("leave", groupAll, []string{"ctrl+c"}, "ctrl+c", "leave"),
		Quit:        b("quit", groupAll, []string{"q"}, "q", "leave, outside a field"),
		Back:        b("back", groupAll, []string{"esc", "left"}, "esc", "back (left works too)"),
	}
	e.Compose, e.PlainCompose = Visit(1, "compose")
	e.PlainCompose = e.PlainCompose.Brief("compose")
	e.Jobs, e.PlainJobs = Visit(2, "jobs")
	e.Reel, e.PlainReel = Visit(3, "reel")
	e.History, e.PlainHistory = Visit(4, "history")
	e.Costs, e.PlainCosts = Visit(5, "costs")
	return e
}

func newForm() Form {
	b := keys.New
	return Form{
		Submit:    b("submit", groupForm, []string{"ctrl+g"}, "ctrl+g", "submit"),
		Model:     b("model", groupForm, []string{"alt+p", "ctrl+p"}, "alt+p", "model (ctrl+p outside the prompt)").Brief("model"),
		Successor: b("successor", groupForm, []string{"alt+n", "ctrl+n"}, "alt+n", "successor (ctrl+n outside the prompt)").Brief("successor"),
		Other:     b("other", groupForm, []string{"alt+s"}, "alt+s", "the same clip at another service"),
		Enhance:   b("enhance", groupForm, []string{"alt+e"}, "alt+e", "have the prompt rewritten"),
		Browse:    b("browse", groupForm, []string{"ctrl+o"}, "ctrl+o", "image"),
		Editor:    b("editor", groupForm, []string{"alt+v", "ctrl+e"}, "alt+v", "write the prompt in $EDITOR (ctrl+e outside it)"),
		FixCamera: b("fix-camera", groupForm, []string{"alt+k", "ctrl+f"}, "alt+k", "camera free or fixed (ctrl+f outside the prompt)"),
		Fix:       b("fix", groupForm, []string{"alt+."}, "alt+.", "prompt: do what the advice under it offers"),
		Words:     b("words", groupForm, []string{"alt+w"}, "alt+w", "prompt: put in words from the library, by name").Brief("words"),
		Keep:      b("keep-words", groupForm, []string{"alt+t"}, "alt+t", "prompt: keep its words, or what is marked, under a name"),
		Older:     b("older-prompt", groupForm, []string{"alt+up", "alt+h"}, "alt+up", "prompt: the one before, as in a shell (alt+h too)"),
		Newer:     b("newer-prompt", groupForm, []string{"alt+down", "alt+j"}, "alt+down", "prompt: the one after it (alt+j too)"),
		Seed:      b("seed", groupForm, []string{"ctrl+r"}, "ctrl+r", "seed: keep the last one drawn, or random"),
		Undo:      b("undo", groupForm, []string{"ctrl+_", "alt+z"}, "ctrl+_", "prompt: take the last change back"),
		Redo:      b("redo", groupForm, []string{"ctrl+^", "alt+_"}, "ctrl+^", "prompt: and make it again"),
		Clear:     b("clear", groupForm, []string{"ctrl+x"}, "ctrl+x", "empty the form"),
		Vary:      b("vary", groupForm, []string{"alt+a"}, "alt+a", "alternatives of a row: 5,8 (in the prompt: {dawn|noon})"),
		Before:    b("form-before", groupForm, []string{"alt+r"}, "alt+r", "the form as it was before, and back"),
		MediaType: b("media-type", groupForm, []string{"enter"}, "enter", "image rows: type a path or link").Brief("type a path"),
		MediaOut:  b("media-out", groupForm, []string{"x"}, "x", "image rows: take it out").Brief("take out"),
		MediaBack: b("media-back", groupForm, []string{"u"}, "u", "image rows: bring back what was taken out").Brief("bring back"),
		MediaMove: b("media-move", groupForm, []string{"[", "]"}, "[ ]", "image rows: move it up or down").Brief("move"),
		Next:      b("next-field", groupForm, []string{"tab"}, "tab", "next field"),
		Prev:      b("previous-field", groupForm, []string{"shift+tab"}, "shift+tab", "field before"),
		Rest:      b("rest", groupForm, []string{"esc"}, "esc", "out of the fields"),
	}
}

func newJobs() Jobs {
	b := keys.New
	return Jobs{
		Marks:    newMarks(groupJobs, "p", "n"),
		Open:     b("open", groupJobs, []string{"enter"}, "enter", "open"),
		Watch:    b("watch", groupJobs, []string{"v"}, "v", "watch the clip").Brief("watch"),
		Sheet:    b("sheet", groupJobs, []string{"T"}, "T", "contact sheet: all takes of the shot").Brief("all takes"),
		Reuse:    b("reuse", groupJobs, []string{"r"}, "r", "again in the form").Brief("reuse"),
		Copy:     b("copy", groupJobs, []string{"y"}, "y", "copy link or path").Brief("copy"),
		Where:    b("where", groupJobs, []string{"o"}, "o", "where the clip is").Brief("where"),
		Cancel:   b("cancel", groupJobs, []string{"x"}, "x", "take out of the line, while it waits").Brief("take out"),
		Edit:     b("edit-waiting", groupJobs, []string{"e"}, "e", "waiting: change what it asks for").Brief("edit"),
		Hold:     b("hold", groupJobs, []string{"h"}, "h", "waiting: hold it back, or let it go on").Brief("hold back"),
		HoldLine: b("hold-line", groupJobs, []string{"H"}, "H", "hold the whole line back, or let it go on").Brief("hold the line"),
		Up:       b("earlier", groupJobs, []string{"K", "shift+up"}, "K", "waiting: let it leave earlier").Brief("earlier"),
		Down:     b("later", groupJobs, []string{"J", "shift+down"}, "J", "waiting: let it leave later").Brief("later"),
		Group:    b("group", groupJobs, []string{"B"}, "B", "group the list by shot, or no longer").Brief("by shot"),
		Fold:     b("fold-shot", groupJobs, []string{"f"}, "f", "grouped: fold or unfold the shot").Brief("fold"),
		Look:     b("look", groupJobs, []string{"l"}, "l", "uncertain: look for it; gone: ask again").Brief("look for it"),
		Resend:   b("resend", groupJobs, []string{"s"}, "s", "uncertain: send again").Brief("send again"),
		Drop:     b("drop", groupJobs, []string{"d"}, "d", "uncertain: drop it").Brief("drop it"),
		Resume:   b("resume", groupJobs, []string{"w"}, "w", "disk was full: save the clips now").Brief("save now"),
		Retry:    b("retry", groupJobs, []string{"t"}, "t", "failed: try again as it was").Brief("try again"),
		Mute:     b("mute", groupJobs, []string{"m"}, "m", "sound refused: again without").Brief("without sound"),
	}
}

func newHistory() History {
	b := keys.New
	return History{
		Search: b("search", groupHistory, []string{"/"}, "/", "search"),
		Open:   b("open", groupHistory, []string{"enter"}, "enter", "open"),
		Reuse:  b("reuse", groupHistory, []string{"r"}, "r", "again in the form").Brief("reuse"),
		Copy:   b("copy", groupHistory, []string{"y"}, "y", "copy link or path").Brief("copy"),
		Where:  b("where", groupHistory, []string{"o"}, "o", "where the clip is").Brief("where"),
		Save:   b("save-search", groupHistory, []string{"S"}, "S", "save this search under a name").Brief("save search"),
		Saved:  b("saved-searches", groupHistory, []string{"F"}, "F", "saved searches, to use, rename or forget").Brief("saved searches"),
		Bring:  b("bring", groupHistory, []string{"b"}, "b", "bring in jobs made elsewhere"),
		Delete: b("delete", groupHistory, []string{"D", "delete"}, "D", "delete the entry").Brief("delete"),
	}
}

func newCosts() Costs {
	b := keys.New
	return Costs{
		By: b("by", groupCosts, []string{"tab", "b"}, "tab", "by day, model or service"),
	}
}

func newMove() Move {
	b := keys.New
	return Move{
		Up:       b("up", groupAll, []string{"up", "k"}, "up/k", "row above"),
		Down:     b("down", groupAll, []string{"down", "j"}, "down/j", "row below"),
		PageUp:   b("page-up", groupAll, []string{"pgup"}, "pgup", "page up"),
		PageDown: b("page-down", groupAll, []string{"pgdown"}, "pgdown", "page down"),
		First:    b("first", groupAll, []string{"g", "home"}, "g", "first row"),
		Last:     b("last", groupAll, []string{"G", "end"}, "G", "last row"),
	}
}

// Whole returns every binding, in the order of the help and the README.
func (m *Map) Whole() keys.Map {
	a, mv := m.All, m.Move
	all := keys.Map{
		a.Compose, a.Jobs, a.Reel, a.History, a.Costs, a.PlainCompose, a.PlainJobs, a.PlainReel, a.PlainHistory, a.PlainCosts,
		a.Settings, a.Help, a.HelpInField, a.Palette, a.Log, a.Models, a.Stills, a.Back, a.Redraw, a.Leave, a.Quit,
		mv.Up, mv.Down, mv.PageUp, mv.PageDown, mv.First, mv.Last,
	}
	for _, page := range []keys.Map{m.Form.Whole(), m.Jobs.Whole(), m.Reel.Whole(), m.History.Whole(), m.Again.Whole(), m.Costs.Whole(), m.Player.Whole(), m.more} {
		all = append(all, page...)
	}
	return all
}

// Whole returns every binding of the form in the order of the help.
func (f *Form) Whole() keys.Map {
	return keys.Map{
		f.Submit, f.Model, f.Successor, f.Other, f.Browse, f.Editor, f.Enhance, f.Words, f.Keep, f.Older, f.Newer, f.Fix, f.FixCamera, f.Seed, f.Undo, f.Redo, f.Clear, f.Before, f.Vary,
		f.MediaType, f.MediaOut, f.MediaBack, f.MediaMove, f.Next, f.Prev, f.Rest,
	}
}

// ForPrompt reports whether a key acts on the prompt as a whole.
func (f *Form) ForPrompt(msg tea.KeyPressMsg) bool {
	_, ok := keys.Map{f.Undo, f.Redo, f.Fix, f.Words, f.Keep, f.Older, f.Newer, f.Enhance, f.Editor}.Find(msg)
	return ok
}

// Whole returns every binding of the jobs in the order of the help.
func (j *Jobs) Whole() keys.Map {
	return append(keys.Map{
		j.Open, j.Watch, j.Sheet, j.Reuse, j.Copy, j.Where, j.Cancel, j.Edit, j.Hold, j.HoldLine, j.Up, j.Down, j.Retry, j.Mute, j.Look, j.Resend, j.Drop,
		j.Resume, j.Group, j.Fold,
	}, j.Marks.Whole()...)
}

// Whole returns every binding of the history in the order of the help.
func (h *History) Whole() keys.Map {
	return keys.Map{h.Search, h.Save, h.Saved, h.Open, h.Reuse, h.Copy, h.Where, h.Delete, h.Bring}
}

// Whole returns every binding of the costs in the order of the help.
func (c *Costs) Whole() keys.Map { return keys.Map{c.By} }

// Join adds the bindings that the map does not have yet, such as those of a
// page with its own.
func (m *Map) Join(more ...keys.Binding) {
	for _, b := range more {
		if !slices.ContainsFunc(m.Whole(), func(x keys.Binding) bool { return x.Group == b.Group && x.Name == b.Name }) {
			m.more = append(m.more, b)
		}
	}
}

// plain is the suffix of the names of keys that work only outside of fields.
const plain = "-plain"

// Visit returns the keys that open the nth page, counted from 1: one for
// everywhere, and one for outside of fields.
func Visit(n int, name string) (anywhere, outside keys.Binding) {
	key := strconv.Itoa(n)
	return keys.New(name, groupAll, []string{"alt+" + key}, "alt+"+key, name),
		keys.New(name+plain, groupAll, []string{key}, key, name+", outside a field")
}

// Actions returns the actions that a person may look for by name: each once,
// without those that only move. Those of the named group come first, and those
// of the player are included only if it is that group.
func (m *Map) Actions(first string) keys.Map {
	a, mv := m.All, m.Move
	skip := map[string]bool{}
	for _, b := range []keys.Binding{
		a.HelpInField, a.Palette, a.Back, a.Quit,
		mv.Up, mv.Down, mv.PageUp, mv.PageDown, mv.First, mv.Last, m.Form.Next, m.Form.Prev, m.Form.Rest,
		m.Form.MediaType, m.Form.MediaOut, m.Form.MediaBack, m.Form.MediaMove,
		m.Player.Back, m.Player.Forward, m.Player.Close,
	} {
		skip[b.Group+"/"+b.Name] = true
	}
	var front, rest, everywhere keys.Map
	for _, b := range m.Whole() {
		switch {
		case skip[b.Group+"/"+b.Name], strings.HasSuffix(b.Name, plain):
		case b.Group == first:
			front = append(front, b)
		case b.Group == groupPlayer:
		case b.Group == groupAll:
			everywhere = append(everywhere, b)
		default:
			rest = append(rest, b)
		}
	}
	return append(append(front, everywhere...), rest...)
}
