package store

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
)

// found returns the seeds of the jobs that a search finds.
func found(t *testing.T, s *Store, search string) []int {
	t.Helper()
	rows, _, err := s.Page(t.Context(), Query{Search: search})
	if err != nil {
		t.Errorf("%q: %v", search, err)
	}
	got := []int{}
	for _, j := range rows {
		got = append(got, int(j.Seed))
	}
	return got
}

// finds checks that each search finds the jobs with its seeds, in this order.
func finds(t *testing.T, s *Store, wants map[string][]int) {
	t.Helper()
	for search, want := range wants {
		if got := found(t, s, search); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", search, got, want)
		}
	}
}

func TestParseSearch(t *testing.T) {
	t.Parallel()
	yes, no, seed := true, false, int64(42)
	for text, want := range map[string]Search{
		"":                                  {},
		"  \t ":                             {},
		"red fox":                           {Words: []string{"red", "fox"}},
		`fox" OR "`:                         {Words: []string{"fox", "OR"}},
		"snow* NEAR(a,b)":                   {Words: []string{"snow", "NEAR", "a", "b"}},
		"model:lite service:aimlapi":        {Models: []string{"lite"}, Services: []string{"aimlapi"}},
		"MODEL:Lite provider:x model:pro":   {Models: []string{"Lite", "pro"}, Services: []string{"x"}},
		"state:Failed reason:moderation":    {States: []string{"failed"}, Reasons: []string{"moderation"}},
		"state:flying":                      {Words: []string{"state", "flying"}, Unread: []string{"state:flying"}},
		"state:Moderation":                  {Failures: []string{"moderation"}},
		"state:saved state:refused":         {States: []string{"saved"}, Failures: []string{"invalid"}},
		"state:waiting state:queued":        {States: []string{"queued"}},
		"state:timed out fox":               {Failures: []string{"timed_out"}, Words: []string{"fox"}},
		`state:"no funds"`:                  {Failures: []string{"funds"}},
		"state:key-refused state:timed_out": {Failures: []string{"unauthorized", "timed_out"}},
		"state:no lake":                     {Words: []string{"state", "no", "lake"}, Unread: []string{"state:no"}},
		"reason:key refused":                {Reasons: []string{"unauthorized"}},
		"reason:saved":                      {Words: []string{"reason", "saved"}, Unread: []string{"reason:saved"}},
		"unknown:thing":                     {Words: []string{"unknown", "thing"}, Unknown: []string{"unknown:thing"}},
		"model:":                            {Words: []string{"model"}},
		"seed:42 id:ABC":                    {Seed: &seed, IDs: []string{"abc"}},
		"seed:x":                            {Words: []string{"seed", "x"}, Unread: []string{"seed:x"}},
		"practice:yes":                      {Practice: &yes},
		"practice:off":                      {Practice: &no},
		"practice:maybe":                    {Words: []string{"practice", "maybe"}, Unread: []string{"practice:maybe"}},
		`"two words" model:"a b"`:           {Words: []string{"two", "words"}, Models: []string{"a b"}},
		"café naïve 雪":                      {Words: []string{"café", "naïve"}, Parts: []string{"雪"}},
		"16:9":                              {Words: []string{"16", "9"}},
	} {
		if got := ParseSearch(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q gives %+v, want %+v", text, got, want)
		}
	}
	if got := ParseSearch(strings.Repeat("w ", 1000)); len(got.Words) != mostWords {
		t.Errorf("%d words of pasted text", len(got.Words))
	}
}

func FuzzParseSearch(f *testing.F) {
	for _, s := range []string{
		"", "fox", `"`, `a"b`, "model:lite", "state:failed x", "NEAR(a b)", "a* OR b NOT c", "prompt : x", "{a b} : c", "^a", "\x00", "\xff\xfe", "雪", "a\u0301", "-", "ꓘ:x",
	} {
		f.Add(s)
	}
	s, _ := open(f)
	insert(f, s, aJob(1))
	f.Fuzz(func(t *testing.T, text string) {
		p := ParseSearch(text)
		if len(p.Words) > mostWords {
			t.Errorf("%d words", len(p.Words))
		}
		// Any input is a query that runs.
		if _, _, err := s.Page(t.Context(), Query{Search: text}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if _, _, err := s.Count(t.Context(), Query{Search: text}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

func TestSearchFindsWhatWasMeant(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	put := func(n int, prompt, provider, model string, st job.State) {
		j := aJob(n)
		j.Prompt, j.Provider, j.Model, j.State = prompt, provider, model, st
		j.Values[catalogue.RolePrompt] = catalogue.Text(prompt)
		insert(t, s, j)
	}
	put(1, "A red fox in the snow", "wavespeed", "vendor/seed-lite", job.Saved)
	put(2, "a café at night, foxes outside", "aimlapi", "vendor/seed-lite", job.Failed)
	put(3, "100% OR nothing", "wavespeed", "vendor/seed_pro", job.Saved)
	put(4, "über den Wolken 雪の夜明け、テスト", "wavespeed", "vendor/seedxpro", job.Queued)
	for search, want := range map[string][]int{
		"":                         {4, 3, 2, 1},
		"fox":                      {2, 1},
		"FOX snow":                 {1},
		"sno":                      {1},
		"now":                      {},
		"cafe":                     {2},
		"uber wol":                 {4},
		"or":                       {3},
		"100%":                     {3},
		"雪":                        {4},
		"夜明":                       {4}, // in the middle of what has no spaces
		"テスト uber":                 {4},
		"夜 fox":                    {},
		"model:lite":               {2, 1},
		"model:seed_pro":           {3},
		"model:LITE service:aiml":  {2},
		"model:lite model:pro":     {4, 3, 2, 1},
		"state:saved fox":          {1},
		"state:saved state:queued": {4, 3, 1},
		"seed:3":                   {3},
		"id:" + aJob(2).ID:         {2},
		"practice:yes":             {},
		"practice:no fox":          {2, 1},
		"prompt:fox":               {},
		`"`:                        {4, 3, 2, 1},
		"fox NOT snow":             {},
		"%":                        {4, 3, 2, 1},
	} {
		got := found(t, s, search)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q finds %v, want %v", search, got, want)
		}
		if n, more, err := s.Count(t.Context(), Query{Search: search, Cursor: 2}); err != nil || more || n != len(want) {
			t.Errorf("%q counts %d, %v (%v)", search, n, more, err)
		}
	}
}

func TestAWordThatStandsForModelsFindsThoseToo(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	put := func(n int, prompt, model string) {
		j := aJob(n)
		j.Prompt, j.Provider, j.Model = prompt, "wavespeed", model
		j.Values[catalogue.RolePrompt] = catalogue.Text(prompt)
		insert(t, s, j)
	}
	put(1, "a red fox", "vendor/one-text")
	put(2, "a red fox", "vendor/two-image")
	put(3, "an image of a fox", "vendor/one-text")
	kinds := map[string][]catalogue.Ref{
		"image": {{Provider: "wavespeed", ID: "vendor/two-image"}},
		"2.0":   {{Provider: "wavespeed", ID: "vendor/two-image"}, {Provider: "wavespeed", ID: "vendor/none"}},
		"other": {{Provider: "aimlapi", ID: "vendor/one-text"}},
	}
	for search, want := range map[string]int{
		"image": 2, "IMAGE fox": 2, "image red": 1, "2.0": 1, "2.0 image": 1, "other": 0, "fox": 3, `image "`: 2, "image -state:failed": 0,
	} {
		q := Query{Search: search, Kinds: kinds}
		rows, _, err := s.Page(t.Context(), q)
		if err != nil || len(rows) != want {
			t.Errorf("%q finds %d (%v), want %d", search, len(rows), err, want)
		}
		if n, _, err := s.Count(t.Context(), q); err != nil || n != want {
			t.Errorf("%q counts %d (%v), want %d", search, n, err, want)
		}
	}
}

func TestTheIndexOfWordsFollowsTheTable(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for n := range 50 {
		insert(t, s, aJob(n))
		if n%3 == 0 {
			advance(t, s, aJob(n).ID, job.Failed)
			if err := s.Delete(t.Context(), aJob(n).ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, q := range []string{
		`DELETE FROM jobs WHERE seq = 2`,
		`INSERT INTO jobs_fts (jobs_fts, rank) VALUES ('integrity-check', 1)`,
	} {
		if _, err := s.w.ExecContext(t.Context(), q); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestPagesStayWhereTheyAreWhileJobsCome(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	const total = 57
	for n := range total {
		insert(t, s, aJob(n))
	}
	for _, search := range []string{"", "fox", "state:queued", "fox model:lite"} {
		var seen []int64
		var at Cursor
		for page := 0; ; page++ {
			rows, next, err := s.Page(t.Context(), Query{Search: search, Cursor: at, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range rows {
				if j.Seq <= total {
					seen = append(seen, j.Seq)
				}
			}
			// New ones in between shift nothing.
			extra := aJob(1000 + page + 100*len(search))
			insert(t, s, extra)
			if next == 0 {
				break
			}
			if len(rows) != 10 {
				t.Errorf("%q: a page of %d in the middle", search, len(rows))
			}
			at = next
		}
		if len(seen) != total {
			t.Fatalf("%q: saw %d of %d", search, len(seen), total)
		}
		for i, seq := range seen {
			if seq != int64(total-i) {
				t.Fatalf("%q: place %d has %d", search, i, seq)
			}
		}
	}
}

func TestOpenAndRecent(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for n, st := range []job.State{
		job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed, job.Saved, job.Failed, job.Uncertain,
	} {
		j := aJob(n)
		j.State = st
		if st == job.Saved || st == job.Failed {
			j.EndedAt = noon.Add(time.Duration(n) * time.Minute)
		}
		insert(t, s, j)
	}
	open, err := s.OpenJobs(t.Context())
	if err != nil || len(open) != 7 {
		t.Fatalf("%d open jobs (%v)", len(open), err)
	}
	for i, j := range open {
		if !j.State.Open() && !j.State.NeedsUser() {
			t.Errorf("%s counts as open", j.State)
		}
		if i > 0 && j.Seq < open[i-1].Seq {
			t.Error("open jobs are out of order")
		}
	}
	for since, want := range map[time.Duration]int{6 * time.Minute: 2, 7 * time.Minute: 1, 8 * time.Minute: 0} {
		recent, err := s.Recent(t.Context(), noon.Add(since))
		if err != nil || len(recent) != want || (want == 2 && recent[0].State != job.Failed) {
			t.Errorf("since %v: %d (%v)", since, len(recent), err)
		}
	}
}

func TestWordsAreFoundInNotesLabelsAndNames(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for n := range 4 {
		j := aJob(n + 1)
		j.Shot = "shot" + string(rune('a'+n/2))
		insert(t, s, j)
	}
	check := func(when string, want map[string]int) {
		t.Helper()
		for search, n := range want {
			if got := found(t, s, search); len(got) != n {
				t.Errorf("%s: %q finds %v, want %d", when, search, got, n)
			}
		}
		if _, err := s.w.ExecContext(t.Context(), `INSERT INTO jobs_fts (jobs_fts, rank) VALUES ('integrity-check', 1)`); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	r, err := s.OpenReel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	do := func(edits ...reel.Edit) {
		t.Helper()
		for _, edit := range edits {
			if _, _, err := s.ChangeReel(t.Context(), r.ID, edit); err != nil {
				t.Fatal(err)
			}
		}
	}
	check("at first", map[string]int{"fox": 4, "eyes": 0, "dawn": 0, "stairs": 0})
	mark := func(n int, q string, args ...any) {
		if _, err := s.w.ExecContext(t.Context(), `UPDATE jobs SET `+q+` WHERE id = ?`, append(args, aJob(n).ID)...); err != nil {
			t.Fatal(err)
		}
	}
	mark(1, "note = ?", "The Eyes are good")
	mark(2, "labels = ?", " dawn reel-3 ")
	do(reel.RenameShot("shotb", "Up the Stairs"))
	check("marked", map[string]int{"fox": 4, "eyes": 1, "dawn": 1, "stairs": 2, "fox eyes": 1, "fox stairs": 2, "eyes dawn": 0, "reel 3": 1})
	do(reel.RenameShot("shotb", "Down"))
	mark(1, "note = ''")
	mark(3, "shot = ?", "shota")
	check("changed", map[string]int{"fox": 4, "eyes": 0, "stairs": 0, "down": 1})
	if _, err := s.Undo(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	check("undone", map[string]int{"stairs": 1, "down": 0})
	advance(t, s, aJob(4).ID, job.Failed)
	if err := s.Delete(t.Context(), aJob(4).ID); err != nil {
		t.Fatal(err)
	}
	check("deleted", map[string]int{"fox": 3, "stairs": 0})
}
