package player

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"seedreel/state/job"
	"seedreel/ui/bar"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/playback"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// headLines is the height of the title and the blank line below it.
const headLines = 2

// bodySize returns the size left between the head and the line of notices.
func (v *Screen) bodySize() (w, h int) { return max(v.w-2, 0), max(v.h-headLines-1, 0) }

// sideWidth returns the width of one clip.
func (v *Screen) sideWidth() int {
	w, _ := v.bodySize()
	n := max(len(v.sides), 1)
	return max((w-(n-1)*2)/n, 0)
}

// View draws the pane.
func (v *Screen) View() string {
	if len(v.sides) == 0 || v.w < 1 || v.h < 1 {
		return ""
	}
	if v.view == "" {
		v.view = v.draw()
	}
	return v.view
}

func (v *Screen) draw() string {
	out := []string{v.head(), ""}
	_, h := v.bodySize()
	out = append(out, pad(v.body(), h)...)
	out = append(out, v.foot())
	return layout.FitLines(out, layout.Rect{W: v.w, H: v.h})
}

// pad returns exactly h lines.
func pad(lines []string, h int) []string {
	for len(lines) < h {
		lines = append(lines, "")
	}
	return lines[:h]
}

func (v *Screen) head() string {
	st := v.s.Styles
	if v.choose != nil {
		return " " + st.Text.Title.Render("Compare with")
	}
	title := jobs.Title(v.sides[0].job)
	if v.single() {
		title = "Two clips in step, left and right"
	}
	return layout.Ends(" "+st.Text.Title.Render(string(title)), st.Text.Quiet.Render(string(v.factsLine()))+" ", v.w)
}

// factsLine returns the facts about the clip in a line.
func (v *Screen) factsLine() safe.String {
	sd := v.sides[0]
	if v.single() || sd.facts.Width == 0 {
		return ""
	}
	f := sd.facts
	s := fmt.Sprintf("%dx%d  %s", f.Width, f.Height, seconds(f.Duration))
	if f.FPS > 0 {
		s += fmt.Sprintf("  %.3g fps", f.FPS)
	}
	return safe.Line(s + "  " + bar.Bytes(f.Bytes))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

func (v *Screen) body() []string {
	switch {
	case v.choose != nil:
		return strings.Split(v.choose.View(), "\n")
	case v.playing() && v.film.Shown() != nil:
		return v.moving()
	case v.single():
		return v.pair()
	case v.sides[0].strip != nil:
		return v.strip()
	}
	return v.card()
}

// strip draws the stills with their times.
func (v *Screen) strip() []string {
	st, sd := v.s.Styles, v.sides[0]
	w, h := v.bodySize()
	g := gridOf(len(sd.strip.Paths), w, h, sd.facts.Width, sd.facts.Height, v.d.Caps.Aspect())
	if g.w < 1 || g.h < 1 {
		return v.card()
	}
	var out []string
	for row := range g.rows {
		lines := make([]string, g.h+1)
		for col := range g.cols {
			i := row*g.cols + col
			if i >= len(sd.strip.Paths) {
				break
			}
			label, still := seconds(sd.strip.At[i]), v.still(sd, i, g.w, g.h)
			if i == v.at {
				label = st.Row.Mark.Render("▸") + st.Text.Bright.Render(label)
			} else {
				label = st.Text.Quiet.Render(" " + label)
			}
			block := underneath(still, label)
			for y := range lines {
				l := ""
				if y < len(block) {
					l = block[y]
				}
				lines[y] += " " + layout.FitLine(l, g.w)
			}
		}
		out = append(out, lines...)
	}
	return out
}

// underneath centres a label below what is drawn in a place; the first cell of
// the label is for a mark.
func underneath(place []string, label string) []string {
	lines := slices.DeleteFunc(slices.Clone(place), func(l string) bool { return strings.TrimLeft(l, " ") == "" })
	indent := 0
	if len(lines) > 0 {
		indent = len(lines[0]) - len(strings.TrimLeft(lines[0], " "))
	}
	return append(lines, strings.Repeat(" ", max(indent-1, 0))+label)
}

// still draws one picture in the middle of its place, or a word instead.
func (v *Screen) still(sd *side, i, w, h int) []string {
	if i >= len(sd.shots) {
		return make([]string, h)
	}
	s := &sd.shots[i]
	switch {
	case s.err != nil:
		return center([]string{v.s.Styles.Text.Quiet.Render(string(safe.Truncate(words.Sentence(s.err), w)))}, w, h)
	case s.lines == nil:
		return center([]string{v.s.Styles.Text.Faint.Render("…")}, w, h)
	}
	return center(s.lines, w, h)
}

// center centres lines in a place of w by h cells. Anything too large is cut.
func center(lines []string, w, h int) []string {
	out := make([]string, max(h, 0))
	top := max((h-len(lines))/2, 0)
	for y, l := range lines {
		if top+y >= len(out) {
			break
		}
		out[top+y] = strings.Repeat(" ", max((w-ansi.StringWidth(l))/2, 0)) + l
	}
	return out
}

// moving draws the film and its bar.
func (v *Screen) moving() []string {
	w, h := v.bodySize()
	fr, _ := v.film.Shown().Shown.(drawn)
	blocks := make([][]string, len(fr))
	for i, f := range fr {
		blocks[i] = f.Lines
	}
	names := v.names()
	out := append(v.beside(blocks, h-1-len(names)), names...)
	return append(out, " "+v.timeline(w))
}

// pair draws the same still of two clips.
func (v *Screen) pair() []string {
	_, h := v.bodySize()
	h -= pairLines
	blocks := make([][]string, len(v.sides))
	for i, sd := range v.sides {
		blocks[i] = v.still(sd, v.at, v.sideWidth(), h)
		if sd.factsErr != nil || sd.stripErr != nil {
			blocks[i] = []string{string(safe.Truncate(v.why(sd), v.sideWidth()))}
		}
	}
	return append(v.beside(blocks, h), v.names()...)
}

// pairLines is the height of the names of two clips.
const pairLines = 2

// names returns the names that distinguish two clips, each below its own: the
// words in which their prompts differ, or the seed, and then the settings of
// each. A single clip has its name in the head.
func (v *Screen) names() []string {
	if !v.single() {
		return nil
	}
	st, w := v.s.Styles, v.sideWidth()
	list := make([]*job.Job, len(v.sides))
	for i, sd := range v.sides {
		list[i] = sd.job
	}
	names := jobs.NamesOf(list, v.s.Catalogue.Now(), v.s.Zone)
	out := make([]string, pairLines)
	for i, sd := range v.sides {
		gap := " "
		if i > 0 {
			gap = "  "
		}
		title, tail := names.Cell(sd.job, max(w-2, 0), jobs.Shown{Kind: true})
		style, mark := st.Text.Base, "  "
		if i == v.chosen {
			style, mark = st.Text.Bright, st.Row.Mark.Render("▸")+" "
		}
		out[0] += gap + mark + style.Render(string(title)) + st.Text.Base.Render(string(tail))
		out[1] += gap + st.Text.Quiet.Render(string("  "+safe.PadRight(safe.Truncate(v.madeWith(sd, w-2), max(w-2, 0)), max(w-2, 0))))
	}
	return out
}

// madeWith returns the settings and time of a clip in a line.
func (v *Screen) madeWith(sd *side, width int) safe.String {
	parts := []string{string(jobs.Kind(sd.job, v.s.Catalogue.Now()))}
	if f := sd.facts; f.Width > 0 {
		parts = append(parts, fmt.Sprintf("%dx%d", f.Width, f.Height), seconds(f.Duration))
	}
	if sd.job.HasSeed {
		parts = append(parts, "seed "+strconv.FormatInt(sd.job.Seed, 10))
	}
	parts = append(parts, string(jobs.Cost(sd.job)), bar.Age(sd.job.EndedAt, v.s.Now()))
	// Part of a figure would be a wrong one: it is left out whole if it does not
	// fit.
	for len(parts) > 1 && safe.Width(strings.Join(parts, "  ")) > width {
		parts = parts[:len(parts)-1]
	}
	return safe.Line(strings.Join(parts, "  "))
}

// beside draws blocks next to each other, each centred in its part.
func (v *Screen) beside(blocks [][]string, h int) []string {
	out := make([]string, max(h, 0))
	w := v.sideWidth()
	for i, b := range blocks {
		gap := " "
		if i > 0 {
			gap = "  "
		}
		for y, l := range center(b, w, h) {
			out[y] += gap + layout.FitLine(l, w)
		}
	}
	return out
}

// timeline draws the position in the film.
func (v *Screen) timeline(w int) string {
	length := v.film.Length()
	at := v.film.Position()
	if f := v.film.Shown(); f != nil && v.film.State() == playback.Playing {
		at = f.At // moves with the picture, and costs nothing between frames
	}
	mark := "▶ "
	if v.film.State() == playback.Paused {
		mark = "paused, "
	}
	text := mark + seconds(at) + " of " + seconds(length) + "  "
	pace := "  " + string(v.pace())
	room := w - ansi.StringWidth(text) - ansi.StringWidth(pace)
	if room < 4 || length <= 0 {
		return safe.Truncate(text, w)
	}
	st := v.s.Styles
	return st.Text.Bright.Render(text) + bar.View(at.Seconds()/length.Seconds(), room, st) + st.Text.Quiet.Render(pace)
}

// foot returns the last notice.
func (v *Screen) foot() string {
	switch {
	case v.notice != "":
		return " " + v.s.Styles.Field.Hint.Render(string(safe.Truncate(v.notice, max(v.w-2, 0))))
	case v.starting:
		return " " + v.s.Styles.Text.Quiet.Render("Reading the pictures…")
	}
	return ""
}

// Footer returns the actions available now, and those to get out and to find
// all others.
func (v *Screen) Footer() (hints, last keys.Map) {
	return v.actions(), keys.Map{dialog.Back(), v.s.Keys.All.Help}
}

func (v *Screen) actions() keys.Map {
	if v.choose != nil {
		return keys.Map{v.s.Keys.Jobs.Open}
	}
	k := v.keys
	if v.single() {
		return append(keys.Map{k.Play, k.Side, k.Compare, k.Copy, k.Reuse, v.s.Keys.Again.Menu, k.Where, k.Back, k.Forward}, v.waysOut()...)
	}
	if len(v.sides) > 0 && v.cannot() != "" && !v.playing() {
		return append(v.waysOut(), k.Copy, k.Where, k.Reuse)
	}
	return append(keys.Map{k.Play, k.Back, k.Forward, k.Compare, k.Reuse, v.s.Keys.Again.Menu, k.Copy, k.Where}, v.waysOut()...)
}

// waysOut returns the keys that bring the clip to another machine, if they can
// be used.
func (v *Screen) waysOut() keys.Map {
	var m keys.Map
	if len(v.sides) > 0 && v.link() != "" {
		m = append(m, v.keys.Link)
	}
	if v.d.Host != "" {
		m = append(m, v.keys.Fetch)
	}
	return m
}

// Keys returns all actions, with the reasons of those that cannot be used now.
func (v *Screen) Keys() keys.Map {
	all := v.keys.Whole()
	if len(v.sides) == 0 {
		return all
	}
	why := v.cannot()
	for i, b := range all {
		switch {
		case b.Name == v.keys.Play.Name && why != "" && !v.playing():
			all[i] = b.Refuse(string(why))
		case b.Name == v.keys.Link.Name && v.link() == "":
			all[i] = b.Refuse("the link is not known")
		case b.Name == v.keys.Fetch.Name && v.d.Host == "":
			all[i] = b.Refuse("the clip is on this machine")
		}
	}
	return all
}

// ageWidth is the width of ages in the list of clips to compare with.
const ageWidth = 10

// row draws one line of the list of clips to compare with.
func (v *Screen) row(j *job.Job, width int, selected bool) string {
	st := v.s.Styles
	mark, style := "  ", st.Text.Base
	if selected {
		mark, style = st.Row.Mark.Render("▸")+" ", st.Text.Bright
	}
	facts := jobs.Kind(j, v.s.Catalogue.Now()) + "  " + safe.PadLeft(safe.Line(bar.Age(j.EndedAt, v.s.Now())), ageWidth)
	title, tail := v.others.Cell(j, max(width-facts.Width()-6, 0), jobs.Shown{Kind: true})
	line := mark + style.Render(string(title)) + st.Text.Quiet.Render(string(tail))
	line = layout.Ends(line, st.Text.Quiet.Render(string(facts))+" ", width)
	if selected {
		return st.Select(line, width)
	}
	return line
}
