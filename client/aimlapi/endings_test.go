package aimlapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

const feed = `{"object":"list","generated_at":"2026-11-21T00:00:00.000Z","data":[
 {"id":"bytedance/seedance-2-0","aliases":["seedance-2-0"],"status":"deprecated","deprecated_at":"2026-11-01","shutdown_at":"2026-12-31","replaced_by":"bytedance/seedance-2-5","reason":null},
 {"id":"bytedance/x","aliases":["bytedance/seedance-1-0-pro-fast"],"status":"withdrawn","deprecated_at":null,"shutdown_at":"2026-11-11","replaced_by":"nobody/knows","reason":"provider_delisted"},
 {"id":"bytedance/seedance-1-0-pro-t2v","aliases":[],"status":"on holiday"},
 {"id":"acme/none","status":"withdrawn"}, null]}`

func TestEndings(t *testing.T) {
	t.Parallel()
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/models":
			says(200, liveModels)(w, r)
		case "/v1/models/deprecations":
			says(200, feed)(w, r)
		default:
			says(404, `{}`)(w, r)
		}
	})
	c := clienttest.Catalogue(t)
	models, err := p.Models(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	after, _ := c.Overlay(models, "test")
	var got []string
	for _, d := range catalogue.Diff(c, after) {
		if d.Kind == catalogue.ChangeStatus {
			got = append(got, d.String())
		}
	}
	want := []string{"bytedance/seedance-1-0-pro-fast: retired, was active", "bytedance/seedance-2-0: retiring, was active"}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("changes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	m := after.Model(catalogue.Ref{Provider: Name, ID: two})
	if next := after.Replacement(m); next == nil || next.ID != "bytedance/seedance-2-5" || m.Lifecycle.UpstreamEnd != "2026-12-31" {
		t.Errorf("life %+v", m.Lifecycle)
	}
	gone := after.Model(catalogue.Ref{Provider: Name, ID: "bytedance/seedance-1-0-pro-fast"})
	if len(gone.Fields) == 0 || gone.Lifecycle.Replacement == "nobody/knows" {
		t.Errorf("%+v", gone.Lifecycle)
	}
}
