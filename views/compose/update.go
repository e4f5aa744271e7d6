package compose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize/english"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/media"
	"seedreel/state/reel"
	"seedreel/ui/field"
	"seedreel/ui/files"
	"seedreel/ui/picture"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/toast"
	"seedreel/views/marks"
	"seedreel/views/stills"
	"seedreel/views/studio"
	"seedreel/views/words"
)

type saveDueMsg struct{ seq int }

type draftSavedMsg struct{ err error }

// Update handles every message for the form.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return s.key(msg)
	case tea.PasteMsg:
		return s.paste(msg)
	case field.ChangedMsg:
		return s.takeRows()
	case field.OpenMsg:
		return s.pickModel()
	case field.BrowseMsg:
		return s.openBrowser(catalogue.Role(msg.Role))
	case field.EdgeMsg:
		s.wrap(msg.Forward)
		return nil
	case factsLoadedMsg, picture.LoadedMsg, droppedMsg, quoteDueMsg, quotedMsg:
		return s.learned(msg)
	case checkedMsg:
		return s.applyCheck(msg)
	case tea.FocusMsg, tea.BlurMsg, studio.WatchMsg:
		return nil // huh does not need it
	case studio.ChangedMsg:
		return s.take(msg.What)
	case studio.AnsweredMsg:
		return s.answered(msg)
	case studio.ReuseMsg:
		return s.bringBack(msg.Job)
	case studio.FillMsg:
		return s.fill(msg)
	case libraryReadMsg, wordsKeptMsg, promptsReadMsg:
		return s.ofWords(msg)
	case studio.EditMsg:
		return s.edit(msg)
	case takesReadMsg, marks.ChangedMsg, shotFoundMsg, stills.ChangedMsg:
		s.ofShot(msg)
		return nil
	case studio.PromptMsg:
		return s.setPrompt(msg)
	case term.EditorClosedMsg:
		return s.edited(msg)
	case saveDueMsg:
		if msg.seq == s.saveSeq {
			return s.Save()
		}
		return nil
	case draftSavedMsg:
		if msg.err != nil {
			return studio.Say(toast.Warn, "The draft could not be written: "+words.Error(msg.err))
		}
		return nil
	}
	return s.toForm(msg)
}

// ofWords takes in what the library and the earlier prompts have become.
func (s *Screen) ofWords(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case libraryReadMsg:
		return s.wordsRead(msg)
	case wordsKeptMsg:
		return s.wordsKept(msg)
	case promptsReadMsg:
		return s.promptsRead(msg)
	}
	return nil
}

// take shows what has changed in the studio.
func (s *Screen) take(what studio.Kind) tea.Cmd {
	switch what {
	case studio.Money, studio.Welcome:
		s.refreshPanel()
	case studio.Catalogue:
		return s.Reload()
	case studio.Settings:
		return s.Forget()
	case studio.Reel:
		return s.findShot()
	case studio.Keys, studio.Reach, studio.Jobs, studio.Clock, studio.Entries, studio.Model, studio.Pictures:
	}
	return nil
}

// bringBack opens the form with a job in it, and names the key that keeps its
// seed.
func (s *Screen) bringBack(j *job.Job) tea.Cmd {
	text := safe.String("Back in the form.")
	if j.HasSeed {
		key := safe.Line(s.s.Keys.Form.Seed.Help().Key)
		text = "Back in the form, with a new seed; " + key + " keeps " + safe.Line(strconv.FormatInt(j.Seed, 10)) + "."
	}
	open := s.s.Open(s)
	return tea.Batch(s.Reuse(j), open, s.s.Say(toast.Good, text))
}

// setPrompt replaces the prompt, and continues editing it if requested.
func (s *Screen) setPrompt(msg studio.PromptMsg) tea.Cmd {
	text := msg.Text
	if reel.HasAlternatives(text) {
		text = reel.Literal(text) // nobody wrote it for this form
	}
	cmd := s.SetPrompt(text)
	if msg.Edit {
		return tea.Batch(cmd, s.s.Open(s), s.FocusPrompt())
	}
	return cmd
}

// edited takes over the text from the person's editor.
func (s *Screen) edited(msg term.EditorClosedMsg) tea.Cmd {
	switch {
	case msg.Err != nil:
		return studio.Say(toast.Bad, "The prompt is as it was: "+safe.Line(msg.Err.Error()))
	case msg.Changed:
		return s.SetPrompt(msg.Text)
	}
	return nil
}

// toForm passes a message to huh: keys, pastes and huh's own. Changes are in
// the draft when it returns, so that a submit right after them does not send an
// older text.
func (s *Screen) toForm(msg tea.Msg) tea.Cmd {
	cmd := field.Route(s.form.huh, msg)
	taken := s.takeRows()
	if taken == nil {
		// What is typed may be no value yet and already be wrong, in a line of its
		// own.
		s.refreshPanel()
		s.redraw()
	}
	return tea.Batch(cmd, taken)
}

// takeRows copies changes in the rows into the draft.
func (s *Screen) takeRows() tea.Cmd {
	was := s.request()
	changed := false
	for role := range s.form.byRole {
		if role == catalogue.RolePrompt && s.form.prompt.Value() == s.draft.Values.Text(role) {
			continue
		}
		v := s.valueOf(role)
		if v.Equal(was[role]) || !v.IsSet() && !was[role].IsSet() {
			continue
		}
		changed = true
		s.touched[role] = true
		if v.IsSet() {
			s.draft.Values[role] = v
		} else {
			delete(s.draft.Values, role)
		}
	}
	if n, ok := s.form.count.Value(); ok && n != s.draft.Count {
		s.draft.Count, changed = n, true
	}
	if s.form.media != nil && s.takeMedia() {
		changed = true
	}
	if !changed {
		return nil
	}
	cmd := s.lookAtAll()
	s.refresh()
	return tea.Batch(cmd, s.changed(), s.wantQuote())
}

func (s *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	k := s.s.Keys.Form
	switch {
	case s.Holds(msg):
		return s.toForm(msg)
	case k.ForPrompt(msg):
		return s.promptKey(msg)
	case k.Submit.Is(msg):
		return s.check()
	case k.Model.Is(msg):
		return s.pickModel()
	case k.Successor.Is(msg):
		return s.successor()
	case k.Other.Is(msg):
		m, text := s.goElsewhere()
		if m == nil {
			return studio.Say(toast.Info, text)
		}
		moved := s.setModel(m)
		return tea.Batch(moved, studio.Say(toast.Good, text+s.left()))
	case k.Browse.Is(msg):
		return s.browse()
	case k.FixCamera.Is(msg):
		return s.toggleCamera()
	case k.Seed.Is(msg):
		return s.toggleSeed()
	case k.Clear.Is(msg):
		return s.empty()
	case k.Vary.Is(msg):
		return s.askList()
	case k.Before.Is(msg):
		return s.before()
	case s.resting:
		s.wakeBy(msg)
		return nil
	case k.Rest.Is(msg) && !s.editingPath():
		s.Rest()
		return nil
	case s.atEdge(msg):
		s.wrap(k.Next.Is(msg)) // at once, or the next key would still go to this row
		return nil
	}
	return s.toForm(msg)
}

func (s *Screen) browse() tea.Cmd {
	if s.form.media == nil {
		return studio.Say(toast.Info, "This model takes no images. "+safe.Line(s.s.Keys.Form.Model.Help().Key)+" chooses another.")
	}
	role := s.form.media.Target()
	if role == "" {
		return studio.Say(toast.Info, "All places for images are taken; in their rows x removes one.")
	}
	return s.openBrowser(catalogue.Role(role))
}

// openBrowser lets the person pick files for a role.
func (s *Screen) openBrowser(role catalogue.Role) tea.Cmd {
	fd := s.model.Field(role)
	if fd == nil || fd.Media == nil {
		return nil
	}
	if s.dir == "" {
		dir, err := os.Getwd()
		if err != nil {
			return studio.Say(toast.Bad, words.Error(err))
		}
		s.dir = dir
	}
	var suffixes []string
	for _, f := range fd.Media.Formats {
		suffixes = append(suffixes, "."+f)
	}
	_, hi := fd.Bounds()
	title := safe.Line(role.Label()) + ": choose a file"
	if hi > 1 {
		title += " or more"
	}
	b := files.New(files.Options{
		ID: "files", Title: title, Suffixes: suffixes, Many: max(hi, 1), Home: s.s.Home, Now: s.s.Now,
		Take: func(paths []string) tea.Cmd { return s.AddMedia(role, paths...) },
	})
	s.s.Dialogs.Push(b)
	return b.Open(s.dir)
}

// AddMedia adds files that were picked elsewhere to a role.
func (s *Screen) AddMedia(role catalogue.Role, items ...string) tea.Cmd {
	if s.form.media == nil {
		return nil
	}
	var left []string
	for _, it := range items {
		if !s.form.media.Add(string(role), it) && !s.form.media.Add(s.form.media.Target(), it) {
			left = append(left, filepath.Base(it))
		}
	}
	cmd := s.takeRows()
	if len(left) > 0 {
		cmd = tea.Batch(cmd, studio.Say(toast.Warn, "No place is left for "+safe.Line(english.WordSeries(left, "and"))+"."))
	}
	return cmd
}

// SetPrompt replaces the prompt, after an editor.
func (s *Screen) SetPrompt(text string) tea.Cmd {
	if s.form.prompt == nil {
		return nil
	}
	s.form.prompt.SetValue(safe.Edit(strings.TrimRight(text, "\n")))
	return s.takeRows()
}

func (s *Screen) toggleCamera() tea.Cmd {
	row, ok := s.form.byRole[catalogue.RoleCameraFixed].(*field.Choice)
	if !ok {
		return studio.Say(toast.Info, "This model has no switch for the camera.")
	}
	row.SetOn(!row.On())
	return s.takeRows()
}

// toggleSeed keeps the last drawn seed, or returns to a random one.
func (s *Screen) toggleSeed() tea.Cmd {
	row := s.form.seed
	if row == nil {
		return studio.Say(toast.Info, "This model has no seed.")
	}
	if _, fixed := row.Value(); fixed {
		row.SetRandom()
	} else {
		row.SetValue(s.draft.LastSeed)
	}
	return s.takeRows()
}

// paste passes a paste to the focused field. Dropped files pasted into the
// prompt become images if every part is a file; otherwise they are text.
func (s *Screen) paste(msg tea.PasteMsg) tea.Cmd {
	if s.resting {
		s.wake()
	}
	if s.form.media != nil && !s.form.media.Focused() {
		if paths := media.ParseDropped(msg.Content); len(paths) > 0 {
			return seeDropped(paths, msg)
		}
	}
	return s.toForm(msg)
}

// droppedMsg is the result of checking a paste that looks like dropped files.
type droppedMsg struct {
	paths []string
	here  bool
	gone  string
	// why is the error for the missing file, if there is one.
	why    error
	pasted tea.PasteMsg
}

// seeDropped checks whether all parts of a paste are local files.
func seeDropped(paths []string, pasted tea.PasteMsg) tea.Cmd {
	return func() tea.Msg {
		m := droppedMsg{paths: slices.Clone(paths), here: true, pasted: pasted}
		for i, p := range paths {
			meant, err := media.Found(p)
			if err != nil {
				m.here, m.gone, m.why = false, p, err
				continue
			}
			m.paths[i] = meant
			if info, err := os.Stat(meant); err != nil || !info.Mode().IsRegular() {
				m.here, m.gone = false, p
			}
		}
		return m
	}
}

// applyDropped adds local files as images. A path that does not exist here is
// most likely on the machine that the terminal runs on.
func (s *Screen) applyDropped(m droppedMsg) tea.Cmd {
	if m.here && s.form.media != nil {
		return s.AddMedia(catalogue.Role(s.form.media.Target()), m.paths...)
	}
	cmd := s.toForm(m.pasted)
	if e, ok := errors.AsType[*media.Error](m.why); ok && len(e.Alike) > 0 {
		return tea.Batch(cmd, studio.Say(toast.Warn, safe.Line(e.Error())))
	}
	if len(m.paths) == 1 && filepath.Ext(m.gone) != "" && !strings.Contains(m.gone, "://") {
		cmd = tea.Batch(cmd, studio.Say(toast.Warn, "That file is not on this machine. From yours: scp "+safe.Line(term.ShellWord(m.gone))+" "+safe.Line(s.s.Host)+":"))
	}
	return cmd
}

// takeMedia copies the items of the media row into the draft and reports
// whether any changed. The facts about removed items are dropped: the file may
// have changed when it comes back.
func (s *Screen) takeMedia() bool {
	by := map[catalogue.Role][]string{}
	for _, it := range s.form.media.Items() {
		by[catalogue.Role(it.Role)] = append(by[catalogue.Role(it.Role)], it.Item)
	}
	changed := false
	for _, r := range s.form.mediaRoles {
		if slices.Equal(by[r], s.draft.Values.Media(r)) {
			continue
		}
		changed, s.touched[r] = true, true
		if len(by[r]) == 0 {
			delete(s.draft.Values, r)
		} else {
			s.draft.Values[r] = catalogue.Media(by[r]...)
		}
	}
	if changed {
		here := s.items()
		maps.DeleteFunc(s.facts, func(it string, _ known) bool { return !slices.Contains(here, it) })
	}
	return changed
}

func (s *Screen) valueOf(r catalogue.Role) catalogue.Value {
	switch row := s.form.byRole[r].(type) {
	case *field.Prompt:
		return catalogue.Text(row.Value())
	case *field.Line:
		return catalogue.Text(row.Value())
	case *field.Number:
		if n, ok := row.Value(); ok {
			return catalogue.Int(int64(n))
		}
	case *field.Seed:
		if n, ok := row.Value(); ok {
			return catalogue.Int(n)
		}
	case *field.Choice:
		return s.choiceValue(r, row)
	}
	return catalogue.Value{}
}

func (s *Screen) choiceValue(r catalogue.Role, row *field.Choice) catalogue.Value {
	fd := s.model.Field(r)
	switch {
	case fd.Type == "boolean":
		return catalogue.Bool(row.On())
	case row.Value() == "":
		return catalogue.Value{}
	}
	return catalogue.Text(row.Value())
}

// changed writes the draft when typing pauses.
func (s *Screen) changed() tea.Cmd {
	s.saveSeq++
	seq := s.saveSeq
	return tea.Tick(saveAfter, func(time.Time) tea.Msg { return saveDueMsg{seq: seq} })
}

// stored returns the draft with what can be undone.
func (s *Screen) stored() Draft {
	d := s.draft.clone()
	if p := s.form.prompt; p != nil {
		if steps := p.Steps(keptUndo); len(steps.Past)+len(steps.Future) > 0 {
			d.Undo = &steps
		}
	}
	return d
}

// Save writes the draft now.
func (s *Screen) Save() tea.Cmd {
	d := s.stored()
	return s.s.Work(func(ctx context.Context) tea.Msg {
		b, err := json.Marshal(d)
		if err == nil {
			err = s.s.Store.SaveDraft(ctx, b)
		}
		return draftSavedMsg{err: err}
	})
}

// Keep writes the draft when the program ends.
func (s *Screen) Keep(ctx context.Context) error {
	b, err := json.Marshal(s.stored())
	if err != nil {
		return fmt.Errorf("writing the draft: %w", err)
	}
	return s.s.Store.SaveDraft(ctx, b)
}
