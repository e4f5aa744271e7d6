package compose

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/picture"
	"seedreel/views/marks"
)

// learned takes what became known of the media and the price.
func (s *Screen) learned(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case factsLoadedMsg:
		s.applyFacts(msg)
	case picture.LoadedMsg:
		return s.applyPicture(msg)
	case droppedMsg:
		return s.applyDropped(msg)
	case quoteDueMsg:
		return s.quoteDue(msg)
	case quotedMsg:
		s.applyQuote(msg)
	}
	return nil
}

// ofShot takes what became known of the shot and its takes. The root draws anew
// when there are new stills.
func (s *Screen) ofShot(msg tea.Msg) {
	switch msg := msg.(type) {
	case takesReadMsg:
		s.takesRead(msg)
	case marks.ChangedMsg:
		s.takesMarked(msg.Jobs)
	case shotFoundMsg:
		s.shotFound(msg)
	}
}
