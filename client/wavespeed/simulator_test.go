package wavespeed_test

import (
	"os"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/secret"
	"seedreel/client/simulator"
	"seedreel/client/wavespeed"
)

// practice runs a test against the simulator, in its own time.
func practice(t *testing.T, extra []byte, run func(t *testing.T, p *wavespeed.Provider, c *catalogue.Catalogue)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := catalogue.Load(assets.Models())
		if err != nil {
			t.Fatal(err)
		}
		s, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(c), Now: time.Now, ExtraModels: extra})
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

// TestAccountAgainstTheSimulator makes one clip and follows it through every
// other call: what was quoted is what is charged and what the balance lacks.
func TestAccountAgainstTheSimulator(t *testing.T) {
	practice(t, nil, func(t *testing.T, p *wavespeed.Provider, c *catalogue.Catalogue) {
		ctx := t.Context()
		m := c.Find("wavespeed:bytedance/seedance-v1-lite-t2v-480p")[0]
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake"), catalogue.RoleSeed: catalogue.Int(42), catalogue.RoleDuration: catalogue.Int(7)})
		before, err := p.Balance(ctx)
		if err != nil {
			t.Fatal(err)
		}
		q, err := p.Quote(ctx, m, v)
		if err != nil || q.Price != 112_000 || q.Partial {
			t.Errorf("Quote = %+v, %v, want $0.112", q, err)
		}
		r := client.Request{Model: m, Values: v}
		posted := time.Now()
		made, err := p.Submit(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		found, complete, err := p.Find(ctx, r, posted)
		if err != nil || !complete || len(found) != 1 || found[0].ID != made.ID {
			t.Errorf("Find = %+v, %t, %v", found, complete, err)
		}
		r.Values = v.Clone()
		r.Values[catalogue.RoleSeed] = catalogue.Int(43)
		if found, complete, err = p.Find(ctx, r, posted); err != nil || !complete || len(found) != 0 {
			t.Errorf("Find of another seed = %+v, %t, %v", found, complete, err)
		}
		time.Sleep(20 * time.Minute)
		paid, known, err := p.Charge(ctx, made.ID, posted)
		after, err2 := p.Balance(ctx)
		if err != nil || err2 != nil || !known || paid != q.Price || before-after != paid {
			t.Errorf("Charge = %v, %t, %v; balance %v, then %v, %v", paid, known, err, before, after, err2)
		}
		page, err := p.List(ctx, posted.Add(-24*time.Hour), "")
		if err != nil || len(page.Records) != 1 || page.Next != "" {
			t.Fatalf("List = %+v, %v", page, err)
		}
		rec := page.Records[0]
		got, left := m.ReadInputs(rec.Inputs)
		if rec.ID != made.ID || rec.Model != m.ID || rec.Status != client.StatusCompleted || len(left) != 0 || len(got) != len(v) || !got[catalogue.RoleSeed].Equal(v[catalogue.RoleSeed]) {
			t.Errorf("record %+v with %v, left %v", rec, got, left)
		}
		n, err := p.DeleteRecord(ctx, []string{made.ID, "unknown"})
		if page, lerr := p.List(ctx, posted.Add(-time.Hour), ""); n != 1 || err != nil || lerr != nil || len(page.Records) != 0 {
			t.Errorf("DeleteRecord = %d, %v; left %+v, %v", n, err, page.Records, lerr)
		}
	})
}

// TestModelsAgainstTheSimulator reads its list, whose extra file has a model
// that the catalogue does not know, and makes a clip with it.
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

// TestPricesAgainstTheSimulator holds every price that is read off a formula
// against the quote for the same values.
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

func TestEnhanceAgainstTheSimulator(t *testing.T) {
	practice(t, nil, func(t *testing.T, p *wavespeed.Provider, c *catalogue.Catalogue) {
		m := c.Optimizer(wavespeed.Name)
		before, err := p.Balance(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w := catalogue.Wish{Text: "a lake", Mode: "video"}
		text, err := p.Enhance(t.Context(), m, w)
		after, berr := p.Balance(t.Context())
		price := catalogue.EstimatePrice(m, m.WishValues(w), 0).Total
		if err != nil || berr != nil || len(text) <= len("a lake") || before-after != price {
			t.Errorf("Enhance = %q, %v; cost %s, want %s, %v", text, err, before-after, price, berr)
		}
	})
}
