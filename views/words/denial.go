package words

import (
	"strings"

	"seedreel/ui/safe"
)

// denials are the words of services that know the key and do not let it do
// something, in lower case, and what is then said; the first match is used.
var denials = []struct {
	words []string
	said  safe.String
}{
	{
		[]string{"spending limit", "spend limit", "spending cap", "usage limit", "budget limit", "limit_exceeded", "limitexceeded", "key limit"},
		"stopped at the spending limit of the key",
	},
	{
		[]string{"not verified", "unverified", "verify your", "verification", "suspended", "account is disabled", "account disabled"},
		"does not let this account do it yet",
	},
	{[]string{"scope", "permission", "not allowed to", "not authorized to", "access denied", "accessdenied"}, "does not let this key do it"},
}

// denied returns what a service refused, without a subject, by its own code
// and text.
func denied(code, text string) safe.String {
	all := strings.ToLower(code + " " + text)
	for _, d := range denials {
		for _, w := range d.words {
			if strings.Contains(all, w) {
				return d.said
			}
		}
	}
	return "refused the key"
}
