package store

import (
	"reflect"
	"testing"
	"time"

	"seedreel/state/job"
)

// What Advance returns is what a reading of the row returns, whatever an edit
// did: nothing is read back.
func TestAChangedJobIsAsStored(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, aJob(1))
	id := aJob(1).ID
	first, err := s.Job(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	half := 1500*time.Microsecond + 7
	for name, edit := range map[string]func(*job.Job){
		"nothing": func(*job.Job) {},
		"what was confirmed": func(j *job.Job) {
			for _, c := range columnsOf(j) {
				if v := reflect.ValueOf(c.cell).Elem(); c.mark&confirmed != 0 && v.Kind() != reflect.Struct {
					v.SetZero()
				}
			}
			j.CreatedAt, j.Values, j.Seed, j.HasSeed, j.Estimate = noon, nil, 0, false, nil
		},
		"a time finer than the column": func(j *job.Job) { j.NextAt = noon.Add(half).In(time.FixedZone("x", 3600)) },
		"an empty list and map":        func(j *job.Job) { j.More, j.Handed = []job.Output{}, nil },
		"a list":                       func(j *job.Job) { j.More = []job.Output{{URL: "https://x", Expires: noon.Add(half)}} },
		"a map":                        func(j *job.Job) { j.Handed = map[string]string{"a": "b"} },
		"a search":                     func(j *job.Job) { j.Lookup = job.Lookup{Looks: 3, At: noon.Add(half)} },
		"a length of time":             func(j *job.Job) { j.Ahead = &half },
		"labels":                       func(j *job.Job) { j.Labels = job.Labels{"dawn", "sea"} },
	} {
		got, err := s.Advance(t.Context(), id, []job.State{job.Queued}, edit)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		read, err := s.Job(t.Context(), id)
		if err != nil || !reflect.DeepEqual(got, read) {
			t.Errorf("%s:\n%+v is returned,\n%+v is stored (%v)", name, got, read, err)
		}
		if name == "what was confirmed" && (read.Prompt != first.Prompt || read.Seed != first.Seed || len(read.Values) != len(first.Values)) {
			t.Errorf("an edit changed what was confirmed: %+v", read)
		}
	}
}
