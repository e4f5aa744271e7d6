package compose

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"seedreel/assets"
	"seedreel/client/near"
	"seedreel/state/library"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// The names of the dialogs.
const (
	dialogWords = "words"
	dialogSlot  = "slot"
	dialogKeep  = "keep-words"
)

type libraryReadMsg struct {
	lib *library.Library
	err error
	// keep is the entry that is to be kept, nil if one is to be put in.
	keep *library.Entry
}

type wordsKeptMsg struct {
	entry library.Entry
	err   error
}

// openWords reads the library and then offers it: the file may have been edited
// meanwhile.
func (s *Screen) openWords() tea.Cmd {
	if s.form.prompt == nil {
		return studio.Say(toast.Info, "This model takes no prompt.")
	}
	return s.readLibrary(nil)
}

func (s *Screen) readLibrary(keep *library.Entry) tea.Cmd {
	file := s.s.Paths.WordsFile()
	return s.s.Work(func(context.Context) tea.Msg {
		lib, err := library.Load(file, assets.Library())
		return libraryReadMsg{lib: lib, err: err, keep: keep}
	})
}

// wordsRead offers the entries of the library, or asks for the name of a new
// one.
func (s *Screen) wordsRead(m libraryReadMsg) tea.Cmd {
	if m.err != nil {
		return studio.Say(toast.Bad, words.Sentence(m.err)+" seedreel words edit opens the file.")
	}
	if m.keep != nil {
		s.askName(m.lib, *m.keep)
		return nil
	}
	if s.s.Dialogs.Has(dialogWords) {
		return nil
	}
	var rows []dialog.Row
	for _, e := range m.lib.All() {
		rows = append(rows, dialog.Row{
			ID: e.Name, Columns: []safe.String{safe.Line(e.Name), safe.Line(string(e.Kind)), safe.Line(e.About)},
			Note: safe.Line(e.Text), Do: func() tea.Cmd { return s.choose(e) },
		})
	}
	s.s.Dialogs.Push(dialog.NewPick(dialogWords, "Words for the prompt", rows, "").Near(near.Distance).Does("put in"))
	return nil
}

// choose puts an entry into the prompt; of a template the slots are asked for
// first.
func (s *Screen) choose(e library.Entry) tea.Cmd {
	return s.askSlot(e, map[string]string{})
}

// askSlot asks for the next slot that has no words yet, and puts the text in
// when there is none.
func (s *Screen) askSlot(e library.Entry, given map[string]string) tea.Cmd {
	places := e.Places()
	for i, name := range places {
		if given[name] != "" {
			continue
		}
		title := safe.Line(fmt.Sprintf("%s: %d of %d, %s", e.Name, i+1, len(places), name))
		s.s.Dialogs.Push(dialog.NewInput(dialogSlot, title, safe.Line(soFar(e, given)).Block(), "", func(text string) tea.Cmd {
			more := maps.Clone(given)
			more[name] = strings.TrimSpace(text)
			return s.askSlot(e, more)
		}).Placeholder(safe.Line(e.Slots[name])).Check(func(text string) string {
			err := e.CheckSlot(name, text)
			if _, empty := errors.AsType[*library.EmptySlotError](err); empty {
				return "Empty: type words for it; esc leaves the prompt as it was."
			}
			if err != nil {
				return string(words.Sentence(err))
			}
			return ""
		}))
		return nil
	}
	text, err := e.Fill(given)
	if err != nil {
		return studio.Say(toast.Bad, words.Sentence(err))
	}
	return s.putIn(e, text)
}

// soFar returns a template with the words so far.
func soFar(e library.Entry, given map[string]string) string {
	text := e.Text
	for name, words := range given {
		text = strings.ReplaceAll(text, "{{"+name+"}}", words)
	}
	return text
}

// putIn inserts words at the cursor, apart from those before it.
func (s *Screen) putIn(e library.Entry, text string) tea.Cmd {
	p := s.form.prompt
	if p == nil {
		return nil
	}
	last, _ := utf8.DecodeRuneInString(p.Left())
	switch {
	case p.Left() == "" || unicode.IsSpace(last) || p.Selected() != "":
	case e.Kind == library.Fragment && (unicode.IsLetter(last) || unicode.IsDigit(last)):
		text = ", " + text
	default:
		text = " " + text
	}
	p.Insert(text)
	return tea.Batch(s.takeRows(), s.FocusPrompt())
}

// keepWords keeps what is marked in the prompt, or all of it, under a name.
func (s *Screen) keepWords() tea.Cmd {
	p := s.form.prompt
	if p == nil || strings.TrimSpace(p.Value()) == "" {
		return studio.Say(toast.Info, "There are no words in the prompt to keep.")
	}
	e := library.Entry{Kind: library.Prompt, Text: strings.TrimSpace(p.Value())}
	if marked := strings.TrimSpace(p.Selected()); marked != "" {
		e.Kind, e.Text = library.Fragment, marked
	}
	if library.HasSlots(e.Text) {
		e.Kind = library.Template
	}
	return s.readLibrary(&e)
}

// askName asks for the name that an entry is kept under.
func (s *Screen) askName(lib *library.Library, e library.Entry) {
	if s.s.Dialogs.Has(dialogKeep) {
		return
	}
	body := safe.Line("As a " + string(e.Kind) + ": " + e.Text)
	s.s.Dialogs.Push(dialog.NewInput(dialogKeep, "Keep these words under a name", body.Block(), "", func(name string) tea.Cmd {
		e.Name = strings.TrimSpace(name)
		file := s.s.Paths.WordsFile()
		return s.s.Work(func(ctx context.Context) tea.Msg {
			return wordsKeptMsg{entry: e, err: library.Add(ctx, file, e, false)}
		})
	}).Placeholder("such as harbour light").Check(func(name string) string {
		named := e
		named.Name = strings.TrimSpace(name)
		if err := named.Check(); err != nil {
			return string(words.Sentence(err))
		}
		for _, x := range lib.All() {
			if !x.Shipped && strings.EqualFold(x.Name, named.Name) {
				return string(words.Sentence(&library.ExistsError{Name: x.Name})) + " Choose another name."
			}
		}
		return ""
	}))
}

// wordsKept reports that words were kept.
func (s *Screen) wordsKept(m wordsKeptMsg) tea.Cmd {
	if _, exists := errors.AsType[*library.ExistsError](m.err); exists {
		return studio.Say(toast.Bad, words.Sentence(m.err))
	}
	if m.err != nil {
		return studio.Say(toast.Bad, "The words are not kept: "+words.Error(m.err))
	}
	return studio.Say(toast.Good, "Kept as “"+safe.Line(m.entry.Name)+"”; "+safe.Line(s.s.Keys.Form.Words.Help().Key)+" puts it in.")
}
