package engine

import (
	"encoding/json"
	"strings"
	"testing"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/store"
)

// renamed returns the first text model of a service under an id that is in no
// catalogue, like one from a refreshed list.
func renamed(t *testing.T, c *catalogue.Catalogue, provider, id string) (*catalogue.Catalogue, *catalogue.Model) {
	t.Helper()
	for _, m := range c.All() {
		if m.Provider != provider || m.Task != "text-to-video" {
			continue
		}
		text, err := json.Marshal(m.ID)
		if err != nil {
			t.Fatal(err)
		}
		now := strings.ReplaceAll(string(assets.Models()), string(text), `"`+id+`"`)
		now = strings.ReplaceAll(now, `"/api/v3/`+m.ID+`"`, `"/api/v3/`+id+`"`)
		next, err := catalogue.Load([]byte(now))
		if err != nil {
			t.Fatal(err)
		}
		return next, next.Model(catalogue.Ref{Provider: provider, ID: id})
	}
	t.Fatalf("%s has no text model", provider)
	return nil, nil
}

// opened returns an engine on a folder of its own.
func opened(t *testing.T) *Engine {
	t.Helper()
	e, err := Open(t.Context(), options(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, e)
	return e
}

// The simulator learns of a refreshed model too, even if it was started before:
// a rehearsal covers all that can be ordered now.
func TestTheSimulatorHasTheRefreshedCatalogue(t *testing.T) {
	t.Parallel()
	e := opened(t)
	p, err := e.Services.Provider("wavespeed", true)
	if err != nil {
		t.Fatal(err)
	}
	next, m := renamed(t, e.Catalogue.Now(), "wavespeed", "bytedance/seedance-v9-lite-t2v")
	if m == nil {
		t.Fatal("the refreshed catalogue lacks its new model")
	}
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a boat")})
	if _, err := p.Submit(t.Context(), client.Request{Model: m, Values: v}); client.KindOf(err) != client.KindNotFound {
		t.Fatalf("before the refresh: %v", err)
	}
	e.Catalogue.Replace(next)
	if _, err := p.Submit(t.Context(), client.Request{Model: m, Values: v}); err != nil {
		t.Errorf("after the refresh: %v", err)
	}
}

// Each service is polled at the pace in its descriptor, in practice too.
func TestThePaceOfAServiceIsItsDescriptors(t *testing.T) {
	t.Parallel()
	e := opened(t)
	for _, d := range all.Services() {
		for _, practice := range []bool{false, true} {
			got := e.limit(store.Service{Provider: d.ID, Practice: practice})
			if got.PollsPerSecond != d.Polls.PerSecond || got.InFlight != d.Limits.InFlight {
				t.Errorf("%s is asked by %+v, its descriptor has %+v", d.ID, got, d.Polls)
			}
		}
	}
}
