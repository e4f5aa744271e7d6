package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"
	"github.com/pelletier/go-toml/v2"

	"seedreel/client/all"
	"seedreel/client/secret"
)

// Source is where a key was found.
type Source string

// The sources of a key, in order of precedence.
const (
	FromNowhere     Source = ""
	FromEnvironment Source = "environment"
	FromFile        Source = "file"
)

// maxKey bounds a key; those of the services have about 64 letters.
const maxKey = 512

// Credentials finds and stores the keys of the services. A key is never an
// argument of the program, as everybody on the machine can read those.
type Credentials struct {
	file string
	env  Env
}

// NewCredentials returns the keys in a file, which may not exist yet, and an
// environment.
func NewCredentials(file string, env Env) *Credentials { return &Credentials{file: file, env: env} }

// KeyVar returns the environment variable of a service's key, "" if there is no
// such service.
func KeyVar(service string) string {
	d, _ := all.Find(service)
	return d.KeyVar
}

// Key returns the key of a service from the environment, else from the file. A
// missing key is not an error. A file that others could have read or written is
// refused with an *Error, as ssh does; the text never contains a part of a key.
func (c *Credentials) Key(service string) (secret.Secret, Source, error) {
	name := KeyVar(service)
	if name == "" {
		return secret.Secret{}, FromNowhere, &Error{File: c.file, Key: service, Problem: "is not a service"}
	}
	// A key in the environment is of the default profile: an account must never
	// be another one's than that of the profile that was named.
	if v := strings.TrimSpace(c.env(name)); v != "" && c.env(ProfileVar) == "" {
		v, err := keyOf(service, v)
		if err != nil {
			return secret.Secret{}, FromNowhere, &Error{File: "the environment", Key: name, Problem: err.Error()}
		}
		return secret.New(v), FromEnvironment, nil
	}
	keys, err := c.read()
	if err != nil {
		return secret.Secret{}, FromNowhere, err
	}
	if v := keys[service]; v != "" {
		return secret.New(v), FromFile, nil
	}
	return secret.Secret{}, FromNowhere, nil
}

// SaveKey writes the key of a service into the file, for this user only.
func (c *Credentials) SaveKey(service, key string) error {
	if KeyVar(service) == "" {
		return &Error{File: c.file, Key: service, Problem: "is not a service"}
	}
	if strings.TrimSpace(key) == "" {
		return &Error{File: c.file, Key: service, Problem: "needs a key, none was given"}
	}
	key, err := keyOf(service, key)
	if err != nil {
		return &Error{File: c.file, Key: service, Problem: err.Error()}
	}
	return c.update(func(keys map[string]string) { keys[service] = key })
}

// RemoveKey removes the key of a service from the file. One in the environment
// stays in force.
func (c *Credentials) RemoveKey(service string) error {
	if KeyVar(service) == "" {
		return &Error{File: c.file, Key: service, Problem: "is not a service"}
	}
	if _, err := os.Lstat(c.file); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return c.update(func(keys map[string]string) { delete(keys, service) })
}

func (c *Credentials) update(edit func(map[string]string)) error {
	keys, err := c.read()
	if err != nil {
		return err
	}
	edit(keys)
	var b strings.Builder
	b.WriteString("# Keys of the video services. Keep this file to yourself.\n")
	for _, s := range all.IDs() {
		if keys[s] != "" {
			// checkKey rejects everything in a key that this quoting gets
			// wrong.
			fmt.Fprintf(&b, "%s = %q\n", s, keys[s])
		}
	}
	return writeFile(c.file, []byte(b.String()))
}

// read reads the file; it returns an empty map if there is none.
func (c *Credentials) read() (map[string]string, error) {
	keys := map[string]string{}
	data, err := readFile(c.file, c.private)
	if err != nil {
		return nil, err
	}
	// The library's error could quote the file, so it is not kept.
	var raw map[string]any
	if err := toml.Unmarshal(data, &raw); err != nil {
		e := &Error{File: c.file, Problem: fmt.Sprintf(`is not valid; want lines such as %s = "KEY"`, all.IDs()[0])}
		if de, ok := errors.AsType[*toml.DecodeError](err); ok {
			e.Line, _ = de.Position()
		}
		return nil, e
	}
	for name, v := range raw {
		if !slices.Contains(all.IDs(), name) {
			// Do not name it: if the name was forgotten, it may be a key.
			return nil, &Error{File: c.file, Problem: "may hold keys of " + english.WordSeries(all.IDs(), "and") + " only"}
		}
		text, ok := v.(string)
		if !ok {
			return nil, &Error{File: c.file, Key: name, Problem: "must be text in quotes"}
		}
		text, err := keyOf(name, text)
		if err != nil {
			return nil, &Error{File: c.file, Key: name, Problem: err.Error()}
		}
		keys[name] = text
	}
	return keys, nil
}

// private returns an error if others can access the file.
func (c *Credentials) private(info fs.FileInfo) error {
	if !owned(info) {
		return errors.New("belongs to another user, so its keys are not used")
	}
	if mode := info.Mode().Perm(); closable && mode&0o077 != 0 {
		return fmt.Errorf("can be used by others (mode %04o), so its keys are not used; run: chmod 600 %s", mode, c.file)
	}
	return nil
}

// checkKey rejects what cannot be in a header, without repeating it.
func checkKey(key string) error {
	if len(key) > maxKey {
		return fmt.Errorf("must not have more than %d characters", maxKey)
	}
	for _, r := range key {
		if r < ' ' || r == 0x7f {
			return errors.New("must be one line without control characters")
		}
		if r > 0x7e || r == ' ' {
			return errors.New("must have letters, digits and signs of ASCII only, without blanks")
		}
	}
	return nil
}
