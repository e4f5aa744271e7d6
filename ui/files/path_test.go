package files_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/files"
)

// taking returns a browser in root, at home there too, and the paths picked in
// it.
func taking(root string) (b *files.Browser, got *[]string) {
	got = new([]string)
	b = files.New(files.Options{ID: "f", Home: root, Many: 4, Take: func(paths []string) tea.Cmd {
		*got = paths
		return nil
	}})
	b.Update(b.Open(root)())
	return b, got
}

// send passes messages on, runs their commands and the action in the end.
func send(b *files.Browser, msgs ...tea.Msg) {
	for _, m := range msgs {
		for m != nil {
			act, cmd := b.Update(m)
			if act != nil {
				act()
			}
			if m = nil; cmd != nil {
				m = cmd()
			}
		}
	}
}

func typing(text string) []tea.Msg {
	var out []tea.Msg
	for _, r := range text {
		if k := (tea.KeyPressMsg{Code: r, Text: string(r)}); r == ' ' {
			out = append(out, tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
		} else {
			out = append(out, k)
		}
	}
	return out
}

var enter = tea.KeyPressMsg{Code: tea.KeyEnter}

// A path or link that is typed or pasted is taken, without going there.
func TestATypedPathIsTaken(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "lake.jpg"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/pictures/lake.jpg":         "/pictures/lake.jpg",
		"~/lake.jpg":                 filepath.Join(root, "lake.jpg"),
		"none/lake.jpg":              filepath.Join(root, "none", "lake.jpg"),
		"https://x.example/lake.jpg": "https://x.example/lake.jpg",
	} {
		b, got := taking(root)
		send(b, tea.PasteMsg{Content: path}, enter)
		if !slices.Equal(*got, []string{want}) {
			t.Errorf("%s pasted: got %q", path, *got)
		}
		b, got = taking(root)
		send(b, append(typing(path), enter)...)
		if !slices.Equal(*got, []string{want}) {
			t.Errorf("%s typed: got %q", path, *got)
		}
	}
}

// A folder that is typed is opened, and what is typed after its slash filters
// there.
func TestATypedFolderIsOpened(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	samples := filepath.Join(root, "samples")
	if err := os.Mkdir(samples, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(samples, "lake.jpg"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"samples/", "samples", samples, samples + "/", "~/samples", "~/samples/"} {
		b, got := taking(root)
		send(b, typing(typed)...)
		if !strings.HasSuffix(typed, "/") { // then it is open by now
			send(b, enter)
		}
		if b.Dir() != samples {
			t.Errorf("%s: it is in %s, %q was taken", typed, b.Dir(), *got)
		}
	}
	b, got := taking(root)
	send(b, append(typing("~/samples/la"), enter)...)
	if !slices.Equal(*got, []string{filepath.Join(samples, "lake.jpg")}) {
		t.Errorf("the file after a typed folder is %q", *got)
	}
}

// Tab completes as far as the names agree; space belongs to a name that goes on
// with it, and marks otherwise.
func TestNamesAreCompletedAndMayHaveSpaces(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"Screen Shot 1.png", "Screen Shot 2.png", "screen.png", "lake.png"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tab, space := tea.KeyPressMsg{Code: tea.KeyTab}, tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	backspace := tea.Msg(tea.KeyPressMsg{Code: tea.KeyBackspace})
	for _, tt := range []struct {
		name string
		keys []tea.Msg
		want []string
	}{
		{"a name with spaces", typing("screen shot 2"), []string{"Screen Shot 2.png"}},
		{"completed", append(append(typing("screen "), tab), typing("2")...), []string{"Screen Shot 2.png"}},
		{"as far as they agree", append(append(typing("s"), tab), typing(".")...), []string{"screen.png"}},
		{"marked", append(append(typing("lake"), space, tea.KeyPressMsg{Code: tea.KeyEscape}), append(typing("screen."), space)...), []string{"lake.png", "screen.png"}},
		{"nothing to mark", append(append(typing("lakes"), space, backspace, backspace), typing(".p")...), []string{"lake.png"}},
		{"nothing to complete", append(typing("lake"), tab, tab), []string{"lake.png"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, got := taking(root)
			send(b, append(tt.keys, enter)...)
			for i := range *got {
				(*got)[i] = filepath.Base((*got)[i])
			}
			if !slices.Equal(*got, tt.want) {
				t.Errorf("got %q, want %q", *got, tt.want)
			}
		})
	}
}
