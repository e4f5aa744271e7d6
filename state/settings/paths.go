// Package settings holds what a person configures: where things are kept, the
// settings file, and the keys of the services.
//
// The environment is passed in as a function and never read from the process,
// so that tests and several programs in one process do not disturb each other.
package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// Env looks up an environment variable, "" if it is not set; os.Getenv fits.
type Env func(name string) string

// app is our folder within the folders of the user.
const app = "seedreel"

// HomeVar is the variable that puts everything below one folder, and ProfileVar
// names the profile.
const (
	HomeVar    = "SEEDREEL_HOME"
	ProfileVar = "SEEDREEL_PROFILE"
)

// Paths are the folders of the program, absolute.
type Paths struct {
	// Profile is the name of the profile, "" for the default one.
	Profile string
	// Config holds the settings, the keys and the user's own catalogue.
	Config string
	// Data holds the job store and, unless set otherwise, the clips.
	Data string
	// State holds logs and locks, which may be lost without harm.
	State string
}

// FindPaths returns the folders of a user: those of the XDG base directory
// specification, or of the platform where it has its own convention, or all
// below $SEEDREEL_HOME. A named profile has folders of its own within them. It
// creates nothing.
func FindPaths(env Env) (Paths, error) {
	p, err := findPaths(env)
	if err != nil {
		return p, err
	}
	return p.profile(env(ProfileVar))
}

func findPaths(env Env) (Paths, error) {
	if home := env(HomeVar); home != "" {
		abs, err := filepath.Abs(home)
		if err != nil {
			return Paths{}, fmt.Errorf("finding the folder of %s: %w", HomeVar, err)
		}
		return Paths{
			Config: filepath.Join(abs, "config"),
			Data:   filepath.Join(abs, "data"),
			State:  filepath.Join(abs, "state"),
		}, nil
	}
	p := Paths{
		Config: base(env("XDG_CONFIG_HOME"), xdg.ConfigHome),
		Data:   base(env("XDG_DATA_HOME"), xdg.DataHome),
		State:  base(env("XDG_STATE_HOME"), xdg.StateHome),
	}
	if p.Config == "" || p.Data == "" || p.State == "" {
		return Paths{}, fmt.Errorf("no home folder is known, set %s to a folder of your own", HomeVar)
	}
	return p, nil
}

// base returns the variable's value if it is absolute, else the platform's
// folder: the XDG specification requires relative ones to be ignored.
func base(fromEnv, platform string) string {
	if filepath.IsAbs(fromEnv) {
		return filepath.Join(fromEnv, app)
	}
	if !filepath.IsAbs(platform) {
		return ""
	}
	return filepath.Join(platform, app)
}

// SettingsFile returns the path of the settings, TOML, for people to edit.
func (p *Paths) SettingsFile() string { return filepath.Join(p.Config, "settings.toml") }

// CredentialsFile returns the path of the keys of the services.
func (p *Paths) CredentialsFile() string { return filepath.Join(p.Config, "credentials") }

// CatalogueFile returns the path of the user's own models, laid over the
// built-in ones.
func (p *Paths) CatalogueFile() string { return filepath.Join(p.Config, "models.json") }

// WordsFile returns the path of the user's own words for prompts.
func (p *Paths) WordsFile() string { return filepath.Join(p.Config, "words.toml") }

// StoreFile returns the path of the database of jobs.
func (p *Paths) StoreFile() string { return filepath.Join(p.Data, "seedreel.db") }

// Frames returns the folder of the pictures that were taken out of clips to
// make others with.
func (p *Paths) Frames() string { return filepath.Join(p.Data, "frames") }

// LogFile returns the path of the program's own log.
func (p *Paths) LogFile() string { return filepath.Join(p.State, "seedreel.log") }

// CopyFile returns the path for what a clipboard did not take.
func (p *Paths) CopyFile() string { return filepath.Join(p.State, "copied.txt") }

// LocksDir returns the folder with one lock file per instance.
func (p *Paths) LocksDir() string { return filepath.Join(p.State, "locks") }

// ClipsDir returns the folder of the clips: the chosen one, with a leading "~/"
// replaced by the home folder, or "clips" in the data folder.
func (p *Paths) ClipsDir(chosen string, env Env) (string, error) {
	if chosen == "" {
		return filepath.Join(p.Data, "clips"), nil
	}
	dir, err := ExpandHome(chosen, env)
	if err != nil {
		return "", fmt.Errorf("finding clips_dir: %w", err)
	}
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("finding clips_dir: %q must start with / or ~/", chosen)
	}
	return filepath.Clean(dir), nil
}

// Home returns the user's home folder, "" if it is unknown.
func Home(env Env) string {
	for _, name := range []string{"HOME", "USERPROFILE"} {
		if h := env(name); filepath.IsAbs(h) {
			return h
		}
	}
	return ""
}

// ExpandHome replaces a leading "~" by the home folder.
func ExpandHome(path string, env Env) (string, error) {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && rest[0] != '/' && rest[0] != filepath.Separator {
		return path, nil
	}
	home := Home(env)
	if home == "" {
		return "", errors.New("no home folder is known to put in the place of ~")
	}
	return filepath.Join(home, rest), nil
}

// Ensure creates the program's folders, for this user only. It closes a folder
// of ours that others may enter, as it holds keys and prompts.
func (p *Paths) Ensure() error {
	for _, dir := range []string{p.Config, p.Data, p.State} {
		if err := privateDir(dir); err != nil {
			return err
		}
	}
	return nil
}

func privateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making a folder of our own: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("looking at a folder of our own: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 && closable {
		if err := os.Chmod(dir, 0o700); err != nil {
			return fmt.Errorf("closing a folder to others: %w", err)
		}
	}
	return nil
}
