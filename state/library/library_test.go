package library

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seedreel/assets"
	"seedreel/state/reel"
)

func TestWhatIsShippedCanBeUsed(t *testing.T) {
	t.Parallel()
	lib, err := Load(filepath.Join(t.TempDir(), "words.toml"), assets.Library())
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[Kind]int{}
	for _, e := range lib.All() {
		kinds[e.Kind]++
		if !e.Shipped || e.About == "" {
			t.Errorf("%q: shipped %v, about %q", e.Name, e.Shipped, e.About)
		}
		// Filled with its own examples it is a prompt that can be sent.
		text, err := e.Fill(e.Slots)
		if err == nil {
			err = reel.CheckPrompt(text)
		}
		if err != nil || e.Kind == Template && strings.Contains(text, "{{") {
			t.Errorf("%q: %q, %v", e.Name, text, err)
		}
	}
	for _, k := range Kinds() {
		if kinds[k] < 3 {
			t.Errorf("%d of %s", kinds[k], k)
		}
	}
}

func TestNamesAreFoundByTheirLetters(t *testing.T) {
	t.Parallel()
	lib, err := Load("", assets.Library())
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{"push in": "push in", "PUSH IN": "push in", "wtrclr": "watercolour", "turntable": "product on a turntable"} {
		e, err := lib.Find(typed)
		if err != nil || e.Name != want {
			t.Errorf("%q finds %q (%v), want %q", typed, e.Name, err, want)
		}
	}
	_, err = lib.Find("hour")
	missing, ok := errors.AsType[*NotFoundError](err)
	if !ok || !slices.Contains(missing.Near, "blue hour") || !slices.Contains(missing.Near, "golden hour") {
		t.Errorf("%v", err)
	}
	_, err = lib.Find("trunable")
	if missing, ok = errors.AsType[*NotFoundError](err); !ok || !slices.Contains(missing.Near, "product on a turntable") {
		t.Errorf("a mistyped name: %v", err)
	}
}

func TestSlotsAreFilled(t *testing.T) {
	t.Parallel()
	e := Entry{Name: "portrait", Kind: Template, Text: "{{who}} looks up, {{ light }}; {{who}} smiles {a|b}", Slots: map[string]string{"light": "one lamp"}}
	if got := e.Places(); !slices.Equal(got, []string{"who", "light"}) {
		t.Fatalf("slots are %q", got)
	}
	for name, c := range map[string]struct {
		words map[string]string
		text  string
		err   string
	}{
		"all":          {map[string]string{"who": " Anna ", "light": "dusk"}, "Anna looks up, dusk; Anna smiles {a|b}", ""},
		"alternatives": {map[string]string{"who": "{Anna|Ben}", "light": "dusk"}, "{Anna|Ben} looks up, dusk; {Anna|Ben} smiles {a|b}", ""},
		"a brace":      {map[string]string{"who": "{{x}}", "light": "dusk"}, "{{x}} looks up, dusk; {{x}} smiles {a|b}", ""},
		"empty":        {map[string]string{"who": "Anna", "light": "  "}, "", `the slot {{light}} of "portrait" is empty; give it words such as "one lamp"`},
		"missing":      {nil, "", `the slot {{who}} of "portrait" is empty`},
		"unknown":      {map[string]string{"whom": "x"}, "", `"portrait" has no slot {{whom}}; its slots are who, light`},
		"open brace":   {map[string]string{"who": "{a|b", "light": "x"}, "", "without its }"},
	} {
		text, err := e.Fill(c.words)
		if text != c.text || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %q, %v; want %q, %q", name, text, err, c.text, c.err)
		}
	}
	plain := Entry{Name: "sign", Kind: Prompt, Text: "a sign reads {{open}}"}
	if text, err := plain.Fill(nil); err != nil || text != plain.Text {
		t.Errorf("a brace in a prompt became %q (%v)", text, err)
	}
	if _, err := plain.Fill(map[string]string{"open": "x"}); err == nil {
		t.Error("a prompt took a slot")
	}
}

func TestWordsAreKept(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config", "words.toml")
	a := Entry{Name: "one", Kind: Prompt, Text: "line one\nline two \"quoted\" \\ '''"}
	b := Entry{Name: "two", Kind: Template, Text: "{{x}} y", Slots: map[string]string{"x": "z"}, About: "about"}
	for _, e := range []Entry{a, b} {
		if err := Add(t.Context(), file, e, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := Add(t.Context(), file, Entry{Name: "ONE", Kind: Fragment, Text: "x"}, false); err == nil || !strings.Contains(err.Error(), `kept as "one" already`) {
		t.Errorf("a name was used twice: %v", err)
	}
	a.Text = "changed"
	if err := Add(t.Context(), file, a, true); err != nil {
		t.Fatal(err)
	}
	if err := Remove(t.Context(), file, "three"); err == nil {
		t.Error("what is not there was removed")
	}
	own, err := read(file)
	if err != nil || len(own) != 2 || !same(own[0], a) || !same(own[1], b) {
		t.Fatalf("kept are %+v (%v)", own, err)
	}
	for _, name := range []string{"Two", "one"} {
		if err := Remove(t.Context(), file, name); err != nil {
			t.Error(err)
		}
	}
	if own, err := read(file); err != nil || len(own) > 0 {
		t.Errorf("left are %+v (%v)", own, err)
	}
	lib, err := Load(file, assets.Library())
	if err != nil {
		t.Fatal(err)
	}
	orbit, err := lib.Find("orbit")
	if err != nil || !orbit.Shipped {
		t.Errorf("%+v (%v)", orbit, err)
	}
	if err := Add(t.Context(), file, Entry{Name: "Orbit", Kind: Fragment, Text: "mine"}, false); err != nil {
		t.Fatal(err)
	}
	if lib, err = Load(file, assets.Library()); err != nil {
		t.Fatal(err)
	}
	if orbit, err = lib.Find("orbit"); err != nil || orbit.Shipped || orbit.Text != "mine" {
		t.Errorf("one's own does not go first: %+v (%v)", orbit, err)
	}
}

func TestAFileStaysAsItIsWritten(t *testing.T) {
	t.Parallel()
	const text = `# my words

[[fragment]] # a light
name = "lamp"
text = "one lamp"

# about the next
[[prompt]]
name = "long"
text = """
[[fragment]]
is only text here"""

[[fragment]]
name = "rain"
text = "rain"
`
	for _, c := range []struct{ remove, gone, left string }{
		{"lamp", `name = "lamp"`, "# my words"},
		{"rain", `name = "rain"`, "# about the next"},
		{"long", `name = "long"`, `text = "rain"`},
	} {
		file := filepath.Join(t.TempDir(), "words.toml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Remove(t.Context(), file, c.remove); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		own, bad := read(file)
		if err != nil || bad != nil || len(own) != 2 || strings.Contains(string(got), c.gone) || c.remove != "long" && !strings.Contains(string(got), c.left) {
			t.Errorf("without %s:\n%s(%v, %v)", c.remove, got, err, bad)
		}
	}
	// A list that cannot be gone on with below.
	file := filepath.Join(t.TempDir(), "words.toml")
	if err := os.WriteFile(file, []byte(`prompt = [{name = "a", text = "b"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Add(t.Context(), file, Entry{Name: "c", Kind: Prompt, Text: "d"}, false); err != nil {
		t.Fatal(err)
	}
	if own, err := read(file); err != nil || len(own) != 2 {
		t.Errorf("%+v (%v)", own, err)
	}
}

func TestTextThatIsNoLibrary(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[[prompt]]\ntext = 'x'":                                           "line 1: prompt 1: it has no name",
		"\n[[prompt]]\nname = 'a'":                                         "line 2: prompt 1: it has no text",
		"[[prompt]]\nname = ' a'\ntext = 'x'":                              "blanks around it",
		"[[template]]\nname = 'a'\ntext = 'x'":                             "without a {{slot}}",
		"[[prompt]]\nname = 'a'\ntext = 'x'\nslots = { a = 'b' }":          "only a template has slots",
		"[[template]]\nname='a'\ntext='{{b}}'\nslots = { c = 'd' }":        "no slot {{c}}",
		"[[prompt]]\nname='a'\ntext='x'\n[[fragment]]\nname='A'\ntext='y'": `line 4: the name "A" is used twice`,
		"[[prompt]]\nname='a'\ntext='x'\ncolour = 1":                       `line 4: there is no "prompt.colour"`,
		"[[poem]]\nname='a'":                                               "line 1: there is no",
		"name = ":                                                          "line 1",
		"[[prompt]]\nname = '" + strings.Repeat("a", 61) + "'\ntext='x'":   "longer than 60",
	} {
		_, err := Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	file := filepath.Join(t.TempDir(), "words.toml")
	if err := os.WriteFile(file, []byte("name = "), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Add(t.Context(), file, Entry{Name: "c", Kind: Prompt, Text: "d"}, false); err == nil || !strings.Contains(err.Error(), file+", line 1") {
		t.Errorf("%v", err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "name = " {
		t.Errorf("a broken file was changed to %q (%v)", got, err)
	}
}

// Any text is refused, or is a library that comes back from its own text.
func FuzzParse(f *testing.F) {
	f.Add(string(assets.Library()))
	f.Add("[[prompt]]\nname='a'\ntext='''x\n[[prompt]]'''\n[[prompt]]\nname='b'\ntext='y'")
	f.Add("prompt = [{name='a', text=\"b\\u0000\"}]")
	f.Add("[[template]]\nname='t'\ntext='{{a b}} {{a_b}}'\nslots={'a b'='1'}")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Parse([]byte(text))
		if err != nil {
			return
		}
		again, err := Format(all)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(again)
		if err != nil || !slices.EqualFunc(got, all, same) {
			t.Fatalf("%q becomes %q: %v", text, again, err)
		}
		for i := range all {
			rest, err := drop([]byte(text), all, i)
			if err != nil {
				t.Fatal(err)
			}
			left, err := Parse(rest)
			if err != nil || len(left) != len(all)-1 {
				t.Fatalf("without %q: %q, %v", all[i].Name, rest, err)
			}
		}
	})
}
