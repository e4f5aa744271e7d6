package story_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"seedreel/state/engine"
	"seedreel/state/settings"
	"seedreel/views/cli"
	"seedreel/views/keymap"
	"seedreel/views/story"
	"seedreel/views/words"
)

//go:generate go test -run TestReadmeIsTrue -args -readme

var writeReadme = flag.Bool("readme", false, "write the generated parts of the README")

const readme = "../../README.md"

// The tables of the README match the program.
func TestReadmeIsTrue(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for name, want := range map[string]string{
		"keys": keymap.New().Whole().Markdown(), "commands": commandTable(story.New(t)), "models": modelTable(t), "settings": settingTable(),
	} {
		from, to := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		head, rest, begun := strings.Cut(text, from)
		got, tail, ended := strings.Cut(rest, to)
		if !begun || !ended {
			t.Errorf("the README has no place for the %s", name)
			continue
		}
		want = "\n" + strings.TrimSpace(want) + "\n\n"
		if got != want && !*writeReadme {
			t.Errorf("the README is behind in its %s; go generate ./views/story writes them", name)
		}
		text = head + from + want + to + tail
	}
	if *writeReadme {
		if err := os.WriteFile(readme, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func row(cells ...string) string {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

func commandTable(w *story.World) string {
	s := row("command", "what it does") + "|---|---|\n"
	for _, c := range cli.Reference(w.Getenv) {
		s += row("`"+c.Use+"`", c.Short)
	}
	return s
}

func settingTable() string {
	s := row("setting", "default", "what it is") + "|---|---|---|\n"
	for _, k := range settings.Keys() {
		value := ""
		if k.Default != "" {
			value = "`" + k.Default + "`"
		}
		help := k.Help
		if len(k.Choices) > 0 {
			help += " One of " + strings.Join(k.Choices, ", ") + "."
		}
		s += row("`"+k.Name+"`", value, help)
	}
	return s
}

func modelTable(t *testing.T) string {
	t.Helper()
	cat, err := engine.LoadCatalogue("")
	if err != nil {
		t.Fatal(err)
	}
	s := row("service", "model", "task", "life") + "|---|---|---|---|\n"
	n := 0
	for _, m := range cat.All() {
		if m.MakesVideo() {
			n++
			s += row(string(words.Service(m.Provider)), "`"+m.ID+"`", string(words.Task(m.Task)), m.Lifecycle.Status)
		}
	}
	return fmt.Sprintf("%d of them make clips:\n\n%s", n, s)
}
