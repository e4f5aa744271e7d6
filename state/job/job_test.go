package job_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// whole is a job with something in everything that a record holds.
func whole() *job.Job {
	price, paid := usd.Micro(180_000), usd.Micro(90_000)
	j := job.New("savedjob2345", noon, job.Wanted{
		Provider: "wavespeed", Model: "v/lite", Practice: true, Batch: "b", Seconds: 5, Estimate: &price, EstimateBasis: "list",
		Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("a fox"), catalogue.RoleSeed: catalogue.Int(7), "mask": catalogue.Media("/a.png")},
	})
	j.State, j.Reason, j.Charge, j.RemoteID, j.Word = job.Saved, job.ReasonProvider, &paid, "r1", "completed"
	j.Waiting, j.ErrorText, j.ErrorCode = job.WaitDisk, "no", "c7"
	j.SubmittedAt, j.EndedAt, j.SavedAt = noon.Add(1), noon.Add(2), noon.Add(3)
	j.Output = job.Output{URL: "https://x/y", Expires: noon.Add(4), Path: "/c.mp4", Bytes: 3, SHA256: "ff"}
	return j
}

func TestARecordComesBackAsTheJob(t *testing.T) {
	t.Parallel()
	want := whole()
	r := want.Record()
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("the record has no %s", v.Type().Field(i).Name)
		}
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back job.Record
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Job(); !reflect.DeepEqual(got, want) {
		t.Errorf("came back as\n%+v\nwant\n%+v", got, want)
	}
}

func TestAnotherLikeIt(t *testing.T) {
	t.Parallel()
	old := whole()
	j := job.New("another23456", noon.Add(time.Hour), old.Wanted())
	if j.State != job.Queued || j.Batch != "" || j.Charge != nil || j.RemoteID != "" || j.Output != (job.Output{}) || j.Reason != "" {
		t.Errorf("what happened to one is told of the other: %+v", j)
	}
	if j.Prompt != old.Prompt || j.Seed != 7 || !j.HasSeed || j.Seconds != 5 || *j.Estimate != *old.Estimate || !j.Practice {
		t.Errorf("the other is %+v", j)
	}
	j.Values["mask"] = catalogue.Media("/b.png")
	if got := old.Values.Media("mask"); got[0] != "/a.png" {
		t.Error("both share their values")
	}
}
