package files_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/dialog"
	"seedreel/ui/files"
	"seedreel/ui/theme"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// folder makes
//
//	pics/deep/one.png
//	pics/a.PNG b.jpg c.txt .hidden.png evil name.png
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pics")
	for _, name := range []string{"deep/one.png", "a.PNG", "b.jpg", "c.txt", ".hidden.png", "evil\x1b[31m.png"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, 2000), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(-3*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func press(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"backspace": tea.KeyBackspace, "space": tea.KeySpace,
	}
	if c, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	if name == "alt+." {
		return tea.KeyPressMsg{Code: '.', Mod: tea.ModAlt}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

type browser struct {
	*files.Browser

	picked []string
}

func open(t *testing.T, dir string, many int) *browser {
	t.Helper()
	b := &browser{}
	b.Browser = files.New(files.Options{
		ID: "pick", Title: "Images", Suffixes: []string{".png", ".jpg"}, Many: many, Now: func() time.Time { return now },
		Take: func(paths []string) tea.Cmd {
			b.picked = paths
			return nil
		},
	})
	b.Update(b.Open(dir)())
	return b
}

// do presses keys and runs their commands at once. It reports whether the last
// one ended the browser.
func (b *browser) do(keys ...string) bool {
	var last dialog.Action
	for _, k := range keys {
		act, cmd := b.Update(press(k))
		if cmd != nil {
			b.Update(cmd())
		}
		if act != nil {
			act()
		}
		last = act
	}
	return last != nil
}

func (b *browser) screen() string {
	return ansi.Strip(b.View(100, 30, theme.New(theme.Dark())))
}

func TestFolderIsListed(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the names of this test cannot be made there")
	}
	b := open(t, folder(t), 1)
	s := b.screen()
	for _, want := range []string{"▸ deep/", "a.PNG", "b.jpg", "2 KB", "3 h ago"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is missing in\n%s", want, s)
		}
	}
	for _, not := range []string{"c.txt", "hidden.png", "\x1b"} {
		if strings.Contains(s, not) {
			t.Errorf("%q is shown in\n%s", not, s)
		}
	}
	if strings.Index(s, "deep/") > strings.Index(s, "a.PNG") {
		t.Error("folders do not come first")
	}
	if strings.Contains(b.View(100, 30, theme.New(theme.Dark())), "evil\x1b[31m") {
		t.Error("a file name coloured the screen")
	}
	b.do("alt+.")
	if !strings.Contains(b.screen(), ".hidden.png") {
		t.Error("alt+. does not show hidden files")
	}
}

func TestPickAndWalk(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	b := open(t, dir, 1)
	b.do("enter")
	if b.Dir() != filepath.Join(dir, "deep") || !strings.Contains(b.screen(), "one.png") {
		t.Fatalf("enter went to %s\n%s", b.Dir(), b.screen())
	}
	if done := b.do("enter"); !done || !slices.Equal(b.picked, []string{filepath.Join(dir, "deep", "one.png")}) {
		t.Fatalf("picked %q", b.picked)
	}
	b.do("left")
	if b.Dir() != dir || !strings.Contains(b.screen(), "▸ deep/") {
		t.Fatalf("left went to %s\n%s", b.Dir(), b.screen())
	}
	b.do("right", "backspace")
	if b.Dir() != dir {
		t.Fatalf("backspace went to %s", b.Dir())
	}
	for range 30 {
		b.do("left")
	}
	if b.Dir() != filepath.Dir(b.Dir()) {
		t.Errorf("above everything is %s", b.Dir())
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	b := open(t, folder(t), 1)
	b.do("b", ".", "J")
	if s := b.screen(); !strings.Contains(s, "▸ b.jpg") || strings.Contains(s, "a.PNG") {
		t.Fatalf("filtered\n%s", s)
	}
	if b.do("backspace", "backspace", "backspace"); !strings.Contains(b.screen(), "a.PNG") {
		t.Error("backspace did not take the filter back")
	}
	if b.do("z", "z", "esc") || !strings.Contains(b.screen(), "a.PNG") {
		t.Error("esc did not clear the filter first")
	}
	if !b.do("esc") || b.picked != nil {
		t.Errorf("esc picked %q, or did not close", b.picked)
	}
}

func TestMarkSeveral(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	b := open(t, dir, 2)
	b.do("space", "down", "space", "space", "space", "enter") // a folder and a third are not marked
	want := []string{filepath.Join(dir, "a.PNG"), filepath.Join(dir, "b.jpg")}
	if !slices.Equal(b.picked, want) {
		t.Fatalf("marked %q", b.picked)
	}
	b = open(t, dir, 2)
	b.do("down", "space", "space", "up", "up", "space", "enter")
	if !slices.Equal(b.picked, want[1:]) {
		t.Fatalf("a mark was not taken back: %q", b.picked)
	}
}

func TestStaleAnswersAreDropped(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	b := open(t, dir, 1)
	late := b.Open(filepath.Join(dir, "deep"))
	soon := b.Open(dir)
	b.Update(soon())
	b.Update(late())
	if s := b.screen(); strings.Contains(s, "one.png") || !strings.Contains(s, "a.PNG") {
		t.Errorf("the late answer is shown\n%s", s)
	}
}

func TestTroubleIsSaid(t *testing.T) {
	t.Parallel()
	b := open(t, filepath.Join(t.TempDir(), "gone"), 1)
	if s := b.screen(); !strings.Contains(s, "not there any more") {
		t.Errorf("a folder that is gone is\n%s", s)
	}
	b = open(t, t.TempDir(), 1)
	if s := b.screen(); !strings.Contains(s, "no .png, .jpg here") {
		t.Errorf("an empty folder is\n%s", s)
	}
	if b.do("enter", "space") {
		t.Errorf("nothing was picked as %q", b.picked)
	}
}

func TestPipesAreNotOffered(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := makePipe(filepath.Join(dir, "pipe.png")); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	if err := os.Symlink(filepath.Join(dir, "pipe.png"), filepath.Join(dir, "link.png")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	if s := open(t, dir, 1).screen(); strings.Contains(s, "pipe.png") || strings.Contains(s, "link.png") {
		t.Errorf("a pipe is offered\n%s", s)
	}
}

func TestManyFilesInOneFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 500 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.png", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := open(t, dir, 1)
	for _, size := range [][2]int{{60, 16}, {80, 24}, {200, 60}} {
		view := b.View(size[0], size[1], theme.New(theme.Dark()))
		lines := strings.Split(view, "\n")
		if len(lines) > size[1] {
			t.Errorf("%d lines at %v", len(lines), size)
		}
		for _, l := range lines {
			if n := ansi.StringWidth(l); n > size[0] {
				t.Errorf("%d cells at %v", n, size)
			}
		}
	}
}
