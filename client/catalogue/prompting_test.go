package catalogue_test

import (
	"testing"

	"seedreel/client/catalogue"
)

func TestPromptHint(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prompt string
		fixed  bool
		hint   catalogue.Hint
		words  string
	}{
		"orbit, fixed":         {"The camera orbits the statue", true, catalogue.HintCamera, "camera orbits"},
		"orbit, free":          {"The camera orbits the statue", false, catalogue.HintNone, ""},
		"no camera":            {"A pan of rice on the stove", true, catalogue.HintNone, ""},
		"push in":              {"slow push in as he lands", true, catalogue.HintCamera, "push in"},
		"a text command":       {"a fox --rs 480p", false, catalogue.HintCommand, "--rs"},
		"a dash is no command": {"a fox -- quick, well-kept", false, catalogue.HintNone, ""},
		"empty":                {"", true, catalogue.HintNone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := catalogue.Values{catalogue.RolePrompt: catalogue.Text(c.prompt), catalogue.RoleCameraFixed: catalogue.Bool(c.fixed)}
			h, words := catalogue.PromptHint(v)
			if h != c.hint || words != c.words {
				t.Errorf("got %d %q, want %d %q", h, words, c.hint, c.words)
			}
		})
	}
}
