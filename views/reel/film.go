package reel

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/film"
	"seedreel/state/frames"
	"seedreel/state/settings"
	"seedreel/ui/bar"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// filming is a film that is being joined.
type filming struct {
	plan *film.Plan
	path string
	// share is how much is done, in thousandths; it is written by the command.
	share  atomic.Int64
	cancel context.CancelFunc
	// shown is the dialog about it.
	shown *dialog.Choice
}

type (
	// filmPlannedMsg carries how the picks will be joined.
	filmPlannedMsg struct {
		plan *film.Plan
		// path is where the film is offered to go: no file is there.
		path         string
		picks, shots int
		// stuck is set if the plan needs ffmpeg, and there is none.
		stuck bool
		err   error
	}
	// filmBeatMsg redraws how far a film is.
	filmBeatMsg struct{ of *filming }
	// filmMadeMsg is the end of a film.
	filmMadeMsg struct {
		of   *filming
		made *film.Film
		err  error
	}
)

// filmBeat is how often the progress of a film is redrawn.
const filmBeat = 500 * time.Millisecond

// askFilm looks at the picks, or shows how far the film is that is being joined.
func (v *Screen) askFilm() tea.Cmd {
	if v.film != nil {
		v.showFilm()
		return nil
	}
	st, path := v.s.Store, v.place(".mp4")
	return v.s.Work(func(ctx context.Context) tea.Msg {
		r, err := st.OpenReelHead(ctx)
		if err != nil {
			return filmPlannedMsg{err: err}
		}
		if r, err = st.ReelPicks(ctx, r.ID); err != nil {
			return filmPlannedMsg{err: err}
		}
		picks := Saved(r)
		m := filmPlannedMsg{path: unused(path), picks: len(picks), shots: len(r.Shots)}
		if len(picks) > 0 {
			m.plan, m.err = film.NewPlan(film.Picks(picks), film.Options{})
			m.stuck = m.err == nil && m.plan.Encode && frames.Installed() == nil
		}
		return m
	})
}

// filmPlanned describes how the picks become one clip, and asks where.
func (v *Screen) filmPlanned(m filmPlannedMsg) tea.Cmd {
	switch {
	case m.err != nil:
		return studio.Say(toast.Bad, words.Sentence(m.err))
	case m.picks == 0:
		return studio.Say(toast.Info, "No take is picked yet; "+safe.Line(v.s.Keys.Reel.Pick.Help().Key)+" picks one.")
	case m.stuck:
		return studio.Say(toast.Bad, safe.Line("These clips have to be encoded once more ("+m.plan.Why+"), which needs ffmpeg, and that is not installed."))
	case v.film != nil:
		v.showFilm()
		return nil
	}
	body := safe.Line(fmt.Sprintf("%d of %d shots have a pick.", m.picks, m.shots)).Block() + "\n" + FilmWords(m.plan)
	v.askPlace(m.plan, body, m.path)
	return nil
}

// askPlace asks where a film is to go.
func (v *Screen) askPlace(p *film.Plan, body safe.Block, offered string) {
	v.s.Dialogs.Push(dialog.NewInput("film", "Join the picks into", body, offered, func(text string) tea.Cmd {
		path, err := settings.ExpandHome(text, v.s.Getenv)
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil {
			return studio.Say(toast.Bad, words.Sentence(err))
		}
		return v.join(p, path)
	}))
}

// mostUnused bounds the names that are tried for a film.
const mostUnused = 1000

// unused returns a path, with a number behind its name if there is a file.
func unused(path string) string {
	ext, free := filepath.Ext(path), path
	for n := 2; n < mostUnused; n++ {
		if _, err := os.Lstat(free); err != nil {
			return free // if it cannot be looked at, writing gives the reason
		}
		free = strings.TrimSuffix(path, ext) + "-" + strconv.Itoa(n) + ext
	}
	return path
}

// FilmWords returns what joining will do.
func FilmWords(p *film.Plan) safe.Block {
	s := fmt.Sprintf("%.1f s at %dx%d, about %s", p.Length.Seconds(), p.Width, p.Height, bar.Bytes(p.Bytes))
	if p.Sound {
		s += ", with sound."
	} else {
		s += ", silent."
	}
	how := "The pictures are copied as they are."
	if p.Encode {
		how = "The pictures are encoded once more, because " + p.Why + "."
	}
	if p.Dropped > 0 {
		how += fmt.Sprintf(" Doubled pictures left out: %d.", p.Dropped)
	}
	if p.Silences > 0 {
		how += fmt.Sprintf(" Clips that get silence: %d.", p.Silences)
	}
	return safe.Lines(s + "\n" + how)
}

// join makes the film, and shows how far it is until it is made.
func (v *Screen) join(p *film.Plan, path string) tea.Cmd {
	ctx, cancel := context.WithCancel(v.s.Ctx)
	f := &filming{plan: p, path: path, cancel: cancel}
	v.film = f
	v.showFilm()
	return tea.Batch(v.filmBeat(f), func() tea.Msg {
		defer cancel()
		made, err := p.Make(ctx, path, frames.Installed(), func(share float64) { f.share.Store(int64(share * 1000)) })
		return filmMadeMsg{of: f, made: made, err: err}
	})
}

func (v *Screen) filmBeat(f *filming) tea.Cmd {
	return tea.Tick(filmBeat, func(time.Time) tea.Msg { return filmBeatMsg{of: f} })
}

// beat redraws how far a film is.
func (v *Screen) beat(m filmBeatMsg) tea.Cmd {
	if m.of != v.film {
		return nil
	}
	m.of.shown.Body = m.of.far()
	return v.filmBeat(m.of)
}

// far returns how far a film is.
func (f *filming) far() safe.Block {
	how := "copying"
	if f.plan.Encode {
		how = "encoding"
	}
	return (safe.Line(fmt.Sprintf("%3d %%  %s", f.share.Load()/10, how))).Block() + "\n" + safe.Line(f.path).Block()
}

// showFilm opens the dialog about the film that is being joined. Leaving it
// does not stop the film.
func (v *Screen) showFilm() {
	f := v.film
	f.shown = &dialog.Choice{
		Name: "joining", Title: "Joining the picks", Body: f.far(),
		Options: []dialog.Option{{Label: "Go on behind the screens"}, {Label: "Stop it", Key: "x", Do: func() tea.Cmd {
			f.cancel()
			return nil
		}}},
	}
	v.s.Dialogs.Push(f.shown)
}

// filmed reports the end of a film.
func (v *Screen) filmed(m filmMadeMsg) tea.Cmd {
	if m.of == v.film {
		v.film = nil
		v.s.Dialogs.Close("joining")
	}
	switch {
	case errors.Is(m.err, context.Canceled):
		return studio.Say(toast.Info, "Stopped; no film was written.")
	case errors.Is(m.err, fs.ErrExist):
		// The keys of another name must not go to the reel.
		v.askPlace(m.of.plan, words.Sentence(m.err).Block(), m.of.path)
		return nil
	case m.err != nil:
		return studio.Say(toast.Bad, words.Sentence(m.err))
	}
	how := "copied as it is"
	if m.of.plan.Encode {
		how = "encoded once, because " + m.of.plan.Why
	}
	return studio.Say(toast.Good, safe.Line(fmt.Sprintf("Film of %.1f s, %s: %s", m.made.Facts.Duration.Seconds(), how, m.of.path)))
}
