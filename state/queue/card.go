package queue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	// maxSidecar bounds a sidecar in bytes; the longest prompts and values
	// take a few kilobytes.
	maxSidecar = 1 << 20
	// maxTemps bounds the names tried for a sidecar being written.
	maxTemps = 9
)

// errNotOurs is returned if another program's file in the clips folder has the
// name.
var errNotOurs = errors.New("a file that is not ours has the name")

// sidecarNames returns the possible names of a clip's sidecar, without the
// folder. The second is used when the first is another program's file.
func sidecarNames(clip string) []string {
	base := filepath.Base(clip)
	return []string{strings.TrimSuffix(base, filepath.Ext(base)) + ".json", base + ".json"}
}

// OwnSidecar returns the sidecar of a job's clip and reports whether there is
// one: a file of that name may be another program's.
func OwnSidecar(clip, id string) (path string, ok bool) {
	root, err := os.OpenRoot(filepath.Dir(clip))
	if err != nil {
		return "", false
	}
	defer func() { _ = root.Close() }() // closing a folder loses nothing
	for _, name := range sidecarNames(clip) {
		if c, err := readCard(root, name); err == nil && c.ID == id && c.File == filepath.Base(clip) {
			return filepath.Join(filepath.Dir(clip), name), true
		}
	}
	return "", false
}

// readCard reads a sidecar in a folder: a plain file, not a link or pipe.
func readCard(root *os.Root, name string) (*Sidecar, error) {
	b, err := readPlain(root, name)
	if err != nil {
		return nil, fmt.Errorf("reading a sidecar: %w", err)
	}
	var c Sidecar
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("reading a sidecar: %w", err)
	}
	if c.Schema < 1 || c.Schema > SidecarSchema {
		return nil, fmt.Errorf("reading a sidecar: schema %d is not known", c.Schema)
	}
	return &c, nil
}

func readPlain(root *os.Root, name string) ([]byte, error) {
	there, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !there.Mode().IsRegular() || there.Size() > maxSidecar {
		return nil, errNotOurs
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	return io.ReadAll(io.LimitReader(f, maxSidecar))
}

// putSidecar writes the sidecar of a job's clip, whole or not at all. It
// replaces only what this program wrote for the same job.
func putSidecar(clip, id string, b []byte) (err error) {
	root, err := os.OpenRoot(filepath.Dir(clip))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	tmp, err := writeTemp(root, id, b)
	if err != nil {
		return err
	}
	for _, name := range sidecarNames(clip) {
		if err = place(root, tmp, name, id); !errors.Is(err, errNotOurs) {
			break
		}
	}
	if gone := root.Remove(tmp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// writeTemp writes a file beside the future sidecar. It removes one left
// behind by a process for the same job and keeps any other.
func writeTemp(root *os.Root, id string, b []byte) (name string, err error) {
	for n := range maxTemps {
		name = "." + id + ".json.tmp"
		if n > 0 {
			name += strconv.Itoa(n + 1)
		}
		if old, err := readPlain(root, name); err == nil && leftBehind(old, id) {
			if err := root.Remove(name); err != nil {
				return "", err
			}
		}
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(b)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return "", errors.Join(err, root.Remove(name))
		}
		return name, nil
	}
	return "", errNotOurs
}

// leftBehind reports whether bytes are the beginning of a job's sidecar.
func leftBehind(b []byte, id string) bool {
	return bytes.HasPrefix(b, []byte("{\n  \"schema\": ")) && bytes.Contains(b, []byte(strconv.Quote(id)))
}

// place gives a written file its name. It returns errNotOurs if the name is
// taken by anything but a sidecar of the job id, when that is not "".
func place(root *os.Root, tmp, name, id string) error {
	err := root.Link(tmp, name)
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrExist) {
		if c, err := readCard(root, name); id == "" || err != nil || c.ID != id {
			return errNotOurs
		}
		return root.Rename(tmp, name)
	}
	// Without hard links an empty file reserves the name.
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		if c, err := readCard(root, name); id == "" || err != nil || c.ID != id {
			return errNotOurs
		}
		return root.Rename(tmp, name)
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), root.Rename(tmp, name))
}
