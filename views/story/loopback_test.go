package story_test

import (
	"context"
	"net"
	"testing"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/state/engine"
	"seedreel/views/story"
)

// The same over real connections: keys in the environment, both services on a
// loopback address, prices confirmed as with real money.
func TestBothServicesOverTheNet(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	w.Hurry()
	sim := serve(t, w)
	s := w.Start(120, 36)
	s.Until("SIMULATOR at")

	choose(s, "text lite 480p wavespeed", "Text to video")
	write(s, boat)
	submit(s)
	choose(s, "reference lite wavespeed", "Reference to video")
	write(s, two)
	images(s, "tab", "shift+tab", w.Sample("lake.jpg"), w.Sample("morning.png"))
	submit(s)
	choose(s, "seedance-1-0-lite-i2v", "Image to video")
	write(s, aiml)
	images(s, "tab", "shift+tab", w.Sample("morning.png"))
	s.Until("[ ctrl+g ]")
	s.Press("ctrl+g")
	s.Until("Submit to a retired model?", "Nobody publishes this price") // money is at stake here
	s.Press("right", "enter")
	s.Until("In line:")

	s.Press("alt+2")
	settle(t, s, 3)
	sizes := map[string][2]int{boat: {864, 480}, two: {1248, 704}, aiml: {832, 1120}}
	for _, j := range history(t, s, "") {
		checkClip(t, s, j, sizes[j.Prompt][0], sizes[j.Prompt][1])
	}
	sentOnce(t, sim.Tasks(), boat, two, aiml)
}

// serve starts the simulator on a loopback address and configures the world to
// use it.
func serve(t *testing.T, w *story.World) *simulator.Simulator {
	t.Helper()
	cat, err := engine.LoadCatalogue("")
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(cat), Dialects: all.Dialects(), Now: w.Now, Speed: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- simulator.Serve(ctx, ln, sim) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	base := "http://" + ln.Addr().String()
	w.Setenv("WAVESPEED_BASE_URL", base)
	w.Setenv("AIMLAPI_BASE_URL", base)
	w.Setenv("WAVESPEED_API_KEY", "any")
	w.Setenv("AIMLAPI_API_KEY", "any")
	return sim
}
