package history

import (
	"context"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// The names of the dialogs.
const (
	dialogSave   = "save-search"
	dialogSaved  = "saved-searches"
	dialogRename = "rename-search"
)

// finding is what the search line is completed with.
type finding struct {
	known map[string][]string
	// made are the services and models that there are jobs of.
	made  []catalogue.Ref
	saved []store.SavedSearch
	// offers are what the last word can become, the first by tab.
	offers []store.Completion
	// problem is what is wrong with the line as searched, "" if nothing is.
	problem safe.String
	// counted is the line whose jobs were counted last, and counting is set while
	// they are.
	counted  string
	counting bool
}

// knownReadMsg carries what filters can be completed with.
type knownReadMsg struct {
	saved []store.SavedSearch
	reels []string
	made  []catalogue.Ref
	err   error
	// open is set if the saved searches are to be shown.
	open bool
}

// searchSavedMsg reports what was done to a saved search.
type searchSavedMsg struct {
	said safe.String
	err  error
}

// readKnown reads the names of reels and of saved searches.
func (v *Screen) readKnown(open bool) tea.Cmd {
	st := v.s.Store
	return v.s.Work(func(ctx context.Context) tea.Msg {
		m := knownReadMsg{open: open}
		if m.saved, m.err = st.SavedSearches(ctx); m.err != nil {
			return m
		}
		if m.made, m.err = st.Made(ctx); m.err != nil {
			return m
		}
		reels, err := st.Reels(ctx)
		m.err = err
		for i := range reels {
			m.reels = append(m.reels, reels[i].Name)
		}
		return m
	})
}

// knownRead takes what filters can be completed with.
func (v *Screen) knownRead(m knownReadMsg) tea.Cmd {
	if m.err != nil {
		return studio.Say(toast.Bad, words.Error(m.err))
	}
	v.saved, v.made = m.saved, m.made
	v.known = map[string][]string{"service": all.IDs(), "reel": append([]string{"open"}, m.reels...), "label": labelsOf(v.rows)}
	for _, x := range m.saved {
		v.known["saved"] = append(v.known["saved"], x.Name)
	}
	v.offer()
	if m.open {
		return v.showSaved()
	}
	return nil
}

// labelsOf returns the labels of jobs, each once.
func labelsOf(rows []*job.Job) []string {
	var out []string
	seen := map[string]bool{}
	for _, j := range rows {
		for _, l := range j.Labels {
			if !seen[l] {
				seen[l] = true
				out = append(out, l)
			}
		}
	}
	return out
}

// offer finds what the last word can become.
func (v *Screen) offer() { v.offers = store.Complete(v.search.Value(), v.known) }

// complete makes the last word the first of what it can become, and reports
// whether there was any. After an empty word tab leads to the list, as before.
func (v *Screen) complete() (tea.Cmd, bool) {
	line := v.search.Value()
	if line == "" || strings.HasSuffix(line, " ") || len(v.offers) == 0 {
		return nil, false
	}
	to := v.offers[0].Line
	if !strings.HasSuffix(to, ":") {
		to += " "
	}
	v.search.SetValue(to)
	v.search.CursorEnd()
	return v.searched(), true
}

// judge finds what is wrong with the line.
func (v *Screen) judge() {
	v.problem = ""
	s := store.ParseSearch(v.search.Value())
	problems := s.Problems()
	if len(s.Services)+len(s.Models) > 0 {
		problems = append(problems, s.Unmatched(store.Names(v.s.Catalogue.Now().All(), v.made))...)
	}
	if len(problems) > 0 {
		v.problem = safe.Line(problems[0])
	}
}

// saveSearch asks for the name that the search is kept under.
func (v *Screen) saveSearch() tea.Cmd {
	text := strings.TrimSpace(v.search.Value())
	if text == "" {
		return studio.Say(toast.Info, "There is no search to save; "+safe.Line(v.s.Keys.History.Search.Help().Key)+" begins one.")
	}
	if v.problem != "" {
		return studio.Say(toast.Info, "Not saved: "+v.problem+".")
	}
	v.s.Dialogs.Push(dialog.NewInput(dialogSave, "Save this search under a name", safe.Line(text).Block(), "", func(name string) tea.Cmd {
		return v.keepSearch(strings.TrimSpace(name), text)
	}).Placeholder("such as keepers").Check(func(name string) string {
		if strings.TrimSpace(name) == "" {
			return "A saved search needs a name."
		}
		return ""
	}))
	return nil
}

func (v *Screen) keepSearch(name, text string) tea.Cmd {
	return v.onSaved(func(ctx context.Context, st *store.Store) error { return st.SaveSearch(ctx, name, text) },
		"Saved; "+safe.Line(saveWord(name))+" finds it.")
}

// saveWord returns the filter that finds by a saved search.
func saveWord(name string) string {
	if strings.ContainsFunc(name, unicode.IsSpace) {
		return `saved:"` + name + `"`
	}
	return "saved:" + name
}

// onSaved changes the saved searches, and says what was done.
func (v *Screen) onSaved(do func(ctx context.Context, st *store.Store) error, said safe.String) tea.Cmd {
	st := v.s.Store
	return v.s.Work(func(ctx context.Context) tea.Msg { return searchSavedMsg{said: said, err: do(ctx, st)} })
}

// searchSaved reports what was done to a saved search.
func (v *Screen) searchSaved(m searchSavedMsg) tea.Cmd {
	if m.err != nil {
		return studio.Say(toast.Bad, words.Sentence(m.err))
	}
	return tea.Batch(studio.Say(toast.Good, m.said), v.readKnown(false))
}

// showSaved offers the saved searches.
func (v *Screen) showSaved() tea.Cmd {
	k := v.s.Keys.History
	if len(v.saved) == 0 {
		return studio.Say(toast.Info, "No search is saved; "+safe.Line(k.Save.Help().Key)+" saves the one that is shown.")
	}
	var rows []dialog.Row
	for _, x := range v.saved {
		rows = append(rows, dialog.Row{ID: x.Name, Columns: []safe.String{safe.Line(x.Name), safe.Line(x.Text)}, Do: func() tea.Cmd {
			v.search.SetValue(x.Text)
			v.search.CursorEnd()
			v.fromTop = true
			return v.searched()
		}})
	}
	v.s.Dialogs.Push(dialog.NewPick(dialogSaved, "Saved searches", rows, "").Does("search").
		Also(keys.New("rename-search", "", []string{"alt+n"}, "alt+n", "rename"), v.renameSearch).
		Also(keys.New("forget-search", "", []string{"alt+x"}, "alt+x", "forget"), v.forgetSearch))
	return nil
}

// renameSearch asks for another name of a saved search.
func (v *Screen) renameSearch(name string) tea.Cmd {
	v.s.Dialogs.Push(dialog.NewInput(dialogRename, "Another name for this search", safe.Line(name).Block(), name, func(to string) tea.Cmd {
		return v.onSaved(func(ctx context.Context, st *store.Store) error { return st.RenameSearch(ctx, name, to) },
			"Renamed; "+safe.Line(saveWord(strings.TrimSpace(to)))+" finds it.")
	}).Check(func(to string) string {
		if strings.TrimSpace(to) == "" {
			return "A saved search needs a name."
		}
		return ""
	}))
	return nil
}

// forgetSearch forgets a saved search. What it searched for is said, so that it
// can be saved again.
func (v *Screen) forgetSearch(name string) tea.Cmd {
	said := "Forgotten: " + safe.Line(name)
	for _, x := range v.saved {
		if x.Name == name {
			said += ", which was " + safe.Line(x.Text)
		}
	}
	return v.onSaved(func(ctx context.Context, st *store.Store) error { return st.ForgetSearch(ctx, name) }, said+".")
}

// hint returns the line under the search line: what the last word can become, or
// what is wrong with the line.
func (v *Screen) hint(room int) string {
	st := v.s.Styles
	switch {
	case v.typing && len(v.offers) > 0 && v.search.Value() != "":
		out, used := "   ", 3
		for i, c := range v.offers {
			word := safe.Line(c.Word)
			key := ""
			if i == 0 && !strings.HasSuffix(v.search.Value(), " ") {
				key = "tab "
			}
			if used += len(key) + word.Width() + 2; used > room {
				break
			}
			if key != "" {
				out += st.Footer.Key.Render("tab") + " " + st.Text.Bright.Render(string(word)) + "  "
			} else {
				out += st.Text.Quiet.Render(string(word)) + "  "
			}
		}
		return strings.TrimRight(out, " ")
	case v.problem != "":
		return "   " + st.Field.Hint.Render(string(safe.Truncate(v.problem, max(room-4, 0))))
	}
	return ""
}

// takeCount takes the number of rows of a first page. If there are more they are
// counted now, after they are shown; a number that is known stays until then.
func (v *Screen) takeCount(m pageLoadedMsg) tea.Cmd {
	known := v.finding.counted == v.search.Value() && v.count >= m.count
	if !m.capped || !known {
		v.count, v.capped, v.finding.counted = m.count, m.capped, v.search.Value()
		if m.all && !(m.capped && v.entries >= m.count) {
			v.entries, v.many = m.count, m.capped
		}
	}
	if !m.capped {
		v.counting = false
		return nil
	}
	return v.countAll(m.all)
}

// countedMsg is the number of jobs of a search.
type countedMsg struct {
	seq    int
	all    bool
	count  int
	capped bool
	err    error
}

// countAll counts the jobs of the search, once its first rows are shown.
func (v *Screen) countAll(everything bool) tea.Cmd {
	seq, st := v.seq, v.s.Store
	q := store.Query{Search: v.search.Value(), Kinds: words.Kinds(v.s.Catalogue.Now()), Zone: v.s.Zone}
	ctx, cancel := context.WithTimeout(v.s.Ctx, studio.Timeout)
	v.cancel, v.counting = cancel, true
	return func() tea.Msg {
		defer cancel()
		m := countedMsg{seq: seq, all: everything}
		m.count, m.capped, m.err = st.Count(ctx, q)
		return m
	}
}

// countedAll shows the number of jobs.
func (v *Screen) countedAll(m countedMsg) tea.Cmd {
	if m.seq != v.seq {
		return nil
	}
	v.counting = false
	if m.err != nil {
		v.err = words.Error(m.err)
		return nil
	}
	v.count, v.capped, v.finding.counted = m.count, m.capped, v.search.Value()
	if m.all {
		v.entries, v.many = m.count, m.capped
	}
	return nil
}
