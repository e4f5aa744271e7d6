package keymap

import (
	"strings"

	"seedreel/ui/keys"
)

const groupAgain = "Again, but different"

// Again are the ways to make a take once more: the key that opens the menu,
// and a letter in it for each. They act on the take that is selected or
// watched.
type Again struct {
	Menu                                               keys.Binding
	Same, Seed, Words, Model, Longer, Ratio, Elsewhere keys.Binding
	GoOn, Loop, LastFrame, Reference, Final            keys.Binding
}

func newAgain() Again {
	b := func(name, letter, does string) keys.Binding {
		return keys.New("again-"+name, groupAgain, []string{"a " + letter}, "a "+letter, does)
	}
	return Again{
		Menu:      keys.New("again", groupAgain, []string{"a"}, "a", "again, but different").Brief("again, but"),
		Same:      b("same", "r", "same settings, into the form"),
		Seed:      b("seed", "s", "new seed, at once"),
		Words:     b("words", "w", "same seed, other words"),
		Model:     b("model", "m", "next model of the family"),
		Longer:    b("longer", "l", "longer"),
		Ratio:     b("ratio", "p", "another picture ratio"),
		Elsewhere: b("elsewhere", "e", "at another service"),
		GoOn:      b("go-on", "g", "go on from here: its frame begins the next shot"),
		Loop:      b("loop", "o", "loop: it ends with the frame that it begins with"),
		LastFrame: b("last-frame", "t", "this frame as last frame"),
		Reference: b("reference", "i", "this frame as reference image"),
		Final:     b("final", "f", "final: the pick in full quality"),
	}
}

// Whole returns every binding in the order of the help.
func (a *Again) Whole() keys.Map { return append(keys.Map{a.Menu}, a.Ways()...) }

// Ways returns the entries of the menu in order.
func (a *Again) Ways() keys.Map {
	return keys.Map{
		a.Same, a.Seed, a.Words, a.Model, a.Longer, a.Ratio, a.Elsewhere, a.GoOn, a.Loop, a.LastFrame, a.Reference, a.Final,
	}
}

// Letter returns the key in the menu of a way.
func (a *Again) Letter(way keys.Binding) string {
	_, letter, _ := strings.Cut(way.Keys()[0], " ")
	return letter
}

// Is reports whether a binding is one of these.
func (a *Again) Is(b keys.Binding) bool { return b.Group == groupAgain }
