package words

import (
	"seedreel/client/catalogue"
	"seedreel/state/reel"
	"seedreel/ui/safe"
)

// Moved returns that a model was changed for another.
func Moved(was, is *catalogue.Model) safe.String {
	to := Model(is)
	if was.Provider != is.Provider {
		to += " at " + Service(is.Provider)
	}
	return "Moved to " + to + "."
}

// Again returns what a take that is put into the form changes.
func Again(n *reel.Next) safe.String {
	switch n.Way {
	case reel.WayWords:
		return "The same seed: change the words."
	case reel.WayModel, reel.WayElsewhere:
		return "The same clip."
	case reel.WayLonger, reel.WayRatio:
		return "Now with " + safe.Line(n.Changed.Label()) + " " + safe.Line(n.Is.String()) + "."
	case reel.WayGoOn:
		return "The next shot goes on from its frame."
	case reel.WayLoop:
		return "It ends with the frame that it begins with."
	case reel.WayLast:
		return "Its frame is the last one."
	case reel.WayReference:
		return "Its frame is a reference."
	case reel.WaySame, reel.WaySeed, reel.WayFinal:
	}
	return "Back in the form, with a new seed."
}
