package ark

import (
	"slices"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/find"
)

// lost is a request sent at noon and given up a minute later, by the service's
// clock, and later a task made after that.
func lost(r client.Request) find.Lost {
	return find.Lost{Request: r, Sent: noon, Cut: noon.Add(time.Minute), Ahead: new(time.Duration), OwnSeed: true}
}

var later = map[string]any{"id": "later", "model": "seedance-1-0-pro-250528", "status": "running", "created_at": noon.Add(2 * time.Minute).Unix()}

func TestFind(t *testing.T) {
	t.Parallel()
	m := model(t, seedance20)
	r := request(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a"), catalogue.RoleSeed: catalogue.Int(42)}))
	at, _ := expiry(r)
	item := func(more map[string]any) map[string]any {
		out := map[string]any{"id": id, "model": m.ID, "status": "running", "created_at": noon.Add(time.Second).Unix()}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	type is = map[string]any
	for name, c := range map[string]struct {
		item         is
		taken, asked int
		doubt        find.Doubt
	}{
		"all marks":                   {item(is{"seed": 42, "safety_identifier": token, "execution_expires_after": at}), 1, 0, ""},
		"the name alone":              {item(is{"safety_identifier": token}), 1, 0, ""},
		"the name, another seed":      {item(is{"safety_identifier": token, "seed": 7}), 1, 0, ""},
		"another name, the same seed": {item(is{"safety_identifier": "mnopqrstuvwx-1", "seed": 42}), 0, 0, ""},
		"seed and expiry":             {item(is{"seed": "42", "execution_expires_after": at}), 1, 0, ""},
		"the seed, another expiry":    {item(is{"seed": 42, "execution_expires_after": 172800}), 0, 0, ""},
		"the seed alone":              {item(is{"seed": 42}), 1, 0, ""},
		"another seed":                {item(is{"seed": 43}), 0, 0, ""},
		"no mark":                     {item(nil), 0, 1, ""},
		"no mark, of another time":    {item(is{"created_at": noon.Add(10 * time.Minute).Unix()}), 0, 0, ""},
		"expiry alone":                {item(is{"execution_expires_after": at}), 0, 1, ""},
		"another model":               {item(is{"model": "seedance-1-0-pro-250528", "seed": 42}), 0, 0, ""},
		"made long before":            {item(is{"seed": 42, "created_at": noon.Add(-time.Hour).Unix()}), 0, 0, ""},
		"no id":                       {item(is{"id": "", "seed": 42}), 0, 0, find.DoubtUnread},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := serve(t, "", listed(t, later), listed(t, c.item), listed(t))
			got, err := p.Find(t.Context(), lost(r))
			if err != nil || len(got.Found) != c.taken || len(got.Maybe) != c.asked || got.Doubt != c.doubt {
				t.Errorf("found %+v, %v, want %d, %d, %q", got, err, c.taken, c.asked, c.doubt)
			}
			var queries []string
			for _, a := range s.asked() {
				queries = append(queries, a.query)
			}
			want := []string{
				"filter.service_tier=default&page_num=1&page_size=500",
				"filter.model=" + m.ID + "&filter.service_tier=default&page_num=1&page_size=500",
				"filter.model=" + m.ID + "&filter.service_tier=flex&page_num=1&page_size=500",
			}
			if !slices.Equal(queries, want) {
				t.Errorf("asked %q, want %q", queries, want)
			}
		})
	}
	for body, reads := range map[string]bool{`{"total":0}`: true, `{"total":0,"items":null}`: true, `{"items":[]}`: true, `{"total":3}`: false, `{}`: false, `{"items":null}`: false} {
		p, _ := serve(t, "", listed(t, later), "200 "+body, "200 "+body)
		if got, err := p.Find(t.Context(), lost(r)); (err == nil) != reads || reads && got.Doubt != "" {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	// A list of nothing later may lag.
	p, _ := serve(t, "", listed(t), listed(t), listed(t), listed(t))
	if got, err := p.Find(t.Context(), lost(r)); err != nil || got.Doubt != find.DoubtLag {
		t.Errorf("an empty list: %+v, %v", got, err)
	}
}
