package editor

import (
	"strings"
	"unicode/utf8"
)

// Step is a text that can be gone back to, with its cursor: a line and a byte
// in it.
type Step struct {
	Text string `json:"text"`
	Line int    `json:"line,omitempty"`
	Byte int    `json:"byte,omitempty"`
}

// Steps are what can be undone and done again, the next step last.
type Steps struct {
	Past   []Step `json:"past,omitempty"`
	Future []Step `json:"future,omitempty"`
}

// Steps returns what can be undone and done again, as many of the next steps as
// hold that many bytes of text together. Undoing goes first.
func (t *Text) Steps(most int) Steps {
	var s Steps
	s.Past, most = stepsOf(t.history.past, most)
	s.Future, _ = stepsOf(t.history.future, most)
	return s
}

// stepsOf returns the last moments as steps, and how many bytes are left.
func stepsOf(list []moment, most int) ([]Step, int) {
	var out []Step
	for i := len(list) - 1; i >= 0; i-- {
		m := &list[i]
		lines := make([]string, len(m.lines))
		for n := range m.lines {
			lines[n] = m.lines[n].text
		}
		x := Step{Text: strings.Join(lines, "\n"), Line: m.at.line, Byte: m.at.byte}
		if most -= len(x.Text); most < 0 {
			break
		}
		out = append(out, x)
	}
	for i, n := 0, len(out); i < n/2; i++ {
		out[i], out[n-1-i] = out[n-1-i], out[i]
	}
	return out, max(most, 0)
}

// SetSteps sets what can be undone and done again.
func (t *Text) SetSteps(s Steps) {
	t.history.past, t.history.future, t.history.last = moments(s.Past), moments(s.Future), other
}

func moments(list []Step) []moment {
	if len(list) > mostMoments {
		list = list[len(list)-mostMoments:]
	}
	var out []moment
	for _, x := range list {
		var m moment
		for l := range strings.SplitSeq(x.Text, "\n") {
			m.lines = append(m.lines, newLine(l))
		}
		// What was stored may have been written by another version.
		m.at.line = min(max(x.Line, 0), len(m.lines)-1)
		text := m.lines[m.at.line].text
		m.at.byte = min(max(x.Byte, 0), len(text))
		for m.at.byte < len(text) && !utf8.RuneStart(text[m.at.byte]) {
			m.at.byte++
		}
		out = append(out, m)
	}
	return out
}

// Selected returns the selected text, "" for none.
func (t *Text) Selected() string {
	from, to, ok := t.selection()
	if !ok {
		return ""
	}
	return t.between(from, to)
}
