package wavespeed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// serveAt is serve with a fixed clock.
func serveAt(t *testing.T, h http.HandlerFunc) *Provider {
	t.Helper()
	c := clienttest.Config(t, canary, h)
	c.Now = func() time.Time { return noon }
	return clienttest.Provider(t, New, c)
}

// asked decodes a POSTed query and checks its path.
func asked(t *testing.T, r *http.Request, path string) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		t.Errorf("asked with a body that is no JSON: %v", err)
	}
	if r.Method != http.MethodPost || r.URL.Path != path || r.Header.Get("Authorization") != "Bearer "+canary {
		t.Errorf("asked %s %s", r.Method, r.URL)
	}
	return body
}

func known(t testing.TB, id string) *catalogue.Model {
	t.Helper()
	return clienttest.Model(t, Name+":"+id)
}

const (
	seedLite = "bytedance/seedance-v1-lite-t2v-480p"
	seedless = "bytedance/seedance-2.0/text-to-video"
)

func TestBalance(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		want   usd.Micro
		kind   client.Kind
	}{
		{200, `{"code":200,"message":"success","data":{"balance":12.345}}`, 12_345_000, 0},
		{200, `{"code":200,"data":{"balance":"0.5"}}`, 500_000, 0},
		{200, `{"code":200,"data":{"balance":-0.25}}`, -250_000, 0},
		{200, `{"code":200,"data":{}}`, 0, client.KindUnavailable},
		{200, `{"code":401,"message":"no"}`, 0, client.KindUnauthorized},
		{401, `{"code":401,"message":"Invalid API key"}`, 0, client.KindUnauthorized},
		{403, `{"code":403,"message":"a key of the role viewer may not; use admin","error_code":"role"}`, 0, client.KindUnauthorized},
		{502, `<html>bad gateway</html>`, 0, client.KindUnavailable},
	} {
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.String() != "/api/v3/balance" {
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

func TestQuote(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ body, price, list string }{
		{`{"model_id":"m","price":0.08,"discounted_price":0.072,"discount_rate":90,"currency":"USD"}`, "$0.072", "$0.08"},
		{`{"price":0.08,"discounted_price":0.08}`, "$0.08", ""},
		{`{"price":0.08}`, "$0.08", ""},
		{`{"price":0.08,"discount_rate":75}`, "$0.06", "$0.08"},
		{`{"price":"0.08","discount_rate":100}`, "$0.08", ""},
		{`{"price":0.08,"discount_rate":"0x1p4"}`, "$0.08", ""},
		{`{"price":0.08,"discount_rate":"1/3"}`, "$0.08", ""},
		{`{"price":0.08,"discount_rate":"12.5"}`, "$0.01", "$0.08"},
		{`{"price":"0x10"}`, "none", ""},
		{`{"price":0,"discounted_price":0}`, "none", ""},
		{`{"price":0.08,"currency":"CNY"}`, "none", ""},
	} {
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got := asked(t, r, "/api/v3/model/price")
			in, ok := got["inputs"].(map[string]any)
			if !ok || got["model_id"] != seedLite || in["duration"] != 5.0 || in["prompt"] != "a cat" {
				t.Errorf("asked with %v", got)
			}
			says(200, `{"code":200,"message":"success","data":`+tc.body+`}`)(w, r)
		})
		m := known(t, seedLite)
		q, err := p.Quote(t.Context(), m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat")}))
		got, list := "none", ""
		if err == nil {
			got = q.Price.String()
		} else if !errors.Is(err, client.ErrNoQuote) {
			t.Errorf("%s: %v", tc.body, err)
		}
		if q.List != nil {
			list = q.List.String()
		}
		if got != tc.price || list != tc.list || q.Partial {
			t.Errorf("%s: %s, list %q, want %s, %q", tc.body, got, list, tc.price, tc.list)
		}
	}
}

func TestAPartialFormIsNotPriced(t *testing.T) {
	t.Parallel()
	p := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked %s: the floor would come back", r.URL) })
	m := known(t, "bytedance/seedance-2.0/video-edit")
	v := m.Fill(catalogue.Values{catalogue.RoleSourceVideo: catalogue.Media("/home/me/a.mp4")})
	q, err := p.Quote(t.Context(), m, v)
	if err != nil || !q.Partial || q.Price != 0 || !slices.Contains(q.Missing, "source video") {
		t.Errorf("Quote = %+v, %v", q, err)
	}
}

func TestQuoteOfOlderServers(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 405} {
		var fresh, old atomic.Int32
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v3/model/price" {
				fresh.Add(1)
				says(status, `{"code":404,"message":"Not found"}`)(w, r)
				return
			}
			old.Add(1)
			asked(t, r, "/api/v3/model/pricing")
			says(200, `{"code":200,"data":{"model_id":"m","unit_price":0.16,"currency":"USD"}}`)(w, r)
		})
		m := known(t, seedLite)
		for range 2 {
			if q, err := p.Quote(t.Context(), m, m.Fill(nil)); err != nil || q.Price != 160_000 {
				t.Errorf("Quote = %+v, %v", q, err)
			}
		}
		if fresh.Load() != 1 || old.Load() != 2 {
			t.Errorf("asked %d and %d times, want the newer once", fresh.Load(), old.Load())
		}
	}
}

func TestQuoteErrors(t *testing.T) {
	t.Parallel()
	m := known(t, seedLite)
	clienttest.Verdicts(t, map[string]client.Kind{
		`400 {"code":400,"message":"bad"}`:           client.KindInvalid,
		`404 {"code":404,"message":"no such model"}`: client.KindNotFound,
		`429 {}`: client.KindRateLimited,
		`200 {"code":200,"data":{"model_id":"m"}}`: client.KindUnavailable,
	}, func(status int, body string) error {
		_, err := serve(t, says(status, body)).Quote(t.Context(), m, m.Fill(nil))
		return err
	})
}

func TestCharge(t *testing.T) {
	t.Parallel()
	pages := []string{
		`{"page":1,"has_more":true,"items":[{"uuid":"b1","billing_type":"deduct","price":0.5,"prediction":{"uuid":"other"}},
		  {"uuid":"b2","billing_type":"deduct","price":0.08,"created_at":"2026-11-21T12:01:00Z","order":{"uuid":"o","price":0.08},"prediction":{"uuid":"` + id + `","model_uuid":"m"}},
		  {"uuid":"b3","price":3},"odd",null]}`,
		`{"page":2,"has_more":false,"items":[{"billing_type":"refund","price":"0.03","prediction":{"uuid":"` + id + `"}}]}`,
	}
	p := serveAt(t, func(w http.ResponseWriter, r *http.Request) {
		got := asked(t, r, "/api/v3/billings/search")
		if got["start_time"] != "2026-11-21T11:50:00.000Z" || got["end_time"] != "2026-11-21T18:00:00.000Z" || got["page_size"] != 100.0 {
			t.Errorf("asked with %v", got)
		}
		n, _ := got["page"].(float64)
		says(200, `{"code":200,"data":`+pages[int(n)-1]+`}`)(w, r)
	})
	paid, found, err := p.Charge(t.Context(), id, noon)
	if err != nil || !found || paid != 50_000 {
		t.Errorf("Charge = %v, %t, %v, want $0.05", paid, found, err)
	}
	paid, found, err = p.Charge(t.Context(), "nothing-of-it", noon)
	if err != nil || found || paid != 0 {
		t.Errorf("Charge of another = %v, %t, %v", paid, found, err)
	}
	if _, _, err := serve(t, says(403, `{"code":403,"message":"no"}`)).Charge(t.Context(), id, noon); client.KindOf(err) != client.KindUnauthorized {
		t.Errorf("Charge without the right = %v", err)
	}
}

func TestHostileBills(t *testing.T) {
	t.Parallel()
	line := func(uuid, kind, price, more string) string {
		return `{"uuid":"` + uuid + `","billing_type":"` + kind + `","price":` + price + more + `,"prediction":{"uuid":"` + id + `"}}`
	}
	const yen = `,"currency":"JPY"`
	for _, tc := range []struct {
		name  string
		lines []string
		paid  usd.Micro
		found bool
		told  string // part of the error, "" for none
	}{
		{"a refund alone", []string{line("1", "refund", "0.6", "")}, 0, false, "without a charge"},
		{"another currency", []string{line("1", "deduct", "60", yen)}, 0, false, "JPY"},
		{"dollars and another currency", []string{line("1", "deduct", "60", yen), line("2", "deduct", "0.6", `,"currency":"usd"`)}, 600_000, true, "a line of JPY 60: not counted"},
		{"one line twice", []string{line("1", "deduct", "0.6", ""), line("1", "deduct", "0.6", "")}, 600_000, true, ""},
		{"two lines", []string{line("1", "deduct", "0.6", ""), line("2", "deduct", "0.2", "")}, 800_000, true, ""},
		{"lines without an id", []string{line("", "deduct", "0.6", ""), line("", "deduct", "0.2", "")}, 800_000, true, ""},
		{"capitals", []string{line("1", "DEDUCT", "0.6", ""), line("2", "Refund", "0.6", "")}, 0, true, ""},
		{"a refund below zero", []string{line("1", "deduct", "0.6", ""), line("2", "refund", "-0.2", "")}, 400_000, true, ""},
		{"more back than paid", []string{line("1", "deduct", "0.6", ""), line("2", "refund", "9", "")}, 0, true, ""},
		{"beyond counting", []string{line("1", "deduct", "8e12", ""), line("2", "deduct", "8e12", "")}, 0, false, "8e12"},
		{"beyond reason", []string{line("1", "deduct", "10001", ""), line("2", "deduct", "0.6", "")}, 600_000, true, "10001"},
		{"beyond reason together", []string{line("1", "deduct", "9000", ""), line("2", "deduct", "9000", "")}, 0, false, "add up"},
		{"a charge below zero", []string{line("1", "deduct", "-5", ""), line("2", "deduct", "0.6", "")}, 600_000, true, "-5"},
		{"no number", []string{line("1", "deduct", `"0x10"`, ""), line("2", "deduct", "0.6", "")}, 600_000, true, "0x10"},
		{"no price", []string{line("1", "deduct", "null", "")}, 0, false, "not counted"},
		{"another kind", []string{line("1", "top_up", "50", ""), line("2", "deduct", "0.6", "")}, 600_000, true, "top_up"},
	} {
		p := serve(t, says(200, `{"code":200,"data":{"has_more":false,"items":[`+strings.Join(tc.lines, ",")+`]}}`))
		paid, found, err := p.Charge(t.Context(), id, noon)
		if paid != tc.paid || found != tc.found || (err != nil) != (tc.told != "") || err != nil && !strings.Contains(err.Error(), tc.told) {
			t.Errorf("%s: Charge = %v, %t, %v, want %v, %t and a word of %q", tc.name, paid, found, err, tc.paid, tc.found, tc.told)
		}
	}
}

// What is not read of a long bill is told.
func TestALongBillIsNotReadAsAWholeOne(t *testing.T) {
	t.Parallel()
	charge := `{"uuid":"1","billing_type":"deduct","price":0.6,"prediction":{"uuid":"` + id + `"}}`
	paid, found, err := serve(t, says(200, `{"code":200,"data":{"has_more":true,"items":[`+charge+`]}}`)).Charge(t.Context(), id, noon)
	if paid != 600_000 || !found || err == nil || !strings.Contains(err.Error(), "the bill after the first 2000 lines") {
		t.Errorf("Charge = %v, %t, %v", paid, found, err)
	}
}

// TestLateRefunds: what comes days after the clip is read apart, so that a long
// time with many lines hides neither the charge nor what is newest.
func TestLateRefunds(t *testing.T) {
	t.Parallel()
	charge := `{"uuid":"1","billing_type":"deduct","price":0.6,"prediction":{"uuid":"` + id + `"}}`
	refund := `{"uuid":"2","billing_type":"refund","price":0.2,"prediction":{"uuid":"` + id + `"}}`
	bare := `{"billing_type":"deduct","price":0.6,"prediction":{"uuid":"` + id + `"}}`
	for _, tc := range []struct {
		name       string
		soon, late string
		want       usd.Micro
	}{
		{"nothing came", charge, "", 600_000},
		{"a refund came", charge, refund, 400_000},
		{"the times are not heeded", charge + "," + refund, charge + "," + refund, 400_000},
		{"nor are they, and lines have no id", bare, bare, 600_000},
	} {
		c := clienttest.Config(t, canary, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got := asked(t, r, "/api/v3/billings/search")
			lines := tc.soon
			if got["start_time"] == "2026-11-21T18:00:00.000Z" && got["end_time"] == "2026-11-26T12:00:00.000Z" {
				lines = tc.late
			}
			says(200, `{"code":200,"data":{"has_more":false,"items":[`+lines+`]}}`)(w, r)
		}))
		c.Now = func() time.Time { return noon.Add(5 * 24 * time.Hour) }
		paid, found, err := clienttest.Provider(t, New, c).Charge(t.Context(), id, noon)
		if paid != tc.want || !found || err != nil {
			t.Errorf("%s: Charge = %v, %t, %v, want %v", tc.name, paid, found, err, tc.want)
		}
	}
}

func TestDeleteRecord(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		ids, _ := asked(t, r, "/api/v3/predictions/delete")["ids"].([]any)
		calls.Add(1)
		says(200, fmt.Sprintf(`{"code":200,"data":{"deleted_count":%d}}`, len(ids)))(w, r)
	})
	ids := make([]string, 150)
	for i := range ids {
		ids[i] = fmt.Sprintf("id%d", i)
	}
	if n, err := p.DeleteRecord(t.Context(), ids); n != 150 || err != nil || calls.Load() != 2 {
		t.Errorf("DeleteRecord = %d, %v in %d calls, want 150 in 2", n, err, calls.Load())
	}
	if n, err := p.DeleteRecord(t.Context(), []string{"../x"}); n != 0 || client.KindOf(err) != client.KindInvalid || calls.Load() != 2 {
		t.Errorf("DeleteRecord of no id = %d, %v", n, err)
	}
	if _, err := serve(t, says(200, `{"code":200,"data":{}}`)).DeleteRecord(t.Context(), []string{"a"}); client.KindOf(err) != client.KindUnavailable {
		t.Errorf("DeleteRecord without a count = %v", err)
	}
}

// history answers with items, n of them on a page.
func history(t *testing.T, items []string, per int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		got := asked(t, r, "/api/v3/predictions")
		if got["include_inputs"] != true || got["page_size"] != 100.0 || got["created_after"] == "" || got["created_before"] == "" {
			t.Errorf("asked with %v", got)
		}
		n, _ := got["page"].(float64)
		from := min((int(n)-1)*per, len(items))
		to := min(from+per, len(items))
		_, _ = io.WriteString(w, `{"code":200,"message":"success","data":{"page":1,"items":[`+strings.Join(items[from:to], ",")+`]}}`)
	}
}

func kept(id, model, created, inputs string) string {
	return `{"id":"` + id + `","model":"` + model + `","status":"processing","outputs":[],"created_at":"` + created + `","executionTime":0` + inputs + `}`
}

func TestList(t *testing.T) {
	t.Parallel()
	var items []string
	for i := range 130 {
		items = append(items, kept(fmt.Sprintf("p%d", i), seedLite, "2026-11-21T10:00:00.123456789Z", `,"inputs":{"prompt":"a cat","duration":"5","odd":1}`))
	}
	var windows []string
	p := serveAt(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var at struct {
			After  string `json:"created_after"`
			Before string `json:"created_before"`
		}
		if err := json.Unmarshal(raw, &at); err != nil {
			t.Error(err)
		}
		windows = append(windows, at.After+" "+at.Before)
		r.Body = io.NopCloser(strings.NewReader(string(raw)))
		history(t, items, 100)(w, r)
	})
	first, err := p.List(t.Context(), noon.Add(-30*24*time.Hour), "")
	if err != nil || len(first.Records) != 100 || first.Next == "" {
		t.Fatalf("List = %d records, next %q, %v", len(first.Records), first.Next, err)
	}
	second, err := p.List(t.Context(), noon, first.Next)
	if err != nil || len(second.Records) != 30 || second.Next != "" {
		t.Fatalf("List = %d records, next %q, %v", len(second.Records), second.Next, err)
	}
	if want := "2026-11-14T12:00:00.000Z 2026-11-21T12:00:00.000Z"; windows[0] != want || windows[1] != want {
		t.Errorf("windows %q, want %q twice: seven days, and the same on each page", windows, want)
	}
	rec := second.Records[29]
	v, left := known(t, rec.Model).ReadInputs(rec.Inputs)
	if rec.ID != "p129" || rec.Status != client.StatusRunning || rec.CreatedAt.IsZero() || v.Text(catalogue.RolePrompt) != "a cat" || !slices.Equal(left, []string{"odd"}) {
		t.Errorf("record %+v, values %v, left %v", rec, v, left)
	}
	for _, bad := range []string{"x", "0@a/b", "2@" + "a/b", "-1@2026-11-14T12:00:00.000Z/2026-11-21T12:00:00.000Z"} {
		if _, err := p.List(t.Context(), noon, bad); client.KindOf(err) != client.KindInvalid {
			t.Errorf("List(%q) = %v", bad, err)
		}
	}
}
