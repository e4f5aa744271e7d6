package keymap

import "seedreel/ui/keys"

// Marks are the actions that change a person's opinion of a take.
type Marks struct {
	Pick, Better, Worse, Reject, Note, Label keys.Binding
}

// newMarks returns the actions of a group, on its keys for a pick and a note.
func newMarks(group, pick, note string) Marks {
	b := keys.New
	return Marks{
		Pick:   b("pick", group, []string{pick}, pick, "pick the take for its shot, or no longer").Brief("pick"),
		Better: b("better", group, []string{"+", "="}, "+", "rate a star more").Brief("star more"),
		Worse:  b("worse", group, []string{"-"}, "-", "rate a star less").Brief("star less"),
		Reject: b("reject", group, []string{"X"}, "X", "reject the take, or no longer").Brief("reject"),
		Note:   b("note", group, []string{note}, note, "write a note").Brief("note"),
		Label:  b("label", group, []string{"L"}, "L", "change the labels").Brief("labels"),
	}
}

// Whole returns every binding in the order of the help.
func (m *Marks) Whole() keys.Map {
	return keys.Map{m.Pick, m.Better, m.Worse, m.Reject, m.Note, m.Label}
}
