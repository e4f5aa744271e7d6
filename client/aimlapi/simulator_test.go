package aimlapi_test

import (
	"testing"
	"testing/synctest"
	"time"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/aimlapi"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/secret"
	"seedreel/client/simulator"
)

// TestAccountAgainstTheSimulator makes one clip and follows it through every
// other call, in the simulator's own time.
func TestAccountAgainstTheSimulator(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := catalogue.Load(assets.Models())
		if err != nil {
			t.Fatal(err)
		}
		s, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(c), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		base, dial, stop := s.Pipe()
		defer stop()
		p, err := aimlapi.New(rest.Config{Base: base, Dial: dial, Key: secret.New("practice"), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer p.CloseIdle()
		follow(t, p, c)
	})
}

func follow(t *testing.T, p *aimlapi.Provider, c *catalogue.Catalogue) {
	t.Helper()
	ctx := t.Context()
	m := c.Model(catalogue.Ref{Provider: aimlapi.Name, ID: "bytedance/seedance-2-0"})
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake"), catalogue.RoleSeed: catalogue.Int(42)})
	before, err := p.Balance(ctx)
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.Quote(ctx, m, v)
	if e := catalogue.EstimatePrice(m, v, 0); err != nil || !e.Known || q.Price != e.Total {
		t.Errorf("Quote = %+v, %v, want %s", q, err, e)
	}
	r := client.Request{Model: m, Values: v, Token: "job-4711"}
	posted := time.Now()
	made, err := p.Submit(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(40 * time.Minute)
	found, complete, err := p.Find(ctx, r, posted)
	if err != nil || !complete || len(found) != 1 || found[0].ID != made.ID {
		t.Errorf("Find = %+v, %t, %v, want %s", found, complete, err, made.ID)
	}
	paid, known, err := p.Charge(ctx, made.ID, posted)
	after, berr := p.Balance(ctx)
	if err != nil || berr != nil || !known || paid != q.Price || before-after != paid {
		t.Errorf("Charge = %v, %t, %v, want %v; balance %v, then %v, %v", paid, known, err, q.Price, before, after, berr)
	}
	page, err := p.List(ctx, posted.Add(-time.Hour), "")
	if err != nil || len(page.Records) != 1 || page.Records[0].Token != r.Token || page.Records[0].Model != m.ID {
		t.Errorf("List = %+v, %v", page, err)
	}
	models, err := p.Models(ctx, c)
	if err != nil || len(models) < 5 {
		t.Fatalf("%d models, %v", len(models), err)
	}
	overlaid, refused := c.Overlay(models, "test")
	if len(refused) != 0 {
		t.Errorf("refused: %v", refused)
	}
	for _, d := range catalogue.Diff(c, overlaid) {
		if d.Kind != catalogue.ChangePrice && d.Kind != catalogue.ChangeStatus {
			t.Errorf("the simulator's list differs from the catalogue: %s", d)
		}
	}
}
