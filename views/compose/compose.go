// Package compose is the screen for ordering a clip: the form made from the
// catalogue's fields, the price beside it, and everything that is checked
// before a submit. It sends no requests for clips itself; it asks the root to.
package compose

import (
	"maps"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"seedreel/client/catalogue"
	"seedreel/client/prompting"
	"seedreel/state/job"
	"seedreel/ui/field"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/page"
	"seedreel/views/studio"
)

// saveAfter is how long after the last change the draft is written.
const saveAfter = 2 * time.Second

// Screen is the form. The draft is authoritative; the rows show it.
type Screen struct {
	s     *studio.Studio
	draft Draft
	model *catalogue.Model
	form  *form

	facts   map[string]known
	errs    []catalogue.FieldError
	touched map[catalogue.Role]bool
	// tried is set once a submit was refused: from then on every missing value
	// is marked, before that only invalid ones.
	tried bool
	price catalogue.Estimate
	// advice is what the rules find in the prompt.
	advice []prompting.Finding
	// quotes are the live prices received so far, and wanted is the form whose
	// price is being requested.
	quotes map[string]quoted
	wanted string
	// previews are the pictures under the price.
	previews []preview
	panel    []string
	// begins holds, for each line of the form as last drawn, the ordinal of the
	// row that begins there; 0 for none.
	begins []int
	// begun is the command from New, run when the program starts.
	begun tea.Cmd
	// dir is the folder of the last picked files.
	dir string

	// emptied holds the contents of the form before it was emptied, the newest
	// last; back is the one shown again, or their number.
	emptied []Draft
	back    int
	// former is the form before a job was taken into it, shot where its takes
	// go.
	former *Draft
	shot   shotAt
	takes  lastTakes
	// variants are the combinations of the form's alternatives, nil without;
	// noted are the rows that show some.
	variants []*Variant
	noted    map[catalogue.Role]bool

	earlierPrompts

	saveSeq  int
	checking bool
	resting  bool
	// grabbed is set while the mouse button is held that was pressed in the
	// prompt.
	grabbed bool
	w, h    int
	// fit is the height last given to the form.
	fit int
}

// known holds the facts about one piece of media.
type known struct {
	facts catalogue.Facts
	err   error
	asked bool
	done  bool
}

// New returns the screen with a stored draft or, on first run, an example.
func New(s *studio.Studio, stored []byte) *Screen {
	v := &Screen{s: s, facts: map[string]known{}, touched: map[catalogue.Role]bool{}, quotes: map[string]quoted{}}
	var note tea.Cmd
	if len(stored) > 0 {
		d, err := parseDraft(stored)
		if err != nil {
			note = studio.Say(toast.Warn, "The last draft could not be read and was set aside.")
		}
		v.draft = d
	}
	v.model = s.Catalogue.Now().Model(v.draft.Model)
	if v.model == nil {
		var wrong safe.String
		if v.model, wrong = v.firstModel(); wrong != "" {
			note = tea.Batch(note, studio.Say(toast.Warn, wrong))
		}
		if v.draft.Values == nil {
			v.model = v.exampleModel()
			v.draft = exampleDraft(v.model)
		}
		v.draft.Model = v.model.Ref()
	}
	s.Model, s.Draft = v.model, v.Values
	v.buildForm()
	v.begun = tea.Batch(note, v.lookAtAll())
	return v
}

var (
	_ page.Page    = (*Screen)(nil)
	_ page.Starter = (*Screen)(nil)
	_ page.Keeper  = (*Screen)(nil)
	_ page.Settler = (*Screen)(nil)
	_ page.Styled  = (*Screen)(nil)
	_ page.Typist  = (*Screen)(nil)
	_ page.Holder  = (*Screen)(nil)
	_ page.Backer  = (*Screen)(nil)
	_ page.Idler   = (*Screen)(nil)
)

// Title returns the name in the header.
func (s *Screen) Title() string { return "Compose" }

// Keys returns the actions of the form.
func (s *Screen) Keys() keys.Map { return s.s.Keys.Form.Whole() }

// Backs reports true: esc leaves the fields, and goes no further.
func (s *Screen) Backs() bool { return true }

// Init starts the form.
func (s *Screen) Init() tea.Cmd {
	field.Begin(s.form.huh)
	s.focusOn(string(catalogue.RolePrompt))
	s.refresh()
	return tea.Batch(s.begun, s.wantQuote(), s.findShot())
}

// Reload rebuilds the form after the catalogue changed.
func (s *Screen) Reload() tea.Cmd {
	if m := s.s.Catalogue.Now().Model(s.model.Ref()); m != nil {
		return s.setModel(m)
	}
	m, _ := s.firstModel()
	return s.setModel(m)
}

// request returns the values that the model would get.
func (s *Screen) request() catalogue.Values { return s.draft.request(s.model) }

// Model returns the chosen model.
func (s *Screen) Model() *catalogue.Model { return s.model }

// SetSize sets the pane's size in cells.
func (s *Screen) SetSize(w, h int) tea.Cmd {
	s.w, s.h = w, h
	s.resize()
	s.refreshPanel()
	return nil
}

func (s *Screen) resize() {
	if s.w < 1 {
		return
	}
	if p := s.form.prompt; p != nil {
		p.SetHeights(promptLeast, max(promptLeast, s.h/4))
	}
	s.fit = 0
	s.redraw()
}

// promptLeast is the least height of the prompt in lines.
const promptLeast = 4

// formHeight returns the height that the rows need, so that the price is right
// under them, but at most what is left above the panel.
func (s *Screen) formHeight() int { return max(min(s.rowsHeight(), s.formRoom()), 1) }

// rowsHeight returns the height of all rows.
func (s *Screen) rowsHeight() int {
	rows := len(s.form.model.Head())
	for _, r := range s.form.rows {
		rows += lipgloss.Height(r.View())
	}
	return rows
}

// formRoom returns the height that is left above the panel.
func (s *Screen) formRoom() int { return s.h - panelLines - 1 }

// head returns the lines that stay above the form while it scrolls: the model,
// and what there is to know about it before it is ordered.
func (s *Screen) head() []string {
	lines := s.form.model.Head()
	return lines[:min(len(lines), max(s.formHeight()-1, 0))]
}

// tighten takes the empty lines of the prompt where rows would be out of sight.
func (s *Screen) tighten() {
	p := s.form.prompt
	if p == nil {
		return
	}
	p.SetLeast(promptLeast)
	if over := s.rowsHeight() - s.formRoom(); over > 0 {
		p.SetLeast(promptLeast - over)
	}
}

// Restyle applies the studio's styles.
func (s *Screen) Restyle() {
	for _, r := range s.form.rows {
		r.SetStyles(s.s.Styles)
	}
	s.form.huh.WithTheme(s.s.Styles.Huh())
	s.refresh()
	s.redraw()
}

// SetFocused sets whether the form gets keys. Returning to the form is
// returning to its fields.
func (s *Screen) SetFocused(on bool) tea.Cmd {
	if on {
		s.wake()
	} else {
		s.Rest()
	}
	return nil
}

// Capturing reports whether letters are text now, so that one-letter commands
// of the program do not apply.
func (s *Screen) Capturing() bool { return !s.resting }

// Idle reports whether no field has the focus.
func (s *Screen) Idle() bool { return s.resting }

// Holds reports whether a key moves or edits in the prompt.
func (s *Screen) Holds(key tea.KeyPressMsg) bool {
	p := s.form.prompt
	return !s.resting && p != nil && p.Focused() && field.TakesInPrompt(key.Keystroke())
}

// Rest takes the focus out of the fields, so that one-letter keys work.
func (s *Screen) Rest() {
	s.resting = true
	if f := s.focusedRow(); f != nil {
		f.Blur()
	}
	s.redraw()
}

func (s *Screen) wake() {
	s.resting = false
	if f := s.focusedRow(); f != nil {
		f.Focus()
	}
	s.redraw()
}

// redraw makes huh show values that were set on the rows from outside. Its
// commands only serve functions bound to fields, and there are none.
func (s *Screen) redraw() {
	s.tighten()
	if h := s.formHeight() - len(s.head()); h != s.fit && s.w > 0 {
		s.fit = h
		_ = field.Resize(s.form.huh, max(s.w-2, 1), h)
		return
	}
	_ = field.Refresh(s.form.huh)
}

func (s *Screen) focusedRow() field.Field {
	f, ok := s.form.huh.GetFocusedField().(field.Field)
	if !ok {
		return nil
	}
	return f
}

// focusOn moves the focus to a row by its key; an unknown key has no effect.
func (s *Screen) focusOn(key string) {
	at, want := -1, -1
	for i, r := range s.form.rows {
		if r.GetKey() == key {
			want = i
		}
		if r.GetKey() == s.form.huh.GetFocusedField().GetKey() {
			at = i
		}
	}
	if want < 0 || at < 0 {
		return
	}
	for ; at < want; at++ {
		s.form.huh.NextField()
	}
	for ; at > want; at-- {
		s.form.huh.PrevField()
	}
	if s.resting {
		s.wake()
	}
}

// FocusPrompt moves the cursor into the prompt.
func (s *Screen) FocusPrompt() tea.Cmd {
	s.focusOn(string(catalogue.RolePrompt))
	return nil
}

// Reuse loads a job into the form. Its seed is offered, not fixed: most people
// change something and want a new result.
func (s *Screen) Reuse(j *job.Job) tea.Cmd {
	m := s.s.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model})
	if m == nil {
		return studio.Say(toast.Bad, "The catalogue no longer has "+safe.Line(j.Model)+".")
	}
	left := s.keepFormer()
	s.draft = Draft{Model: m.Ref(), Values: maps.Clone(j.Values), Count: 1, Shot: j.Shot, Parent: j.ID}
	if s.draft.Values == nil {
		s.draft.Values = catalogue.Values{}
	}
	delete(s.draft.Values, catalogue.RoleSeed)
	literal(s.draft.Values)
	if j.HasSeed {
		s.draft.LastSeed = j.Seed
	}
	s.tried = false
	clear(s.touched)
	// What is typed next changes the words, and no number.
	return tea.Batch(left, s.setModel(m), s.FocusPrompt(), s.findShot())
}

// mostEmptied bounds how many emptied forms are kept.
const mostEmptied = 20

// empty empties the form but keeps the model. Pressed again it brings back what
// was there, then what was emptied before that, and in the end nothing.
func (s *Screen) empty() tea.Cmd {
	if s.editing() {
		return s.giveUp()
	}
	next, text := Draft{Values: catalogue.Values{}, Count: 1, LastSeed: s.draft.LastSeed}, safe.Line("Emptied. "+s.s.Keys.Form.Clear.Help().Key+" again brings it back.")
	again := s.back < len(s.emptied) && maps.EqualFunc(s.draft.Values, s.emptied[s.back].Values, catalogue.Value.Equal)
	if len(s.draft.Values) > 0 && !again {
		s.emptied = append(s.emptied, s.draft.clone())
		if n := len(s.emptied); n > mostEmptied {
			s.emptied = slices.Delete(s.emptied, 0, n-mostEmptied)
		}
		s.back = len(s.emptied)
	} else {
		if len(s.draft.Values) == 0 && len(s.emptied) == 0 {
			return nil
		}
		if len(s.draft.Values) == 0 {
			s.back = len(s.emptied)
		}
		if s.back--; s.back >= 0 {
			next, text = s.emptied[s.back].clone(), s.broughtBack()
		} else {
			s.back = len(s.emptied)
		}
	}
	next.Model = s.model.Ref()
	s.draft = next
	s.tried = false
	clear(s.touched)
	cmd := s.setModel(s.model)
	s.focusOn(string(catalogue.RolePrompt))
	return tea.Batch(cmd, studio.Say(toast.Info, text), s.findShot())
}

// broughtBack returns that an emptied form is back, and what the key does next.
func (s *Screen) broughtBack() safe.String {
	key := safe.Line(s.s.Keys.Form.Clear.Help().Key)
	if s.back == 0 {
		return "Back as it was. " + key + " empties it again."
	}
	return "Back as it was. " + key + " again brings back the one before."
}

// Values returns all values of the draft, for any model. The map must not be
// changed.
func (s *Screen) Values() catalogue.Values { return s.draft.Values }

// Footer returns the actions of the last line, and those that find all others.
func (s *Screen) Footer() (hints, last keys.Map) {
	all := s.s.Keys.All
	help := all.Help
	if s.Capturing() {
		help = all.HelpInField
	}
	return append(s.actions(), s.s.Keys.Form.Next, all.Jobs), keys.Map{help}
}

func (s *Screen) actions() keys.Map {
	k := s.s.Keys.Form
	if s.resting {
		return keys.Map{k.Submit, keys.New("wake", "Compose", []string{"enter"}, "enter", "into the form"), k.Model}
	}
	m := keys.Map{k.Submit, k.Model}
	if s.form.media != nil && s.form.media.Focused() && !s.form.media.Capturing() {
		return keys.Map{k.Submit, k.MediaType, k.Browse, k.MediaOut}
	}
	if s.model.Lifecycle.Status != catalogue.LifeActive && s.s.Catalogue.Now().Replacement(s.model) != nil {
		m = append(m, k.Successor)
	}
	if s.form.media != nil {
		m = append(m, k.Browse)
	}
	if p := s.form.prompt; p != nil && p.Focused() {
		m = append(m, k.Words)
	}
	return m
}
