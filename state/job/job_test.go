package job_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// fill sets every field of a struct.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch f.Interface().(type) {
		case time.Time:
			f.Set(reflect.ValueOf(noon.Add(time.Duration(i) * time.Second)))
			continue
		case catalogue.Values:
			f.Set(reflect.ValueOf(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a fox"), catalogue.RoleSeed: catalogue.Int(7), "mask": catalogue.Media("/a.png")}))
			continue
		}
		if name == "Lookup" {
			continue // only an uncertain job has one
		}
		if f.Kind() == reflect.Pointer {
			f.Set(reflect.New(f.Type().Elem()))
			f = f.Elem()
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString(name)
		case reflect.Int, reflect.Int64:
			f.SetInt(int64(i + 1))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			f.Set(reflect.Append(f, reflect.ValueOf(name).Convert(f.Type().Elem())))
		default:
			t.Fatalf("%s is a %s, which this test cannot fill", name, f.Type())
		}
	}
}

// whole returns a record with every field set.
func whole(t *testing.T) job.Record {
	t.Helper()
	var r job.Record
	fill(t, reflect.ValueOf(&r).Elem())
	r.State = job.Saved // only a saved job has a clip to report
	// Only open jobs can be in trouble, and other files need more than a name.
	r.Fails, r.Since, r.NextAt, r.MorePaths = 0, time.Time{}, time.Time{}, nil
	return r
}

func TestARecordComesBack(t *testing.T) {
	t.Parallel()
	want := whole(t)
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var read job.Record
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	if got := read.Job().Record(); !reflect.DeepEqual(got, want) {
		t.Errorf("came back as\n%+v\nwant\n%+v", got, want)
	}
}

func TestARecordNamesTroubleAndAllFiles(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	j := job.New("a", since, job.Wanted{})
	j.State, j.Fails, j.Since, j.NextAt = job.Running, 3, since, since.Add(time.Minute)
	if r := j.Record(); r.Fails != 3 || !r.Since.Equal(since) || !r.NextAt.Equal(since.Add(time.Minute)) {
		t.Errorf("in trouble: %+v", r)
	}
	j.State = job.Saved
	j.Output = job.Output{Path: "/a.mp4", Bytes: 9}
	j.More = []job.Output{{Path: "/b.mp4", Bytes: 9}, {Path: "/claimed.mp4"}}
	if r := j.Record(); r.Fails != 0 || !slices.Equal(r.MorePaths, []string{"/b.mp4"}) {
		t.Errorf("saved: %+v", r)
	}
}

func TestAnotherLikeIt(t *testing.T) {
	t.Parallel()
	r := whole(t)
	old := r.Job()
	j := job.New("another23456", noon.Add(time.Hour), old.Wanted())
	if j.State != job.Queued || j.Batch != "" || j.Charge != nil || j.RemoteID != "" || j.Output != (job.Output{}) || j.Reason != "" {
		t.Errorf("what happened to one is told of the other: %+v", j)
	}
	if j.Prompt != "a fox" || j.Seed != 7 || !j.HasSeed || j.Seconds != old.Seconds || *j.Estimate != *old.Estimate || !j.Practice {
		t.Errorf("the other is %+v", j)
	}
	j.Values["mask"] = catalogue.Media("/b.png")
	if got := old.Values.Media("mask"); got[0] != "/a.png" {
		t.Error("both share their values")
	}
}

// A key is shown as it was given, and practice keeps it apart.
func TestAKeyIsShownAsItWasGiven(t *testing.T) {
	t.Parallel()
	for _, practice := range []bool{true, false} {
		for _, given := range []string{"", "lake", "practice lake"} {
			kept := job.KeptKey(given, practice)
			if kept == given && practice && given == "lake" || job.KeptKey(kept, practice) != kept {
				t.Errorf("practice %t: %q is kept as %q", practice, given, kept)
			}
			j := job.New("a", time.Unix(1, 0), job.Wanted{Practice: practice, Taken: job.Taken{Key: kept}})
			r := j.Record()
			if want := strings.TrimPrefix(given, "practice "); r.Key != want {
				t.Errorf("practice %t: %q is shown as %q", practice, given, r.Key)
			}
			if back := r.Job(); practice && back.Key != kept {
				t.Errorf("%q comes back as %q", kept, back.Key)
			}
		}
	}
}
