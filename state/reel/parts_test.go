package reel_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
)

// drawReel draws a reel of shots that are alike, that continue each other, and
// that are picked.
func drawReel(t *rapid.T, all []*catalogue.Model) *reel.Reel {
	r := &reel.Reel{ID: "r", Name: "x"}
	for i := range rapid.IntRange(1, 12).Draw(t, "shots") {
		m := rapid.SampledFrom(all).Draw(t, "model")
		s := &reel.Shot{ID: fmt.Sprintf("s%d", i), Model: m.Ref(), Count: rapid.IntRange(0, 2).Draw(t, "count"), Values: catalogue.Values{
			catalogue.RolePrompt: catalogue.Text(rapid.SampledFrom([]string{"a", "b", "{c|d} e", "{", ""}).Draw(t, "prompt")),
		}}
		if i > 0 && rapid.Bool().Draw(t, "continues") {
			s.Continues = fmt.Sprintf("s%d", rapid.IntRange(0, i-1).Draw(t, "from"))
		}
		if rapid.Bool().Draw(t, "picked") {
			j := job.New("job"+s.ID, time.Time{}, job.Wanted{Provider: m.Provider, Model: m.ID, Values: s.Values})
			j.Shot, j.State, j.Pick = s.ID, job.Saved, true
			s.Takes = []*job.Job{j}
		}
		r.Shots = append(r.Shots, s)
	}
	return r
}

func planned(parts []reel.Part, problems []reel.Problem) (keys, why []string) {
	for _, p := range parts {
		keys = append(keys, fmt.Sprintf("%d %s %d %v", p.Number, p.Taken.Key, p.Count, p.Taken.Parent))
	}
	for _, p := range problems {
		why = append(why, fmt.Sprintf("%d %s %t", p.Number, p.Text, p.Hint))
	}
	return keys, why
}

// A reel that is planned part by part orders what it orders as a whole: what a
// shot goes on from may be in another part.
func TestPartsPlanAsTheWhole(t *testing.T) {
	t.Parallel()
	m := making(t, reel.AsIntended)
	all := models(t)
	rapid.Check(t, func(t *rapid.T) {
		r := drawReel(t, all)
		want, why := planned(m.Plan(r))
		var got, whyNot []string
		size := rapid.IntRange(1, 5).Draw(t, "size")
		for first := 0; first < len(r.Shots); first += size {
			part := *r
			part.First, part.All, part.Shots = first, len(r.Shots), r.Shots[first:min(first+size, len(r.Shots))]
			part.Beyond = map[string]reel.Beyond{}
			for i, s := range r.Shots {
				if at, _ := part.Shot(s.ID); at == nil {
					part.Beyond[s.ID] = reel.Beyond{Shot: s, Number: i + 1}
				}
			}
			keys, bad := planned(m.Plan(&part))
			got, whyNot = append(got, keys...), append(whyNot, bad...)
		}
		if !slices.Equal(got, want) || !slices.Equal(whyNot, why) {
			t.Fatalf("in parts of %d it orders\n%q %q\nwant\n%q %q", size, got, whyNot, want, why)
		}
	})
}

// A reel that is planned again, in any order, orders the same: the keys are of
// what is made, not of its place.
func TestARearrangedReelOrdersNothingTwice(t *testing.T) {
	t.Parallel()
	m := making(t, reel.AsIntended)
	all := models(t)
	rapid.Check(t, func(t *rapid.T) {
		r := drawReel(t, all)
		keys := func(r *reel.Reel) (out []string) {
			parts, _ := m.Plan(r)
			for _, p := range parts {
				out = append(out, p.Taken.Key)
			}
			slices.Sort(out)
			return out
		}
		once := keys(r)
		if len(slices.Compact(slices.Clone(once))) != len(once) {
			t.Fatalf("two orders have one name: %q", once)
		}
		moved := r.Clone()
		moved.Shots = rapid.Permutation(moved.Shots).Draw(t, "order")
		if again := keys(moved); !slices.Equal(again, once) {
			t.Fatalf("rearranged it orders\n%q\nwant\n%q", again, once)
		}
	})
}

// FuzzAlternatives gives prompts and lists with alternatives to their parsers:
// whatever is accepted has the size that was counted.
func FuzzAlternatives(f *testing.F) {
	for _, s := range []string{"{dawn|noon|night} over a {calm|rough} sea", "{{a}}", "{a", "a}", "{|}", "{{{a|b}}}", "{a|b}{c|d}"} {
		f.Add(s, "5,8")
	}
	for _, s := range []string{"5-8", "480p,720p", ",", "8-5", "1-99999999999", "-"} {
		f.Add("a {b|c}", s)
	}
	all := models(f)[:1]
	f.Fuzz(func(t *testing.T, prompt, list string) {
		p := reel.Product{Models: all, Values: text(prompt), Lists: map[catalogue.Role]string{catalogue.RoleDuration: list}}
		size, wrong := p.Size()
		made, err := p.Expand()
		if (wrong == nil) != (err == nil) {
			t.Fatalf("%q, %q: size %v, expanded %v", prompt, list, wrong, err)
		}
		if err == nil && len(made) != size {
			t.Fatalf("%q, %q: %d of %d", prompt, list, len(made), size)
		}
		if checked := reel.CheckPrompt(prompt); checked != nil && err == nil {
			t.Fatalf("%q is wrong (%v) and was expanded", prompt, checked)
		}
	})
}

// FuzzText gives texts to the parser of reels: what it reads it writes, and
// reads back the same.
func FuzzText(f *testing.F) {
	f.Add(whole)
	f.Add("name = \"x\"\n[[shot]]\ncontinue = 1\n")
	f.Add("name = \"x\"\n[[shot]]\nlength = [1, 2]\n[shot.set]\nprompt = \"y\"\n")
	find := books(f).Find
	f.Fuzz(func(t *testing.T, in string) {
		got, err := reel.Parse([]byte(in), "/films", find)
		if err != nil {
			return
		}
		r := &reel.Reel{ID: "r", Name: "x"}
		if _, err := got.Replace(ids())(r); err != nil {
			return
		}
		b, err := reel.Format(r)
		if err != nil {
			t.Fatalf("%q cannot be written: %v", in, err)
		}
		again, err := reel.Parse(b, "/films", find)
		if err != nil {
			t.Fatalf("%q is written as %q, which cannot be read: %v", in, b, err)
		}
		back := &reel.Reel{ID: "r", Name: "x"}
		if _, err := again.Replace(ids())(back); err != nil {
			t.Fatal(err)
		}
		if twice, err := reel.Format(back); err != nil || string(twice) != string(b) {
			t.Fatalf("%q is written as\n%s\nand then as\n%s (%v)", in, b, twice, err)
		}
	})
}
