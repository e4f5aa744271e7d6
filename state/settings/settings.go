package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"

	"seedreel/client/address"
	"seedreel/client/all"
	"seedreel/client/usd"
)

// maxFile bounds a settings file.
const maxFile = 256 << 10

// Service is how one service is reached and how much it is used. It is not
// changed in place: copies of Settings share it.
type Service struct {
	// BaseURL is the address of the API, without a trailing slash.
	BaseURL string
	// InFlight is how many clips may be under way at a time.
	InFlight int
	// SubmitsPerMinute is how many clips may be ordered in a minute.
	SubmitsPerMinute int
	// Extra holds the settings that only this service has, by name.
	Extra map[string]string
}

// Settings is what settings.toml holds, with the defaults filled in.
type Settings struct {
	// Services holds a part for each service, by its id. It is not changed in
	// place, as copies share it.
	Services map[string]Service
	// Model is the model a new form starts with, as "service:model"; "" for the
	// last one used or the catalogue's first.
	Model string
	// ClipsDir is the folder of the clips as written; see Paths.ClipsDir. ""
	// for the default.
	ClipsDir string
	// ClipsName is the template for the names of clips, "" for the usual one.
	ClipsName string
	// DailyLimit is the most that may be spent in a day, 0 for no limit.
	DailyLimit usd.Micro
	// ConfirmAbove is the total above which a submission needs confirmation, 0
	// for always.
	ConfirmAbove usd.Micro
	// Theme is "auto", "dark", "light" or "ansi".
	Theme string
	// Images is how pictures are drawn: "auto", "kitty", "mosaic" or "off".
	Images string
	// Stills shows the clips' stills in lists.
	Stills bool
	// Mouse enables mouse support.
	Mouse bool
	// ReducedMotion turns off animations except those a person asked for.
	ReducedMotion bool
	// OnSaved and OnFailed are programs that are run when a job has ended; see
	// Command.
	OnSaved, OnFailed string
	// SimulatorSpeed is how many times faster than life the simulator works.
	SimulatorSpeed float64
	// Practice is when new jobs go to the simulator: PracticeAuto,
	// PracticeAlways or PracticeNever.
	Practice string
}

// The values of the setting practice.
const (
	// PracticeAuto practises as long as no key is known.
	PracticeAuto = "auto"
	// PracticeAlways practises even if keys are set.
	PracticeAlways = "always"
	// PracticeNever fails for want of a key.
	PracticeNever = "never"
)

// Service returns the part of one service, the zero Service if there is none.
// The address is the one that its extra settings ask for, unless another one is
// set.
func (s *Settings) Service(id string) Service {
	v := s.Services[id]
	if d, ok := all.Find(id); ok && v.BaseURL == d.Base {
		v.BaseURL = d.AddressFor(v.Extra)
	}
	return v
}

// edit changes the part of one service, in copies.
func (s *Settings) edit(id string, change func(*Service)) {
	v := s.Services[id]
	v.Extra = maps.Clone(v.Extra)
	change(&v)
	next := map[string]Service{id: v}
	for other, part := range s.Services {
		if other != id {
			next[other] = part
		}
	}
	s.Services = next
}

// Error describes what is wrong with a file of settings or keys.
type Error struct {
	// File is the path; Line counts from 1 and is 0 if it is unknown.
	File string
	Line int
	// Key is the dotted key, "" if the error concerns the whole file.
	Key string
	// Problem is the rest of a sentence that Key begins: "must be ...".
	Problem string
	// Err is the underlying error, or nil.
	Err error
}

// Error returns "file:line: key problem" on one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + " ")
	}
	b.WriteString(e.Problem)
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Load reads a settings file and overrides it from the environment: see
// Variable. Without a file it uses the defaults. The error is an *Error.
func Load(file string, env Env) (Settings, error) {
	data, err := readFile(file, nil)
	if err != nil {
		return Settings{}, err
	}
	s, err := Parse(file, data)
	if err != nil {
		return Settings{}, err
	}
	return s, s.override(env)
}

// readFile reads a file of ours, or nothing if it is missing. judge, if set,
// checks the open file; its error completes the sentence "FILE ...".
func readFile(file string, judge func(fs.FileInfo) error) ([]byte, error) {
	f, err := os.OpenFile(file, os.O_RDONLY|openFlags, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &Error{File: file, Problem: "cannot be opened: " + cause(err), Err: err}
	}
	defer func() { _ = f.Close() }() // read only
	info, err := f.Stat()
	if err != nil {
		return nil, &Error{File: file, Problem: "cannot be read: " + cause(err), Err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{File: file, Problem: "is not a plain file"}
	}
	if judge != nil {
		if err := judge(info); err != nil {
			return nil, &Error{File: file, Problem: err.Error()}
		}
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, &Error{File: file, Problem: "cannot be read: " + cause(err), Err: err}
	}
	if len(data) > maxFile {
		return nil, &Error{File: file, Problem: fmt.Sprintf("is longer than %d KB", maxFile>>10)}
	}
	return data, nil
}

// cause removes the path from an error that already names it.
func cause(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

// baseURL checks the address of an API: anywhere over https, over plain http
// only on this machine, as each request carries a key.
func baseURL(s string) (string, error) {
	s = unquoteKey(strings.TrimSpace(s))
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return "", errors.New("must be a URL such as https://api.example.com")
	}
	switch {
	case u.User != nil:
		return "", errors.New("must not hold a user name or password")
	case u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("must end with the path, without ? or #")
	case u.Scheme == "https":
	case u.Scheme == "http" && Loopback(u.Hostname()):
	case u.Scheme == "http":
		return "", errors.New("must be https, as each request carries a key (http is for localhost)")
	default:
		return "", errors.New("must start with https://")
	}
	u.Path, u.RawPath = versionPath().ReplaceAllString(u.Path, ""), ""
	return strings.TrimRight(u.String(), "/"), nil
}

// versionPath matches where the path of the API itself begins, which each
// request adds: "/api/v3/predictions", "/v2".
var versionPath = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:/api)?/v[0-9]+(?:/.*)?$`)
})

// Loopback reports whether a host name refers to this machine: localhost, a
// name below it, 127.0.0.0/8 or ::1.
func Loopback(host string) bool { return address.LoopbackHost(host) }
