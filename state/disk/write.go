package disk

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteFile replaces a file atomically, readable by its user only. Content and
// name are on disk when it returns. The folder must exist.
func WriteFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	// CreateTemp creates files with mode 0600.
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return SyncDir(dir)
}
