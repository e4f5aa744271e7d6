package job

import "fmt"

// MaxRating is the best rating; 0 is none.
const MaxRating = 5

// Taken is what makes a job a take: its shot and the take that it comes from.
// It is set when the job is ordered.
type Taken struct {
	// Shot is the id of the shot. The store gives a job without one a place:
	// see Store.Insert.
	Shot string
	// Parent is the id of the job that this one was made from, "" for none.
	Parent string
	Origin Origin
	// Continues is the id of the shot that a new Shot goes on from: it is put
	// after that one, and begins with the last frame of its pick. It is not kept
	// with the job.
	Continues string
	// Key names one job: a second order under it makes nothing. "" for none.
	Key string
}

// Marks is a person's opinion of a take. It never changes what is known about
// the clip or its bill.
type Marks struct {
	// Rating is from 1 to MaxRating, 0 for none.
	Rating int
	// Pick is set for the take that a shot is represented by, at most one.
	Pick     bool
	Rejected bool
	Note     string
}

// Origin is how a take was made from its parent.
type Origin string

// The origins of a take.
const (
	// OriginNone is a first try.
	OriginNone Origin = ""
	// OriginSeed: the same with another seed.
	OriginSeed Origin = "seed"
	// OriginWords: with a changed prompt.
	OriginWords Origin = "words"
	// OriginSettings: with other settings, such as length, ratio or model.
	OriginSettings Origin = "settings"
	// OriginContinued: begins with a frame of the parent.
	OriginContinued Origin = "continued"
	// OriginFinal: a draft made in full quality.
	OriginFinal Origin = "final"
	// OriginElsewhere: made at another service, or outside of this program.
	OriginElsewhere Origin = "elsewhere"
)

// Valid returns an error for a rating out of range.
func (m *Marks) Valid() error {
	if m.Rating < 0 || m.Rating > MaxRating {
		return fmt.Errorf("a rating is a number from 0 to %d, not %d", MaxRating, m.Rating)
	}
	return nil
}
