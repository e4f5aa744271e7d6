package compose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"

	"seedreel/client/catalogue"
	"seedreel/ui/field"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/page"
	"seedreel/views/words"
)

// panelLines is the height of the price panel under the form.
const panelLines = 3

// refresh recomputes errors, hints and price after any change, from values in
// memory only.
func (s *Screen) refresh() {
	v := s.request()
	s.errs = catalogue.Validate(s.model, v, s.look)
	s.price = s.priceNow(v)
	s.refreshProduct()
	for _, it := range s.items() {
		s.showFacts(it)
	}
	s.showErrors()
	s.showHints(v)
	s.refreshPanel()
	s.redraw()
}

// showErrors shows each error under its row. Missing values are reported only
// after a submit was tried; a problem of one item is already shown under it.
func (s *Screen) showErrors() {
	text := map[string]safe.String{}
	for _, e := range s.errs {
		if !s.tried && !s.touched[e.Role] {
			continue
		}
		key := s.rowOf(e.Role)
		if key == keyMedia {
			if s.itemProblem(e.Role) {
				continue
			}
			text[key] = safe.Line(e.Error())
			continue
		}
		text[key] = safe.Line(e.Text)
	}
	for _, r := range s.form.rows {
		r.SetError(text[r.GetKey()])
	}
}

func (s *Screen) itemProblem(r catalogue.Role) bool {
	for _, it := range s.draft.Values.Media(r) {
		if s.factView(it).Problem != "" {
			return true
		}
	}
	return false
}

func (s *Screen) showHints(v catalogue.Values) {
	s.form.model.SetHint(s.lifeHint(), "")
	s.showLists()
	if p := s.form.prompt; p != nil {
		hint, key := s.advise(v)
		p.SetHint(hint, key)
	}
	if seed := s.form.seed; seed != nil {
		hint, key := safe.String(""), safe.String("")
		n, fixed := seed.Value()
		last := n + int64(s.draft.Count) - 1
		if _, most, ok := s.model.SeedRange(); fixed && ok && last > n && last <= most {
			hint = safe.Line(fmt.Sprintf("to %d, one a clip", last))
		} else if !fixed && s.draft.LastSeed > 0 {
			hint, key = "last one: "+safe.Line(strconv.FormatInt(s.draft.LastSeed, 10)), safe.Line(s.s.Keys.Form.Seed.Help().Key)+" keeps it"
		}
		seed.SetNote(hint, key)
	}
}

// lifeHint returns the future of the model and the key that leads on, or "".
func (s *Screen) lifeHint() safe.String {
	l := s.model.Lifecycle
	if l.Status == catalogue.LifeActive {
		return ""
	}
	text := safe.Line(l.Status)
	next := s.s.Catalogue.Now().Replacement(s.model)
	if next == nil {
		if l.Note != "" {
			text += ": " + safe.Line(l.Note)
		}
		return text
	}
	return text + ": " + safe.Line(s.s.Keys.Form.Successor.Help().Key) + " moves this to " + words.Successor(s.model, next)
}

// refreshPanel renders the price panel; View only shows it.
func (s *Screen) refreshPanel() {
	if s.w < 1 {
		return
	}
	w := s.w - 2
	s.panel = []string{s.priceLine(w), s.clipLine(w), s.readyLine(w)}
	for i, l := range s.panel {
		s.panel[i] = " " + layout.FitLine(ansi.Truncate(l, max(w, 0), "…"), max(w, 0)) + " "
	}
}

// priceLine returns the price and its source.
func (s *Screen) priceLine(w int) string {
	st := s.s.Styles
	e := s.price
	all := e.Times(s.draft.Count)
	total := all.String()
	how := ""
	if len(s.variants) > 1 {
		return layout.FitLine(st.Text.Price.Render(string(sumWords(s.variants, s.draft.Count)))+"   "+st.Text.Quiet.Render("all combinations, shown before anything is sent"), w)
	}
	switch {
	case !e.Known && e.High == 0 && e.PerSecond > 0:
		total = e.PerSecond.String() + " a second"
	case !e.Known && e.High == 0:
		total = "price unknown"
	case e.Known && e.PerSecond == 0 && e.Seconds > 0:
		how = fmt.Sprintf("%d s", e.Seconds)
		if s.draft.Count > 1 {
			how = fmt.Sprintf("%d x %d s", s.draft.Count, e.Seconds)
		}
	case e.Known && e.PerSecond > 0:
		how = fmt.Sprintf("%d s x %s", e.Seconds, e.PerSecond)
		if s.draft.Count > 1 {
			how = fmt.Sprintf("%d x %s", s.draft.Count, how)
		}
	}
	basis := all.Basis()
	if !e.Known {
		basis = e.Why
	}
	left := st.Text.Price.Render(total)
	if how != "" {
		left += "   " + st.Text.Base.Render(how)
	}
	return layout.FitLine(left+"   "+st.Text.Quiet.Render(string(safe.Line(basis))), w)
}

// clipLine returns the expected clip and the day's spend.
func (s *Screen) clipLine(w int) string {
	st := s.s.Styles
	clip, today := s.clipWords(), s.todayWords()
	if clip.Width()+today.Width()+2 > w {
		today = "" // the header has it
	}
	return layout.Ends(st.Text.Base.Render(string(safe.Truncate(clip, w))), st.Text.Quiet.Render(string(today)), w)
}

func (s *Screen) clipWords() safe.String {
	v := s.request()
	var parts []string
	imgW, imgH := s.firstImage()
	if w, h, ok := s.model.Frame(v, imgW, imgH); ok {
		parts = append(parts, sizeWords(w, h))
	} else if s.model.Field(catalogue.RoleFirstFrame) != nil && len(s.model.FrameSizes) > 0 {
		parts = append(parts, "size follows the image")
	} else if r := s.model.ResolutionOf(v); r != "" {
		parts = append(parts, r)
	} else {
		parts = append(parts, "size not stated")
	}
	secs := s.model.Seconds(v)
	if fps := s.model.Output.FPS; fps > 0 {
		parts = append(parts, fmt.Sprintf("%d fps", fps))
		if n := s.model.Frames(secs); n > 0 {
			parts = append(parts, fmt.Sprintf("%d frames", n))
		}
	}
	if s.model.Output.Audio == "none" {
		parts = append(parts, "silent")
	}
	return safe.Line(strings.Join(parts, ", "))
}

func (s *Screen) firstImage() (w, h int) {
	for _, it := range s.draft.Values.Media(catalogue.RoleFirstFrame) {
		f := s.facts[it].facts
		return f.Width, f.Height
	}
	return 0, 0
}

func (s *Screen) todayWords() safe.String {
	t := words.Today(s.s.Today)
	if s.s.Today.Jobs == 0 && s.price.Known && s.price.Total > 0 && s.s.Today.Total >= s.price.Total {
		n := int(s.s.Today.Total / s.price.Total)
		t += ", as much as " + safe.Line(humanize.Comma(int64(n))) + " of these"
	}
	return t
}

// readyLine returns whether a submit would go, and the key for it.
func (s *Screen) readyLine(w int) string {
	st := s.s.Styles
	key := st.Footer.Key.Render(s.s.Keys.Form.Submit.Help().Key)
	if ok, why := s.s.Ready(s.model.Provider); !ok {
		return st.Field.Error.Render(string(safe.Truncate(why, w)))
	}
	if len(s.errs) > 0 {
		const head = "to do: "
		first := safe.Truncate(safe.Line(s.errs[0].Error()), max(w-len(head), 1))
		return st.Text.Quiet.Render(head) + st.Text.Base.Render(string(first))
	}
	if _, why := s.rowProblem(); why != "" {
		const head = "to do: "
		return st.Text.Quiet.Render(head) + st.Text.Base.Render(string(safe.Truncate(why, max(w-len(head), 1))))
	}
	if why, short := s.short(); short {
		return st.Field.Error.Render(string(safe.Truncate(why, w)))
	}
	n := "submits"
	if s.draft.Count > 1 {
		n = fmt.Sprintf("submits %d clips", s.draft.Count)
	}
	left, right := key+" "+st.Text.Base.Render(n), s.elsewhereWords()
	if s.s.Greeting.Hint != "" && len(s.welcomeLines(s.under())) == 0 {
		right = s.s.Greeting.Hint
	}
	if safe.Width(left)+2+right.Width() > w {
		right = "" // the key for a submit is never cut off
	}
	return layout.Ends(left, st.Text.Quiet.Render(string(right)), w)
}

func sizeWords(w, h int) string { return strconv.Itoa(w) + "x" + strconv.Itoa(h) }

// View draws the form over the price panel.
func (s *Screen) View() string {
	if s.w < 1 || s.h < 1 {
		return ""
	}
	var b strings.Builder
	formHeight := s.formHeight()
	lines, begins := field.Rows(strings.Join(append(s.head(), s.form.huh.View()), "\n"))
	s.begins = begins
	for i := range formHeight {
		b.WriteByte(' ')
		if i < len(lines) {
			b.WriteString(lines[i])
		}
		b.WriteByte('\n')
	}
	b.WriteString(s.rule())
	for _, l := range s.panel {
		b.WriteByte('\n')
		b.WriteString(l)
	}
	below := s.previewLines()
	if len(below) > 0 {
		below = append([]string{""}, below...)
	}
	if below = append(below, s.takeLines()...); len(below) > 0 {
		b.WriteString("\n" + strings.Join(below, "\n"))
		return b.String()
	}
	for _, l := range s.welcomeLines(s.under()) {
		b.WriteString("\n" + l)
	}
	return b.String()
}

// welcomeLines returns the welcome for that many lines, its short form if there
// is no room for all of it, or nil if there is none.
func (s *Screen) welcomeLines(room int) []string {
	var all []string
	for _, l := range s.s.Greeting.Lines {
		for _, part := range safe.Wrap(l.Block(), max(s.w-2, 1)) {
			all = append(all, " "+s.s.Styles.Text.Quiet.Render(string(part)))
		}
	}
	switch {
	case len(all) > room && room > 1 && s.s.Greeting.Hint != "":
		return []string{"", " " + s.s.Styles.Text.Quiet.Render(string(safe.Truncate(s.s.Greeting.Hint, max(s.w-2, 0))))}
	case len(all) > room:
		return nil
	case room > len(all) && len(all) > 0:
		return append([]string{""}, all...)
	}
	return all
}

// under returns the height left under the panel.
func (s *Screen) under() int { return s.h - s.formHeight() - 1 - panelLines }

// rule separates form and price. It names the rows that are out of sight, as
// nothing else shows that the form goes on.
func (s *Screen) rule() string {
	st := s.s.Styles
	above, below := s.hidden()
	head := ""
	for _, part := range []struct {
		sign string
		rows []string
	}{{"▴", above}, {"▾", below}} {
		if len(part.rows) > 0 {
			head += st.Frame.Rule.Render("─") + " " + st.Text.Base.Render(part.sign+" "+strings.Join(part.rows, ", ")) + " "
		}
	}
	head = safe.Truncate(head, s.w)
	tail := s.shotMark(s.w - safe.Width(head))
	return head + st.Frame.Rule.Render(strings.Repeat("─", max(s.w-safe.Width(head)-safe.Width(tail), 0))) + tail
}

// hidden returns the labels of the rows that are scrolled out of sight. The
// first row, the model, is always in sight.
func (s *Screen) hidden() (above, below []string) {
	seen := false
	for i, r := range s.form.rows {
		if i == 0 {
			continue
		}
		switch label := string(safe.Truncate(r.Label(), field.LabelWidth-1)); {
		case slices.Contains(s.begins, i+1):
			seen = true
		case seen:
			below = append(below, label)
		default:
			above = append(above, label)
		}
	}
	return above, below
}

// Point focuses the row drawn at a line of the pane, as a click does.
func (s *Screen) Point(at page.Mouse) tea.Cmd {
	if !at.Click {
		return nil
	}
	s.wake()
	if at.Y >= s.formHeight() {
		return nil
	}
	for y := min(at.Y, len(s.begins)-1); y >= 0; y-- {
		if n := s.begins[y]; n > 0 {
			s.focusOn(s.form.rows[n-1].GetKey())
			return nil
		}
	}
	return nil
}
