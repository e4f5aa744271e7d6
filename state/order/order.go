// Package order is the only way to anything that may cost money: a clip, a
// second try, a job sent once more, a prompt rewritten. Prepare prices an order
// and asks typed questions, and only Confirm makes it. Callers merely put the
// questions into words.
package order

import (
	"context"
	"io"
	"maps"
	"sync"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
)

// Prices asks the services about money; *account.Account is one.
type Prices interface {
	Quote(ctx context.Context, m *catalogue.Model, v catalogue.Values, practice bool) (client.Quote, error)
	Balance(ctx context.Context, provider string, practice bool) (usd.Micro, error)
}

// Rules are the person's settings that an order is checked against.
type Rules struct {
	// Limit is the most that may be spent in a day, 0 for no limit.
	Limit usd.Micro
	// Threshold is the total above which an order needs confirmation, 0 for
	// always.
	Threshold usd.Micro
	// Practice reports whether new jobs go to the simulator in this process.
	Practice bool
}

// Options configures a Desk; all fields are required.
type Options struct {
	Store  *store.Store
	Prices Prices
	// Providers returns the service of a name, the real one or the simulator.
	Providers func(provider string, practice bool) (client.Provider, error)
	// Rules reads the settings and keys again: another process may have changed
	// them.
	Rules func() (Rules, error)
	// Ready returns why a service cannot be used, or nil.
	Ready func(provider string) error
	// Models returns the catalogue as it is now.
	Models func() *catalogue.Catalogue
	Look   catalogue.Inspect
	// Home replaces a leading "~/" in the paths of pictures.
	Home string
	Now  func() time.Time
	Zone *time.Location
	// Rand is the source of seeds, ids and nonces.
	Rand io.Reader
}

// Desk takes orders. Its methods are safe for concurrent use but block, so the
// goroutine that draws the screen must not call them.
type Desk struct{ o Options }

// New returns a desk.
func New(o Options) *Desk { return &Desk{o: o} }

// Draft is one part of an order, made by Clip, Again, Retry, Silent, Edit or
// Rewriting.
type Draft struct {
	kind   kind
	model  *catalogue.Model
	values catalogue.Values
	count  int
	labels job.Labels
	taken  job.Taken
	shown  *catalogue.Estimate
	// practice is whether the person was told that nothing is billed.
	practice bool
	// of is the job that is sent again or retried.
	of *job.Job
	// silent turns the sound of a retried job off.
	silent bool
	wish   catalogue.Wish
	// image is a path or a link to rewrite a prompt with.
	image string
}

type kind int

const (
	clip kind = iota
	again
	retry
	edit
	rewriting
)

// Clip returns an order for n clips. shown is the price of one that the person
// saw, nil for the list price; practice is whether they were told that nothing
// is billed.
func Clip(m *catalogue.Model, v catalogue.Values, n int, shown *catalogue.Estimate, practice bool) Draft {
	return Draft{kind: clip, model: m, values: v.Clone(), count: max(n, 1), shown: shown, practice: practice}
}

// Labeled returns the draft with labels for its clips.
func (d Draft) Labeled(l job.Labels) Draft {
	d.labels = l
	return d
}

// As returns the draft with the shot of its clips, what they were made from,
// and a key. A clip whose key was used before is not ordered again: Confirm
// returns the job that has it. With several clips the second has "/2" appended
// to the key and so on, so that more of the same are only the new ones.
func (d Draft) As(t job.Taken) Draft {
	d.taken = t
	return d
}

// Again returns an order to send an uncertain job once more, which may be
// billed twice.
func Again(j *job.Job) Draft { return ofJob(again, j) }

// Retry returns an order for a new job like one that failed and cost nothing.
func Retry(j *job.Job) Draft { return ofJob(retry, j) }

// Silent is Retry with the sound off: the order for a job of which only the
// sound was refused.
func Silent(j *job.Job) Draft {
	d := Retry(j)
	d.silent, d.values = true, silenced(d.values)
	return d
}

// Edit returns an order to change what a waiting job asks for. shown is the
// price that the person saw, nil for the list price. The job keeps its turn, and
// only what it costs more counts against a limit.
func Edit(j *job.Job, m *catalogue.Model, v catalogue.Values, shown *catalogue.Estimate) Draft {
	return Draft{kind: edit, of: j, model: m, values: v.Clone(), count: 1, shown: shown, practice: j.Practice}
}

func silenced(v catalogue.Values) catalogue.Values {
	out := catalogue.Values{}
	maps.Copy(out, v)
	out[catalogue.RoleAudioToggle] = catalogue.Bool(false)
	return out
}

func ofJob(k kind, j *job.Job) Draft {
	d := Draft{kind: k, of: j, values: j.Values.Clone(), count: 1, practice: j.Practice}
	if j.Estimate != nil {
		d.shown = &catalogue.Estimate{Known: true, Total: *j.Estimate, Seconds: j.Seconds}
	}
	return d
}

// Rewriting returns an order for a prompt rewritten by the catalogue's
// optimizer. image is a path or a link, or "".
func Rewriting(m *catalogue.Model, w catalogue.Wish, image string, practice bool) Draft {
	priced := w
	priced.Image = image
	return Draft{kind: rewriting, model: m, values: m.WishValues(priced), count: 1, practice: practice, wish: w, image: image}
}

// Line is a draft with its price.
type Line struct {
	Model  *catalogue.Model
	Values catalogue.Values
	// Count is the number to be ordered, Made the number of those that have the
	// key of an earlier order and are not ordered again.
	Count, Made int
	// Practice is set if it goes to the simulator and is not billed.
	Practice bool
	// Errors are the errors in its fields.
	Errors []catalogue.FieldError
	// Unready is why its service cannot be used, or nil.
	Unready error
	// List is the price of one by the catalogue, Live as the service quotes it
	// now, nil if that is not available.
	List catalogue.Estimate
	Live *usd.Micro
	// Each is what one counts for: the higher of the two.
	Each catalogue.Estimate
	// Balance is what is left at the service, nil if that is not available.
	Balance *usd.Micro
}

// Total returns the most that the line can cost, and whether that is known.
func (l *Line) Total() (usd.Micro, bool) {
	if l.Count == 0 {
		return 0, true // all of it was made before
	}
	return l.Each.Times(l.Count).Ceiling()
}

// Prepared is a priced order that can be confirmed.
type Prepared struct {
	Lines []Line
	Rules Rules

	drafts []Draft
	jobs   []*job.Job
	// all is the whole order, with the jobs that were made before under their
	// keys. at are the places of jobs in it.
	all []*job.Job
	at  []int
	// same are the earlier jobs that jobs would repeat, by index.
	same  []*store.ErrDuplicate
	spent map[bool]usd.Micro
	// earlier is set if a job that is changed was promised on an earlier day.
	earlier bool
	nonce   string

	// mu serialises confirmations; made is what they made.
	mu   sync.Mutex
	done bool
	made []*job.Job
}

// before returns what the job of an edit counts for until now, of what it will
// cost at most. One that was promised on an earlier day counts on this one as
// soon as it is dearer, in full.
func (p *Prepared) before(i int, most usd.Micro) usd.Micro {
	d := &p.drafts[i]
	if d.kind != edit || d.of.Estimate == nil || p.earlier && most > *d.of.Estimate {
		return 0
	}
	return *d.of.Estimate
}

// Total returns the most that the order can cost, and whether that is known.
func (p *Prepared) Total() (sum usd.Micro, known bool) {
	known = true
	for i := range p.Lines {
		n, ok := p.Lines[i].Total()
		sum = sum.Plus(n)
		known = known && ok
	}
	return sum, known
}

// Fitting returns how many lines, from the first on, keep the limit of the day
// and the ceiling of the answers. A price that is not known does not fit.
func (p *Prepared) Fitting(a Answers) int {
	sums := map[bool]usd.Micro{}
	var all usd.Micro
	for i := range p.Lines {
		l := &p.Lines[i]
		n, known := l.Total()
		all, sums[l.Practice] = all.Plus(n), sums[l.Practice].Plus(n)
		switch {
		case l.Count == 0:
		case !known && (p.Rules.Limit > 0 || a.Ceiling != nil):
			return i
		case p.Rules.Limit > 0 && p.spent[l.Practice].Plus(sums[l.Practice]) > p.Rules.Limit:
			return i
		case a.Ceiling != nil && all > *a.Ceiling:
			return i
		}
	}
	return len(p.Lines)
}

// Errors returns the field errors of all lines.
func (p *Prepared) Errors() []catalogue.FieldError {
	var out []catalogue.FieldError
	for i := range p.Lines {
		out = append(out, p.Lines[i].Errors...)
	}
	return out
}

// Unready returns why a service cannot be used, or nil if all can.
func (p *Prepared) Unready() error {
	for i := range p.Lines {
		if err := p.Lines[i].Unready; err != nil {
			return err
		}
	}
	return nil
}
