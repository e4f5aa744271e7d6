package playback

import "time"

// Rung is one quality of playing, from best to cheapest.
type Rung struct {
	// FPS is the most frames a second.
	FPS float64
	// Scale is the part of the full width and height.
	Scale float64
	// Coarse uses 256 colours.
	Coarse bool
}

// Ladder returns the usual order: frames get smaller first and then have fewer
// colours. A small picture that moves is better than a large one that jumps, so
// frames a second are what the rest allows. own is the film's own rate; first is
// the most to show over a line known to be remote, else 0.
func Ladder(own, first float64) []Rung {
	if own <= 0 {
		own = 24
	}
	if first > 0 {
		own = min(own, first)
	}
	return []Rung{{own, 1, false}, {own, 0.8, false}, {own, 0.64, false}, {own, 0.5, false}, {own, 0.5, true}}
}

// sizer chooses the size of the frames by what they cost.
type sizer struct {
	rung int
	// slow and quick count the frames in a row that are too costly to move well,
	// and cheap enough for the next size. After as many as calm that is tried, and
	// rose is set until a frame of it was too costly.
	slow, quick, calm int
	rose              bool
}

const (
	// stutters is how many frames in a row may cost more than smooth: one may be
	// late for other reasons.
	stutters = 3
	// firstCalm is the first value of calm, mostCalm the largest: a size that was
	// given up is tried again after twice as many frames.
	firstCalm, mostCalm = 12, 200
	// ease is the part of what a frame may cost that a larger one must stay within.
	ease = 0.6
)

// adapt chooses the size of the next frames, and returns false if none is cheap
// enough. What counts is how long a frame of n bytes takes until the terminal
// has taken it: over a slow line the bytes take long, in a slow terminal the
// cells do.
func (p *Player) adapt(n int) bool {
	cost := p.link.Cost(n)
	if z := &p.size; z.shrink(p.film.Ladder, cost, p.fresh) {
		return true
	} else if z.rung == len(p.film.Ladder)-1 && cost > hopeless {
		return p.fresh && cost <= 2*hopeless
	}
	p.size.grow(p.film.Ladder, cost, p.fresh)
	return true
}

// shrink goes to a smaller size if frames cost too much, and reports whether it
// did.
func (z *sizer) shrink(ladder []Rung, cost time.Duration, fresh bool) bool {
	last := len(ladder) - 1
	most := target
	if fresh {
		most *= 2 // later ones send only what changed
	}
	from := z.rung
	switch {
	case z.rung == last:
		return false
	case cost > most:
		for z.rung < last && scaled(cost, ladder[from], ladder[z.rung]) > most {
			z.rung++
		}
	case !fresh && cost > smooth && !ladder[z.rung+1].Coarse:
		if z.slow++; z.slow >= stutters {
			z.rung++
		}
	default:
		z.slow = 0
	}
	if z.rung == from {
		return false
	}
	if z.rose {
		z.calm = min(2*z.calm, mostCalm)
	}
	z.slow, z.quick, z.rose = 0, 0, false
	return true
}

// grow goes to the next larger size once frames have been cheap enough for it.
func (z *sizer) grow(ladder []Rung, cost time.Duration, fresh bool) {
	if z.rung == 0 || fresh {
		return
	}
	most := smooth
	if ladder[z.rung].Coarse {
		most = target
	}
	if scaled(cost, ladder[z.rung], ladder[z.rung-1]) > time.Duration(ease*float64(most)) {
		z.quick = 0
		return
	}
	if z.quick++; z.quick >= z.calm {
		z.rung--
		z.slow, z.quick, z.rose = 0, 0, true
	}
}

// scaled returns what a frame costs in another size.
func scaled(cost time.Duration, from, to Rung) time.Duration {
	return time.Duration(float64(cost) / from.part() * to.part())
}

// part returns the bytes of a frame in this size as a part of those of a whole
// one.
func (r Rung) part() float64 {
	if r.Coarse {
		return r.Scale * r.Scale / 2
	}
	return r.Scale * r.Scale
}
