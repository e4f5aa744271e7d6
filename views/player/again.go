package player

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/state/frames"
	"seedreel/ui/keys"
	"seedreel/ui/playback"
	"seedreel/views/page"
	"seedreel/views/studio"
)

var _ page.Taker = (*Screen)(nil)

// Takes reports whether an action on a job is meant for the clip in the player.
func (v *Screen) Takes(b keys.Binding) bool {
	return len(v.sides) > 0 && v.s.Keys.Again.Is(keys.Binding{Group: v.s.Keys.Again.Menu.Group, Name: b.Name}) && b.Group == v.s.Keys.Jobs.Open.Group
}

// again opens the menu for the clip in focus and the frame in sight.
func (v *Screen) again() tea.Cmd {
	var pause tea.Cmd
	if v.film.State() == playback.Playing {
		pause = v.film.Toggle()
	}
	return tea.Batch(pause, v.s.Tell(studio.AgainMsg{Job: v.meant(), Frame: v.sight()}))
}

// sight returns the frame in sight: that of the film, or the still that was
// gone to; nil for the usual ones.
func (v *Screen) sight() *frames.Moment {
	var m frames.Moment
	sd := v.sides[v.chosen]
	film := v.film.Position()
	if shown := v.film.Shown(); shown != nil {
		film = shown.At // on a slow line it is behind
	}
	switch {
	case v.playing() && film >= v.film.Length():
		m = frames.Last()
	case v.playing():
		m = frames.At(film)
	case v.at > 0 && sd.strip != nil && v.at == len(sd.strip.At)-1:
		m = frames.Last()
	case v.at > 0 && sd.strip != nil && v.at < len(sd.strip.At):
		m = frames.At(sd.strip.At[v.at])
	default:
		return nil
	}
	return &m
}
