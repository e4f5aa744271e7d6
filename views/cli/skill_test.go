package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestSkillIsTrue checks that the skill names every command and exit code, that
// its command lines are understood, and that its head is as agents read it.
func TestSkillIsTrue(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads texts in one goroutine")
	}
	text := page(t, "skill")
	c := &commands{o: options(func(string) string { return "" }, time.Now)}
	for _, cmd := range c.root().Commands() {
		if cmd.IsAvailableCommand() && !strings.Contains(text, "- `"+cmd.CommandPath()+"`: "+cmd.Short+".") {
			t.Errorf("%s is not in it", cmd.Name())
		}
	}
	for _, e := range exitCodes() {
		if !strings.Contains(text, fmt.Sprintf("| %d | %s | %s |", e.code, e.kind, e.text)) {
			t.Errorf("exit code %d is not in it", e.code)
		}
	}
	head := regexp.MustCompile(`^---\nname: seedreel\ndescription: (.+)\n---\n\n# seedreel\n`)
	if m := head.FindStringSubmatch(text); m == nil || len(m[1]) > 1024 {
		t.Errorf("the head is %q", text[:min(len(text), 300)])
	}
	if n := strings.Count(text, "\n"); n > 200 {
		t.Errorf("%d lines are many for an agent to read", n)
	}
	lines := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			lines++
			words := regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(strings.TrimSpace(line), -1)
			if err := Understands(c.o.Getenv, words[1:]); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
	if lines < 5 {
		t.Errorf("only %d command lines", lines)
	}
	for _, m := range regexp.MustCompile("`seedreel ([^`]+)`").FindAllStringSubmatch(text, -1) {
		if err := Understands(c.o.Getenv, strings.Fields(m[1])[:1]); err != nil && !strings.Contains(err.Error(), "needs") && !strings.Contains(err.Error(), "wrong arguments") {
			t.Errorf("%s: %v", m[0], err)
		}
	}
}

// TestSkillIsWrittenIntoAFolder checks --output.
func TestSkillIsWrittenIntoAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 { // it replaces an earlier one
		out := page(t, "skill", "--output", dir)
		file := filepath.Join(dir, "seedreel", "SKILL.md")
		b, err := os.ReadFile(file)
		if err != nil || out != file+"\n" || string(b) != page(t, "skill") {
			t.Errorf("%q: %v", out, err)
		}
	}
}
