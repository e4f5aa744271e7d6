package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
)

// world is a service and the program in this process, on clocks that jump
// over the time in which nothing is due.
type world struct {
	l    *lab
	s    *service
	e    *engine.Engine
	home string
	// jumped is what has been jumped over, in nanoseconds.
	jumped atomic.Int64
	// losing is what happens to the POSTs to come.
	losing atomic.Int32
	loses  []simulator.Kind
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.jumped.Load())) }

// newWorld starts a service whose clock is ahead of the program's.
func (l *lab) newWorld(ctx context.Context, ahead time.Duration) (*world, error) {
	w := &world{l: l}
	var err error
	if w.s, err = l.serveBy(ctx, 1000, func() time.Time { return w.now().Add(ahead) }); err != nil {
		return nil, err
	}
	w.s.set(w.serve)
	if w.home, err = l.home(w.s.base); err != nil {
		return nil, err
	}
	w.e, err = engineOf(ctx, w.home, w.now)
	return w, err
}

func (w *world) close() error {
	err := w.e.Close()
	w.s.close()
	return err
}

// serve spoils the answers to the next POSTs in turn.
func (w *world) serve(rw http.ResponseWriter, r *http.Request, next http.Handler) {
	if isSubmit(r) {
		if n := int(w.losing.Add(1)) - 1; n < len(w.loses) && w.loses[n] != "" {
			if err := w.s.Script(simulator.Fault{Kind: w.loses[n], Match: simulator.Match{Op: simulator.OpSubmit}}); err != nil {
				http.Error(rw, err.Error(), http.StatusTeapot)
				return
			}
		}
	}
	next.ServeHTTP(rw, r)
}

// lose makes the next POSTs fail in the ways given, "" for not at all.
func (w *world) lose(how ...simulator.Kind) {
	w.loses = how
	w.losing.Store(0)
}

// order orders clips of a model and does what is due.
func (w *world) order(ctx context.Context, m *catalogue.Model, prompt string, count int) error {
	d := order.Clip(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt)}), count, nil, false)
	p, err := w.e.Desk.Prepare(ctx, d)
	if err != nil {
		return err
	}
	var a order.Answers
	_, err = w.e.Desk.Confirm(ctx, p, a.Agree(p.Open(a)...))
	if err != nil {
		return err
	}
	return w.work(ctx, 0)
}

// work does what falls due within a time, and jumps over the rest of it.
func (w *world) work(ctx context.Context, span time.Duration) error {
	end := w.now().Add(span)
	for {
		p, err := w.e.Queue.Next(ctx)
		if err != nil {
			return err
		}
		for _, t := range p.Tasks {
			if _, err := w.e.Queue.Run(ctx, t, nil); err != nil {
				return err
			}
		}
		if len(p.Tasks) > 0 {
			continue
		}
		now := w.now()
		if !p.Wake.IsZero() && p.Wake.Before(end) {
			w.jumped.Add(int64(max(p.Wake.Sub(now), 0)))
			continue
		}
		if end.After(now) {
			w.jumped.Add(int64(end.Sub(now)))
		}
		return ctx.Err()
	}
}

// tally is what became of jobs whose answers were lost.
type tally struct{ jobs, found, absent, looking, asked, unsent, wrong int }

// count compares jobs with what the service made, by prompt and seed.
func (w *world) count(ctx context.Context, t *tally) error {
	jobs, err := everything(ctx, w.e.Store)
	if err != nil {
		return err
	}
	made := map[string]bool{}
	for _, x := range w.s.Tasks() {
		made[w.s.keyOfTask(&x)] = true
	}
	for _, j := range jobs {
		t.jobs++
		billed := made[w.s.keyOf(j)]
		switch {
		case j.State == job.Failed && j.Reason == job.ReasonNotSubmitted:
			t.absent++
			if billed {
				t.unsent++
			}
		case len(j.Lookup.Candidates) > 0:
			t.asked++
		case j.State == job.Uncertain:
			t.looking++
			if billed {
				t.wrong++
			}
		case j.RemoteID != "":
			t.found++
		}
	}
	return nil
}

func (t *tally) String() string {
	s := fmt.Sprintf("%d billed called unsent, %d billed and lost; %d found, %d proved unsent, %d still looked for", t.unsent, t.wrong, t.found, t.absent, t.looking)
	if t.asked > 0 {
		s += fmt.Sprintf(", %d asked about", t.asked)
	}
	return s
}

// clocks loses answers of a service whose clock is off and whose list is late.
// Half of the requests arrived. Nothing else comes for a while, then an order
// of our own, by which the list can be seen to have caught up.
func clocks(ctx context.Context, l *lab) (figure, error) {
	var t tally
	pairs := l.rounds(1, 5)
	for _, ahead := range []time.Duration{20 * time.Minute, -20 * time.Minute} {
		if err := l.skewed(ctx, ahead, pairs, &t); err != nil {
			return figure{}, err
		}
	}
	return figure{
		rounds: fmt.Sprintf("%d jobs, %d answers lost", t.jobs, 2*2*pairs*len(sellers())), seen: t.String(),
		bad: t.unsent + t.wrong + t.asked + abs(t.absent-2*pairs*len(sellers())),
	}, ctx.Err()
}

func (l *lab) skewed(ctx context.Context, ahead time.Duration, pairs int, t *tally) (err error) {
	w, err := l.newWorld(ctx, ahead)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := w.s.Script(simulator.Fault{Kind: simulator.KindLag, Delay: 5 * time.Minute, Times: -1, Match: simulator.Match{Op: simulator.OpHistory}}); err != nil {
		return err
	}
	for _, who := range sellers() {
		m := l.model(who, "text-to-video")
		var how []simulator.Kind
		for range pairs {
			how = append(how, simulator.KindLost, simulator.KindDropped)
		}
		w.lose()
		// The first answer shows the service's time.
		if err := w.order(ctx, m, "before", 1); err != nil {
			return err
		}
		w.lose(how...)
		if err := w.order(ctx, m, "lost", 2*pairs); err != nil {
			return err
		}
		w.lose()
		if err := w.work(ctx, 20*time.Minute); err != nil {
			return err
		}
		if err := w.order(ctx, m, "later", 1); err != nil {
			return err
		}
		if err := w.work(ctx, 26*time.Hour); err != nil {
			return err
		}
	}
	return w.count(ctx, t)
}

// neverArrived cuts the connection before the service has read a request. The
// service's list shows nothing later for three hours, then an order of ours.
func neverArrived(ctx context.Context, l *lab) (f figure, err error) {
	w, err := l.newWorld(ctx, 0)
	if err != nil {
		return figure{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	clips := l.rounds(5, 50)
	how := make([]simulator.Kind, clips)
	for i := range how {
		how[i] = simulator.KindDropped
	}
	var early, late tally
	for _, who := range sellers() {
		w.lose(how...)
		if err := w.order(ctx, l.model(who, "text-to-video"), "never arrives", clips); err != nil {
			return figure{}, err
		}
	}
	w.lose() // anything sent again would be made now
	if err := errors.Join(w.work(ctx, 3*time.Hour), w.count(ctx, &early)); err != nil {
		return figure{}, err
	}
	again := len(w.s.Tasks())
	for _, who := range sellers() {
		if err := w.order(ctx, l.model(who, "text-to-video"), "later", 1); err != nil {
			return figure{}, err
		}
	}
	if err := errors.Join(w.work(ctx, 4*time.Hour), w.count(ctx, &late)); err != nil {
		return figure{}, err
	}
	again += len(w.s.Tasks()) - len(sellers())
	return figure{
		rounds: fmt.Sprintf("%d x %d requests", len(sellers()), clips),
		seen:   fmt.Sprintf("%d sent again; proved unsent: %d before anything later was listed, %d after, %d still looked for", again, early.absent, late.absent, late.looking),
		bad:    again + early.absent + abs(late.absent-clips*len(sellers())) + late.looking,
	}, ctx.Err()
}

// seedlessPairs loses both answers to two equal jobs of an active model that
// takes no seed, while a colleague on the same account orders the same before
// and after.
func seedlessPairs(ctx context.Context, l *lab) (f figure, err error) {
	var m *catalogue.Model
	for _, who := range sellers() {
		if m = l.seedless(who); m != nil {
			break
		}
	}
	if m == nil {
		return skipped("every active model takes a seed"), nil
	}
	w, err := l.newWorld(ctx, 0)
	if err != nil {
		return figure{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a pair")})
	foreign := map[string]bool{}
	colleague := func() error {
		id, err := w.s.buy(ctx, m, v)
		foreign[id] = true
		return errors.Join(err, w.work(ctx, time.Minute))
	}
	pairs := l.rounds(4, 40)
	if err := w.order(ctx, m, "before", 1); err != nil {
		return figure{}, err
	}
	for range pairs {
		w.lose()
		if err := colleague(); err != nil {
			return figure{}, err
		}
		w.lose(simulator.KindLost, simulator.KindLost)
		if err := w.order(ctx, m, "a pair", 2); err != nil {
			return figure{}, err
		}
		w.lose()
		if err := errors.Join(w.work(ctx, time.Minute), colleague(), w.work(ctx, time.Hour)); err != nil {
			return figure{}, err
		}
	}
	jobs, err := everything(ctx, w.e.Store)
	if err != nil {
		return figure{}, err
	}
	found, theirs, open, owners := 0, 0, 0, map[string]int{}
	for _, j := range jobs {
		switch {
		case foreign[j.RemoteID]:
			theirs++
		case j.RemoteID == "":
			open++
		default:
			found++
		}
		if owners[j.RemoteID]++; owners[j.RemoteID] > 1 && j.RemoteID != "" {
			theirs++
		}
	}
	return figure{
		rounds: fmt.Sprintf("%d pairs, %d equal clips of another", pairs, len(foreign)),
		seen:   fmt.Sprintf("%d found, %d unresolved, %d of another or twice", found, open, theirs), bad: theirs + open,
	}, ctx.Err()
}

// seedless returns an active model of a service that takes no seed, nil if it
// has none.
func (l *lab) seedless(who seller) *catalogue.Model {
	for _, m := range l.cat.All() {
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a pair")})
		if m.Provider == string(who) && m.MakesVideo() && m.Lifecycle.Status == catalogue.LifeActive && m.Field(catalogue.RoleSeed) == nil &&
			len(catalogue.Validate(m, v, nil)) == 0 && catalogue.EstimatePrice(m, v, 0).Known {
			return m
		}
	}
	return nil
}

// oddLogs loses answers of a service whose log cannot show what it lacks: it
// names no requests, or does not show in a known way whether more follows.
func oddLogs(ctx context.Context, l *lab) (figure, error) {
	var t tally
	logs := 0
	for _, form := range []string{"tokenless", "unpaged", "cursor"} {
		for _, who := range sellers() {
			tried, err := l.oddLog(ctx, who, form, &t)
			if err != nil {
				return figure{}, err
			}
			if tried {
				logs++
			}
		}
	}
	return figure{rounds: fmt.Sprintf("%d logs, %d jobs", logs, t.jobs), seen: t.String(), bad: t.unsent + t.wrong + t.absent + max(3-logs, 0)}, ctx.Err()
}

// oddLog reports whether the service has such a log.
func (l *lab) oddLog(ctx context.Context, who seller, form string, t *tally) (tried bool, err error) {
	w, err := l.newWorld(ctx, 0)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if w.s.Script(simulator.Fault{
		Kind: simulator.KindDialect, Times: -1, Dialect: []byte(`{"log":"` + form + `"}`), Match: simulator.Match{Provider: string(who), Op: simulator.OpHistory},
	}) != nil {
		return false, nil // it has no form of that name
	}
	m := l.model(who, "text-to-video")
	if err := w.order(ctx, m, "before", 1); err != nil {
		return true, err
	}
	w.lose(simulator.KindLost, simulator.KindDropped)
	if err := w.order(ctx, m, "lost", 2); err != nil {
		return true, err
	}
	w.lose()
	if err := w.work(ctx, 20*time.Minute); err != nil {
		return true, err
	}
	if err := w.order(ctx, m, "later", 1); err != nil {
		return true, err
	}
	return true, errors.Join(w.work(ctx, 6*time.Hour), w.count(ctx, t))
}

var dropped = regexp.MustCompile(`dropped: (\S+) (\d+)`)

// vendors counts the POSTs of one order whose connection is dropped: those of
// this program, which must be one, and for comparison those of the vendors'
// own clients, where they can be installed.
func vendors(ctx context.Context, l *lab) (figure, error) {
	own, orders := 0, 0
	for _, who := range sellers() {
		n, err := l.postsOf(ctx, who)
		if err != nil {
			return figure{}, err
		}
		own, orders = own+n, orders+1
	}
	seen := fmt.Sprintf("this program %d for %d", own, orders)
	found := 0
	for _, kind := range []struct {
		name string
		line []string
		dir  string
	}{
		{"Go", []string{"go", "test", "-count=1", "-v", "-run", "^TestDroppedConnections$", "."}, filepath.Join(l.root, ".ci", "clients", "go")},
		// Installs them, in exact versions, where npm can.
		{"npm", []string{filepath.Join(l.root, ".ci", "clients", "dropped")}, l.root},
	} {
		cmd := exec.CommandContext(ctx, kind.line[0], kind.line[1:]...)
		cmd.Dir = kind.dir
		out, err := cmd.CombinedOutput()
		list := dropped.FindAllStringSubmatch(string(out), -1)
		slices.SortFunc(list, func(a, b []string) int { return strings.Compare(a[1], b[1]) })
		for _, m := range list {
			seen += fmt.Sprintf(", %s %s for 1", m[1], m[2])
		}
		if err != nil || len(list) == 0 {
			seen += ", the vendors' own for " + kind.name + " not installed"
		}
		found += len(list)
	}
	return figure{rounds: fmt.Sprintf("%d orders, %d clients", orders, found), seen: seen, bad: abs(own - orders)}, ctx.Err()
}

// postsOf drops the connection of one order and lets the program go on for a
// day.
func (l *lab) postsOf(ctx context.Context, who seller) (n int, err error) {
	w, err := l.newWorld(ctx, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	w.lose(simulator.KindLost)
	if err := w.order(ctx, l.model(who, "text-to-video"), "dropped", 1); err != nil {
		return 0, err
	}
	err = w.work(ctx, 25*time.Hour)
	return int(w.losing.Load()), err
}
