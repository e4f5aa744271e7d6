// Package secret holds a service's key so that nothing can print it by
// mistake.
//
// A key must never reach a log, the store, an error or the screen. A plain
// string does so at the first %v; a Secret prints as [redacted] through fmt,
// encoding/json, encoding and log/slog.
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
	// which for a function is an address. It also rules out ==, whose timing
	// reveals how much of a key was right.
	reveal func() string
}

// New wraps a key, without the surrounding white space that copying and files
// add. An empty key gives the zero Secret.
func New(key string) Secret {
	key = strings.TrimSpace(key)
	if key == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return key }}
}

// IsSet reports whether there is a key.
func (s Secret) IsSet() bool { return s.reveal != nil }

// Reveal returns the key itself. It is for the transport, which puts it into
// one header of requests to one host; nothing else may call it.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Equal compares two keys in a time independent of where they differ.
func (s Secret) Equal(o Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(o.Reveal())) == 1
}

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]", for %#v.
func (s Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb, %x and %q included.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, redacted) // fmt cannot report it
}

// MarshalJSON writes the JSON string "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText writes "[redacted]", for TOML, XML and map keys.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns "[redacted]" for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Redact replaces the key in a text from outside, as some services repeat a
// refused key in their answer.
func (s Secret) Redact(text string) string {
	if s.reveal == nil {
		return text
	}
	return strings.ReplaceAll(text, s.reveal(), redacted)
}
