package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"seedreel/client/simulator"
)

// money sends orders from two processes at a time, some of which are killed, to
// a service that loses 7 % of its answers after it made the clip.
func money(ctx context.Context, l *lab) (figure, error) {
	s, err := l.serve(ctx, 1000)
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	var lost, refused atomic.Int32
	s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isSubmit(r) {
			if f := misfortune(&lost, &refused); f != nil {
				if err := s.Script(*f); err != nil {
					http.Error(w, err.Error(), http.StatusTeapot)
					return
				}
			}
		}
		next.ServeHTTP(w, r)
	})
	home, err := l.home(s.base)
	if err != nil {
		return figure{}, err
	}
	const clips, shops = 25, 2
	total := l.rounds(250, 5000)
	tills := make([]till, shops)
	var wg sync.WaitGroup
	for who := range tills {
		wg.Go(func() { tills[who].fill(ctx, l, home, who, total/shops, clips) })
	}
	wg.Wait()
	var promised []promise
	kills := 0
	for _, t := range tills {
		if t.err != nil {
			return figure{}, t.err
		}
		promised, kills = append(promised, t.promised...), kills+t.kills
	}
	s.hook.Store(nil)
	if err := l.goOn(ctx, home, l.patience()); err != nil {
		return figure{}, err
	}
	a, err := check(ctx, home, s, promised)
	if err != nil {
		return figure{}, err
	}
	return figure{
		rounds: fmt.Sprintf("%d jobs, %d answers lost, %d refused, %d kills", a.jobs, lost.Load(), refused.Load(), kills),
		seen:   a.String(), bad: a.bad(),
	}, ctx.Err()
}

func abs(n int) int { return max(n, -n) }

// till is the result of processes run one after the other.
type till struct {
	promised []promise
	kills    int
	err      error
}

// fill runs orders one after the other until the given number of clips is
// promised, and kills every second one at some point.
func (t *till) fill(ctx context.Context, l *lab, home string, who, total, clips int) {
	for n := 0; len(t.promised)*clips < total && n < 4*total/clips; n++ {
		prompt := fmt.Sprintf("order %d of %d", n, who)
		p, err := l.start(ctx, home, nil, l.anyArgs(n/2, prompt, clips)...)
		if err != nil {
			t.err = err
			return
		}
		if n%2 == 0 {
			late := time.AfterFunc(time.Duration(100+roll(900))*time.Millisecond, p.kill)
			defer late.Stop()
		}
		<-p.dead
		if p.killed() {
			t.kills++
		}
		if acked(p.said()) {
			t.promised = append(t.promised, promise{prompt, clips})
		}
	}
}

// misfortune returns a random fault for a POST, or nil: 5 % are carried out and
// the connection is cut, 2 % are carried out and answered with 502, 3 % get a
// 429.
func misfortune(lost, refused *atomic.Int32) *simulator.Fault {
	at := simulator.Match{Op: simulator.OpSubmit}
	switch n := roll(100); {
	case n < 5:
		lost.Add(1)
		return &simulator.Fault{Kind: simulator.KindLost, Match: at}
	case n < 7:
		lost.Add(1)
		return &simulator.Fault{Kind: simulator.KindStatus, Status: http.StatusBadGateway, Made: true, Match: at}
	case n < 10:
		refused.Add(1)
		return &simulator.Fault{Kind: simulator.KindTooMany, RetryAfter: time.Second, Match: at}
	}
	return nil
}

// failure is a way in which a POST can fail, and how the program may judge it;
// resend is whether it may retry by itself.
type failure struct {
	fault  simulator.Fault
	states []string
	resend bool
}

func failures() []failure {
	status := func(n int) simulator.Fault { return simulator.Fault{Kind: simulator.KindStatus, Status: n} }
	unclear, refused, again := []string{"uncertain", "submitted"}, []string{"failed"}, []string{"submitted"}
	var out []failure
	add := func(states []string, resend bool, faults ...simulator.Fault) {
		for _, f := range faults {
			out = append(out, failure{f, states, resend})
			// The same, but made and paid; the others are so by nature.
			f.Made = f.Kind != simulator.KindLost && f.Kind != simulator.KindCut
			if len(states) == 2 && f.Made {
				out = append(out, failure{f, states, resend})
			}
		}
	}
	add(unclear, false, simulator.Fault{Kind: simulator.KindLost}, simulator.Fault{Kind: simulator.KindDropped}, simulator.Fault{Kind: simulator.KindCut},
		simulator.Fault{Kind: simulator.KindCut, Bytes: 1}, simulator.Fault{Kind: simulator.KindPortal}, simulator.Fault{Kind: simulator.KindGarbage},
		simulator.Fault{Kind: simulator.KindDeep}, simulator.Fault{Kind: simulator.KindRedirect, Location: "/elsewhere"},
		simulator.Fault{Kind: simulator.KindRedirect, Status: 307, Location: "/api/v3/"},
		status(408), status(500), status(502), status(503), status(504))
	add(refused, false, status(400), status(401), status(402), status(403), status(404), status(413), status(415), status(422), simulator.Fault{Kind: simulator.KindNoFunds})
	add(again, true, simulator.Fault{Kind: simulator.KindTooMany, RetryAfter: time.Second}, simulator.Fault{Kind: simulator.KindTooMany, RetryAfter: 2 * time.Second, RetryDate: true})
	return out
}

// postFailures sends one order into each failure, and compares the state that
// the program reports with the bill.
func postFailures(ctx context.Context, l *lab) (figure, error) {
	list := failures()
	posts, wrong, billed := 0, 0, 0
	var first string
	for range l.rounds(1, 16) {
		for _, f := range list {
			state, paid, err := l.fail(ctx, posts, &f)
			if err != nil {
				return figure{}, err
			}
			posts++
			if !contains(f.states, state) {
				wrong++
				first = fmt.Sprintf(", such as %s %d of %s: %s", f.fault.Kind, f.fault.Status, sellerOf(posts-1), state)
			}
			// A job reported as failed may be resent by the person; one that is
			// submitted was made once only.
			if state == "failed" && paid > 0 || paid > 1 {
				billed++
			}
		}
	}
	return figure{
		rounds: fmt.Sprintf("%d kinds, %d POSTs", len(list), posts),
		seen:   fmt.Sprintf("%d misjudged, %d safe but billed%s", wrong, billed, first), bad: wrong + billed,
	}, ctx.Err()
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// fail sends one order into a failure on a service and a home of their own.
func (l *lab) fail(ctx context.Context, n int, f *failure) (state string, paid int, err error) {
	s, err := l.serve(ctx, 1000)
	if err != nil {
		return "", 0, err
	}
	defer s.close()
	f.fault.Match = simulator.Match{Op: simulator.OpSubmit}
	if err := s.Script(f.fault); err != nil {
		return "", 0, err
	}
	home, err := l.home(s.base)
	if err != nil {
		return "", 0, err
	}
	if _, _, err := l.runs(ctx, home, l.anyArgs(n, "a failure", 1)...); err != nil {
		return "", 0, err
	}
	st, err := open(ctx, home)
	if err != nil {
		return "", 0, err
	}
	jobs, err := everything(ctx, st)
	if err != nil || len(jobs) != 1 {
		return "", 0, fmt.Errorf("%d jobs: %w", len(jobs), err)
	}
	return string(jobs[0].State), len(s.Tasks()), st.Close()
}
