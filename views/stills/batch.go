package stills

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/ui/picture"
)

const (
	// together is how many stills leave at once, 2 KB or so.
	together = 4
	// makeFor is how long a command may make pictures before it hands on those
	// that are there.
	makeFor = 300 * time.Millisecond
	// flushed is how long the renderer may take to write a batch.
	flushed = 40 * time.Millisecond
	// patience is how long to wait for an answer of the terminal. One that does
	// not answer gets a batch as often as that.
	patience = 2 * time.Second
	// longest is how long a batch may take, as a key press waits for up to one.
	// A line that needs longer, strikes times in a row, is too slow for stills.
	longest = 400 * time.Millisecond
	strikes = 2
)

// found is a picture on disk, or with an empty path one that cannot be had.
type found struct{ source, path string }

type (
	foundMsg struct{ all []found }
	askMsg   struct{ seq int }
	lateMsg  struct{ seq int }
)

// next starts a batch, if stills are missing and none is under way.
func (s *Shelf) next() tea.Cmd {
	if s.line.stage != idle || s.line.slow || !s.drawn() || !s.o.Caps.Settled() || len(s.missing()) == 0 {
		return nil
	}
	if !s.line.rested && !s.line.mute && s.o.Asks() {
		// What was drawn before is on its way: the answer comes after it.
		s.line.stage = resting
		return s.ask()
	}
	return s.find()
}

// missing returns the stills of the next batch.
func (s *Shelf) missing() []key {
	var out []key
	pages := make([]string, 0, len(s.wants))
	for p := range s.wants {
		pages = append(pages, p)
	}
	slices.Sort(pages)
	for _, p := range pages {
		for _, k := range s.wants[p] {
			t := s.tiles[k]
			if path, known := s.paths[k.source]; known && path == "" || t == nil || t.lines != nil || t.err != nil || slices.Contains(out, k) {
				continue
			}
			if out = append(out, k); len(out) == together {
				return out
			}
		}
	}
	return out
}

// find looks for the pictures of a batch, and makes those that are missing.
func (s *Shelf) find() tea.Cmd {
	var jobs []*job.Job
	for _, k := range s.missing() {
		if _, known := s.paths[k.source]; !known {
			jobs = append(jobs, s.tiles[k].job)
		}
	}
	if len(jobs) == 0 {
		return s.draw()
	}
	s.line.stage = finding
	o := s.o
	sources := make([]string, len(jobs))
	for i, j := range jobs {
		sources[i] = s.source(j)
	}
	return func() tea.Msg {
		var m foundMsg
		began := time.Now()
		for i, j := range jobs {
			if i > 0 && time.Since(began) > makeFor || o.Ctx.Err() != nil {
				break
			}
			m.all = append(m.all, found{sources[i], pictureOf(o.Ctx, &o, j)})
		}
		return m
	}
}

// pictureOf returns the path of a job's picture, or "".
func pictureOf(ctx context.Context, o *Options, j *job.Job) string {
	if j.State == job.Saved && j.Output.Path != "" && o.Tool != nil {
		if path, err := o.Tool.Still(ctx, frames.Clip{Path: j.Output.Path, SHA256: j.Output.SHA256}, o.Dir); err == nil {
			return path
		}
	}
	return Picture(j)
}

// draw loads the pictures of a batch.
func (s *Shelf) draw() tea.Cmd {
	var cmds []tea.Cmd
	s.line.batch, s.line.bytes = nil, 0
	for _, k := range s.missing() {
		path := s.paths[k.source]
		if path == "" {
			continue // it is not found yet
		}
		t := s.tiles[k]
		t.want = s.o.Album.Wish(picture.Request{Path: path, Cols: k.size.W, Rows: k.size.H})
		if cmd := s.o.Album.Load(s.o.Ctx, t.want); cmd != nil {
			s.line.batch = append(s.line.batch, t.want)
			cmds = append(cmds, cmd)
		}
	}
	if len(cmds) == 0 {
		s.line.stage = idle
		return s.next()
	}
	s.line.stage = drawing
	return tea.Batch(cmds...)
}

// Update handles the answers of the shelf's commands, and of the terminal.
func (s *Shelf) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case foundMsg:
		for _, f := range msg.all {
			s.paths[f.source] = f.path
		}
		s.line.stage = idle
		if len(msg.all) == 0 {
			return nil // the program ends
		}
		return tea.Batch(changed, s.draw())
	case picture.LoadedMsg:
		return s.loaded(msg)
	case uv.PrimaryDeviceAttributesEvent:
		return s.answered()
	case askMsg:
		if msg.seq != s.line.seq || s.line.stage != flushing {
			return nil
		}
		if s.line.mute || !s.o.Asks() {
			return tea.Tick(patience, func(time.Time) tea.Msg { return lateMsg(msg) })
		}
		s.line.stage = asking
		return s.ask()
	case lateMsg:
		return s.late(msg)
	}
	return nil
}

func changed() tea.Msg { return ChangedMsg{} }

// loaded takes a picture of the batch.
func (s *Shelf) loaded(m picture.LoadedMsg) tea.Cmd {
	i := slices.Index(s.line.batch, m.Request)
	if i < 0 || s.line.stage != drawing {
		return nil // another part's
	}
	s.line.batch = slices.Delete(s.line.batch, i, i+1)
	var show tea.Cmd
	for k, t := range s.tiles {
		if t.want != m.Request || t.lines != nil {
			continue // it may have gone meanwhile
		}
		t.pic, t.err = m.Picture, m.Err
		if m.Err != nil {
			delete(s.paths, k.source) // to be looked for when it is shown again
			continue
		}
		t.lines, show = s.o.Album.Show(m.Picture)
		s.line.bytes += m.Picture.Bytes()
	}
	if len(s.line.batch) > 0 {
		return show
	}
	s.line.stage, s.line.sent = flushing, s.o.Now()
	s.line.seq++
	seq := s.line.seq
	return tea.Batch(show, changed, tea.Tick(flushed, func(time.Time) tea.Msg { return askMsg{seq} }))
}

// ask asks the terminal, which answers when it has drawn what came before.
func (s *Shelf) ask() tea.Cmd {
	s.line.asked = s.o.Now()
	s.line.seq++
	seq := s.line.seq
	return tea.Batch(tea.Raw(ansi.RequestPrimaryDeviceAttributes), tea.Tick(patience, func(time.Time) tea.Msg { return lateMsg{seq} }))
}

// answered handles the terminal's answer: the line is free.
func (s *Shelf) answered() tea.Cmd {
	took := s.o.Now().Sub(s.line.asked)
	switch s.line.stage {
	case resting:
		s.line.link.Rest(took)
		s.line.rested = true
	case asking:
		s.line.link.Measure(s.line.bytes, took, s.line.asked.Sub(s.line.sent))
		s.line.strikes++
		if s.line.link.Cost(s.line.bytes) <= longest {
			s.line.strikes = 0
		}
		s.line.slow = s.line.strikes >= strikes
	case idle, finding, drawing, flushing:
		return nil
	}
	s.line.stage, s.line.mute = idle, false
	return s.next()
}

// late goes on without an answer.
func (s *Shelf) late(m lateMsg) tea.Cmd {
	if m.seq != s.line.seq {
		return nil
	}
	switch s.line.stage {
	case resting:
		s.line.mute = true
	case asking:
		// It answered before, so the batch is holding it up.
		s.line.slow = true
	case flushing: // a terminal that does not answer
	case idle, finding, drawing:
		return nil
	}
	s.line.stage = idle
	return s.next()
}
