package disk

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// PartSuffix ends the name of a file that is not complete yet.
const PartSuffix = ".part"

// New is a file that gets its name only when it is complete, and never takes
// the name of another. The caller either keeps or discards it.
type New struct {
	*os.File
	root *os.Root
	own  bool
	part string
	name string
}

// Create begins a file in a folder that exists.
func Create(path string) (*New, error) {
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	n, err := CreateIn(root, filepath.Base(path))
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	n.own = true
	return n, nil
}

// CreateIn is like Create for a name in an open folder. It returns an error
// that is fs.ErrExist if the name is taken already.
func CreateIn(root *os.Root, name string) (*New, error) {
	switch _, err := root.Lstat(name); {
	case err == nil:
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	var salt [6]byte
	_, _ = rand.Read(salt[:]) // never fails
	part := ".new-" + hex.EncodeToString(salt[:]) + PartSuffix
	f, err := root.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &New{File: f, root: root, part: part, name: name}, nil
}

// PartPath returns where the file is until it is kept, for another program
// that writes it.
func (n *New) PartPath() string { return filepath.Join(n.root.Name(), n.part) }

// Keep gives the file its name; content and name are on disk when it returns.
// If the name was taken meanwhile, the error is fs.ErrExist. The file is
// discarded on any error.
func (n *New) Keep() error {
	err := errors.Join(n.Sync(), n.Close())
	if err == nil {
		err = n.place()
	}
	if err == nil {
		err = SyncRoot(n.root)
	} else {
		err = errors.Join(err, gone(n.root.Remove(n.part)))
	}
	if n.own {
		err = errors.Join(err, n.root.Close())
	}
	return err
}

// place links the file to its name. Without hard links, it reserves the name
// with an empty file and renames over that.
func (n *New) place() error {
	err := n.root.Link(n.part, n.name)
	if err == nil {
		return gone(n.root.Remove(n.part))
	}
	if errors.Is(err, fs.ErrExist) || Full(err) {
		return err
	}
	f, err := n.root.OpenFile(n.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_ = f.Close() // nothing was written
	if err := n.root.Rename(n.part, n.name); err != nil {
		// The placeholder is ours and empty.
		return fmt.Errorf("naming a file: %w", errors.Join(err, n.root.Remove(n.name)))
	}
	return nil
}

// Discard removes the file. It does nothing after Keep.
func (n *New) Discard() {
	if n.Close() != nil {
		return // it was kept or discarded before
	}
	// A part that cannot be removed is recognised by its name.
	_ = n.root.Remove(n.part)
	if n.own {
		_ = n.root.Close() // closing a folder loses nothing
	}
}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
