package player

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/views/page"
)

// Point acts on what is drawn. A click marks a still, and plays from the one that
// is marked; in a film it goes to the place in its bar, and elsewhere pauses it or
// lets it go on. Of several clips it chooses one.
func (v *Screen) Point(at page.Mouse) tea.Cmd {
	if len(v.sides) == 0 {
		return nil
	}
	v.view = ""
	switch {
	case v.choose != nil:
		v.pointList(at)
		return nil
	case at.Wheel != 0:
		return v.seek(at.Wheel)
	case !at.Click:
		return nil
	case v.playing() && v.timeBar.Contains(at.X, at.Y):
		part := float64(at.X-v.timeBar.X) / float64(max(v.timeBar.W-1, 1))
		return v.film.Seek(time.Duration(part*float64(v.film.Length())) - v.film.Position())
	case v.single():
		v.pointSide(at)
		return nil
	case v.playing():
		return v.play()
	}
	return v.pointStrip(at)
}

// pointList marks the clip to compare with that was clicked.
func (v *Screen) pointList(at page.Mouse) {
	v.choose.Move(at.Wheel)
	if i, ok := v.choose.At(at.Y - headLines); ok && at.Click {
		v.choose.Select(v.choose.Items()[i].ID)
		v.mark(v.choose.Items()[i])
	}
}

// pointSide chooses the clip that was clicked.
func (v *Screen) pointSide(at page.Mouse) {
	cols, _ := v.shape()
	col := min(max(at.X-1, 0)/(v.sideWidth()+2), cols-1)
	row := max(at.Y-headLines, 0) / (v.sideHeight() + pairLines)
	if i := row*cols + col; i < len(v.sides) {
		v.chosen = i
	}
}

// pointStrip marks the still that was clicked, or plays from it.
func (v *Screen) pointStrip(at page.Mouse) tea.Cmd {
	sd := v.sides[0]
	if sd.strip == nil {
		return nil
	}
	w, h := v.bodySize()
	g := gridOf(len(sd.strip.Paths), w, h, sd.facts.Width, sd.facts.Height, v.d.Caps.Aspect())
	if g.w < 1 || g.h < 1 || at.Y < headLines || at.X < 1 {
		return nil
	}
	col, row := (at.X-1)/(g.w+1), (at.Y-headLines)/(g.h+1)
	i := row*g.cols + col
	switch {
	case col >= g.cols || i >= len(sd.strip.Paths):
		return nil
	case i == v.at:
		return v.play()
	}
	v.at = i
	return nil
}
