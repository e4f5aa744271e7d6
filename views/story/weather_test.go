package story_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/story"
)

// The network goes away while a clip is made and others are ordered, and comes
// back: a badge shows it as long as it lasts, nothing is lost or sent twice,
// and its return is reported once.
func TestTheNetworkGoesAndComesBack(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	w.Hurry()
	road := newRoad(t, w)
	road.open()
	s := w.Start(wide, high)
	choose(s, "text lite 480p wavespeed", "Text to video")
	write(s, "made before")
	submit(s)
	s.Press("alt+2")
	s.UntilScreen(func(string) bool {
		jobs := history(t, s, "")
		return len(jobs) == 1 && (jobs[0].State == job.Submitted || jobs[0].State == job.Running)
	})
	s.UntilGone("offline")

	road.close()
	s.Press("alt+1")
	for _, prompt := range []string{"ordered one", "ordered two"} {
		write(s, prompt)
		s.Until("[ ctrl+g ]")
		s.Press("ctrl+g")
		s.UntilScreen(func(string) bool { return len(history(t, s, prompt)) == 1 })
	}
	s.Press("alt+2")
	// In the first line, and in all rows: the state of the clip is unknown.
	s.UntilScreen(func(screen string) bool {
		header, rows, _ := strings.Cut(screen, "\n")
		return strings.Contains(header, "? offline") && strings.Count(rows, "offline") >= 3
	})
	s.Press("alt+5")
	s.Until("? offline", "Costs")
	if n := len(road.sim.Tasks()); n != 1 {
		t.Errorf("%d submits arrived over a network that was away", n)
	}
	// For minutes nobody gives up, and it is not reported again.
	for away := w.Now(); w.Now().Sub(away) < 2*time.Minute; {
		s.Press("alt+4")
		s.Until("? offline", "newest first")
		s.Press("alt+5")
		s.Until("? offline", "by day")
	}
	for _, j := range history(t, s, "") {
		if !j.State.Open() || j.State == job.Uncertain {
			t.Errorf("%s: %s %s %s", j.Prompt, j.State, j.Reason, j.ErrorText)
		}
	}
	s.Resize(60, 20)
	if header, _, _ := strings.Cut(s.Until("5 Costs", "? offline"), "\n"); !strings.Contains(header, "? offline") {
		t.Errorf("a short first line does not tell: %q", header)
	}
	s.Resize(wide, high)

	road.open()
	s.Press("alt+2")
	settle(t, s, 3)
	s.UntilScreen(func(screen string) bool { return !strings.Contains(strings.Split(screen, "\n")[0], "offline") })
	sentOnce(t, road.sim.Tasks(), "made before", "ordered one", "ordered two")
	for _, j := range history(t, s, "") {
		checkClip(t, s, j, 864, 480)
	}
	s.Press("alt+m")
	said := string(safe.Lines(s.Until("╭─ Messages")))
	for _, line := range []string{"No network. Jobs go on", "The network is back."} {
		if n := strings.Count(said, line); n != 1 {
			t.Errorf("%q was said %d times:\n%s", line, n, said)
		}
	}
}

// road is the way to a simulator: while it is closed nobody listens there.
type road struct {
	t    *testing.T
	sim  *simulator.Simulator
	addr string
	stop func()
}

func newRoad(t *testing.T, w *story.World) *road {
	t.Helper()
	cat, err := engine.LoadCatalogue("")
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(cat), Dialects: all.Dialects(), Now: w.Now, Speed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r := &road{t: t, sim: sim, addr: "127.0.0.1:0", stop: func() {}}
	t.Cleanup(func() {
		r.close()
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	r.open()
	w.Setenv("WAVESPEED_BASE_URL", "http://"+r.addr)
	w.Setenv("WAVESPEED_API_KEY", "any")
	return r
}

func (r *road) open() {
	r.t.Helper()
	r.close()
	var lc net.ListenConfig
	ln, err := lc.Listen(r.t.Context(), "tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.addr = ln.Addr().String()
	ctx, stop := context.WithCancel(context.WithoutCancel(r.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- simulator.Serve(ctx, ln, r.sim) }()
	r.stop = func() {
		stop()
		if err := <-ended; err != nil {
			r.t.Error(err)
		}
	}
}

// close lets pending requests end, and then nobody answers any more.
func (r *road) close() {
	r.stop()
	r.stop = func() {}
}
