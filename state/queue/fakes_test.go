package queue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/download"
	"seedreel/state/instance"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
	"seedreel/state/random"
	"seedreel/state/store"
)

// noon is the time of the tests.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// clock is a time that only moves when set.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) { c.set(c.now().Add(d)) }

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

const models = `{"version": 1, "models": [
 {"provider": "wavespeed", "id": "v/lite", "endpoint_path": "/v/lite", "model_in": "path", "task": "t2v", "output": {"container": "mp4", "fps": 24, "count": 1},
  "resolution": {"mode": "fixed", "value": "480p"}, "price": {"basis": "unknown"}, "lifecycle": {"status": "active"},
  "fields": [
   {"name": "prompt", "type": "string", "role": "prompt", "required": true},
   {"name": "images", "type": "array", "role": "reference_images", "media": {"kind": "image"}},
   {"name": "duration", "type": "integer", "role": "duration", "default": 5, "min": 2, "max": 12},
   {"name": "seed", "type": "integer", "role": "seed", "min": 0, "max": 2147483647}]},
 {"provider": "wavespeed", "id": "v/seedless", "endpoint_path": "/v/seedless", "model_in": "path", "task": "t2v", "output": {"container": "mp4", "fps": 24, "count": 1},
  "resolution": {"mode": "fixed", "value": "480p"}, "price": {"basis": "unknown"}, "lifecycle": {"status": "active"},
  "fields": [{"name": "prompt", "type": "string", "role": "prompt", "required": true}]},
 {"provider": "wavespeed", "id": "v/masked", "endpoint_path": "/v/masked", "model_in": "path", "task": "t2v", "output": {"container": "mp4", "fps": 24, "count": 1},
  "resolution": {"mode": "fixed", "value": "480p"}, "price": {"basis": "unknown"}, "lifecycle": {"status": "active"},
  "fields": [
   {"name": "prompt", "type": "string", "role": "prompt", "required": true},
   {"name": "mask_image", "type": "string", "role": "mask_image", "media": {"kind": "image"}},
   {"name": "pose_clips", "type": "array", "role": "pose_clips", "media": {"kind": "video"}},
   {"name": "grade", "type": "string", "role": "grade"},
   {"name": "seed", "type": "integer", "role": "seed", "min": 0, "max": 2147483647}]}]}`

// service is a scripted Provider that records its requests. It keeps the bill:
// every POST that arrived.
type service struct {
	mu       sync.Mutex
	submit   func(ctx context.Context, r client.Request) (client.Prediction, error)
	fetch    func(id string) (client.Prediction, error)
	handOver func(f client.File) (string, error)
	requests []client.Request
	fetched  []string
	handed   []string
}

func (s *service) ID() string { return "wavespeed" }

func (s *service) Submit(ctx context.Context, r client.Request) (client.Prediction, error) {
	s.mu.Lock()
	s.requests = append(s.requests, r)
	n, f := len(s.requests), s.submit
	s.mu.Unlock()
	if f != nil {
		return f(ctx, r)
	}
	return client.Prediction{ID: fmt.Sprintf("remote%d", n), Status: client.StatusQueued, Word: "created"}, nil
}

func (s *service) Fetch(_ context.Context, _ *catalogue.Model, id string) (client.Prediction, error) {
	s.mu.Lock()
	s.fetched = append(s.fetched, id)
	f := s.fetch
	s.mu.Unlock()
	if f != nil {
		return f(id)
	}
	return client.Prediction{ID: id, Status: client.StatusCompleted, Word: "completed", Outputs: []client.Output{{URL: "https://cdn.test/" + id}}}, nil
}

func (s *service) HandOver(_ context.Context, f client.File, progress func(sent, total int64)) (string, error) {
	s.mu.Lock()
	s.handed = append(s.handed, f.Name)
	h := s.handOver
	s.mu.Unlock()
	progress(f.Size, f.Size)
	if h != nil {
		return h(f)
	}
	return "https://up.test/" + f.Name, nil
}

func (s *service) posts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

// fetcher is a scripted Downloader.
type fetcher struct {
	mu        sync.Mutex
	get       func(ctx context.Context, o download.Order) (download.Result, error)
	orders    []download.Order
	discarded []string
}

// clipBytes is accepted as a clip by download.Verify.
var clipBytes, _ = assets.Clip("416x960")

func (f *fetcher) Get(ctx context.Context, o download.Order) (download.Result, error) {
	f.mu.Lock()
	f.orders = append(f.orders, o)
	get := f.get
	f.mu.Unlock()
	if get != nil {
		return get(ctx, o)
	}
	return publish(o)
}

// publish does what a successful download does: claim, then name.
func publish(o download.Order) (download.Result, error) { return publishAs(o, ".mp4", clipBytes) }

func publishAs(o download.Order, ext string, b []byte) (download.Result, error) {
	path := filepath.Join(o.Dir, o.Name+ext)
	o.Progress(10, 20)
	if err := o.Claim(path, sumOf(b)); err != nil {
		return download.Result{}, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return download.Result{}, err
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return download.Result{}, err
	}
	return download.Result{Path: path, Bytes: int64(len(b)), SHA256: sumOf(b), ETag: `"e"`}, nil
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (f *fetcher) Discard(_, jobID string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.discarded = append(f.discarded, jobID)
	return nil
}

// noise is endless, always the same, and safe for concurrent use.
type noise struct {
	mu sync.Mutex
	n  uint64
}

func (z *noise) Read(b []byte) (int, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	for i := range b {
		z.n = z.n*6364136223846793005 + 1442695040888963407
		b[i] = byte(z.n >> 56)
	}
	return len(b), nil
}

// rig is a queue with everything around it faked but the store.
type rig struct {
	t       testing.TB
	dir     string
	clock   *clock
	svc     *service
	dl      *fetcher
	cat     *catalogue.Catalogue
	noise   *noise
	account string
	limit   store.Limit
	// provider replaces svc when set.
	provider func() (client.Provider, error)

	store *store.Store
	inst  *instance.Instance
	q     *Queue
}

func newRig(t testing.TB) *rig {
	t.Helper()
	cat, err := catalogue.Load([]byte(models))
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, dir: t.TempDir(), clock: &clock{t: noon}, svc: &service{}, dl: &fetcher{}, cat: cat, noise: &noise{}}
	r.start()
	t.Cleanup(r.kill)
	return r
}

// start begins a process on the rig's folder.
func (r *rig) start() {
	r.t.Helper()
	var err error
	if r.store, err = store.Open(context.Background(), store.Options{Path: filepath.Join(r.dir, "history.db"), Now: r.clock.now, MinFree: -1}); err != nil {
		r.t.Fatal(err)
	}
	if r.inst, err = instance.Start(r.dir); err != nil {
		r.t.Fatal(err)
	}
	r.q = New(Options{
		Store: r.store, Catalogue: catalogue.NewShelf(r.cat), Downloader: r.dl, Instance: r.inst, Now: r.clock.now, Rand: r.noise,
		Providers: func(string, bool) (client.Provider, error) {
			if r.provider != nil {
				return r.provider()
			}
			return r.svc, nil
		},
		Account: func(_ string, practice bool) string {
			if practice {
				return ""
			}
			return r.account
		},
		Media: func(path string) (client.File, error) {
			st, err := os.Stat(path)
			if err != nil {
				return client.File{}, err
			}
			return client.File{Name: filepath.Base(path), MIME: "image/png", Size: st.Size(), Open: func() (io.ReadCloser, error) { return os.Open(path) }}, nil
		},
		Dir:    func(*job.Job) string { return filepath.Join(r.dir, "clips") },
		Limits: func(store.Service) store.Limit { return r.limit },
	})
}

// kill ends the process without any shutdown of the queue.
func (r *rig) kill() {
	if r.inst == nil {
		return
	}
	if err := errors.Join(r.inst.Close(), r.store.Close()); err != nil {
		r.t.Error(err)
	}
	r.inst = nil
}

// second begins another process on the same folder.
func (r *rig) second() *rig {
	r.t.Helper()
	o := &rig{
		t: r.t, dir: r.dir, clock: r.clock, svc: r.svc, dl: r.dl, cat: r.cat, noise: r.noise, limit: r.limit, provider: r.provider,
	}
	o.start()
	r.t.Cleanup(o.kill)
	return o
}

func (r *rig) lite() *catalogue.Model {
	return r.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: "v/lite"})
}

// wish describes the jobs a test wants.
type wish struct {
	Model    *catalogue.Model
	Values   catalogue.Values
	Count    int
	Practice bool
}

func (r *rig) order() wish {
	return wish{
		Model: r.lite(), Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("a fox"), catalogue.RoleDuration: catalogue.Int(5)},
	}
}

// add adds jobs as the order desk does, without its questions.
func (r *rig) add(o wish) []*job.Job {
	r.t.Helper()
	price := usd.Micro(180_000)
	jobs := make([]*job.Job, max(o.Count, 1))
	for i := range jobs {
		id, err := random.ID(r.q.o.Rand)
		if err != nil {
			r.t.Fatal(err)
		}
		v, own := o.Values.Clone(), false
		if lo, hi, ok := o.Model.SeedRange(); ok {
			seed, fixed := v.Int(catalogue.RoleSeed)
			if own = !fixed; own {
				if seed, err = random.Between(r.q.o.Rand, lo, hi); err != nil {
					r.t.Fatal(err)
				}
			}
			v[catalogue.RoleSeed] = catalogue.Int(seed + int64(i))
		}
		jobs[i] = job.New(id, r.clock.now(), job.Wanted{
			Provider: o.Model.Provider, Model: o.Model.ID, Practice: o.Practice, Values: v, Seconds: o.Model.Seconds(v), Estimate: &price, OwnSeed: own,
		})
	}
	stored, err := r.store.Insert(r.t.Context(), jobs, guard.New(guard.Terms{}))
	if err != nil {
		r.t.Fatal(err)
	}
	return stored
}

// resend sends an uncertain job once more, as the order desk does.
func (r *rig) resend(id string) error {
	_, err := r.store.Again(context.Background(), id, guard.New(guard.Terms{}))
	return err
}

func (r *rig) next() Plan {
	r.t.Helper()
	p, err := r.q.Next(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

func (r *rig) run(t Task) Outcome {
	r.t.Helper()
	out, err := r.q.Run(r.t.Context(), t, nil)
	if err != nil {
		r.t.Fatalf("%s: %v", t.Kind, err)
	}
	return out
}

// only runs the one task that is due.
func (r *rig) only(k Kind) Outcome {
	r.t.Helper()
	p := r.next()
	if len(p.Tasks) != 1 || p.Tasks[0].Kind != k {
		r.t.Fatalf("due is %+v (wake %v, waiting %v), want one %s", p.Tasks, p.Wake, p.Waiting, k)
	}
	return r.run(p.Tasks[0])
}

// due moves the clock to the plan's next time.
func (r *rig) due() {
	r.t.Helper()
	p := r.next()
	if len(p.Tasks) > 0 || p.Wake.IsZero() {
		r.t.Fatalf("nothing to wait for: %+v", p)
	}
	r.clock.set(p.Wake)
}

// tried returns a job after downloads with pauses between them, which end with
// the one that saves it.
func (r *rig) tried(id string, most int, pause time.Duration) *job.Job {
	r.t.Helper()
	for range most {
		r.only(Download)
		if r.job(id).State == job.Saved {
			break
		}
		r.clock.advance(pause)
	}
	return r.job(id)
}

func (r *rig) job(id string) *job.Job {
	r.t.Helper()
	j, err := r.store.Job(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return j
}

func (r *rig) want(j *job.Job, s job.State, why job.Reason) {
	r.t.Helper()
	if j.State != s || j.Reason != why {
		r.t.Fatalf("the job is %s %q (%s), want %s %q", j.State, j.Reason, j.ErrorText, s, why)
	}
}

// event reports whether a line of the job's history has all parts.
func (r *rig) event(id string, parts ...string) bool {
	r.t.Helper()
	events, err := r.store.Events(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range events {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(e.Detail, p)
		}
		if all {
			return true
		}
	}
	return false
}

func fault(k client.Kind) error {
	return &client.Error{Kind: k, Provider: "wavespeed", Op: "testing", Message: "says " + k.String(), Code: "c7"}
}
