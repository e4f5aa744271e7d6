package queue

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"seedreel/state/job"
)

// RemoveFiles deletes a clip and the files beside it; it is no error if they are
// gone already.
func RemoveFiles(j *job.Job) error {
	files := j.Paths()
	if len(files) == 0 && j.Output.Path != "" {
		files = []string{j.Output.Path}
	}
	if card, ok := OwnSidecar(j.Output.Path, j.ID); ok {
		files = append(files, card)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("deleting the file: %w", err)
		}
	}
	return nil
}
