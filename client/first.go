package client

// First is the model that a new form starts with: of those that make a clip
// from words alone and are not being switched off, the one whose default form
// costs least by the list. usable tells which services there is an account
// for; nil is all of them, and one without any model in question counts for
// nothing. The first that makes a clip stands in where the data has no such
// model; nil is an empty catalogue.
func (c *Catalogue) First(usable func(provider string) bool) *Model {
	var best, first *Model
	var least MicroUSD
	ours := false
	for _, m := range c.models {
		if !m.MakesVideo() {
			continue
		}
		if first == nil {
			first = m
		}
		if m.Task != taskFromText || m.Lifecycle.Status != LifeActive {
			continue
		}
		e := EstimatePrice(m, m.Adopt(Values{}), 0)
		mine := usable == nil || usable(m.Provider)
		switch {
		case !e.Known || ours && !mine:
		case best == nil || mine && !ours || e.Total < least:
			best, least, ours = m, e.Total, mine
		}
	}
	if best == nil {
		return first
	}
	return best
}

// taskFromText is the task of models that need nothing but words.
const taskFromText = "text-to-video"
