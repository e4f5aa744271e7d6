package history

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/store"
	"seedreel/ui/dialog"
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

// The saved searches are renamed and forgotten where they are used.
func TestSavedSearchesAreKeptInOrder(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "x.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	v := &Screen{s: &studio.Studio{Ctx: t.Context(), Store: st, Styles: theme.New(theme.Choose("none", false, false)), Keys: keymap.New()}, search: textinput.New()}
	v.s.Dialogs = dialog.NewStack(time.Now)
	said := func(cmd tea.Cmd) string {
		t.Helper()
		m, ok := cmd().(searchSavedMsg)
		if !ok {
			t.Fatal("nothing was done")
		}
		if m.err != nil {
			return "not: " + m.err.Error()
		}
		return string(m.said)
	}
	for _, x := range []struct{ got, want string }{
		{said(v.keepSearch("my keepers", "is:pick")), `Saved; saved:"my keepers" finds it.`},
		{said(v.keepSearch("best", `saved:"my keepers"`)), "Saved; saved:best finds it."},
		{said(v.forgetSearch("my keepers")), `not: the search "my keepers" is a part of "best"; change or forget that first`},
	} {
		if x.got != x.want {
			t.Errorf("it says %q, want %q", x.got, x.want)
		}
	}
	m, ok := v.readKnown(true)().(knownReadMsg)
	if !ok || m.err != nil {
		t.Fatal(m.err)
	}
	v.knownRead(m)
	if !v.s.Dialogs.Has(dialogSaved) {
		t.Fatal("they are not shown")
	}
	if got, want := said(v.forgetSearch("best")), `Forgotten: best, which was saved:"my keepers".`; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}
