package conformance

import (
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/find"
	"seedreel/client/simulator"
)

// skews are how far a service's clock may be off from this machine's.
var skews = [...]time.Duration{0, 20 * time.Minute, -20 * time.Minute}

// lose submits a request whose answer is lost, and returns what is known of
// it. made is whether the service carries it out.
func (b *bench) lose(r client.Request, made bool) find.Lost {
	b.Helper()
	kind := simulator.KindDropped
	if made {
		kind = simulator.KindLost
	}
	if _, known := b.p.(find.Clock).Ahead(time.Now()); !known {
		b.touch()
	}
	b.script(simulator.Fault{Kind: kind, Match: simulator.Match{Op: simulator.OpSubmit}})
	l := find.Lost{Request: r, Sent: time.Now(), OwnSeed: true, Own: func(token string) bool { return strings.HasPrefix(token, "job-") }}
	if _, err := b.p.Submit(b.Context(), r); client.KindOf(err) != client.KindUncertain {
		b.Fatalf("Submit = %v", err)
	}
	l.Cut = time.Now()
	if ahead, known := b.p.(find.Clock).Ahead(l.Cut); known {
		l.Ahead = &ahead
	}
	return l
}

// touch asks the service anything, so that its clock is known.
func (b *bench) touch() {
	b.Helper()
	r := b.clip("a lake")
	if _, err := b.p.Fetch(b.Context(), r.Model, "0123456789abcdef0123456789abcdef"); client.KindOf(err) != client.KindNotFound {
		b.Fatalf("Fetch = %v", err)
	}
}

func (b *bench) find(l find.Lost) find.Search {
	b.Helper()
	got, err := b.p.(find.Finder).Find(b.Context(), l)
	if err != nil {
		b.Fatal(err)
	}
	return got
}

// own has a clip of ours made, under another token and seed.
func (b *bench) own(n int64) {
	b.Helper()
	r := b.clip("something else")
	r.Token = "job-other"
	r.Values[catalogue.RoleSeed] = catalogue.Int(n)
	b.submit(r)
}

// lostAnswers: what was made is found whatever the clocks show, and what was
// not is called absent only once the list has something later of ours.
func lostAnswers(b *bench) {
	for _, skew := range skews {
		b := startAt(b.T, b.d, simulator.DefaultBalance, skew)
		if _, ok := b.p.(find.Finder); !ok {
			b.Skip("the service cannot be searched")
		}
		made, absent := b.clip("a lake"), b.clip("a lake")
		made.Token, absent.Token = "job-made", "job-absent"
		absent.Values[catalogue.RoleSeed] = catalogue.Int(43)
		lm, la := b.lose(made, true), b.lose(absent, false)
		time.Sleep(longEnough)
		all := b.sim.Tasks()
		if got := b.find(lm); len(got.Found) != 1 || got.Found[0].ID != all[len(all)-1].ID || len(got.Maybe) != 0 {
			b.Errorf("off by %v: found %+v", skew, got)
		}
		if got := b.find(la); len(got.Found)+len(got.Maybe) != 0 || got.Doubt != find.DoubtLag {
			b.Errorf("off by %v, nothing later: %+v", skew, got)
		}
		b.own(44)
		// A list that lags shows what it had.
		b.script(simulator.Fault{Kind: simulator.KindLag, Delay: 5 * time.Minute, Times: -1, Match: simulator.Match{Op: simulator.OpHistory}})
		if got := b.find(la); len(got.Found)+len(got.Maybe) != 0 || got.Doubt == "" {
			b.Errorf("off by %v, a list that lags: %+v", skew, got)
		}
		b.sim.ClearFaults()
		time.Sleep(time.Minute)
		if got := b.find(la); len(got.Found)+len(got.Maybe) != 0 || got.Doubt != "" {
			b.Errorf("off by %v, something later: %+v", skew, got)
		}
		if got := b.find(lm); len(got.Found) != 1 {
			b.Errorf("off by %v, something later: found %+v", skew, got)
		}
		// Days later the list no longer shows it, which proves nothing.
		time.Sleep(100 * 24 * time.Hour)
		b.own(45)
		time.Sleep(longEnough)
		if got := b.find(la); got.Doubt == "" {
			b.Errorf("off by %v, a request of long ago: %+v", skew, got)
		}
	}
}

// unknownClocks: a service whose answers have no readable Date proves nothing
// absent.
func unknownClocks(b *bench) {
	if _, ok := b.p.(find.Finder); !ok {
		b.Skip("the service cannot be searched")
	}
	for _, word := range []string{"", "yesterday at noon"} {
		b := start(b.T, b.d, simulator.DefaultBalance)
		for _, op := range []simulator.Op{simulator.OpPoll, simulator.OpHistory, simulator.OpAccount} {
			b.script(simulator.Fault{Kind: simulator.KindDate, Word: word, Times: -1, Match: simulator.Match{Op: op}})
		}
		absent := b.clip("a lake")
		absent.Token = "job-absent"
		l := b.lose(absent, false)
		time.Sleep(time.Minute)
		b.script(simulator.Fault{Kind: simulator.KindDate, Word: word, Match: simulator.Match{Op: simulator.OpSubmit}})
		b.own(44)
		time.Sleep(longEnough)
		if got := b.find(l); l.Ahead != nil || got.Doubt == "" {
			b.Errorf("Date %q: clock %v, %+v", word, l.Ahead, got)
		}
	}
}

// seedless: equal records of a model without a seed are the request's only if
// they were made while it waited for its answer.
func seedless(b *bench) {
	if _, ok := b.p.(find.Finder); !ok {
		b.Skip("the service cannot be searched")
	}
	r, ok := b.withoutSeed("a lake")
	if !ok {
		b.Skip("every model takes a seed")
	}
	r.Token = "job-lost"
	colleague := r
	colleague.Token = ""
	b.submit(colleague)
	time.Sleep(30 * time.Second)
	l := b.lose(r, true)
	all := b.sim.Tasks()
	ours := all[len(all)-1].ID
	time.Sleep(30 * time.Second)
	b.submit(colleague)
	time.Sleep(longEnough)
	got := b.find(l)
	if len(got.Found) != 1 || got.Found[0].ID != ours {
		b.Errorf("found %+v, want %s", got.Found, ours)
	}
	for i := range got.Maybe {
		if got.Maybe[i].ID == ours || got.Maybe[i].CreatedAt.IsZero() {
			b.Errorf("to be asked about: %+v", got.Maybe[i])
		}
	}
}

// withoutSeed returns a request for a clip from text by an active model that
// takes no seed.
func (b *bench) withoutSeed(prompt string) (client.Request, bool) {
	for _, m := range b.cat.All() {
		if m.Provider != b.d.ID || !m.MakesVideo() || m.Field(catalogue.RoleSeed) != nil || m.Lifecycle.Status != catalogue.LifeActive {
			continue
		}
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt)})
		if len(catalogue.Validate(m, v, nil)) == 0 {
			return client.Request{Model: m, Values: v}, true
		}
	}
	return client.Request{}, false
}
