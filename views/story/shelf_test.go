package story_test

import (
	"fmt"
	"testing"
	"time"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/views/story"
)

// hostile is a service's answer that must not reach the terminal as it is.
const hostile = "refused \x1b[31mby the filter\x07"

// shelf puts one job of each kind into the store, with fixed names and times.
// The clips of the saved ones are there.
func shelf(t *testing.T, w *story.World) {
	t.Helper()
	insert(t, w, func(add func(*job.Job)) {
		for i, s := range []job.State{job.Saved, job.Saved, job.Failed, job.Uncertain, job.Running} {
			j := shelved(w, i, s)
			if s == job.Saved {
				j.Output = clip(t, w, fmt.Sprintf("clips/boat%d.mp4", i))
			}
			add(j)
		}
	})
}

// shelved returns a job in a state.
func shelved(w *story.World, i int, s job.State) *job.Job {
	at := w.Now().Add(time.Duration(i-6) * time.Minute)
	price := usd.Micro(80_000)
	j := &job.Job{
		ID: fmt.Sprintf("shelf%07d", i), CreatedAt: at, Provider: "wavespeed", Model: "bytedance/" + modelText, Practice: true,
		Prompt: fmt.Sprintf("紙の船が水たまりを渡る, take %d", i), Seconds: 5, Estimate: &price, SubmittedAt: at, State: s, HasSeed: true, Seed: 7,
		Values:   catalogue.Values{catalogue.RoleSeed: catalogue.Int(7), catalogue.RoleAspectRatio: catalogue.Text("16:9"), catalogue.RoleDuration: catalogue.Int(5)},
		RemoteID: fmt.Sprintf("remote-%d", i),
	}
	j.Values[catalogue.RolePrompt] = catalogue.Text(j.Prompt)
	switch s {
	case job.Saved:
		j.EndedAt, j.SavedAt = at, at
	case job.Failed:
		j.EndedAt, j.Reason, j.ErrorText = at, job.ReasonModeration, hostile
	case job.Uncertain:
		j.RemoteID, j.ErrorText = "", "the line was cut"
	case job.Running, job.Submitted:
		j.NextAt = w.Now().Add(24 * time.Hour)
	case job.Queued, job.Uploading, job.Submitting, job.Completed:
	}
	return j
}

// inLine orders a job like j, which waits until tomorrow.
func inLine(t *testing.T, w *story.World, j *job.Job) {
	t.Helper()
	e, done := w.Below(t)
	defer done()
	p, err := e.Desk.Prepare(t.Context(), order.Clip(e.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model}), j.Values, 1, nil, j.Practice))
	if err != nil {
		t.Fatal(err)
	}
	var a order.Answers
	made, err := e.Desk.Confirm(t.Context(), p, a.Agree(p.Open(a)...))
	if err != nil {
		t.Fatal(err)
	}
	tomorrow := w.Now().Add(24 * time.Hour)
	if _, err := e.Store.Advance(t.Context(), made[0].ID, []job.State{job.Queued}, func(j *job.Job) { j.NextAt = tomorrow }); err != nil {
		t.Fatal(err)
	}
}

// clip puts a clip on disk, with a link that is valid for some days.
func clip(t *testing.T, w *story.World, name string) job.Output {
	t.Helper()
	b, ok := assets.Clip("864x480")
	if !ok {
		t.Fatal("there is no such clip")
	}
	return job.Output{
		Path: w.File(name, b), Bytes: int64(len(b)),
		URL: "https://files.example/made/boat.mp4?sig=secret", Expires: w.Now().Add(7 * 24 * time.Hour),
	}
}

// insert opens the store, lets fill add jobs, and closes it again.
func insert(t testing.TB, w *story.World, fill func(add func(*job.Job))) {
	t.Helper()
	e, done := w.Below(t)
	defer done()
	var jobs []*job.Job
	fill(func(j *job.Job) { jobs = append(jobs, j) })
	if _, err := e.Store.Record(t.Context(), jobs, ""); err != nil {
		t.Fatal(err)
	}
}
