package export

import (
	"fmt"

	"seedreel/state/film"
	"seedreel/state/job"
	shots "seedreel/state/reel"
)

// OfReel returns an order for all takes of a reel that have clips here, with
// the reel as a text, and the number of those left out. The reel needs its picks
// alone; each gives all of its takes, part by part. The folder and the tool are
// the caller's.
func OfReel(r *shots.Reel, each func(do func(part *shots.Reel) error) error) (o Order, left int, err error) {
	o.Title = r.Name
	if o.Reel, err = shots.Format(r); err != nil {
		return o, 0, fmt.Errorf("writing the reel: %w", err)
	}
	var before *job.Job // the pick of the shot before
	err = each(func(part *shots.Reel) error {
		n := 0
		before, n = o.add(part, before)
		left += n
		return nil
	})
	if err != nil {
		return o, left, err
	}
	if len(o.Takes) == 0 {
		return o, left, wrong(nil, "the reel has no clips yet")
	}
	return o, left, nil
}

// add adds the takes of a part of a reel that have clips here. It returns the
// pick of its last shot, and the number of takes left out.
func (o *Order) add(r *shots.Reel, before *job.Job) (last *job.Job, left int) {
	for i, s := range r.Shots {
		for k, j := range s.Takes {
			if j.State != job.Saved || !j.Output.Here() {
				left++
				continue
			}
			o.Takes = append(o.Takes, Take{
				Job: j.Record(), Path: j.Output.Path, Reel: r.Name, Shot: r.First + i + 1, Name: s.Name, Number: k + 1, Rating: j.Rating, Pick: j.Pick,
				Reject: j.Rejected, Note: j.Note, Parent: j.Parent, How: string(j.Origin), Continued: j.Pick && film.Follows(j, before),
			})
		}
		before = s.Pick()
	}
	return before, left
}
