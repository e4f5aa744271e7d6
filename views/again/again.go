// Package again leads from a take to the next one: the menu of what to change,
// the frame that is taken out of the clip for it, and the order or the form
// that it ends in. The rules are those of state/reel.
package again

import (
	"context"
	"crypto/rand"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/jobs"
	"seedreel/views/order"
	"seedreel/views/studio"
	"seedreel/views/words"
)

const dialogMenu = "again"

// taking bounds the time for a picture.
const taking = time.Minute

// Room makes takes again.
type Room struct {
	s *studio.Studio
	// tool takes frames out of clips; it is nil without ffmpeg.
	tool *frames.Tool
	menu *dialog.Menu
	// of is the take that the menu is about.
	of studio.AgainMsg
	// shot is its shot, nil until it was read.
	shot *reel.Shot
}

// unseen is what is known of pictures that were not looked at, which takes the
// disk; no price of a menu depends on them.
func unseen(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }

// New returns the room. tool is nil without ffmpeg.
func New(s *studio.Studio, tool *frames.Tool) *Room { return &Room{s: s, tool: tool} }

type (
	// shotReadMsg carries the shot of a pick, whose final has a price then.
	shotReadMsg struct {
		of   string
		shot *reel.Shot
	}
	// readyMsg carries what a way needed: a frame, or the shot of a pick.
	readyMsg struct {
		of    studio.AgainMsg
		way   reel.Way
		frame string
		shot  *reel.Shot
		err   error
	}
)

// Update opens the menu and goes on with what was read for a way.
func (r *Room) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case studio.AgainMsg:
		return r.open(msg)
	case studio.ChangedMsg:
		if j := r.changed(msg); j != nil {
			r.of.Job = j
			r.menu.Entries = r.entries(r.shot)
		}
	case shotReadMsg:
		r.shot = msg.shot
		if r.menu != nil && r.of.Job.ID == msg.of {
			r.menu.Entries = r.entries(msg.shot)
		}
	case readyMsg:
		if msg.err != nil {
			return studio.Say(toast.Bad, "Nothing was changed: "+words.Error(msg.err))
		}
		return r.finish(msg)
	}
	return nil
}

// changed returns the take of the open menu as it is now, if that is known to
// have changed: its clip may have come.
func (r *Room) changed(msg studio.ChangedMsg) *job.Job {
	if msg.What != studio.Jobs || r.menu == nil || !r.s.Dialogs.Has(dialogMenu) {
		return nil
	}
	if j := r.s.Live.Find(r.of.Job.ID); j != nil && j.State != r.of.Job.State {
		return j
	}
	return nil
}

// open shows the menu at once; letters may follow.
func (r *Room) open(of studio.AgainMsg) tea.Cmd {
	r.of, r.shot = of, nil
	r.menu = &dialog.Menu{Name: dialogMenu, Title: "Again, but different", Body: "“" + safe.Truncate(jobs.Title(of.Job), 56) + "”", Entries: r.entries(nil)}
	r.s.Dialogs.Push(r.menu)
	if !of.Job.Pick {
		return nil
	}
	st, id := r.s.Store, of.Job.ID
	return r.s.Work(func(ctx context.Context) tea.Msg {
		shot, err := st.ShotOf(ctx, id)
		if err != nil {
			return nil // choosing it gives the reason
		}
		return shotReadMsg{of: id, shot: shot}
	})
}

// entries returns the lines of the menu, each with its price or the reason why
// it cannot be.
func (r *Room) entries(shot *reel.Shot) []dialog.Entry {
	k := r.s.Keys.Again
	ways := reel.Ways()
	var out []dialog.Entry
	for i, b := range k.Ways() {
		way := ways[i]
		e := dialog.Entry{Key: k.Letter(b), Label: safe.Line(b.Help().Desc), Do: func() tea.Cmd { return r.choose(way) }}
		n, err := r.maker().Next(r.of.Job, shot, way, "")
		if err != nil {
			e.Why = safe.Line(err.Error())
		} else {
			e.Right = r.price(n)
			if e.Why = r.cannotTake(way); n.Was != nil && e.Why == "" {
				e.Label += ": " + words.Short(n.Model)
			}
			if n.Is.IsSet() {
				e.Label += ": " + safe.Line(n.Is.String())
				if n.Changed == catalogue.RoleDuration {
					e.Label += " s"
				}
			}
		}
		out = append(out, e)
	}
	return out
}

// price returns what a take costs.
func (r *Room) price(n *reel.Next) safe.String {
	e := n.Model.Estimate(n.Model.Fill(n.Values), unseen)
	if !e.Known && e.High == 0 {
		return "price unknown"
	}
	return safe.Line(e.String())
}

// cannotTake returns why a way gets no frame, "" if it gets one or needs none.
func (r *Room) cannotTake(way reel.Way) safe.String {
	j := r.of.Job
	switch {
	case way.Needs(j) == reel.NoFrame:
		return ""
	case j.State != job.Saved || !j.Output.Here():
		return "there is no clip to take a frame from"
	case r.tool == nil:
		return "a frame is taken out with ffmpeg, which is not installed"
	}
	return ""
}

func (r *Room) maker() *reel.Maker {
	usable := func(provider string) bool {
		ok, _ := r.s.Ready(provider)
		return ok || r.s.Practice
	}
	return &reel.Maker{Catalogue: r.s.Catalogue.Now(), Usable: usable}
}

// choose reads what a way needs, and goes on with it.
func (r *Room) choose(way reel.Way) tea.Cmd {
	of := r.of
	need := way.Needs(of.Job)
	switch {
	case way == reel.WayFinal:
		st := r.s.Store
		return r.s.Work(func(ctx context.Context) tea.Msg {
			shot, err := st.ShotOf(ctx, of.Job.ID)
			return readyMsg{of: of, way: way, shot: shot, err: err}
		})
	case need == reel.NoFrame:
		return r.finish(readyMsg{of: of, way: way})
	}
	m := frames.Last()
	switch {
	case way == reel.WayLoop: // a loop begins as the clip does
		m = frames.First()
	case of.Frame != nil:
		m = *of.Frame
	}
	ctx, tool, dir, out := r.s.Ctx, r.tool, r.s.Paths.Frames(), of.Job.Output
	return tea.Batch(r.s.Say(toast.Info, "Taking the frame out of the clip."), func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, taking)
		defer cancel()
		path, err := tool.Keep(ctx, dir, of.Job.ID, frames.Clip{Path: out.Path, SHA256: out.SHA256}, m)
		return readyMsg{of: of, way: way, frame: path, err: err}
	})
}

// finish orders the take, or puts it into the form.
func (r *Room) finish(msg readyMsg) tea.Cmd {
	j := msg.of.Job
	n, err := r.maker().Next(j, msg.shot, msg.way, msg.frame)
	if err != nil {
		return studio.Say(toast.Info, words.Sentence(err))
	}
	if n.Taken.Continues != "" {
		if n.Taken.Shot, err = reel.NewID(rand.Reader); err != nil {
			return studio.Say(toast.Bad, words.Error(err))
		}
	}
	if !msg.way.AtOnce() {
		return studio.Send(studio.FillMsg{Next: n, Seed: j.Seed, Text: r.said(j, n)})
	}
	values := n.Model.Fill(n.Values)
	return studio.Send(order.SubmitMsg{
		Model: n.Model, Values: values, Count: 1, Estimate: n.Model.Estimate(values, unseen), Taken: n.Taken, Labels: j.Labels, Aside: true,
	})
}

// said returns what changed, what it costs, and the key that goes back.
func (r *Room) said(j *job.Job, n *reel.Next) safe.String {
	text := words.Again(n)
	if n.Was != nil {
		text += " " + words.Moved(n.Was, n.Model)
		if len(n.Differs) > 0 {
			text += " It differs: " + words.Differs(n.Differs) + "."
		}
	}
	text += " " + r.price(n)
	if was := n.Was; was != nil {
		if e := was.Estimate(was.Fill(j.Values), unseen); e.Known {
			text += ", was " + safe.Line(e.String())
		}
	}
	return text + "; " + safe.Line(r.s.Keys.Form.Before.Help().Key) + " goes back."
}
