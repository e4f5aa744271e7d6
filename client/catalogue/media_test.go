package catalogue_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"seedreel/client/catalogue"
)

func maskModel(t *testing.T) *catalogue.Model {
	t.Helper()
	cat, err := catalogue.Load([]byte(`{"version": 1, "models": [{"provider": "p", "id": "m", "endpoint_path": "/m", "model_in": "path",
 "task": "t2v", "output": {"container": "mp4"}, "resolution": {"mode": "fixed", "value": "480p"}, "lifecycle": {"status": "active"},
 "price": {"basis": "list", "rows": [
  {"when": {"has_video_input": true}, "usd_per_run": 9, "confidence": "vendor_page"},
  {"when": {"has_video_input": false}, "usd_per_run": 1, "confidence": "vendor_page"}]},
 "fields": [{"name": "prompt", "type": "string", "role": "prompt"},
  {"name": "mask", "type": "string", "role": "mask", "media": {"kind": "image"}},
  {"name": "poses", "type": "array", "role": "poses", "media": {"kind": "video"}},
  {"name": "note", "type": "string", "role": "note"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return cat.Model(catalogue.Ref{Provider: "p", ID: "m"})
}

func TestMediaAreWhatTheFieldTakes(t *testing.T) {
	t.Parallel()
	m := maskModel(t)
	got := m.Adopt(catalogue.Values{"mask": catalogue.Text("./a.png"), "poses": catalogue.Int(3), "note": catalogue.Media("./b.png")})
	if !got["mask"].Equal(catalogue.Media("./a.png")) || got["poses"].IsSet() || got["note"].IsSet() {
		t.Errorf("adopted %v", got)
	}
	if p := m.Picture(catalogue.Values{"poses": catalogue.Media("a.mp4"), "mask": catalogue.Media("a.png")}); p != "a.png" {
		t.Errorf("the picture is %q", p)
	}
	for role, x := range map[catalogue.Role]catalogue.Value{"mask": catalogue.Text("./a.png"), "note": catalogue.Media("./a.png")} {
		if errs := catalogue.Validate(m, catalogue.Values{role: x}, nil); len(errs) != 1 || errs[0].Role != role {
			t.Errorf("%s = %v gives %v", role, x, errs)
		}
	}
	film := catalogue.EstimatePrice(m, catalogue.Values{"poses": catalogue.Media("https://e.com/a.mp4")}, 0)
	if plain := catalogue.EstimatePrice(m, catalogue.Values{}, 0); film.Total != 9_000_000 || plain.Total != 1_000_000 {
		t.Errorf("with a video %v, without %v", film, plain)
	}
}

func TestNoBodyHoldsAPath(t *testing.T) {
	t.Parallel()
	m := maskModel(t)
	for _, path := range []string{"./a.png", "/a.png", "a.png", "file:///a.png", `C:\a.png`} {
		for _, v := range []catalogue.Values{{"mask": catalogue.Media(path)}, {"poses": catalogue.Media("https://e.com/a.mp4", path)}} {
			if b, err := m.Body(v); !errors.Is(err, catalogue.ErrLocalMedia) {
				t.Errorf("%v gives %s (%v)", v, b, err)
			}
		}
		for _, v := range []catalogue.Values{{"mask": catalogue.Text(path)}, {"note": catalogue.Media(path)}} {
			if b, err := m.Body(v); err == nil {
				t.Errorf("%v gives %s", v, b)
			}
		}
		send, _ := m.Quotable(catalogue.Values{"mask": catalogue.Text(path), "poses": catalogue.Media(path)})
		if len(send) > 0 {
			t.Errorf("a price is asked for with %v", send)
		}
		raw, err := json.Marshal(path)
		if err != nil {
			t.Fatal(err)
		}
		v, left := m.ReadInputs(map[string]json.RawMessage{"mask": raw, "poses": json.RawMessage("[" + string(raw) + "]")})
		if len(v) > 0 || !slices.Equal(left, []string{"mask", "poses"}) {
			t.Errorf("a record's path came in: %v, left %v", v, left)
		}
	}
	b, err := m.Body(catalogue.Values{"mask": catalogue.Media("data:image/png;base64,AA=="), "poses": catalogue.Media("HTTPS://e.com/a.mp4")})
	if err != nil || !strings.Contains(string(b), "data:image") || !strings.Contains(string(b), "HTTPS://") {
		t.Errorf("got %s (%v)", b, err)
	}
}
