package player

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/ui/bar"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/playback"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// headLines is the height of the title and the blank line below it, footLines
// that of the line of notices.
const headLines, footLines = 2, 1

// bodySize returns the size left between the head and the line of notices.
func (v *Screen) bodySize() (w, h int) { return max(v.w-2, 0), max(v.h-headLines-footLines, 0) }

// shape returns how many clips are side by side, and how many rows of them
// there are.
func (v *Screen) shape() (cols, rows int) {
	switch n := len(v.sides); {
	case n > 2:
		return 2, 2
	case n == 2:
		return 2, 1
	}
	return 1, 1
}

// sideWidth returns the width of one clip.
func (v *Screen) sideWidth() int {
	w, _ := v.bodySize()
	n, _ := v.shape()
	return max((w-(n-1)*2)/n, 0)
}

// sideHeight returns the height of one clip of several, without its names. One
// line below all is for the position.
func (v *Screen) sideHeight() int {
	_, h := v.bodySize()
	_, n := v.shape()
	return max((h-1)/n-pairLines, 0)
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
		title = safe.Line([]string{"Two", "Three", "Four"}[len(v.sides)-2] + " clips in step")
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
	lines := drawnOf(place)
	indent := 0
	if len(lines) > 0 {
		indent = len(lines[0]) - len(strings.TrimLeft(lines[0], " "))
	}
	return append(lines, strings.Repeat(" ", max(indent-1, 0))+label)
}

// drawnOf returns the lines of a place that have something on them.
func drawnOf(place []string) []string {
	return slices.DeleteFunc(slices.Clone(place), func(l string) bool { return strings.TrimLeft(l, " ") == "" })
}

// still draws one picture in the middle of its place, or a word instead.
func (v *Screen) still(sd *side, i, w, h int) []string {
	if i >= len(sd.shots) {
		var lines []string
		for _, l := range safe.Wrap(v.why(sd).Block(), max(w-2, 1)) {
			lines = append(lines, v.s.Styles.Text.Quiet.Render(string(l)))
		}
		return center(lines, w, h)
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
	var out []string
	if v.single() {
		out = pad(v.several(blocks), h-1)
	} else {
		out = v.beside(blocks, h-1)
	}
	return append(out, " "+v.timeline(w))
}

// pair draws the same still of several clips.
func (v *Screen) pair() []string {
	blocks := make([][]string, len(v.sides))
	for i, sd := range v.sides {
		blocks[i] = v.still(sd, v.at, v.sideWidth(), v.sideHeight())
		if sd.factsErr != nil || sd.stripErr != nil {
			blocks[i] = []string{string(safe.Truncate(v.why(sd), v.sideWidth()))}
		}
	}
	return v.several(blocks)
}

// several draws the clips that are compared, each with its names below.
func (v *Screen) several(blocks [][]string) (out []string) {
	cols, _ := v.shape()
	names := v.names()
	for from := 0; from < len(v.sides); from += cols {
		to := min(from+cols, len(v.sides))
		row := blocks[min(from, len(blocks)):min(to, len(blocks))]
		high := 1
		for i := range row {
			row[i] = drawnOf(row[i])
			high = max(high, len(row[i]))
		}
		out = append(out, v.beside(row, min(high, v.sideHeight()))...)
		first, second := "", ""
		for i := from; i < to; i++ {
			gap := " "
			if i > from {
				gap = "  "
			}
			first, second = first+gap+names[i][0], second+gap+names[i][1]
		}
		out = append(out, first, second)
	}
	return out
}

// pairLines is the height of the names of two clips.
const pairLines = 2

// names returns two lines for each clip that is compared: the words in which its
// prompt differs, with a person's marks, and then the settings in which it
// differs.
func (v *Screen) names() [][pairLines]string {
	st, w := v.s.Styles, v.sideWidth()
	list := make([]*job.Job, len(v.sides))
	for i, sd := range v.sides {
		list[i] = sd.job
	}
	names := jobs.NamesOf(list, v.s.Catalogue.Now(), v.s.Zone)
	apart := v.apart()
	out := make([][pairLines]string, len(v.sides))
	for i, sd := range v.sides {
		style, mark := st.Text.Base, "  "
		if i == v.chosen {
			style, mark = st.Text.Bright, st.Row.Mark.Render("▸")+" "
		}
		opinion := jobs.Marks(sd.job, st)
		if opinion != "" {
			opinion += "  "
		}
		title := names.Title(sd.job, max(w-2-safe.Width(opinion), 0))
		out[i][0] = layout.FitLine(mark+opinion+style.Render(string(title)), w)
		out[i][1] = layout.FitLine(st.Text.Quiet.Render(string("  "+safe.Truncate(apart[i], max(w-2, 0)))), w)
	}
	return out
}

// apart returns for each clip the settings that it does not share with all
// others. Each is left out whole if it is the same everywhere.
func (v *Screen) apart() []safe.String {
	facts := make([][]string, len(v.sides))
	for i, sd := range v.sides {
		seed := ""
		if sd.job.HasSeed {
			seed = "seed " + strconv.FormatInt(sd.job.Seed, 10)
		}
		frame, length := "", ""
		if f := sd.facts; f.Width > 0 {
			frame, length = fmt.Sprintf("%dx%d", f.Width, f.Height), seconds(f.Duration)
		}
		camera := ""
		if fixed, ok := sd.job.Values.Bool(catalogue.RoleCameraFixed); ok {
			camera = map[bool]string{true: "camera fixed", false: "camera free"}[fixed]
		}
		facts[i] = []string{
			string(jobs.Kind(sd.job, v.s.Catalogue.Now())), frame, length, string(jobs.Ratio(sd.job)), seed, camera, string(jobs.Cost(sd.job)),
		}
	}
	out := make([]safe.String, len(v.sides))
	for k := range facts[0] {
		if !slices.ContainsFunc(facts, func(f []string) bool { return f[k] != facts[0][k] }) {
			continue
		}
		for i, f := range facts {
			if f[k] != "" && out[i] != "" {
				out[i] += "  "
			}
			out[i] += safe.Line(f[k])
		}
	}
	return out
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
	if n, of := v.film.Frame(); of > 0 && v.film.State() == playback.Paused {
		text += fmt.Sprintf("frame %d of %d  ", n, of)
	}
	if v.film.Repeats() {
		text += "repeats  "
	}
	pace := "  " + string(v.pace())
	room := w - ansi.StringWidth(text) - ansi.StringWidth(pace)
	v.timeBar = layout.Rect{}
	if room < 4 || length <= 0 {
		return safe.Truncate(text, w)
	}
	v.timeBar = layout.Rect{X: 1 + ansi.StringWidth(text), Y: v.h - footLines - 1, W: room, H: 1}
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
	if len(v.sides) > 0 && v.choose == nil {
		return v.takeLine(v.w)
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
		return keys.Map{v.keys.Beside, v.s.Keys.Jobs.Open.Brief("compare")}
	}
	k, mv := v.keys, v.s.Keys.Move
	frame, ends := k.StepBack.Pair(k.StepOn, "frame"), mv.First.Pair(mv.Last, "ends")
	if v.single() {
		return append(keys.Map{k.Play, k.Side, frame, k.Compare, k.Repeat, k.Copy, k.Reuse, v.s.Keys.Again.Menu, k.Where, k.Back, k.Forward}, v.waysOut()...)
	}
	if len(v.sides) > 0 && v.cannot() != "" && !v.playing() {
		return append(v.waysOut(), k.Copy, k.Where, k.Reuse)
	}
	return append(keys.Map{k.Play.Keep(), frame.Keep(), ends.Keep(), k.Repeat.Keep(), k.Compare.Keep(), v.s.Keys.Again.Menu, k.Copy, k.Where, k.Reuse}, v.waysOut()...)
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
		mark, style = st.Row.Mark.Render("▸")+" ", st.Row.Title
	}
	if v.marked[j.ID] {
		mark += st.State(theme.Done).Style.Render("✓") + " "
	} else if len(v.marked) > 0 {
		mark += "  "
	}
	facts := jobs.Kind(j, v.s.Catalogue.Now()) + "  " + safe.PadLeft(safe.Line(bar.Age(j.EndedAt, v.s.Now())), ageWidth)
	title, tail := v.others.Cell(j, max(width-facts.Width()-8, 0), jobs.Shown{Kind: true})
	line := mark + style.Render(string(title)) + st.Text.Quiet.Render(string(tail))
	line = layout.Ends(line, st.Text.Quiet.Render(string(facts))+" ", width)
	if selected {
		return st.Select(line, width)
	}
	return line
}
