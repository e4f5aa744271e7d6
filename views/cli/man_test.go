package cli

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// TestManualIsComplete checks that the manual has every command with its flags,
// examples and long text, the exit codes, the environment and the files, and
// depends on its date alone.
func TestManualIsComplete(t *testing.T) {
	t.Parallel()
	c := &commands{o: options(func(string) string { return "" }, time.Now)}
	root := c.root()
	at := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	roff := manOf(root, at)
	if roff != manOf(root, at) {
		t.Error("the same date gives two pages")
	}
	text := strings.NewReplacer(`\&`, "", `\-`, "-", `\e`, `\`).Replace(roff)
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			if !sub.IsAvailableCommand() || sub.GroupID == groupTopics {
				continue
			}
			want := []string{useOf(sub), strings.Join(strings.Fields(strings.Split(sub.Long, "\n\n")[0]), " ")}
			for _, w := range append(want, strings.Split(sub.Example, "\n")...) {
				if !strings.Contains(text, w) {
					t.Errorf("%s: no %q", sub.CommandPath(), w)
				}
			}
			look(sub)
		}
	}
	look(root)
	for _, w := range []string{"EXIT STATUS", "ENVIRONMENT", "FILES", "SEEDREEL_HOME", "WAVESPEED_API_KEY", "settings.toml", "--max-cost usd", "2026-11-27", "130"} {
		if !strings.Contains(text, w) {
			t.Errorf("no %q", w)
		}
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("no groff to read it")
	}
	cmd := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-ww")
	cmd.Stdin = strings.NewReader(roff)
	var errs strings.Builder
	cmd.Stderr = &errs
	if _, err := cmd.Output(); err != nil || strings.Contains(errs.String(), "warning: macro") {
		t.Errorf("groff: %v %s", err, errs.String())
	}
}
