// Package clienttest holds what the tests of services and models share: the
// built-in catalogue, read once, and servers that answer as a test wants. What
// a test opens, it closes.
package clienttest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/secret"
)

var loaded = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(assets.Models()) })

// Catalogue returns the built-in catalogue. It is read once, as it is long and
// never changed.
func Catalogue(tb testing.TB) *catalogue.Catalogue {
	tb.Helper()
	c, err := loaded()
	if err != nil {
		tb.Fatalf("the embedded catalogue does not load: %v", err)
	}
	return c
}

// Model returns a model of the built-in catalogue by its reference, such as
// "service:maker/model", or by an id that is unique.
func Model(tb testing.TB, ref string) *catalogue.Model {
	tb.Helper()
	found := Catalogue(tb).Find(ref)
	if len(found) != 1 {
		tb.Fatalf("%q: found %d models, want 1", ref, len(found))
	}
	return found[0]
}

// Config returns how to reach a server with the given handler and key. The
// server is closed after the test.
func Config(tb testing.TB, key string, h http.Handler) rest.Config {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return rest.Config{Base: s.URL, Key: secret.New(key)}
}

// Provider returns a service's provider, made by its New. Its connections are
// closed after the test.
func Provider[P interface{ CloseIdle() }](tb testing.TB, create func(rest.Config) (P, error), c rest.Config) P {
	tb.Helper()
	p, err := create(c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(p.CloseIdle)
	return p
}

// Verdicts checks the kinds of the errors that call returns. Each answer of the
// service is its status, a blank and its body.
func Verdicts(t *testing.T, answers map[string]client.Kind, call func(status int, body string) error) {
	t.Helper()
	for answer, want := range answers {
		number, body, _ := strings.Cut(answer, " ")
		status, err := strconv.Atoi(number)
		if err != nil {
			t.Fatalf("%q does not begin with a status", answer)
		}
		if err := call(status, body); client.KindOf(err) != want {
			t.Errorf("HTTP %.80s: %v, want kind %q", answer, err, want)
		}
	}
}

// CloseAtEnd closes what a test has opened when the test ends.
func CloseAtEnd(t testing.TB, c io.Closer) {
	t.Helper()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}
