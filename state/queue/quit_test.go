package queue

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/client"
	"seedreel/state/job"
)

func TestAPOSTOutlivesQuittingForAWhile(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		quitAfter time.Duration // 0: never
		want      time.Duration
	}{
		"nobody quits":            {0, submitLimit},
		"quit at once":            {time.Second, time.Second + quitLimit},
		"quit shortly before end": {submitLimit - time.Second, submitLimit},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, quit := context.WithCancel(t.Context())
				defer quit()
				post, done := outlive(ctx)
				defer done()
				if c.quitAfter > 0 {
					time.AfterFunc(c.quitAfter, quit)
				}
				began := time.Now()
				<-post.Done()
				if took := time.Since(began); took != c.want {
					t.Errorf("the request was given %s, want %s", took, c.want)
				}
			})
		})
	}
	t.Run("an answer in time leaves nothing behind", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, quit := context.WithCancel(t.Context())
			_, done := outlive(ctx)
			quit()
			synctest.Wait()
			done() // the bubble would not end with a timer's goroutine in it
		})
	})
}

func TestAPanicInAStepEndsTheWorkNotTheProcess(t *testing.T) {
	r := newRig(t)
	r.atOnce()
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) { panic("boom") }
	j := r.add(r.order())[0]
	err := Work(t.Context(), r.q, func() bool { return false }, func(Outcome) {})
	if !errors.Is(err, ErrDefect) || !strings.Contains(err.Error(), "boom") {
		t.Fatalf("it ended with %v", err)
	}
	r.kill()
	r.start()
	r.atOnce()
	if _, err := r.q.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.want(r.job(j.ID), job.Uncertain, "")
}

func TestTheLogFollowsAJob(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var b bytes.Buffer
	r.q.o.Log = slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{}, fault(client.KindUncertain)
	}
	j := r.add(r.order())[0]
	r.only(Submit)
	if _, err := r.q.Drop(t.Context(), j.ID); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"msg=sending job=" + j.ID, "step=submit", "was=queued", "state=uncertain", "attempt=1", "seed=", "trouble=", "what=dropping"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "a fox") {
		t.Error("the log holds a prompt")
	}
}
