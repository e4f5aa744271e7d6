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

// Options configures a Simulator.
type Options struct {
	// Catalogue holds the models on offer, looked up anew for every request.
	// It is required.
	Catalogue *catalogue.Shelf
	// Now is the clock, required.
	Now func() time.Time
	// Speed divides every duration: 1 is believable, 10 ten times faster. 0
	// means 1.
	Speed float64
	// Base is the start of links, such as "http://127.0.0.1:8080"; "" uses the
	// host of the request.
	Base string
	// Journal is the file for tasks and uploads, so that they survive a
	// restart and other processes see them; "" keeps them in memory.
	Journal string
	// FFmpeg is the path of the program that turns the user's own picture into
	// a clip; "" always serves the built-in clips.
	FFmpeg string
	// Cache is the folder for clips made with FFmpeg; "" makes none.
	Cache string
	// UploadDir is the folder for uploaded files; "" keeps them in memory.
	UploadDir string
	// Balance is the initial balance of every account, each key being one
	// account at each service; nil means DefaultBalance, and 0 an empty
	// account.
	Balance *usd.Micro
	// Level limits what an account may submit; the zero Level limits nothing.
	Level Level
	// ExtraModels is a models file in the catalogue's form, with models that
	// are new to the catalogue or differ from it; nil adds none.
	ExtraModels []byte
	// Dialects create the simulated services. At least one is required.
	Dialects []NewDialect
	// Control serves the endpoints under ControlPath, by which another program
	// scripts faults and reads the bill.
	Control bool
}

// Simulator serves all services for which it has a dialect. It is safe for
// concurrent use.
type Simulator struct {
	catalogue *catalogue.Shelf
	now       func() time.Time
	speed     float64
	base      string
	voices    []*voice
	files     *http.ServeMux
	tasks     *tasks
	uploads   *uploads
	tickets   *tickets
	journal   *journal
	studio    *studio
	script    *script
	opening   usd.Micro
	level     Level
	control   bool
	// opened is when the accounts were opened, as far as known.
	opened time.Time
	// buying is held from the check of an account to the accepted submit, so
	// that two submits do not spend the same credit.
	buying sync.Mutex
}

// New returns a simulator with the contents of its journal.
func New(o Options) (*Simulator, error) {
	if o.Catalogue == nil || o.Now == nil || len(o.Dialects) == 0 {
		return nil, errors.New("starting the simulator: a catalogue, a clock and a dialect are needed")
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
		if err := sweep(dir, o.Now().Add(-retention-24*time.Hour)); err != nil {
			return nil, fmt.Errorf("starting the simulator: %w", err)
		}
	}
	s := &Simulator{
		catalogue: o.Catalogue, now: o.Now, speed: o.Speed, base: strings.TrimRight(o.Base, "/"),
		files: http.NewServeMux(), tasks: newTasks(), uploads: newUploads(o.UploadDir), tickets: newTickets(),
		studio: newStudio(o.FFmpeg, o.Cache), script: &script{}, opening: DefaultBalance,
		level: o.Level, control: o.Control, opened: o.Now().UTC(),
	}
	if s.speed <= 0 {
		s.speed = 1
	}
	if o.Balance != nil {
		s.opening = *o.Balance
	}
	if err := s.learn(o.Dialects); err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	j, err := openJournal(o.Journal, s.replay)
	if err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	s.journal = j
	if err := j.catchUp(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the simulator: %w", err), j.close())
	}
	s.fileRoutes(s.files)
	return s, nil
}

// ServeHTTP answers one request of any service, or spoils the answer as a
// scripted fault demands.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	s.date(w, 0)
	if s.control && strings.HasPrefix(r.URL.Path, ControlPath) {
		s.serveControl(w, r)
		return
	}
	r, body := s.withBody(r)
	defer body.clear()
	if f := s.script.take(s, r); f != nil {
		s.spoil(w, r, f)
		return
	}
	s.carryOut(w, r)
}

// date sets an answer's Date by the clock that all else follows.
func (s *Simulator) date(w http.ResponseWriter, ahead time.Duration) {
	w.Header().Set("Date", s.now().Add(ahead).UTC().Format(http.TimeFormat))
}

// carryOut routes a request to the files or to its service.
func (s *Simulator) carryOut(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, filesPath) {
		s.files.ServeHTTP(w, r)
		return
	}
	if v := s.speaker(r.URL.Path); v != nil {
		v.mux.ServeHTTP(w, r)
		return
	}
	http.NotFound(w, r)
}

// Catalogue returns the models that the simulator offers.
func (s *Simulator) Catalogue() *catalogue.Catalogue { return s.catalogue.Now() }

// Now returns the time of the simulator's clock.
func (s *Simulator) Now() time.Time { return s.now() }

// Scale returns how long the simulator takes for a real duration d.
func (s *Simulator) Scale(d time.Duration) time.Duration { return time.Duration(float64(d) / s.speed) }

// Close stops all background work and closes the journal.
func (s *Simulator) Close() error {
	s.studio.close()
	return s.journal.close()
}

// Tasks returns every accepted submit in the order of arrival, including those
// of other processes on the same journal. Two equal submits are two tasks:
// this is the ground truth for checking a client's bookkeeping.
func (s *Simulator) Tasks() []Task {
	// An unreadable journal leaves the tasks in memory, which are all that
	// this process accepted.
	_ = s.journal.catchUp()
	return s.tasks.all()
}

// replay applies one record of the journal. Records that this program would
// not have written are skipped: their ids become file names.
func (s *Simulator) replay(rec record) {
	if rec.Task != nil && rec.Task.plausible() {
		s.tasks.put(*rec.Task)
	}
	s.tasks.forget(rec.Deleted)
	if rec.Cancelled != nil {
		s.tasks.cancel(*rec.Cancelled)
	}
	if rec.Upload != nil && plainID(rec.Upload.ID) && rec.Upload.Name == safeName(rec.Upload.Name) {
		s.uploads.know(*rec.Upload)
	}
}

// accept makes a task durable before it is announced. The clip is drawn from
// the picture, if there is one, while the task is still young.
func (s *Simulator) accept(ctx context.Context, t Task, p *picture) error {
	if err := s.journal.append(record{Task: &t}); err != nil {
		return err
	}
	s.tasks.put(t)
	if p != nil && s.Progress(&t).Ending == EndsWell {
		s.studio.start(ctx, &t, p)
	}
	return nil
}

// Link returns an absolute link to a path of the simulator.
func (s *Simulator) Link(r *http.Request, path string) string {
	if s.base != "" {
		return s.base + path
	}
	if r.TLS != nil {
		return "https://" + r.Host + path
	}
	return "http://" + r.Host + path
}
