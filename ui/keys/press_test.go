package keys_test

import (
	"testing"

	"seedreel/ui/keys"
)

// Press must return a key that the binding matches.
func TestPressMatchesItsOwnBinding(t *testing.T) {
	t.Parallel()
	for _, k := range []string{"ctrl+g", "alt+1", "alt+?", "1", "?", "D", "G", "enter", "esc", "tab", "shift+tab", "/", "up", "delete", "pgdown", "space"} {
		b := keys.New("x", "x", []string{k}, k, "does")
		if !b.Is(b.Press()) {
			t.Errorf("%q: pressing it is read as %q", k, b.Press().String())
		}
	}
}
