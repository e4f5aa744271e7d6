package keys

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// named returns the code of a key that Bubble Tea names by a word.
func named(word string) (rune, bool) {
	switch word {
	case "enter":
		return tea.KeyEnter, true
	case "esc":
		return tea.KeyEscape, true
	case "tab":
		return tea.KeyTab, true
	case "space":
		return tea.KeySpace, true
	case "delete":
		return tea.KeyDelete, true
	case "backspace":
		return tea.KeyBackspace, true
	case "up":
		return tea.KeyUp, true
	case "down":
		return tea.KeyDown, true
	case "left":
		return tea.KeyLeft, true
	case "right":
		return tea.KeyRight, true
	case "pgup":
		return tea.KeyPgUp, true
	case "pgdown":
		return tea.KeyPgDown, true
	case "home":
		return tea.KeyHome, true
	case "end":
		return tea.KeyEnd, true
	}
	return 0, false
}

// Press returns the message for pressing the first key of the binding, for a
// palette that runs actions by name.
func (b Binding) Press() tea.KeyPressMsg {
	if all := b.Presses(); len(all) > 0 {
		return all[0]
	}
	return tea.KeyPressMsg{}
}

// Presses is Press for a binding of several keys, one after the other.
func (b Binding) Presses() []tea.KeyPressMsg {
	all := b.Keys()
	if len(all) == 0 {
		return nil
	}
	var out []tea.KeyPressMsg
	for _, k := range strings.Fields(all[0]) {
		out = append(out, press(k))
	}
	return out
}

func press(rest string) tea.KeyPressMsg {
	var k tea.Key
	for _, m := range []struct {
		word string
		mod  tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if s, ok := strings.CutPrefix(rest, m.word); ok && s != "" {
			rest, k.Mod = s, k.Mod|m.mod
		}
	}
	if r, ok := named(rest); ok {
		k.Code = r
		return tea.KeyPressMsg(k)
	}
	r, _ := utf8.DecodeRuneInString(rest)
	k.Code = r
	if k.Mod == 0 {
		k.Text = rest
	}
	return tea.KeyPressMsg(k)
}
