package reel

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/reel"
	"seedreel/ui/safe"
)

// total is what the shots of a reel come to.
type total struct {
	shots, seconds        int
	picked, pickedSeconds int
	bill                  reel.Bill
	drafts, finals        pending
}

// pending is how many clips are to be made, and for how much.
type pending struct {
	clips int
	most  usd.Micro
}

// books are the models that shots are priced with.
type books struct {
	cat      *catalogue.Catalogue
	standard *catalogue.Model
}

func (v *Screen) books() books { return books{v.s.Catalogue.Now(), v.s.Model} }

// add adds the shots of a part of a reel.
func (t *total) add(r *reel.Reel, b books) {
	t.shots += len(r.Shots)
	t.seconds += r.Seconds()
	t.picked += r.Picked()
	for _, s := range r.Shots {
		if s.Pick() != nil {
			t.pickedSeconds += s.Seconds()
		}
	}
	t.bill = t.bill.Plus(r.Bill())
	t.drafts.add(r, b, reel.AsDraft, func(s *reel.Shot) bool { return !s.Draft.IsZero() && s.Pick() == nil })
	t.finals.add(r, b, reel.AsFinal, func(s *reel.Shot) bool { return !s.Final.IsZero() && s.Pick() != nil && !s.Finished() })
}

// add adds what the shots cost that has reports true for.
func (o *pending) add(r *reel.Reel, b books, mode reel.Mode, has func(s *reel.Shot) bool) {
	m := reel.Making{Mode: mode, Models: b.cat.Model, Standard: b.standard, Look: unseen}
	m.Only = func(_ int, s *reel.Shot) bool { return has(s) }
	parts, _ := m.Plan(r)
	for _, p := range parts {
		o.clips += p.Count
		if most, ok := p.Model.Estimate(p.Values, unseen).Times(p.Count).Ceiling(); ok {
			o.most = o.most.Plus(most)
		}
	}
}

// toMake returns what all drafts, and what all finals that are left, would
// cost: "12 drafts $0.96, 3 finals $3.60", "" if no shot names any.
func (t *total) toMake() safe.String {
	var text safe.String
	for _, x := range []struct {
		pending
		what string
	}{{t.drafts, "draft"}, {t.finals, "final"}} {
		if x.clips == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += safe.Line(english.Plural(x.clips, x.what, "") + " " + x.most.String())
	}
	return text
}

// words returns the totals for the head of the screen.
func (t *total) words() string {
	return fmt.Sprintf("   %s, %d s   %d picked, %d s", count(t.shots, "shot"), t.seconds, t.picked, t.pickedSeconds)
}

// totalReadMsg carries what all shots of a long reel come to.
type totalReadMsg struct {
	reel string
	all  total
}

// addUp adds up a reel of which not all was read, part by part.
func (v *Screen) addUp() tea.Cmd {
	if v.adding {
		v.addAgain = true
		return nil
	}
	v.adding = true
	st, b, id := v.s.Store, v.books(), v.reel.ID
	return v.s.Work(func(ctx context.Context) tea.Msg {
		m := totalReadMsg{reel: id}
		err := st.EachReelPart(ctx, id, func(r *reel.Reel) error {
			m.all.add(r, b)
			return nil
		})
		if err != nil {
			return totalReadMsg{} // the rows are there without it
		}
		return m
	})
}

// addedUp takes the totals of a long reel.
func (v *Screen) addedUp(m totalReadMsg) tea.Cmd {
	v.adding = false
	if v.reel != nil && m.reel == v.reel.ID {
		v.all, v.allKnown = m.all, true
	}
	if v.addAgain {
		v.addAgain = false
		return v.addUp()
	}
	return nil
}

// counted returns the number of shots in words.
func (v *Screen) counted() string {
	return humanize.Comma(int64(v.reel.All)) + " shots, adding them up"
}
