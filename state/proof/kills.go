package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"seedreel/assets"
)

// point is a moment at which a process is killed.
type point struct {
	name string
	// count is how many clips an order has, wait whether the process stays
	// until they are there.
	count int
	wait  bool
	// image uploads a picture first, to the service that takes uploads.
	image bool
	// harm kills at a point in a request.
	harm func(w http.ResponseWriter, r *http.Request, next http.Handler, kill func())
	// is selects the requests.
	is func(*http.Request) bool
	// at kills at a time instead, up to this long after the start.
	at time.Duration
}

// beforeIt kills once the request has arrived and does not carry it out.
func beforeIt(_ http.ResponseWriter, _ *http.Request, _ http.Handler, kill func()) {
	kill()
	panic(http.ErrAbortHandler)
}

// unanswered kills once the request was carried out, without an answer.
func unanswered(_ http.ResponseWriter, r *http.Request, next http.Handler, kill func()) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	kill()
	panic(http.ErrAbortHandler)
}

// half kills in the middle of the answer.
func half(w http.ResponseWriter, r *http.Request, next http.Handler, kill func()) {
	rec := httptest.NewRecorder()
	next.ServeHTTP(rec, r)
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Length", fmt.Sprint(rec.Body.Len()))
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes()[:rec.Body.Len()/2]) // the reader is about to be killed
	_ = http.NewResponseController(w).Flush()
	pause(r.Context(), time.Millisecond)
	kill()
	panic(http.ErrAbortHandler)
}

// answered kills just after the answer, while it is being recorded.
func answered(w http.ResponseWriter, r *http.Request, next http.Handler, kill func()) {
	next.ServeHTTP(w, r)
	_ = http.NewResponseController(w).Flush()
	late := time.Duration(roll(6000)) * time.Microsecond
	time.AfterFunc(late, kill)
}

var points = map[string][]point{
	"submit": {
		{name: "starting", count: 2, at: 150 * time.Millisecond},
		{name: "upload arrives", count: 1, image: true, is: isUpload, harm: beforeIt},
		{name: "POST arrives", count: 2, is: isSubmit, harm: beforeIt},
		{name: "POST made", count: 2, is: isSubmit, harm: unanswered},
		{name: "half an answer", count: 2, is: isSubmit, harm: half},
		{name: "answered", count: 2, is: isSubmit, harm: answered},
	},
	"poll": {
		{name: "poll arrives", count: 3, wait: true, is: isPoll, harm: beforeIt},
		{name: "poll answered", count: 3, wait: true, is: isPoll, harm: answered},
	},
	"download": {
		{name: "download arrives", count: 3, wait: true, is: isFetch, harm: beforeIt},
		{name: "half a clip", count: 3, wait: true, is: isFetch, harm: half},
		{name: "whole clip", count: 3, wait: true, is: isFetch, harm: answered},
	},
}

// killsOf kills at every point of a group, several times each. Every point has
// a service and a data folder of its own that survive all its kills.
func killsOf(group string) func(context.Context, *lab) (figure, error) {
	return func(ctx context.Context, l *lab) (figure, error) {
		list, perPoint := points[group], l.rounds(4, 60)
		audits := make([]audit, len(list))
		kills := make([]int, len(list))
		errs := make([]error, len(list))
		var wg sync.WaitGroup
		for i := range list {
			wg.Go(func() { kills[i], audits[i], errs[i] = l.torture(ctx, &list[i], perPoint) })
		}
		wg.Wait()
		var sum audit
		n := 0
		for i := range list {
			if errs[i] != nil {
				return figure{}, fmt.Errorf("%s: %w", list[i].name, errs[i])
			}
			sum.add(&audits[i])
			n += kills[i]
		}
		f := figure{rounds: fmt.Sprintf("%d kills", n), seen: sum.String(), bad: sum.bad()}
		if n < perPoint*len(list)*7/10 {
			return f, fmt.Errorf("only %d of %d kills came about", n, perPoint*len(list))
		}
		return f, nil
	}
}

// victim is a process that waits for its kill.
type victim struct {
	p     *process
	ready chan struct{}
	left  atomic.Int32 // the kill comes at 0
}

func (v *victim) kill() {
	<-v.ready
	if v.p != nil {
		v.p.kill()
	}
}

// torture kills processes on the same folder again and again, lets one run to
// the end, and audits the result.
func (l *lab) torture(ctx context.Context, p *point, rounds int) (kills int, a audit, err error) {
	s, err := l.serve(ctx, 1000)
	if err != nil {
		return 0, a, err
	}
	defer s.close()
	var now atomic.Pointer[victim]
	s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		v := now.Load()
		if v == nil || p.is == nil || !p.is(r) || v.left.Add(-1) != 0 {
			next.ServeHTTP(w, r)
			return
		}
		p.harm(w, r, next, v.kill)
	})
	home, err := l.home(s.base)
	if err != nil {
		return 0, a, err
	}
	var promised []promise
	for n := range rounds {
		prompt := fmt.Sprintf("%s, round %d", p.name, n)
		v := &victim{ready: make(chan struct{})}
		v.left.Store(int32(1 + roll(p.count)))
		now.Store(v)
		if err := l.victim(ctx, v, p, home, n, prompt); err != nil {
			return kills, a, err
		}
		if v.p.killed() {
			kills++
		}
		if acked(v.p.said()) {
			promised = append(promised, promise{prompt, p.count})
		}
	}
	now.Store(nil)
	if err := l.goOn(ctx, home, l.patience()); err != nil {
		return kills, a, err
	}
	a, err = check(ctx, home, s, promised)
	return kills, a, err
}

// patience returns how long the last process may run: in a full run long enough
// to prove for every lost request that it was never carried out.
func (l *lab) patience() string {
	if l.short {
		return "60s"
	}
	return "6m"
}

// victim runs one process until it is killed or ends.
func (l *lab) victim(ctx context.Context, v *victim, p *point, home string, n int, prompt string) error {
	args := l.anyArgs(n, prompt, p.count)
	if p.image {
		path, err := l.picture(home, prompt)
		if err != nil {
			return err
		}
		args[2] = l.model(uploader(), "image-to-video").Ref().String()
		args = append(args, "--image", path)
	}
	if p.wait {
		args = append(args, "--wait")
	}
	var err error
	v.p, err = l.start(ctx, home, nil, args...)
	close(v.ready)
	if err != nil {
		return err
	}
	if p.at > 0 {
		t := time.AfterFunc(time.Duration(roll(int(p.at))), v.kill)
		defer t.Stop()
	}
	<-v.p.dead
	return ctx.Err()
}

// picture writes a sample to upload, with unique content: a picture uploaded
// before would not be sent again.
func (l *lab) picture(home, name string) (string, error) {
	for _, sample := range assets.SampleImages() {
		b, ok := assets.SampleImage(sample)
		if !ok || filepath.Ext(sample) != ".jpg" && filepath.Ext(sample) != ".jpeg" {
			continue
		}
		// A comment after the first marker of a JPEG does not affect the
		// picture.
		note := append([]byte{0xff, 0xfe, byte(len(name) >> 8), byte(len(name) + 2)}, name...)
		b = slices.Concat(b[:2], note, b[2:])
		path := filepath.Join(home, fmt.Sprintf("%x.jpg", name))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return "", fmt.Errorf("writing a picture: %w", err)
		}
		return path, nil
	}
	return "", errNoModel
}
