package rest

import "strings"

// mostPlain bounds such an id in bytes.
const mostPlain = 128

// PlainID reports whether s is 1 to 128 ASCII letters, digits, "_", "-" and
// characters of also, so that it may go into a path or a header as it is. It is
// no regular expression because those cost each start of the program half a
// millisecond.
func PlainID(s, also string) bool {
	return s != "" && len(s) <= mostPlain && strings.IndexFunc(s, func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letter && r != '_' && r != '-' && !strings.ContainsRune(also, r)
	}) < 0
}
