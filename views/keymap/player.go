package keymap

import "seedreel/ui/keys"

const groupPlayer = "Player"

// Player holds the actions of the player. The first and last row come from
// Move.
type Player struct {
	Play, Back, Forward, Compare, Side, Copy, Where, Reuse, Link, Fetch, Close keys.Binding
}

// NewPlayer returns the bindings of the player.
func NewPlayer() Player {
	b := keys.New
	p := Player{
		Play:    b("play", groupPlayer, []string{"space", "p"}, "space", "play or pause"),
		Back:    b("seek-back", groupPlayer, []string{"left", "h"}, "left", "seek back"),
		Forward: b("seek-forward", groupPlayer, []string{"right", "l"}, "right", "seek on"),
		Compare: b("compare", groupPlayer, []string{"c"}, "c", "compare"),
		Side:    b("side", groupPlayer, []string{"tab"}, "tab", "compare: choose the other clip, for copy and reuse").Brief("other clip"),
		Copy:    b("copy", groupPlayer, []string{"y"}, "y", "copy the path").Brief("copy"),
		Where:   b("where", groupPlayer, []string{"o"}, "o", "where the clip is").Brief("where"),
		Reuse:   b("reuse", groupPlayer, []string{"r"}, "r", "again in the form").Brief("reuse"),
		Link:    b("copy-link", groupPlayer, []string{"u"}, "u", "copy the link"),
		Fetch:   b("copy-fetch", groupPlayer, []string{"f"}, "f", "copy scp line"),
		Close:   b("player-close", groupPlayer, []string{"esc"}, "esc", "back"),
	}
	keep(&p.Compare, &p.Copy, &p.Reuse)
	return p
}

// Whole returns every binding of the player in the order of the help.
func (p *Player) Whole() keys.Map {
	return keys.Map{p.Play, p.Back, p.Forward, p.Compare, p.Side, p.Copy, p.Where, p.Reuse, p.Link, p.Fetch, p.Close}
}
