package story

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The picture's measures, in SVG units.
const (
	cellW, cellH = 9.0, 18.0
	margin       = 14.0
)

// look is the style of a run of cells.
type look struct {
	fg, bg                         string
	bold, faint, under, rev, cross bool
}

// SVG returns a styled screen as a picture. Every run of letters is stretched
// to the cells it takes, so that columns stay straight in any font.
func SVG(styled string, cols, rows int) (string, error) {
	m := newMosaic(cols, rows)
	var b strings.Builder
	w, h := float64(cols)*cellW+2*margin, float64(rows)*cellH+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="15">`+"\n", w, h)
	fmt.Fprintf(&b, `<rect width="%g" height="%g" rx="8" fill="#101116"/>`+"\n", w, h)
	for y, line := range strings.Split(styled, "\n") {
		if y >= rows {
			break
		}
		drawLine(&b, m, line, y)
	}
	pictures, err := m.svg()
	b.WriteString(pictures + "</svg>\n")
	return b.String(), err
}

func drawLine(b *strings.Builder, m *mosaic, line string, y int) {
	var l look
	x, text := 0, ""
	flush := func() {
		n := ansi.StringWidth(text)
		if n > 0 && !m.take(text, l, x, y) {
			drawRun(b, text, l, margin+float64(x)*cellW, margin+float64(y)*cellH, float64(n)*cellW)
		}
		x, text = x+n, ""
	}
	for len(line) > 0 {
		seq, _, n, _ := ansi.DecodeSequence(line, 0, nil)
		if strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m") {
			flush()
			l = l.sgr(seq[2 : len(seq)-1])
		} else if !strings.HasPrefix(seq, "\x1b") {
			text += seq
		}
		line = line[n:]
	}
	flush()
}

func drawRun(b *strings.Builder, text string, l look, x, top, width float64) {
	fg, bg := l.fg, l.bg
	if fg == "" {
		fg = "#dddddd"
	}
	if l.rev {
		if bg == "" {
			bg = "#101116"
		}
		fg, bg = bg, fg
	}
	if bg != "" {
		fmt.Fprintf(b, `<rect x="%g" y="%g" width="%g" height="%g" fill="%s"/>`+"\n", x, top, width, cellH, bg)
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	style := ""
	if l.bold {
		style += ` font-weight="bold"`
	}
	if l.faint {
		style += ` opacity="0.6"`
	}
	if l.under {
		style += ` text-decoration="underline"`
	}
	if l.cross {
		style += ` text-decoration="line-through"`
	}
	fmt.Fprintf(b, `<text x="%g" y="%g" fill="%s"%s textLength="%g" xml:space="preserve">%s</text>`+"\n",
		x, top+cellH*0.77, fg, style, width, html.EscapeString(text))
}

// sgr returns the look after one sequence of the emulator's output: true
// colour, the basic eight, and the attributes that the screens use.
func (l look) sgr(params string) look {
	p := strings.Split(params, ";")
	for i := 0; i < len(p); i++ {
		n, err := strconv.Atoi(p[i])
		if err != nil {
			n = 0
		}
		switch {
		case n == 0:
			l = look{}
		case n == 1:
			l.bold = true
		case n == 2:
			l.faint = true
		case n == 4:
			l.under = true
		case n == 7:
			l.rev = true
		case n == 9:
			l.cross = true
		case n == 22:
			l.bold, l.faint = false, false
		case n == 24:
			l.under = false
		case n == 27:
			l.rev = false
		case n == 29:
			l.cross = false
		case n == 39:
			l.fg = ""
		case n == 49:
			l.bg = ""
		case (n == 38 || n == 48) && i+4 < len(p) && p[i+1] == "2":
			l = l.colour(n, p[i+2:i+5])
			i += 4
		}
	}
	return l
}

func (l look) colour(layer int, rgb []string) look {
	var c [3]int
	for i, s := range rgb {
		c[i], _ = strconv.Atoi(s) // a bad number is black
	}
	hex := fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2])
	if layer == 38 {
		l.fg = hex
	} else {
		l.bg = hex
	}
	return l
}

// Film returns pictures of SVG as one that moves: each is shown for as many
// seconds as hold has for it, and then it begins anew. Where nothing moves, the
// last is seen.
func Film(pictures []string, hold []float64) string {
	var total float64
	for _, h := range hold {
		total += h
	}
	head, _, _ := strings.Cut(pictures[0], "\n")
	var b strings.Builder
	b.WriteString(head + "\n<style>\n")
	at := 0.0
	for i, h := range hold {
		from, to := 100*at/total, 100*(at+h)/total
		steps := "0%{visibility:hidden}"
		if i == 0 {
			steps = ""
		}
		fmt.Fprintf(&b, "#f%d{animation:f%d %gs step-end infinite}@keyframes f%d{%s%.3f%%{visibility:visible}%.3f%%{visibility:hidden}}\n", i, i, total, i, steps, from, to)
		at += h
	}
	b.WriteString("@media (prefers-reduced-motion:reduce){g{animation:none!important}}\n</style>\n")
	for i, p := range pictures {
		_, body, _ := strings.Cut(p, "\n")
		fmt.Fprintf(&b, "<g id=\"f%d\">\n%s</g>\n", i, strings.TrimSuffix(strings.TrimSuffix(body, "\n"), "</svg>"))
	}
	b.WriteString("</svg>\n")
	return b.String()
}
