package ark

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/rest"
	"seedreel/client/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	canary = "ark-canary-4711"
	id     = "cgt-20261127080000-abcde"
	token  = "abcdefghijkl-1"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func model(t testing.TB, id string) *catalogue.Model {
	t.Helper()
	return clienttest.Model(t, Name+":"+id)
}

const (
	seedance20 = "dreamina-seedance-2-0-260128"
	seedance15 = "seedance-1-5-pro-251215"
	seedance10 = "seedance-1-0-pro-250528"
)

// asked is a request that reached the service.
type asked struct {
	method, path, query, body string
}

// served is a service that answers from a list and keeps the requests.
type served struct {
	mu  sync.Mutex
	got []asked
}

func (s *served) asked() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// serve starts a service whose answers are status and body, the last of which
// is repeated, and a provider for it.
func serve(t *testing.T, region string, answers ...string) (*Provider, *served) {
	t.Helper()
	s := &served{}
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Authorization") != "Bearer "+canary {
			t.Errorf("%s %s: %v, %q", r.Method, r.URL.Path, err, r.Header.Get("Authorization"))
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		status, body, _ := strings.Cut(answers[min(len(s.got), len(answers)-1)], " ")
		s.got = append(s.got, asked{r.Method, r.URL.Path, r.URL.RawQuery, string(b)})
		code := 0
		if _, err := fmt.Sscan(status, &code); err != nil {
			t.Errorf("status %q: %v", status, err)
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body) // the client may have hung up
	}))
	t.Cleanup(h.Close)
	p, err := New(rest.Config{Base: h.URL + "/api/v3/", Key: secret.New(canary), Now: func() time.Time { return noon }}, region)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.CloseIdle)
	return p, s
}

func request(m *catalogue.Model, v catalogue.Values) client.Request {
	return client.Request{Model: m, Values: v, Token: token}
}

func TestSubmitWritesContent(t *testing.T) {
	t.Parallel()
	type values = catalogue.Values
	text, seed := catalogue.Text("two <friends> & a dog"), catalogue.Int(42)
	for name, c := range map[string]struct {
		model, region string
		v             values
		want          string
	}{
		"text": {
			seedance20, "",
			values{catalogue.RolePrompt: text, catalogue.RoleResolution: catalogue.Text("720p"), catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleSeed: seed},
			`{"content":[{"type":"text","text":"two <friends> & a dog"}],"duration":5,"execution_expires_after":EXPIRY,"model":"dreamina-seedance-2-0-260128","resolution":"720p","safety_identifier":"abcdefghijkl-1","seed":42}`,
		},
		"two frames": {
			seedance20, "",
			values{catalogue.RolePrompt: text, catalogue.RoleFirstFrame: catalogue.Media("data:image/png;base64,AA=="), catalogue.RoleLastFrame: catalogue.Media("https://x/b.png?a=1&b=2"), catalogue.RoleAudioToggle: catalogue.Bool(false), catalogue.RoleReturnLastFrame: catalogue.Bool(true)},
			`{"content":[{"type":"text","text":"two <friends> & a dog"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="},"role":"first_frame"},{"type":"image_url","image_url":{"url":"https://x/b.png?a=1&b=2"},"role":"last_frame"}],"execution_expires_after":EXPIRY,"generate_audio":false,"model":"dreamina-seedance-2-0-260128","return_last_frame":true,"safety_identifier":"abcdefghijkl-1"}`,
		},
		"references, in order, in China": {
			seedance20, china,
			values{catalogue.RoleReferenceImages: catalogue.Media("https://x/1.png", "https://x/2.png"), catalogue.RoleReferenceVideos: catalogue.Media("https://x/3.mp4"), catalogue.RoleReferenceAudios: catalogue.Media("https://x/4.mp3")},
			`{"content":[{"type":"image_url","image_url":{"url":"https://x/1.png"},"role":"reference_image"},{"type":"image_url","image_url":{"url":"https://x/2.png"},"role":"reference_image"},{"type":"video_url","video_url":{"url":"https://x/3.mp4"},"role":"reference_video"},{"type":"audio_url","audio_url":{"url":"https://x/4.mp3"},"role":"reference_audio"}],"execution_expires_after":EXPIRY,"model":"doubao-seedance-2-0-260128","safety_identifier":"abcdefghijkl-1"}`,
		},
		"frames go before a length, a chosen expiry stays": {
			seedance10, "",
			values{catalogue.RolePrompt: text, catalogue.RoleFrames: catalogue.Int(61), catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleExpiresAfter: catalogue.Int(3600), catalogue.RoleServiceTier: catalogue.Text("flex")},
			`{"content":[{"type":"text","text":"two <friends> & a dog"}],"execution_expires_after":3600,"frames":61,"model":"seedance-1-0-pro-250528","safety_identifier":"abcdefghijkl-1","service_tier":"flex"}`,
		},
		"the final clip of a draft": {
			seedance15, "",
			values{catalogue.RoleDraftTask: catalogue.Text(id), catalogue.RoleResolution: catalogue.Text("1080p"), catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleSeed: seed, catalogue.RoleDraft: catalogue.Bool(false)},
			`{"content":[{"type":"draft_task","draft_task":{"id":"cgt-20261127080000-abcde"}}],"execution_expires_after":EXPIRY,"model":"seedance-1-5-pro-251215","resolution":"1080p","safety_identifier":"abcdefghijkl-1"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := serve(t, c.region, `200 {"id":"`+id+`"}`)
			r := request(model(t, c.model), c.v)
			got, err := p.Submit(t.Context(), r)
			if err != nil || got.ID != id || got.Status != client.StatusQueued {
				t.Fatalf("Submit = %+v, %v", got, err)
			}
			at, _ := expiry(r)
			want := strings.Replace(c.want, "EXPIRY", fmt.Sprint(at), 1)
			if a := s.asked(); len(a) != 1 || a[0].method != http.MethodPost || a[0].path != tasks || a[0].body != want {
				t.Errorf("got  %+v\nwant %s", a, want)
			}
		})
	}
}

func TestExpiryMarksAnAttempt(t *testing.T) {
	t.Parallel()
	m := model(t, seedance20)
	seen := map[int64]bool{}
	for i := range 20 {
		r := client.Request{Model: m, Values: m.Fill(nil), Token: fmt.Sprintf("abcdefghijkl-%d", i)}
		at, ok := expiry(r)
		if !ok || at <= 172_800-1000 || at >= 172_800 {
			t.Errorf("%d, %v", at, ok)
		}
		seen[at] = true
	}
	if len(seen) < 15 {
		t.Errorf("20 attempts have %d times of expiry", len(seen))
	}
}

func TestSubmitRefusesBeforeItSends(t *testing.T) {
	t.Parallel()
	big := "data:image/png;base64," + strings.Repeat("A", 33<<20)
	foreign := *model(t, seedance20)
	foreign.RegionIDs = nil
	for name, c := range map[string]struct {
		m      *catalogue.Model
		region string
		v      catalogue.Values
		want   string
	}{
		"a value without a field":     {model(t, seedance20), "", catalogue.Values{catalogue.RoleCameraFixed: catalogue.Bool(true)}, "no such field"},
		"a video of this machine":     {model(t, seedance20), "", catalogue.Values{catalogue.RoleReferenceVideos: catalogue.Media("data:video/mp4;base64,AA==")}, "web links only"},
		"more pictures than it takes": {model(t, seedance20), "", catalogue.Values{catalogue.RoleReferenceImages: catalogue.Media(big, big)}, "64 MB"},
		"a model of another region":   {&foreign, china, catalogue.Values{catalogue.RolePrompt: catalogue.Text("a")}, "no model"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := serve(t, c.region, `200 {"id":"`+id+`"}`)
			_, err := p.Submit(t.Context(), request(c.m, c.v))
			if client.KindOf(err) != client.KindInvalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want invalid with %q", err, c.want)
			}
			if n := len(s.asked()); n > 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
	if _, err := New(rest.Config{Base: "https://x"}, "mars"); err == nil {
		t.Error("a region that there is not was taken")
	}
}

// The service's error table, and the result of a POST for each.
func TestSubmitErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		code   string
		want   client.Kind
	}{
		{400, "MissingParameter", client.KindInvalid},
		{400, "InvalidParameter.TaskTypeConstraint", client.KindInvalid},
		{400, "InvalidEndpoint.ClosedEndpoint", client.KindInvalid},
		{400, "InvalidArgumentError.Unknown", client.KindInvalid},
		{400, "SensitiveContentDetected.SevereViolation", client.KindModeration},
		{400, "InputTextSensitiveContentDetected", client.KindModeration},
		{400, "InputImageSensitiveContentDetected.PrivacyInformation", client.KindModeration},
		{400, "InputVideoSensitiveContentDetected", client.KindModeration},
		{400, "InputAudioSensitiveContentDetected", client.KindModeration},
		{400, "OutputVideoSensitiveContentDetected", client.KindModeration},
		{400, "InputTextRiskDetection", client.KindModeration},
		{400, "ContentRestricted", client.KindModeration},
		{401, "AuthenticationError", client.KindUnauthorized},
		{403, "AccountOverdueError", client.KindNoFunds},
		{403, "InvalidSubscription", client.KindNoFunds},
		{403, "AccessDenied", client.KindUnauthorized},
		{403, "OperationDenied.ServiceOverdue", client.KindUnauthorized},
		{404, "InvalidEndpoint.NotFound", client.KindNotFound},
		{404, "InvalidEndpointOrModel.NotFound", client.KindNotFound},
		{404, "ModelNotOpen", client.KindNotFound},
		{429, "RateLimitExceeded.EndpointRPMExceeded", client.KindRateLimited},
		{429, "ModelAccountRpmRateLimitExceeded", client.KindRateLimited},
		{429, "ServerOverloaded", client.KindRateLimited},
		{429, "QuotaExceeded", client.KindNoFunds},
		{429, "SetLimitExceeded", client.KindNoFunds},
		{500, "InternalServiceError", client.KindUncertain},
		{503, "InternalServiceError", client.KindUncertain},
	} {
		p, s := serve(t, "", fmt.Sprintf(`%d {"error":{"code":%q,"message":"no. Request id: 02","param":"","type":"x"}}`, c.status, c.code))
		_, err := p.Submit(t.Context(), request(model(t, seedance20), catalogue.Values{catalogue.RolePrompt: catalogue.Text("a")}))
		if got := client.KindOf(err); got != c.want {
			t.Errorf("%d %s: %v, want %v", c.status, c.code, got, c.want)
		}
		if n := len(s.asked()); n != 1 {
			t.Errorf("%s: %d posts", c.code, n)
		}
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	const made = `"created_at":1795780800,"updated_at":1795780890`
	for name, c := range map[string]struct {
		body    string
		status  client.Status
		kind    client.Kind
		outputs int
		tokens  int64
	}{
		"waits":             {`"status":"queued"`, client.StatusQueued, 0, 0, 0},
		"runs":              {`"status":"running"`, client.StatusRunning, 0, 0, 0},
		"a new word":        {`"status":"thinking"`, client.StatusOther, 0, 0, 0},
		"done":              {`"status":"succeeded","content":{"video_url":"https://a/1.mp4"},"usage":{"completion_tokens":108900,"total_tokens":108900}`, client.StatusCompleted, 0, 1, 108_900},
		"with a last frame": {`"status":"succeeded","content":{"video_url":"https://a/1.mp4","last_frame_url":"https://a/1.png"},"usage":{"total_tokens":"87300"}`, client.StatusCompleted, 0, 2, 87_300},
		"its link is late":  {`"status":"succeeded","content":{},"usage":{"completion_tokens":5}`, client.StatusCompleted, 0, 0, 5},
		"called off":        {`"status":"cancelled"`, client.StatusCanceled, client.KindFailed, 0, 0},
		"past its time":     {`"status":"expired"`, client.StatusTimedOut, client.KindFailed, 0, 0},
		"broken":            {`"status":"failed","error":{"code":"InternalServiceError","message":"no"}`, client.StatusFailed, client.KindFailed, 0, 0},
		"the sound refused": {`"status":"failed","error":{"code":"OutputAudioSensitiveContentDetected","message":"no"}`, client.StatusFailed, client.KindModeration, 0, 0},
		"the list's word":   {`"status":"failed","failure_reason":{"code":"InvalidParameter.TaskTypeMismatch"}`, client.StatusFailed, client.KindInvalid, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := serve(t, "", `200 {"id":"`+id+`",`+made+`,`+c.body+`}`)
			got, err := p.Fetch(t.Context(), model(t, seedance20), id)
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != id || got.Status != c.status || len(got.Outputs) != c.outputs || got.Tokens != c.tokens {
				t.Errorf("got %+v", got)
			}
			if c.kind != 0 && (got.Failure == nil || got.Failure.Kind != c.kind) {
				t.Errorf("failure %v, want %v", got.Failure, c.kind)
			}
			for i, o := range got.Outputs {
				if want := time.Unix(1795780890, 0).Add(24 * time.Hour); !o.Expires.Equal(want) || o.Still != (i == 1) {
					t.Errorf("output %+v, want it to live until %s", o, want)
				}
			}
			if a := s.asked(); a[0].path != tasks+"/"+id {
				t.Errorf("asked for %s", a[0].path)
			}
		})
	}
	other, _ := serve(t, "", `200 {"id":"cgt-another","status":"succeeded","content":{"video_url":"https://a"}}`)
	if _, err := other.Fetch(t.Context(), model(t, seedance20), id); client.KindOf(err) != client.KindUnavailable {
		t.Errorf("the answer about another task: %v", err)
	}
	p, s := serve(t, china, `200 {"id":"`+id+`","status":"succeeded","content":{"video_url":"https://a"},"usage":{"completion_tokens":108900}}`)
	if got, err := p.Fetch(t.Context(), nil, id); err != nil || got.Tokens != 0 {
		t.Errorf("tokens that are billed in yuan: %d, %v", got.Tokens, err)
	}
	if _, err := p.Fetch(t.Context(), nil, "../x"); client.KindOf(err) != client.KindInvalid || len(s.asked()) != 1 {
		t.Errorf("an id that is none: %v", err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	is := func(word string) string { return `200 {"id":"` + id + `","status":"` + word + `"}` }
	const refused = `400 {"error":{"code":"InvalidParameter","message":"task is running"}}`
	const gone = `404 {"error":{"code":"NotFound","message":"no such task"}}`
	for name, c := range map[string]struct {
		answers []string
		status  client.Status
		kind    client.Kind
		deletes int
	}{
		"it waits":                    {[]string{is("queued"), "200 {}", is("cancelled")}, client.StatusCanceled, 0, 1},
		"it runs by then":             {[]string{is("queued"), refused, is("running")}, client.StatusRunning, 0, 1},
		"it runs":                     {[]string{is("running")}, client.StatusRunning, 0, 0},
		"it is done, its record kept": {[]string{is("succeeded")}, client.StatusCompleted, 0, 0},
		"it is gone at once":          {[]string{is("queued"), "200 {}", gone}, client.StatusCanceled, 0, 1},
		"refused and it still waits":  {[]string{is("queued"), refused, is("queued")}, client.StatusOther, client.KindInvalid, 1},
		"the answer is lost":          {[]string{is("queued"), "502 ", is("cancelled")}, client.StatusCanceled, 0, 1},
		"nobody knows it":             {[]string{gone}, client.StatusOther, client.KindNotFound, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := serve(t, "", c.answers...)
			got, err := p.Cancel(t.Context(), nil, id)
			if client.KindOf(err) != c.kind || err == nil && got.Status != c.status {
				t.Errorf("got %v %v, want %v %v", got.Status, err, c.status, c.kind)
			}
			n := 0
			for _, a := range s.asked() {
				if a.method == http.MethodDelete {
					n++
				}
			}
			if n != c.deletes {
				t.Errorf("%d deletes, want %d", n, c.deletes)
			}
		})
	}
}

// listed writes a page of the list.
func listed(t *testing.T, items ...map[string]any) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"total": len(items), "items": items})
	if err != nil {
		t.Fatal(err)
	}
	return "200 " + string(b)
}

// lost is a request sent at noon and given up a minute later, by the service's
// clock, and later a task made after that.
func lost(r client.Request) client.Lost {
	return client.Lost{Request: r, Sent: noon, Cut: noon.Add(time.Minute), Ahead: new(time.Duration)}
}

var later = map[string]any{"id": "later", "model": "seedance-1-0-pro-250528", "status": "running", "created_at": noon.Add(2 * time.Minute).Unix()}

func TestFind(t *testing.T) {
	t.Parallel()
	m := model(t, seedance20)
	r := request(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a"), catalogue.RoleSeed: catalogue.Int(42)}))
	at, _ := expiry(r)
	item := func(more map[string]any) map[string]any {
		out := map[string]any{"id": id, "model": m.ID, "status": "running", "created_at": noon.Add(time.Second).Unix()}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	type is = map[string]any
	for name, c := range map[string]struct {
		item         is
		taken, asked int
		doubt        client.Doubt
	}{
		"all marks":                   {item(is{"seed": 42, "safety_identifier": token, "execution_expires_after": at}), 1, 0, ""},
		"the name alone":              {item(is{"safety_identifier": token}), 1, 0, ""},
		"the name, another seed":      {item(is{"safety_identifier": token, "seed": 7}), 1, 0, ""},
		"another name, the same seed": {item(is{"safety_identifier": "mnopqrstuvwx-1", "seed": 42}), 0, 0, ""},
		"seed and expiry":             {item(is{"seed": "42", "execution_expires_after": at}), 1, 0, ""},
		"the seed, another expiry":    {item(is{"seed": 42, "execution_expires_after": 172800}), 0, 0, ""},
		"the seed alone":              {item(is{"seed": 42}), 1, 0, ""},
		"another seed":                {item(is{"seed": 43}), 0, 0, ""},
		"no mark":                     {item(nil), 0, 1, ""},
		"no mark, of another time":    {item(is{"created_at": noon.Add(10 * time.Minute).Unix()}), 0, 0, ""},
		"expiry alone":                {item(is{"execution_expires_after": at}), 0, 1, ""},
		"another model":               {item(is{"model": "seedance-1-0-pro-250528", "seed": 42}), 0, 0, ""},
		"made long before":            {item(is{"seed": 42, "created_at": noon.Add(-time.Hour).Unix()}), 0, 0, ""},
		"no id":                       {item(is{"id": "", "seed": 42}), 0, 0, client.DoubtUnread},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := serve(t, "", listed(t, later), listed(t, c.item), listed(t))
			got, err := p.Find(t.Context(), lost(r))
			if err != nil || len(got.Found) != c.taken || len(got.Maybe) != c.asked || got.Doubt != c.doubt {
				t.Errorf("found %+v, %v, want %d, %d, %q", got, err, c.taken, c.asked, c.doubt)
			}
			var queries []string
			for _, a := range s.asked() {
				queries = append(queries, a.query)
			}
			want := []string{
				"filter.service_tier=default&page_num=1&page_size=500",
				"filter.model=" + m.ID + "&filter.service_tier=default&page_num=1&page_size=500",
				"filter.model=" + m.ID + "&filter.service_tier=flex&page_num=1&page_size=500",
			}
			if !slices.Equal(queries, want) {
				t.Errorf("asked %q, want %q", queries, want)
			}
		})
	}
	for body, reads := range map[string]bool{`{"total":0}`: true, `{"total":0,"items":null}`: true, `{"items":[]}`: true, `{"total":3}`: false, `{}`: false, `{"items":null}`: false} {
		p, _ := serve(t, "", listed(t, later), "200 "+body, "200 "+body)
		if got, err := p.Find(t.Context(), lost(r)); (err == nil) != reads || reads && got.Doubt != "" {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	// A list of nothing later may lag.
	p, _ := serve(t, "", listed(t), listed(t), listed(t), listed(t))
	if got, err := p.Find(t.Context(), lost(r)); err != nil || got.Doubt != client.DoubtLag {
		t.Errorf("an empty list: %+v, %v", got, err)
	}
}

func TestListReadsBothTiers(t *testing.T) {
	t.Parallel()
	item := func(n int, ago time.Duration) map[string]any {
		return map[string]any{
			"id": fmt.Sprintf("cgt-%d", n), "model": seedance15, "status": "succeeded", "created_at": noon.Add(-ago).Unix(), "updated_at": noon.Unix(),
			"content": map[string]any{"video_url": "https://a"}, "resolution": "720p", "ratio": "16:9", "duration": 5, "seed": 42,
			"generate_audio": false, "service_tier": "flex", "safety_identifier": token,
		}
	}
	var full []map[string]any
	for n := range pageSize {
		full = append(full, item(n, time.Hour))
	}
	p, s := serve(t, "", listed(t, full...), listed(t, item(902, 30*time.Minute)), listed(t, item(900, time.Hour), item(901, 8*24*time.Hour)), listed(t))
	var records []client.Record
	for cursor, n := "", 0; ; n++ {
		page, err := p.List(t.Context(), time.Time{}, cursor)
		if err != nil || n > 5 {
			t.Fatal(n, err)
		}
		records = append(records, page.Records...)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(records) != pageSize+2 || len(s.asked()) != 4 || records[0].ID != "cgt-902" {
		t.Fatalf("%d records by %d reads", len(records), len(s.asked()))
	}
	rec := records[len(records)-1]
	v, left := model(t, seedance15).ReadInputs(rec.Inputs)
	if len(left) > 0 || rec.Token != token || rec.Model != seedance15 || v.Text(catalogue.RoleResolution) != "720p" {
		t.Errorf("%v, left %v, %+v", v, left, rec)
	}
	if on, ok := v.Bool(catalogue.RoleAudioToggle); on || !ok {
		t.Errorf("sound: %v, %v", on, ok)
	}
	if charge, ok := model(t, seedance15).ChargeFor(v, 108_900); !ok || charge != 65_340 {
		t.Errorf("a flex clip is charged %s", charge)
	}
	if _, err := p.List(t.Context(), time.Time{}, "0"); client.KindOf(err) != client.KindInvalid {
		t.Errorf("a place that there is not: %v", err)
	}
}

func TestHandOver(t *testing.T) {
	t.Parallel()
	p, _ := serve(t, "", "200 {}")
	file := func(kind string) client.File {
		return client.File{Name: "a", MIME: kind, Size: 2, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("ab")), nil }}
	}
	for kind, want := range map[string]string{"image/PNG": "data:image/png;base64,YWI=", "audio/mpeg": "data:audio/mpeg;base64,YWI=", "video/mp4": "", "text/plain": ""} {
		got, err := p.HandOver(t.Context(), file(kind), nil)
		if got != want || (err == nil) != (want != "") || err != nil && client.KindOf(err) != client.KindInvalid {
			t.Errorf("%s: %q, %v", kind, got, err)
		}
	}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	d := Service()
	if got := d.AddressFor(d.Defaults()); got != "https://ark.ap-southeast.bytepluses.com" {
		t.Errorf("by default %s", got)
	}
	if got := d.AddressFor(map[string]string{"region": "volces"}); got != "https://ark.cn-beijing.volces.com" {
		t.Errorf("in China %s", got)
	}
	for _, m := range clienttest.Catalogue(t).All() {
		if m.Provider == Name && m.RegionIDs[china] == "" {
			t.Errorf("%s has no name in China", m.ID)
		}
	}
}
