// Package uitest runs a Bubble Tea program in a terminal emulator, for tests.
//
// The program writes to an emulated screen and reads keys as bytes, so a test
// sees what a user sees: cells, cursor and modes, not fragments of a stream of
// differences. The environment is fixed and contains nothing of the machine.
package uitest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// patience is how long a screen may take to show what a test waits for. It is
// long because a loaded machine is slow, and costs nothing if the test passes.
const patience = time.Minute

// Options changes the defaults of Start.
type Options struct {
	// Env is added to the fixed environment: TERM, LANG, TZ.
	Env []string
	// Profile is the colour profile; the zero value means true colour.
	Profile colorprofile.Profile
	// Context ends the program when cancelled, as a lost connection would.
	Context context.Context //nolint:containedctx // handed on to the program, never kept
	// Program is appended to the options of the program.
	Program []tea.ProgramOption
}

// Term is a program running in an emulated terminal.
type Term struct {
	t    testing.TB
	prog *tea.Program
	in   *inbox

	mu      sync.Mutex
	emu     *vt.Emulator
	tape    []byte // output since Mark
	frames  []int  // size of each write in bytes
	modes   map[string]bool
	title   string
	hidden  bool
	changed chan struct{}

	done  chan struct{}
	model tea.Model
	err   error
}

// Start runs model on a screen of w by h cells until the test ends.
func Start(t testing.TB, model tea.Model, w, h int, opts Options) *Term {
	t.Helper()
	s := &Term{
		t: t, in: newInbox(), emu: vt.NewEmulator(w, h), modes: map[string]bool{},
		changed: make(chan struct{}, 1), done: make(chan struct{}),
	}
	s.listen()
	if opts.Profile == colorprofile.Unknown {
		opts.Profile = colorprofile.TrueColor
	}
	if opts.Context == nil {
		opts.Context = t.Context()
	}
	env := append([]string{"TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC"}, opts.Env...)
	all := append([]tea.ProgramOption{
		tea.WithInput(s.in), tea.WithOutput(s), tea.WithEnvironment(env), tea.WithWindowSize(w, h),
		tea.WithColorProfile(opts.Profile), tea.WithContext(opts.Context), tea.WithoutSignalHandler(),
	}, opts.Program...)
	s.prog = tea.NewProgram(model, all...)
	var pump sync.WaitGroup
	pump.Go(func() {
		// The emulator answers queries on its read side until it is closed.
		_, _ = io.Copy(s.in, s.emu)
	})
	go func() {
		defer close(s.done)
		s.model, s.err = s.prog.Run()
		s.in.close()
	}()
	t.Cleanup(func() {
		s.prog.Kill()
		<-s.done
		// The emulator's own Close races with its Read; the pipe's does not.
		if pipe, ok := s.emu.InputPipe().(io.Closer); ok {
			// Closing a pipe never fails.
			_ = pipe.Close()
		}
		pump.Wait()
	})
	return s
}

func (s *Term) listen() {
	s.emu.SetCallbacks(vt.Callbacks{
		EnableMode: func(m ansi.Mode) {
			// A terminal starts with a visible cursor.
			if m != ansi.ModeTextCursorEnable {
				s.modes[modeName(m)] = true
			}
		},
		DisableMode:      func(m ansi.Mode) { delete(s.modes, modeName(m)) },
		Title:            func(title string) { s.title = title },
		CursorVisibility: func(visible bool) { s.hidden = !visible },
	})
}

// Write receives what the program draws. As there is no terminal driver in
// between, it adds the carriage return to line feeds.
func (s *Term) Write(p []byte) (int, error) {
	s.mu.Lock()
	_, err := s.emu.WriteString(strings.ReplaceAll(string(p), "\n", "\r\n"))
	s.tape = append(s.tape, p...)
	s.frames = append(s.frames, len(p))
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return len(p), err
}

// Press sends keys by Bubble Tea's names: "ctrl+n", "enter", "shift+tab", "a".
func (s *Term) Press(names ...string) {
	s.t.Helper()
	for _, name := range names {
		seq, ok := bytesOf(name)
		if !ok {
			s.t.Fatalf("uitest: no key is called %q", name)
		}
		s.in.put(seq)
	}
}

// Type sends text letter by letter.
func (s *Term) Type(text string) { s.in.put(text) }

// Paste sends text as a bracketed paste.
func (s *Term) Paste(text string) { s.in.put("\x1b[200~" + text + "\x1b[201~") }

// Send sends the program a message, as its own commands would.
func (s *Term) Send(msg tea.Msg) { s.prog.Send(msg) }

// Resize changes the size of the screen.
func (s *Term) Resize(w, h int) {
	s.mu.Lock()
	s.emu.Resize(w, h)
	s.mu.Unlock()
	s.prog.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Screen returns the text on the screen, without blanks at the ends of lines.
func (s *Term) Screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return trim(s.emu.String())
}

// Cells calls see with the content of every cell; a wide one is followed by an
// empty one.
func (s *Term) Cells(see func(x, y int, content string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for y := range s.emu.Height() {
		for x := range s.emu.Width() {
			if c := s.emu.CellAt(x, y); c != nil {
				see(x, y, c.Content)
			}
		}
	}
}

// Styled returns the screen with its styles as sequences.
func (s *Term) Styled() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emu.Render()
}

// Cursor returns the position of the cursor, and whether it is visible.
func (s *Term) Cursor() (x, y int, visible bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.emu.CursorPosition()
	return p.X, p.Y, !s.hidden
}

// Title returns the window title that the program set last.
func (s *Term) Title() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.title
}

// Modes returns the modes that are switched on and not off again: the alternate
// screen, mouse, paste and others. After the program has ended they must be as
// before.
func (s *Term) Modes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var on []string
	for m := range s.modes {
		on = append(on, m)
	}
	if s.emu.IsAltScreen() {
		on = append(on, "alternate screen")
	}
	if s.hidden {
		on = append(on, "hidden cursor")
	}
	slices.Sort(on)
	return slices.Compact(on)
}

// Mark clears the tape.
func (s *Term) Mark() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tape, s.frames = nil, nil
}

// Bytes returns the number of bytes written since Mark.
func (s *Term) Bytes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tape)
}

// Frames returns the sizes of the writes since Mark: the program writes each
// frame at once.
func (s *Term) Frames() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.frames)
}

// Tape returns everything written since Mark.
func (s *Term) Tape() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.tape)
}

// WaitFor waits until ok accepts the screen and returns it.
func (s *Term) WaitFor(ok func(screen string) bool) string {
	s.t.Helper()
	limit := time.After(patience)
	for {
		screen := s.Screen()
		if ok(screen) {
			return screen
		}
		select {
		case <-s.changed:
		case <-s.done:
			if screen = s.Screen(); ok(screen) {
				return screen
			}
			s.t.Fatalf("uitest: the program ended (%v) before the screen was right:\n%s", s.err, screen)
		case <-limit:
			s.t.Fatalf("uitest: waited %v in vain, the screen is:\n%s", patience, screen)
		}
	}
}

// WaitText waits until the screen contains text.
func (s *Term) WaitText(text string) string {
	s.t.Helper()
	return s.WaitFor(func(screen string) bool { return strings.Contains(screen, text) })
}

// Quit ends the program and returns its last model.
func (s *Term) Quit() tea.Model {
	s.t.Helper()
	s.prog.Quit()
	return s.Wait()
}

// Wait waits for the program to end by itself and returns its last model.
func (s *Term) Wait() tea.Model {
	s.t.Helper()
	select {
	case <-s.done:
	case <-time.After(patience):
		s.t.Fatalf("uitest: the program did not end, the screen is:\n%s", s.Screen())
	}
	if s.err != nil && !errors.Is(s.err, tea.ErrProgramKilled) {
		s.t.Fatalf("uitest: the program failed: %v", s.err)
	}
	return s.model
}

func trim(screen string) string {
	lines := strings.Split(strings.ReplaceAll(screen, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}
