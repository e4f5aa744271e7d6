package story_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// goTool is the go command, found before the search path is taken away.
var goTool, _ = exec.LookPath("go")

// TestMain takes the search path away: with FFmpeg on it the simulator would
// draw every clip, which takes seconds and looks different on every machine.
func TestMain(m *testing.M) {
	err := os.Setenv("SEEDREEL_TEST_PATH", os.Getenv("PATH"))
	if err == nil {
		err = os.Setenv("PATH", "")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Most tests wait for clips, not for a processor. The flag is there.
	_ = flag.Set("test.parallel", "6")
	os.Exit(m.Run())
}

// built returns the program as it is built now. Tests that run it wait for real
// polls, and are left out of a short run.
func built(t *testing.T) string {
	t.Helper()
	if testing.Short() || goTool == "" {
		t.Skip("builds the program and waits for real polls")
	}
	bin := filepath.Join(t.TempDir(), "seedreel")
	build := exec.CommandContext(t.Context(), goTool, "build", "-o", bin, "seedreel")
	build.Env = append(os.Environ(), "PATH="+filepath.Dir(goTool)+":/usr/bin:/bin")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return bin
}
