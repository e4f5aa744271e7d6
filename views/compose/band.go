package compose

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"

	"seedreel/client/catalogue"
	"seedreel/ui/field"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// panelLines is the height of the band of the price under the form.
const panelLines = 2

// refreshPanel renders the band of the price; View only shows it.
func (s *Screen) refreshPanel() {
	if s.w < 1 {
		return
	}
	w := max(s.w-2, 0)
	s.panel = []string{s.priceLine(w), s.sourceLine(w)}
	for i, l := range s.panel {
		s.panel[i] = s.s.Styles.BandOf(" "+layout.FitLine(ansi.Truncate(l, w, "…"), w)+" ", s.w)
	}
}

// factGap separates what is said about the clip.
const factGap = " · "

// priceLine returns the price, what it buys, and the key that pays it. The price
// is in the column of the labels, the rest in that of the values.
func (s *Screen) priceLine(w int) string {
	st := s.s.Styles
	price, facts := s.priced()
	left := st.Text.Price.Render(price)
	left += strings.Repeat(" ", max(field.LabelWidth-safe.Width(left), 2))
	button := s.button()
	room := w - safe.Width(left) - safe.Width(button) - 2
	said := ""
	for i, f := range facts {
		if i > 0 {
			f = factGap + f
		}
		if safe.Width(said)+safe.Width(f) <= room {
			said += f
		}
	}
	return layout.Ends(left+st.Text.Base.Render(said), button, w)
}

// priced returns the price of the form, and what it buys.
func (s *Screen) priced() (price string, facts []string) {
	e := s.price
	if len(s.variants) > 1 {
		return string(bandWords(s.variants, s.draft.Count)), []string{"all combinations, shown before anything is sent"}
	}
	price = e.Times(s.draft.Count).String()
	how := ""
	switch {
	case !e.Known && e.High == 0 && e.PerSecond > 0:
		price = e.PerSecond.String() + " a second"
	case !e.Known && e.High == 0:
		price = "price unknown"
	case e.Known && e.PerSecond == 0 && e.Seconds > 0:
		how = fmt.Sprintf("%d s", e.Seconds)
	case e.Known && e.PerSecond > 0:
		how = fmt.Sprintf("%d s x %s", e.Seconds, e.PerSecond)
	}
	if how != "" {
		if s.draft.Count > 1 {
			how = fmt.Sprintf("%d x %s", s.draft.Count, how)
		}
		facts = append(facts, how)
	}
	return price, append(facts, s.clipFacts()...)
}

// clipFacts returns the expected clip.
func (s *Screen) clipFacts() []string {
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
	if fps := s.model.Output.FPS; fps > 0 {
		parts = append(parts, fmt.Sprintf("%d fps", fps))
	}
	if s.model.Output.Audio == "none" {
		parts = append(parts, "silent")
	}
	return parts
}

// button returns the key that submits. It is in brackets only when it would.
func (s *Screen) button() string {
	key := s.s.Keys.Form.Submit.Help().Key
	if why, _ := s.hinders(); why != "" {
		return s.s.Styles.Band.Shut.Render("  " + key + "  ")
	}
	return s.s.Styles.Band.Button.Render("[ " + key + " ]")
}

// hinders returns why a submit would not go, "" if it would; toDo is set if that
// is something in the form.
func (s *Screen) hinders() (why safe.String, toDo bool) {
	if ok, why := s.s.Ready(s.model.Provider); !ok {
		return why, false
	}
	if len(s.errs) > 0 {
		return safe.Line(s.errs[0].Error()), true
	}
	if _, why := s.rowProblem(); why != "" {
		return why, true
	}
	if why, short := s.short(); short {
		return why, false
	}
	return "", false
}

// sourceLine returns why a submit would not go, or else where the price is from,
// and at its end what else there is to know before paying it.
func (s *Screen) sourceLine(w int) string {
	st := s.s.Styles
	switch why, toDo := s.hinders(); {
	case toDo:
		const head = "to do: "
		return st.Text.Quiet.Render(head) + st.Text.Base.Render(string(safe.Truncate(why, max(w-len(head), 1))))
	case why != "":
		return st.Field.Error.Render(string(safe.Truncate(why, w)))
	}
	basis := safe.Line(s.price.Times(s.draft.Count).Basis())
	switch {
	case len(s.variants) > 1:
		basis = ""
	case !s.price.Known:
		basis = safe.Line(s.price.Why)
	}
	if s.editing() {
		basis = "changes the job in line; " + basis
	}
	right := safe.String("")
	for _, words := range []safe.String{s.greets(), s.elsewhereWords(), s.todayWords()} {
		if words != "" && basis.Width()+2+words.Width() <= w {
			right = words
			break
		}
	}
	return layout.Ends(st.Text.Quiet.Render(string(basis)), st.Text.Quiet.Render(string(right)), w)
}

// greets returns the short form of the welcome where there is no room for it all.
func (s *Screen) greets() safe.String {
	if len(s.welcomeLines(s.under())) > 0 {
		return ""
	}
	return s.s.Greeting.Hint
}

// todayWords returns what the day has cost, beside its limit.
func (s *Screen) todayWords() safe.String {
	t := words.Today(s.s.Today)
	if limit := s.s.Settings.DailyLimit; limit > 0 && !s.s.Practice && s.s.Today.Jobs == 0 {
		t += " of " + safe.Line(limit.String())
	}
	if s.s.Today.Jobs == 0 && s.price.Known && s.price.Total > 0 && s.s.Today.Total >= s.price.Total {
		n := int(s.s.Today.Total / s.price.Total)
		t += ", as much as " + safe.Line(humanize.Comma(int64(n))) + " of these"
	}
	return t
}

// firstImage returns the size of the image that the clip begins with, 0 if it is
// not known.
func (s *Screen) firstImage() (w, h int) {
	for _, it := range s.draft.Values.Media(catalogue.RoleFirstFrame) {
		f := s.facts[it].facts
		return f.Width, f.Height
	}
	return 0, 0
}
