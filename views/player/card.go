package player

import (
	"fmt"
	"net/url"
	"runtime"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// cardLines is the height of a card's text; a poster gets the rest.
const cardLines = 14

// labelWidth is the width of the labels on the card.
const labelWidth = 10

// card returns the facts about the clip and the ways to get at it, for
// terminals that cannot draw it.
func (v *Screen) card() []string {
	sd := v.sides[0]
	w, h := v.bodySize()
	var out []string
	if v.poster.lines != nil && h > cardLines {
		for _, l := range center(v.poster.lines, w, h-cardLines) {
			out = append(out, " "+l)
		}
	}
	p := column{v: v, w: w, lines: out}
	if why := v.why(sd); why != "" {
		p.text(why)
		p.gap()
	}
	if f := sd.facts; f.Width > 0 {
		p.pair("size", safe.Line(fmt.Sprintf("%d x %d", f.Width, f.Height)), "")
		p.pair("length", safe.Line(seconds(f.Duration)+frameWords(f.Frames, f.FPS)), "")
		p.pair("codec", safe.Line(f.Codec+sound(f.Sound)), "")
		p.pair("bytes", safe.Line(bar.Bytes(f.Bytes)), "")
	}
	p.pair("file", safe.Line(sd.job.Output.Path), "")
	if line := v.fetchLine(); line != "" {
		p.pair("fetch", safe.Line(line), "")
	}
	if link := v.link(); link != "" {
		shown, _ := safe.URL(link)
		p.pair("link", shown, link)
	}
	return p.lines
}

func frameWords(n int, fps float64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d frames, %s a second", n, strconv.FormatFloat(fps, 'f', -1, 32))
}

func sound(has bool) string {
	if has {
		return ", with sound"
	}
	return ", silent"
}

// why returns the reason for missing pictures, and the remedy.
func (v *Screen) why(sd *side) safe.String {
	switch {
	case sd.factsErr != nil:
		return words.Sentence(sd.factsErr)
	case sd.facts.Width == 0:
		return "Looking at the clip…"
	case v.d.Tool == nil:
		return "Stills and playing need ffmpeg. " + installHint(runtime.GOOS)
	case !v.d.Caps.Mode().Drawn():
		return "No " + safe.Line(v.d.Caps.Words()) + "."
	case sd.stripErr != nil:
		return "No stills: " + safe.Line(sd.stripErr.Error()) + "."
	}
	return ""
}

// installHint returns how to install ffmpeg on a system.
func installHint(goos string) safe.String {
	switch goos {
	case "darwin":
		return "To install it: brew install ffmpeg"
	case "windows":
		return "To install it: winget install ffmpeg"
	}
	return "To install it: apt install ffmpeg (or dnf, pacman, apk)"
}

// column collects lines.
type column struct {
	v     *Screen
	w     int
	lines []string
}

func (p *column) gap() { p.lines = append(p.lines, "") }

func (p *column) text(s safe.String) {
	for _, l := range safe.Wrap(s.Block(), p.w) {
		p.lines = append(p.lines, " "+p.v.s.Styles.Text.Quiet.Render(string(l)))
	}
}

// pair adds a label and its value; with a target, the value is a link that
// terminals open.
func (p *column) pair(label, value safe.String, target string) {
	st := p.v.s.Styles
	for i, l := range safe.Wrap(value.Block(), max(p.w-labelWidth-1, 8)) {
		if i > 0 {
			label = ""
		}
		text := st.Text.Base.Render(string(l))
		if target != "" {
			text = ansi.SetHyperlink(target) + st.Text.Link.Render(string(l)) + ansi.ResetHyperlink()
		}
		p.lines = append(p.lines, " "+st.Field.Label.Render(string(safe.PadRight(label, labelWidth)))+" "+text)
	}
}

// link returns the address of the clip at the service, or "" if there is none
// or the link has expired. It is rebuilt from its parts, so that nothing in it
// can end the escape sequence around it.
func (v *Screen) link() string {
	o := v.meant().Output
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	if !o.Expires.IsZero() && !o.Expires.After(v.s.Now()) {
		return ""
	}
	s := u.String()
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return ""
	}
	return s
}

func (v *Screen) copyLink() tea.Cmd {
	link := v.link()
	if link == "" {
		return studio.Say(toast.Info, "There is no link to it any more; y copies the path.")
	}
	return studio.Send(studio.CopyMsg{Text: link, What: "the link"})
}

// fetchLine returns the command that fetches the clip, to type on the other
// machine.
func (v *Screen) fetchLine() string {
	path := v.meant().Output.Path
	if v.d.Host == "" || path == "" {
		return ""
	}
	return "scp " + term.ShellWord(v.d.Host+":"+path) + " ."
}

func (v *Screen) copyFetch() tea.Cmd {
	line := v.fetchLine()
	if line == "" {
		return studio.Say(toast.Info, "The clip is on this machine: y copies the path.")
	}
	return studio.Send(studio.CopyMsg{Text: line, What: "the scp line"})
}
