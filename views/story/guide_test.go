package story_test

import (
	"flag"
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"seedreel/assets"
	"seedreel/state/engine"
	"seedreel/state/settings"
	"seedreel/views/cli"
	"seedreel/views/keymap"
	"seedreel/views/story"
	"seedreel/views/words"
)

//go:generate go test -run TestGuideIsTrue -args -guide

var writeGuide = flag.Bool("guide", false, "write the generated parts of the guide")

const guide = "../../assets/guide/"

// The tables of the guide match the program.
func TestGuideIsTrue(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	for _, b := range []struct{ page, name, want string }{
		{"keys", "keys", keymap.New().Whole().Markdown()},
		{"commands", "commands", commandTable(w)},
		{"model-list", "models", modelTable(t)},
		{"configuration", "settings", settingTable()},
		{"inside", "rooms", roomTable(t)},
	} {
		file := guide + b.page + ".md"
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		from, to := "<!-- "+b.name+" -->\n", "<!-- /"+b.name+" -->"
		head, rest, begun := strings.Cut(string(text), from)
		got, tail, ended := strings.Cut(rest, to)
		if !begun || !ended {
			t.Errorf("%s has no place for the %s", file, b.name)
			continue
		}
		want := "\n" + strings.TrimSpace(b.want) + "\n\n"
		switch {
		case got == want:
		case *writeGuide:
			if err := os.WriteFile(file, []byte(head+from+want+to+tail), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is behind in its %s; go generate ./views/story writes them", file, b.name)
		}
	}
}

// pages returns the README and all pages of the guide, by their path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range append(assets.Pages(), "") {
		file := guide + name + ".md"
		if name == "" {
			file = "../../README.md"
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[file] = string(b)
	}
	return out
}

// Every link of the README and the guide that stays within the repository
// leads to a file, every page is found from the README, and the README is one
// that is read.
func TestGuideLinksLead(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)
	all := pages(t)
	for file, text := range all {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", file, m[1], err)
			}
		}
	}
	front := all["../../README.md"]
	for _, name := range assets.Pages() {
		if !strings.Contains(front, "(assets/guide/"+name+".md)") {
			t.Errorf("the README does not lead to the page %s", name)
		}
	}
	if n := strings.Count(front, "\n"); n > 180 {
		t.Errorf("the README has %d lines; more than 180 are not read", n)
	}
}

// Every seedreel command line in the README and the guide is one that the
// program understands.
func TestGuideCommandsExist(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads texts in one goroutine")
	}
	w := story.New(t)
	block := regexp.MustCompile("(?s)```sh\n(.*?)```")
	line := regexp.MustCompile(`(?m)(?:^\s*|\$\(|\| |; )seedreel ([^|;&>)\n#]*)`)
	inline := regexp.MustCompile("`seedreel ([^`]*)`")
	seen := 0
	check := func(file, args string) {
		seen++
		if err := cli.Understands(w.Getenv, fields(args)); err != nil {
			t.Errorf("%s: seedreel %s: %v", file, args, err)
		}
	}
	for file, text := range pages(t) {
		for _, b := range block.FindAllStringSubmatch(text, -1) {
			for _, m := range line.FindAllStringSubmatch(b[1], -1) {
				check(file, m[1])
			}
		}
		if !strings.HasSuffix(file, "commands.md") {
			for _, m := range inline.FindAllStringSubmatch(text, -1) {
				check(file, m[1])
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d command lines were found", seen)
	}
}

// fields splits a line as a shell does, as far as the guide needs it.
func fields(line string) []string {
	var out []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}

// roomTable lists all packages with the first sentence about each.
func roomTable(t *testing.T) string {
	t.Helper()
	s := row("package", "what is in it") + "|---|---|\n"
	for _, floor := range []string{"views", "ui", "state", "client", "assets"} {
		err := filepath.WalkDir("../../"+floor, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() || d.Name() == "testdata" {
				return err
			}
			files, err := filepath.Glob(path + "/*.go")
			if err != nil {
				return err
			}
			for _, file := range files {
				f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
				if err != nil {
					return err
				}
				if f.Doc == nil || strings.HasSuffix(file, "_test.go") {
					continue
				}
				s += row("`"+strings.TrimPrefix(filepath.ToSlash(path), "../../")+"`", (&doc.Package{}).Synopsis(f.Doc.Text()))
				break
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
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
