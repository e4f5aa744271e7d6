package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/state/download"
	"seedreel/state/job"
)

// accepted makes jobs that the service has already accepted, in the service and
// in a home, without a process.
func (l *lab) accepted(ctx context.Context, s *service, home string, n int) ([]*job.Job, error) {
	st, err := open(ctx, home)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	var jobs []*job.Job
	for i := range n {
		prompt := fmt.Sprintf("clip number %d", i)
		given := catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt), catalogue.RoleSeed: catalogue.Int(int64(i))}
		m := l.offer(i)
		v := m.Fill(given)
		id, err := s.buy(ctx, m, v)
		if client.KindOf(err) == client.KindNoFunds { // as many wait there as may; the next takes it
			m = l.model(sellerOf(i+1), "text-to-video")
			v = m.Fill(given)
			id, err = s.buy(ctx, m, v)
		}
		if err != nil {
			return nil, errors.Join(err, st.Close())
		}
		jobs = append(jobs, &job.Job{
			ID: fmt.Sprintf("job%09d", i), CreatedAt: now, Provider: m.Provider, Model: m.ID, Prompt: prompt, Values: v, Seed: int64(i), HasSeed: true,
			State: job.Submitted, RemoteID: id, PostedAt: now, SubmittedAt: now, NextAt: now, Attempt: 1,
		})
	}
	jobs, err = st.Record(ctx, jobs, "")
	return jobs, errors.Join(err, st.Close())
}

// troubles returns the ways in which a server of clips misbehaves.
func troubles() []simulator.Fault {
	at := simulator.Match{Op: simulator.OpFetch}
	return []simulator.Fault{
		{Kind: simulator.KindCut, Match: at},
		{Kind: simulator.KindCut, Bytes: 3, Match: at},
		{Kind: simulator.KindStall, Delay: 300 * time.Millisecond, Match: at},
		{Kind: simulator.KindDropped, Match: at},
		{Kind: simulator.KindTooMany, RetryAfter: time.Second, Match: at},
		{Kind: simulator.KindStatus, Status: 503, Match: at},
		{Kind: simulator.KindStatus, Status: 416, Match: at},
		{Kind: simulator.KindPortal, Match: at},
		{Kind: simulator.KindWrongRange, Bytes: 7, Match: at},
		{Kind: simulator.KindNewETag, Match: at},
		{Kind: simulator.KindExpired, Match: at},
	}
}

// stocked is a shop in which n jobs have been accepted.
func (l *lab) stocked(ctx context.Context, speed float64, n int) (*service, string, []*job.Job, error) {
	s, home, err := l.shop(ctx, speed)
	if err != nil {
		return nil, "", nil, err
	}
	jobs, err := l.accepted(ctx, s, home, n)
	if err != nil {
		s.close()
		return nil, "", nil, err
	}
	return s, home, jobs, nil
}

// downloads fetches clips from a server that misbehaves in every way, in
// processes that are killed on the way. Files with the clips' names already
// exist and must stay.
func downloads(ctx context.Context, l *lab) (figure, error) {
	s, home, jobs, err := l.stocked(ctx, 1000, l.rounds(120, 2000))
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	decoys, err := decoysFor(home, jobs[:20])
	if err != nil {
		return figure{}, err
	}
	var faults atomic.Int32
	s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isFetch(r) && roll(100) < 35 {
			list := troubles()
			faults.Add(1)
			if err := s.Script(list[roll(len(list))]); err != nil {
				http.Error(w, err.Error(), http.StatusTeapot)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
	kills, err := l.relay(ctx, home, 4, func() time.Duration { return time.Duration(1500+roll(3000)) * time.Millisecond }, time.Duration(l.rounds(25, 300))*time.Second, nil)
	if err != nil {
		return figure{}, err
	}
	s.hook.Store(nil)
	s.ClearFaults()
	// Unlucky clips have long pauses by now.
	if err := l.goOn(ctx, home, "10m"); err != nil {
		return figure{}, err
	}
	a, err := check(ctx, home, s, nil)
	if err != nil {
		return figure{}, err
	}
	overwritten := 0
	for _, d := range decoys {
		if b, err := os.ReadFile(filepath.Clean(d)); err != nil || string(b) != decoy {
			overwritten++
		}
	}
	missing := len(jobs) - a.saved
	return figure{
		rounds: fmt.Sprintf("%d clips, %d faults, %d kills", len(jobs), faults.Load(), kills),
		seen:   fmt.Sprintf("%d saved, %d corrupt, %d overwritten, %d left over, %d missing", a.saved, a.corrupt, overwritten, a.left, missing),
		bad:    a.bad() + overwritten + missing,
	}, nil
}

const decoy = "a file of the user's own"

// decoysFor writes files with the names that the clips will want.
func decoysFor(home string, jobs []*job.Job) (paths []string, err error) {
	if err := os.MkdirAll(clipsOf(home), 0o700); err != nil {
		return nil, fmt.Errorf("making decoys: %w", err)
	}
	for _, j := range jobs {
		path := filepath.Join(clipsOf(home), download.FileName(j.CreatedAt.In(time.Local), j.Prompt, j.ID)+".mp4")
		if err := os.WriteFile(path, []byte(decoy), 0o600); err != nil {
			return nil, fmt.Errorf("making decoys: %w", err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// relay keeps n processes at work on a home for a time, or until enough returns
// true, and kills one of them at intervals; it is replaced at once.
func (l *lab) relay(ctx context.Context, home string, n int, every func() time.Duration, most time.Duration, enough func() bool) (kills int, err error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	var mu sync.Mutex
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			for ctx.Err() == nil && (enough == nil || !enough()) {
				p, err := l.start(context.WithoutCancel(ctx), home, nil, "wait")
				if err != nil {
					errs[i] = err
					return
				}
				t := time.AfterFunc(every(), p.kill)
				<-p.dead
				t.Stop()
				if !p.killed() {
					return // nothing is open any more
				}
				mu.Lock()
				kills++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return kills, errors.Join(errs...)
}

// polls lets 4 processes, some of which are killed, poll the same jobs.
func polls(ctx context.Context, l *lab) (figure, error) {
	s, home, jobs, err := l.stocked(ctx, 0.01, l.rounds(250, 1500)) // no clip is finished
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	var mu sync.Mutex
	var seen, overlaps int
	busy := map[string]*http.Request{}
	s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !isPoll(r) {
			next.ServeHTTP(w, r)
			return
		}
		mu.Lock()
		seen++
		// The poll of a killed process is over, however long the server takes.
		if other := busy[polled(r)]; other != nil && other.Context().Err() == nil {
			overlaps++
		}
		busy[polled(r)] = r
		mu.Unlock()
		pause(r.Context(), 20*time.Millisecond)
		next.ServeHTTP(w, r)
		mu.Lock()
		if busy[polled(r)] == r {
			delete(busy, polled(r))
		}
		mu.Unlock()
	})
	want := l.rounds(1000, 20_000)
	enough := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return seen >= want
	}
	kills, err := l.relay(ctx, home, 4, func() time.Duration { return time.Duration(3000+roll(8000)) * time.Millisecond }, 40*time.Minute, enough)
	if err != nil {
		return figure{}, err
	}
	mu.Lock()
	defer mu.Unlock()
	a, err := check(ctx, home, s, nil)
	if err != nil {
		return figure{}, err
	}
	return figure{
		rounds: fmt.Sprintf("%d polls of %d jobs, %d kills", seen, len(jobs), kills),
		seen:   fmt.Sprintf("%d overlapping, %d jobs lost", overlaps, a.lostPaid), bad: overlaps + a.bad(),
	}, ctx.Err()
}

// firstOpen lets 4 processes create the same history at once.
func firstOpen(ctx context.Context, l *lab) (figure, error) {
	rounds, failed := l.rounds(12, 250), 0
	var first string
	for range rounds {
		home, err := l.home("http://127.0.0.1:1")
		if err != nil {
			return figure{}, err
		}
		var ps [4]*process
		for i := range ps {
			if ps[i], err = l.start(ctx, home, nil, "jobs"); err != nil {
				return figure{}, err
			}
		}
		for _, p := range ps {
			<-p.dead
			if p.cmd.ProcessState.ExitCode() != 0 {
				failed++
				first = ": " + p.said()
			}
		}
	}
	return figure{rounds: fmt.Sprintf("%d x 4", rounds), seen: fmt.Sprintf("%d failed%s", failed, first), bad: failed}, ctx.Err()
}
