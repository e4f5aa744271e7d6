package aimlapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/find"
	"seedreel/client/usd"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// serveAt is serve with a clock.
func serveAt(t *testing.T, now func() time.Time, h http.HandlerFunc) *Provider {
	t.Helper()
	c := clienttest.Config(t, canary, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", now().UTC().Format(http.TimeFormat))
		h(w, r)
	}))
	c.Now = now
	return clienttest.Provider(t, New, c)
}

func still() time.Time { return noon }

func known(t testing.TB, id string) *catalogue.Model {
	t.Helper()
	return clienttest.Model(t, Name+":"+id)
}

const two = "bytedance/seedance-2-0"

func TestBalance(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		want   usd.Micro
		kind   client.Kind
	}{
		{200, `{"current_balance":123.45,"currency":"USD"}`, 123_450_000, 0},
		{200, `{"current_balance":"-1","currency":"usd"}`, -1_000_000, 0},
		{200, `{"current_balance":123.45,"currency":"EUR"}`, 0, client.KindUnavailable},
		{200, `{"balance":1}`, 0, client.KindUnavailable},
		{200, `null`, 0, client.KindUnavailable},
		{401, `{"requestId":"x","statusCode":"401","path":"/v2/billing","message":"This request requires a valid API key."}`, 0, client.KindUnauthorized},
		{429, `{"message":"Too Many Requests"}`, 0, client.KindRateLimited},
	} {
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.String() != "/v2/billing" || r.Header.Get("Authorization") != "Bearer "+canary {
				t.Errorf("asked %s %s", r.Method, r.URL)
			}
			says(tc.status, tc.body)(w, r)
		})
		got, err := p.Balance(t.Context())
		if got != tc.want || client.KindOf(err) != tc.kind {
			t.Errorf("%s: Balance = %v, %v, want %v, %q", tc.body, got, err, tc.want, tc.kind)
		}
	}
}

func priced(pricing string) string {
	return `{"object":"list","data":[{"id":"other","pricing":{"kind":"fixed","units":[{"unit":"run","price":9,"per":1}]}},
	 {"id":"bytedance/dreamina-x","aliases":["` + two + `"],"type":"internal/video-generations/submit","info":{"name":"n","developer":"d"},"tags":[],"pricing":` + pricing + `}]}`
}

// TestQuote: the variants are the vendor's own example.
func TestQuote(t *testing.T) {
	t.Parallel()
	const example = `{"kind":"variants","dimensions":["resolution"],"variants":[
	  {"when":{"resolution":"720p"},"price":0.39,"unit":"second","per":1},{"when":{"resolution":"1080p"},"price":0.65,"unit":"second","per":1}]}`
	for _, tc := range []struct{ pricing, size, want string }{
		{example, "1080p", "$3.25"},
		{example, "720p", "$1.95"},
		{example, "4k", "none"},
		{`{"kind":"variants","variants":[{"when":{"resolution":["480p","720p"],"generate_audio":true},"price":1,"unit":"generation","per":1}]}`, "480p", "$1.00"},
		{`{"kind":"fixed","currency":"USD","units":[{"name":"second","measure":"output","price":300,"per":1000}]}`, "720p", "$1.50"},
		{`{"kind":"fixed","units":[{"unit":"second","price":1,"per":1},{"unit":"token","price":1,"per":1}]}`, "720p", "none"},
		{`{"kind":"fixed","units":[{"name":"second","measure":"input","price":1,"per":1}]}`, "720p", "none"},
		{`{"kind":"fixed","currency":"EUR","units":[{"name":"second","price":1,"per":1}]}`, "720p", "none"},
		{`{"kind":"variable"}`, "720p", "none"},
		{`{"kind":"new kind","units":[{"unit":"second","price":1,"per":1}]}`, "720p", "none"},
		{`null`, "720p", "none"},
		{`[]`, "720p", "none"},
	} {
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if q := r.URL.Query(); r.URL.Path != "/v1/models" || q.Get("id") != two || q.Get("include") != "pricing" {
				t.Errorf("asked %s", r.URL)
			}
			if r.Header.Get("Authorization") != "" {
				t.Error("the key went where none is needed")
			}
			says(200, priced(tc.pricing))(w, r)
		})
		m := known(t, two)
		q, err := p.Quote(t.Context(), m, m.Fill(catalogue.Values{catalogue.RoleResolution: catalogue.Text(tc.size), catalogue.RoleDuration: catalogue.Int(5)}))
		got := "none"
		if err == nil {
			got = q.Price.String()
		} else if !errors.Is(err, client.ErrNoQuote) {
			t.Errorf("%s: %v", tc.pricing, err)
		}
		if got != tc.want {
			t.Errorf("%s at %s: %s, want %s", tc.pricing, tc.size, got, tc.want)
		}
	}
}

func TestQuoteIsAskedForOnceInAWhile(t *testing.T) {
	t.Parallel()
	var asked, skip atomic.Int64
	p := serveAt(t, func() time.Time { return noon.Add(time.Duration(skip.Load())) }, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		says(200, priced(`{"kind":"fixed","units":[{"unit":"second","price":1,"per":1}]}`))(w, r)
	})
	m := known(t, two)
	for i, want := range []int64{1, 1, 2} {
		if i == 2 {
			skip.Store(int64(priceLife))
		}
		if q, err := p.Quote(t.Context(), m, m.Fill(nil)); err != nil || q.Price != 5_000_000 || asked.Load() != want {
			t.Errorf("look %d: %+v, %v after %d requests, want %d", i, q, err, asked.Load(), want)
		}
	}
	partial, err := p.Quote(t.Context(), m, m.Fill(catalogue.Values{catalogue.RoleReferenceVideo: catalogue.Media("a.mp4")}))
	if err != nil || !partial.Partial || partial.Price != 0 {
		t.Errorf("with a video of this machine: %+v, %v", partial, err)
	}
	if _, err := serve(t, says(500, "")).Quote(t.Context(), m, m.Fill(nil)); client.KindOf(err) != client.KindUnavailable || errors.Is(err, client.ErrNoQuote) {
		t.Errorf("on a broken service: %v", err)
	}
}

func logRow(id, token, status, cost string) string {
	if token != "null" {
		token = `"` + token + `"`
	}
	return `{"created":"2026-11-21T12:00:30.000Z","status":"` + status + `","origin":"api","model":"` + two + `","cost":` + cost +
		`,"tokens":{"input":0,"output":0,"total":0},"request_id":"req-1","inference_id":"` + id + `","client_request_id":` + token + `}`
}

func logPage(more bool, rows ...string) string {
	return fmt.Sprintf(`{"data":[%s],"pagination":{"limit":100,"offset":0,"has_more":%t}}`, strings.Join(rows, ","), more)
}

// log answers page by page.
func log(t *testing.T, pages ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path == "/v2/billing/transactions" {
			says(404, `{"message":"Cannot GET"}`)(w, r) // an older server
			return
		}
		if r.URL.Path != "/v2/logs" || q.Get("limit") != "100" || q.Get("start") == "" || q.Get("end") == "" || q.Has("period") {
			t.Errorf("asked %s", r.URL)
		}
		n := 0
		if _, err := fmt.Sscanf(q.Get("offset"), "%d", &n); err != nil || n/100 >= len(pages) {
			t.Errorf("asked for offset %q", q.Get("offset"))
			return
		}
		says(200, pages[n/100])(w, r)
	}
}

// lost is a request sent at noon and given up a minute later, by the service's
// clock.
func lost(r client.Request) find.Lost {
	return find.Lost{
		Request: r, Sent: noon, Cut: noon.Add(time.Minute), Ahead: new(time.Duration), Own: func(token string) bool { return token == "own" },
	}
}

// laterRow is a row of a request of ours that was made after lost's, another
// of one whose token is not ours.
var (
	laterRow = strings.Replace(logRow("later", "own", "succeeded", `{}`), "12:00:30", "12:02:00", 1)
	another  = strings.Replace(logRow("foreign", "other", "succeeded", `{}`), "12:00:30", "12:02:00", 1)
)

func TestFind(t *testing.T) {
	t.Parallel()
	r := request(universal)
	ours := logRow(id, r.Token, "succeeded", `{"usd":0.25}`)
	bare := strings.Replace(logRow("x", "null", "succeeded", `{}`), two, r.Model.ID, 1)
	odd := func(paging string, rows ...string) string {
		return `{"data":[` + strings.Join(rows, ",") + `],"pagination":` + paging + `}`
	}
	for _, tc := range []struct {
		name         string
		after        time.Duration
		pages        []string
		taken, asked []string
		doubt        find.Doubt
	}{
		{"it is there", 2 * time.Minute, []string{logPage(false, logRow("x", "other", "succeeded", `{}`), ours)}, []string{id}, nil, find.DoubtLag},
		{"on the next page, twice", time.Hour, []string{logPage(true, laterRow), logPage(false, ours, ours)}, []string{id}, nil, ""},
		{"without a token, in time", time.Hour, []string{logPage(false, laterRow, bare)}, nil, []string{"x"}, ""},
		{"without a token, at another time", time.Hour, []string{logPage(false, laterRow, strings.Replace(bare, "12:00:30", "12:02:00", 1))}, nil, nil, ""},
		{"without a token, of another model", time.Hour, []string{logPage(false, laterRow, strings.Replace(bare, r.Model.ID, "x/y", 1))}, nil, nil, ""},
		{"nothing yet", 2 * time.Minute, []string{logPage(false, laterRow)}, nil, nil, find.DoubtLag},
		{"nothing any more", time.Hour, []string{logPage(false, laterRow)}, nil, nil, ""},
		{"an empty log", time.Hour, []string{logPage(false)}, nil, nil, find.DoubtTokens},
		{"a log without tokens of ours", time.Hour, []string{logPage(false, another)}, nil, nil, find.DoubtTokens},
		{"nothing later", time.Hour, []string{logPage(false, logRow("y", "own", "succeeded", `{}`))}, nil, nil, find.DoubtLag},
		{"a row without an id", time.Hour, []string{logPage(false, laterRow, `{"status":"succeeded"}`)}, nil, nil, find.DoubtUnread},
		{"no word on more pages", time.Hour, []string{odd(`{"limit":100}`, laterRow)}, nil, nil, find.DoubtUnread},
		{"no paging at all", time.Hour, []string{odd(`null`, laterRow)}, nil, nil, find.DoubtUnread},
		{"a cursor after the last page", time.Hour, []string{odd(`{"has_more":false,"next_cursor":"abc"}`, laterRow)}, nil, nil, find.DoubtUnread},
		{"more in all than were read", time.Hour, []string{odd(`{"has_more":false,"total":2}`, laterRow)}, nil, nil, find.DoubtUnread},
		{"as many in all as were read", time.Hour, []string{odd(`{"has_more":false,"total":"1","next_cursor":null}`, laterRow)}, nil, nil, ""},
		{"a cursor", time.Hour, []string{odd(`{"next_cursor":"abc"}`, laterRow)}, nil, nil, find.DoubtUnread},
		{"long ago", 92 * 24 * time.Hour, []string{logPage(false, laterRow)}, nil, nil, find.DoubtAge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := serveAt(t, func() time.Time { return noon.Add(tc.after) }, log(t, tc.pages...))
			got, err := p.Find(t.Context(), lost(r))
			var taken, asked []string
			for _, f := range got.Found {
				taken = append(taken, f.ID)
				if f.Status.Ended() || f.Charge == nil {
					t.Errorf("%+v, want a prediction to poll for", f)
				}
			}
			for _, f := range got.Maybe {
				asked = append(asked, f.ID)
			}
			if !slices.Equal(taken, tc.taken) || !slices.Equal(asked, tc.asked) || got.Doubt != tc.doubt || err != nil {
				t.Errorf("Find = %v, %v, %q, %v; want %v, %v, %q", taken, asked, got.Doubt, err, tc.taken, tc.asked, tc.doubt)
			}
		})
	}
	p := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked %s", r.URL) })
	if got, err := p.Find(t.Context(), lost(client.Request{Model: r.Model, Token: "not a token"})); len(got.Found) != 0 || got.Doubt == "" || err != nil {
		t.Errorf("without a token: %+v, %v", got, err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	pages := log(t, logPage(true, logRow("a", "tok", "succeeded", `{"usd":1}`)), logPage(false, logRow("b", "null", "failed", `{"usd":0}`)))
	var windows []string
	p := serveAt(t, still, func(w http.ResponseWriter, r *http.Request) {
		windows = append(windows, r.URL.Query().Get("start")+" "+r.URL.Query().Get("end"))
		pages(w, r)
	})
	first, err := p.List(t.Context(), noon.Add(-24*time.Hour), "")
	if err != nil || len(first.Records) != 1 {
		t.Fatalf("List = %+v, %v", first, err)
	}
	if rec := first.Records[0]; rec.ID != "a" || rec.Token != "tok" || rec.Model != two || rec.Status != client.StatusCompleted || rec.CreatedAt.IsZero() || *rec.Charge != usd.Dollar {
		t.Errorf("record %+v", rec)
	}
	second, err := p.List(t.Context(), time.Time{}, first.Next)
	if err != nil || len(second.Records) != 1 || second.Next != "" || second.Records[0].Status != client.StatusFailed || second.Records[0].Failure == nil || second.Records[0].Token != "" {
		t.Errorf("List = %+v, %v", second, err)
	}
	if want := "2026-11-20T12:00:00Z 2026-11-21T12:00:00Z"; !slices.Equal(windows, []string{want, want}) {
		t.Errorf("windows %q", windows)
	}
	if _, err := p.List(t.Context(), noon, "100@x/y"); client.KindOf(err) != client.KindInvalid {
		t.Errorf("List of no cursor: %v", err)
	}
}

func FuzzLogs(f *testing.F) {
	m := known(f, two)
	f.Add([]byte(logRow(id, "t", "succeeded", `{"usd":"1e3"}`)), []byte(`{"kind":"fixed","units":[{"unit":"s","price":1,"per":3}]}`))
	f.Add([]byte(`{"cost":[],"created":7}`), []byte(`{"kind":"variants","variants":[{"when":{"duration":[5,null]},"price":"1e-3"}]}`))
	f.Fuzz(func(t *testing.T, b, pricing []byte) {
		var r row
		if json.Unmarshal(b, &r) == nil {
			if rec := r.record(); rec.Charge != nil && *rec.Charge < 0 {
				t.Errorf("a charge of %v", rec.Charge)
			}
		}
		tariff := readTariff(pricing)
		if q, err := tariff.Quote(m, m.Fill(nil)); err == nil && !q.Partial && q.Price <= 0 {
			t.Errorf("a quote of %v", q)
		}
		tariff.ListPrice(m, "2026-11", "test")
	})
}
