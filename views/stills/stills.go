// Package stills draws the stills of takes in lists and pages: small pictures
// as cells, all of one size in a column.
//
// A page names what it shows, and gets lines for it: those of the picture once
// it is there, and until then a ground with the symbol of the job's state. The
// pictures are made in commands, once, and kept on disk. They leave in small
// batches, each after the terminal has answered for the one before, so that
// text always comes first and a key never waits for more than one batch; over
// a line that is too slow even for that they do not leave at all.
package stills

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/media"
	"seedreel/ui/layout"
	"seedreel/ui/list"
	"seedreel/ui/picture"
	"seedreel/ui/playback"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/words"
)

// Size is the box of a still in cells.
type Size struct{ W, H int }

// The sizes of stills: in a row, of a take beside others, and on the page of a
// job.
var (
	Row  = Size{8, 2}
	Take = Size{14, 4}
	Page = Size{26, 6}
)

// From is the width of a screen from which lists have stills.
const From = 100

// Want is a still that a page shows.
type Want struct {
	Job  *job.Job
	Size Size
}

// Options are what a shelf needs.
type Options struct {
	Ctx   context.Context //nolint:containedctx // the program's, for commands
	Now   func() time.Time
	Album *picture.Album
	Caps  *picture.Caps
	// Tool is ffmpeg, nil without it; Dir is the folder that keeps stills.
	Tool *frames.Tool
	Dir  string
	// Asks reports whether the terminal may be asked.
	Asks func() bool
	// On reports whether a person wants stills.
	On func() bool
}

// ChangedMsg is passed to every page when stills have come: what is drawn with
// them must be drawn again.
type ChangedMsg struct{}

// key is a still in one size.
type key struct {
	source string
	size   Size
}

// tile is a still as cells.
type tile struct {
	job   *job.Job
	want  picture.Request
	pic   *picture.Picture
	lines []string
	err   error
}

// Shelf holds the stills that are on the screen. Its methods are for Update
// and View; everything slow happens in its commands.
type Shelf struct {
	o Options
	// wants are the stills that each page shows.
	wants map[string][]key
	tiles map[key]*tile
	// paths are the pictures on disk, by source; "" for one that cannot be had.
	paths map[string]string
	line  line
}

// New returns an empty shelf.
func New(o Options) *Shelf {
	return &Shelf{o: o, wants: map[string][]key{}, tiles: map[key]*tile{}, paths: map[string]string{}}
}

// drawn reports whether the terminal draws pictures.
func (s *Shelf) drawn() bool { return s != nil && s.o.Caps.Mode().Drawn() }

// On reports whether lists and details show stills.
func (s *Shelf) On() bool { return s.drawn() && s.o.On() }

// InLists reports whether rows have stills on a screen of that width: without
// ffmpeg nearly all of them would be missing.
func (s *Shelf) InLists(width int) bool { return s.On() && s.o.Tool != nil && width >= From }

// Of reports whether a job has a still, or will have one.
func (s *Shelf) Of(j *job.Job) bool {
	if !s.On() {
		return false
	}
	source := s.source(j)
	path, known := s.paths[source]
	return source != "" && (!known || path != "")
}

// Lacks returns why clips have no stills here, "" if they can have them.
func (s *Shelf) Lacks() safe.String {
	if s.On() && s.o.Tool == nil {
		return "stills of clips need ffmpeg, which is not installed"
	}
	return ""
}

// TooSlow reports whether the line to the terminal is too slow for stills.
func (s *Shelf) TooSlow() bool { return s != nil && s.line.slow }

// clipSource begins the source of a still that is made from a clip.
const clipSource = "clip\x00"

// source returns what the still of a job is made from: its clip, or a picture
// that goes with it. It is "" if there is none.
func (s *Shelf) source(j *job.Job) string {
	if j.State == job.Saved && j.Output.Path != "" && s.o.Tool != nil {
		return clipSource + j.Output.Path + "\x00" + j.Output.SHA256
	}
	if path := Picture(j); path != "" {
		return "picture\x00" + path
	}
	return ""
}

// Picture returns a picture on this machine that is shown for a job's clip while
// that cannot be seen: its last frame, or an image that it is made from. It
// returns "" for a failed job, of which there is nothing to see.
func Picture(j *job.Job) string {
	if j.State == job.Failed {
		return ""
	}
	for _, o := range j.More {
		if o.Still && o.Here() {
			return o.Path
		}
	}
	for _, r := range []catalogue.Role{catalogue.RoleFirstFrame, catalogue.RoleReferenceImages} {
		for _, item := range j.Values.Media(r) {
			if it, err := media.Parse(item, ""); err == nil && it.Kind == media.Path {
				return it.Value
			}
		}
	}
	return ""
}

// Caption returns what the still of a job shows, "" if that is its clip.
func (s *Shelf) Caption(j *job.Job) safe.String {
	switch source := s.source(j); {
	case strings.HasPrefix(source, clipSource):
		return ""
	case len(j.Values.Media(catalogue.RoleFirstFrame)) > 0:
		return "first frame"
	case len(j.Values.Media(catalogue.RoleReferenceImages)) > 0:
		return "reference"
	}
	return "last frame"
}

// Show gives the shelf what a page shows now, the most important first; a page
// that is not on the screen shows nothing. It is cheap if nothing has changed.
func (s *Shelf) Show(page string, wants []Want) tea.Cmd {
	if s == nil {
		return nil
	}
	if !s.drawn() {
		wants = nil
	}
	keys := make([]key, 0, len(wants))
	for _, w := range wants {
		k := key{s.source(w.Job), w.Size}
		if k.source == "" || k.size.W < 1 || k.size.H < 1 {
			continue
		}
		keys = append(keys, k)
		if s.tiles[k] == nil {
			s.tiles[k] = &tile{job: w.Job}
		}
	}
	if slices.Equal(keys, s.wants[page]) {
		return s.next()
	}
	s.wants[page] = keys
	return tea.Batch(s.tidy(), s.next())
}

// ShowList gives the shelf what a page with a list shows now: the chosen job's
// still for the details, then those of the rows in sight; nothing unless the
// page is shown and has stills.
func (s *Shelf) ShowList(page string, shown bool, rows *list.List[*job.Job, string]) tea.Cmd {
	if !shown {
		return s.Show(page, nil)
	}
	first, last := rows.Visible()
	wants := make([]Want, 0, last-first+1)
	if chosen, ok := rows.Selected(); ok {
		wants = append(wants, Want{Job: chosen, Size: Page})
	}
	for _, j := range rows.Items()[first:last] {
		wants = append(wants, Want{Job: j, Size: Row})
	}
	return s.Show(page, wants)
}

// mostTiles bounds the stills that are kept as cells while they are not shown.
const mostTiles = 400

// tidy frees what no page shows any more.
func (s *Shelf) tidy() tea.Cmd {
	shown := map[key]bool{}
	for _, keys := range s.wants {
		for _, k := range keys {
			shown[k] = true
		}
	}
	many := len(s.tiles) > mostTiles
	var gone []*picture.Picture
	for k, t := range s.tiles {
		stored := t.pic != nil && t.pic.Mode == picture.Kitty // in the terminal
		if shown[k] || !many && !stored && t.pic != nil {
			continue
		}
		if stored {
			gone = append(gone, t.pic)
		}
		delete(s.tiles, k)
	}
	return s.o.Album.Hide(gone...)
}

// Renew forgets all drawings, after the terminal's ways to draw have changed or
// stills were turned on or off, and tries a slow line once more.
func (s *Shelf) Renew() tea.Cmd {
	if s == nil {
		return nil
	}
	var gone []*picture.Picture
	for _, t := range s.tiles {
		gone = append(gone, t.pic)
	}
	clear(s.tiles)
	clear(s.wants)
	for source, path := range s.paths {
		if path == "" {
			delete(s.paths, source) // it may be there now
		}
	}
	s.line.slow, s.line.strikes = false, 0
	return s.o.Album.Hide(gone...)
}

// Lines returns the cells of a job's still: as many lines as the size is high,
// each as wide.
func (s *Shelf) Lines(j *job.Job, size Size, st *theme.Styles) []string {
	if t := s.tiles[key{s.source(j), size}]; t != nil && t.lines != nil {
		out := make([]string, size.H)
		for y := range out {
			l := ""
			if y < len(t.lines) {
				l = t.lines[y]
			}
			out[y] = layout.FitLine(l, size.W)
		}
		return out
	}
	return Ground(words.Tone(j), size, st)
}

// Ground returns the cells in the place of a picture that is not there: a plain
// ground with the symbol of a state in it.
func Ground(tone theme.State, size Size, st *theme.Styles) []string {
	plain := st.Still.Ground
	out := make([]string, size.H)
	for y := range out {
		out[y] = plain.Render(strings.Repeat(" ", size.W))
	}
	if size.H < 1 || size.W < 1 {
		return out
	}
	look := st.State(tone)
	left := (size.W - 1) / 2
	out[(size.H-1)/2] = plain.Render(strings.Repeat(" ", left)) +
		look.Style.Background(plain.GetBackground()).Render(look.Symbol) + plain.Render(strings.Repeat(" ", size.W-1-left))
	return out
}

// line is the state of what leaves for the terminal.
type line struct {
	link  playback.Link
	stage stage
	// asked is when the terminal was asked, sent when the batch left, and bytes
	// its size.
	asked, sent time.Time
	bytes       int
	// batch are the pictures that are still drawn.
	batch []picture.Request
	// rested is set once an answer on an idle line was timed, mute if none came,
	// and slow if the line cannot carry stills: strikes batches in a row took
	// too long.
	rested, mute, slow bool
	strikes            int
	// seq makes ticks of earlier batches stale.
	seq int
}

// stage is what the one batch under way is at.
type stage int

const (
	idle     stage = iota
	resting        // the answer to a question before the batch is awaited
	finding        // a command looks for pictures, or makes them
	drawing        // commands draw them
	flushing       // the renderer writes
	asking         // the answer is awaited
)
