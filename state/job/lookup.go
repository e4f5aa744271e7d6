package job

import (
	"slices"
	"time"

	"seedreel/client/find"
	"seedreel/client/usd"
)

// Lookup is the state of the search for a request whose answer was lost.
type Lookup struct {
	// OwnSeed is set if the seed was drawn for this job, so that it names its
	// request.
	OwnSeed bool `json:"own_seed,omitempty"`
	// At is when the service's records were last read, zero if they never
	// were; Looks is how often.
	At    time.Time `json:"at,omitzero"`
	Looks int       `json:"looks,omitempty"`
	// Doubt is why the last look without a find proves nothing, "" if it
	// does; Absent is set in the latter case.
	Doubt  find.Doubt `json:"doubt,omitempty"`
	Absent bool       `json:"absent,omitempty"`
	// Trouble is why the last search failed, "" if it did not.
	Trouble string `json:"trouble,omitempty"`
	// Candidates are records that only a person can tell from the job's, Not
	// the ids of those that a person ruled out.
	Candidates []Candidate `json:"candidates,omitempty"`
	Not        []string    `json:"not,omitempty"`
}

// Again returns the lookup of a further search for the same job.
func (l *Lookup) Again() Lookup { return Lookup{OwnSeed: l.OwnSeed, Not: l.Not} }

// Candidate is a record at the service that may be the job's.
type Candidate struct {
	RemoteID string `json:"remote_id"`
	// MadeAt is the service's own time, zero if it gives none.
	MadeAt time.Time `json:"made_at,omitzero"`
	// Price is what it cost, or the estimate of the job that it equals; nil
	// if unknown.
	Price *usd.Micro `json:"price_usd,omitempty"`
}

// RuledOut reports whether a person said that a record is not the job's.
func (l *Lookup) RuledOut(remoteID string) bool { return slices.Contains(l.Not, remoteID) }

// Candidate returns a candidate by its id, nil if there is none.
func (l *Lookup) Candidate(remoteID string) *Candidate {
	for i := range l.Candidates {
		if l.Candidates[i].RemoteID == remoteID {
			return &l.Candidates[i]
		}
	}
	return nil
}

// RuleOut notes that a candidate is not the job's. What was proved before
// concerned another set of records.
func (l *Lookup) RuleOut(remoteID string) {
	l.Candidates = slices.DeleteFunc(slices.Clone(l.Candidates), func(c Candidate) bool { return c.RemoteID == remoteID })
	if !l.RuledOut(remoteID) {
		l.Not = append(slices.Clone(l.Not), remoteID)
	}
	l.Absent = false
}
