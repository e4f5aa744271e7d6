package disk

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteFile replaces a file whole or not at all, readable by its user only,
// and has content and name on the disk before it returns. The folder has to be
// there.
func WriteFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	// CreateTemp makes files of mode 0600.
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
