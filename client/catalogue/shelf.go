package catalogue

import (
	"sync"
	"sync/atomic"
)

// Shelf holds the catalogue that is in force. One is made a program and handed
// to everything that looks models up, so that a refreshed list reaches all of
// them at once. It is safe for concurrent use.
type Shelf struct {
	now atomic.Pointer[Catalogue]
	// changing is held by the one that derives a new catalogue from the old.
	changing sync.Mutex
}

// NewShelf returns a shelf that holds c.
func NewShelf(c *Catalogue) *Shelf {
	s := &Shelf{}
	s.now.Store(c)
	return s
}

// Now returns the catalogue in force. It does not change; a caller that needs
// several answers to agree asks once.
func (s *Shelf) Now() *Catalogue { return s.now.Load() }

// Replace puts another catalogue in force.
func (s *Shelf) Replace(c *Catalogue) {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.now.Store(c)
}

// Change puts in force what edit makes of the catalogue, and returns both. Of
// two changes at a time neither is lost.
func (s *Shelf) Change(edit func(*Catalogue) *Catalogue) (was, now *Catalogue) {
	s.changing.Lock()
	defer s.changing.Unlock()
	was = s.now.Load()
	now = edit(was)
	s.now.Store(now)
	return was, now
}
