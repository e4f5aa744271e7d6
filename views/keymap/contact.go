package keymap

import "seedreel/ui/keys"

const groupContact = "Contact sheet"

// Contact are the actions of the contact sheet, besides those on a job.
type Contact struct {
	Open, Mark, Compare keys.Binding
}

// NewContact returns the bindings of the contact sheet.
func NewContact() Contact {
	b := keys.New
	return Contact{
		Open:    b("watch-take", groupContact, []string{"enter"}, "enter", "watch the take").Brief("watch"),
		Mark:    b("mark-take", groupContact, []string{"space"}, "space", "mark the take for a comparison").Brief("mark"),
		Compare: b("compare-takes", groupContact, []string{"c"}, "c", "compare the marked takes, up to four").Brief("compare"),
	}
}

// Whole returns every binding in the order of the help.
func (c *Contact) Whole() keys.Map { return keys.Map{c.Open, c.Mark, c.Compare} }
