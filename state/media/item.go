// Package media examines the images, clips and sounds that a person gives as
// input: links, paths on this machine, or paths pasted by a terminal on which a
// file was dropped.
//
// Local files are untrusted. They are opened without blocking, judged by their
// content and never by their name, and decoded only after their header was
// found harmless: a picture of a few hundred bytes can claim to be 50,000
// pixels wide and high.
package media

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"seedreel/client/address"
)

// Kind is the kind of an item.
type Kind int

// The kinds of items.
const (
	// Path is a file on this machine.
	Path Kind = iota
	// Link is an http or https URL; the service fetches it itself.
	Link
	// DataURI holds the bytes of an image within the item.
	DataURI
)

// maxItem bounds a link or path; data URIs have the bound of images.
const maxItem = 8 << 10

// Item is one piece of media as kept in a form. Value is a link, a data URI, or
// a path, which is absolute if the home folder was known.
type Item struct {
	Kind  Kind
	Value string
}

// Parse parses what a person typed: a link, a data URI of an image, a file://
// URL or a path. Home replaces a leading "~/"; it may be "". Parse does not
// access the file. Errors are one sentence each.
func Parse(text, home string) (Item, error) {
	s := strings.TrimSpace(text)
	switch scheme := schemeOf(s); {
	case s == "":
		return Item{}, errors.New("no file or link was given")
	case scheme == notFetched:
		return Item{}, errors.New("this is no link to a file; give an https link or a path")
	case scheme == "data":
		if !strings.HasPrefix(strings.ToLower(s), "data:image/") {
			return Item{}, errors.New("a data URI must hold an image")
		}
		return Item{Kind: DataURI, Value: s}, nil
	case len(s) > maxItem:
		return Item{}, fmt.Errorf("the file or link has %d characters, which is too long", len(s))
	case strings.ContainsRune(s, 0):
		return Item{}, errors.New("a path cannot hold a NUL character")
	case scheme == "http" || scheme == "https":
		return parseLink(s)
	case scheme == "file":
		p, ok := fromFileURL(s)
		if !ok {
			return Item{}, errors.New("the file:// URL does not name a file on this machine")
		}
		return Item{Kind: Path, Value: p}, nil
	case scheme != "":
		return Item{}, fmt.Errorf("links must be http or https, not %s", scheme)
	}
	return Item{Kind: Path, Value: expand(s, home)}, nil
}

// notFetched represents all schemes that are written without "//" and name
// nothing that a service could fetch.
const notFetched = "other"

// bareSchemes lists them. Other words before a colon may be part of a path.
var bareSchemes = []string{"javascript", "vbscript", "blob", "about", "mailto", "tel", "urn", "magnet", "cid", "view-source", "content"}

// schemeOf returns what precedes "://" (or "data:"), in lower case.
func schemeOf(s string) string {
	word, rest, ok := strings.Cut(s, ":")
	word = strings.ToLower(word)
	switch {
	case !ok:
	case word == "data":
		return word
	case (word == "http" || word == "https" || word == "file") && !strings.HasPrefix(rest, "//"):
		if word == "file" && strings.HasPrefix(rest, "/") {
			return word // RFC 8089 allows this form too
		}
		return notFetched
	case slices.Contains(bareSchemes, word):
		return notFetched
	}
	scheme, _, ok := strings.Cut(s, "://")
	if !ok || scheme == "" {
		return ""
	}
	for _, r := range scheme {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("+-.", r) {
			return ""
		}
	}
	return strings.ToLower(scheme)
}

func parseLink(s string) (Item, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return Item{}, errors.New("the link cannot be read as a URL")
	case u.Hostname() == "":
		return Item{}, errors.New("the link names no host")
	case u.User != nil:
		return Item{}, errors.New("the link holds a user name or password, which the service would get to see")
	}
	// The service fetches it from its own place, not from this machine.
	if err := address.CheckHost(u.Hostname()); err != nil {
		if errors.Is(err, address.ErrLoopback) {
			return Item{}, errors.New("the link leads to this machine, which the service cannot reach; give the file itself")
		}
		return Item{}, fmt.Errorf("no service can fetch this: %w", err)
	}
	if err := page(u); err != nil {
		return Item{}, err
	}
	return Item{Kind: Link, Value: s}, nil
}

// fromFileURL returns the path of a file:// URL of this machine (RFC 8089).
func fromFileURL(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Path == "" || u.Host != "" && !strings.EqualFold(u.Host, "localhost") || strings.ContainsRune(u.Path, 0) {
		return "", false
	}
	p := u.Path
	if runtime.GOOS == "windows" && len(p) > 2 && p[0] == '/' && p[2] == ':' {
		p = p[1:]
	}
	return filepath.FromSlash(p), true
}

// expand replaces a leading "~" by the home folder and makes the path absolute,
// so that it still refers to the same file when a job is sent later.
func expand(p, home string) string {
	if rest, ok := strings.CutPrefix(p, "~"); ok && home != "" && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		p = filepath.Join(home, rest)
	}
	if abs, err := filepath.Abs(p); err == nil {
		return abs
	}
	return p
}
