package keymap

import "seedreel/ui/keys"

const groupPlayer = "Player"

// Player holds the actions of the player. The first and last row come from
// Move.
type Player struct {
	Play, Back, Forward, Compare, Side, Copy, Where, Reuse, Link, Fetch, Close keys.Binding
	StepOn, StepBack, Repeat, Next, Prev, Beside, Keep                         keys.Binding

	Marks Marks
}

// NewPlayer returns the bindings of the player.
func NewPlayer() Player {
	b := keys.New
	return Player{
		Play:     b("play", groupPlayer, []string{"space"}, "space", "play or pause").Brief("play"),
		Back:     b("seek-back", groupPlayer, []string{"left", "h"}, "left", "seek back"),
		Forward:  b("seek-forward", groupPlayer, []string{"right", "l"}, "right", "seek on"),
		StepOn:   b("frame-on", groupPlayer, []string{"]", "."}, "]", "one frame on").Brief("frame on"),
		StepBack: b("frame-back", groupPlayer, []string{"["}, "[", "one frame back").Brief("back"),
		Repeat:   b("repeat", groupPlayer, []string{"R"}, "R", "start over at the end, or no longer").Brief("repeat"),
		Next:     b("next-take", groupPlayer, []string{"n"}, "n", "next take of the shot").Brief("next take"),
		Prev:     b("previous-take", groupPlayer, []string{"p"}, "p", "take before").Brief("before"),
		Beside:   b("beside", groupPlayer, []string{"space"}, "space", "compare: mark a clip, up to three").Brief("mark"),
		Keep:     b("keep", groupPlayer, []string{"enter"}, "enter", "compare: pick this one and reject the others").Brief("keep only this"),
		Marks:    newMarks(groupPlayer, "P", "N"),
		Compare:  b("compare", groupPlayer, []string{"c"}, "c", "compare with up to three others").Brief("compare"),
		Side:     b("side", groupPlayer, []string{"tab"}, "tab", "compare: the next clip, for what is done to one").Brief("next clip"),
		Copy:     b("copy", groupPlayer, []string{"y"}, "y", "copy the path").Brief("copy"),
		Where:    b("where", groupPlayer, []string{"o"}, "o", "where the clip is").Brief("where"),
		Reuse:    b("reuse", groupPlayer, []string{"r"}, "r", "again in the form").Brief("reuse"),
		Link:     b("copy-link", groupPlayer, []string{"u"}, "u", "copy the link"),
		Fetch:    b("copy-fetch", groupPlayer, []string{"f"}, "f", "copy scp line"),
		Close:    b("player-close", groupPlayer, []string{"esc"}, "esc", "back"),
	}
}

// Whole returns every binding of the player in the order of the help.
func (p *Player) Whole() keys.Map {
	m := keys.Map{p.Play, p.Back, p.Forward, p.StepOn, p.StepBack, p.Repeat, p.Next, p.Prev}
	return append(append(m, p.Marks.Whole()...), p.Compare, p.Side, p.Keep, p.Copy, p.Where, p.Reuse, p.Link, p.Fetch, p.Close)
}
