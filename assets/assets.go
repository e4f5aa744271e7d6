// Package assets holds what is built into the program: the model catalogue,
// the simulator's clips, the sample pictures and the pages of the guide. It only hands out copies, so
// no caller can change what another one reads.
package assets

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:generate go run compact.go

//go:embed models.compact.json
var models string

//go:embed levels.json
var levels string

//go:embed words/rules.toml
var rules string

//go:embed words/library.toml
var library string

//go:embed clips/*.mp4 clips/badge.png samples/*.png samples/*.jpg guide/*.md
var files embed.FS

// Models returns the model catalogue as JSON, as catalogue.Load reads it: that
// of models.json in a form that is read faster.
func Models() []byte { return []byte(models) }

// Levels returns the account levels of WaveSpeedAI as JSON, with what each may
// submit in a minute and have running at once.
func Levels() []byte { return []byte(levels) }

// PromptRules returns the rules that prompts are checked by, as TOML.
func PromptRules() []byte { return []byte(rules) }

// Library returns the prompts, fragments and templates that come with the
// program, as TOML.
func Library() []byte { return []byte(library) }

// Clip returns the loop of a frame size such as "864x480": a silent H.264 MP4
// of 24 frames a second that starts anew where it ends, with a key frame at
// every whole second. False when there is none of that size.
func Clip(class string) ([]byte, bool) { return read("clips", class+".mp4") }

// ClipClasses lists the frame sizes that Clip has, sorted as text.
func ClipClasses() []string {
	var out []string
	for _, n := range names("clips") {
		if class, ok := strings.CutSuffix(n, ".mp4"); ok {
			out = append(out, class)
		}
	}
	return out
}

// Badge returns the "SIMULATED" label as a PNG with transparency, to be laid
// over pictures that are made while the program runs.
func Badge() []byte {
	b, _ := read("clips", "badge.png") // embedded: it cannot be missing
	return b
}

// SampleImage returns a sample picture by its file name, such as "lake.jpg".
func SampleImage(name string) ([]byte, bool) { return read("samples", name) }

// SampleImages lists the file names that SampleImage knows, sorted.
func SampleImages() []string { return names("samples") }

// Page returns a page of the guide as Markdown, by its file name without the
// ending, such as "scripting".
func Page(name string) ([]byte, bool) { return read("guide", name+".md") }

// Pages lists the names that Page knows, sorted.
func Pages() []string {
	var out []string
	for _, n := range names("guide") {
		out = append(out, strings.TrimSuffix(n, ".md"))
	}
	return out
}

func read(dir, name string) ([]byte, bool) {
	b, err := files.ReadFile(path.Join(dir, path.Base(name)))
	return b, err == nil
}

func names(dir string) []string {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil // only an unknown folder fails, and both are constants
	}
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
