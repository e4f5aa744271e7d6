package prompting_test

import (
	"strings"
	"testing"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/prompting"
)

func load(tb testing.TB) (*prompting.Rules, *catalogue.Catalogue) {
	tb.Helper()
	rs, err := prompting.Load(assets.PromptRules())
	if err != nil {
		tb.Fatal(err)
	}
	cat, err := catalogue.Load(assets.Models())
	if err != nil {
		tb.Fatal(err)
	}
	return rs, cat
}

const (
	textModel  = "bytedance/seedance-v1-lite-t2v-480p"
	imageModel = "bytedance/seedance-v1-lite-i2v-480p"
	refModel   = "bytedance/seedance-v1-lite/reference-to-video"
)

func TestAdvice(t *testing.T) {
	t.Parallel()
	rs, cat := load(t)
	img := catalogue.Media("a.png")
	look := func(string) (catalogue.Facts, error) {
		return catalogue.Facts{Kind: "image", Width: 720, Height: 1280}, nil
	}
	long := strings.Repeat("The tall grey heron stands in the reeds. ", 20)
	for name, c := range map[string]struct {
		model  string
		prompt string
		more   catalogue.Values
		rule   string // "" for no advice
		words  string
		fix    string // the prompt afterwards
		field  catalogue.Role
		value  string
	}{
		"orbit, fixed":          {prompt: "The camera orbits the statue", more: fixed(), rule: "fixed-camera", words: "camera orbits", fix: "The camera orbits the statue", field: catalogue.RoleCameraFixed, value: "no"},
		"orbit, free":           {prompt: "The camera orbits the statue"},
		"no camera":             {prompt: "A pan of rice on the stove", more: fixed()},
		"push in":               {prompt: "slow push in as he lands", more: fixed(), rule: "fixed-camera", words: "push in", fix: "slow push in as he lands", field: catalogue.RoleCameraFixed, value: "no"},
		"a length as text":      {prompt: "a fox runs --dur 8 in snow", rule: "text-command", words: "--dur 8", fix: "a fox runs in snow", field: catalogue.RoleDuration, value: "8"},
		"a ratio with =":        {prompt: "--ratio=9:16 a fox", rule: "text-command", words: "--ratio=9:16", fix: "a fox", field: catalogue.RoleAspectRatio, value: "9:16"},
		"a seed":                {prompt: "a fox --seed 42", rule: "text-command", words: "--seed 42", fix: "a fox", field: catalogue.RoleSeed, value: "42"},
		"a switch without word": {prompt: "a fox --cf", rule: "text-command", words: "--cf", fix: "a fox", field: catalogue.RoleCameraFixed, value: "yes"},
		"no place for it":       {prompt: "a fox --rs 480p", rule: "text-command", words: "--rs 480p", fix: "a fox"},
		"out of range":          {prompt: "a fox --dur 99, snow", rule: "text-command", words: "--dur 99", fix: "a fox, snow", field: catalogue.RoleDuration, value: "5"},
		"unknown command":       {prompt: "a fox --stylize snow", rule: "text-command", words: "--stylize", fix: "a fox snow"},
		"a dash is no command":  {prompt: "a fox -- quick, well-kept"},
		"open slot":             {prompt: "a {{animal}} in snow", rule: "open-slot", words: "{{animal}}", fix: "a in snow"},
		"a literal brace":       {prompt: "the sign reads {{ 5 }}"},
		"no images at all":      {prompt: "image 1 comes alive", rule: "image-not-there", words: "image 1", fix: "comes alive"},
		"a third of two":        {model: refModel, prompt: "[Image 1] meets [Image 3] and [Image 2]", more: refs("a.png", "b.png"), rule: "image-not-there", words: "[Image 3]", fix: "[Image 1] meets and [Image 2]"},
		"by ordinal":            {model: refModel, prompt: "Image 1 waves to the third picture", more: refs("a.png", "b.png"), rule: "image-not-there", words: "the third picture", fix: "Image 1 waves to"},
		"named well":            {model: refModel, prompt: "[Image 1] meets [Image 2]", more: refs("a.png", "b.png")},
		"named by nobody":       {model: refModel, prompt: "Two friends wave.", more: refs("a.png", "b.png"), rule: "references-unnamed", fix: "Two friends wave. With [Image 1] and [Image 2]."},
		"one needs no name":     {model: refModel, prompt: "He waves.", more: refs("a.png")},
		"a name of the cast":    {model: refModel, prompt: "@anna waves", more: refs("a.png", "b.png")},
		"no last frame":         {model: imageModel, prompt: "He turns, ending on the last frame", more: catalogue.Values{catalogue.RoleFirstFrame: img}, rule: "no-last-frame", words: "ending on the last frame", fix: "He turns"},
		"a last frame":          {model: imageModel, prompt: "He turns into the last frame", more: catalogue.Values{catalogue.RoleFirstFrame: img, catalogue.RoleLastFrame: img}},
		"widescreen, upright":   {model: imageModel, prompt: "A widescreen view of her smile", more: catalogue.Values{catalogue.RoleFirstFrame: img}, rule: "wide-in-upright", words: "widescreen", fix: "A view of her smile"},
		"vertical, upright":     {model: imageModel, prompt: "A vertical video of her smile", more: catalogue.Values{catalogue.RoleFirstFrame: img}},
		"ratio in words":        {prompt: "a fox, 9:16, snow", rule: "ratio-in-words", words: "9:16", fix: "a fox, snow", field: catalogue.RoleAspectRatio, value: "9:16"},
		"a time is no ratio":    {prompt: "the clock shows 10:30"},
		"negative":              {prompt: "A street at night, no cars, neon", rule: "negative", words: "no cars", fix: "A street at night, neon"},
		"negative at the end":   {prompt: "A street, don't show people", rule: "negative", words: "don't show people", fix: "A street"},
		"negative alone":        {prompt: "A street. No text or logos. Rain.", rule: "negative", words: "No text or logos", fix: "A street. Rain."},
		"negative, curly":       {prompt: "A street, don’t show people", rule: "negative", words: "don’t show people", fix: "A street"},
		"negative, capitals":    {prompt: "A STREET, NO CARS", rule: "negative", words: "NO CARS", fix: "A STREET"},
		"negative, by a tab":    {prompt: "A street, avoid\tpeople", rule: "negative", words: "avoid\tpeople", fix: "A street"},
		"in Chinese":            {prompt: "他坐下,然后站起来,接着离开", rule: "many-actions", words: "然后", fix: "他坐下,然后站起来,接着离开", field: catalogue.RoleDuration, value: "10"},
		"negative in braces":    {prompt: "{a street, no cars|a field}", rule: "negative", words: "no cars", fix: "{a street|a field}"},
		"nobody":                {prompt: "Nobody knows the note, a notice board"},
		"three actions, 5 s":    {prompt: "He sits, then stands up, then leaves", rule: "many-actions", words: "then", fix: "He sits, then stands up, then leaves", field: catalogue.RoleDuration, value: "10"},
		"three actions, 10 s":   {prompt: "He sits, then stands up, then leaves", more: catalogue.Values{catalogue.RoleDuration: catalogue.Int(10)}},
		"two actions":           {prompt: "He sits, then stands up"},
		"too long":              {prompt: long, rule: "too-long", fix: strings.TrimSpace(strings.Repeat("The tall grey heron stands in the reeds. ", 12))},
		"empty":                 {prompt: "", more: fixed()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.model == "" {
				c.model = textModel
			}
			m := cat.Model(catalogue.Ref{Provider: "wavespeed", ID: c.model})
			v := catalogue.Values{catalogue.RolePrompt: catalogue.Text(c.prompt)}
			for r, x := range c.more {
				v[r] = x
			}
			v = m.Fill(v)
			found := rs.Check(m, v, look)
			if c.rule == "" {
				if len(found) > 0 {
					t.Fatalf("found %q: %q", found[0].Words, found[0].Why)
				}
				return
			}
			if len(found) == 0 {
				t.Fatal("found nothing")
			}
			f := found[0]
			if f.Rule != c.rule || f.Words != c.words {
				t.Fatalf("found %s %q, want %s %q", f.Rule, f.Words, c.rule, c.words)
			}
			if f.Why == "" || strings.ContainsAny(f.Why, "{}") && c.rule != "open-slot" || f.Fix == "" {
				t.Errorf("why %q, fix %q", f.Why, f.Fix)
			}
			got := f.Fixed()
			if p := got.Text(catalogue.RolePrompt); p != c.fix {
				t.Errorf("the prompt becomes %q, want %q", p, c.fix)
			}
			if c.field != "" && got[c.field].String() != c.value {
				t.Errorf("%s becomes %q, want %q", c.field, got[c.field], c.value)
			}
			// The advice is gone, as far as it was followed.
			for _, again := range rs.Check(m, got, look) {
				if again.Rule == f.Rule && again.Words == f.Words && again.Words != "" {
					t.Errorf("the fix leaves %q: %q", again.Words, again.Why)
				}
			}
			if v.Text(catalogue.RolePrompt) != c.prompt {
				t.Error("the values themselves were changed")
			}
		})
	}
}

func fixed() catalogue.Values {
	return catalogue.Values{catalogue.RoleCameraFixed: catalogue.Bool(true)}
}

func refs(items ...string) catalogue.Values {
	return catalogue.Values{catalogue.RoleReferenceImages: catalogue.Media(items...)}
}

func TestSeveralFindingsComeInOrder(t *testing.T) {
	t.Parallel()
	rs, cat := load(t)
	m := cat.Model(catalogue.Ref{Provider: "wavespeed", ID: textModel})
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("zoom in, no cars --seed 7"), catalogue.RoleCameraFixed: catalogue.Bool(true)})
	var got []string
	for range 9 {
		found := rs.Check(m, v, nil)
		if len(found) == 0 {
			break
		}
		got = append(got, found[0].Rule)
		v = found[0].Fixed()
	}
	if want := "text-command fixed-camera negative"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	if p := v.Text(catalogue.RolePrompt); p != "zoom in" {
		t.Errorf("left is %q", p)
	}
	var none *prompting.Rules
	if none.Check(m, v, nil) != nil {
		t.Error("no rules have advice")
	}
}

func TestRulesThatAreNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"rule = 5":                                "",
		"[[rule]]\nwhy = 'x'":                     "no name",
		"[[rule]]\nname = 'a'":                    "no reason",
		"[[rule]]\ncolour = 1":                    "colour",
		rule("find = '('"):                        "find:",
		rule("longer = 0"):                        "find or longer",
		rule("find='a'\nshape='round'"):           "shape is",
		rule("find='a'\n[rule.fix]\nremove=true"): "no does",
		rule("find='a'\n[rule.fix]\ndoes='x'\nremove=true\ncut=true"):        "more than one",
		rule("longer=5\n[rule.fix]\ndoes='x'\nremove=true"):                  "no find",
		rule("find='a'\n[rule.fix]\ndoes='x'\nfield='ratio'"):                "no otherwise",
		rule("find='a'\n[rule.fix]\ndoes='x'\nfield='ratio'\notherwise='y'"): "too little",
		rule("find='a'\nimages=true"):                                        "too little",
		rule("find='a'") + rule("find='b'"):                                  "used twice",
	} {
		_, err := prompting.Load([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func rule(body string) string { return "[[rule]]\nname = 'a'\nwhy = 'b'\n" + body + "\n" }

// Any text is refused or is rules that can check any prompt.
func FuzzRules(f *testing.F) {
	f.Add(string(assets.PromptRules()), "a fox --dur 5, no cars {a|b} image 3")
	f.Add(rule("find='(a)(b)?'\n[rule.fix]\ndoes='x'\notherwise='y'\n[rule.fix.fields]\na='duration'"), "a")
	f.Add(rule("find='(a)?'\nimages=true\n[rule.fix]\ndoes='x'\nremove=true"), "ab 图3")
	f.Add(rule("longer=1\n[rule.fix]\ndoes='x'\ncut=true"), "漢字。 x")
	_, cat := load(f)
	m := cat.Model(catalogue.Ref{Provider: "wavespeed", ID: refModel})
	f.Fuzz(func(t *testing.T, text, prompt string) {
		rs, err := prompting.Load([]byte(text))
		if err != nil {
			return
		}
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt), catalogue.RoleReferenceImages: catalogue.Media("a", "b")})
		for _, x := range rs.Check(m, v, nil) {
			if x.Fix != "" && x.Fixed() == nil {
				t.Errorf("%s: nothing is fixed", x.Rule)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	rs, cat := load(b)
	m := cat.Model(catalogue.Ref{Provider: "wavespeed", ID: textModel})
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text(strings.Repeat("A lake at dawn, mist over the water. ", 54))})
	for b.Loop() {
		rs.Check(m, v, nil)
	}
}
