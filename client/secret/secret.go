// Package secret holds a service's key so that nothing can print it by mistake.
//
// A key must never reach a log, the store, an error or the screen. A plain
// string does so at the first %v; a Secret says [redacted] through every door
// that fmt, encoding/json, encoding and log/slog have.
package secret

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const redacted = "[redacted]"

// Secret is a key that prints as "[redacted]". The zero Secret is "no key".
//
// Its methods have value receivers on purpose: fmt finds a pointer receiver's
// methods on addressable values only, and would print the others whole.
type Secret struct {
	// A function and not a string: fmt cannot call methods of a value in an
	// unexported field of some other struct and prints what it finds there,
	// which of a function is an address. It also rules out ==, whose timing
	// tells how much of a key was right.
	reveal func() string
}

// New wraps a key, without the white space that copying and files add around
// it. An empty key gives the zero Secret.
func New(key string) Secret {
	key = strings.TrimSpace(key)
	if key == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return key }}
}

// IsSet tells whether there is a key at all.
func (s Secret) IsSet() bool { return s.reveal != nil }

// Reveal returns the key itself. It is for the transport, which puts it into
// one header of requests to one host; nothing else may call it.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Equal compares two keys in a time that does not depend on where they differ.
func (s Secret) Equal(o Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(o.Reveal())) == 1
}

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]", which is what %#v asks for.
func (s Secret) GoString() string { return redacted }

// Format writes "[redacted]" whatever the verb, %x and %q too.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, redacted) // fmt gives no way to report it
}

// MarshalJSON writes the JSON string "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText writes "[redacted]"; it serves TOML, XML and map keys.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue gives slog "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Redact replaces the key in a text that came from outside, as some services
// repeat a refused key in their answer.
func (s Secret) Redact(text string) string {
	if s.reveal == nil {
		return text
	}
	return strings.ReplaceAll(text, s.reveal(), redacted)
}
