package wavespeed

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/find"
	"seedreel/client/rest"
	"seedreel/client/secret"
)

// serveAtNoon serves a provider some minutes after noon, by both clocks.
func serveAtNoon(t *testing.T, h http.HandlerFunc) *Provider {
	t.Helper()
	now := noon.Add(10 * time.Minute)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", now.Format(http.TimeFormat))
		h(w, r)
	}))
	t.Cleanup(s.Close)
	p, err := New(rest.Config{Base: s.URL, Key: secret.New(canary), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.CloseIdle)
	return p
}

// lost is a request sent at noon and given up a minute later, by the service's
// clock.
func lost(r client.Request) find.Lost {
	return find.Lost{Request: r, Sent: noon, Cut: noon.Add(time.Minute), Ahead: new(time.Duration), OwnSeed: true}
}

// later is a record made after all of lost's.
var later = kept("later", "x/y", noon.Add(2*time.Minute).Format(time.RFC3339), "")

func ids(found []find.Found, maybe []client.Prediction) (taken, asked []string) {
	for i := range found {
		taken = append(taken, found[i].ID)
	}
	for i := range maybe {
		asked = append(asked, maybe[i].ID)
	}
	return taken, asked
}

func TestFind(t *testing.T) {
	t.Parallel()
	const ours = `,"inputs":{"prompt":"a cat","seed":42,"duration":5,"camera_fixed":false}`
	at := noon.Add(time.Minute).Format(time.RFC3339Nano)
	for _, tc := range []struct {
		name         string
		items        []string
		taken, asked []string
		doubt        find.Doubt
	}{
		{"it is there", []string{later, kept("a", seedLite, at, ours)}, []string{"a"}, nil, ""},
		{"under the other name", []string{later, kept("a", seedLite, at, strings.Replace(ours, "inputs", "input", 1))}, []string{"a"}, nil, ""},
		{"with nanoseconds", []string{later, kept("a", seedLite, "2026-11-21T12:00:15.948268264Z", ours)}, []string{"a"}, nil, ""},
		{"without a stamp", []string{later, kept("a", seedLite, "soon", ours)}, []string{"a"}, nil, ""},
		{"two of them", []string{later, kept("a", seedLite, at, ours), kept("b", seedLite, at, ours)}, []string{"a", "b"}, nil, ""},
		{"another seed", []string{later, kept("a", seedLite, at, `,"inputs":{"prompt":"a cat","seed":43}`)}, nil, nil, ""},
		{"no seed", []string{later, kept("a", seedLite, at, `,"inputs":{"prompt":"a cat"}`)}, nil, []string{"a"}, ""},
		{"another prompt", []string{later, kept("a", seedLite, at, `,"inputs":{"prompt":"a dog","seed":42}`)}, nil, nil, ""},
		{"another model", []string{later, kept("a", "x/y", at, ours)}, nil, nil, ""},
		{"another day", []string{later, kept("a", seedLite, "2026-11-20T12:00:00Z", ours)}, nil, nil, ""},
		{"the list gives no inputs", []string{later, kept("a", seedLite, at, "")}, nil, []string{"a"}, ""},
		{"no inputs, of another time", []string{later, kept("a", seedLite, noon.Add(-time.Minute).Format(time.RFC3339), "")}, nil, nil, ""},
		{"no inputs and no stamp", []string{later, kept("a", seedLite, "", "")}, nil, nil, find.DoubtUnread},
		{"an entry cannot be read", []string{later, `{"id":"../x"}`}, nil, nil, find.DoubtUnread},
		{"nothing", []string{later}, nil, nil, ""},
		{"a list that may lag", []string{kept("b", "x/y", at, "")}, nil, nil, find.DoubtLag},
		{"an empty list", nil, nil, nil, find.DoubtLag},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := serveAtNoon(t, history(t, tc.items, 100))
			m := known(t, seedLite)
			r := client.Request{Model: m, Values: m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat"), catalogue.RoleSeed: catalogue.Int(42)})}
			got, err := p.Find(t.Context(), lost(r))
			taken, asked := ids(got.Found, got.Maybe)
			if err != nil || !slices.Equal(taken, tc.taken) || !slices.Equal(asked, tc.asked) || got.Doubt != tc.doubt {
				t.Errorf("Find = %v, %v, %q, %v; want %v, %v, %q", taken, asked, got.Doubt, err, tc.taken, tc.asked, tc.doubt)
			}
		})
	}
}

// A seed that a person chose may be in another's request, too: a record with it
// is the request's only by the seconds in which it was made.
func TestFindDoesNotGoByASeedThatWasChosen(t *testing.T) {
	t.Parallel()
	const same = `,"inputs":{"prompt":"a cat","seed":42,"duration":5,"aspect_ratio":"16:9","camera_fixed":false}`
	m := known(t, seedLite)
	for name, tc := range map[string]struct {
		at           time.Duration
		inputs       string
		taken, asked bool
	}{
		"within the window":            {30 * time.Second, same, true, false},
		"before it":                    {-40 * time.Second, same, false, true},
		"after it":                     {5 * time.Minute, same, false, true},
		"another length, the same end": {30 * time.Second, strings.Replace(same, `"duration":5`, `"duration":10`, 1), false, false},
		"another seed":                 {30 * time.Second, strings.Replace(same, `42`, `43`, 1), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serveAtNoon(t, history(t, []string{later, kept("a", seedLite, noon.Add(tc.at).Format(time.RFC3339), tc.inputs)}, 100))
			r := client.Request{Model: m, Values: m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat"), catalogue.RoleSeed: catalogue.Int(42)})}
			l := lost(r)
			l.OwnSeed = false
			got, err := p.Find(t.Context(), l)
			if err != nil || (len(got.Found) == 1) != tc.taken || (len(got.Maybe) == 1) != tc.asked {
				t.Errorf("Find = %+v, %v", got, err)
			}
			l.Ahead = nil
			if got, err = p.Find(t.Context(), l); err != nil || len(got.Found) != 0 {
				t.Errorf("Find without a clock = %+v, %v", got, err)
			}
		})
	}
}

// Without a seed a record is the request's only by its inputs and the seconds
// in which it was made; a colleague's may be the same.
func TestFindGoesByInputsAndTimeWhereThereIsNoSeed(t *testing.T) {
	t.Parallel()
	const same = `,"inputs":{"prompt":"a cat","duration":5,"resolution":"720p","aspect_ratio":"16:9","generate_audio":true,"enable_web_search":false}`
	m := known(t, seedless)
	for name, tc := range map[string]struct {
		at           time.Duration
		inputs       string
		taken, asked bool
	}{
		"within the window":      {30 * time.Second, same, true, false},
		"three seconds before":   {-3 * time.Second, same, true, false},
		"three seconds after":    {63 * time.Second, same, true, false},
		"four seconds before":    {-4 * time.Second, same, false, true},
		"four seconds after":     {64 * time.Second, same, false, true},
		"ten minutes after":      {10 * time.Minute, same, false, true},
		"an hour after":          {time.Hour, same, false, false},
		"another length":         {0, strings.Replace(same, `"duration":5`, `"duration":6`, 1), false, false},
		"with something more":    {0, strings.Replace(same, `"duration":5`, `"duration":5,"last_image":"https://x.test/a.png"`, 1), true, false},
		"something is not shown": {0, strings.Replace(same, `"duration":5,`, "", 1), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := noon.Add(tc.at).Format(time.RFC3339)
			p := serveAtNoon(t, history(t, []string{later, kept("a", seedless, at, tc.inputs)}, 100))
			r := client.Request{Model: m, Values: m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat")})}
			got, err := p.Find(t.Context(), lost(r))
			if err != nil || (len(got.Found) == 1) != tc.taken || (len(got.Maybe) == 1) != tc.asked {
				t.Errorf("Find = %+v, %v", got, err)
			}
			// Without the service's time nothing is taken and nothing proved.
			l := lost(r)
			l.Ahead = nil
			if got, err = p.Find(t.Context(), l); err != nil || len(got.Found) != 0 || got.Doubt != find.DoubtClock {
				t.Errorf("Find without a clock = %+v, %v", got, err)
			}
		})
	}
}

// The links of uploads are unique: another link is another's record, or the
// service's own name for the same bytes.
func TestFindComparesUploads(t *testing.T) {
	t.Parallel()
	m := known(t, seedless)
	role := catalogue.RoleFirstFrame
	if m.Field(role) == nil {
		m = &catalogue.Model{Provider: Name, ID: seedless, Fields: []catalogue.Field{
			{Name: "prompt", Type: "string", Role: catalogue.RolePrompt}, {Name: "image", Type: "string", Role: role, Media: &catalogue.MediaSpec{Kind: "image"}},
		}}
	}
	r := client.Request{Model: m, Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat"), role: catalogue.Media("https://up.test/1.png")}}
	for link, taken := range map[string]bool{"https://up.test/1.png": true, "https://up.test/2.png": false} {
		p := serveAtNoon(t, history(t, []string{later, kept("a", seedless, noon.Format(time.RFC3339), `,"inputs":{"prompt":"a cat","image":"`+link+`"}`)}, 100))
		got, err := p.Find(t.Context(), lost(r))
		if err != nil || (len(got.Found) == 1) != taken || (len(got.Maybe) == 1) == taken {
			t.Errorf("%s: %+v, %v", link, got, err)
		}
	}
}

func TestFindTurnsPages(t *testing.T) {
	t.Parallel()
	items := []string{later}
	for i := range 250 {
		items = append(items, kept(fmt.Sprintf("p%d", i), seedLite, noon.Format(time.RFC3339), fmt.Sprintf(`,"inputs":{"seed":%d}`, i)))
	}
	m := known(t, seedLite)
	r := client.Request{Model: m, Values: catalogue.Values{catalogue.RoleSeed: catalogue.Int(249)}}
	got, err := serveAtNoon(t, history(t, items, 100)).Find(t.Context(), lost(r))
	if err != nil || got.Doubt != "" || len(got.Found) != 1 || got.Found[0].ID != "p249" {
		t.Errorf("Find = %+v, %v", got, err)
	}
	if _, err := serveAtNoon(t, says(500, "")).Find(t.Context(), lost(r)); client.KindOf(err) != client.KindUnavailable {
		t.Errorf("Find on a broken service: %v", err)
	}
}
