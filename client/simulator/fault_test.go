package simulator_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	aimlapi "seedreel/client/aimlapi/simulated"
	"seedreel/client/simulator"
)

// live is a bench behind a real socket: some faults end connections.
type live struct {
	*bench
	url  string
	http *http.Client
}

func newLive(t *testing.T, change ...func(*simulator.Options)) *live {
	t.Helper()
	l := &live{bench: newBench(t, append(change, func(o *simulator.Options) { o.Now, o.Speed = time.Now, 1e6 })...)}
	server := httptest.NewServer(l.s)
	t.Cleanup(server.Close)
	l.url, l.http = server.URL, server.Client()
	l.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	t.Cleanup(l.http.CloseIdleConnections)
	return l
}

func (l *live) script(t *testing.T, f ...simulator.Fault) {
	t.Helper()
	if err := l.s.Script(f...); err != nil {
		t.Fatal(err)
	}
}

// answer is the result of one request, as far as it arrived.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error
}

func (l *live) ask(t *testing.T, method, path, body string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, strings.Replace(l.url+path, l.url+l.url, l.url, 1), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer anything")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	res, err := l.http.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, b, err}
}

func TestSpoiltSubmits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault simulator.Fault
		tasks int
		check func(a answer) bool
	}{
		{"lost", simulator.Fault{Kind: simulator.KindLost}, 1, func(a answer) bool { return errors.Is(a.err, io.EOF) && a.status == 0 }},
		{"dropped", simulator.Fault{Kind: simulator.KindDropped}, 0, func(a answer) bool { return errors.Is(a.err, io.EOF) && a.status == 0 }},
		{"cut", simulator.Fault{Kind: simulator.KindCut}, 1, func(a answer) bool {
			return errors.Is(a.err, io.ErrUnexpectedEOF) && a.status == 200 && len(a.body) > 10 && !json.Valid(a.body)
		}},
		{"cut early", simulator.Fault{Kind: simulator.KindCut, Bytes: 3}, 1, func(a answer) bool { return errors.Is(a.err, io.ErrUnexpectedEOF) && len(a.body) == 3 }},
		{"stall", simulator.Fault{Kind: simulator.KindStall, Delay: 30 * time.Millisecond}, 1, func(a answer) bool { return errors.Is(a.err, io.ErrUnexpectedEOF) }},
		{"slow", simulator.Fault{Kind: simulator.KindSlow, Delay: 30 * time.Millisecond}, 1, func(a answer) bool { return a.status == 200 && json.Valid(a.body) }},
		{"portal", simulator.Fault{Kind: simulator.KindPortal}, 0, func(a answer) bool {
			return a.status == 200 && strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && strings.Contains(string(a.body), "log in")
		}},
		{"redirect", simulator.Fault{Kind: simulator.KindRedirect, Location: "http://login.invalid/"}, 0, func(a answer) bool {
			return a.status == 302 && a.header.Get("Location") == "http://login.invalid/"
		}},
		{"moved for good", simulator.Fault{Kind: simulator.KindRedirect, Status: 308, Location: "/x"}, 0, func(a answer) bool { return a.status == 308 }},
		{"500", simulator.Fault{Kind: simulator.KindStatus, Status: 500}, 0, func(a answer) bool { return a.status == 500 && json.Valid(a.body) }},
		{"504 although it was made", simulator.Fault{Kind: simulator.KindStatus, Status: 504, Made: true}, 1, func(a answer) bool { return a.status == 504 }},
		{"a gateway's page", simulator.Fault{Kind: simulator.KindStatus, Status: 502, Body: "<html>", Type: "text/html"}, 0, func(a answer) bool {
			return a.status == 502 && string(a.body) == "<html>"
		}},
		{"403 with a role", simulator.Fault{Kind: simulator.KindStatus, Status: 403, Message: "Role viewer may not", ErrorCode: "ROLE"}, 0, func(a answer) bool {
			return a.status == 403 && strings.Contains(string(a.body), "Role viewer may not") && strings.Contains(string(a.body), `"error_code":"ROLE"`)
		}},
		{"429", simulator.Fault{Kind: simulator.KindTooMany}, 0, func(a answer) bool { return a.status == 429 && a.header.Get("Retry-After") == "" }},
		{"429 in seconds", simulator.Fault{Kind: simulator.KindTooMany, RetryAfter: 40 * time.Second}, 0, func(a answer) bool { return a.header.Get("Retry-After") == "40" }},
		{"429 by date", simulator.Fault{Kind: simulator.KindTooMany, RetryAfter: 40 * time.Second, RetryDate: true}, 0, func(a answer) bool {
			at, err := http.ParseTime(a.header.Get("Retry-After"))
			return err == nil && time.Until(at) > 30*time.Second
		}},
		{"no funds", simulator.Fault{Kind: simulator.KindNoFunds}, 0, func(a answer) bool {
			return a.status == 400 && strings.Contains(string(a.body), "Insufficient credits") || a.status == 403 && strings.Contains(string(a.body), `"title":"Forbidden"`)
		}},
		{"garbage", simulator.Fault{Kind: simulator.KindGarbage}, 0, func(a answer) bool { return a.status == 200 && !json.Valid(a.body) && !utf8.Valid(a.body) }},
		{"garbage for a job", simulator.Fault{Kind: simulator.KindGarbage, Made: true}, 1, func(a answer) bool { return a.status == 200 && !json.Valid(a.body) }},
		{"deep", simulator.Fault{Kind: simulator.KindDeep}, 0, func(a answer) bool { return a.status == 200 && len(a.body) > 1e6 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for path, body := range map[string]string{"/api/v3/" + liteT2V: eightCents, aimlNew: aimlBody} {
				l := newLive(t)
				tt.fault.Match.Op = simulator.OpSubmit
				l.script(t, tt.fault)
				if a := l.ask(t, "POST", path, body); !tt.check(a) {
					t.Errorf("%s: status %d, %v, %v, body %.300q", path, a.status, a.header, a.err, a.body)
				}
				if n := len(l.s.Tasks()); n != tt.tasks {
					t.Errorf("%s: %d tasks", path, n)
				}
				if a := l.ask(t, "POST", path, body); a.status != 200 {
					t.Errorf("%s: the next one is spoilt too: %d, %v", path, a.status, a.err)
				}
			}
		})
	}
}

func TestErrorShapes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for shape, check := range map[aimlapi.Shape]func(body string, x tree) bool{
		aimlapi.ShapeA: func(_ string, x tree) bool {
			return x["statusCode"] == 503.0 && x["message"] == "Service unavailable" && x["path"] == aimlNew
		},
		aimlapi.ShapeAText: func(_ string, x tree) bool { return x["statusCode"] == "503" },
		aimlapi.ShapeB:     func(_ string, x tree) bool { return x["title"] == "Service Unavailable" && x["status"] == 503.0 },
		aimlapi.ShapeC: func(_ string, x tree) bool {
			e, _ := x["error"].(map[string]any)
			return e["message"] == "Service unavailable"
		},
		aimlapi.ShapeEmpty: func(body string, _ tree) bool { return body == "" },
		aimlapi.ShapeNull:  func(body string, _ tree) bool { return body == "null\n" },
		aimlapi.ShapeHTML:  func(body string, _ tree) bool { return strings.Contains(body, "nginx") },
	} {
		if err := b.s.Script(simulator.Fault{Kind: simulator.KindStatus, Status: 503, Shape: string(shape), Match: simulator.Match{Provider: aimlapi.ID}}); err != nil {
			t.Fatal(err)
		}
		w := b.do(http.MethodPost, aimlNew, aimlBody)
		var x tree
		_ = json.Unmarshal(w.Body.Bytes(), &x) // some are not JSON
		if w.Code != 503 || !check(w.Body.String(), x) {
			t.Errorf("shape %s: status %d, %s", shape, w.Code, w.Body)
		}
	}
}

func TestFates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind         simulator.Kind
		word         string
		middle, end  string // WaveSpeedAI's words
		code         any
		other, third string // the AI/ML API's words
		polled       int
	}{
		{simulator.KindModeration, "", "processing", "failed", 1200.0, "generating", "error", 200},
		{simulator.KindFailure, "", "processing", "failed", 1403.0, "generating", "error", 200},
		{simulator.KindTimeout, "", "processing", "timeout", 5004.0, "generating", "expired", 200},
		{simulator.KindCancelled, "", "processing", "cancelled", nil, "generating", "cancelled", 200},
		{simulator.KindDeleted, "", "processing", "deleted", nil, "generating", "", 404},
		{simulator.KindUnknown, "", "paused", "completed", nil, "paused", "completed", 200},
		{simulator.KindUnknown, "waiting for \x1b[2J", "waiting for \x1b[2J", "completed", nil, "waiting for \x1b[2J", "completed", 200},
	}
	for _, tt := range tests {
		b := newBench(t)
		if err := b.s.Script(simulator.Fault{Kind: tt.kind, Word: tt.word, Times: -1, Match: simulator.Match{Op: simulator.OpSubmit}}); err != nil {
			t.Fatal(err)
		}
		ws, ai := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":5}`), b.submit(aimlNew, aimlBody)
		b.s.ClearFaults()
		b.c.Add(b.s.Tasks()[1].At(b.c.Now(), 1).Ended.Sub(b.c.Now()) / 5) // the second is larger and takes longer
		if got := b.aimlapi(ai); got["status"] != tt.other {
			t.Errorf("%s: aimlapi %v in between", tt.kind, got)
		}
		half := b.s.Tasks()[0].Created.Add(b.s.Tasks()[0].At(b.c.Now(), 1).Ended.Sub(b.s.Tasks()[0].Created) / 2)
		b.c.Add(half.Sub(b.c.Now()))
		if got := b.wavespeed(ws); got["status"] != tt.middle {
			t.Errorf("%s: wavespeed %v in between", tt.kind, got)
		}
		b.c.Add(20 * time.Minute)
		if got := b.wavespeed(ws); got["status"] != tt.end || got["code"] != tt.code || (tt.end != "completed") != (got["error"] != "") {
			t.Errorf("%s: wavespeed ends %v", tt.kind, got)
		}
		w := b.do(http.MethodGet, aimlNew+"?generation_id="+ai, "")
		if got := parse(t, w); w.Code != tt.polled || tt.polled == 200 && got["status"] != tt.third {
			t.Errorf("%s: aimlapi ends %d, %v", tt.kind, w.Code, got)
		}
		if refunded := len(b.s.Bill()) == 2 && b.s.Bill()[1].Kind == simulator.EntryRefund; refunded != (tt.end != "completed") {
			t.Errorf("%s: bill %v", tt.kind, b.s.Bill())
		}
	}
}

func TestPhrasesOfPrompts(t *testing.T) {
	t.Parallel()
	for phrase, end := range map[string]string{"simulate timeout": "timeout", "Simulate cancel": "cancelled", "simulate delete": "deleted"} {
		b := newBench(t)
		id := b.submit("/api/v3/"+liteT2V, `{"prompt":"`+phrase+`","duration":5}`)
		b.c.Add(10 * time.Minute)
		if got := b.wavespeed(id)["status"]; got != end {
			t.Errorf("%s: %v", phrase, got)
		}
	}
}

func TestSpoiltDownloads(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	ws, ai := l.ask(t, "POST", "/api/v3/"+liteT2V, eightCents), l.ask(t, "POST", aimlNew, aimlBody)
	if ws.status != 200 || ai.status != 200 {
		t.Fatal(ws, ai)
	}
	task := l.s.Tasks()[1]
	for task.At(time.Now(), 1e6).Stage != simulator.StageDone { // a millionth of the time
		runtime.Gosched()
	}
	links := map[string]string{
		"plain":  simulator.OutputPath + l.s.Tasks()[0].File() + ".mp4",
		"signed": simulator.SignedPath + task.File() + ".mp4?" + simulator.Signature(&task, task.At(time.Now(), 1e6).Ended, 24*time.Hour).Encode(),
	}
	for name, link := range links {
		get := func(header ...string) answer {
			return l.ask(t, "GET", link, "", append(header, "Authorization", "")...)
		}
		whole := get()
		if whole.status != 200 || whole.err != nil {
			t.Fatalf("%s: status %d, %s", name, whole.status, whole.body)
		}
		match := simulator.Match{Op: simulator.OpFetch}
		l.script(t, simulator.Fault{Kind: simulator.KindCut, Match: match}, simulator.Fault{Kind: simulator.KindExpired, Match: match}, simulator.Fault{Kind: simulator.KindWrongRange, Match: match})
		if a := get(); !errors.Is(a.err, io.ErrUnexpectedEOF) || len(a.body) != len(whole.body)/2 || a.header.Get("Content-Length") == "" {
			t.Errorf("%s: cut after %d bytes, %v", name, len(a.body), a.err)
		}
		want := map[string]int{"plain": 404, "signed": 403}[name]
		if a := get(); a.status != want || !strings.Contains(string(a.body), "<Error>") {
			t.Errorf("%s: expired is %d, %s", name, a.status, a.body)
		}
		a := get("Range", "bytes=1000-")
		if a.status != 206 || !strings.HasPrefix(a.header.Get("Content-Range"), "bytes 0-") || len(a.body) != len(whole.body) {
			t.Errorf("%s: wrong range is %d, %v", name, a.status, a.header)
		}
		tag := whole.header.Get("ETag")
		l.script(t, simulator.Fault{Kind: simulator.KindNewETag, Match: match})
		a = get("Range", "bytes=1000-", "If-Range", tag)
		if a.status != 200 || a.header.Get("ETag") == tag || len(a.body) != len(whole.body) {
			t.Errorf("%s: a new tag is %d, %v", name, a.status, a.header)
		}
		if a = get("Range", "bytes=1000-", "If-Range", tag); a.status != 206 || a.header.Get("ETag") != tag {
			t.Errorf("%s: afterwards %d, %v", name, a.status, a.header)
		}
	}
}

func TestHostileTexts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.submit("/api/v3/"+liteT2V, `{"prompt":"simulate failure","duration":2}`)
	b.c.Add(time.Hour)
	poll := func(all bool) tree {
		if err := b.s.Script(simulator.Fault{Kind: simulator.KindHostile, All: all, Match: simulator.Match{Op: simulator.OpPoll}}); err != nil {
			t.Fatal(err)
		}
		return b.wavespeed(id)
	}
	got := poll(false)
	if got["id"] != id || got["status"] != "failed" || got["error"] != "Task failed: the model could not generate the video"+simulator.Hostile {
		t.Errorf("with what a client needs left alone: %v", got)
	}
	if got = poll(true); got["id"] != id+simulator.Hostile || got["status"] != "failed"+simulator.Hostile {
		t.Errorf("with everything: %v", got)
	}
	for _, path := range []string{"/api/v3/models", "/v1/models?include=all", "/v2/billing/transactions", "/model/none"} {
		if err := b.s.Script(simulator.Fault{Kind: simulator.KindHostile}); err != nil {
			t.Fatal(err)
		}
		if w := b.do(http.MethodGet, path, ""); !json.Valid(w.Body.Bytes()) || !strings.Contains(w.Body.String(), `\u001b]52;c;`) {
			t.Errorf("%s: %.200s", path, w.Body)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.submit("/api/v3/"+liteT2V, eightCents)
	other := b.submit(aimlNew, aimlBody)
	requests := []struct{ name, method, path, body string }{
		{"ws submit", "POST", "/api/v3/" + liteT2V, `{"prompt":"blue","duration":5}`},
		{"ws poll", "GET", "/api/v3/predictions/" + id + "/result", ""},
		{"ws history", "POST", "/api/v3/predictions", `{}`},
		{"ws delete", "POST", "/api/v3/predictions/delete", `{}`},
		{"ws upload", "POST", "/api/v3/media/uploads", `{}`},
		{"ws price", "POST", "/api/v3/model/price", `{}`},
		{"ws models", "GET", "/api/v3/models", ""},
		{"ws balance", "GET", "/api/v3/balance", ""},
		{"ai submit", "POST", aimlOld, aimlBody},
		{"ai poll", "GET", aimlNew + "?generation_id=" + other, ""},
		{"ai logs", "GET", "/v2/logs?period=1d", ""},
		{"ai billing", "GET", "/v2/billing", ""},
		{"ai models", "GET", "/v1/models", ""},
		{"fetch", "GET", simulator.OutputPath + id + ".mp4", ""},
		{"put", "PUT", simulator.TicketPath + "x", ""},
	}
	for _, tt := range []struct {
		match simulator.Match
		want  []string
	}{
		{simulator.Match{Op: simulator.OpSubmit}, []string{"ws submit", "ai submit"}},
		{simulator.Match{Op: simulator.OpSubmit, Contains: "blue"}, []string{"ws submit"}},
		{simulator.Match{Op: simulator.OpSubmit, Model: aimlPriced}, []string{"ai submit"}},
		{simulator.Match{Model: liteT2V}, []string{"ws submit", "ws poll", "fetch"}},
		{simulator.Match{Op: simulator.OpPoll}, []string{"ws poll", "ai poll"}},
		{simulator.Match{Task: other}, []string{"ai poll"}},
		{simulator.Match{Op: simulator.OpHistory}, []string{"ws history", "ai logs"}},
		{simulator.Match{Op: simulator.OpDelete}, []string{"ws delete"}},
		{simulator.Match{Op: simulator.OpUpload}, []string{"ws upload"}},
		{simulator.Match{Op: simulator.OpPut}, []string{"put"}},
		{simulator.Match{Op: simulator.OpFetch}, []string{"fetch"}},
		{simulator.Match{Op: simulator.OpPrice}, []string{"ws price"}},
		{simulator.Match{Op: simulator.OpModels}, []string{"ws models", "ai models"}},
		{simulator.Match{Op: simulator.OpAccount}, []string{"ws balance", "ai billing"}},
		{simulator.Match{Op: simulator.OpAccount, Provider: aimlapi.ID}, []string{"ai billing"}},
		{simulator.Match{Path: "/v2/bill*"}, []string{"ai billing"}},
		{simulator.Match{Path: "/v2/billing"}, []string{"ai billing"}},
		{simulator.Match{Method: "PUT"}, []string{"put"}},
	} {
		var got []string
		for _, r := range requests {
			if err := b.s.Script(simulator.Fault{Kind: simulator.KindStatus, Status: 599, Match: tt.match}); err != nil {
				t.Fatal(err)
			}
			if w := b.do(r.method, r.path, r.body); w.Code == 599 {
				got = append(got, r.name)
			}
			b.s.ClearFaults()
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%+v holds %v, want %v", tt.match, got, tt.want)
		}
	}
}

func TestTimesAndAfter(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	status := func(n int) simulator.Fault { return simulator.Fault{Kind: simulator.KindStatus, Status: n} }
	storm, late := status(501), status(502)
	storm.Times, late.After, late.Times = 2, 1, -1
	if err := b.s.Script(storm, late); err != nil {
		t.Fatal(err)
	}
	var got []int
	for range 6 {
		got = append(got, b.do(http.MethodGet, "/api/v3/balance", "").Code)
	}
	if want := []int{501, 501, 200, 502, 502, 502}; !reflect.DeepEqual(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
	if left := b.s.Faults(); len(left) != 1 || left[0].Status != 502 || left[0].Times != -1 {
		t.Errorf("left %+v", left)
	}
	b.s.ClearFaults()
	if code := b.do(http.MethodGet, "/api/v3/balance", "").Code; code != 200 {
		t.Errorf("after clearing: %d", code)
	}
}
