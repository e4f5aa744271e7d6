package story_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"seedreel/state/job"
	"seedreel/ui/uitest"
	"seedreel/views/app"
	"seedreel/views/story"
)

// tricky are texts whose width terminals and libraries disagree about.
var tricky = map[string]string{
	"han and kana":  "紙の船が水たまりを渡る、ﾊﾟﾋﾟ 東京",
	"hangul":        "물웅덩이를 건너는 종이배 각각",
	"combining":     "e\u0301te\u0300 Z̶̢̛a̸͇͝l̵̺̽g̶̱̈o̴̭͒ नमस्ते",
	"right to left": "قارب ورقي يعبر بركة \u202e שלום \u2066x\u2069",
	"emoji":         "👩‍👩‍👧‍👦 ❤️ 🏳️‍🌈 👍🏽 ☀️ 1️⃣ 🇩🇪",
	"odd":           "a\u200bb\u2060c\ufeffd\u00ade ﷽ 𒐫 ⸻",
}

// straight checks that every line of a frame has the same width by either way
// of counting, and that none is wider than the screen.
func straight(t *testing.T, m *app.Model, w, h int, where string) {
	t.Helper()
	checkFrame(t, m, w, h, where)
	for i, l := range strings.Split(m.View().Content, "\n") {
		if by, byCells := ansi.StringWidth(l), ansi.StringWidthWc(l); by != byCells {
			t.Errorf("%s: line %d has %d cells by clusters and %d by letters: %q", where, i, by, byCells, ansi.Strip(l))
		}
	}
}

// Foreign letters in prompts, errors and file names leave every border in
// place, on terminals that count by clusters and on those that do not.
func TestForeignLettersKeepBordersStraight(t *testing.T) {
	t.Parallel()
	for name, text := range tricky {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story.Bubble(t, func(t *testing.T, w *story.World) { tellForeign(t, w, text) })
		})
	}
}

func tellForeign(t *testing.T, w *story.World, text string) {
	insert(t, w, func(add func(*job.Job)) {
		for i, s := range []job.State{job.Saved, job.Failed, job.Running, job.Uncertain} {
			j := shelved(w, i, s)
			j.Prompt, j.ErrorText = strings.Repeat(text+" ", i+1), text
			if s == job.Saved {
				j.Output = clip(t, w, text+".mp4")
			}
			add(j)
		}
	})
	m, begin := still(t, w)
	for _, size := range sizes {
		m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		carryOut(m, begin, 3)
		begin = nil
		visitAll(m, text, func(where string) { straight(t, m, size[0], size[1], where) })
	}
}

// visitAll opens every screen and calls look on each.
func visitAll(m *app.Model, text string, look func(where string)) {
	press := func(keys ...tea.KeyPressMsg) {
		for _, k := range keys {
			carryOut(m, func() tea.Msg { return k }, 4)
		}
	}
	alt := func(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Mod: tea.ModAlt} }
	ctrl := func(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Mod: tea.ModCtrl} }
	plain := func(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Text: string(r)} }
	esc, enter, down := tea.KeyPressMsg{Code: tea.KeyEscape}, tea.KeyPressMsg{Code: tea.KeyEnter}, tea.KeyPressMsg{Code: tea.KeyDown}
	press(alt('1'), ctrl('x'))
	carryOut(m, func() tea.Msg { return tea.PasteMsg{Content: text} }, 3)
	look("compose")
	press(alt('2'), plain('g'))
	for _, where := range []string{"jobs, first", "jobs, second", "jobs, third", "jobs, last"} {
		look(where)
		press(enter)
		look(where + ", page")
		press(esc, down)
	}
	press(plain('v'))
	look("player")
	press(alt('3'), plain('/'))
	carryOut(m, func() tea.Msg { return tea.PasteMsg{Content: text} }, 3)
	look("history, searching")
	press(enter)
	look("history, found")
	press(plain('D'))
	look("history, delete?")
	press(esc, esc, alt('m'))
	look("messages")
	press(esc)
}

// The program's own words and symbols have the same width on every terminal.
func TestOwnSymbolsHaveOneWidth(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/TestScreensLookAsTheyShould/*.golden")
	if err != nil || len(files) < len(sizes) {
		t.Fatalf("%d screens were kept: %v", len(files), err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if by, byCells := ansi.StringWidth(line), ansi.StringWidthWc(line); by != byCells {
				t.Errorf("%s: %d cells or %d: %q", f, by, byCells, line)
			}
			if strings.ContainsAny(line, "\ufe0f\u200d") {
				t.Errorf("%s: a symbol made of several: %q", f, line)
			}
		}
	}
}

// A border is in one column on a real screen, beside any text.
func TestBordersStandInOneColumn(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		insert(t, w, func(add func(*job.Job)) {
			i := 0
			for _, text := range tricky {
				j := shelved(w, i, job.Failed)
				j.Prompt, j.ErrorText = text, text
				add(j)
				i++
			}
		})
		s := w.Start(wide, high)
		write(s, "물웅덩이를")
		s.Settle()
		column := -1
		s.Cells(func(x, y int, content string) {
			if content == "┬" {
				column = x
			}
		})
		rows := 0
		s.Cells(func(x, y int, content string) {
			if x == column && content != "" && strings.Contains("│├┤┴", content) {
				rows++
			}
		})
		if column < 0 || rows != high-3 {
			t.Errorf("the border at column %d has %d rows of %d:\n%s", column, rows, high-3, s.Screen())
		}
	})
}

// The terminal is asked for its background, and all colours follow the answer
// at any time.
func TestBackgroundIsAskedForAndFollowed(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(80, 24)
		if !strings.Contains(s.Tape(), "\x1b]11;?") || !strings.Contains(s.Tape(), "\x1b[?2031h") {
			t.Error("the terminal is not asked for its background, or not for news of it")
		}
		s.Settle()
		dark := &uitest.Ink{}
		dark.Of(s.Term)
		s.Send(tea.BackgroundColorMsg{Color: ansi.HexColor("#ffffff")})
		s.Settle()
		light := &uitest.Ink{}
		light.Of(s.Term)
		for _, name := range strings.Split(light.Legend(), "\n") {
			if _, style, _ := strings.Cut(name, " "); strings.Contains(style, "#") && strings.Contains(dark.Legend()+"\n", " "+style+"\n") {
				t.Errorf("%q is the same on dark and on light", style)
			}
		}
		if light.Legend() == "" || dark.Legend() == "" {
			t.Error("there are no colours")
		}
		// The system turns dark, and the terminal reports it by itself.
		s.Mark()
		s.Send(uv.DarkColorSchemeEvent{})
		s.Settle()
		again := &uitest.Ink{}
		again.Of(s.Term)
		if again.Legend() != dark.Legend() || !strings.Contains(s.Tape(), "\x1b]11;?") {
			t.Errorf("the colours are\n%s\nand not\n%s", again.Legend(), dark.Legend())
		}
	})
}
