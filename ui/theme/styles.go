package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// State is the state of a thing that a colour shows.
type State int

// The five states that have a colour, a symbol and a word.
const (
	Waiting State = iota
	Running
	Done
	Failed
	Needs
)

// StateLook is how a state is shown: never by its colour alone.
type StateLook struct {
	Symbol string // one cell
	Word   string
	Style  lipgloss.Style
}

// Styles holds every style of the program, grouped by use.
type Styles struct {
	Palette Palette

	Text   TextStyles
	Field  FieldStyles
	Row    RowStyles
	Frame  FrameStyles
	Header HeaderStyles
	Footer FooterStyles
	Dialog DialogStyles
	Toast  ToastStyles
	Bar    BarStyles
	Band   BandStyles
	Diff   DiffStyles
	Still  StillStyles

	states [5]StateLook
}

// TextStyles are strengths of running text.
type TextStyles struct {
	Base, Bright, Quiet, Faint, Title, Price, Unit, Link, Match, Star lipgloss.Style
}

// FieldStyles are for rows of a form.
type FieldStyles struct {
	Label, LabelFocused           lipgloss.Style
	Value, ValueFocused           lipgloss.Style
	Placeholder                   lipgloss.Style
	Gutter, GutterFocused         lipgloss.Style
	Option, Chosen, ChosenFocused lipgloss.Style
	Arrow, ArrowFocused           lipgloss.Style
	SliderFill, SliderRest        lipgloss.Style
	Knob, KnobFocused             lipgloss.Style
	Counter, CounterOver          lipgloss.Style
	Error, Hint, HintKey          lipgloss.Style
}

// RowStyles are for lists.
type RowStyles struct {
	Mark, Selected, Disabled lipgloss.Style
	// Title is the first line of the selected row, Heading that of a group.
	Title, Heading lipgloss.Style
}

// FrameStyles are for lines between and around things.
type FrameStyles struct {
	// Rule is a line between things, Lit that of the pane with the focus.
	Rule, Lit, Border lipgloss.Style
}

// HeaderStyles are for the top line.
type HeaderStyles struct {
	App, Tab, TabActive, Count, Practice, Paid, Today lipgloss.Style
}

// FooterStyles are for the key hints.
type FooterStyles struct {
	Key, Help, Disabled lipgloss.Style
}

// DialogStyles are for questions and pickers.
type DialogStyles struct {
	Border, Title, Body, Option, OptionSelected, Disabled, Mark lipgloss.Style
}

// ToastStyles are for transient lines, by severity.
type ToastStyles struct {
	Info, Good, Warn, Bad lipgloss.Style
}

// BarStyles are for progress bars.
type BarStyles struct {
	Fill, Rest lipgloss.Style
}

// BandStyles are for the band of the price. Ground is behind all of it, Button is
// the key that pays when it does, and Shut when it does not.
type BandStyles struct {
	Ground, Button, Shut lipgloss.Style
}

// DiffStyles are for the comparison of two texts.
type DiffStyles struct {
	Added, Removed lipgloss.Style
}

// StillStyles are for pictures in lists. Ground is where one is missing.
type StillStyles struct {
	Ground lipgloss.Style
}

// New builds all styles from one palette.
func New(p Palette) *Styles {
	s := &Styles{Palette: p}
	s.text()
	s.field()
	s.chrome()
	s.dialog()
	s.state()
	return s
}

// State returns the look of a state.
func (s *Styles) State(st State) StateLook {
	if st < Waiting || st > Needs {
		st = Needs
	}
	return s.states[st]
}

// Status renders symbol and word of a state; word, unless empty, replaces the
// state's own (such as the kind of a failure).
func (s *Styles) Status(st State, word string) string {
	look := s.State(st)
	if word == "" {
		word = look.Word
	}
	return look.Style.Render(look.Symbol + " " + word)
}

// Select paints one row as the selected one, padded to width. The row may have
// styles of its own: the background is restored after each of them.
func (s *Styles) Select(row string, width int) string { return s.ground(row, width, s.Row.Selected) }

// BandOf paints one line of the price's band, padded to width, where there is a
// colour for it.
func (s *Styles) BandOf(line string, width int) string { return s.ground(line, width, s.Band.Ground) }

// ground paints a line, padded to width, on a ground.
func (s *Styles) ground(row string, width int, ground lipgloss.Style) string {
	row = ansi.Truncate(row, width, "")
	row += strings.Repeat(" ", max(width-ansi.StringWidth(row), 0))
	on, off, found := strings.Cut(ground.Render("\x00"), "\x00")
	if !found || on == "" {
		return row
	}
	if s.Palette.Selection == nil {
		row = plain(row)
	}
	row = strings.ReplaceAll(row, "\x1b[m", "\x1b[m"+on)
	row = strings.ReplaceAll(row, "\x1b[0m", "\x1b[0m"+on)
	return on + row + off
}

// plain returns a row with bold as its only style: faint text cannot be read when
// it is reversed, and what has a colour would be a block of it.
func plain(row string) string {
	var b strings.Builder
	for len(row) > 0 {
		seq, w, n, _ := ansi.DecodeSequence(row, 0, nil)
		if w > 0 || seq == "\x1b[1m" || seq == "\x1b[m" || !strings.HasSuffix(seq, "m") {
			b.WriteString(seq)
		}
		row = row[n:]
	}
	return b.String()
}

// Unlit returns what is drawn below a dialog: the focus is in the dialog, so that
// nothing else has its colour.
func (s *Styles) Unlit(screen string) string {
	on := func(st lipgloss.Style) string {
		before, _, _ := strings.Cut(st.Render("\x00"), "\x00")
		return before
	}
	if s.Palette.Accent == nil {
		return screen
	}
	return strings.ReplaceAll(screen, on(fg(s.Palette.Accent)), on(s.Text.Quiet))
}

func fg(c color.Color) lipgloss.Style {
	st := lipgloss.NewStyle()
	if c != nil {
		st = st.Foreground(c)
	}
	return st
}

// quiet returns a style in colour c, or faint if there are no colours.
func (s *Styles) quiet(c color.Color) lipgloss.Style {
	if s.Palette.Mono || c == nil {
		return lipgloss.NewStyle().Faint(true)
	}
	return fg(c)
}

// bold returns a style made bold, unless it has one of 16 colours. Only the
// price, the active tab, and the titles of the selection and of groups are: what
// is bold everywhere is emphasis nowhere.
func (s *Styles) bold(st lipgloss.Style) lipgloss.Style {
	if _, none := st.GetForeground().(lipgloss.NoColor); s.Palette.Few && !none {
		return st
	}
	return st.Bold(true)
}

// label returns the style of labels in colour c, of plain text on a terminal of
// 16 colours: faint text is hard to read on many of them.
func (s *Styles) label(c color.Color) lipgloss.Style {
	if s.Palette.Few && c == nil {
		return lipgloss.NewStyle()
	}
	return s.quiet(c)
}

// focus returns the style of the accent; without colours it is reversed, so
// that the focus can still be found.
func (s *Styles) focus() lipgloss.Style {
	if s.Palette.Mono {
		return lipgloss.NewStyle().Reverse(true)
	}
	return fg(s.Palette.Accent)
}

func (s *Styles) text() {
	p := s.Palette
	s.Text = TextStyles{
		Base:   fg(p.Text),
		Bright: fg(p.Bright),
		Quiet:  s.quiet(p.Quiet),
		Faint:  s.quiet(p.Faint),
		Title:  fg(p.Title),
		Price:  s.bold(fg(p.Price)),
		Unit:   s.quiet(p.Unit),
		Link:   fg(p.Link).Underline(true),
		Match:  fg(p.Match).Underline(true),
		Star:   fg(p.Star),
	}
}

func (s *Styles) field() {
	p, focus := s.Palette, s.focus()
	s.Field = FieldStyles{
		Label: s.label(p.Quiet), LabelFocused: focus,
		Value: fg(p.Text), ValueFocused: fg(p.Bright),
		Placeholder: s.quiet(p.Faint),
		Gutter:      s.quiet(p.Rule), GutterFocused: fg(p.Accent),
		Option: s.quiet(p.Quiet), Chosen: fg(p.Bright), ChosenFocused: focus,
		Arrow: s.quiet(p.Faint), ArrowFocused: focus,
		SliderFill: fg(p.BarFill), SliderRest: s.quiet(p.BarRest),
		Knob: fg(p.Bright), KnobFocused: focus,
		Counter: s.quiet(p.Quiet), CounterOver: fg(p.FailedTone),
		Error: fg(p.FailedTone), Hint: fg(p.Warn), HintKey: s.quiet(p.Help),
	}
}

func (s *Styles) chrome() {
	p := s.Palette
	// Reverse is readable on any background.
	selected := lipgloss.NewStyle().Reverse(true)
	if p.Selection != nil {
		selected = lipgloss.NewStyle().Background(p.Selection)
	}
	s.Row = RowStyles{
		Mark: s.focus(), Selected: selected,
		Disabled: s.quiet(p.Faint), Title: s.bold(fg(p.Bright)), Heading: s.bold(fg(p.Text)),
	}
	s.Frame = FrameStyles{Rule: s.quiet(p.Rule), Lit: fg(p.Accent), Border: s.quiet(p.Border)}
	s.Header = HeaderStyles{
		App: fg(p.Bright), Tab: s.quiet(p.Quiet), TabActive: s.bold(fg(p.Bright)),
		Count: fg(p.Text), Practice: fg(p.Practice), Paid: fg(p.Paid), Today: fg(p.Bright),
	}
	s.Footer = FooterStyles{Key: fg(p.Key), Help: s.quiet(p.Help), Disabled: s.quiet(p.Faint)}
	if p.Rule != nil {
		s.Still.Ground = lipgloss.NewStyle().Background(p.Rule)
	}
	s.Band = BandStyles{Button: lipgloss.NewStyle().Reverse(true), Shut: s.quiet(p.Faint)}
	if p.Selection != nil {
		s.Band.Ground = lipgloss.NewStyle().Background(p.Selection)
	}
	s.Bar = BarStyles{Fill: fg(p.BarFill), Rest: s.quiet(p.BarRest)}
	s.Diff = DiffStyles{Added: fg(p.Added).Underline(true), Removed: fg(p.Removed).Strikethrough(true)}
	s.Toast = ToastStyles{Info: fg(p.Info), Good: fg(p.Good), Warn: fg(p.Warn), Bad: fg(p.Bad)}
}

func (s *Styles) dialog() {
	p := s.Palette
	s.Dialog = DialogStyles{
		Border: s.quiet(p.Border), Title: s.Text.Title, Body: fg(p.Text),
		Option: fg(p.Text), OptionSelected: s.focus(),
		Disabled: s.quiet(p.Faint), Mark: s.focus(),
	}
}

func (s *Styles) state() {
	p := s.Palette
	s.states = [5]StateLook{
		Waiting: {"○", "waiting", fg(p.WaitingTone)},
		Running: {"●", "running", fg(p.RunningTone)},
		Done:    {"✓", "done", fg(p.DoneTone)},
		Failed:  {"✗", "failed", fg(p.FailedTone)},
		Needs:   {"?", "needs you", fg(p.NeedsTone)},
	}
}
