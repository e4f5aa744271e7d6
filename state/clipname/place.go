package clipname

import "strconv"

// Place is where a take is among the reels. The numbers count from 1; 0 is none.
type Place struct {
	Reel, Name string
	Shot, Take int
}

// Value returns a field of the place, and whether it is one.
func (p *Place) Value(field string) (string, bool) {
	switch field {
	case "reel":
		return p.Reel, true
	case "name":
		return p.Name, true
	case "shot":
		return Number(p.Shot), true
	case "take":
		return Number(p.Take), true
	}
	return "", false
}

// Number returns a number as a field's value, "" for 0.
func Number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
