package simulator_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestBillings(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	good := b.submit("/api/v3/"+liteT2V, eightCents)
	b.c.Add(time.Hour)
	bad := b.submit("/api/v3/"+liteI2V, `{"prompt":"simulate failure","image":"http://a/b","duration":10}`)
	b.c.Add(time.Hour)
	ask := func(body string) (tree, []any) {
		w := b.do(http.MethodPost, "/api/v3/billings/search", body)
		if w.Code != 200 {
			t.Fatalf("%s: status %d, %s", body, w.Code, w.Body)
		}
		data := tree(parse(t, w).at(t, "data").(map[string]any))
		return data, data["items"].([]any)
	}
	line := func(x any) string {
		i := tree(x.(map[string]any))
		return fmt.Sprint(i["billing_type"], " ", i["price"], " ", i.at(t, "prediction", "uuid"), " ", i.at(t, "prediction", "status"))
	}
	refund, charge, first := "refund 0.16 "+bad+" failed", "deduct 0.16 "+bad+" failed", "deduct 0.08 "+good+" completed"
	middle := b.c.Now().Add(-90 * time.Minute).UTC().Format(time.RFC3339)
	for _, tt := range []struct {
		body string
		more bool
		want []string
	}{
		{`{"page":1,"page_size":20}`, false, []string{refund, charge, first}},
		{`{"page":1,"page_size":2}`, true, []string{refund, charge}},
		{`{"page":2,"page_size":2}`, false, []string{first}},
		{`{"page":1,"page_size":20,"billing_type":"refund"}`, false, []string{refund}},
		{`{"page":1,"page_size":20,"billing_type":"deduct","model_uuid":"` + liteT2V + `"}`, false, []string{first}},
		{`{"page":1,"page_size":20,"end_time":"` + middle + `"}`, false, []string{first}},
		{`{"page":1,"page_size":20,"start_time":"` + middle + `"}`, false, []string{refund, charge}},
		{`{"page":1,"page_size":20,"access_key_uuid":"none"}`, false, nil},
	} {
		data, items := ask(tt.body)
		var got []string
		for _, x := range items {
			got = append(got, line(x))
		}
		if !reflect.DeepEqual(got, tt.want) || data["has_more"] != tt.more {
			t.Errorf("%s: %v, more %v, want %v", tt.body, got, data["has_more"], tt.want)
		}
	}
	for _, body := range []string{`{}`, `{"page":1,"page_size":20,"billing_type":"topup"}`, `{"page":1,"page_size":20,"start_time":"x"}`} {
		if w := b.do(http.MethodPost, "/api/v3/billings/search", body); w.Code != 400 {
			t.Errorf("%s: status %d", body, w.Code)
		}
	}
}

func TestUsageStats(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.submit("/api/v3/"+liteT2V, eightCents)
	b.submit("/api/v3/"+liteT2V, `{"prompt":"simulate failure","duration":5}`)
	b.c.Add(24 * time.Hour)
	b.submit("/api/v3/"+liteI2V, `{"image":"http://a/b","duration":10}`)
	b.c.Add(time.Hour)
	w := b.do(http.MethodPost, "/api/v3/user/usage_stats", `{"start_time":"2026-11-20T00:00:00Z","end_time":"2026-11-30T00:00:00.000Z"}`)
	got := tree(parse(t, w).at(t, "data").(map[string]any))
	want := tree{
		"per_model_usage": []any{
			map[string]any{"model_uuid": liteI2V, "model_type": "image-to-video", "unit_price": 0.08, "total_cost": 0.16, "total_count": 1.0, "last_used_date": "2026-11-22"},
			map[string]any{"model_uuid": liteT2V, "model_type": "text-to-video", "unit_price": 0.08, "total_cost": 0.08, "total_count": 1.0, "last_used_date": "2026-11-21"},
		},
		"daily_usage": []any{
			map[string]any{"date": "2026-11-21", "amount": 0.08, "count": 1.0}, map[string]any{"date": "2026-11-22", "amount": 0.16, "count": 1.0},
		},
		"summary": map[string]any{"total_cost": 0.24, "total_requests": 3.0, "success_requests": 2.0},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("usage %v, want %v", got, want)
	}
	if w := b.do(http.MethodPost, "/api/v3/user/usage_stats", `{"start_time":"2026-11-20T00:00:00Z"}`); w.Code != 400 {
		t.Errorf("without an end: status %d", w.Code)
	}
	if got := parse(t, b.do(http.MethodGet, "/api/v3/webhook/secret", ""))["data"]; !strings.HasPrefix(got.(string), "whsec_") {
		t.Errorf("webhook secret %v", got)
	}
}

func TestAIMLAPIAccount(t *testing.T) {
	t.Parallel()
	b := newBench(t, withBalance("20"))
	b.submit(aimlNew, aimlBody)
	b.c.Add(time.Hour)
	for path, want := range map[string]tree{
		"/v2/billing": {"current_balance": 18.0344, "currency": "USD"},
		"/v2/billing/detail": {
			"user_id": 1.0, "email": "practice@simulator.invalid", "current_balance": 18.0344, "currency": "USD",
			"autotopup_settings": map[string]any{"is_enabled": false, "threshold": 0.0, "amount": 0.0, "currency": "USD"},
		},
		"/v1/billing/balance": {
			"balance": 36068800.0, "lowBalance": false, "lowBalanceThreshold": 10000.0, "lastUpdated": "2026-11-21T11:00:00.000Z",
			"autoDebitStatus": "disabled", "status": "current", "statusExplanation": "Balance is current and up to date",
		},
		"/v1/key": {"data": map[string]any{
			"name": "practice", "disabled": false, "prefix": "anything", "scopes": []any{"model:video"}, "limit": nil,
			"created_at": "2026-11-21T10:00:00.000Z", "updated_at": "2026-11-21T10:00:00.000Z", "monthly_usage": 1.9656,
		}},
	} {
		w := b.do(http.MethodGet, path, "")
		if got := parse(t, w); w.Code != 200 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: status %d, %v, want %v", path, w.Code, got, want)
		}
		if w := b.do(http.MethodGet, path, "", "Authorization", ""); w.Code != 401 {
			t.Errorf("%s without a key: status %d", path, w.Code)
		}
	}
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var ids []string
	for range 3 {
		ids = append([]string{b.submit(aimlNew, aimlBody)}, ids...)
		b.c.Add(time.Hour)
	}
	walk := func(query string) (got []string) {
		cursor := ""
		for range 10 {
			w := b.do(http.MethodGet, "/v2/billing/transactions?"+query+cursor, "")
			if w.Code != 200 {
				t.Fatalf("%s: status %d, %s", query, w.Code, w.Body)
			}
			page := parse(t, w)
			for _, x := range page["data"].([]any) {
				i := tree(x.(map[string]any))
				got = append(got, fmt.Sprint(i["direction"], " ", i["type"], " ", i.at(t, "amount", "credits"), " ", i["reference_id"]))
			}
			next := page.at(t, "pagination", "next_cursor")
			if more := page.at(t, "pagination", "has_more"); more != (next != nil) {
				t.Errorf("has_more %v with cursor %v", more, next)
			}
			if next == nil {
				return got
			}
			cursor = "&cursor=" + next.(string)
		}
		t.Fatal("the pages never end")
		return nil
	}
	charge := func(id string) string { return "CHARGE MODEL_USAGE 3.9312e+06 " + id }
	all := []string{charge(ids[0]), charge(ids[1]), charge(ids[2]), "TOPUP INIT 2e+09 <nil>"}
	for query, want := range map[string][]string{
		"":                                  all,
		"limit=1":                           all,
		"limit=2":                           all,
		"limit=4":                           all,
		"direction=TOPUP":                   all[3:],
		"direction=CHARGE":                  all[:3],
		"type=MODEL_USAGE&limit=2":          all[:3],
		"type=REFUND":                       nil,
		"from=2026-11-21T11:00:00Z":         all[:2],
		"to=2026-11-21T11:00:00Z":           all[2:],
		"from=2026-11-21&to=2026-11-22":     all,
		"from=2026-11-21T10:30:00&limit=10": all[:2],
	} {
		if got := walk(query); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{
		"limit=0", "limit=101", "limit=x", "direction=charge", "type=X", "from=x", "from=2026-11-22&to=2026-11-21", "cursor=x",
		"cursor=" + cursor(99), "cursor=" + cursor(1) + "=",
	} {
		if w := b.do(http.MethodGet, "/v2/billing/transactions?"+query, ""); w.Code != 400 {
			t.Errorf("%s: status %d", query, w.Code)
		}
	}
}

func TestLogs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	made := parse(t, b.do(http.MethodPost, aimlNew, aimlBody, "X-Client-Request-Id", "job-1"))["id"]
	b.c.Add(time.Minute)
	failed := parse(t, b.do(http.MethodPost, aimlNew, strings.Replace(aimlBody, "a lake", "simulate failure", 1)))["id"]
	rows := func(query string) []any {
		w := b.do(http.MethodGet, "/v2/logs?"+query, "")
		if w.Code != 200 {
			t.Fatalf("%s: status %d, %s", query, w.Code, w.Body)
		}
		return parse(t, w)["data"].([]any)
	}
	if got := rows("period=24h&status=succeeded"); len(got) != 2 {
		t.Errorf("running jobs: %v", got)
	}
	b.c.Add(time.Hour)
	got := rows("period=24h")
	first := tree(got[1].(map[string]any))
	if len(got) != 2 || first["client_request_id"] != "job-1" || first["inference_id"] != made || first["status"] != "succeeded" ||
		first.at(t, "cost", "usd") != 1.9656 || first.at(t, "cost", "credits") != 3931200.0 || first["model"] != aimlPriced ||
		first["origin"] != "api" || first["created"] != "2026-11-21T10:00:00.000Z" || first["request_id"] == nil {
		t.Errorf("rows %v", got)
	}
	last := tree(got[0].(map[string]any))
	if last["inference_id"] != failed || last["status"] != "failed" || last.at(t, "cost", "usd") != 0.0 || last["client_request_id"] != nil {
		t.Errorf("the failed row is %v", last)
	}
	for query, n := range map[string]int{
		"period=7d&status=failed": 1, "period=7d&status=failed&status=succeeded": 2, "period=7d&model=" + aimlPriced: 2,
		"period=7d&model=seedance-2-0": 2, "period=7d&model=x&model=seedance-2-0": 2, "period=7d&model=x,seedance-2-0": 0,
		"period=1h": 1, "start=2026-11-21T00:00:00Z&end=2026-11-21T10:00:30Z": 1, "start=2026-11-21T10:00:30&end=2026-11-22": 1,
		"period=7d&limit=1": 1, "period=7d&limit=1&offset=1": 1, "period=7d&offset=2": 0, "period=7d&key_prefix=anything": 2,
	} {
		if got := rows(query); len(got) != n {
			t.Errorf("%s: %d rows, want %d", query, len(got), n)
		}
	}
	page := parse(t, b.do(http.MethodGet, "/v2/logs?period=7d&limit=1", ""))["pagination"]
	if want := any(map[string]any{"limit": 1.0, "offset": 0.0, "total": 2.0, "has_more": true}); !reflect.DeepEqual(page, want) {
		t.Errorf("pagination %v", page)
	}
	for query, status := range map[string]int{
		"": 400, "period=0h": 400, "period=1w": 400, "period=h": 400, "period=24h&start=2026-01-01": 400, "start=2026-11-21": 400,
		"period=93d": 400, "start=2026-11-22&end=2026-11-21": 400, "start=x&end=y": 400, "period=1d&status=succeeded,failed": 400,
		"period=1d&limit=0": 400, "period=1d&offset=-1": 400, "period=1d&key_prefix=another1": 403,
	} {
		if w := b.do(http.MethodGet, "/v2/logs?"+query, ""); w.Code != status {
			t.Errorf("%s: status %d, want %d", query, w.Code, status)
		}
	}
}

func TestLogsAreLimited(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const logsPerMinute = 200
	for i := range logsPerMinute + 2 {
		w := b.do(http.MethodGet, "/v2/logs?period=24h", "")
		if want := map[bool]int{true: 200, false: 429}[i < logsPerMinute]; w.Code != want {
			t.Fatalf("request %d: status %d", i, w.Code)
		}
	}
	b.c.Add(time.Minute + time.Second)
	if w := b.do(http.MethodGet, "/v2/logs?period=24h", ""); w.Code != 200 {
		t.Errorf("a minute later: status %d", w.Code)
	}
}

func TestSpend(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.submit(aimlNew, aimlBody)
	b.submit(aimlNew, strings.Replace(aimlBody, "seedance-2-0", "seedance-2-0-fast", 1))
	b.submit(aimlNew, strings.Replace(aimlBody, "a lake", "simulate failure", 1))
	b.c.Add(time.Hour)
	got := parse(t, b.do(http.MethodGet, "/v2/usage/detail?period=24h", ""))
	want := tree{
		"api_key_prefix": nil, "start": "2026-11-20T11:00:00.000Z", "end": "2026-11-21T11:00:00.000Z",
		"spend": 3.53808, "currency": "USD", "requests": 2.0, "models": []any{
			map[string]any{"model": aimlPriced, "spend": 1.9656, "requests": 1.0},
			map[string]any{"model": aimlPriced + "-fast", "spend": 1.57248, "requests": 1.0},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("detail %v, want %v", got, want)
	}
	delete(want, "models")
	if got := parse(t, b.do(http.MethodGet, "/v2/usage?period=24h", "")); !reflect.DeepEqual(got, want) {
		t.Errorf("usage %v, want %v", got, want)
	}
}

// cursor is in the form in which the service gives it.
func cursor(n int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"v":1,"c":%d}`, n))
}
