package simulator_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/simulator"
)

const optimizerID = "wavespeed-ai/prompt-optimizer"

func TestOptimizer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		holds      []string
		lacks      string
	}{
		{"for a video", `{"text":"a  lake at dusk...","mode":"video"}`, []string{"A lake at dusk. ", "camera"}, "picture"},
		{"for a picture", `{"text":"ärger","mode":"image"}`, []string{"Ärger. "}, "camera"},
		{"with a picture", `{"text":"a lake","image":"http://a/b.png","mode":"video"}`, []string{"A lake. ", "given picture"}, ""},
		{"with a style", `{"text":"a lake","style":"anime"}`, []string{"The look is anime"}, ""},
		{"with nothing", `{}`, []string{"A calm scene."}, ""},
		{"with a picture alone", `{"image":"http://a/b.png"}`, []string{"The scene of the given picture."}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			first, second := b.submit("/api/v3/"+optimizerID, tt.body), b.submit("/api/v3/"+optimizerID, tt.body)
			if got := b.wavespeed(first); got["status"] != "created" || len(got["outputs"].([]any)) != 0 {
				t.Errorf("at first it is %v", got)
			}
			b.c.Add(3 * time.Second)
			text := b.wavespeed(first)["outputs"].([]any)[0].(string)
			if again := b.wavespeed(second)["outputs"].([]any)[0]; again != text {
				t.Errorf("the same words became %q and %q", text, again)
			}
			for _, h := range tt.holds {
				if !strings.Contains(text, h) {
					t.Errorf("%q does not hold %q", text, h)
				}
			}
			if tt.lacks != "" && strings.Contains(text, tt.lacks) {
				t.Errorf("%q holds %q", text, tt.lacks)
			}
			if bill := b.s.Bill(); len(bill) != 2 || bill[0].Amount != 1000 {
				t.Errorf("bill %v", bill)
			}
			if w := b.do(http.MethodGet, simulator.OutputPath+first+".mp4", ""); w.Code != 404 {
				t.Errorf("a text has a clip: status %d", w.Code)
			}
		})
	}
	b := newBench(t)
	if w := b.do(http.MethodPost, "/api/v3/"+optimizerID, `{"text":"a","style":"cinematic"}`); w.Code != 400 {
		t.Errorf("a style that is not listed: status %d", w.Code)
	}
}

func TestSyncMode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, model, body string
		status            string
		code              any
		least, most       time.Duration
	}{
		{"text", optimizerID, `{"text":"a","enable_sync_mode":true}`, "completed", nil, time.Second, 3 * time.Second},
		{"a short clip", liteT2V, `{"prompt":"a","duration":2,"enable_sync_mode":true}`, "completed", nil, 10 * time.Second, time.Minute},
		{"a refused clip", liteT2V, `{"prompt":"simulate moderation","duration":2,"enable_sync_mode":true}`, "failed", 1200.0, time.Second, time.Minute},
		{"too long", liteT2V, `{"prompt":"simulate slow","duration":12,"enable_sync_mode":true}`, "processing", 5004.0, time.Minute, time.Minute},
		{"switched off", liteT2V, `{"prompt":"a","duration":2,"enable_sync_mode":false}`, "created", nil, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Dialects: all.Dialects(), Now: time.Now})
				if err != nil {
					t.Fatal(err)
				}
				r := httptest.NewRequest(http.MethodPost, "/api/v3/"+tt.model, strings.NewReader(tt.body))
				r.Header.Set("Authorization", "Bearer k")
				w, start := httptest.NewRecorder(), time.Now()
				s.ServeHTTP(w, r)
				took := time.Since(start)
				got := tree(parse(t, w).at(t, "data").(map[string]any))
				if got["status"] != tt.status || got["code"] != tt.code || took < tt.least || took > tt.most {
					t.Errorf("%v after %v", got, took)
				}
				if tt.code == 5004.0 && !strings.Contains(got["error"].(string), "Sync mode timed out") {
					t.Errorf("error %v", got["error"])
				}
				if d := s.Tasks()[0].Dropped; len(d) != 0 {
					t.Errorf("dropped %v", d)
				}
			})
		})
	}
}
