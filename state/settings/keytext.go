package settings

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"seedreel/client/all"
)

var (
	// keyName matches what shells, .env files and TOML put before a key.
	keyName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:(?i:export|set|setx)\s+|\$(?i:env):)?([A-Za-z_][A-Za-z0-9_]*)(?:\s*=\s*|\s*:\s+)(.*)$`)
	})
	// keyScheme matches what an HTTP header puts before a key.
	keyScheme = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?i:(?:authorization\s*:\s*)?bearer|authorization\s*:)\s+(.*)$`)
	})
	// namesKey distinguishes names of keys from keys that hold an equals sign.
	namesKey = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)key|token|secret`)
	})
)

// keyQuotes are the pairs that keys are quoted in, including the curly ones of
// word processors.
var keyQuotes = [][2]string{{`"`, `"`}, {`'`, `'`}, {"`", "`"}, {"“", "”"}, {"‘", "’"}, {"<", ">"}}

// unseen replaces invisible characters that are pasted along.
var unseen = strings.NewReplacer("\ufeff", "", "\u200b", "", "\u2060", "", "\u00a0", " ")

// CheckKey returns why a text cannot be the key of a service, as it was typed
// or pasted, or nil. It does not repeat the text.
func CheckKey(service, text string) error {
	if strings.TrimSpace(text) == "" {
		return nil // removes it
	}
	_, err := keyOf(service, text)
	return err
}

// keyOf extracts a key from what was pasted for it: in quotes, as a line of a
// shell or a file, or as a header. On failure neither the result nor the error
// repeats the text.
func keyOf(service, text string) (string, error) {
	s := strings.TrimSpace(unseen.Replace(text))
	// Each may contain the next: export NAME="Bearer KEY".
	for range 4 {
		before := s
		if m := keyScheme().FindStringSubmatch(s); m != nil {
			s = m[1]
		} else if m := keyName().FindStringSubmatch(s); m != nil && nameOfKey(m[1]) {
			if other := serviceNamed(m[1]); other != "" && other != service {
				return "", fmt.Errorf("was given with the name of %s's key; give it to that service", other)
			}
			s = m[2]
		}
		s = unquoteKey(strings.TrimSpace(s))
		if s == before {
			break
		}
	}
	if strings.EqualFold(s, "bearer") {
		return "", errors.New(`holds only the word "Bearer"; the key comes behind it`)
	}
	if s == "" && strings.TrimSpace(text) != "" {
		return "", errors.New("is missing; only what surrounds one was given")
	}
	return s, checkKey(s)
}

func nameOfKey(name string) bool { return namesKey().MatchString(name) || serviceNamed(name) != "" }

// serviceNamed returns the service whose key has a name, "" if there is none.
func serviceNamed(name string) string {
	for _, s := range all.IDs() {
		if strings.EqualFold(name, s) || strings.EqualFold(name, KeyVar(s)) {
			return s
		}
	}
	return ""
}

// unquoteKey removes a pair of quotes, and a comma or semicolon after it.
func unquoteKey(s string) string {
	bare := strings.TrimRight(s, ",;")
	for _, q := range keyQuotes {
		if len(bare) >= len(q[0])+len(q[1]) && strings.HasPrefix(bare, q[0]) && strings.HasSuffix(bare, q[1]) {
			return strings.TrimSpace(bare[len(q[0]) : len(bare)-len(q[1])])
		}
	}
	return s
}
