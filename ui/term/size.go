package term

import (
	"reflect"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

const (
	// widest and mostCells bound the screen that is drawn: the renderer keeps
	// two copies of it, of more than a hundred bytes a cell. Few displays have
	// as many cells that can be read.
	widest    = 1000
	mostCells = 120_000
	// trimFrom is the size in cells from which a screen that has shrunk to less
	// than half is worth giving back.
	trimFrom = 50_000
	// trimAfter is the pause before that: the new size is drawn first.
	trimAfter = 2 * time.Second
)

// Size bounds the size of the screen, and gives the memory of a larger one back
// once it has shrunk. The rest of a terminal that is too large stays empty, at
// the right and at the bottom.
type Size struct {
	mu   sync.Mutex
	prog *tea.Program
	// now is the size in cells, most the largest since memory was given back.
	now, most int
	timer     *time.Timer
}

// Of sets the program, before it runs.
func (s *Size) Of(p *tea.Program) { s.prog = p }

// Filter is the program's filter of messages.
func (s *Size) Filter(_ tea.Model, msg tea.Msg) tea.Msg {
	m, ok := msg.(tea.WindowSizeMsg)
	if !ok {
		return msg
	}
	// At its start the renderer takes the terminal's own size.
	whole := m.Width * m.Height
	m.Width = min(m.Width, widest)
	m.Height = min(m.Height, mostCells/max(m.Width, 1))
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.now == 0
	s.now = max(m.Width*m.Height, 1)
	if !first {
		whole = s.now
	}
	s.most = max(s.most, whole)
	if s.most >= trimFrom && s.now < s.most/2 && s.timer == nil && s.prog != nil {
		s.timer = time.AfterFunc(trimAfter, s.trim)
	}
	return m
}

// Stop stops the timer after the program has ended.
func (s *Size) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prog = nil
	if s.timer != nil {
		s.timer.Stop()
	}
}

func (s *Size) trim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prog == nil {
		return
	}
	s.timer, s.most = nil, s.now
	if trim(s.prog) {
		debug.FreeOSMemory()
	}
}

// trim drops the cells of the renderer that are no longer on the screen: it
// only ever shortens its lines. They are private to the library and found by
// their names; with another version they stay, which the test of this package
// detects.
func trim(p *tea.Program) bool {
	r := reflect.ValueOf(p).Elem().FieldByName("renderer")
	if !r.IsValid() || r.Kind() != reflect.Interface || r.IsNil() || r.Elem().Kind() != reflect.Pointer {
		return false
	}
	r = r.Elem().Elem()
	mu, next, scr := r.FieldByName("mu"), r.FieldByName("cellbuf"), r.FieldByName("scr")
	if !mu.IsValid() || mu.Type() != reflect.TypeFor[sync.Mutex]() || !next.IsValid() || next.Type() != reflect.TypeFor[uv.ScreenBuffer]() ||
		!scr.IsValid() || scr.Type() != reflect.TypeFor[*uv.TerminalRenderer]() {
		return false
	}
	lock := (*sync.Mutex)(mu.Addr().UnsafePointer())
	lock.Lock()
	defer lock.Unlock()
	shorten((*uv.ScreenBuffer)(next.Addr().UnsafePointer()).RenderBuffer)
	if scr.IsNil() {
		return true
	}
	now := scr.Elem().FieldByName("curbuf")
	if !now.IsValid() || now.Type() != reflect.TypeFor[*uv.RenderBuffer]() {
		return false
	}
	shorten((*uv.RenderBuffer)(now.UnsafePointer()))
	return true
}

// shorten copies what a buffer shows.
func shorten(b *uv.RenderBuffer) {
	if b == nil || b.Buffer == nil {
		return
	}
	for i, l := range b.Lines {
		b.Lines[i] = slices.Clone(l)
	}
	b.Lines, b.Touched = slices.Clone(b.Lines), slices.Clone(b.Touched)
}
