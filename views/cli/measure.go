package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"

	"github.com/spf13/cobra"
)

// measureFlag adds the hidden flag that measures the program itself.
func (c *commands) measureFlag(root *cobra.Command) {
	const name = "cpuprofile"
	root.PersistentFlags().StringVar(&c.cpuProfile, name, "", "write where the processor's time went into this file, for go tool pprof")
	root.PersistentFlags().Lookup(name).Hidden = true
}

// measured runs do, and writes where the processor's time went if that was
// asked for.
func (c *commands) measured(do func() error) (err error) {
	if c.cpuProfile == "" {
		return do()
	}
	f, err := os.OpenFile(filepath.Clean(c.cpuProfile), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("making the profile: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return fmt.Errorf("beginning the profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	return do()
}
