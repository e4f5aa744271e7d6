package wavespeed_test

import (
	"os"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/secret"
	"seedreel/client/simulator"
	"seedreel/client/wavespeed"
)

// practice runs a test against the simulator, on its own clock.
func practice(t *testing.T, extra []byte, run func(t *testing.T, p *wavespeed.Provider, c *catalogue.Catalogue)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := catalogue.Load(assets.Models())
		if err != nil {
			t.Fatal(err)
		}
		s, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(c), Dialects: all.Dialects(), Now: time.Now, ExtraModels: extra})
		if err != nil {
			t.Fatal(err)
		}
		base, dial, stop := s.Pipe()
		defer stop()
		p, err := wavespeed.New(rest.Config{Base: base, Dial: dial, Key: secret.New("practice"), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer p.CloseIdle()
		run(t, p, c)
	})
}

// TestModelsAgainstTheSimulator reads its list, whose extra file has a model
// unknown to the catalogue, and makes a clip with it.
func TestModelsAgainstTheSimulator(t *testing.T) {
	extra, err := os.ReadFile("../simulator/testdata/extra.json")
	if err != nil {
		t.Fatal(err)
	}
	practice(t, extra, func(t *testing.T, p *wavespeed.Provider, c *catalogue.Catalogue) {
		models, err := p.Models(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		after, refused := c.Overlay(models, "test")
		if len(refused) != 0 {
			t.Errorf("refused: %v", refused)
		}
		for _, d := range catalogue.Diff(c, after) {
			old := c.Model(d.Ref)
			if old != nil && d.Kind != catalogue.ChangePrice {
				t.Errorf("the simulator's list differs from the catalogue: %s", d)
			}
		}
		m := after.Model(catalogue.Ref{Provider: wavespeed.Name, ID: "bytedance/seedance-9/text-to-video"})
		if m == nil {
			t.Fatal("the new model is not there")
		}
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake")})
		if errs := catalogue.Validate(m, v, nil); len(errs) != 0 {
			t.Error(errs)
		}
		q, err := p.Quote(t.Context(), m, v)
		if e := catalogue.EstimatePrice(m, v, 0); err != nil || !e.Known || e.Total != q.Price {
			t.Errorf("by its list %s, quoted %+v, %v", e, q, err)
		}
		if made, err := p.Submit(t.Context(), client.Request{Model: m, Values: v}); err != nil || made.ID == "" {
			t.Errorf("Submit = %+v, %v", made, err)
		}
	})
}

// TestPricesAgainstTheSimulator compares every price read off a formula with
// the quote for the same values.
func TestPricesAgainstTheSimulator(t *testing.T) {
	practice(t, nil, func(t *testing.T, p *wavespeed.Provider, c *catalogue.Catalogue) {
		models, err := p.Models(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		c, _ = c.Overlay(models, "test")
		compared := 0
		for _, m := range c.All() {
			v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("x")})
			e := catalogue.EstimatePrice(m, v, 0)
			if m.Provider != wavespeed.Name || !m.MakesVideo() || !e.Known {
				continue
			}
			q, err := p.Quote(t.Context(), m, v)
			if err != nil || q.Partial {
				continue
			}
			if compared++; q.Price != e.Total {
				t.Errorf("%s: list %s, quote %s", m.ID, e, q.Price)
			}
		}
		if compared < 25 {
			t.Errorf("only %d prices were compared", compared)
		}
	})
}
