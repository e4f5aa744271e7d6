package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
)

func TestAJobThatGoesWell(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	charge := usd.Micro(90_000)
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{ID: "r1", Status: client.StatusQueued, Word: "created", Charge: &charge}, nil
	}
	j := r.add(r.order())[0]
	out := r.only(Submit)
	r.want(out.Job, job.Submitted, "")
	if out.Was != job.Queued || out.Err != nil || out.Job.RemoteID != "r1" || *out.Job.Charge != charge || out.Job.Attempt != 1 || out.Job.Owner != "" {
		t.Errorf("after the submit: %+v, %+v", out, out.Job)
	}
	if wait := out.NextAt.Sub(noon); wait != MinPoll(j.Provider) {
		t.Errorf("the first look is after %v", wait)
	}
	r.svc.fetch = func(id string) (client.Prediction, error) {
		return client.Prediction{ID: id, Status: client.StatusRunning, Word: "processing"}, nil
	}
	r.due()
	r.want(r.only(Poll).Job, job.Running, "")
	r.svc.fetch = nil
	r.due()
	out = r.only(Poll)
	r.want(out.Job, job.Completed, "")
	if out.Job.Output.URL != "https://cdn.test/r1" || !out.Job.EndedAt.Equal(r.clock.now()) {
		t.Errorf("after the poll: %+v", out.Job)
	}
	out = r.only(Download)
	r.want(out.Job, job.Saved, "")
	if out.Err != nil || !out.NextAt.IsZero() {
		t.Errorf("after the download: %+v", out)
	}
	card, err := ReadSidecar(out.Job.Output.Path)
	if err != nil {
		t.Fatal(err)
	}
	if card.ID != j.ID || card.Service != "wavespeed" || card.Model != "v/lite" || *card.Seed != j.Seed || card.RemoteID != "r1" ||
		*card.Charge != charge || *card.Estimate != 180_000 || card.File != filepath.Base(out.Job.Output.Path) ||
		!reflect.DeepEqual(card.Values, j.Values) || !card.SavedAt.Equal(out.Job.SavedAt) || card.SHA256 != sumOf(clipBytes) {
		t.Errorf("the sidecar is %+v", card)
	}
	receipts, _, err := store.ReadReceipts(r.store.ReceiptsPath())
	if err != nil || len(receipts) != 1 || receipts[0].ID != j.ID || receipts[0].RemoteID != "r1" || *receipts[0].Estimate != 180_000 {
		t.Errorf("the receipts are %+v (%v)", receipts, err)
	}
	if p := r.next(); len(p.Tasks) > 0 || !p.Wake.IsZero() {
		t.Errorf("there is more to do: %+v", p)
	}
}

func TestTheIntentIsOnDiskBeforeThePOST(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.add(r.order())[0]
	other := r.second() // does not share the sender's memory
	r.svc.submit = func(_ context.Context, q client.Request) (client.Prediction, error) {
		on := other.job(j.ID)
		if on.State != job.Submitting || on.Owner != r.inst.ID() || !on.PostedAt.Equal(noon) || on.Attempt != 1 {
			t.Errorf("during the POST the disk says %+v", on)
		}
		if got, _ := q.Values.Int(catalogue.RoleSeed); got != j.Seed || !j.HasSeed {
			t.Errorf("the seed sent is %d, the job's is %d", got, j.Seed)
		}
		if rec, _, err := store.ReadReceipts(r.store.ReceiptsPath()); err != nil || len(rec) > 0 {
			t.Errorf("a receipt before the answer: %v (%v)", rec, err)
		}
		return client.Prediction{ID: "r1"}, nil
	}
	r.only(Submit)
	if r.svc.posts() != 1 {
		t.Errorf("%d POSTs", r.svc.posts())
	}
}

func TestQuittingDoesNotCancelThePOST(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.add(r.order())[0]
	ctx, quit := context.WithCancel(t.Context())
	r.svc.submit = func(post context.Context, _ client.Request) (client.Prediction, error) {
		quit()
		if _, bounded := post.Deadline(); post.Err() != nil || !bounded {
			t.Errorf("the POST's context: %v, bounded %v", post.Err(), bounded)
		}
		return client.Prediction{ID: "r1"}, nil
	}
	out, err := r.q.Run(ctx, r.next().Tasks[0], nil)
	if err != nil || out.Job.RemoteID != "r1" {
		t.Errorf("got %+v (%v)", out.Job, err)
	}
	r.want(r.job(j.ID), job.Submitted, "")
}

func TestQuittingBeforeThePOSTSendsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.order()
	o.Values[catalogue.RoleReferenceImages] = catalogue.Media(r.file("a.png", "a"))
	j := r.add(o)[0]
	ctx, quit := context.WithCancel(t.Context())
	r.svc.handOver = func(client.File) (string, error) {
		quit()
		return "https://up.test/a", nil
	}
	if _, err := r.q.Run(ctx, r.next().Tasks[0], nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	r.want(r.job(j.ID), job.Queued, "")
	if r.svc.posts() != 0 {
		t.Error("it was sent all the same")
	}
	if p := r.next(); len(p.Tasks) != 1 {
		t.Errorf("it is not due again at once: %+v", p)
	}
}

// file creates a local file with a content.
func (r *rig) file(name, content string) string {
	r.t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}

func TestEveryAnswerToAPOST(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		state  job.State
		reason job.Reason
	}{
		{fault(client.KindInvalid), job.Failed, job.ReasonInvalid},
		{fault(client.KindUnauthorized), job.Failed, job.ReasonUnauthorized},
		{fault(client.KindNoFunds), job.Failed, job.ReasonFunds},
		{fault(client.KindModeration), job.Failed, job.ReasonModeration},
		{fault(client.KindNotFound), job.Failed, job.ReasonInvalid},
		{fault(client.KindFailed), job.Failed, job.ReasonProvider},
		{fault(client.KindNotSent), job.Queued, ""},
		{fault(client.KindRateLimited), job.Queued, ""},
		{fault(client.KindUncertain), job.Uncertain, ""},
		{fault(client.KindUnavailable), job.Uncertain, ""},
		{fault(client.KindUnknown), job.Uncertain, ""},
		{errors.New("of no kind"), job.Uncertain, ""},
		{nil, job.Uncertain, ""}, // an answer without an id
	} {
		name := "no id"
		if c.err != nil {
			name = c.err.Error()
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) { return client.Prediction{}, c.err }
			j := r.add(r.order())[0]
			out := r.only(Submit)
			r.want(out.Job, c.state, c.reason)
			if out.Err == nil || out.Job.Owner != "" {
				t.Errorf("trouble %v, owner %q", out.Err, out.Job.Owner)
			}
			if out.Job.ErrorText == "" && client.KindOf(c.err) != client.KindRateLimited {
				t.Error("nothing to tell the user")
			}
			if c.state != job.Queued {
				// Neither time nor a restart sends it again.
				for range 2 {
					r.clock.advance(time.Hour)
					r.kill()
					r.start()
					if _, err := r.q.Recover(t.Context()); err != nil {
						t.Fatal(err)
					}
					if p := r.next(); len(p.Tasks) > 0 {
						t.Fatalf("due is %+v", p.Tasks)
					}
				}
			}
			if r.svc.posts() != 1 {
				t.Errorf("%d POSTs", r.svc.posts())
			}
			if billed := r.job(j.ID).MaybeBilled(); billed != (c.state == job.Uncertain) {
				t.Errorf("maybe billed: %v", billed)
			}
		})
	}
}

func TestTooManyRequestsHoldsTheWholeService(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{}, &client.Error{Kind: client.KindRateLimited, RetryAfter: 90 * time.Second}
	}
	o := r.order()
	o.Count = 2
	r.add(o)
	p := r.next()
	if out := r.run(p.Tasks[0]); !out.NextAt.Equal(noon.Add(90*time.Second)) || out.Job.Fails != 0 {
		t.Errorf("next is %v, fails %d", out.NextAt, out.Job.Fails)
	}
	other := r.second()
	other.add(other.order())
	if p := other.next(); len(p.Tasks) > 0 || p.Waiting[job.WaitRate] != 1 {
		t.Errorf("another process: %+v", p)
	}
	r.clock.advance(90 * time.Second)
	if p := other.next(); len(p.Tasks) != 3 {
		t.Errorf("after the wait: %+v", p)
	}
}

func TestARequestThatDidNotLeaveIsTriedFiveTimes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		r.q.reached(store.Service{Provider: "wavespeed"}) // by another poll: the service is within reach
		return client.Prediction{}, fault(client.KindNotSent)
	}
	j := r.add(r.order())[0]
	for try := 1; try < mostTries; try++ {
		out := r.only(Submit)
		r.want(out.Job, job.Queued, "")
		base := backoff(try, longestTry)
		if wait := out.NextAt.Sub(r.clock.now()); out.Job.Fails != try || wait < base*85/100 || wait > base*115/100 {
			t.Errorf("try %d: fails %d, wait %v", try, out.Job.Fails, wait)
		}
		if !out.Job.PostedAt.IsZero() {
			t.Error("it counts as posted")
		}
		r.due()
	}
	out := r.only(Submit)
	r.want(out.Job, job.Failed, job.ReasonProvider)
	if out.Job.ErrorText != "says not sent" || r.svc.posts() != mostTries || r.job(j.ID).Attempt != mostTries {
		t.Errorf("%q after %d tries", out.Job.ErrorText, r.svc.posts())
	}
}

// At every start the program knows nothing of the network.
func TestStartingAgainAndAgainOfflineFailsNobody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{}, fault(client.KindNotSent)
	}
	j := r.add(r.order())[0]
	for range 3 {
		for range offlineAfter {
			if tasks := r.next().Tasks; len(tasks) > 0 {
				r.run(tasks[0])
			}
			r.clock.advance(time.Minute)
		}
		r.kill()
		r.start()
	}
	r.want(r.job(j.ID), job.Queued, "")
}

func TestOfflineNobodyFailsAndOneProbesForAll(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	offline := true
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		if offline {
			return client.Prediction{}, fault(client.KindNotSent)
		}
		return client.Prediction{ID: fmt.Sprintf("r%d", r.svc.posts())}, nil
	}
	o := r.order()
	o.Count = 4
	jobs := r.add(o)
	for _, task := range r.next().Tasks {
		r.run(task)
	}
	sv := store.Service{Provider: "wavespeed"}
	if since := r.next().Offline[sv]; !since.Equal(noon) {
		t.Fatalf("offline since %v", since)
	}
	probes := 0
	for end := noon.Add(4 * time.Minute); r.clock.now().Before(end); {
		p := r.next()
		if len(p.Tasks) > 1 {
			t.Fatalf("%d probes at once", len(p.Tasks))
		}
		for _, task := range p.Tasks {
			probes++
			r.want(r.run(task).Job, job.Queued, "")
		}
		if len(p.Tasks) == 0 {
			r.clock.set(p.Wake)
		}
	}
	if probes < 8 || probes > 18 {
		t.Errorf("%d probes in four minutes", probes)
	}
	offline = false
	for range 20 {
		for _, task := range r.next().Tasks {
			r.run(task)
		}
		r.clock.advance(3 * time.Second)
	}
	for _, j := range jobs {
		if j = r.job(j.ID); j.RemoteID == "" || j.State == job.Failed {
			t.Errorf("back online a job is %s", j.State)
		}
	}
	if p := r.next(); len(p.Offline) > 0 {
		t.Errorf("still offline: %v", p.Offline)
	}
}

func TestMediaAreHandedOverOnceAndUsedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.file("a.png", "a"), r.file("b.png", "b")
	o := r.order()
	o.Values[catalogue.RoleReferenceImages] = catalogue.Media(a, "https://elsewhere.test/c.png", b, a)
	j := r.add(o)[0]
	var seen []Progress
	other := r.second()
	r.svc.handOver = func(f client.File) (string, error) {
		if on := other.job(j.ID); on.State != job.Uploading || on.Owner != r.inst.ID() {
			t.Errorf("during the upload the disk says %s of %q", on.State, on.Owner)
		}
		return "https://up.test/" + f.Name, nil
	}
	if _, err := r.q.Run(t.Context(), r.next().Tasks[0], func(p Progress) { seen = append(seen, p) }); err != nil {
		t.Fatal(err)
	}
	sent := r.svc.requests[0].Values.Media(catalogue.RoleReferenceImages)
	if want := []string{"https://up.test/a.png", "https://elsewhere.test/c.png", "https://up.test/b.png", "https://up.test/a.png"}; !reflect.DeepEqual(sent, want) {
		t.Errorf("sent %v", sent)
	}
	j = r.job(j.ID)
	if kept := j.Values.Media(catalogue.RoleReferenceImages); kept[0] != a {
		t.Errorf("the job's own values became %v", kept)
	}
	if j.Handed[a] != "https://up.test/a.png" || len(j.Handed) != 2 {
		t.Errorf("handed is %v", j.Handed)
	}
	if len(seen) != 2 || seen[0] != (Progress{JobID: j.ID, Phase: PhaseUpload, Done: 1, Total: 1}) {
		t.Errorf("progress was %+v", seen)
	}
	r.svc.handOver = nil
	uploads := func(want int, what string) {
		t.Helper()
		id := r.add(o)[0].ID
		for _, task := range r.next().Tasks {
			if task.JobID == id {
				r.run(task)
			}
		}
		r.want(r.job(id), job.Submitted, "")
		if got := len(r.svc.handed); got != want {
			t.Errorf("%s: %d uploads, want %d", what, got, want)
		}
	}
	uploads(2, "the same files")
	copied := r.order()
	copied.Values[catalogue.RoleReferenceImages] = catalogue.Media(r.file("copy of a.png", "a"))
	o, copied = copied, o
	uploads(2, "a copy of a file")
	o = copied
	// Same size and same time: only the content differs.
	st, err := os.Stat(b)
	if err != nil {
		t.Fatal(err)
	}
	r.file("b.png", "c")
	if err := os.Chtimes(b, st.ModTime(), st.ModTime()); err != nil {
		t.Fatal(err)
	}
	uploads(3, "a file that changed")
	r.clock.advance(linkLife("wavespeed") + time.Hour)
	uploads(5, "links that ran out")
	o.Practice = true
	uploads(7, "in practice")
	uploads(9, "in practice again")
}

func TestADataURIIsSentAndNotKept(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.svc.handOver = func(client.File) (string, error) { return "data:image/png;base64,AAAA", nil }
	o := r.order()
	o.Values[catalogue.RoleReferenceImages] = catalogue.Media(r.file("a.png", "a"))
	r.add(o)
	out := r.only(Submit)
	if got := r.svc.requests[0].Values.Media(catalogue.RoleReferenceImages)[0]; !strings.HasPrefix(got, "data:") {
		t.Errorf("sent %q", got)
	}
	if len(out.Job.Handed) != 0 {
		t.Errorf("kept %v", out.Job.Handed)
	}
}

func TestEveryAnswerToAnUpload(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		state  job.State
		reason job.Reason
		fails  int
	}{
		{fault(client.KindNotSent), job.Queued, "", 1},
		{fault(client.KindUnavailable), job.Queued, "", 1},
		{fault(client.KindUncertain), job.Queued, "", 1},
		{fault(client.KindRateLimited), job.Queued, "", 0},
		{fault(client.KindInvalid), job.Failed, job.ReasonInvalid, 0},
		{fault(client.KindUnauthorized), job.Failed, job.ReasonUnauthorized, 0},
		{errors.New("missing"), job.Failed, job.ReasonFile, 0}, // see below
	} {
		t.Run(c.err.Error(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.svc.handOver = func(client.File) (string, error) { return "", c.err }
			path := r.file("a.png", "a")
			o := r.order()
			o.Values[catalogue.RoleReferenceImages] = catalogue.Media(path)
			r.add(o)
			if c.reason == job.ReasonFile {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			out := r.only(Submit)
			r.want(out.Job, c.state, c.reason)
			if out.Job.Fails != c.fails || out.Err == nil || r.svc.posts() != 0 || out.Job.MaybeBilled() {
				t.Errorf("fails %d, trouble %v, %d POSTs", out.Job.Fails, out.Err, r.svc.posts())
			}
		})
	}
}

func TestWithoutAKeyAJobWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.add(r.order())[0]
	r.provider = func() (client.Provider, error) { return nil, errors.New("no key") }
	out := r.only(Submit)
	r.want(out.Job, job.Queued, "")
	if out.Job.Waiting != job.WaitKey || out.Job.Fails != 0 || out.Err == nil {
		t.Errorf("it waits for %q, fails %d", out.Job.Waiting, out.Job.Fails)
	}
	r.provider = nil
	r.clock.advance(keyWait)
	r.only(Submit)
	r.want(r.job(j.ID), job.Submitted, "")
}
