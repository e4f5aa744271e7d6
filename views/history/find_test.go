package history

import (
	"strings"
	"testing"

	"charm.land/bubbles/v2/textinput"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/store"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
	"seedreel/views/studio"
)

func TestALineShowsWhatTheLineCanBecome(t *testing.T) {
	t.Parallel()
	v := &Screen{
		s: &studio.Studio{
			Styles: theme.New(theme.Choose("none", false, false)), Keys: keymap.New(), Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)),
		},
		search: textinput.New(),
	}
	v.knownRead(knownReadMsg{saved: []store.SavedSearch{{Name: "keepers", Text: "is:pick"}}, reels: []string{"Harbour"}})
	v.typing = true
	for line, want := range map[string][2]string{
		"ra":        {"tab rating:  ratio:", "rating:"},
		"reel:h":    {"tab reel:Harbour", "reel:Harbour "},
		"saved:":    {"tab saved:keepers", "saved:keepers "},
		"is:":       {"tab is:pick  is:rejected", "is:pick "},
		"":          {"", ""},
		"fox":       {"", "fox"},
		"colour:re": {"there is no filter colour:", "colour:re"},
		"rating:6":  {`rating: is "6"`, "rating:6"},

		"service:wavespede": {`service: no service has in its name "wavespede"; did you mean wavespeed?`, "service:wavespede"},
		"model:lyte":        {`model: no model has in its name "lyte"; did you mean lite?`, "model:lyte"},
		"model:lite":        {"", "model:lite"},
	} {
		v.search.SetValue(line)
		v.offer()
		v.judge()
		if got := strings.TrimSpace(ansi.Strip(v.hint(80))); !strings.HasPrefix(got, want[0]) || want[0] == "" && got != "" {
			t.Errorf("%q shows %q, want %q", line, got, want[0])
		}
		v.complete()
		if got := v.search.Value(); got != want[1] {
			t.Errorf("%q becomes %q, want %q", line, got, want[1])
		}
	}
}

func TestAKeyPressEndsTheSearchBeforeIt(t *testing.T) {
	t.Parallel()
	v := &Screen{s: &studio.Studio{Keys: keymap.New()}, search: textinput.New()}
	ended := 0
	v.cancel = func() { ended++ }
	before := v.seq
	v.searched()
	if ended != 1 || v.seq == before || !v.behind {
		t.Errorf("ended %d, %d after %d", ended, v.seq, before)
	}
	if v.apply(pageLoadedMsg{seq: before, count: 3}); v.count != 0 {
		t.Error("the answer of the search before was shown")
	}
}
