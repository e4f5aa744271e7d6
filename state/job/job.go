// Package job defines the job: one clip that was ordered, from a person's
// confirmation to the file on disk. It does no I/O.
package job

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// Job is one clip that was ordered. Times are UTC, money is in micro-dollars.
type Job struct {
	// Seq orders jobs on this machine; it grows with every insert.
	Seq int64
	// ID is our own name for the job: 12 letters of a-z2-7.
	ID        string
	CreatedAt time.Time
	Provider  string
	Model     string
	// Practice marks a job of the simulator in the program's own process.
	Practice bool
	// Batch is shared by jobs that were confirmed together; "" for a single
	// one.
	Batch string
	// Labels are the person's own words for finding the job.
	Labels Labels
	Taken
	Marks

	Prompt string
	// Values are the person's choices, with media as the paths or links given;
	// the seed is the one drawn, so that the clip can be made again.
	Values catalogue.Values
	// Handed maps a media path to what the service got instead (a link).
	// Data URIs are not kept.
	Handed  map[string]string
	Seed    int64
	HasSeed bool
	Seconds int

	// Estimate is the price shown at the confirmation, nil if unknown.
	Estimate *usd.Micro
	// EstimateBasis describes briefly what the estimate is based on.
	EstimateBasis string
	// Charge is what the service reported, nil if it has not.
	Charge *usd.Micro
	// Hold is what the service has set aside for the job, nil if it reported
	// nothing. It is no charge: it goes if the clip is not made.
	Hold *usd.Micro
	// BillAt is when the service's bill is to be asked for the job next, zero
	// if it is not; BillNote describes what was on it and could not be counted,
	// untrusted.
	BillAt   time.Time
	BillNote string
	// EarlierBilled is set if the job was sent before the current attempt and
	// that is not proved to have cost nothing.
	EarlierBilled bool

	State  State
	Reason Reason
	// ErrorCode and ErrorText are the service's own words, untrusted.
	ErrorCode string
	ErrorText string

	// Account names the account that the job was sent with: a fingerprint of
	// the key, never the key, and the service's address. "" if it was not sent
	// or by a version that did not record it.
	Account string
	// Owner is the instance that is submitting; its lock shows whether it is
	// alive.
	Owner    string
	Attempt  int
	PostedAt time.Time
	// CutAt is when the answer to the current attempt was given up, zero if it
	// was not. Both are by this machine's clock; Ahead is how far the service's
	// was ahead of it then, nil if unknown.
	CutAt time.Time
	Ahead *time.Duration
	// Lookup is the search for the current attempt, once its answer is lost.
	Lookup Lookup
	// RemoteID is the service's id, "" until it arrives.
	RemoteID string
	// Word is the service's own status word, untrusted.
	Word        string
	SubmittedAt time.Time
	EndedAt     time.Time
	SavedAt     time.Time
	// NextAt is when the next step is due; zero if none is.
	NextAt time.Time
	// Fails counts consecutive steps that did not get through.
	Fails int
	// DeadLinks, NotFound and NoOutput count the answers that end a job if
	// there are too many: links that did not work, "no such job" and "done"
	// without a clip. The last two count consecutive answers.
	DeadLinks, NotFound, NoOutput int
	// Waiting is why a due job is held back, "" if it is not.
	Waiting Wait
	// Place is the turn that a waiting job was given in the line, 0 for its own;
	// see Turn. Paused is set while a person holds it back.
	Place  int64
	Paused bool

	// Since is when the trouble counted in Fails or named in Waiting began;
	// zero if there is none.
	Since time.Time

	Output Output
	// More lists what the service made beside the clip.
	More []Output
}

// Output is a file made by the service: its place there and on disk.
type Output struct {
	URL     string    `json:"url"`
	Expires time.Time `json:"expires,omitzero"`
	// Path is written before the clip takes this name, with its SHA256; Bytes
	// is written after.
	Path   string `json:"path,omitempty"`
	ETag   string `json:"etag,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Still marks a picture that goes with the clip, such as its last frame.
	Still bool `json:"still,omitempty"`
	// Lost is why an output beside the clip was given up, "" if it was not.
	Lost string `json:"lost,omitempty"`
}

// Cost returns the best known figure: the charge, else what is set aside, else
// the estimate, else nil.
func (j *Job) Cost() *usd.Micro {
	switch {
	case j.Charge != nil:
		return j.Charge
	case j.Hold != nil:
		return j.Hold
	}
	return j.Estimate
}

// Turn orders the jobs that wait: the least one leaves first.
func (j *Job) Turn() int64 {
	if j.Place != 0 {
		return j.Place
	}
	return j.Seq
}

// CanAskAgain reports whether the job ended only because its service did not
// know it, or gave no clip that can be used: another account, or a service
// restored since, may.
func (j *Job) CanAskAgain() bool {
	return j.State == Failed && (j.Reason == ReasonGone || j.Reason == ReasonUnusable) && j.RemoteID != ""
}

// CanAskHere reports whether the job waits for another account than the one in
// use. A person may know that it is the same one, with a new key.
func (j *Job) CanAskHere() bool {
	return j.Waiting == WaitAccount && j.RemoteID != "" && j.State.Open()
}

// Labels is a sorted set of words in lower case.
type Labels []string

// maxLabel is the longest label, in characters.
const maxLabel = 64

// ParseLabels returns a set of words, each of letters, digits, "-", "_" and
// ".", so that a search can name it without quotes.
func ParseLabels(words []string) (Labels, error) {
	var out Labels
	for _, w := range words {
		w = strings.ToLower(strings.TrimSpace(w))
		odd := strings.ContainsFunc(w, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
		})
		if w == "" || odd || utf8.RuneCountInString(w) > maxLabel {
			return nil, fmt.Errorf("label %q is not one word of letters, digits, dots, - and _", w)
		}
		out = append(out, w)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Wanted is what a job is ordered with: everything known about a clip before
// anything happens to it.
type Wanted struct {
	Provider, Model string
	Practice        bool
	Batch           string
	Labels          Labels
	Taken
	Values catalogue.Values
	// OwnSeed is set if the seed was drawn for this job.
	OwnSeed       bool
	Seconds       int
	Estimate      *usd.Micro
	EstimateBasis string
}

// New returns a queued job. Its prompt and seed are taken from the values.
func New(id string, at time.Time, w Wanted) *Job {
	v := w.Values.Clone()
	if v == nil {
		v = catalogue.Values{}
	}
	j := &Job{
		ID: id, CreatedAt: at.UTC(), Provider: w.Provider, Model: w.Model, Practice: w.Practice, Batch: w.Batch,
		Labels: slices.Clone(w.Labels), Taken: w.Taken, Prompt: v.Text(catalogue.RolePrompt), Values: v, Seconds: w.Seconds,
		Estimate: w.Estimate, EstimateBasis: w.EstimateBasis, State: Queued,
		Lookup: Lookup{OwnSeed: w.OwnSeed},
	}
	j.Seed, j.HasSeed = v.Int(catalogue.RoleSeed)
	return j
}

// Wanted returns what the job was ordered with, for another one like it. The
// batch is left out, as the other is not confirmed with it, and the key, as it
// names one job.
func (j *Job) Wanted() Wanted {
	return Wanted{
		Provider: j.Provider, Model: j.Model, Practice: j.Practice, Labels: j.Labels, Values: j.Values, Seconds: j.Seconds,
		Taken: Taken{Shot: j.Shot, Parent: j.Parent, Origin: j.Origin}, Estimate: j.Estimate, EstimateBasis: j.EstimateBasis,
	}
}

// Record is a job as JSON, for sidecars, receipts and scripts. Keys are added,
// never renamed or removed. Times are UTC, RFC 3339; money is a number of
// dollars; lengths are seconds.
type Record struct {
	ID            string           `json:"id"`
	State         State            `json:"state,omitempty"`
	Reason        Reason           `json:"reason,omitempty"`
	Service       string           `json:"service"`
	Model         string           `json:"model"`
	Practice      bool             `json:"practice"`
	Prompt        string           `json:"prompt"`
	Values        catalogue.Values `json:"values,omitzero"`
	Seed          *int64           `json:"seed,omitempty"`
	Seconds       int              `json:"seconds,omitempty"`
	Batch         string           `json:"batch,omitempty"`
	Labels        Labels           `json:"labels,omitempty"`
	Shot          string           `json:"shot,omitempty"`
	Parent        string           `json:"parent,omitempty"`
	Origin        Origin           `json:"origin,omitempty"`
	Key           string           `json:"key,omitempty"`
	Rating        int              `json:"rating,omitempty"`
	Pick          bool             `json:"pick,omitempty"`
	Rejected      bool             `json:"rejected,omitempty"`
	Note          string           `json:"note,omitempty"`
	Estimate      *usd.Micro       `json:"estimate_usd,omitempty"`
	EstimateBasis string           `json:"estimate_basis,omitempty"`
	Charge        *usd.Micro       `json:"charge_usd,omitempty"`
	BillNote      string           `json:"bill_not_counted,omitempty"`
	RemoteID      string           `json:"remote_id,omitempty"`
	Account       string           `json:"account,omitempty"`
	Word          string           `json:"service_status,omitempty"`
	Waiting       Wait             `json:"waiting,omitempty"`
	Paused        bool             `json:"paused,omitempty"`
	Error         string           `json:"error,omitempty"`
	ErrorCode     string           `json:"error_code,omitempty"`
	Fails         int              `json:"fails,omitempty"`
	Since         time.Time        `json:"trouble_since,omitzero"`
	NextAt        time.Time        `json:"next_try_at,omitzero"`
	Lookup        *Lookup          `json:"lookup,omitempty"`
	Path          string           `json:"path,omitempty"`
	URL           string           `json:"url,omitempty"`
	ExpiresAt     time.Time        `json:"expires_at,omitzero"`
	Bytes         int64            `json:"bytes,omitempty"`
	SHA256        string           `json:"sha256,omitempty"`
	MorePaths     []string         `json:"more_paths,omitempty"`
	CreatedAt     time.Time        `json:"created_at,omitzero"`
	SubmittedAt   time.Time        `json:"submitted_at,omitzero"`
	EndedAt       time.Time        `json:"ended_at,omitzero"`
	SavedAt       time.Time        `json:"saved_at,omitzero"`
}

// Record returns the job as a record. It leaves out a path that is only
// claimed, as there is no clip yet.
func (j *Job) Record() Record {
	r := Record{
		ID: j.ID, State: j.State, Reason: j.Reason, Service: j.Provider, Model: j.Model, Practice: j.Practice,
		Prompt: j.Prompt, Values: j.Values, Seconds: j.Seconds, Batch: j.Batch, Labels: j.Labels, Estimate: j.Estimate,
		EstimateBasis: j.EstimateBasis, Charge: j.Charge, BillNote: j.BillNote, RemoteID: j.RemoteID, Account: j.Account, Word: j.Word, Waiting: j.Waiting,
		Error: j.ErrorText, ErrorCode: j.ErrorCode, URL: j.Output.URL, ExpiresAt: j.Output.Expires.UTC(),
		Shot: j.Shot, Parent: j.Parent, Origin: j.Origin, Key: GivenKey(j.Key), Rating: j.Rating, Pick: j.Pick, Rejected: j.Rejected, Note: j.Note,
		CreatedAt: j.CreatedAt.UTC(), SubmittedAt: j.SubmittedAt.UTC(), EndedAt: j.EndedAt.UTC(), SavedAt: j.SavedAt.UTC(),
		Paused: j.Paused,
	}
	if r.Values == nil {
		r.Values = catalogue.Values{}
	}
	if j.HasSeed {
		r.Seed = &j.Seed
	}
	if j.Troubled() {
		r.Fails, r.Since, r.NextAt = j.Fails, j.Since.UTC(), j.NextAt.UTC()
	}
	if j.State == Uncertain {
		r.Lookup = &j.Lookup
	}
	if j.State == Saved {
		if paths := j.Paths(); len(paths) > 1 {
			r.MorePaths = paths[1:]
		}
		r.Path, r.Bytes, r.SHA256 = j.Output.Path, j.Output.Bytes, j.Output.SHA256
	}
	return r
}

// Job returns the job that a record describes. What a record does not hold,
// such as attempts and counts, is empty.
func (r *Record) Job() *Job {
	j := New(r.ID, r.CreatedAt, Wanted{
		Provider: r.Service, Model: r.Model, Practice: r.Practice, Batch: r.Batch, Labels: r.Labels, Values: r.Values, Seconds: r.Seconds,
		Taken: Taken{Shot: r.Shot, Parent: r.Parent, Origin: r.Origin, Key: KeptKey(r.Key, r.Practice)}, Estimate: r.Estimate, EstimateBasis: r.EstimateBasis,
	})
	j.State, j.Reason, j.Prompt, j.Charge, j.RemoteID, j.Word = r.State, r.Reason, r.Prompt, r.Charge, r.RemoteID, r.Word
	j.Marks = Marks{Rating: r.Rating, Pick: r.Pick, Rejected: r.Rejected, Note: r.Note}
	j.Account, j.BillNote, j.Paused = r.Account, r.BillNote, r.Paused
	j.Waiting, j.ErrorText, j.ErrorCode = r.Waiting, r.Error, r.ErrorCode
	j.SubmittedAt, j.EndedAt, j.SavedAt = r.SubmittedAt.UTC(), r.EndedAt.UTC(), r.SavedAt.UTC()
	j.Output = Output{URL: r.URL, Expires: r.ExpiresAt.UTC(), Path: r.Path, Bytes: r.Bytes, SHA256: r.SHA256}
	if r.Seed != nil {
		j.Seed, j.HasSeed = *r.Seed, true
	}
	return j
}
