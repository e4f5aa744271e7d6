package client_test

import (
	"testing"

	"seedreel/client"
)

func TestPromptHint(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prompt string
		fixed  bool
		hint   client.Hint
		words  string
	}{
		"orbit, fixed":         {"The camera orbits the statue", true, client.HintCamera, "camera orbits"},
		"orbit, free":          {"The camera orbits the statue", false, client.HintNone, ""},
		"no camera":            {"A pan of rice on the stove", true, client.HintNone, ""},
		"push in":              {"slow push in as he lands", true, client.HintCamera, "push in"},
		"a text command":       {"a fox --rs 480p", false, client.HintCommand, "--rs"},
		"a dash is no command": {"a fox -- quick, well-kept", false, client.HintNone, ""},
		"empty":                {"", true, client.HintNone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := client.Values{client.RolePrompt: client.Text(c.prompt), client.RoleCameraFixed: client.Bool(c.fixed)}
			h, words := client.PromptHint(v)
			if h != c.hint || words != c.words {
				t.Errorf("got %d %q, want %d %q", h, words, c.hint, c.words)
			}
		})
	}
}
