package uitest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"go.uber.org/goleak"

	"seedreel/ui/dialog"
	"seedreel/ui/field"
	"seedreel/ui/layout"
	"seedreel/ui/theme"
	"seedreel/ui/uitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, uitest.LeakOptions()...) }

// echo shows the last key or paste and its size.
type echo struct {
	last string
	w, h int
	dark string
}

func (e *echo) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (e *echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		e.last = m.String()
		if e.last == "ctrl+c" {
			return e, tea.Quit
		}
	case tea.PasteMsg:
		e.last = fmt.Sprintf("paste %q", m.Content)
	case tea.WindowSizeMsg:
		e.w, e.h = m.Width, m.Height
	case tea.BackgroundColorMsg:
		e.dark = fmt.Sprint(m.IsDark())
	}
	return e, nil
}

func (e *echo) View() tea.View {
	v := tea.NewView(fmt.Sprintf("key <%s>\nsize %dx%d dark %s\nlast line", e.last, e.w, e.h, e.dark))
	v.AltScreen, v.WindowTitle = true, "echo"
	v.ReportFocus = true
	return v
}

func TestKeysArriveAsNamed(t *testing.T) {
	t.Parallel()
	s := uitest.Start(t, &echo{}, 40, 10, uitest.Options{})
	s.WaitText("size 40x10")
	for _, k := range []string{
		"a", "G", "ctrl+n", "ctrl+g", "ctrl+j", "enter", "tab", "shift+tab", "space", "backspace", "delete", "up", "down", "left", "right",
		"home", "end", "pgup", "pgdown", "shift+up", "ctrl+right", "alt+2", "alt+.", "alt+enter", "esc", "?", "[",
	} {
		s.Press(k)
		s.WaitText("key <" + k + ">")
	}
	s.Paste("two\nlines")
	s.WaitText(`paste "two\nlines"`)
	s.Type("é")
	s.WaitText("key <é>")
}

func TestScreenIsWhatAUserSees(t *testing.T) {
	t.Parallel()
	synctest.Test(t, screenIsWhatAUserSees)
}

func screenIsWhatAUserSees(t *testing.T) {
	s := uitest.Start(t, &echo{}, 40, 10, uitest.Options{})
	screen := s.WaitText("dark true") // the emulator answered the query
	if got := strings.Split(screen, "\n"); len(got) != 3 || got[2] != "last line" {
		t.Fatalf("the screen is\n%s", screen)
	}
	s.Resize(60, 20)
	s.WaitText("size 60x20")
	if s.Title() != "echo" || !slices.Contains(s.Modes(), "alternate screen") {
		t.Errorf("title %q, modes %v", s.Title(), s.Modes())
	}
	s.Mark()
	time.Sleep(time.Minute) // in the bubble: an idle program never writes anything
	if n := s.Bytes(); n != 0 {
		t.Errorf("%d bytes while idle", n)
	}
	s.Press("x")
	s.WaitText("key <x>")
	if n := s.Bytes(); n == 0 || n > 200 {
		t.Errorf("one key wrote %d bytes", n)
	}
	s.Press("ctrl+c")
	s.Wait()
	if m := s.Modes(); len(m) != 0 {
		t.Errorf("left behind after the end: %v", m)
	}
}

func TestLostConnectionEndsTheProgram(t *testing.T) {
	t.Parallel()
	ctx, hangUp := context.WithCancel(t.Context())
	s := uitest.Start(t, &echo{}, 40, 10, uitest.Options{Context: ctx})
	s.WaitText("size")
	hangUp()
	s.Wait()
	if m := s.Modes(); len(m) != 0 {
		t.Errorf("left behind after the end: %v", m)
	}
}

// studio is a small program built like the real one: a form, a dialog above it,
// the terminal's own cursor.
type studio struct {
	st     *theme.Styles
	form   *huh.Form
	prompt *field.Prompt
	stack  *dialog.Stack
	lay    layout.Layout
	said   string
}

func newStudio() *studio {
	st := theme.New(theme.Dark())
	m := &studio{st: st, stack: dialog.NewStack(time.Now)}
	m.prompt = field.NewPrompt(field.Spec{Key: "prompt", Label: "Prompt", Space: true, Styles: st})
	length := field.NewNumber(field.Spec{Key: "n", Label: "Duration", Styles: st}, field.Span{Min: 2, Max: 12, Unit: "s"})
	keys := huh.NewDefaultKeyMap()
	keys.Quit.SetEnabled(false)
	m.form = huh.NewForm(huh.NewGroup(m.prompt, length)).WithTheme(st.Huh()).WithKeyMap(keys).
		WithShowHelp(false).WithShowErrors(false).WithWidth(78).WithHeight(18)
	return m
}

func (m *studio) Init() tea.Cmd { return m.form.Init() }

func (m *studio) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch x := msg.(type) {
	case tea.WindowSizeMsg:
		m.lay = layout.Of(x.Width, x.Height)
		return m, nil
	case tea.KeyPressMsg:
		if !m.stack.Empty() {
			return m, m.stack.Update(x)
		}
		if x.String() == "ctrl+g" {
			m.stack.Push(&dialog.Choice{
				Name: "ask", Title: "Submit?", Body: "One job.",
				Options: []dialog.Option{{Label: "No"}, {Label: "Yes"}},
				Left: func() tea.Cmd {
					m.said = "left it"
					return nil
				},
			})
			return m, nil
		}
	}
	return m, field.Route(m.form, msg)
}

func (m *studio) View() tea.View {
	screen := layout.Draw(m.lay, layout.Panes{Header: "studio " + m.said, Main: m.form.View(), Footer: "keys"}, func(s string) string {
		return m.st.Frame.Rule.Render(s)
	})
	screen = m.stack.Over(screen, m.lay.Screen.W, m.lay.Screen.H, m.st)
	clean, x, y, ok := field.Cursor(screen)
	v := tea.NewView(clean)
	v.AltScreen = true
	if ok {
		v.Cursor = tea.NewCursor(x, y)
	}
	return v
}

func TestFormAndDialogOnAScreen(t *testing.T) {
	t.Parallel()
	s := uitest.Start(t, newStudio(), 80, 24, uitest.Options{})
	s.WaitText("Duration")
	s.Type("A lake at dawn")
	s.WaitText("A lake at dawn")
	s.WaitFor(func(string) bool {
		x, y, visible := s.Cursor()
		return visible && x == 16 && y == 3
	})
	s.Press("ctrl+g")
	screen := s.WaitText("Submit?")
	if !strings.Contains(screen, "▸ No") || !strings.Contains(screen, "A lake") {
		t.Fatalf("the dialog hides the form or its safe answer:\n%s", screen)
	}
	s.WaitFor(func(string) bool { _, _, visible := s.Cursor(); return !visible })
	s.Type("x") // goes to the dialog, not into the prompt
	s.Press("esc")
	s.WaitText("left it")
	s.Press("tab", "right") // in one read
	s.WaitText("3 s")
	m, ok := s.Quit().(*studio)
	if !ok || m.prompt.Value() != "A lake at dawn" {
		t.Fatalf("the prompt is %q", m.prompt.Value())
	}
}

// A key that arrives as the program ends keeps the library's reader waiting:
// TestMain must not hold that against the package.
func TestKeysAfterTheEndLeaveNoComplaint(t *testing.T) {
	t.Parallel()
	s := uitest.Start(t, &echo{}, 40, 10, uitest.Options{})
	s.WaitText("size 40x10")
	s.Press("ctrl+c")
	for range 100 {
		s.Type("x")
	}
}
