// Package player is the screen of one saved clip: stills of it side by side,
// the clip itself on demand, and another one beside it to compare. If pictures
// cannot be shown, it shows the facts about the clip and the ways to get at it.
package player

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/ui/layout"
	"seedreel/ui/list"
	"seedreel/ui/picture"
	"seedreel/ui/playback"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/keymap"
	"seedreel/views/marks"
	"seedreel/views/page"
	"seedreel/views/studio"
)

// Deps holds the dependencies of the player besides the studio.
type Deps struct {
	Album *picture.Album
	Caps  *picture.Caps
	// Tool is ffmpeg; it is nil without ffmpeg.
	Tool *frames.Tool
	// Cache is the folder of stills; it is created when it is needed.
	Cache string
	// Host is the address of this machine in scp form, "me@box", for the command
	// that fetches a clip; it is "" if the terminal is on this machine.
	Host string
	// Slow is set if the terminal is on another machine: films begin at a low
	// frame rate.
	Slow bool
}

// stills is the number of stills in a strip.
const stills = 8

// side is one clip on the screen.
type side struct {
	job      *job.Job
	facts    frames.Facts
	factsErr error
	strip    *frames.Strip
	stripErr error
	shots    []shot
	reel     *frames.Reel
	reelOf   frames.Shot
	loading  frames.Shot // of the reel under way
	id       int         // the Kitty image of its film, 0 for none
}

// shot is one still on the screen.
type shot struct {
	want  picture.Request
	pic   *picture.Picture
	lines []string
	err   error
}

// Screen is the player.
type Screen struct {
	s    *studio.Studio
	d    Deps
	keys keymap.Player
	// gen invalidates answers for clips that are no longer open.
	gen    int
	ctx    context.Context //nolint:containedctx // ends what an open clip started, when it is closed
	cancel context.CancelFunc
	sides  []*side
	// chosen is the side that actions are for.
	chosen int
	// at is the marked still.
	at       int
	poster   shot
	film     *playback.Player
	starting bool // reels are read, to play then
	// hold is where to stop instead of playing, nil to play.
	hold *time.Duration
	// takes are the saved takes of the clip's shot, as last read. goes plays
	// the next clip that is opened.
	takes []*job.Job
	goes  bool
	// marked are the clips chosen to compare with, by job id.
	marked map[string]bool
	notice safe.String
	choose *list.List[*job.Job, string]
	others jobs.Names // of the clips to choose from
	w, h   int
	// timeBar are the cells of the bar of a film, in the line of the pane.
	timeBar layout.Rect
	// view is the last drawing, or "" once it may have changed: lines of
	// pictures are long, and a frame is asked for after every message.
	view string
}

// New returns a closed player.
func New(s *studio.Studio, d Deps) *Screen {
	return &Screen{s: s, d: d, keys: keymap.NewPlayer(), film: playback.New(s.Now)}
}

var (
	_ page.Page   = (*Screen)(nil)
	_ page.Styled = (*Screen)(nil)
	_ page.Backer = (*Screen)(nil)
)

// Title returns "": the player has no tab, and is opened on a clip.
func (v *Screen) Title() string { return "" }

// Backs reports true: esc leaves the film, then the comparison, then the
// player.
func (v *Screen) Backs() bool { return true }

// SetFocused closes the player when another page is opened.
func (v *Screen) SetFocused(on bool) tea.Cmd {
	if on || len(v.sides) == 0 {
		return nil
	}
	return v.Close()
}

// Open shows a job. Nothing plays until it is asked for.
func (v *Screen) Open(j *job.Job) tea.Cmd {
	free := v.Close()
	v.ctx, v.cancel = context.WithCancel(v.s.Ctx)
	v.sides, v.view = []*side{{job: j}}, ""
	return tea.Batch(free, v.inspect(0), v.layPoster(), v.readTakes())
}

// Close stops everything and frees the images in the terminal.
func (v *Screen) Close() tea.Cmd {
	v.gen++
	if v.cancel != nil {
		v.cancel()
		v.cancel = nil
	}
	v.film.Stop()
	var cmds []tea.Cmd
	for _, sd := range v.sides {
		cmds = append(cmds, v.d.Album.Hide(sd.pictures()...), v.d.Album.FreeID(sd.id))
	}
	cmds = append(cmds, v.d.Album.Hide(v.poster.pic))
	v.view = ""
	v.sides, v.poster, v.choose, v.notice, v.at, v.chosen, v.starting = nil, shot{}, nil, "", 0, 0, false
	v.hold, v.takes = nil, nil
	return tea.Batch(cmds...)
}

// Job returns the open job, or nil if the player is closed.
func (v *Screen) Job() *job.Job {
	if len(v.sides) == 0 {
		return nil
	}
	return v.sides[0].job
}

// SetSize sets the pane's size in cells. Pictures are requested again.
func (v *Screen) SetSize(w, h int) tea.Cmd {
	if w == v.w && h == v.h {
		return nil
	}
	v.w, v.h, v.view = w, h, ""
	if v.choose != nil {
		v.choose.SetSize(w, max(h-headLines, 1))
	}
	return v.lay()
}

// Restyle redraws in the new styles.
func (v *Screen) Restyle() {
	v.view = ""
	if v.choose != nil {
		v.choose.Invalidate()
	}
}

// redraw redraws after the capabilities of the terminal have changed.
func (v *Screen) redraw() tea.Cmd {
	v.Restyle()
	cmds := []tea.Cmd{v.lay()}
	for i, sd := range v.sides {
		if sd.facts.Width > 0 && sd.strip == nil && sd.stripErr == nil && v.d.Tool != nil && v.d.Caps.Mode().Drawn() {
			cmds = append(cmds, v.inspect(i)) // pictures can be drawn only now
		}
	}
	return tea.Batch(cmds...)
}

// lay requests all visible pictures in their sizes.
func (v *Screen) lay() tea.Cmd {
	if len(v.sides) == 0 {
		return nil
	}
	return tea.Batch(v.layStrip(), v.layPoster(), v.refit())
}

// Update handles keys while the player is open, and every other message always:
// answers of its own commands, the terminal's answers, focus and blur.
func (v *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		v.view = ""
		// Somebody who types is looking, regardless of the reported focus.
		return tea.Batch(v.film.SetSeen(true), v.key(msg))
	case tea.FocusMsg:
		return v.film.SetSeen(true)
	case tea.BlurMsg:
		return v.film.SetSeen(false)
	case studio.WatchMsg:
		open := v.s.Open(v)
		return tea.Batch(open, v.film.SetSeen(true), v.Open(msg.Job))
	case studio.CompareMsg:
		if len(msg.Jobs) == 0 {
			return nil
		}
		open := v.s.Open(v)
		return tea.Batch(open, v.film.SetSeen(true), v.Open(msg.Jobs[0]), v.openBeside(msg.Jobs[1:min(len(msg.Jobs), mostSides)]...))
	case studio.ChangedMsg:
		return v.follow(msg)
	case takesMsg:
		v.taken(msg)
		return nil
	}
	if cmd, ok := v.answer(msg); ok {
		v.view = ""
		return cmd
	}
	state, shown := v.film.State(), v.film.Shown()
	cmd := v.film.Update(msg)
	if state != v.film.State() || shown != v.film.Shown() {
		v.view = ""
	}
	if state != playback.Stopped && v.film.State() == playback.Stopped {
		v.explain()
	}
	return cmd
}

// follow keeps up with what has changed beside the player: new takes arrive
// while one is watched.
func (v *Screen) follow(msg studio.ChangedMsg) tea.Cmd {
	switch {
	case msg.What == studio.Pictures:
		return v.redraw()
	case msg.What == studio.Jobs && len(v.sides) > 0:
		return v.readTakes()
	}
	return nil
}

// answer handles the results of the player's commands.
func (v *Screen) answer(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case inspectedMsg:
		return v.inspected(msg), true
	case picture.LoadedMsg:
		return v.loaded(msg), true
	case reelMsg:
		return v.reeled(msg), true
	case candidatesMsg:
		v.candidates(msg)
		return nil, true
	case marks.ChangedMsg:
		v.opined(msg.Jobs)
		return nil, true
	}
	return nil, false
}

// key handles a key press.
func (v *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	if len(v.sides) == 0 {
		return nil
	}
	if v.choose != nil {
		return v.chooseKey(msg)
	}
	k, mv := v.keys, v.s.Keys.Move
	v.notice = ""
	switch {
	case k.Play.Is(msg):
		return v.play()
	case k.Back.Is(msg):
		return v.seek(-1)
	case k.Forward.Is(msg):
		return v.seek(1)
	case mv.First.Is(msg):
		return v.end(0)
	case mv.Last.Is(msg):
		return v.end(far)
	case k.StepOn.Is(msg):
		return v.stepBy(1)
	case k.StepBack.Is(msg):
		return v.stepBy(-1)
	case k.Repeat.Is(msg):
		v.film.SetRepeat(!v.film.Repeats())
		return nil
	case k.Next.Is(msg):
		return v.turn(1)
	case k.Prev.Is(msg):
		return v.turn(-1)
	case k.Keep.Is(msg):
		return v.keep()
	case k.Compare.Is(msg):
		return v.compare()
	case k.Side.Is(msg), msg.String() == "down":
		return v.turnSide(1)
	case msg.String() == "up", msg.String() == "shift+tab":
		return v.turnSide(-1)
	case k.Link.Is(msg):
		return v.copyLink()
	case k.Fetch.Is(msg):
		return v.copyFetch()
	case k.Close.Is(msg):
		return v.back()
	}
	if v.s.Keys.Again.Menu.Is(msg) {
		return v.again()
	}
	if cmd, ok := marks.Act(v.s, &k.Marks, v.meant(), msg); ok {
		return cmd
	}
	return jobs.Act(v.s, v.meant(), msg)
}

// meant returns the job that actions are for.
func (v *Screen) meant() *job.Job { return v.sides[v.chosen].job }

// back leaves the film, then the comparison, then the player.
func (v *Screen) back() tea.Cmd {
	if v.film.State() != playback.Stopped || v.starting {
		v.film.Stop()
		v.starting, v.notice = false, ""
		return v.layStrip()
	}
	if len(v.sides) > 1 {
		free := v.only()
		return tea.Batch(free, v.lay())
	}
	return tea.Batch(v.Close(), studio.Send(page.LeaveMsg{}))
}

func (sd *side) pictures() []*picture.Picture {
	var out []*picture.Picture
	for _, s := range sd.shots {
		if s.pic != nil {
			out = append(out, s.pic)
		}
	}
	return out
}
