// Package reel defines reels, shots and takes: a reel is an ordered list of
// shots, a shot is an intention, and a take is a job that tries it. It does no
// I/O; the store keeps reels, and the order desk makes takes.
package reel

import (
	"errors"
	"io"
	"slices"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/random"
)

// Reel is an ordered list of shots. Exactly one reel of a store is open.
type Reel struct {
	ID        string
	Name      string
	Open      bool
	CreatedAt time.Time
	// Cast are the names that only this reel knows.
	Cast  []Name
	Shots []*Shot
}

// Name is a person, place or thing that prompts mention as "@anna": its
// pictures, as paths or links, and its words.
type Name struct {
	Name     string   `json:"name" toml:"name"`
	Pictures []string `json:"pictures,omitempty" toml:"pictures,omitempty"`
	Words    string   `json:"words,omitempty" toml:"words,omitempty"`
}

// Shot is an intention: what a clip shall be, and how it is made.
type Shot struct {
	ID        string
	CreatedAt time.Time
	Name      string
	Note      string
	// Model is what takes are made with, the zero Ref while it is not chosen.
	Model catalogue.Ref
	// Values are the prompt, the references and the settings, by role. Prompt
	// and settings may hold alternatives, see Expand.
	Values catalogue.Values
	// Draft and Final replace parts of Model and Values for takes that are
	// tried, and for the one that is kept.
	Draft, Final Spec
	// Continues is the id of the shot whose pick's last frame this one begins
	// with, "" for none.
	Continues string
	// Count is the number of takes that are made in one go, 1 if 0.
	Count int
	// Takes are the jobs of the shot, oldest first.
	Takes []*job.Job
}

// Spec is a way to make a shot: a model or a resolution of its own. The zero
// Spec changes nothing.
type Spec struct {
	Model      catalogue.Ref `json:"model,omitzero"`
	Resolution string        `json:"resolution,omitempty"`
}

// IsZero reports whether the spec changes nothing.
func (s Spec) IsZero() bool { return s == Spec{} }

// Prompt returns the words of the shot.
func (s *Shot) Prompt() string { return s.Values.Text(catalogue.RolePrompt) }

// Pick returns the take that represents the shot, nil if none was picked.
func (s *Shot) Pick() *job.Job {
	if i := slices.IndexFunc(s.Takes, func(j *job.Job) bool { return j.Pick }); i >= 0 {
		return s.Takes[i]
	}
	return nil
}

// Finished reports whether the shot's pick is as good as the shot wants it: it
// was made as a final, or the shot names no other way to make one.
func (s *Shot) Finished() bool {
	p := s.Pick()
	return p != nil && p.State == job.Saved && (p.Origin == job.OriginFinal || s.Final.IsZero())
}

// Take returns a take by its job's id and its number, counted from 1.
func (s *Shot) Take(id string) (j *job.Job, n int) {
	if i := slices.IndexFunc(s.Takes, func(j *job.Job) bool { return j.ID == id }); i >= 0 {
		return s.Takes[i], i + 1
	}
	return nil, 0
}

// Seconds returns the length of the shot: its pick's, else the wanted one, 0
// if neither is known.
func (s *Shot) Seconds() int {
	if p := s.Pick(); p != nil && p.Seconds > 0 {
		return p.Seconds
	}
	if n, ok := s.Values.Int(catalogue.RoleDuration); ok {
		return int(n)
	}
	if n := len(s.Takes); n > 0 {
		return s.Takes[n-1].Seconds
	}
	return 0
}

// Bill is what takes cost or may have cost. Practice is never spent: what it
// would have cost is kept apart.
type Bill struct {
	Spent, Practised usd.Micro
	// Unpriced takes have no known price and are not in Spent;
	// UnpricedPractice ones not in Practised.
	Unpriced, UnpricedPractice int
}

// Plus returns the sum of two bills.
func (b Bill) Plus(c Bill) Bill {
	return Bill{
		Spent: b.Spent.Plus(c.Spent), Practised: b.Practised.Plus(c.Practised),
		Unpriced: b.Unpriced + c.Unpriced, UnpricedPractice: b.UnpricedPractice + c.UnpricedPractice,
	}
}

// Bill returns what the takes cost.
func (s *Shot) Bill() (b Bill) {
	for _, j := range s.Takes {
		if !j.MaybeBilled() {
			continue
		}
		sum, unpriced := &b.Spent, &b.Unpriced
		if j.Practice {
			sum, unpriced = &b.Practised, &b.UnpricedPractice
		}
		if m := j.Cost(); m != nil {
			*sum = sum.Plus(*m)
		} else {
			*unpriced++
		}
	}
	return b
}

// Shot returns a shot by its id and its number, counted from 1.
func (r *Reel) Shot(id string) (s *Shot, n int) {
	if i := slices.IndexFunc(r.Shots, func(s *Shot) bool { return s.ID == id }); i >= 0 {
		return r.Shots[i], i + 1
	}
	return nil, 0
}

// Take returns a take by its job's id, with its shot.
func (r *Reel) Take(id string) (*job.Job, *Shot) {
	for _, s := range r.Shots {
		if j, _ := s.Take(id); j != nil {
			return j, s
		}
	}
	return nil, nil
}

// Seconds returns the total length.
func (r *Reel) Seconds() (n int) {
	for _, s := range r.Shots {
		n += s.Seconds()
	}
	return n
}

// Bill returns what all takes cost.
func (r *Reel) Bill() (b Bill) {
	for _, s := range r.Shots {
		b = b.Plus(s.Bill())
	}
	return b
}

// Picked returns the number of shots with a pick.
func (r *Reel) Picked() (n int) {
	for _, s := range r.Shots {
		if s.Pick() != nil {
			n++
		}
	}
	return n
}

// Clone returns a copy that shares nothing that an edit changes.
func (r *Reel) Clone() *Reel {
	c := *r
	c.Cast = slices.Clone(r.Cast)
	c.Shots = make([]*Shot, len(r.Shots))
	for i, s := range r.Shots {
		t := *s
		t.Values = s.Values.Clone()
		t.Takes = make([]*job.Job, len(s.Takes))
		for k, j := range s.Takes {
			copied := *j
			t.Takes[k] = &copied
		}
		c.Shots[i] = &t
	}
	return &c
}

// NewID returns an id for a shot or a reel: 12 random letters of a-z2-7.
func NewID(rand io.Reader) (string, error) { return random.ID(rand) }

// References returns the roles of the values that hold media, sorted.
func References(v catalogue.Values) []catalogue.Role {
	var roles []catalogue.Role
	for r := range v {
		if len(v.Media(r)) > 0 {
			roles = append(roles, r)
		}
	}
	slices.Sort(roles)
	return roles
}

// ErrNoShot and ErrNoTake are returned by edits for what the reel does not
// have.
var (
	ErrNoShot = errors.New("the reel has no such shot")
	ErrNoTake = errors.New("the reel has no such take")
)
