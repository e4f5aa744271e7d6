package compose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/ui/field"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

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
	s.showTier(v)
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

func sizeWords(w, h int) string { return strconv.Itoa(w) + "x" + strconv.Itoa(h) }

// View draws the form over the band of the price.
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
	case len(all) == 0:
		return nil
	case len(all) < room:
		return append([]string{""}, all...)
	case room > 1 && s.s.Greeting.Hint != "":
		return []string{"", " " + s.s.Styles.Text.Quiet.Render(string(safe.Truncate(s.s.Greeting.Hint, max(s.w-2, 0))))}
	}
	return nil
}

// under returns the height left under the panel.
func (s *Screen) under() int { return s.h - s.formHeight() - 1 - panelLines }

// rule is the line between form and price. It is a rule only while rows are out
// of sight, which it names, as nothing else shows that the form goes on.
func (s *Screen) rule() string {
	st := s.s.Styles
	above, below := s.hidden()
	head, line := "", " "
	for _, part := range []struct {
		sign string
		rows []string
	}{{"▴", above}, {"▾", below}} {
		if len(part.rows) > 0 {
			line = "─"
			head += st.Frame.Rule.Render("─") + " " + st.Text.Base.Render(part.sign+" "+strings.Join(part.rows, ", ")) + " "
		}
	}
	head = safe.Truncate(head, s.w)
	tail := s.shotMark(s.w - safe.Width(head))
	return head + st.Frame.Rule.Render(strings.Repeat(line, max(s.w-safe.Width(head)-safe.Width(tail), 0))) + tail
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
