package words

import (
	"seedreel/client/catalogue"
	"seedreel/ui/safe"
)

// Moved returns that a model was changed for another, with the reason left to
// the caller.
func Moved(was, is *catalogue.Model) safe.String {
	to := Model(is)
	if was.Provider != is.Provider {
		to += " at " + Service(is.Provider)
	}
	return "Moved to " + to + "."
}
