package store

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

func TestAJobComesBackAsItWas(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	j := aJob(1)
	zero, charge := usd.Micro(0), usd.Micro(90_000)
	j.Practice, j.Batch, j.Handed = true, "batch", map[string]string{"/a.png": "https://x/y"}
	j.Values[catalogue.RoleReferenceImages] = catalogue.Media("/a.png", "https://b")
	j.Values[catalogue.RoleCameraFixed] = catalogue.Bool(false)
	j.Estimate, j.Charge = &zero, &charge
	j.State, j.Reason, j.ErrorCode, j.ErrorText = job.Failed, job.ReasonModeration, "1200", "no\x1b[31m"
	j.Owner, j.Attempt, j.RemoteID, j.Word, j.Fails, j.Waiting = "me", 3, "r1", "odd", 4, "slots"
	j.Taken = job.Taken{Shot: "shot", Parent: "job000000009", Origin: job.OriginWords, Key: "k"}
	j.Marks = job.Marks{Rating: 4, Pick: true, Rejected: true, Note: "the eyes"}
	j.DeadLinks, j.NotFound, j.NoOutput = 5, 6, 7
	for i, at := range []*time.Time{&j.PostedAt, &j.SubmittedAt, &j.EndedAt, &j.SavedAt, &j.NextAt, &j.Output.Expires} {
		*at = noon.Add(time.Duration(i) * time.Millisecond)
	}
	j.Output.URL, j.Output.Path, j.Output.ETag, j.Output.Bytes, j.Output.SHA256 = "https://c", "/clips/c.mp4", `"e"`, 12, "ab"
	stored := insert(t, s, j)[0]
	if stored.Seq == 0 {
		t.Error("no sequence number was given")
	}
	// The bill of practice is asked for once more, soon after the end.
	j.Seq, j.BillAt = stored.Seq, j.EndedAt.Add(30*time.Second)
	back, err := s.Job(t.Context(), j.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, j) {
		t.Errorf("came back as\n%+v\nwant\n%+v", back, j)
	}
	if _, err := s.Job(t.Context(), "nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a missing job gives %v", err)
	}
}

func TestAdvanceKeepsTheRules(t *testing.T) {
	t.Parallel()
	s, c := open(t)
	insert(t, s, aJob(1))
	id := aJob(1).ID
	c.advance(time.Minute)
	j, err := s.Advance(t.Context(), id, []job.State{job.Queued}, func(j *job.Job) {
		j.State, j.Owner, j.Attempt, j.PostedAt = job.Submitting, "me", 1, c.now()
		j.Prompt = "something else" // what was confirmed stays
	})
	if err != nil {
		t.Fatal(err)
	}
	if j.State != job.Submitting || j.Prompt != aJob(1).Prompt || !j.PostedAt.Equal(c.now()) {
		t.Errorf("advanced to %+v", j)
	}
	_, err = s.Advance(t.Context(), id, []job.State{job.Queued}, func(*job.Job) { t.Error("a stale change was run") })
	if stale, ok := errors.AsType[*ErrStale](err); !ok || stale.Have != job.Submitting {
		t.Errorf("a stale change gives %v", err)
	}
	_, err = s.Advance(t.Context(), id, []job.State{job.Submitting}, func(j *job.Job) { j.State = job.Saved })
	if tr, ok := errors.AsType[*ErrTransition](err); !ok || tr.To != job.Saved {
		t.Errorf("a jump gives %v", err)
	}
	if back, _ := s.Job(t.Context(), id); back.State != job.Submitting {
		t.Errorf("a refused jump left %s", back.State)
	}
	events, err := s.Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 2 || events[1].Kind != "state" || !events[1].At.Equal(c.now()) ||
		!strings.Contains(events[1].Detail, `"to":"submitting"`) || !strings.Contains(events[1].Detail, `"attempt":1`) {
		t.Errorf("events are %+v", events)
	}
}

func TestAPollWithoutNewsLeavesNoEvent(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	id := insert(t, s, aJob(1))[0].ID
	advance(t, s, id, job.Submitting, job.Submitted)
	before, err := s.Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, err := s.Advance(t.Context(), id, []job.State{job.Submitted}, func(j *job.Job) { j.NextAt = noon; j.Fails++ })
		if err != nil {
			t.Fatal(err)
		}
	}
	after, err := s.Events(t.Context(), id)
	if err != nil || len(after) != len(before) {
		t.Errorf("%d events became %d (%v)", len(before), len(after), err)
	}
}

func TestEveryTransitionIsEitherAllowedOrRefused(t *testing.T) {
	t.Parallel()
	all := []job.State{job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed, job.Saved, job.Failed, job.Uncertain}
	allowed := map[string]bool{}
	for _, p := range []string{
		"queued uploading", "queued submitting", "queued failed", "uploading queued", "uploading submitting", "uploading failed",
		"submitting queued", "submitting submitted", "submitting uncertain", "submitting failed", "submitted running",
		"submitted completed", "submitted failed", "running completed", "running failed", "completed saved", "completed failed",
		"uncertain submitted", "uncertain failed", "failed submitted",
	} {
		allowed[p] = true
	}
	for _, from := range all {
		for _, to := range all {
			want := from == to || allowed[string(from)+" "+string(to)]
			if got := Allowed(from, to); got != want {
				t.Errorf("%s to %s: %v, want %v", from, to, got, want)
			}
		}
	}
}

func TestDeleteKeepsTheMoney(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, aJob(1), aJob(2))
	id := aJob(1).ID
	if _, ok := errors.AsType[*ErrStale](s.Delete(t.Context(), id)); !ok {
		t.Fatal("an open job was deleted")
	}
	advance(t, s, id, job.Submitting, job.Submitted, job.Completed, job.Saved)
	if err := s.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Job(t.Context(), id); !errors.Is(err, ErrNotFound) {
		t.Errorf("the deleted job is still there: %v", err)
	}
	rows, _, err := s.Page(t.Context(), Query{})
	if err != nil || len(rows) != 1 {
		t.Errorf("the history has %d rows (%v)", len(rows), err)
	}
	if n, _, err := s.Count(t.Context(), Query{Search: "number 1"}); err != nil || n != 0 {
		t.Errorf("its words are still found: %d (%v)", n, err)
	}
	if got := scan[string](t, s, `SELECT prompt || values_json FROM jobs WHERE id = ?`, id); got != "{}" {
		t.Errorf("its text is still in the file: %q", got)
	}
	spent, err := s.Spend(t.Context(), noon.Add(-time.Hour), ByService, time.UTC)
	if err != nil || len(spent) != 1 || spent[0].Spent != 180_000 {
		t.Errorf("the money is %+v (%v)", spent, err)
	}
	limit := usd.Micro(400_000)
	_, err = s.Insert(t.Context(), []*job.Job{aJob(3)}, guard.New(guard.Terms{Limit: limited(limit), Since: noon}))
	if b, ok := errors.AsType[*ErrBudget](err); !ok || b.Spent != 360_000 || b.Want != 180_000 {
		t.Errorf("the limit says %v", err)
	}
}
