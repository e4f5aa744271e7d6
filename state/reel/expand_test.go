package reel_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/reel"
)

func models(t rapid.TB) []*catalogue.Model {
	cat, err := catalogue.Load(assets.Models())
	if err != nil {
		t.Fatal(err)
	}
	var out []*catalogue.Model
	for _, m := range cat.All() {
		if f := m.Field(catalogue.RoleDuration); m.MakesVideo() && f != nil && f.Type == "integer" && m.Field(catalogue.RolePrompt) != nil {
			if _, ok := catalogue.EstimatePrice(m, m.Fill(nil), 0).Ceiling(); ok {
				out = append(out, m)
			}
		}
	}
	if len(out) < 3 {
		t.Fatalf("only %d models fit", len(out))
	}
	return out
}

func text(s string) catalogue.Values {
	return catalogue.Values{catalogue.RolePrompt: catalogue.Text(s)}
}

func TestAlternativesInAPrompt(t *testing.T) {
	t.Parallel()
	m := models(t)[0]
	for prompt, want := range map[string]string{
		"a lake":                              "a lake",
		"{dawn|noon} over a {calm|rough} sea": "dawn over a calm sea/dawn over a rough sea/noon over a calm sea/noon over a rough sea",
		"a {{brace}}":                         "a {brace}",
		"{{{a|b}}}":                           "{a}/{b}",
		"one {only}":                          "one only",
		"a | b":                               "a | b",
		"{ a | b }c":                          "ac/bc",
		"{夜|朝}の海":                             "夜の海/朝の海",
		"{":                                   "! a { without its }",
		"a }":                                 "! a } without its { at character 3",
		"{}":                                  "! an empty place",
		"{a||b}":                              "! an empty place",
		"{a|}":                                "! an empty place",
		"{a|{b|c}}":                           "! a { inside of {...} at character 4",
	} {
		p := reel.Product{Models: []*catalogue.Model{m}, Values: text(prompt)}
		all, err := p.Expand()
		var got []string
		for _, v := range all {
			got = append(got, v.Values.Text(catalogue.RolePrompt))
		}
		s := strings.Join(got, "/")
		if err != nil {
			s = "! " + err.Error()
		}
		if s != want && (err == nil || !strings.HasPrefix(s, want)) {
			t.Errorf("%q gives %q, want %q", prompt, s, want)
		}
	}
}

// A product has as many clips as it says, each different, and costs the sum of
// what each costs.
func TestSizeAndPriceOfAProduct(t *testing.T) {
	t.Parallel()
	all := models(t)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,6}`), 1, 4, rapid.ID[string])
		var prompt strings.Builder
		n := 1
		for range rapid.IntRange(0, 3).Draw(t, "slots") {
			alternatives := words.Draw(t, "alternatives")
			n *= len(alternatives)
			prompt.WriteString(rapid.StringMatching(`[ a-z]{0,5}`).Draw(t, "text") + "{" + strings.Join(alternatives, "|") + "} and")
		}
		p := reel.Product{Values: text(prompt.String()), Takes: rapid.IntRange(1, 3).Draw(t, "takes"), Lists: map[catalogue.Role]string{}}
		p.Models = rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 2, func(m *catalogue.Model) string { return m.Ref().String() }).Draw(t, "models")
		if rapid.Bool().Draw(t, "lengths") {
			p.Lists[catalogue.RoleDuration] = "5,10"
			n *= 2
		}
		n *= len(p.Models) * p.Takes
		size, err := p.Size()
		if n > reel.MaxClips {
			if e := (*reel.TooManyError)(nil); !errors.As(err, &e) || e.Clips != n {
				t.Fatalf("%d clips: %v", n, err)
			}
			return
		}
		if err != nil || size != n {
			t.Fatalf("it has %d clips, want %d (%v)", size, n, err)
		}
		variants, err := p.Expand()
		if err != nil || len(variants)*p.Takes != n {
			t.Fatalf("%d variants of %d takes, want %d clips (%v)", len(variants), p.Takes, n, err)
		}
		seen := map[string]bool{}
		var total, want usd.Micro
		for _, v := range variants {
			key := v.Model.Ref().String() + v.Values[catalogue.RoleDuration].String() + "\x00" + v.Values.Text(catalogue.RolePrompt)
			if seen[key] {
				t.Fatalf("%q twice", key)
			}
			seen[key] = true
			each, _ := catalogue.EstimatePrice(v.Model, v.Model.Fill(v.Values), 0).Times(p.Takes).Ceiling()
			total += each
			one, _ := catalogue.EstimatePrice(v.Model, v.Model.Fill(v.Values), 0).Ceiling()
			want += one * usd.Micro(p.Takes)
		}
		if total != want {
			t.Fatalf("it costs %s, want %s", total, want)
		}
	})
}

func TestAMillionIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	began := time.Now()
	p := reel.Product{Models: models(t)[:1], Values: text(strings.Repeat("{a|b|c|d|e|f|g|h|i|j}", 400))}
	if _, err := p.Expand(); !errors.As(err, new(*reel.TooManyError)) || !strings.Contains(err.Error(), "more than a million") {
		t.Errorf("it gives %v", err)
	}
	p = reel.Product{Models: models(t)[:1], Values: text("{a|b}"), Takes: 300}
	if _, err := p.Expand(); err == nil || err.Error() != "these alternatives make 600 clips; 500 at once are the most" {
		t.Errorf("it gives %v", err)
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}

func TestListsOfAField(t *testing.T) {
	t.Parallel()
	five, fifty := int64(1), int64(99_999_999)
	number := &catalogue.Field{Type: "integer", Role: catalogue.RoleDuration, Min: &five, Max: &fifty}
	word := &catalogue.Field{Type: "string", Role: catalogue.RoleResolution, Enum: []any{"480p", "720p"}}
	for _, c := range []struct {
		f          *catalogue.Field
		text, want string
	}{
		{number, "5,8", "5 8"},
		{number, " 5 , 5 ,8", "5 8"},
		{number, "4-7,5,9", "4 5 6 7 9"},
		{number, "8-4", "! 8-4 runs backwards; write 4-8"},
		{number, "1-99999999", "! these alternatives make 1000000 clips"},
		{number, "5,,8", "! \"5,,8\" has an empty place"},
		{number, "", "! \"\" has an empty place"},
		{word, "480p,720p", "480p 720p"},
		{&catalogue.Field{Type: "string", Media: &catalogue.MediaSpec{Kind: "image"}}, "a.png,b.png", "! it takes no list"},
	} {
		list, err := reel.ParseList(c.f, c.text)
		var got []string
		for _, v := range list {
			got = append(got, v.String())
		}
		s := strings.Join(got, " ")
		if err != nil {
			s = "! " + err.Error()
		}
		if s != c.want && (err == nil || !strings.HasPrefix(s, c.want)) {
			t.Errorf("%q gives %q, want %q", c.text, s, c.want)
		}
	}
}

func TestLiteralPromptsComeBack(t *testing.T) {
	t.Parallel()
	m := models(t)[:1]
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a{}| ]{1,20}`).Draw(t, "prompt")
		p := reel.Product{Models: m, Values: text(reel.Literal(s))}
		all, err := p.Expand()
		if err != nil || len(all) != 1 || all[0].Values.Text(catalogue.RolePrompt) != s {
			t.Fatalf("%q came back as %+v (%v)", s, all, err)
		}
	})
}

func TestImagesNeverMultiply(t *testing.T) {
	t.Parallel()
	v := text("a lake")
	v[catalogue.RoleReferenceImages] = catalogue.Media("/a.png", "/b.png", "/c{x|y}.png")
	p := reel.Product{Models: models(t)[:1], Values: v}
	if all, err := p.Expand(); err != nil || len(all) != 1 || !slices.Equal(all[0].Values.Media(catalogue.RoleReferenceImages), v.Media(catalogue.RoleReferenceImages)) {
		t.Errorf("it gives %+v (%v)", all, err)
	}
}
