package cli

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain is also the program itself, for shell scripts: under its name the
// test binary runs a command.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == program {
		o := options(os.Getenv, time.Now)
		o.Args, o.In, o.Out, o.Err = os.Args[1:], os.Stdin, os.Stdout, os.Stderr
		os.Exit(Run(context.Background(), o))
	}
	// Most tests wait for clips, not for a processor. The flag is there.
	_ = flag.Set("test.parallel", "6")
	goleak.VerifyTestMain(m)
}

// program is the name of the program.
const program = "seedreel"
