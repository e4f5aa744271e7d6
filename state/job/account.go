package job

import (
	"net/url"
	"strings"
)

// Account returns the name of an account: a fingerprint of its key and the
// address of its service.
func Account(fingerprint, address string) string {
	return fingerprint + "@" + strings.TrimRight(address, "/")
}

// AccountLabel returns a short name of an account for a person: the end of the
// fingerprint and the host, "…3f9a at api.example.com".
func AccountLabel(account string) string {
	print, address, _ := strings.Cut(account, "@")
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		address = u.Host
	}
	if n := len(print); n > 4 {
		print = print[n-4:]
	}
	return "…" + print + " at " + address
}
