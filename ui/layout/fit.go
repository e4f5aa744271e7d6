package layout

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Fit clips and pads a rendered block to exactly the size of r. Sequences take
// no cells, and those after a cut are kept, so styles always end.
func Fit(block string, r Rect) string {
	return FitLines(strings.Split(block, "\n"), r)
}

// FitLines is like Fit for a block that is already split into lines.
func FitLines(lines []string, r Rect) string {
	if r.Empty() {
		return ""
	}
	var b strings.Builder
	for y := range r.H {
		if y > 0 {
			b.WriteByte('\n')
		}
		line := ""
		if y < len(lines) {
			line = lines[y]
		}
		b.WriteString(FitLine(line, r.W))
	}
	return b.String()
}

// FitLine clips and pads one line to exactly w cells.
func FitLine(line string, w int) string {
	n := ansi.StringWidth(line)
	if n > w {
		line = ansi.Truncate(line, w, "")
		n = ansi.StringWidth(line)
	}
	return line + strings.Repeat(" ", max(w-n, 0))
}

// Panes holds the rendered contents of a screen.
type Panes struct {
	Header, Main, Side, Detail, Footer string
	// Notice is set into the rule above the footer, so it covers no text.
	Notice string
	// Focus is the pane with the focus, empty for none, and Light styles the rule
	// above it.
	Focus Rect
	Light func(string) string
}

// Draw joins the panes with the rules between them. The result is exactly as
// large as the screen; rule styles the lines.
func Draw(l Layout, p Panes, rule func(string) string) string {
	if l.Mode == TooSmall {
		return Fit(p.Main, l.Screen)
	}
	out := make([]string, 0, l.Screen.H)
	out = append(out, FitLine(p.Header, l.Header.W), l.top(p, rule))
	out = append(out, body(l, p, rule)...)
	out = append(out, l.notice(p.Notice, rule), FitLine(p.Footer, l.Footer.W))
	return strings.Join(out, "\n")
}

// NoticeRoom returns how many cells a notice may take in the rule above the
// footer.
func (l *Layout) NoticeRoom() int { return max(l.FootRule.W-2*noticeIndent-2, 0) }

// noticeIndent is how much of the rule is visible before and after a notice.
const noticeIndent = 1

// notice returns the rule above the footer with a text in it.
func (l *Layout) notice(text string, rule func(string) string) string {
	line := l.across('┴')
	w := ansi.StringWidth(text)
	if w == 0 || w > l.NoticeRoom() {
		return rule(line)
	}
	cells := []rune(line)
	return rule(string(cells[:noticeIndent])) + " " + text + " " + rule(string(cells[noticeIndent+w+2:]))
}

// top returns the rule below the header. Over the pane with the focus it is
// heavy, so that the focus is seen without colours, too.
func (l *Layout) top(p Panes, rule func(string) string) string {
	cells := []rune(l.across('┬'))
	from, to := min(p.Focus.X, len(cells)), min(p.Focus.Right(), len(cells))
	if p.Focus.Empty() || p.Light == nil {
		return rule(string(cells))
	}
	line := p.Light(strings.Repeat("━", to-from))
	if from > 0 {
		line = rule(string(cells[:from])) + line
	}
	if to < len(cells) {
		line += rule(string(cells[to:]))
	}
	return line
}

func body(l Layout, p Panes, rule func(string) string) []string {
	main := strings.Split(Fit(p.Main, l.Main), "\n")
	if l.Mode == Tabs {
		return main
	}
	bar, bar2 := " ", " "
	if !l.Divider.Empty() {
		bar = rule("│")
	}
	if !l.Divider2.Empty() {
		bar2 = rule("│")
	}
	side := strings.Split(Fit(p.Side, l.Side), "\n")
	detail := strings.Split(Fit(p.Detail, l.Detail), "\n")
	if l.Mode == Split && !l.Detail.Empty() {
		between := strings.Repeat(" ", l.Side.W)
		if !l.SideRule.Empty() {
			between = rule(strings.Repeat("─", l.SideRule.W))
		}
		side = append(append(side, between), detail...)
	}
	for y := range main {
		if !l.SideRule.Empty() && l.Main.Y+y == l.SideRule.Y {
			main[y] += rule("├") + side[y]
			continue
		}
		main[y] += bar + side[y]
		if l.Mode == Detail {
			main[y] += bar2 + detail[y]
		}
	}
	return main
}

// across returns a rule over the whole width with a joint where a column ends.
func (l *Layout) across(joint rune) string {
	line := []rune(strings.Repeat("─", l.Screen.W))
	for _, d := range []Rect{l.Divider, l.Divider2} {
		if !d.Empty() {
			line[d.X] = joint
		}
	}
	return string(line)
}
