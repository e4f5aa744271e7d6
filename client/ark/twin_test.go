package ark_test

import (
	"bytes"
	"errors"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/ark"
	"seedreel/client/ark/simulated"
	"seedreel/client/catalogue"
	"seedreel/client/find"
	"seedreel/client/rest"
	"seedreel/client/secret"
	"seedreel/client/simulator"
)

// twin is the provider and its simulated service, on a clock of their own.
type twin struct {
	*testing.T
	p   *ark.Provider
	sim *simulator.Simulator
	cat *catalogue.Catalogue
}

func withTwin(t *testing.T, run func(*twin)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cat, err := catalogue.Load(assets.Models())
		if err != nil {
			t.Fatal(err)
		}
		sim, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(cat), Now: time.Now, Dialects: []simulator.NewDialect{simulated.New}})
		if err != nil {
			t.Fatal(err)
		}
		base, dial, stop := sim.Pipe()
		t.Cleanup(stop)
		p, err := ark.New(rest.Config{Base: base, Dial: dial, Key: secret.New("k"), Now: time.Now}, "")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.CloseIdle)
		run(&twin{T: t, p: p, sim: sim, cat: cat})
	})
}

const (
	seedance20 = "dreamina-seedance-2-0-260128"
	seedance15 = "seedance-1-5-pro-251215"
)

type values = catalogue.Values

func (w *twin) order(id string, v values) client.Request {
	w.Helper()
	m := w.cat.Model(catalogue.Ref{Provider: ark.Name, ID: id})
	all := values{catalogue.RolePrompt: catalogue.Text("a lake"), catalogue.RoleSeed: catalogue.Int(42), catalogue.RoleAspectRatio: catalogue.Text("16:9")}
	for r, x := range v {
		all[r] = x
	}
	return client.Request{Model: m, Values: m.Fill(all), Token: "abcdefghijkl-1"}
}

func (w *twin) submit(r client.Request) string {
	w.Helper()
	made, err := w.p.Submit(w.Context(), r)
	if err != nil {
		w.Fatal(err)
	}
	return made.ID
}

func (w *twin) fetch(id string) client.Prediction {
	w.Helper()
	got, err := w.p.Fetch(w.Context(), nil, id)
	if err != nil {
		w.Fatal(err)
	}
	return got
}

const longEnough = time.Hour

func TestTheBillIsByTokens(t *testing.T) {
	t.Parallel()
	flex := values{catalogue.RoleServiceTier: catalogue.Text("flex"), catalogue.RoleAudioToggle: catalogue.Bool(false)}
	for name, c := range map[string]struct {
		id     string
		v      values
		tokens int64
		price  int64
	}{
		"2.0":                {seedance20, nil, 108_900, 762_300},
		"another frame":      {seedance20, values{catalogue.RoleAspectRatio: catalogue.Text("21:9")}, 109_431, 766_017},
		"flex and silent":    {seedance15, flex, 108_900, 65_340},
		"with a video given": {seedance20, values{catalogue.RoleReferenceVideos: catalogue.Media("https://x/a.mp4")}, 195_300, 839_790},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withTwin(t, func(w *twin) {
				r := w.order(c.id, c.v)
				id := w.submit(r)
				time.Sleep(longEnough)
				got := w.fetch(id)
				charge, _ := r.Model.ChargeFor(r.Values, got.Tokens)
				if got.Status != client.StatusCompleted || got.Tokens != c.tokens || int64(charge) != c.price {
					w.Errorf("%v, %d tokens, %s", got.Status, got.Tokens, charge)
				}
				if bill := w.sim.Bill(); len(bill) != 1 || int64(bill[0].Amount) != c.price {
					w.Errorf("bill %+v, want %d", bill, c.price)
				}
			})
		})
	}
}

func TestCancelWhileItWaits(t *testing.T) {
	t.Parallel()
	withTwin(t, func(w *twin) {
		r := w.order(seedance20, nil)
		waits, runs := w.submit(r), w.submit(r)
		got, err := w.p.Cancel(w.Context(), nil, waits)
		if err != nil || got.Status != client.StatusCanceled {
			w.Errorf("called off while it waits: %v, %v", got.Status, err)
		}
		time.Sleep(30 * time.Second)
		if got, err = w.p.Cancel(w.Context(), nil, runs); err != nil || got.Status != client.StatusRunning {
			w.Errorf("called off while it runs: %v, %v", got.Status, err)
		}
		time.Sleep(longEnough)
		if got, err = w.p.Cancel(w.Context(), nil, runs); err != nil || got.Status != client.StatusCompleted || len(got.Outputs) != 1 {
			w.Errorf("called off when done: %+v, %v", got, err)
		}
		if bill := w.sim.Bill(); len(bill) != 1 || bill[0].Task != runs {
			w.Errorf("bill %+v", bill)
		}
		time.Sleep(24 * time.Hour)
		if _, err := w.p.Fetch(w.Context(), nil, waits); client.KindOf(err) != client.KindNotFound {
			w.Errorf("a day later it is still known: %v", err)
		}
	})
}

func TestFlexIsSlowerAndListedApart(t *testing.T) {
	t.Parallel()
	withTwin(t, func(w *twin) {
		usual := w.submit(w.order(seedance15, nil))
		posted := time.Now()
		r := w.order(seedance15, values{catalogue.RoleServiceTier: catalogue.Text("flex")})
		r.Token = "mnopqrstuvwx-1"
		flex := w.submit(r)
		for w.fetch(usual).Status != client.StatusCompleted {
			time.Sleep(time.Second)
		}
		if got := w.fetch(flex).Status; got.Ended() {
			w.Errorf("the slow one is done as soon: %v", got)
		}
		page, err := w.p.List(w.Context(), posted.Add(-time.Hour), "")
		if err != nil || len(page.Records) != 2 {
			w.Errorf("%d records, %v", len(page.Records), err)
		}
		got, err := w.p.Find(w.Context(), find.Lost{Request: r, Sent: posted, Cut: posted.Add(time.Second), Ahead: new(time.Duration), OwnSeed: true})
		if err != nil || len(got.Found) != 1 || got.Found[0].ID != flex {
			w.Errorf("found %+v, %v", got, err)
		}
	})
}

func TestLastFrameComesAlong(t *testing.T) {
	t.Parallel()
	withTwin(t, func(w *twin) {
		id := w.submit(w.order(seedance20, values{catalogue.RoleReturnLastFrame: catalogue.Bool(true)}))
		time.Sleep(longEnough)
		got := w.fetch(id)
		if len(got.Outputs) != 2 || got.Outputs[0].Still || !got.Outputs[1].Still {
			w.Fatalf("outputs %+v", got.Outputs)
		}
		rec := httptest.NewRecorder()
		w.sim.ServeHTTP(rec, httptest.NewRequestWithContext(w.Context(), http.MethodGet, got.Outputs[1].URL, http.NoBody))
		c, err := png.DecodeConfig(bytes.NewReader(rec.Body.Bytes()))
		if rec.Code != http.StatusOK || err != nil || c.Width != 1280 || c.Height != 720 {
			w.Errorf("status %d, %dx%d, %v", rec.Code, c.Width, c.Height, err)
		}
		if left, ok := got.Outputs[0].Left(time.Now()); !ok || left > 24*time.Hour || left < 22*time.Hour {
			w.Errorf("the link lives %s", left)
		}
	})
}

func TestFiltersInFourPlaces(t *testing.T) {
	t.Parallel()
	silent := values{catalogue.RoleAudioToggle: catalogue.Bool(false)}
	for name, c := range map[string]struct {
		prompt string
		v      values
		part   client.Part
		late   bool
	}{
		"the prompt":             {"simulate refused text", nil, client.PartPrompt, false},
		"a picture":              {"simulate refused image", nil, client.PartImage, false},
		"the clip":               {"simulate moderation", nil, client.PartClip, true},
		"its sound":              {"simulate refused sound", nil, client.PartClipSound, true},
		"no sound to be refused": {"simulate refused sound", silent, client.PartUnknown, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withTwin(t, func(w *twin) {
				r := w.order(seedance20, c.v)
				r.Values[catalogue.RolePrompt] = catalogue.Text(c.prompt)
				made, err := w.p.Submit(w.Context(), r)
				if (err == nil) != c.late {
					w.Fatalf("%v", err)
				}
				var failure *client.Error
				if c.late {
					time.Sleep(longEnough)
					got := w.fetch(made.ID)
					failure = got.Failure
					if (c.part == client.PartUnknown) != (got.Status == client.StatusCompleted) {
						w.Errorf("status %v", got.Status)
					}
				} else if e, ok := errors.AsType[*client.Error](err); ok {
					failure = e
				}
				if c.part == client.PartUnknown {
					return
				}
				if failure == nil || failure.Kind != client.KindModeration {
					w.Fatalf("%v", failure)
				}
				if part, _ := client.Moderated(failure.Code, failure.Message); part != c.part {
					w.Errorf("part %q, want %q", part, c.part)
				}
			})
		})
	}
}

func TestDraftAndFinal(t *testing.T) {
	t.Parallel()
	withTwin(t, func(w *twin) {
		draft := w.submit(w.order(seedance15, values{
			catalogue.RoleDraft: catalogue.Bool(true), catalogue.RoleResolution: catalogue.Text("480p"), catalogue.RoleDuration: catalogue.Int(8),
			catalogue.RoleAspectRatio: catalogue.Text("9:16"),
		}))
		m := w.cat.Model(catalogue.Ref{Provider: ark.Name, ID: seedance15})
		final := client.Request{Model: m, Values: m.Fill(values{catalogue.RoleDraftTask: catalogue.Text(draft), catalogue.RoleResolution: catalogue.Text("1080p")})}
		if _, err := w.p.Submit(w.Context(), final); client.KindOf(err) != client.KindInvalid {
			w.Errorf("the final of a draft that is not done: %v", err)
		}
		time.Sleep(longEnough)
		id := w.submit(final)
		for _, x := range w.sim.Tasks() {
			if x.ID == id && (x.Width != 1080 || x.Height != 1920 || x.Seconds != 8 || x.Seed != 42 || x.Values.Text(catalogue.RolePrompt) != "a lake") {
				w.Errorf("the final is %+v", x)
			}
		}
	})
}

func TestTooManyWait(t *testing.T) {
	t.Parallel()
	withTwin(t, func(w *twin) {
		r := w.order(seedance20, values{catalogue.RoleResolution: catalogue.Text("480p")})
		for range 120 {
			w.submit(r)
		}
		if _, err := w.p.Submit(w.Context(), r); client.KindOf(err) != client.KindNoFunds {
			w.Errorf("number 121: %v", err)
		}
	})
}

// All that the maker's own SDK can send: commands in the text, and no other
// field.
func TestTextCommands(t *testing.T) {
	t.Parallel()
	withTwin(t, func(w *twin) {
		post := func(body string) (int, string) {
			req := httptest.NewRequestWithContext(w.Context(), http.MethodPost, "/api/v3/contents/generations/tasks", strings.NewReader(body))
			req.Header.Set("Authorization", "Bearer k")
			rec := httptest.NewRecorder()
			w.sim.ServeHTTP(rec, req)
			b, err := io.ReadAll(rec.Body)
			if err != nil {
				w.Error(err)
			}
			return rec.Code, string(b)
		}
		for body, want := range map[string]int{
			`{"model":"seedance-1-0-pro-250528","content":[{"type":"text","text":"a lake --rs 480p --dur 12 --rt 9:16 --seed 7 --cf true --fps 24"}]}`:            200,
			`{"model":"doubao-seedance-1-0-pro-250528","content":[{"type":"text","text":"a lake --dur 99"}]}`:                                                     400,
			`{"model":"seedance-1-0-pro-250528","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://x/a.png"}}]}`:               200,
			`{"model":"seedance-1-0-pro-250528","content":[{"type":"image_url","image_url":{"url":"https://x/a"}},{"type":"image_url","image_url":{"url":"b"}}]}`: 400,
			`{"model":"dreamina-seedance-2-0-260128","content":[{"type":"video_url","video_url":{"url":"data:video/mp4;base64,AA=="},"role":"reference_video"}]}`: 400,
			`{"model":"nothing","content":[]}`: 404,
		} {
			if got, answer := post(body); got != want {
				w.Errorf("%s: status %d, %s", body, got, answer)
			}
		}
		for _, x := range w.sim.Tasks() {
			if !strings.HasSuffix(x.Values.Text(catalogue.RolePrompt), "lake") {
				continue
			}
			if x.Values.Text(catalogue.RolePrompt) != "a lake" || x.Seconds != 12 || x.Width != 480 || x.Height != 864 || x.Seed != 7 {
				w.Errorf("%+v", x)
			}
		}
	})
}
