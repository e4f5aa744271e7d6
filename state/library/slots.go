package library

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"seedreel/state/reel"
)

// slot is a place in a template.
var slot = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\{\{\s*([\p{L}][\p{L}\p{M}\p{N} _-]*?)\s*\}\}`)
})

// HasSlots reports whether a text has places that could be slots.
func HasSlots(text string) bool { return slot().MatchString(text) }

// Places returns the names of the slots in the order of the text, each once;
// only a template has some.
func (e *Entry) Places() []string {
	if e.Kind != Template {
		return nil
	}
	var out []string
	for _, m := range slot().FindAllStringSubmatch(e.Text, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// EmptySlotError is returned for a slot that nothing was given for.
type EmptySlotError struct {
	Entry, Slot string
	// Example is what could be there, "" if the template has none.
	Example string
}

// Error names the slot and what could be there.
func (e *EmptySlotError) Error() string {
	s := fmt.Sprintf("the slot {{%s}} of %q is empty", e.Slot, e.Entry)
	if e.Example != "" {
		s += fmt.Sprintf("; give it words such as %q", e.Example)
	}
	return s
}

// UnknownSlotError is returned for a slot that a template does not have.
type UnknownSlotError struct {
	Entry, Slot string
	Slots       []string
}

// Error names the slots that there are.
func (e *UnknownSlotError) Error() string {
	if len(e.Slots) == 0 {
		return fmt.Sprintf("%q has no slots; it takes no {{%s}}", e.Entry, e.Slot)
	}
	return fmt.Sprintf("%q has no slot {{%s}}; its slots are %s", e.Entry, e.Slot, strings.Join(e.Slots, ", "))
}

// CheckSlot returns what is wrong with the words for a slot, nil if nothing is.
// They are part of a prompt, so they may hold alternatives.
func (e *Entry) CheckSlot(name, words string) error {
	if strings.TrimSpace(words) == "" {
		return &EmptySlotError{Entry: e.Name, Slot: name, Example: e.Slots[name]}
	}
	if err := reel.CheckPrompt(words); err != nil {
		return fmt.Errorf("the slot {{%s}}: %w", name, err)
	}
	return nil
}

// Fill returns the text with words in its slots. A slot without words is an
// *EmptySlotError, words for one that is not there an *UnknownSlotError.
func (e *Entry) Fill(words map[string]string) (string, error) {
	places := e.Places()
	for name := range words {
		if !slices.Contains(places, name) {
			return "", &UnknownSlotError{Entry: e.Name, Slot: name, Slots: places}
		}
	}
	for _, name := range places {
		if err := e.CheckSlot(name, words[name]); err != nil {
			return "", err
		}
	}
	if len(places) == 0 {
		return e.Text, nil
	}
	return slot().ReplaceAllStringFunc(e.Text, func(found string) string {
		return strings.TrimSpace(words[slot().FindStringSubmatch(found)[1]])
	}), nil
}
