package reel

import (
	"fmt"
	"regexp"
	"strings"
)

var nameRule = regexp.MustCompile(`^[\p{L}][\p{L}\p{M}\p{N}_-]{0,39}$`)

// CheckCast returns an error for a name that cannot be one, or is used twice.
func CheckCast(cast []Name) error {
	seen := map[string]bool{}
	for i := range cast {
		n := strings.TrimPrefix(cast[i].Name, "@")
		if !nameRule.MatchString(n) {
			return fmt.Errorf("the name %q must begin with a letter, and hold letters, digits, - and _ only", cast[i].Name)
		}
		if key := strings.ToLower(n); seen[key] {
			return fmt.Errorf("the name @%s is used twice", n)
		} else {
			seen[key] = true
		}
		if len(cast[i].Pictures) == 0 && strings.TrimSpace(cast[i].Words) == "" {
			return fmt.Errorf("the name @%s has neither pictures nor words", n)
		}
	}
	return nil
}
