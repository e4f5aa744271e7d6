package reel_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/reel"
)

func take(id, prompt string, seed int64, more ...func(j *job.Job)) *job.Job {
	cost := usd.Micro(80_000)
	j := &job.Job{
		ID: id, Provider: "p", Model: "m", Prompt: prompt, Seed: seed, HasSeed: true, State: job.Saved, Estimate: &cost, Seconds: 5,
		Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt), catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleSeed: catalogue.Int(seed)},
	}
	for _, edit := range more {
		edit(j)
	}
	return j
}

func aReel() *reel.Reel {
	return &reel.Reel{ID: "r", Name: "Reel 1", Shots: []*reel.Shot{
		{ID: "a", Takes: []*job.Job{take("1", "a lake", 1), take("2", "a lake", 2)}},
		{ID: "b", Continues: "a", Takes: []*job.Job{take("3", "a fox", 3)}},
		{ID: "c", Continues: "b"},
	}}
}

func TestEditsSayWhatTheyDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edits []reel.Edit
		want  string // the last line, or a part of its error
	}{
		"rate":                     {[]reel.Edit{reel.Rate("2", 4)}, "Take 2 of shot 1 rated 4"},
		"no rating":                {[]reel.Edit{reel.Rate("2", 4), reel.Rate("2", 0)}, "Take 2 of shot 1 has no rating"},
		"the same rating":          {[]reel.Edit{reel.Rate("2", 4), reel.Rate("2", 4)}, ""},
		"rating too high":          {[]reel.Edit{reel.Rate("2", 6)}, "from 0 to 5, not 6"},
		"pick":                     {[]reel.Edit{reel.Pick("3")}, "Take 1 of shot 2 picked"},
		"unpick":                   {[]reel.Edit{reel.Pick("3"), reel.Unpick("3")}, "Take 1 of shot 2 is no longer picked"},
		"reject":                   {[]reel.Edit{reel.Reject("1", true)}, "Take 1 of shot 1 rejected"},
		"keep":                     {[]reel.Edit{reel.Keep("1")}, "Take 1 of shot 1 picked, 1 rejected"},
		"note":                     {[]reel.Edit{reel.Note("1", "x")}, "Note of take 1 of shot 1 changed"},
		"note too long":            {[]reel.Edit{reel.Note("1", strings.Repeat("x", 2001))}, "2001 characters"},
		"label":                    {[]reel.Edit{reel.Label("1", job.Labels{"dusk", "dawn"}, nil)}, "Take 1 of shot 1 labeled dawn, dusk"},
		"label removed":            {[]reel.Edit{reel.Label("1", job.Labels{"dusk"}, nil), reel.Label("1", nil, job.Labels{"dusk"})}, "Take 1 of shot 1 has no labels"},
		"no such take":             {[]reel.Edit{reel.Pick("9")}, "no such take"},
		"no such shot":             {[]reel.Edit{reel.Move("9", 1)}, "no such shot"},
		"move":                     {[]reel.Edit{reel.Move("c", 1)}, "Shot 3 moved to 1"},
		"move past the end":        {[]reel.Edit{reel.Move("a", 99)}, "Shot 1 moved to 3"},
		"move nowhere":             {[]reel.Edit{reel.Move("a", -3)}, ""},
		"remove":                   {[]reel.Edit{reel.Remove("c")}, "Shot 3 removed"},
		"remove what is needed":    {[]reel.Edit{reel.Remove("a")}, "shot 2 continues shot 1"},
		"remove takes":             {[]reel.Edit{reel.Continue("b", ""), reel.Remove("a")}, "Shot 1 removed, its 2 takes stay in the history"},
		"split":                    {[]reel.Edit{reel.Split("a", "d", []string{"2"})}, "Shot 1 split: 1 take is shot 2"},
		"split off all":            {[]reel.Edit{reel.Split("a", "d", []string{"1", "2"})}, "both shots of a split need a take"},
		"merge":                    {[]reel.Edit{reel.Merge("b", "a")}, "Shot 2 merged into shot 1"},
		"merge with itself":        {[]reel.Edit{reel.Merge("a", "a")}, "itself"},
		"merge into a loop":        {[]reel.Edit{reel.Merge("a", "c")}, "continue itself"},
		"continue itself":          {[]reel.Edit{reel.Continue("a", "a")}, "that leads back to shot 1"},
		"continue in a ring":       {[]reel.Edit{reel.Continue("a", "c")}, "that leads back to shot 1"},
		"continue nothing":         {[]reel.Edit{reel.Continue("b", "")}, "Shot 2 continues nothing"},
		"a name used twice":        {[]reel.Edit{reel.RenameShot("a", "Stairs"), reel.RenameShot("b", "STAIRS")}, `shot 1 has the name "Stairs" already`},
		"a reel without name":      {[]reel.Edit{reel.Rename("  ")}, "a reel needs a name"},
		"add":                      {[]reel.Edit{reel.Add(reel.Shot{ID: "d"}, 2)}, "Shot 2 added"},
		"add at the end":           {[]reel.Edit{reel.Add(reel.Shot{ID: "d"}, 0)}, "Shot 4 added"},
		"add what is there":        {[]reel.Edit{reel.Add(reel.Shot{ID: "a"}, 0)}, "is no new one"},
		"a name in use":            {[]reel.Edit{reel.SetCast([]reel.Name{{Name: "anna", Words: "x"}, {Name: "Anna", Words: "y"}})}, "@Anna is used twice"},
		"a name of nothing":        {[]reel.Edit{reel.SetCast([]reel.Name{{Name: "anna"}})}, "neither pictures nor words"},
		"a name that is no word":   {[]reel.Edit{reel.SetCast([]reel.Name{{Name: "an na", Words: "x"}})}, "must begin with a letter"},
		"draft and final":          {[]reel.Edit{reel.SetSpecs("a", reel.Spec{Resolution: "480p"}, reel.Spec{})}, "Draft and final of shot 1 changed"},
		"the same draft and final": {[]reel.Edit{reel.SetSpecs("a", reel.Spec{}, reel.Spec{})}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := aReel()
			var line string
			var err error
			for _, edit := range c.edits {
				line, err = edit(r)
			}
			if err != nil {
				line = err.Error()
			}
			if line != c.want && (err == nil || !strings.Contains(line, c.want)) {
				t.Errorf("it says %q, want %q", line, c.want)
			}
		})
	}
}

func TestAPickIsTheOnlyOne(t *testing.T) {
	t.Parallel()
	r := aReel()
	for _, edit := range []reel.Edit{reel.Reject("2", true), reel.Pick("1"), reel.Pick("2")} {
		if _, err := edit(r); err != nil {
			t.Fatal(err)
		}
	}
	s := r.Shots[0]
	if p := s.Pick(); p == nil || p.ID != "2" || p.Rejected || s.Takes[0].Pick {
		t.Errorf("the picks are %+v and %+v", s.Takes[0].Marks, s.Takes[1].Marks)
	}
	if _, err := reel.Reject("2", true)(r); err != nil || s.Pick() != nil {
		t.Errorf("rejected, it is still the pick (%v)", err)
	}
	if _, err := reel.Pick("9")(r); !errors.Is(err, reel.ErrNoTake) {
		t.Errorf("a missing take: %v", err)
	}
}

func TestMoneyAndLengthOfAReel(t *testing.T) {
	t.Parallel()
	r := aReel()
	charge, free := usd.Micro(90_000), usd.Micro(0)
	r.Shots[0].Takes[0].Charge = &charge
	r.Shots[0].Takes[1].State, r.Shots[0].Takes[1].Charge = job.Failed, &free
	r.Shots[1].Takes[0].Practice = true
	r.Shots[2].Values = catalogue.Values{catalogue.RoleDuration: catalogue.Int(8)}
	if got := r.Bill().Spent; got != 90_000 {
		t.Errorf("spent %s", got)
	}
	if got := r.Shots[1].Bill().Practised; got != 80_000 {
		t.Errorf("practised %s", got)
	}
	if got := r.Seconds(); got != 18 {
		t.Errorf("%d s", got)
	}
}

func TestWhatChanged(t *testing.T) {
	t.Parallel()
	parent := take("1", "the keeper looks out, slow push-in", 7)
	length := func(n int64) func(*job.Job) {
		return func(j *job.Job) { j.Values[catalogue.RoleDuration] = catalogue.Int(n) }
	}
	for name, c := range map[string]struct {
		is     *job.Job
		words  []reel.WordChange
		fields []string
		origin job.Origin
	}{
		"seed":      {is: take("2", parent.Prompt, 8), fields: []string{"seed 7 8"}, origin: job.OriginSeed},
		"words":     {is: take("2", "the keeper leans out, squinting, slow push-in", 7), words: []reel.WordChange{{Was: "looks", Is: "leans"}, {Is: "squinting,"}}, origin: job.OriginWords},
		"spaces":    {is: take("2", "the  keeper looks out,\nslow push-in", 8), fields: []string{"seed 7 8"}, origin: job.OriginSeed},
		"words cut": {is: take("2", "the keeper looks out,", 7), words: []reel.WordChange{{Was: "slow push-in"}}, origin: job.OriginWords},
		"length":    {is: take("2", parent.Prompt, 7, length(8)), fields: []string{"duration 5 8"}, origin: job.OriginSettings},
		"dropped":   {is: take("2", parent.Prompt, 7, func(j *job.Job) { delete(j.Values, catalogue.RoleDuration) }), fields: []string{"duration 5 "}, origin: job.OriginSettings},
		"model":     {is: take("2", parent.Prompt, 7, func(j *job.Job) { j.Model = "n" }), origin: job.OriginSettings},
		"service":   {is: take("2", parent.Prompt, 7, func(j *job.Job) { j.Provider = "q" }), origin: job.OriginElsewhere},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := reel.WhatChanged(parent, c.is)
			var fields []string
			for _, f := range got.Fields {
				fields = append(fields, string(f.Role)+" "+f.Was.String()+" "+f.Is.String())
			}
			if !slices.Equal(got.Words, c.words) || !slices.Equal(fields, c.fields) {
				t.Errorf("words %q, fields %q", got.Words, fields)
			}
			if (got.Model != nil) != (c.is.Model != parent.Model || c.is.Provider != parent.Provider) {
				t.Errorf("model %+v", got.Model)
			}
			if o := reel.OriginOf(parent, c.is); o != c.origin {
				t.Errorf("it was made by %q", o)
			}
		})
	}
	same := reel.WhatChanged(parent, take("2", parent.Prompt, 7))
	if !same.Same() {
		t.Errorf("of two alike it says %+v", same)
	}
}
