//go:build unix

package frames

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func TestProgramsRunInASessionOfTheirOwn(t *testing.T) {
	t.Parallel()
	ps, err := exec.LookPath("ps")
	if err != nil {
		t.Skip("there is no ps here")
	}
	cmd := exec.CommandContext(t.Context(), "cat")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	alone(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := strconv.Itoa(cmd.Process.Pid)
	out, err := exec.CommandContext(t.Context(), ps, "-o", "sid=", "-p", pid).Output()
	if got := strings.TrimSpace(string(out)); err != nil || got != pid {
		t.Errorf("process %s is in session %s (%v): it has our terminal", pid, got, err)
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
