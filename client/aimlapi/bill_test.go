package aimlapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/usd"
)

func TestCharge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, id string
		pages    []string
		want     usd.Micro
		found    bool
		told     string // part of the error, "" for none
	}{
		{"on the second page", id, []string{logPage(true, logRow("x", "null", "succeeded", `{"usd":9,"credits":1}`)), logPage(false, logRow(id, "t", "succeeded", `{"usd":0.25,"credits":500000}`))}, 250_000, true, ""},
		{"in credits", id, []string{logPage(false, logRow(id, "t", "succeeded", `{"credits":500000}`))}, 250_000, true, ""},
		{"twice", id, []string{logPage(false, logRow(id, "t", "succeeded", `{"usd":0}`), logRow(id, "t", "succeeded", `{"usd":0.5}`))}, 500_000, true, ""},
		{"failed and free", id, []string{logPage(false, logRow(id, "t", "failed", `{"usd":0,"credits":0}`))}, 0, true, ""},
		{"as a number", id, []string{logPage(false, logRow(id, "t", "succeeded", `0.125`))}, 125_000, true, ""},
		{"not said", id, []string{logPage(false, logRow(id, "t", "succeeded", `null`))}, 0, false, ""},
		{"not there", id, []string{logPage(false)}, 0, false, ""},
		{"in yen", id, []string{logPage(false, logRow(id, "t", "succeeded", `{"amount":60,"currency":"JPY"}`))}, 0, false, "a line of JPY 60: not counted"},
		{"in dollars and yen", id, []string{logPage(true, logRow(id, "t", "succeeded", `{"usd":60,"currency":"jpy"}`)), logPage(false, logRow(id, "t", "succeeded", `{"usd":0.5,"currency":"usd"}`))}, 500_000, true, "jpy 60"},
		{"in yen of another", id, []string{logPage(false, logRow("x", "t", "succeeded", `{"usd":60,"currency":"JPY"}`), logRow(id, "t", "succeeded", `{"usd":0.5}`))}, 500_000, true, ""},
		{"in yen, on every row", id, []string{logPage(false, logRow(id, "t", "succeeded", `{"usd":60,"currency":"JPY"}`), logRow(id, "t", "succeeded", `{"usd":60,"currency":"JPY"}`))}, 0, false, "a line of JPY 60: not counted"},
		{"beyond reason", id, []string{logPage(false, logRow(id, "t", "succeeded", `{"usd":8e12}`), logRow(id, "t", "succeeded", `{"usd":0.5}`))}, 500_000, true, "8e12"},
		{"no number", id, []string{logPage(false, logRow(id, "t", "succeeded", `"0x10"`))}, 0, false, "0x10"},
		{"below zero", id, []string{logPage(false, logRow(id, "t", "succeeded", `-5`))}, 0, false, "-5"},
	} {
		got, found, err := serve(t, log(t, tc.pages...)).Charge(t.Context(), tc.id, noon)
		if got != tc.want || found != tc.found || (err != nil) != (tc.told != "") || err != nil && !strings.Contains(err.Error(), tc.told) {
			t.Errorf("%s: Charge = %v, %t, %v, want %v, %t and a word of %q", tc.name, got, found, err, tc.want, tc.found, tc.told)
		}
	}
	if _, _, err := serve(t, says(403, `{"title":"Forbidden","status":403,"message":"no"}`)).Charge(t.Context(), id, noon); client.KindOf(err) != client.KindUnauthorized {
		t.Errorf("without the right: %v", err)
	}
}

// moved is a line of the ledger; its kind is filled in by ledgerPage.
func moved(direction, amount, id string) string {
	if id != "null" {
		id = `"` + id + `"`
	}
	return fmt.Sprintf(`{"created_at":"2026-11-25T12:00:00.000Z","direction":%q,"type":"KIND","amount":%s,"model":null,"reference_id":%s}`, direction, amount, id)
}

// ledgerPage answers the ledger's lines of each kind, one a page.
func ledgerPage(t *testing.T, lines map[string][]string) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if !q.Has("from") || q.Get("limit") != "100" {
			t.Errorf("asked %s", r.URL)
		}
		of, n := lines[q.Get("type")], 0
		if c := q.Get("cursor"); c != "" {
			if _, err := fmt.Sscanf(c, "at %d", &n); err != nil {
				t.Errorf("cursor %q", c)
			}
		}
		if n >= len(of) {
			says(200, `{"data":[],"pagination":{"next_cursor":null,"has_more":false}}`)(w, r)
			return
		}
		next := "null"
		if n+1 < len(of) {
			next = fmt.Sprintf(`"at %d"`, n+1)
		}
		says(200, `{"data":[`+strings.ReplaceAll(of[n], "KIND", q.Get("type"))+`],"pagination":{"next_cursor":`+next+`,"has_more":true}}`)(w, r)
	}
}

// What the ledger corrects is taken, whenever it comes: the log is not what
// moved the balance.
func TestLateCorrections(t *testing.T) {
	t.Parallel()
	charge, refund := moved("CHARGE", `{"usd":0.5,"credits":1000000}`, id), moved("TOPUP", `{"usd":0.5,"credits":1000000}`, id)
	for _, tc := range []struct {
		name  string
		lines map[string][]string
		want  usd.Micro
		found bool
		told  string
	}{
		{"none", nil, 500_000, true, ""},
		{"a refund of all", map[string][]string{"MODEL_USAGE": {charge}, "REFUND": {refund}}, 0, true, ""},
		{"a refund of a part, on the second page", map[string][]string{"MODEL_USAGE": {moved("CHARGE", `{"usd":9}`, "x"), charge}, "REFUND": {moved("TOPUP", `{"usd":9}`, "x"), moved("topup", `{"credits":400000}`, id)}}, 300_000, true, ""},
		{"the same line twice", map[string][]string{"MODEL_USAGE": {charge, charge}, "REFUND": {moved("TOPUP", `{"usd":0.2}`, id), moved("TOPUP", `{"usd":0.2}`, id)}}, 300_000, true, ""},
		{"more than was paid", map[string][]string{"MODEL_USAGE": {charge}, "REFUND": {moved("TOPUP", `{"usd":0.9}`, id)}}, 0, true, ""},
		{"an adjustment upwards", map[string][]string{"MODEL_USAGE": {charge}, "ADJUSTMENT": {moved("CHARGE", `{"usd":0.1}`, id)}}, 600_000, true, ""},
		{"of another", map[string][]string{"MODEL_USAGE": {charge}, "REFUND": {moved("TOPUP", `{"usd":0.5}`, "x"), moved("TOPUP", `{"usd":0.5}`, "null")}}, 500_000, true, ""},
		{"a refund without a charge", map[string][]string{"REFUND": {refund}}, 500_000, true, "a correction without a charge"},
		{"in yen", map[string][]string{"MODEL_USAGE": {charge}, "REFUND": {moved("TOPUP", `{"usd":60,"currency":"JPY"}`, id)}}, 500_000, true, "JPY 60"},
		{"below zero", map[string][]string{"MODEL_USAGE": {charge}, "REFUND": {moved("TOPUP", `{"usd":-0.5}`, id)}}, 500_000, true, "-0.5"},
		{"beyond reason", map[string][]string{"MODEL_USAGE": {charge}, "ADJUSTMENT": {moved("CHARGE", `{"usd":8e12}`, id)}}, 500_000, true, "8e12"},
		{"of no direction", map[string][]string{"MODEL_USAGE": {charge}, "REFUND": {moved("SIDEWAYS", `{"usd":0.5}`, id)}}, 500_000, true, "SIDEWAYS"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			inLog, ledger := log(t, logPage(false, logRow(id, "t", "succeeded", `{"usd":0.5}`))), ledgerPage(t, tc.lines)
			p := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/v2/logs" {
					inLog(w, r)
					return
				}
				ledger(w, r)
			})
			got, found, err := p.Charge(t.Context(), id, noon)
			if got != tc.want || found != tc.found || (err != nil) != (tc.told != "") || err != nil && !strings.Contains(err.Error(), tc.told) {
				t.Errorf("Charge = %v, %t, %v, want %v, %t and a word of %q", got, found, err, tc.want, tc.found, tc.told)
			}
		})
	}
}

// A server that does not heed what it is asked for gives every line each time.
func TestALedgerThatHeedsNoFilter(t *testing.T) {
	t.Parallel()
	lines := strings.Replace(moved("TOPUP", `{"usd":0.2}`, id), "KIND", "refund", 1) + "," + strings.Replace(moved("CHARGE", `{"usd":0.5}`, id), "KIND", "MODEL_USAGE", 1)
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/logs" {
			says(200, logPage(false, logRow(id, "t", "succeeded", `{"usd":0.5}`)))(w, r)
			return
		}
		says(200, `{"data":[`+lines+`],"pagination":{"next_cursor":"always the same","has_more":true}}`)(w, r)
	})
	if got, found, err := p.Charge(t.Context(), id, noon); got != 300_000 || !found || err != nil {
		t.Errorf("Charge = %v, %t, %v", got, found, err)
	}
}

// What is not read of a long log, or of a long ledger, is told.
func TestALongLedgerIsNotReadAsAWholeOne(t *testing.T) {
	t.Parallel()
	pages := make([]string, maxPages+1)
	for i := range pages {
		pages[i] = moved("TOPUP", `{"usd":9}`, fmt.Sprintf("other%d", i))
	}
	for name, tc := range map[string]struct {
		lines map[string][]string
		log   string
		found bool
		told  string
	}{
		"corrections": {map[string][]string{"REFUND": pages}, logPage(false, logRow(id, "t", "succeeded", `{"usd":0.5}`)), true, "the corrections after the first 2000 lines"},
		"requests":    {nil, logPage(true, logRow("x", "t", "succeeded", `{"usd":0.5}`)), false, "the requests after the first 2000 lines"},
		"charges":     {map[string][]string{"MODEL_USAGE": pages, "REFUND": {moved("TOPUP", `{"usd":0.1}`, id)}}, logPage(false), false, "the charges after the first 2000 lines"},
		"no more":     {map[string][]string{"REFUND": pages[:maxPages-1]}, logPage(false, logRow(id, "t", "succeeded", `{"usd":0.5}`)), true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledger := ledgerPage(t, tc.lines)
			p := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/v2/logs" {
					says(200, tc.log)(w, r)
					return
				}
				ledger(w, r)
			})
			_, found, err := p.Charge(t.Context(), id, noon)
			if found != tc.found || (err != nil) != (tc.told != "") || err != nil && !strings.Contains(err.Error(), tc.told) {
				t.Errorf("found %t, %v, want a word of %q", found, err, tc.told)
			}
		})
	}
}

// A ledger in trouble costs the figure of the log nothing.
func TestALedgerThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for status, told := range map[int]string{404: "", 403: "", 400: "", 500: "the ledger cannot be read", 429: "the ledger cannot be read", 200: "the ledger cannot be read"} {
		inLog := log(t, logPage(false, logRow(id, "t", "succeeded", `{"usd":0.5}`)))
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v2/logs" {
				inLog(w, r)
				return
			}
			says(status, `{"message":"not today"}`)(w, r)
		})
		got, found, err := p.Charge(t.Context(), id, noon)
		if got != 500_000 || !found || (err != nil) != (told != "") || err != nil && !strings.Contains(err.Error(), told) {
			t.Errorf("%d: Charge = %v, %t, %v", status, got, found, err)
		}
	}
}

// The bills of many jobs share a reading of the ledger.
func TestCorrectionsAreReadOnceInAWhile(t *testing.T) {
	t.Parallel()
	var asked, skip atomic.Int64
	var from atomic.Pointer[url.Values]
	p := serveAt(t, func() time.Time { return noon.Add(time.Duration(skip.Load())) }, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/logs" {
			says(200, logPage(false))(w, r)
			return
		}
		asked.Add(1)
		q := r.URL.Query()
		from.Store(&q)
		says(200, `{"data":[],"pagination":{"next_cursor":null,"has_more":false}}`)(w, r)
	})
	for i, look := range []struct {
		around time.Time
		skip   time.Duration
		want   int64
	}{{noon, 0, 2}, {noon.Add(-24 * time.Hour), 0, 2}, {noon, ledgerLife, 4}, {noon.Add(-60 * 24 * time.Hour), ledgerLife, 6}} {
		skip.Store(int64(look.skip))
		if _, _, err := p.Charge(t.Context(), id, look.around); err != nil || asked.Load() != look.want {
			t.Errorf("look %d: %v after %d requests, want %d", i, err, asked.Load(), look.want)
		}
	}
	if q := *from.Load(); q.Has("to") || q.Get("from") != "2026-09-22T11:50:00Z" {
		t.Errorf("the last reading was of %v", q)
	}
}
