package reel_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
)

func books(t rapid.TB) *catalogue.Catalogue {
	cat, err := catalogue.Load(assets.Models())
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// whole is a text that uses everything.
const whole = `name = "Harbour trailer"

[[cast]]
name = "anna"
pictures = ["anna.png", "https://x.y/anna2.png"]
words = "a tall woman in red"

[[shot]]
name = "Lighthouse"
prompt = """
{dawn|noon} at the lighthouse,
a gull"""
note = "quiet"
length = "5,10"
ratio = "16:9"
count = 2

[[shot]]
prompt = "@anna waves"
draft = {resolution = "480p"}
final = {resolution = "1080p"}
seed = 7
references = ["b.png"]
length = 5

[shot.set]
camera_fixed = true

[[shot]]
prompt = "the sea"
continue = 1
`

func read(t rapid.TB, text string) *reel.Text {
	got, err := reel.Parse([]byte(text), "/films", books(t).Find)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func ids() func() (string, error) {
	n := 0
	return func() (string, error) { n++; return fmt.Sprintf("new%d", n), nil }
}

func TestAReelIsReadFromText(t *testing.T) {
	t.Parallel()
	r := &reel.Reel{ID: "r", Name: "Reel 1"}
	line, err := read(t, whole).Replace(ids())(r)
	if err != nil || line == "" {
		t.Fatalf("%q, %v", line, err)
	}
	s := r.Shots
	if r.Name != "Harbour trailer" || len(s) != 3 || s[2].Continues != s[0].ID || s[0].Count != 2 || s[1].Draft.Resolution != "480p" {
		t.Errorf("it is %+v", r)
	}
	if got := s[1].Values.Media(catalogue.RoleReferenceImages); !slices.Equal(got, []string{"/films/b.png"}) {
		t.Errorf("references %q", got)
	}
	if got := r.Cast[0].Pictures; !slices.Equal(got, []string{"/films/anna.png", "https://x.y/anna2.png"}) {
		t.Errorf("pictures %q", got)
	}
	again, err := read(t, whole).Replace(ids())(r)
	if err != nil || again != "" {
		t.Errorf("the same once more changes %q (%v)", again, err)
	}
}

// Export, import, export is the same, on this machine and on another.
func TestATextComesBackTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[ -~äé夜{}"\\|@\n]{0,30}`)
		r := &reel.Reel{ID: "r", Name: "x" + rapid.StringMatching(`[a-z" ]{0,10}y`).Draw(t, "name")}
		for i := range rapid.IntRange(0, 4).Draw(t, "shots") {
			s := &reel.Shot{ID: fmt.Sprintf("shot%d", i), Name: rapid.SampledFrom([]string{"", fmt.Sprintf("Shot %d", i)}).Draw(t, "shot"), Note: strings.TrimSpace(word.Draw(t, "note")), Values: catalogue.Values{}, Count: rapid.IntRange(0, 9).Draw(t, "count")}
			for role, v := range map[catalogue.Role]catalogue.Value{
				catalogue.RolePrompt: catalogue.Text(word.Draw(t, "prompt")), catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleSeed: catalogue.Int(7),
				catalogue.RoleFirstFrame: catalogue.Media("/a b.png"), catalogue.RoleReferenceImages: catalogue.Media("/a.png", "https://x/y"),
				catalogue.RoleCameraFixed: catalogue.Bool(false), catalogue.PlainRole("odd"): catalogue.Text("x"), catalogue.RoleReferenceVideos: catalogue.Media("/v.mp4"),
			} {
				if rapid.Bool().Draw(t, "set") && v.IsSet() {
					s.Values[role] = v
				}
			}
			if i > 0 && rapid.Bool().Draw(t, "continues") {
				s.Continues = "shot0"
			}
			if rapid.Bool().Draw(t, "picked") {
				s.Takes = []*job.Job{{ID: fmt.Sprintf("job%d", i), Marks: job.Marks{Pick: true}}}
			}
			r.Shots = append(r.Shots, s)
		}
		first, err := reel.Format(r)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := reel.Parse(first, "/elsewhere", books(t).Find)
		if err != nil {
			t.Fatalf("%v in\n%s", err, first)
		}
		same := r.Clone()
		if line, err := parsed.Replace(ids())(same); err != nil || line != "" {
			t.Fatalf("the same text changes %q (%v)", line, err)
		}
		second, err := reel.Format(same)
		if err != nil || string(second) != string(first) {
			t.Fatalf("came back as\n%s\nwant\n%s", second, first)
		}
		other := &reel.Reel{ID: "o"}
		if _, err := parsed.Replace(ids())(other); err != nil {
			t.Fatal(err)
		}
		third, err := reel.Format(other)
		if picks := strings.Contains(string(first), "pick ="); err != nil || !picks && string(third) != string(first) {
			t.Fatalf("elsewhere it is\n%s\nwant\n%s", third, first)
		}
	})
}

func TestTextsThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"name = \"x\"\ncolour = 1\n":                                                               `line 2: there is no key "colour"`,
		"name = \"x\"\n[[shot]]\nprompt = \"a\"\nlengths = 5\n":                                    `line 4: there is no key "shot.lengths"`,
		"name = \"x\"\n[[shot]]\ncontinue = 1\n":                                                   "line 2: shot 1: it continues itself",
		"name = \"x\"\n[[shot]]\ncontinue = 2\n[[shot]]\ncontinue = 1\n":                           "line 2: shot 1: it continues itself by way of shot 2",
		"name = \"x\"\n[[shot]]\ncontinue = 9\n":                                                   "line 2: shot 1: it continues shot 9; there are 1",
		"name = \"x\"\n[[shot]]\nname = \"A\"\n\n[[shot]]\nname = \"a\"\n":                         `line 5: shot 2: it has the name of shot 1, "A"`,
		"name = \"x\"\n[[shot]]\nmodel = \"none\"\n":                                               `line 2: shot 1: there is no model "none"`,
		"[[shot]]\nprompt = \"a\"\n":                                                               "the reel needs a name",
		"name = \"x\"\n[[shot]]\ncount = -1\n":                                                     "line 2: shot 1: count is -1",
		"name = \"x\"\n[[shot]\n":                                                                  "line 2: ",
		"name = \"x\"\n[[cast]]\nname = \"a\"\nwords=\"x\"\n[[cast]]\nname = \"A\"\nwords=\"x\"\n": "the name @A is used twice",
		"name = \"x\"\n[[shot]]\nlength = 5.5\n":                                                   "5.5 is neither text",
	} {
		_, err := reel.Parse([]byte(text), "", books(t).Find)
		if e := (*reel.TextError)(nil); !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func making(t rapid.TB, mode reel.Mode) *reel.Making {
	cat := books(t)
	return &reel.Making{Mode: mode, Models: cat.Model, Standard: models(t)[0], Look: func(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }}
}

func TestAPlanMakesNothingTwice(t *testing.T) {
	t.Parallel()
	r := &reel.Reel{ID: "r", Name: "x"}
	if _, err := read(t, strings.Replace(whole, "continue = 1\n", "", 1)).Replace(ids())(r); err != nil {
		t.Fatal(err)
	}
	r.Shots = r.Shots[:1]
	m := making(t, reel.AsIntended)
	parts, problems := m.Plan(r)
	if len(problems) > 0 || len(parts) != 4 || parts[0].Count != 2 {
		t.Fatalf("%d parts, %+v", len(parts), problems)
	}
	keys := map[string]bool{}
	for _, p := range parts {
		keys[p.Taken.Key] = true
	}
	if len(keys) != 4 {
		t.Errorf("keys %v", keys)
	}
	moved := r.Clone()
	moved.Shots = append([]*reel.Shot{{ID: "first", Values: text("another")}}, moved.Shots...)
	twice := *moved.Shots[1]
	twice.ID = "twice"
	moved.Shots = append(moved.Shots, &twice)
	after, _ := m.Plan(moved)
	for _, p := range after[1:5] {
		if !keys[p.Taken.Key] {
			t.Errorf("in another place it is made again: %v", p.Values)
		}
	}
	for _, p := range after[5:] {
		if keys[p.Taken.Key] {
			t.Error("a second shot of the same content is not made")
		}
	}
}

func TestWhatKeepsAShotFromBeingMade(t *testing.T) {
	t.Parallel()
	all := models(t)
	i := slices.IndexFunc(all, func(m *catalogue.Model) bool { return m.Field(catalogue.RoleFirstFrame) != nil })
	k := slices.IndexFunc(all, func(m *catalogue.Model) bool {
		return m.Field(catalogue.RoleFirstFrame) == nil && m.Field(catalogue.RoleReferenceImages) == nil
	})
	frame, plain := all[i].Ref(), all[k].Ref()
	fixed := all[slices.IndexFunc(all, func(m *catalogue.Model) bool { return m.Field(catalogue.RoleResolution) == nil })].Ref()
	saved := []*job.Job{{ID: "j", Provider: plain.Provider, Model: plain.ID, State: job.Saved, Marks: job.Marks{Pick: true}, Values: text("a"), Output: job.Output{Path: "/c.mp4"}}}
	waiting := []*job.Job{{ID: "j", State: job.Running, Marks: job.Marks{Pick: true}}}
	for name, c := range map[string]struct {
		mode  reel.Mode
		first []*job.Job
		shot  reel.Shot
		want  string
	}{
		"no pick":          {first: nil, shot: reel.Shot{Model: frame, Continues: "a", Values: text("x")}, want: "continues shot 1, which has no pick yet"},
		"pick not saved":   {first: waiting, shot: reel.Shot{Model: frame, Continues: "a", Values: text("x")}, want: "whose pick is not saved yet"},
		"takes no frame":   {first: saved, shot: reel.Shot{Model: plain, Continues: "a", Values: text("x")}, want: "takes no first frame"},
		"braces":           {shot: reel.Shot{Model: plain, Values: text("a {b")}, want: "a { without its }"},
		"a million":        {shot: reel.Shot{Model: plain, Values: text(strings.Repeat("{a|b|c|d|e|f|g|h|i|j}", 7))}, want: "more than a million clips"},
		"no such model":    {shot: reel.Shot{Model: catalogue.Ref{Provider: "x", ID: "y"}, Values: text("a")}, want: "names no model"},
		"no prompt":        {shot: reel.Shot{Model: plain}, want: "rompt"},
		"final of no pick": {mode: reel.AsFinal, shot: reel.Shot{Model: plain, Values: text("a")}, want: "no take is picked"},
		"one resolution":   {mode: reel.AsDraft, shot: reel.Shot{Model: fixed, Values: text("a"), Draft: reel.Spec{Resolution: "480p"}}, want: "has one resolution"},
		"no final named":   {mode: reel.AsFinal, shot: reel.Shot{Model: plain, Values: text("a"), Takes: saved}, want: "names no way to make a final"},
		"name unknown":     {shot: reel.Shot{Model: plain, Values: text("@bob waves")}, want: "@bob is not a name"},
		"pictures only":    {shot: reel.Shot{Model: plain, Values: text("@anna waves")}, want: "has only pictures"},
		"words instead":    {shot: reel.Shot{Model: plain, Values: text("@eve waves")}, want: "@eve is told by words alone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shot := c.shot
			shot.ID = "b"
			r := &reel.Reel{
				Cast:  []reel.Name{{Name: "anna", Pictures: []string{"/a.png"}}, {Name: "eve", Pictures: []string{"/e.png"}, Words: "a girl"}},
				Shots: []*reel.Shot{{ID: "a", Model: plain, Values: text("first"), Takes: c.first}, &shot},
			}
			m := making(t, c.mode)
			m.Only = func(n int, _ *reel.Shot) bool { return n == 2 }
			_, problems := m.Plan(r)
			if len(problems) == 0 || problems[0].Number != 2 || !strings.Contains(problems[0].Text, c.want) {
				t.Errorf("it says %+v, want %q", problems, c.want)
			}
		})
	}
}

func TestNamesAreIntroduced(t *testing.T) {
	t.Parallel()
	cat := books(t)
	var refs, at, bare *catalogue.Model
	for _, m := range cat.All() {
		switch {
		case !m.MakesVideo():
		case m.Provider == "aimlapi" && m.Field(catalogue.RoleReferenceImages) != nil:
			at = m
		case m.Field(catalogue.RoleReferenceImages) != nil:
			refs = m
		default:
			bare = m
		}
	}
	cast := []reel.Name{{Name: "anna", Pictures: []string{"/a.png", "/b.png"}, Words: "a woman"}, {Name: "harbour", Words: "a grey harbour"}}
	for _, c := range []struct {
		m      *catalogue.Model
		prompt string
		want   string
		refs   []string
		said   int
	}{
		{refs, "@anna at @harbour, @Anna smiles", "a woman [Image 1] [Image 2] at a grey harbour, a woman [Image 1] [Image 2] smiles", []string{"/a.png", "/b.png"}, 0},
		{at, "@anna smiles", "a woman @Image1 @Image2 smiles", []string{"/a.png", "/b.png"}, 0},
		{bare, "@anna at @harbour", "a woman at a grey harbour", nil, 1},
		{bare, "mail anna@example.org", "mail anna@example.org", nil, 0},
		{bare, "@bob", "@bob", nil, 1},
	} {
		v := text(c.prompt)
		said, err := reel.Introduce(c.m, v, cast)
		if got := v.Text(catalogue.RolePrompt); err != nil || got != c.want || len(said) != c.said || !slices.Equal(v.Media(catalogue.RoleReferenceImages), c.refs) {
			t.Errorf("%q gives %q with %q, said %q (%v)", c.prompt, got, v.Media(catalogue.RoleReferenceImages), said, err)
		}
	}
}
