package settings

import (
	"fmt"

	"seedreel/state/clipname"
)

// clipsName checks a template for the names of clips.
func clipsName(v string) error {
	if _, err := clipname.Parse(v, clipname.Fields()); err != nil {
		return fmt.Errorf("is of no use: %w", err)
	}
	return nil
}
