package job

import "strings"

// practiceKey begins the keys of practice, so that what was practised can be
// made under the same key.
const practiceKey = "practice "

// KeptKey returns the key of an order as it is kept.
func KeptKey(given string, practice bool) string {
	if given == "" || !practice || strings.HasPrefix(given, practiceKey) {
		return given
	}
	return practiceKey + given
}

// GivenKey returns the key of an order as it was given.
func GivenKey(kept string) string { return strings.TrimPrefix(kept, practiceKey) }
