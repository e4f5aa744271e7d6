package queue

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"seedreel/state/job"
)

// SidecarSchema is the version of Sidecar; it is increased when a field
// changes its meaning.
const SidecarSchema = 1

// Sidecar is written beside a clip, CLIP.json for CLIP.mp4: all that is needed
// to make the clip again and to know its cost, without this program. Links to
// the clip itself are left out, as they are signed.
type Sidecar struct {
	Schema int `json:"schema"`
	job.Record
	Links map[string]string `json:"links,omitempty"`
	File  string            `json:"file"`
	More  []SidecarFile     `json:"more,omitempty"`
}

// SidecarFile is a further output, in the clip's folder. Bytes is its size, and
// Still marks a picture.
type SidecarFile struct {
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Still  bool   `json:"still,omitempty"`
}

// SidecarPath returns the path of a clip's sidecar, unless another program's
// file has that name.
func SidecarPath(clip string) string {
	return strings.TrimSuffix(clip, filepath.Ext(clip)) + ".json"
}

// ReadSidecar reads the sidecar of a clip. One of a later schema is refused.
func ReadSidecar(clip string) (*Sidecar, error) {
	root, err := os.OpenRoot(filepath.Dir(clip))
	if err != nil {
		return nil, fmt.Errorf("reading a sidecar: %w", err)
	}
	defer func() { _ = root.Close() }() // closing a folder loses nothing
	var first error
	for _, name := range sidecarNames(clip) {
		c, err := readCard(root, name)
		if err == nil && c.File == filepath.Base(clip) {
			return c, nil
		}
		if err == nil {
			err = errors.New("reading a sidecar: it is another clip's")
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// writeSidecar writes the sidecar beside the clip, whole or not at all.
func writeSidecar(j *job.Job) error {
	c := Sidecar{Schema: SidecarSchema, Record: j.Record(), Links: j.Handed, File: filepath.Base(j.Output.Path)}
	c.Path, c.URL, c.ExpiresAt, c.MorePaths = "", "", time.Time{}, nil
	for _, o := range j.More {
		if o.Here() {
			c.More = append(c.More, SidecarFile{File: filepath.Base(o.Path), Bytes: o.Bytes, SHA256: o.SHA256, Still: o.Still})
		}
	}
	b, err := json.MarshalIndent(&c, "", "  ")
	if err != nil {
		return fmt.Errorf("writing a sidecar: %w", err)
	}
	if err := putSidecar(j.Output.Path, j.ID, append(b, '\n')); err != nil {
		return fmt.Errorf("writing a sidecar: %w", err)
	}
	return nil
}

// Rewrite writes the sidecar of a saved job again after a change of its marks.
// A job without a clip has none.
func (q *Queue) Rewrite(j *job.Job) error {
	if j.State != job.Saved || j.Output.Path == "" {
		return nil
	}
	if _, err := os.Lstat(j.Output.Path); err != nil {
		return nil //nolint:nilerr // where there is no clip nothing lies beside it
	}
	return writeSidecar(j)
}
