package live_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/live"
)

func TestListPrice(t *testing.T) {
	t.Parallel()
	const perSecond = `{"total_price": base_price * duration / 5}`
	for _, tc := range []struct {
		name, base, formula string
		v                   catalogue.Values
		want                string
	}{
		{"linear in seconds", "0.16", perSecond, catalogue.Values{catalogue.RoleDuration: catalogue.Int(9)}, "$0.288"},
		{"default length", "0.16", perSecond, nil, "$0.192"},
		{"a start and a slope", "0.1", `base_price + 0.01 * (duration - 3)`, catalogue.Values{catalogue.RoleDuration: catalogue.Int(9)}, "$0.16"},
		{"by size", "0.3", `base_price * (resolution = "900p" ? 2 : 1)`, catalogue.Values{catalogue.RoleResolution: catalogue.Text("900p")}, "$0.60"},
		{"by sound", "0.3", `base_price * (generate_audio ? 2 : 1)`, catalogue.Values{catalogue.RoleAudioToggle: catalogue.Bool(false)}, "$0.30"},
		{"flat", "0.3", `{"total_price": base_price}`, nil, "$0.30"},
		{"one size cannot be told", "0.3", `resolution = "900p" ? base_price * shot_count : base_price`, nil, "$0.30"},
		{"that size", "0.3", `resolution = "900p" ? base_price * shot_count : base_price`, catalogue.Values{catalogue.RoleResolution: catalogue.Text("900p")}, "unknown"},
		{"without a video", "0.3", `$exists(reference_videos) ? base_price * get_duration_v3(reference_videos) : base_price`, nil, "$0.30"},
		{"with a video", "0.3", `$exists(reference_videos) ? base_price * get_duration_v3(reference_videos) : base_price`, catalogue.Values{catalogue.RoleReferenceVideos: catalogue.Media("https://e.com/a.mp4")}, "unknown"},
		{"not linear", "0.3", `$max([duration, 5]) * base_price`, nil, "unknown"},
		{"another input", "0.3", `base_price * shot_count`, nil, "unknown"},
		{"no formula, but a length", "0.3", ``, nil, "unknown"},
		{"not exact", "0.3", `base_price * duration / 7`, nil, "unknown"},
		{"broken formula", "0.3", `base_price *`, nil, "unknown"},
		{"free", "0", perSecond, nil, "unknown"},
		{"below zero", "-1", perSecond, nil, "unknown"},
		{"hexadecimal", "0x10", perSecond, nil, "unknown"},
		{"a fraction", "1/3", perSecond, nil, "unknown"},
		{"millionths", "160000", perSecond, nil, "unknown"},
		{"no base", "", perSecond, nil, "unknown"},
		{"absurd", "1e999999", perSecond, nil, "unknown"},
		{"a division by zero", "0.3", `base_price / (duration - 5)`, nil, "unknown"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := newModel(t)
			m.Price = live.ListPrice(m, json.Number(tc.base), tc.formula, "2026-11", "test")
			if got := catalogue.EstimatePrice(m, m.Fill(tc.v), 0).String(); got != tc.want {
				t.Errorf("%s, want %s (rows %+v)", got, tc.want, m.Price.Rows)
			}
		})
	}
	m := liveModel(t, "acme/still/upscale", `{"image":{"type":"string"}}`, nil, "0.01", "")
	if got := catalogue.EstimatePrice(m, nil, 0).String(); got != "$0.01" {
		t.Errorf("a model without anything that moves its price: %s, want $0.01", got)
	}
}

func TestTariff(t *testing.T) {
	t.Parallel()
	rate := func(price, per, unit string, when map[string][]string) live.Rate {
		return live.Rate{Price: json.Number(price), Per: json.Number(per), Unit: unit, When: when}
	}
	bySize := []live.Rate{
		rate("0.39", "1", "second", map[string][]string{"resolution": {"480p"}}),
		rate("0.65", "1", "second", map[string][]string{"resolution": {"900p", "4k"}}),
	}
	for _, tc := range []struct {
		name  string
		rates []live.Rate
		v     catalogue.Values
		want  string
		list  string
	}{
		{"the vendor's own example", bySize, catalogue.Values{catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleResolution: catalogue.Text("900P")}, "$3.25", ""},
		{"default size", bySize, catalogue.Values{catalogue.RoleDuration: catalogue.Int(5)}, "$1.95", "$1.95"},
		{"a run", []live.Rate{rate("0.4", "", "generation", nil)}, nil, "$0.40", "$0.40"},
		{"per thousand", []live.Rate{rate("12", "1000", "second", nil)}, catalogue.Values{catalogue.RoleDuration: catalogue.Int(5)}, "$0.06", "$0.06"},
		{"rounded at the end", []live.Rate{rate("1", "3", "second", nil)}, catalogue.Values{catalogue.RoleDuration: catalogue.Int(6)}, "$2.00", "unknown"},
		{"by length", []live.Rate{
			rate("1", "1", "video", map[string][]string{"duration": {"5"}}), rate("2", "1", "video", map[string][]string{"duration": {"9"}}),
		}, catalogue.Values{catalogue.RoleDuration: catalogue.Int(9)}, "$2.00", "unknown"},
		{"by sound", []live.Rate{
			rate("1", "1", "video", map[string][]string{"generate_audio": {"true"}}), rate("2", "1", "video", map[string][]string{"generate_audio": {"false"}}),
		}, catalogue.Values{catalogue.RoleAudioToggle: catalogue.Bool(false)}, "$2.00", "$2.00"},
		{"both hold", []live.Rate{rate("1", "1", "video", nil), rate("2", "1", "video", nil)}, nil, "none", "$1.00"},
		{"none holds", bySize[1:], catalogue.Values{catalogue.RoleResolution: catalogue.Text("480p")}, "none", "unknown"},
		{"a dimension that is no field", []live.Rate{rate("1", "1", "video", map[string][]string{"tier": {"a"}})}, nil, "none", "unknown"},
		{"tokens", []live.Rate{rate("3", "1000000", "token", nil)}, nil, "none", "unknown"},
		{"free", []live.Rate{rate("0", "1", "second", nil)}, nil, "none", "unknown"},
		{"no unit count", []live.Rate{rate("1", "0", "second", nil)}, nil, "none", "unknown"},
		{"absurd", []live.Rate{rate("1e99999999", "1", "second", nil)}, nil, "none", "unknown"},
		{"nothing", nil, nil, "none", "unknown"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := newModel(t)
			tariff := live.Tariff{Rates: tc.rates}
			got := "none"
			if q, err := tariff.Quote(m, tc.v); err == nil {
				got = q.Price.String()
			} else if !errors.Is(err, client.ErrNoQuote) {
				t.Errorf("error %v, want ErrNoQuote", err)
			}
			if got != tc.want {
				t.Errorf("quote %s, want %s", got, tc.want)
			}
			m.Price = tariff.ListPrice(m, "2026-11", "test")
			if tc.list != "" {
				if got := catalogue.EstimatePrice(m, tc.v, 0).String(); got != tc.list {
					t.Errorf("as a list %s, want %s", got, tc.list)
				}
			}
		})
	}
}

func TestTariffNeedsTheChoices(t *testing.T) {
	t.Parallel()
	m := liveModel(t, "acme/bare-1", `{"prompt":{"type":"string"},"duration":{"type":"integer","minimum":2,"maximum":9},"resolution":{"type":"string","enum":["480p"]}}`, nil, "", "")
	tariff := live.Tariff{Rates: []live.Rate{{Price: "1", Unit: "second", When: map[string][]string{"resolution": {"480p"}}}}}
	for _, tc := range []struct {
		v    catalogue.Values
		want []string
	}{
		{nil, []string{"resolution"}},
		{catalogue.Values{catalogue.RoleResolution: catalogue.Text("480p")}, []string{"duration"}},
	} {
		q, err := tariff.Quote(m, tc.v)
		if err != nil || !q.Partial || q.Price != 0 || !slices.Equal(q.Missing, tc.want) {
			t.Errorf("%v: %+v, %v, want partial for %v", tc.v, q, err, tc.want)
		}
	}
	if _, err := (live.Tariff{Open: true}).Quote(m, nil); !errors.Is(err, client.ErrNoQuote) {
		t.Errorf("an open tariff: %v", err)
	}
}

func TestQuotable(t *testing.T) {
	t.Parallel()
	m := newModel(t)
	v := m.Fill(catalogue.Values{
		catalogue.RolePrompt: catalogue.Text("x"), catalogue.RoleFirstFrame: catalogue.Media("/home/me/a.png"),
		catalogue.RoleReferenceVideos: catalogue.Media("https://e.com/a.mp4"),
	})
	send, missing := m.Quotable(v)
	if len(missing) != 0 || send[catalogue.RoleFirstFrame].IsSet() || !send[catalogue.RoleReferenceVideos].IsSet() || send.Text(catalogue.RolePrompt) != "x" {
		t.Errorf("send %v, missing %v", send, missing)
	}
	v[catalogue.RoleReferenceVideos] = catalogue.Media("https://e.com/a.mp4", "b.mp4")
	if _, missing = m.Quotable(v); !slices.Equal(missing, []string{"reference videos"}) {
		t.Errorf("missing %v: the length of a video of this machine is not known there", missing)
	}
	bare := liveModel(t, "acme/bare-1", `{"prompt":{"type":"string"},"duration":{"type":"integer"},"level":{"type":"string","enum":["a","b"]},"video":{"type":"string"}}`, []string{"level", "video", "prompt"}, "", "")
	if _, missing = bare.Quotable(nil); !slices.Equal(missing, []string{"duration", "level", "source video"}) {
		t.Errorf("missing %v", missing)
	}
}

func TestReadInputs(t *testing.T) {
	t.Parallel()
	m := newModel(t)
	var in map[string]json.RawMessage
	err := json.Unmarshal([]byte(`{"prompt":"a <b>","image":"https://e.com/a.png","reference_videos":["https://e.com/a.mp4"],
		"duration":"5","seed":7,"generate_audio":false,"grade":"cold","shot_count":2.5,"extra":1,"resolution":null,"mask_video":""}`), &in)
	if err != nil {
		t.Fatal(err)
	}
	v, left := m.ReadInputs(in)
	want := catalogue.Values{
		catalogue.RolePrompt: catalogue.Text("a <b>"), catalogue.RoleFirstFrame: catalogue.Media("https://e.com/a.png"),
		catalogue.RoleReferenceVideos: catalogue.Media("https://e.com/a.mp4"), catalogue.RoleDuration: catalogue.Int(5),
		catalogue.RoleSeed: catalogue.Int(7), catalogue.RoleAudioToggle: catalogue.Bool(false), catalogue.PlainRole("grade"): catalogue.Text("cold"),
	}
	if len(v) != len(want) || !slices.Equal(left, []string{"extra", "shot_count"}) {
		t.Errorf("values %v, left %v", v, left)
	}
	for r, x := range want {
		if !v[r].Equal(x) {
			t.Errorf("%s = %v, want %v", r, v[r], x)
		}
	}
}

func TestWish(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	m := c.Optimizer("wavespeed")
	if m == nil || c.Optimizer("aimlapi") != nil {
		t.Fatal("the optimizer is not where the data has it")
	}
	v := m.WishValues(catalogue.Wish{Text: "a cat", Image: "https://e.com/a.png", Mode: "video", Style: "no such style"})
	body, err := m.Body(v)
	want := `{"image":"https://e.com/a.png","text":"a cat","style":"default","mode":"video","enable_sync_mode":true}`
	if err != nil || string(body) != want {
		t.Errorf("body %s, %v, want %s", body, err, want)
	}
	if e := catalogue.EstimatePrice(m, v, 0); e.String() != "$0.001" {
		t.Errorf("price %s", e)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	p := client.Prediction{Outputs: []client.Output{{URL: "a", Expires: at}, {URL: "b"}, {URL: "c", Expires: at.Add(time.Hour)}}}
	if got := p.Deadline(); !got.Equal(at.Add(time.Hour)) {
		t.Errorf("Deadline = %v", got)
	}
	for _, tc := range []struct {
		o     client.Output
		left  time.Duration
		known bool
	}{
		{p.Outputs[0], 0, true}, {p.Outputs[1], 0, false}, {p.Outputs[2], 30 * time.Minute, true},
	} {
		if left, known := tc.o.Left(at.Add(30 * time.Minute)); left != tc.left || known != tc.known {
			t.Errorf("%s: %v, %t, want %v, %t", tc.o.URL, left, known, tc.left, tc.known)
		}
	}
}

func FuzzTariff(f *testing.F) {
	m := newModel(f)
	f.Add("0.39", "1", "second", "resolution", "480p")
	f.Add("1e9", "1e-9", "run", "", "")
	f.Fuzz(func(t *testing.T, price, per, unit, name, value string) {
		tariff := live.Tariff{Rates: []live.Rate{{Price: json.Number(price), Per: json.Number(per), Unit: unit, When: map[string][]string{name: {value}}}}}
		q, err := tariff.Quote(m, m.Fill(nil))
		if err != nil && !errors.Is(err, client.ErrNoQuote) || err == nil && !q.Partial && q.Price <= 0 {
			t.Fatalf("%+v, %v", q, err)
		}
		live.ListPrice(m, json.Number(price), unit, "2026-11", "test")
		tariff.ListPrice(m, "2026-11", "test")
	})
}
