package conformance

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// submitsOnce: one order is one POST and one task, with all values requested.
func submitsOnce(b *bench) {
	r := b.clip("a lake at dusk & <more>")
	made := b.submit(r)
	tasks := b.sim.Tasks()
	if len(tasks) != 1 || b.posts.Load() != 1 {
		b.Fatalf("%d tasks after %d POSTs", len(tasks), b.posts.Load())
	}
	x := &tasks[0]
	if x.ID != made.ID || x.Provider != b.d.ID || x.Model != r.Model.ID || x.Seed != 42 || len(x.Dropped) != 0 {
		b.Errorf("the record of %s is %+v", made.ID, x)
	}
	if got := x.Values.Text(catalogue.RolePrompt); got != r.Values.Text(catalogue.RolePrompt) {
		b.Errorf("prompt %q", got)
	}
}

// answersThatDoNotArrive: an order whose answer is lost may exist. It is never
// sent twice, and never called refused.
func answersThatDoNotArrive(b *bench) {
	r := b.clip("a lake")
	for _, x := range []struct {
		fault simulator.Fault
		tasks int
	}{
		{simulator.Fault{Kind: simulator.KindLost}, 1},
		{simulator.Fault{Kind: simulator.KindDropped}, 0},
		{simulator.Fault{Kind: simulator.KindCut}, 1},
		{simulator.Fault{Kind: simulator.KindGarbage, Made: true}, 1},
		{simulator.Fault{Kind: simulator.KindPortal}, 0},
		{simulator.Fault{Kind: simulator.KindStatus, Status: http.StatusBadGateway, Made: true}, 1},
	} {
		x.fault.Match.Op = simulator.OpSubmit
		b.script(x.fault)
		tasks, posts := len(b.sim.Tasks()), b.posts.Load()
		made, err := b.p.Submit(b.Context(), r)
		// Some services also return the id in a header, which is an answer.
		all := b.sim.Tasks()
		known := err == nil && x.tasks == 1 && made.ID != "" && made.ID == all[len(all)-1].ID
		if !known && client.KindOf(err) != client.KindUncertain {
			b.Errorf("%s: %+v, %v", x.fault.Kind, made, err)
		}
		if n := len(all) - tasks; n != x.tasks || b.posts.Load() != posts+1 {
			b.Errorf("%s: %d tasks after %d POSTs", x.fault.Kind, n, b.posts.Load()-posts)
		}
	}
}

// refusedSubmits: refusals are classified by what to do about them.
func refusedSubmits(b *bench) {
	r := b.clip("a lake")
	for _, x := range []struct {
		fault simulator.Fault
		kind  client.Kind
	}{
		{simulator.Fault{Kind: simulator.KindStatus, Status: http.StatusBadRequest}, client.KindInvalid},
		{simulator.Fault{Kind: simulator.KindStatus, Status: http.StatusUnauthorized}, client.KindUnauthorized},
		{simulator.Fault{Kind: simulator.KindNoFunds}, client.KindNoFunds},
		{simulator.Fault{Kind: simulator.KindTooMany}, client.KindRateLimited},
	} {
		x.fault.Match.Op = simulator.OpSubmit
		b.script(x.fault)
		if _, err := b.p.Submit(b.Context(), r); client.KindOf(err) != x.kind {
			b.Errorf("%s %d: %v, want %s", x.fault.Kind, x.fault.Status, err, x.kind)
		}
	}
	if n := len(b.sim.Tasks()); n != 0 {
		b.Errorf("%d tasks", n)
	}
}

// asksToWait: Retry-After is read in both of its forms.
func asksToWait(b *bench) {
	r := b.clip("a lake")
	for _, date := range []bool{false, true} {
		b.script(simulator.Fault{Kind: simulator.KindTooMany, RetryAfter: 40 * time.Second, RetryDate: date, Match: simulator.Match{Op: simulator.OpSubmit}})
		_, err := b.p.Submit(b.Context(), r)
		e, ok := errors.AsType[*client.Error](err)
		if !ok || e.Kind != client.KindRateLimited || e.RetryAfter < 39*time.Second || e.RetryAfter > 40*time.Second {
			b.Errorf("by date %t: %+v", date, err)
		}
	}
}

// keysStayInside: a service may echo the key, an error may not.
func keysStayInside(b *bench) {
	r := b.clip("a lake")
	for _, status := range []int{400, 401, 403, 404, 429, 500, 503} {
		fault := simulator.Fault{Kind: simulator.KindStatus, Status: status, Message: "no: " + canary, ErrorCode: canary}
		b.script(fault)
		_, err := b.p.Submit(b.Context(), r)
		b.silent(status, err)
		fault.Times = -1
		b.script(fault)
		_, err = b.p.Fetch(b.Context(), r.Model, "0123456789abcdef0123456789abcdef")
		b.silent(status, err)
		b.sim.ClearFaults()
	}
}

func (b *bench) silent(status int, err error) {
	b.Helper()
	e, ok := errors.AsType[*client.Error](err)
	switch {
	case !ok:
		b.Errorf("%d is no error of a service: %v", status, err)
	case strings.Contains(err.Error()+e.Message+e.Code, canary):
		b.Errorf("%d: the error holds the key", status)
	}
}

// emptyAccount: an account without money gets no clip.
func emptyAccount(b *bench) {
	poor := start(b.T, b.d, 0)
	if _, err := poor.p.Submit(b.Context(), poor.clip("a lake")); client.KindOf(err) != client.KindNoFunds {
		b.Errorf("Submit = %v", err)
	}
	if n := len(poor.sim.Tasks()); n != 0 {
		b.Errorf("%d tasks", n)
	}
}

// fetchesToTheEnd: the statuses go forward, and the clip is the task's own.
func fetchesToTheEnd(b *bench) {
	r := b.clip("a lake")
	made := b.submit(r)
	got := b.end(r.Model, made.ID)
	if got.Status != client.StatusCompleted || len(got.Outputs) != 1 || got.Failure != nil || got.ID != made.ID {
		b.Fatalf("ended as %+v", got)
	}
	if clip := b.download(got.Outputs[0].URL); !bytes.Contains(clip, []byte("simulated "+made.ID)) {
		b.Errorf("the clip's %d bytes are not those of %s", len(clip), made.ID)
	}
}

// failures: each kind of failure is recognised, and nothing is charged.
func failures(b *bench) {
	for _, x := range []struct {
		phrase string
		status client.Status
		kind   client.Kind
	}{
		{"simulate moderation", client.StatusFailed, client.KindModeration},
		{"simulate failure", client.StatusFailed, client.KindFailed},
		{"simulate timeout", client.StatusTimedOut, client.KindUnknown},
		{"simulate cancel", client.StatusCanceled, client.KindUnknown},
	} {
		r := b.clip(x.phrase)
		got := b.end(r.Model, b.submit(r).ID)
		if got.Status != x.status || got.Failure == nil || len(got.Outputs) != 0 {
			b.Errorf("%s: %+v", x.phrase, got)
			continue
		}
		if x.kind != client.KindUnknown && got.Failure.Kind != x.kind {
			b.Errorf("%s: %v, want %s", x.phrase, got.Failure, x.kind)
		}
	}
	var sum int64
	for _, e := range b.sim.Bill() {
		if e.Kind == simulator.EntryCharge {
			sum += int64(e.Amount)
		} else {
			sum -= int64(e.Amount)
		}
	}
	if sum != 0 {
		b.Errorf("%d micro-dollars were kept for clips that were not made", sum)
	}
}

// unknownID: an id unknown to the service is not found, in any account.
func unknownID(b *bench) {
	r := b.clip("a lake")
	if got, err := b.p.Fetch(b.Context(), r.Model, "0123456789abcdef0123456789abcdef"); client.KindOf(err) != client.KindNotFound {
		b.Errorf("Fetch = %+v, %v", got, err)
	}
}

// everyModel: each model of the catalogue that needs only a prompt and
// pictures takes an order, with local pictures handed over, and the service
// understands every field of it.
func everyModel(b *bench) {
	link, err := b.p.HandOver(b.Context(), file(b), func(int64, int64) {})
	if err != nil {
		b.Fatal(err)
	}
	pictured, tried := false, 0
	for _, m := range b.cat.All() {
		if m.Provider != b.d.ID || !m.MakesVideo() {
			continue
		}
		for _, all := range []bool{false, true} {
			v := catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake")}
			for i := range m.Fields {
				if f := &m.Fields[i]; f.Media != nil && f.Media.Kind == "image" && (f.Required || all && f.Role == catalogue.RoleFirstFrame) {
					v[f.Role] = catalogue.Media(link)
				}
			}
			if v = m.Fill(v); len(catalogue.Validate(m, v, nil)) == 0 {
				tried++
				pictured = b.understood(m, v) || pictured
			}
		}
	}
	if tried == 0 || !pictured {
		b.Errorf("%d models were tried, one with a picture: %t", tried, pictured)
	}
}

// understood orders a clip and reports whether the twin looked at a picture
// that is wider than high.
func (b *bench) understood(m *catalogue.Model, v catalogue.Values) bool {
	b.Helper()
	made, err := b.p.Submit(b.Context(), client.Request{Model: m, Values: v})
	if err != nil {
		b.Errorf("%s: %v", m.ID, err)
		return false
	}
	tasks := b.sim.Tasks()
	x := &tasks[len(tasks)-1]
	if x.ID != made.ID || x.Model != m.ID || len(x.Dropped) != 0 {
		b.Errorf("the record of %s is %+v", made.ID, x)
	}
	return x.Values[catalogue.RoleFirstFrame].IsSet() && x.Width > x.Height
}
