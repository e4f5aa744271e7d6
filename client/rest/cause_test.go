package rest

import (
	"errors"
	"strings"
	"testing"

	"seedreel/client/secret"
)

// An address in an error is readable: host, slash, path.
func TestCauseNamesHostAndPath(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"http://127.0.0.1:8080", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/prefix"} {
		c, err := New("x", Config{Base: base, Key: secret.New("k")}, func(*Answer) Fault { return Fault{} })
		if err != nil {
			t.Fatal(err)
		}
		got := c.cause(&Call{Path: "/api/v3/balance"}, errors.New("refused")).Error()
		want := strings.TrimRight(strings.TrimPrefix(base, "http://"), "/") + "/api/v3/balance"
		if !strings.Contains(got, want) {
			t.Errorf("%s: %q does not hold %q", base, got, want)
		}
	}
}
