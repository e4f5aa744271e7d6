package reel

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/reel"
	"seedreel/state/store"
)

// windowShots is how many shots are read at once: a reel may have thousands.
// stepShots is how far the window moves when the selection is nearer to its end
// than nearEnd.
const windowShots, stepShots, nearEnd = 400, 200, 50

// goal is a row that the window shall move to; the zero goal leaves it.
type goal struct {
	begin, end bool
	shot       string
}

// first returns the first shot of the window that has the goal in it.
func (g goal) first(ctx context.Context, st *store.Store, now int) (int, error) {
	switch {
	case g.begin:
		return 0, nil
	case g.end:
		r, err := st.OpenReelPart(ctx, 0, 0)
		if err != nil {
			return now, err
		}
		return max(r.All-windowShots, 0), nil
	case g.shot != "":
		p, err := st.ShotPlace(ctx, g.shot)
		if errors.Is(err, reel.ErrNoShot) {
			return now, nil
		}
		if err == nil && p.Open && (p.Number <= now || p.Number > now+windowShots) {
			now = max(p.Number-windowShots/2, 0)
		}
		return now, err
	}
	return now, nil
}

// reach selects the row of the goal.
func (v *Screen) reach(g goal) {
	switch {
	case g.begin:
		v.list.Move(-v.list.Len())
	case g.end:
		v.list.Move(v.list.Len())
	case g.shot != "":
		v.list.Select(g.shot)
	}
}

// readOn moves the window when the selection nears the first or the last shot
// of it, or when it shall go to the begin or the end of the reel.
func (v *Screen) readOn(msg tea.KeyPressMsg) tea.Cmd {
	r := v.selected()
	if v.reel == nil || r == nil || len(v.reel.Shots) == v.reel.All {
		return nil
	}
	_, n := v.reel.Shot(r.shot.ID)
	first, last := v.reel.First, v.reel.First+len(v.reel.Shots)
	switch {
	case v.s.Keys.Move.Last.Is(msg) && last < v.reel.All:
		v.goal = goal{end: true}
	case v.s.Keys.Move.First.Is(msg) && first > 0:
		v.goal = goal{begin: true}
	case v.busy:
		return nil // it is moving already
	case n > last-nearEnd && last < v.reel.All:
		v.first = min(first+stepShots, v.reel.All-windowShots)
	case n <= first+nearEnd && first > 0:
		v.first = max(first-stepShots, 0)
	default:
		return nil
	}
	return v.Refresh()
}
