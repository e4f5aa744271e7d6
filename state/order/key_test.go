package order_test

import (
	"fmt"
	"slices"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/order"
)

// What has a key is made once, and only the rest is asked about and paid.
func TestAKeyIsOrderedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	taken := job.Taken{Shot: "shot", Parent: "parent", Origin: job.OriginWords, Key: "k"}
	first := w.buy(w.clip("v/lite", 2, 7).As(taken))
	if j := first[0]; j.Shot != "shot" || j.Parent != "parent" || j.Origin != job.OriginWords || j.Key == "" || j.Key == first[1].Key {
		t.Errorf("the first is %+v", j.Taken)
	}
	w.rules.Limit = 900_000
	p := w.prepare(w.clip("v/lite", 2, 7).As(taken))
	if total, known := p.Total(); !known || total != 0 || p.Lines[0].Made != 2 || p.Lines[0].Count != 0 {
		t.Errorf("the same costs %s: %+v", total, p.Lines[0])
	}
	again := w.buy(w.clip("v/lite", 2, 7).As(taken))
	if len(again) != 2 || again[0].ID != first[0].ID || again[1].ID != first[1].ID {
		t.Errorf("the same gives %v", again)
	}
	mixed := w.prepare(w.clip("v/lite", 2, 7).As(taken), w.clip("v/lite", 1))
	if total, _ := mixed.Total(); total != 300_000 {
		t.Errorf("one more costs %s", total)
	}
	made, err := w.desk.Confirm(t.Context(), mixed, order.Answers{}.Agree(mixed.Open(order.Answers{})...))
	if err != nil || len(made) != 3 || made[1].ID != first[1].ID || slices.Contains([]string{first[0].ID, first[1].ID}, made[2].ID) {
		t.Errorf("one more gives %v (%v)", made, err)
	}
	if day, err := w.store.Committed(t.Context(), noon, false); err != nil || day.Total != 900_000 {
		t.Errorf("the day counts %s (%v)", day.Total, err)
	}
	w.rules.Practice, w.rules.Limit = true, usd.Micro(0)
	practice := w.buy(w.clip("v/lite", 2, 7).As(taken))
	if practice[0].ID == first[0].ID || !practice[0].Practice {
		t.Errorf("practice gives %+v", practice[0])
	}
}

// A product asks for each price once, not once a prompt.
func TestAProductAsksForItsPriceOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.quote = amount(400_000)
	m := w.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: "v/lite"})
	var drafts []order.Draft
	for i := range 100 {
		v := catalogue.Values{catalogue.RolePrompt: catalogue.Text(fmt.Sprintf("fox %d", i))}
		drafts = append(drafts, order.Clip(m, v, 2, nil, false))
	}
	p := w.prepare(drafts...)
	if total, known := p.Total(); !known || total != 200*400_000 || w.quotes.Load() != 1 {
		t.Errorf("it costs %s, asked for %d times", total, w.quotes.Load())
	}
}
