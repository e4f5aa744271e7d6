package rest_test

import (
	"strings"
	"testing"

	"seedreel/client/rest"
)

func TestPlainIDs(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"": false, "a": true, "cgt-20250704191750-n4qjp": true, "A_9": true, strings.Repeat("a", 128): true, strings.Repeat("a", 129): false,
		"../a": false, "a/b": false, "a.b": false, "a b": false, "é": false, "a\n": false, "a%2f": false,
	} {
		if got := rest.PlainID(s, ""); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
	if !rest.PlainID("a.b:c", ".:") || rest.PlainID("a.b/c", ".:") {
		t.Error("what is also allowed is not what was named")
	}
}
