package story_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seedreel/views/cli"
	"seedreel/views/story"
)

// What cannot be is refused in a sentence that says what to change; nothing is
// sent, and nothing is lost.
func TestBadInputOfAReelIsSaidAndSendsNothing(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	var j struct{ ID, Path string }
	if err := json.Unmarshal([]byte(ok(t, w, "submit", "--model", modelText, "--prompt", boat, "--duration", "2", "--seed", "7", "--wait", "--json")), &j); err != nil {
		t.Fatal(err)
	}
	before, show := len(w.Tasks()), ok(t, w, "reel", "show", "--json")
	file := func(name, text string) string { return w.File(name+".reel.toml", []byte(text)) }
	million := strings.Repeat("{a|b|c|d|e|f|g|h|i|j}", 7)
	w.File("full/notes.txt", []byte("mine"))
	torn := w.File("torn.mp4", []byte("no clip at all"))
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a brace that is not closed":       {[]string{"submit", "--prompt", "a {lake", "--vary", "prompt"}, "a { without its }; for a brace in the text write {{"},
		"a brace that is not opened":       {[]string{"submit", "--prompt", "a lake}", "--vary", "prompt"}, "a } without its {"},
		"a product of a million":           {[]string{"submit", "--prompt", million, "--vary", "prompt"}, "more than a million clips; 500 at once are the most"},
		"an empty slot":                    {[]string{"submit", "--prompt", "a {dawn|} lake", "--vary", "prompt"}, "an empty place in {...}"},
		"an empty place in a list":         {[]string{"submit", "--prompt", "x", "--vary", "duration=5,,8"}, "empty place"},
		"a range that runs back":           {[]string{"submit", "--prompt", "x", "--vary", "duration=8-4"}, "runs backwards; write 4-8"},
		"a field that is none":             {[]string{"submit", "--prompt", "x", "--vary", "lengths=5,8"}, "there is no such field"},
		"a shot that goes on from itself":  {[]string{"reel", "import", file("self", "name = \"x\"\n[[shot]]\nprompt = \"a\"\ncontinue = 1\n")}, "continue"},
		"a shot that goes on from no pick": {[]string{"reel", "check", file("nopick", "name = \"x\"\n[[shot]]\nprompt = \"a\"\n[[shot]]\nprompt = \"b\"\nmodel = \"bytedance/seedance-v1-lite-i2v-480p\"\ncontinue = 1\n")}, "has no pick yet; pick one of its takes first"},
		"an unknown key":                   {[]string{"reel", "check", file("key", "name = \"x\"\n[[shot]]\nprompt = \"a\"\nlengths = 5\n")}, "line 4: there is no key"},
		"a name used twice":                {[]string{"reel", "check", file("cast", "name = \"x\"\n[[cast]]\nname = \"anna\"\nwords = \"a\"\n[[cast]]\nname = \"Anna\"\nwords = \"b\"\n[[shot]]\nprompt = \"@anna\"\n")}, "@Anna is used twice"},
		"a filter that does not exist":     {[]string{"history", "flavour:sweet"}, "flavour"},
		"a folder that is not empty":       {[]string{"export", j.ID, filepath.Join(w.Home(), "full")}, "notes.txt"},
		"a folder that is no export":       {[]string{"import", filepath.Join(w.Home(), "full")}, "so it is no export"},
		"a file that is there":             {[]string{"join", j.ID, "--output", torn}, "already"},
		"a way that is none":               {[]string{"again", j.ID, "--as", "faster"}, "is no way to make a take again"},
		"longer than can be":               {[]string{"again", j.ID, "--as", "longer", "--duration", "99", "--yes"}, "99"},
		"a final of no pick":               {[]string{"again", j.ID, "--as", "final"}, "pick this take first"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, said := plain(t, w, c.args...)
			if code == cli.ExitOK || !strings.Contains(out+said, c.want) {
				t.Errorf("%v ended with %d: %s%s", c.args, code, out, said)
			}
			noEscapes(t, out+said)
		})
	}
	// No ffmpeg: the search path of these tests is empty.
	if err := os.WriteFile(j.Path, []byte("no clip at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"frame", j.ID}, {"again", j.ID, "--as", "go-on", "--prompt", "x"}} {
		if code, out, said := plain(t, w, args...); code == cli.ExitOK || !strings.Contains(out+said, "needs ffmpeg, which is not installed") {
			t.Errorf("%v ended with %d: %s%s", args, code, out, said)
		}
	}
	if n := len(w.Tasks()); n != before {
		t.Errorf("%d were sent", n-before)
	}
	if after := ok(t, w, "reel", "show", "--json"); after != show {
		t.Errorf("the reel was %s, and is %s", show, after)
	}
	if b, err := os.ReadFile(torn); err != nil || string(b) != "no clip at all" {
		t.Errorf("a file that was there is %q, %v", b, err)
	}
}
