package term

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

func TestTheScreenIsBounded(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ w, h, wantW, wantH int }{
		{80, 24, 80, 24}, {400, 300, 400, 300}, {1000, 1000, 1000, 120}, {65535, 65535, 1000, 120}, {100, 5000, 100, 1200}, {0, 0, 0, 0},
	} {
		s := &Size{}
		got := s.Filter(nil, tea.WindowSizeMsg{Width: tc.w, Height: tc.h})
		if got != (tea.WindowSizeMsg{Width: tc.wantW, Height: tc.wantH}) {
			t.Errorf("%dx%d is drawn as %+v", tc.w, tc.h, got)
		}
	}
	if got := (&Size{}).Filter(nil, tea.QuitMsg{}); got != (tea.QuitMsg{}) {
		t.Errorf("another message became %v", got)
	}
}

func TestOnlyALargeScreenThatShrankIsGivenBack(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		sizes []tea.WindowSizeMsg
		want  bool
	}{
		"small":               {[]tea.WindowSizeMsg{{Width: 120, Height: 36}, {Width: 80, Height: 24}}, false},
		"large":               {[]tea.WindowSizeMsg{{Width: 400, Height: 250}}, false},
		"a little smaller":    {[]tea.WindowSizeMsg{{Width: 400, Height: 250}, {Width: 400, Height: 200}}, false},
		"shrunk":              {[]tea.WindowSizeMsg{{Width: 400, Height: 250}, {Width: 120, Height: 36}}, true},
		"too large at first":  {[]tea.WindowSizeMsg{{Width: 1000, Height: 1000}}, true},
		"too large later":     {[]tea.WindowSizeMsg{{Width: 120, Height: 36}, {Width: 1000, Height: 1000}}, false},
		"and large once more": {[]tea.WindowSizeMsg{{Width: 400, Height: 250}, {Width: 120, Height: 36}, {Width: 400, Height: 250}}, true},
	} {
		s := &Size{}
		s.Of(&tea.Program{})
		for _, m := range tc.sizes {
			s.Filter(nil, m)
		}
		if got := s.timer != nil; got != tc.want {
			t.Errorf("%s: %t, want %t", name, got, tc.want)
		}
		s.Stop()
	}
}

// sizes draws a large screen, then a small one, and looks at what is kept.
type sizes struct {
	prog  *tea.Program
	step  int
	found bool
	kept  int
}

type drawnMsg struct{}

func drawn() tea.Msg { return drawnMsg{} }

func (m *sizes) Init() tea.Cmd { return nil }

func (m *sizes) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if w, ok := msg.(tea.WindowSizeMsg); ok && w.Width == 500 {
		return m, drawn
	}
	if _, ok := msg.(drawnMsg); !ok {
		return m, nil
	}
	switch m.step++; m.step {
	case 1:
		small := func() tea.Msg { return tea.WindowSizeMsg{Width: 20, Height: 5} }
		// The renderer takes the new size with its next frame.
		return m, tea.Sequence(small, tea.Tick(300*time.Millisecond, func(time.Time) tea.Msg { return drawnMsg{} }))
	case 2:
		m.found = trim(m.prog)
		r := reflect.ValueOf(m.prog).Elem().FieldByName("renderer").Elem().Elem()
		if f := r.FieldByName("cellbuf"); f.IsValid() {
			b := (*uv.ScreenBuffer)(f.Addr().UnsafePointer())
			for _, l := range b.Lines[:cap(b.Lines)] {
				m.kept += cap(l)
			}
		}
		return m, tea.Quit
	}
	return m, nil
}

func (m *sizes) View() tea.View { return tea.NewView(strings.Repeat("x", 20)) }

// The cells are a private part of the library: this test fails if a new version
// changes it.
func TestTheCellsOfALargerScreenAreGivenBack(t *testing.T) {
	t.Parallel()
	m := &sizes{}
	m.prog = tea.NewProgram(m, tea.WithInput(nil), tea.WithOutput(&bytes.Buffer{}), tea.WithWindowSize(500, 200), tea.WithContext(t.Context()))
	if _, err := m.prog.Run(); err != nil {
		t.Fatal(err)
	}
	if !m.found {
		t.Fatal("the renderer's cells were not found: a larger screen stays in memory")
	}
	if m.kept > 10_000 {
		t.Errorf("%d cells are kept", m.kept)
	}
}
