package simulator_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"seedreel/client/simulator"
)

// history asks for a page and returns what kind of items came.
func (b *bench) history(ask string) (items []any, data tree) {
	b.tb.Helper()
	w := b.do(http.MethodPost, "/api/v3/predictions", ask)
	if w.Code != http.StatusOK {
		b.tb.Fatalf("%s: status %d, %s", ask, w.Code, w.Body)
	}
	data = tree(parse(b.tb, w).at(b.tb, "data").(map[string]any))
	return data["items"].([]any), data
}

func TestHistory(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var ids []string
	for i, prompt := range []string{"one", "simulate moderation", "three", "four"} {
		path := "/api/v3/" + liteT2V
		body := fmt.Sprintf(`{"prompt":%q,"duration":2,"seed":7}`, prompt)
		if i == 2 {
			path, body = "/api/v3/"+liteI2V, `{"prompt":"three","image":"http://a/b.png","duration":2}`
		}
		ids = append([]string{b.submit(path, body)}, ids...)
		b.c.Add(time.Hour)
	}
	last := b.submit("/api/v3/"+liteT2V, `{"prompt":"five","duration":2}`)
	ids = append([]string{last}, ids...)
	now := b.c.Now().UTC()
	ago := func(d time.Duration) string { return now.Add(-d).Format(time.RFC3339Nano) }
	tests := []struct {
		name, ask string
		want      []string
	}{
		{"all, the newest first", `{"page":1,"page_size":100}`, ids},
		{"first page", `{"page":1,"page_size":2}`, ids[:2]},
		{"last page", `{"page":3,"page_size":2}`, ids[4:]},
		{"beyond", `{"page":4,"page_size":2}`, nil},
		{"by model", `{"page":1,"page_size":9,"model":"` + liteI2V + `"}`, ids[2:3]},
		{"completed", `{"page":1,"page_size":9,"status":"completed"}`, []string{ids[1], ids[2], ids[4]}},
		{"failed", `{"page":1,"page_size":9,"status":"failed"}`, ids[3:4]},
		{"created", `{"page":1,"page_size":9,"status":"created"}`, ids[:1]},
		{"none cancelled", `{"page":1,"page_size":9,"status":"cancelled"}`, nil},
		{"after", `{"page":1,"page_size":9,"created_after":"` + ago(90*time.Minute) + `"}`, ids[:2]},
		{"before", `{"page":1,"page_size":9,"created_before":"` + ago(90*time.Minute) + `"}`, ids[2:]},
		{"between", `{"page":1,"page_size":9,"created_after":"` + ago(150*time.Minute) + `","created_before":"` + ago(30*time.Minute) + `"}`, ids[1:3]},
	}
	for _, tt := range tests {
		items, data := b.history(tt.ask)
		var got []string
		for _, x := range items {
			got = append(got, x.(map[string]any)["id"].(string))
		}
		if !reflect.DeepEqual(got, append([]string(nil), tt.want...)) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if _, has := data["total"]; has || len(data) != 2 {
			t.Errorf("%s: more than page and items: %v", tt.name, data)
		}
	}
	items, _ := b.history(`{"page":1,"page_size":3,"include_inputs":true}`)
	if got, want := items[2].(map[string]any)["inputs"], any(map[string]any{"prompt": "three", "image": "http://a/b.png", "duration": 2.0}); !reflect.DeepEqual(got, want) {
		t.Errorf("inputs %v, want %v", got, want)
	}
	done := items[1].(map[string]any)
	if done["executionTime"].(float64) < 1000 || len(done["outputs"].([]any)) != 1 || done["created_at"] != ago(time.Hour) {
		t.Errorf("a finished item is %v", done)
	}
	if _, has := done["inputs"].(map[string]any)["seed"]; !has {
		t.Errorf("no seed in %v", done["inputs"])
	}
	if plain, _ := b.history(`{"page":1,"page_size":1}`); plain[0].(map[string]any)["inputs"] != nil {
		t.Error("inputs although nobody asked")
	}
	b.c.Add(simulator.Retention - 30*time.Minute)
	if items, _ := b.history(`{"page":1,"page_size":9,"created_after":"2020-01-01T00:00:00Z"}`); len(items) != 1 {
		t.Errorf("%d items are younger than seven days", len(items))
	}
}

func TestHistoryRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for ask, says := range map[string]string{
		`{}`:                          "page",
		``:                            "page",
		`[]`:                          "JSON",
		`{"page":1}`:                  "page_size",
		`{"page":0,"page_size":1}`:    "page must",
		`{"page":1,"page_size":0}`:    "between 1 and 100",
		`{"page":1,"page_size":101}`:  "between 1 and 100",
		`{"page":"1","page_size":10}`: "JSON",
		`{"page":1,"page_size":10,"status":"pending"}`:        "must be one of: created, processing, completed, failed, cancelled, timeout",
		`{"page":1,"page_size":10,"created_after":"monday"}`:  "created_after",
		`{"page":1,"page_size":10,"created_before":"2026-1"}`: "created_before",
	} {
		w := b.do(http.MethodPost, "/api/v3/predictions", ask)
		if got := parse(t, w); w.Code != 400 || got["code"] != 400.0 || !strings.Contains(got["message"].(string), says) {
			t.Errorf("%s: status %d, %v", ask, w.Code, got)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	one, two := b.submit("/api/v3/"+liteT2V, eightCents), b.submit("/api/v3/"+liteT2V, eightCents)
	b.c.Add(5 * time.Minute)
	link := b.wavespeed(one)["outputs"].([]any)[0].(string)
	remove := func(ids, key string) any {
		w := b.do(http.MethodPost, "/api/v3/predictions/delete", ids, "Authorization", "Bearer "+key)
		if w.Code != 200 {
			t.Fatalf("%s: status %d, %s", ids, w.Code, w.Body)
		}
		return parse(t, w).at(t, "data", "deleted_count")
	}
	if n := remove(`{"ids":["`+one+`"]}`, "other"); n != 0.0 {
		t.Errorf("another account deleted %v", n)
	}
	if n := remove(`{"ids":["`+one+`","`+one+`","nobody"]}`, "anything"); n != 1.0 {
		t.Errorf("deleted %v", n)
	}
	if n := remove(`{"ids":["`+one+`"]}`, "anything"); n != 0.0 {
		t.Errorf("deleted %v twice", n)
	}
	if got := b.wavespeed(one); got["status"] != "deleted" || len(got["outputs"].([]any)) != 0 {
		t.Errorf("the record is %v", got)
	}
	if w := b.fetch(link); w.Code != 404 {
		t.Errorf("the clip is still there: status %d", w.Code)
	}
	if items, _ := b.history(`{"page":1,"page_size":9}`); len(items) != 1 || items[0].(map[string]any)["id"] != two {
		t.Errorf("history %v", items)
	}
	if bill := b.s.Bill(); len(bill) != 2 {
		t.Errorf("deleting moved money: %v", bill)
	}
	for _, body := range []string{`{}`, `{"ids":[]}`, `{"ids":"x"}`} {
		if w := b.do(http.MethodPost, "/api/v3/predictions/delete", body); w.Code != 400 {
			t.Errorf("%s: status %d", body, w.Code)
		}
	}
}
