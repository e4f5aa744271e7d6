package simulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// Options says how a Simulator behaves and where it keeps what must survive.
type Options struct {
	// Catalogue holds the models that are offered, looked up anew for every
	// request. It is required.
	Catalogue *catalogue.Shelf
	// Now is the clock, required.
	Now func() time.Time
	// Speed divides every duration: 1 is believable, 10 ten times faster. 0
	// means 1.
	Speed float64
	// Base is the address that links start with, such as
	// "http://127.0.0.1:8080"; "" takes the host that a request names.
	Base string
	// Journal is the file that tasks and uploads are written to, so that they
	// survive a restart and are seen by other processes; "" keeps them in
	// memory.
	Journal string
	// FFmpeg is the path of the program that turns the user's own picture into
	// a clip; "" always serves the built-in loops.
	FFmpeg string
	// Cache is the folder for clips made with FFmpeg; "" makes none.
	Cache string
	// UploadDir is the folder for uploaded files; "" keeps them in memory.
	UploadDir string
	// Balance is what every account starts with, each key being one account at
	// each service; nil means DefaultBalance, and 0 an empty account.
	Balance *usd.Micro
	// Level limits what an account may submit; the zero Level limits nothing.
	Level Level
	// ExtraModels is a models file as the catalogue's, with models that the
	// catalogue does not know or that it knows otherwise; nil adds none.
	ExtraModels []byte
	// Dialect is how the AI/ML API speaks; the zero Dialect is its latest.
	Dialect Dialect
	// Control serves the endpoints under ControlPath, by which another program
	// scripts faults and reads the bill.
	Control bool
}

// Simulator serves both services. It is safe for concurrent use.
type Simulator struct {
	catalogue *catalogue.Shelf
	now       func() time.Time
	speed     float64
	base      string
	mux       *http.ServeMux
	tasks     *tasks
	uploads   *uploads
	tickets   *tickets
	journal   *journal
	studio    *studio
	script    *script
	logs      *throttle
	opening   usd.Micro
	level     Level
	dialect   Dialect
	control   bool
	// opened is when the accounts were opened, as far as anybody can tell.
	opened time.Time
	// buying is held from the look at an account to the accepted submit, so
	// that two submits do not spend the same credit.
	buying sync.Mutex
}

// vendor is one of the services: it registers its endpoints, and words every
// refusal in its own shape.
type vendor interface {
	routes(mux *http.ServeMux)
	refuse(w http.ResponseWriter, r *http.Request, why refusal)
	// missingKey and noFunds are what it says to a request without a key and
	// to an account without money.
	missingKey() refusal
	noFunds() refusal
}

// New makes a simulator and reads what its journal holds.
func New(o Options) (*Simulator, error) {
	if o.Catalogue == nil || o.Now == nil {
		return nil, errors.New("starting the simulator: a catalogue and a clock are needed")
	}
	if err := o.Dialect.check(); err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	if o.ExtraModels != nil {
		c, err := o.Catalogue.Now().Merge(o.ExtraModels)
		if err != nil {
			return nil, fmt.Errorf("starting the simulator: %w", err)
		}
		o.Catalogue = catalogue.NewShelf(c)
	}
	for _, dir := range []string{o.Cache, o.UploadDir} {
		if dir == "" {
			continue
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("starting the simulator: %w", err)
		}
		if err := sweep(dir, o.Now().Add(-retention-signedLife)); err != nil {
			return nil, fmt.Errorf("starting the simulator: %w", err)
		}
	}
	s := &Simulator{
		catalogue: o.Catalogue, now: o.Now, speed: o.Speed, base: strings.TrimRight(o.Base, "/"),
		mux: http.NewServeMux(), tasks: newTasks(), uploads: newUploads(o.UploadDir), tickets: newTickets(),
		studio: newStudio(o.FFmpeg, o.Cache), script: &script{}, logs: &throttle{}, opening: DefaultBalance,
		level: o.Level, dialect: o.Dialect, control: o.Control, opened: o.Now().UTC(),
	}
	if s.speed <= 0 {
		s.speed = 1
	}
	if o.Balance != nil {
		s.opening = *o.Balance
	}
	j, err := openJournal(o.Journal, s.replay)
	if err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	s.journal = j
	if err := j.catchUp(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the simulator: %w", err), j.close())
	}
	s.fileRoutes(s.mux)
	for _, v := range []vendor{&wavespeed{s}, &aimlapi{s}} {
		v.routes(s.mux)
	}
	return s, nil
}

// ServeHTTP answers one request of either service, or spoils the answer as a
// scripted fault says.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if s.control && strings.HasPrefix(r.URL.Path, ControlPath) {
		s.serveControl(w, r)
		return
	}
	if f := s.script.take(s, r); f != nil {
		s.spoil(w, r, f)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// Close stops what runs in the background and closes the journal.
func (s *Simulator) Close() error {
	s.studio.close()
	return s.journal.close()
}

// Tasks returns every accepted submit in the order of arrival, those of other
// processes on the same journal included. Two equal submits are two tasks: this
// is the ground truth against which a client's bookkeeping can be checked.
func (s *Simulator) Tasks() []Task {
	// A journal that cannot be read leaves what is in memory, which is all
	// that this process accepted.
	_ = s.journal.catchUp()
	return s.tasks.all()
}

// replay takes over one record of the journal. Records that this program would
// not have written are left out: their ids become file names.
func (s *Simulator) replay(rec record) {
	if rec.Task != nil && rec.Task.plausible() {
		s.tasks.put(*rec.Task)
	}
	s.tasks.forget(rec.Deleted)
	if rec.Upload != nil && plainID(rec.Upload.ID) && rec.Upload.Name == safeName(rec.Upload.Name) {
		s.uploads.know(*rec.Upload)
	}
}

// accept makes a task durable before anybody hears of it. The clip is drawn
// from the picture, if there is one, while the task is still young.
func (s *Simulator) accept(ctx context.Context, t Task, p *picture) error {
	if err := s.journal.append(record{Task: &t}); err != nil {
		return err
	}
	s.tasks.put(t)
	if p != nil && t.at(s.now(), s.speed).ending == endsWell {
		s.studio.start(ctx, &t, p)
	}
	return nil
}

// owned finds a task for the account that asks: nobody sees another's.
func (s *Simulator) owned(r *http.Request, provider, id string) (Task, bool) {
	t, ok := s.task(provider, id)
	return t, ok && t.owned(accountOf(r))
}

// task finds a task of a service. One that is not known may have been accepted
// by another process, so the journal's new end is read before giving up.
func (s *Simulator) task(provider, id string) (Task, bool) {
	t, ok := s.tasks.get(id)
	if !ok && s.journal.catchUp() == nil {
		t, ok = s.tasks.get(id)
	}
	return t, ok && t.Provider == provider
}

// link makes an absolute link to a path of the simulator.
func (s *Simulator) link(r *http.Request, path string) string {
	if s.base != "" {
		return s.base + path
	}
	if r.TLS != nil {
		return "https://" + r.Host + path
	}
	return "http://" + r.Host + path
}

// bearer wraps an endpoint that wants a key: any that is not empty will do.
func bearer(v vendor, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if keyOf(r) == "" {
			v.refuse(w, r, v.missingKey())
			return
		}
		next(w, r)
	}
}

// tasks are the accepted submits, by id and in order.
type tasks struct {
	mu      sync.Mutex
	byID    map[string]int
	byFile  map[string]string
	deleted map[string]bool
	order   []Task
}

func newTasks() *tasks {
	return &tasks{byID: map[string]int{}, byFile: map[string]string{}, deleted: map[string]bool{}}
}

// put adds a task; one that is there already comes back from the journal.
func (t *tasks) put(x Task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.byID[x.ID]; known {
		return
	}
	t.byID[x.ID] = len(t.order)
	t.byFile[x.file()] = x.ID
	t.order = append(t.order, x)
}

func (t *tasks) get(id string) (Task, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, ok := t.byID[id]
	if !ok {
		return Task{}, false
	}
	return t.order[i], true
}

// named finds the id of the task whose clip goes by a file name.
func (t *tasks) named(file string) (id string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id, ok = t.byFile[file]
	return id, ok
}

// forget marks records as deleted. Their tasks go on and stay on the bill.
func (t *tasks) forget(ids []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range ids {
		t.deleted[id] = true
	}
}

func (t *tasks) forgotten(id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.deleted[id]
}

func (t *tasks) all() []Task {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Task(nil), t.order...)
}
