package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/reel"
)

func TestFiltersFindTakes(t *testing.T) {
	t.Parallel()
	s, c := open(t)
	c.t = noon.AddDate(0, 0, 3)
	put := func(n int, edit func(j *job.Job)) {
		j := aJob(n)
		j.Values[catalogue.RoleAspectRatio] = catalogue.Text("16:9")
		edit(j)
		insert(t, s, j)
	}
	put(1, func(j *job.Job) { j.Shot, j.Rating, j.Note = "a", 4, "The Eyes" })
	put(2, func(j *job.Job) { j.Shot, j.Rating, j.Pick, j.Labels = "a", 5, true, job.Labels{"dawn"} })
	put(3, func(j *job.Job) { j.Shot, j.Rejected, j.Origin = "b", true, job.OriginFinal })
	put(4, func(j *job.Job) {
		j.Shot, j.CreatedAt = "b", noon.AddDate(0, 0, 2)
		j.Values[catalogue.RoleAspectRatio] = catalogue.Text("9:16")
		price := usd.Micro(900_000)
		j.Charge = &price
	})
	put(287605961, func(j *job.Job) { j.Shot, j.CreatedAt = "b", noon })
	r, err := s.OpenReel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, edit := range []reel.Edit{reel.RenameShot("b", "Up the Stairs"), reel.Rename("Harbour trailer")} {
		if _, _, err := s.ChangeReel(t.Context(), r.ID, edit); err != nil {
			t.Fatal(err)
		}
	}
	const big = 287605961
	finds(t, s, map[string][]int{
		"rating:>=4":              {2, 1},
		"rating:4":                {1},
		"rating:<4":               {big, 4, 3},
		"rating:>0 rating:<5":     {1},
		"is:pick":                 {2},
		"is:rejected":             {3},
		"is:final is:rejected":    {3},
		"is:pick is:rejected":     {},
		"note:eyes":               {1},
		"label:dawn":              {2},
		"cost:>0.20":              {4},
		"cost:0.18":               {big, 3, 2, 1},
		"cost:<=$0.18 is:pick":    {2},
		"ratio:9:16":              {4},
		"shot:1":                  {2, 1},
		"shot:2 rating:0":         {big, 4, 3},
		"shot:3":                  {},
		"shot:b":                  {big, 4, 3},
		`shot:"up the stairs"`:    {big, 4, 3},
		"reel:open":               {big, 4, 3, 2, 1},
		`reel:"Harbour Trailer"`:  {big, 4, 3, 2, 1},
		"reel:other":              {},
		"after:2026-03-15":        {4},
		"after:16mar":             {4},
		"before:16mar":            {big, 3, 2, 1},
		"after:1d":                {4},
		"after:yesterday":         {4},
		"after:today":             {},
		"287605961":               {big},
		"28760":                   {big}, // the prompt has it too
		"fox 287605961":           {big},
		"99999999999999999999999": {},
		"status:queued rating:5":  {2},
	})
}

func TestASearchComesBackFromItsLine(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-z]{1,8}`)
	values := map[string]*rapid.Generator[string]{
		"model": word, "service": word, "state": rapid.SampledFrom(StateWords()), "reason": rapid.SampledFrom(ReasonWords()),
		"rating": rapid.StringMatching(`(|<|<=|>|>=|=)[0-5]`), "cost": rapid.StringMatching(`(|<|<=|>|>=)\$?[0-9]{1,3}(\.[0-9]{1,6})?`),
		"is": rapid.SampledFrom(marks()), "label": word, "note": rapid.StringMatching(`"[a-z]{1,4} [a-z]{1,4}"`), "ratio": rapid.StringMatching(`[0-9]{1,2}:[0-9]{1,2}`),
		"seed": rapid.StringMatching(`[0-9]{1,12}`), "shot": rapid.StringMatching(`[A-Z0-9]{1,5}`), "reel": rapid.StringMatching(`"[A-Z][a-z]{1,4} [a-z]{1,4}"`),
		"id": word, "saved": word, "practice": rapid.SampledFrom([]string{"yes", "no", "on", "0"}), "status": rapid.SampledFrom(StateWords()),
		"after": rapid.StringMatching(`today|yesterday|[0-9]{1,3}d|[12]?[1-9][a-z]{0}(jan|feb|dec)|20[0-9]{2}-0[1-9]-[012][1-8]`), "before": rapid.StringMatching(`today|29feb|2024-02-29`),
	}
	names := FilterNames()
	for _, n := range names {
		if values[n] == nil {
			t.Fatalf("the filter %s is not tried", n)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var line []string
		for range rapid.IntRange(0, 8).Draw(t, "parts") {
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				line = append(line, word.Draw(t, "word"))
			case 1:
				line = append(line, rapid.StringMatching(`[0-9]{1,12}`).Draw(t, "digits"))
			default:
				name := rapid.SampledFrom(names).Draw(t, "filter")
				line = append(line, name+":"+values[name].Draw(t, "value"))
			}
		}
		text := strings.Join(line, " ")
		was := ParseSearch(text)
		if p := was.Problems(); len(p) > 0 {
			t.Fatalf("%q: %q", text, p)
		}
		if is := ParseSearch(was.String()); !reflect.DeepEqual(is, was) {
			t.Fatalf("%q became %q:\n%+v\nwant\n%+v", text, was.String(), is, was)
		}
	})
}

func TestWhatIsNoFilterIsSaid(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"colour:red":     "there is no filter colour:; there are model, service, state,",
		"rating:6":       `rating: is "6"; it must be a number from 0 to 5`,
		"rating:good":    `rating: is "good"; it must be`,
		"is:best":        `is: is "best"; it must be one of pick, rejected`,
		"after:32jan":    `after: is "32jan"; it must be a day`,
		"cost:cheap":     `cost: is "cheap"; it must be dollars`,
		"state:flying":   `state: is "flying"; it must be a state`,
		"state:savd":     `state: is "savd"; it must be a state, such as saved or failed; did you mean saved?`,
		"is:pikc":        `is: is "pikc"; it must be one of pick, rejected, final, continued; did you mean pick?`,
		"modl:lite":      "there is no filter modl:; did you mean model:?; there are model,",
		"16:9":           "",
		"https://x.y/z":  "",
		"fox model:lite": "",
		"a: b":           "",
	} {
		s := ParseSearch(text)
		got := strings.Join(s.Problems(), "/")
		if want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestDaysBeginInAZone(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("", 9*3600)
	late := time.Date(2026, 3, 14, 20, 0, 0, 0, time.UTC) // the 15th in Tokyo
	for text, want := range map[string]string{
		"today": "2026-03-15", "yesterday": "2026-03-14", "7d": "2026-03-08", "16mar": "2025-03-16", "15mar": "2026-03-15", "2020-02-29": "2020-02-29",
	} {
		d, ok := parseDay(text)
		if at := d.begin(late, tokyo); !ok || at.Format(time.DateOnly) != want || at.Hour() != 0 || at.Location() != tokyo {
			t.Errorf("%q begins at %v", text, at)
		}
	}
}

func TestSearchesAreSavedByName(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for _, f := range [][2]string{{"keepers", "is:pick"}, {"best", "rating:5"}, {"Keepers", "is:pick rating:>=4"}} {
		if err := s.SaveSearch(t.Context(), f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.SavedSearches(t.Context())
	if want := []SavedSearch{{"best", "rating:5"}, {"Keepers", "is:pick rating:>=4"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("saved are %v (%v)", got, err)
	}
	insert(t, s, aJob(1))
	for search, want := range map[string]int{"saved:fox": 1, "saved:Nested fox": 1, "saved:nested -saved:fox seed:2": 0, "saved:loop": 1, "seed:1 saved:fox": 1, "saved:quoted": 0} {
		for name, text := range map[string]string{"fox": "fox", "nested": `saved:fox seed:1`, "loop": "saved:loop fox", "quoted": `shot:"up there" fox`} {
			if err := s.SaveSearch(t.Context(), name, text); err != nil {
				t.Fatal(err)
			}
		}
		if got := found(t, s, search); len(got) != want {
			t.Errorf("%q finds %v, want %d", search, got, want)
		}
	}
	_, _, err = s.Page(t.Context(), Query{Search: "fox saved:nothing"})
	if none, ok := errors.AsType[*NoSavedSearchError](err); !ok || none.Name != "nothing" || !slices.Contains(none.Names, "Keepers") {
		t.Errorf("%v", err)
	}
	for _, bad := range [][2]string{{" ", "x"}, {"a\"b", "x"}, {"a\nb", "x"}, {strings.Repeat("é", 61), "x"}, {"empty", " "}} {
		if err := s.SaveSearch(t.Context(), bad[0], bad[1]); err == nil {
			t.Errorf("%q was saved as %q", bad[1], bad[0])
		}
	}
}

// A search that is renamed is renamed wherever it is named, and one that is
// named somewhere is not forgotten.
func TestSavedSearchesAreRenamedAndForgotten(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for name, text := range map[string]string{"keepers": "is:pick", "best": `saved:Keepers "two words" -saved:keepers fox`, "other": "saved:best"} {
		if err := s.SaveSearch(t.Context(), name, text); err != nil {
			t.Fatal(err)
		}
	}
	list := func() string {
		t.Helper()
		all, err := s.SavedSearches(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(all)
	}
	before := list()
	if used, ok := errors.AsType[*SearchUsedError](s.ForgetSearch(t.Context(), "keepers")); !ok || used.By != "best" {
		t.Errorf("a part of another was forgotten: %v", used)
	}
	if taken, ok := errors.AsType[*SearchExistsError](s.RenameSearch(t.Context(), "keepers", "OTHER")); !ok || taken.Name != "other" {
		t.Errorf("a name was taken twice: %v", taken)
	}
	for _, err := range []error{s.ForgetSearch(t.Context(), "nothing"), s.RenameSearch(t.Context(), "nothing", "x")} {
		if none, ok := errors.AsType[*NoSavedSearchError](err); !ok || len(none.Names) != 3 {
			t.Errorf("a missing one: %v", err)
		}
	}
	if err := s.RenameSearch(t.Context(), "keepers", "\""); err == nil || list() != before {
		t.Errorf("after refusals they are %s (%v)", list(), err)
	}
	if err := s.RenameSearch(t.Context(), "KEEPERS", "my keepers"); err != nil {
		t.Fatal(err)
	}
	if got, want := list(), `[{best "saved:my keepers" "two words" "-saved:my keepers" fox} {my keepers is:pick} {other saved:best}]`; got != want {
		t.Errorf("renamed: %s, want %s", got, want)
	}
	if err := s.RenameSearch(t.Context(), "my keepers", "My Keepers"); err != nil {
		t.Errorf("another case: %v", err)
	}
	for _, name := range []string{"other", "best", "MY keepers"} {
		if err := s.ForgetSearch(t.Context(), name); err != nil {
			t.Errorf("forgetting %s: %v", name, err)
		}
	}
	if got := list(); got != "[]" {
		t.Errorf("left are %s", got)
	}
}

func TestWhatNoFilterCanFindIsSaid(t *testing.T) {
	t.Parallel()
	cat := []*catalogue.Model{
		{Provider: "wavespeed", ID: "bytedance/seedance-v1-lite-t2v-480p"}, {Provider: "aimlapi", ID: "bytedance/seedance-2-0"},
	}
	known := Names(cat, []catalogue.Ref{{Provider: "gone", ID: "old/one"}})
	known["label"], known["reel"] = []string{"dawn", "eyes"}, []string{"open", "Harbour night"}
	for text, want := range map[string]string{
		"service:wave model:LITE": "",
		"service:gone model:old":  "",
		"service:wavespede":       `service: no service has in its name "wavespede"; did you mean wavespeed?`,
		"model:lyte":              `model: no model has in its name "lyte"; did you mean lite?`,
		"model:seedanse":          `model: no model has in its name "seedanse"; did you mean seedance?`,
		"model:sora":              `model: no model has in its name "sora"`,
		"label:dwn":               `label: no job has the label "dwn"; did you mean dawn?`,
		"label:dawn reel:open":    "",
		"reel:harbuor":            `reel: there is no reel "harbuor"; did you mean Harbour night?`,
		"wavespede lyte":          "",
	} {
		s := ParseSearch(text)
		if got := strings.Join(s.Unmatched(known), "/"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if got := s.Unmatched(nil); got != nil {
			t.Errorf("%q, with nothing known: %q", text, got)
		}
	}
}
