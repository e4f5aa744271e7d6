package catalogue

import (
	"sync"
	"sync/atomic"
)

// Shelf holds the current catalogue. A program creates one and hands it to
// everything that looks models up, so that a refreshed list reaches all of
// them at once. It is safe for concurrent use.
type Shelf struct {
	now atomic.Pointer[Catalogue]
	// changing is held while a new catalogue is derived from the old.
	changing sync.Mutex
}

// NewShelf returns a shelf that holds c.
func NewShelf(c *Catalogue) *Shelf {
	s := &Shelf{}
	s.now.Store(c)
	return s
}

// Now returns the current catalogue. It does not change; a caller that needs
// several consistent answers calls Now once.
func (s *Shelf) Now() *Catalogue { return s.now.Load() }

// Replace makes c the current catalogue.
func (s *Shelf) Replace(c *Catalogue) {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.now.Store(c)
}

// Change replaces the catalogue with the result of edit, and returns both. Of
// two concurrent changes neither is lost.
func (s *Shelf) Change(edit func(*Catalogue) *Catalogue) (was, now *Catalogue) {
	s.changing.Lock()
	defer s.changing.Unlock()
	was = s.now.Load()
	now = edit(was)
	s.now.Store(now)
	return was, now
}
