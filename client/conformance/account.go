package conformance

import (
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// money: the quoted price is charged and deducted from the balance.
func money(b *bench) {
	ctx := b.Context()
	r := b.clip("a lake")
	price := catalogue.EstimatePrice(r.Model, r.Values, 0).Total
	if q, ok := b.p.(client.Quoter); ok {
		if got, err := q.Quote(ctx, r.Model, r.Values); err != nil || got.Price != price || got.Partial {
			b.Errorf("Quote = %+v, %v, want %s", got, err, price)
		}
	}
	before := b.balance()
	posted := time.Now()
	made := b.submit(r)
	b.end(r.Model, made.ID)
	time.Sleep(longEnough) // bills come later
	if _, ok := b.p.(client.Balancer); ok && before-b.balance() != price {
		b.Errorf("balance %s, then %s, price %s", before, b.balance(), price)
	}
	if x, ok := b.p.(client.Biller); ok {
		if paid, known, err := x.Charge(ctx, made.ID, posted); err != nil || !known || paid != price {
			b.Errorf("Charge = %s, %t, %v, want %s", paid, known, err, price)
		}
	}
}

// balance returns the balance, 0 where the service has none.
func (b *bench) balance() usd.Micro {
	b.Helper()
	x, ok := b.p.(client.Balancer)
	if !ok {
		return 0
	}
	left, err := x.Balance(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return left
}

// records: a clip is in the list until its record is deleted.
func records(b *bench) {
	ctx := b.Context()
	r := b.clip("a lake")
	posted := time.Now()
	made := b.submit(r)
	time.Sleep(longEnough)
	l, ok := b.p.(client.Lister)
	if !ok {
		return
	}
	page, err := l.List(ctx, posted.Add(-time.Hour), "")
	if err != nil || len(page.Records) != 1 || page.Next != "" {
		b.Fatalf("List = %+v, %v", page, err)
	}
	b.record(&page.Records[0], made.ID, &r)
	x, ok := b.p.(client.Deleter)
	if !ok {
		return
	}
	n, err := x.DeleteRecord(ctx, []string{made.ID, "unknown"})
	page, lerr := l.List(ctx, posted.Add(-time.Hour), "")
	if n != 1 || err != nil || lerr != nil || len(page.Records) != 0 {
		b.Errorf("DeleteRecord = %d, %v; left %+v, %v", n, err, page.Records, lerr)
	}
}

// record checks an entry of the list as far as the service keeps it.
func (b *bench) record(x *client.Record, id string, r *client.Request) {
	b.Helper()
	if x.ID != id || x.Model != r.Model.ID || x.Token != "" && x.Token != r.Token {
		b.Errorf("record %+v", x)
	}
	if x.Inputs == nil {
		return
	}
	// Some services keep no prompt; the inputs they keep are those sent.
	got, left := r.Model.ReadInputs(x.Inputs)
	if len(left) != 0 || !got[catalogue.RoleSeed].IsSet() {
		b.Errorf("inputs %v, left %v", got, left)
	}
	for role, v := range got {
		if !v.Equal(r.Values[role]) {
			b.Errorf("%s is %s, want %s", role, v, r.Values[role])
		}
	}
}

// models: the service's own list, laid over the catalogue, changes only prices
// and life cycles, as it was made from the same data.
func models(b *bench) {
	x, ok := b.p.(client.Modeler)
	if !ok {
		b.Skip("the service has no list")
	}
	list, err := x.Models(b.Context(), b.cat)
	if err != nil || len(list) == 0 {
		b.Fatalf("%d models, %v", len(list), err)
	}
	after, refused := b.cat.Overlay(list, "test")
	if len(refused) != 0 {
		b.Errorf("refused: %v", refused)
	}
	for _, d := range catalogue.Diff(b.cat, after) {
		if d.Kind != catalogue.ChangePrice && d.Kind != catalogue.ChangeStatus {
			b.Errorf("the list differs from the catalogue: %s", d)
		}
	}
}

// rewrites: a prompt is returned longer, for its price.
func rewrites(b *bench) {
	x, ok := b.p.(client.Optimizer)
	m := b.cat.Optimizer(b.d.ID)
	if !ok || m == nil {
		b.Skip("the service rewrites no prompts")
	}
	w := catalogue.Wish{Text: "a lake", Mode: "video"}
	before := b.balance()
	text, err := x.Enhance(b.Context(), m, w)
	price := catalogue.EstimatePrice(m, m.WishValues(w), 0).Total
	if spent := before - b.balance(); err != nil || len(text) <= len(w.Text) || spent != price {
		b.Errorf("Enhance = %q, %v; spent %s, want %s", text, err, spent, price)
	}
}
