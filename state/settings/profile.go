package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// profilesDir is the folder of the profiles, within each of ours.
const profilesDir = "profiles"

// profileName matches the name of a profile.
var profileName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)
})

// profile returns the folders of a named profile: nothing in them is shared
// with another one. "" is the default one.
func (p *Paths) profile(name string) (Paths, error) {
	if name == "" {
		return *p, nil
	}
	if !profileName().MatchString(name) {
		return *p, &Error{File: "the profile", Key: name, Problem: "must be a name of letters, digits, - and _, at most 32"}
	}
	within := func(dir string) string { return filepath.Join(dir, profilesDir, name) }
	return Paths{Profile: name, Config: within(p.Config), Data: within(p.Data), State: within(p.State)}, nil
}

// Exists reports whether the profile was made. The default one always is.
func (p *Paths) Exists() bool {
	if p.Profile == "" {
		return true
	}
	info, err := os.Stat(p.Config)
	return err == nil && info.IsDir()
}

// Profiles returns the names of all profiles, without the default one.
func Profiles(env Env) ([]string, error) {
	p, err := findPaths(env)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(p.Config, profilesDir))
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("listing the profiles: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && profileName().MatchString(e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out, nil
}
