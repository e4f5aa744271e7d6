package queue

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"seedreel/state/disk"
	"seedreel/state/job"
)

// SidecarSchema is the version of Sidecar; it grows when a field changes its
// meaning.
const SidecarSchema = 1

// Sidecar is written beside a clip, CLIP.json for CLIP.mp4: everything to make
// the clip again and to know what it cost, without this program. Links to the
// clip itself are left out, as they are signed.
type Sidecar struct {
	Schema int `json:"schema"`
	job.Record
	Links map[string]string `json:"links,omitempty"`
	File  string            `json:"file"`
}

// SidecarPath is where the sidecar of a clip is.
func SidecarPath(clip string) string {
	return strings.TrimSuffix(clip, filepath.Ext(clip)) + ".json"
}

// ReadSidecar reads the sidecar of a clip. One of a later schema is refused.
func ReadSidecar(clip string) (*Sidecar, error) {
	b, err := os.ReadFile(SidecarPath(clip))
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

// writeSidecar puts the sidecar beside the clip, whole or not at all.
func writeSidecar(j *job.Job) error {
	c := Sidecar{Schema: SidecarSchema, Record: j.Record(), Links: j.Handed, File: filepath.Base(j.Output.Path)}
	c.Path, c.URL, c.ExpiresAt = "", "", time.Time{}
	b, err := json.MarshalIndent(&c, "", "  ")
	if err != nil {
		return fmt.Errorf("writing a sidecar: %w", err)
	}
	if err := disk.WriteFile(SidecarPath(j.Output.Path), append(b, '\n')); err != nil {
		return fmt.Errorf("writing a sidecar: %w", err)
	}
	return nil
}
