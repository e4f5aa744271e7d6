package simulator_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// aimlPriced is a model of the AI/ML API whose price is known at 720p.
const aimlPriced = "bytedance/seedance-2-0"

const (
	eightCents = `{"prompt":"a lake","duration":5}`
	aimlBody   = `{"model":"` + aimlPriced + `","prompt":"a lake","resolution":"720p","duration":5}`
)

func parsed(text string) usd.Micro {
	m, err := usd.Parse(text)
	if err != nil {
		panic(err)
	}
	return m
}

func withBalance(text string) func(*simulator.Options) {
	return func(o *simulator.Options) { b := parsed(text); o.Balance = &b }
}

// has returns the account's balance at WaveSpeedAI and the AI/ML API.
func (b *bench) has() (wavespeed, aimlapi any) {
	b.tb.Helper()
	ws := parse(b.tb, b.do(http.MethodGet, "/api/v3/balance", "")).at(b.tb, "data", "balance")
	return ws, parse(b.tb, b.do(http.MethodGet, "/v2/billing", ""))["current_balance"]
}

func TestMoneyMoves(t *testing.T) {
	t.Parallel()
	b := newBench(t, withBalance("10"))
	steps := []struct {
		name            string
		do              func()
		wavespeed, aiml float64
		bill            []string
	}{
		{"opening", func() {}, 10, 10, nil},
		{"a submit is charged at once", func() { b.submit("/api/v3/"+liteT2V, eightCents) }, 9.92, 10, []string{"charge $0.08"}},
		{"done changes nothing", func() { b.c.Add(5 * time.Minute) }, 9.92, 10, []string{"charge $0.08"}},
		{
			"a failing one is charged too", func() { b.submit("/api/v3/"+liteT2V, `{"prompt":"simulate failure","duration":10}`) },
			9.76, 10,
			[]string{"charge $0.08", "charge $0.16"},
		},
		{
			"and given back", func() { b.c.Add(5 * time.Minute) },
			9.92, 10,
			[]string{"charge $0.08", "charge $0.16", "refund $0.16"},
		},
		{
			"the other service only holds it", func() { b.submit(aimlNew, aimlBody) },
			9.92, 10,
			[]string{"charge $0.08", "charge $0.16", "refund $0.16"},
		},
		{
			"until it is done", func() { b.c.Add(10 * time.Minute) },
			9.92, 8.0344,
			[]string{"charge $0.08", "charge $0.16", "refund $0.16", "charge $1.9656"},
		},
		{
			"and never for a failure", func() {
				b.submit(aimlNew, strings.Replace(aimlBody, "a lake", "simulate moderation", 1))
				b.c.Add(10 * time.Minute)
			},
			9.92, 8.0344,
			[]string{"charge $0.08", "charge $0.16", "refund $0.16", "charge $1.9656"},
		},
	}
	for _, s := range steps {
		s.do()
		if ws, ai := b.has(); ws != s.wavespeed || ai != s.aiml {
			t.Errorf("%s: balances %v and %v, want %v and %v", s.name, ws, ai, s.wavespeed, s.aiml)
		}
		var bill []string
		for _, e := range b.s.Bill() {
			bill = append(bill, string(e.Kind)+" "+e.Amount.String())
		}
		if !reflect.DeepEqual(bill, s.bill) {
			t.Errorf("%s: bill %v, want %v", s.name, bill, s.bill)
		}
	}
}

func TestEmptyAccount(t *testing.T) {
	t.Parallel()
	b := newBench(t, withBalance("0.15"))
	w := b.do(http.MethodPost, "/api/v3/"+liteT2V, `{"prompt":"a","duration":12}`)
	if got := parse(t, w); w.Code != 400 || got["code"] != 400.0 || got["message"] != "Insufficient credits. Please top up." {
		t.Errorf("wavespeed: status %d, %v", w.Code, got)
	}
	b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":5}`)
	w = b.do(http.MethodPost, aimlNew, aimlBody)
	got := parse(t, w)
	if w.Code != 403 || got["title"] != "Forbidden" || got["status"] != 403.0 || !strings.Contains(got["message"].(string), "run out of funds") {
		t.Errorf("aimlapi: status %d, %v", w.Code, got)
	}
	none := newBench(t, withBalance("0"))
	if w := none.do(http.MethodPost, aimlOld, `{"model":"`+aimlLite+`","prompt":"a","image_url":"http://a/b"}`); w.Code != 403 {
		t.Errorf("a model without a price in an account without money: status %d", w.Code)
	}
}

func TestHeldMoneyIsNotSpentTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t, withBalance("3"))
	b.submit(aimlNew, aimlBody) // 1.9656
	if w := b.do(http.MethodPost, aimlNew, aimlBody); w.Code != 403 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if len(b.s.Tasks()) != 1 {
		t.Errorf("%d tasks", len(b.s.Tasks()))
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	bronze, err := simulator.FindLevel("Bronze")
	if err != nil || bronze.PerMinute != 2 || bronze.InFlight != 2 {
		t.Fatalf("bronze is %+v, %v", bronze, err)
	}
	for _, path := range []string{"/api/v3/" + liteT2V, aimlNew} {
		body := eightCents
		if path == aimlNew {
			body = aimlBody
		}
		b := newBench(t, func(o *simulator.Options) { o.Level, o.Speed = bronze, 10 })
		b.submit(path, body)
		b.c.Add(20 * time.Second) // the first is done
		b.submit(path, body)
		b.c.Add(20 * time.Second)
		w := b.do(http.MethodPost, path, body)
		if w.Code != 429 || w.Header().Get("Retry-After") != "" || !strings.Contains(w.Body.String(), "Too Many Requests") {
			t.Errorf("%s: third in a minute: status %d, %v, %s", path, w.Code, w.Header(), w.Body)
		}
		b.c.Add(20 * time.Second) // the minute of the clock is over
		b.submit(path, body)
		b.submit(path, body)
		if w := b.do(http.MethodPost, path, body, "Authorization", "Bearer other"); w.Code != 200 {
			t.Errorf("%s: another account is limited too: status %d", path, w.Code)
		}
	}
	slow := newBench(t, func(o *simulator.Options) { o.Level = bronze })
	slow.submit("/api/v3/"+liteT2V, `{"prompt":"simulate slow","duration":12}`)
	slow.submit("/api/v3/"+liteT2V, `{"prompt":"simulate slow","duration":12}`)
	slow.c.Add(70 * time.Second)
	if w := slow.do(http.MethodPost, "/api/v3/"+liteT2V, eightCents); w.Code != 429 {
		t.Errorf("third at once: status %d", w.Code)
	}
	slow.submit("/api/v3/"+optimizerID, `{"text":"a"}`) // no video, so not counted
	if _, err := simulator.FindLevel("tin"); err == nil || !strings.Contains(err.Error(), "off, bronze, silver, gold, ultra") {
		t.Errorf("an unknown level: %v", err)
	}
	if l, err := simulator.FindLevel("off"); err != nil || l != (simulator.Level{}) {
		t.Errorf("off is %+v, %v", l, err)
	}
}

func TestAccountsAreApart(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ws, ai := b.submit("/api/v3/"+liteT2V, eightCents), b.submit(aimlNew, aimlBody)
	for _, path := range []string{"/api/v3/predictions/" + ws + "/result", aimlNew + "?generation_id=" + ai} {
		if w := b.do(http.MethodGet, path, "", "Authorization", "Bearer other"); w.Code != 404 {
			t.Errorf("%s is shown to another account: status %d", path, w.Code)
		}
	}
	w := b.do(http.MethodGet, "/api/v3/balance", "", "Authorization", "Bearer other")
	if got := parse(t, w).at(t, "data", "balance"); got != 1000.0 {
		t.Errorf("another account has %v", got)
	}
	if body := fmt.Sprint(b.s.Tasks()); strings.Contains(body, "anything") {
		t.Errorf("the key stands in a task: %s", body)
	}
}

func TestMoneySurvivesARestart(t *testing.T) {
	t.Parallel()
	journal := t.TempDir() + "/journal"
	keep := func(o *simulator.Options) { o.Journal = journal }
	first := newBench(t, keep)
	id := first.submit("/api/v3/"+liteT2V, eightCents)
	if w := first.do(http.MethodPost, "/api/v3/predictions/delete", `{"ids":["`+id+`"]}`); w.Code != 200 {
		t.Fatalf("status %d", w.Code)
	}
	second := newBench(t, keep)
	if ws, _ := second.has(); ws != 999.92 {
		t.Errorf("balance %v", ws)
	}
	if got := second.wavespeed(id)["status"]; got != "deleted" {
		t.Errorf("a deleted record is %v after a restart", got)
	}
}
