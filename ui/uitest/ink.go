package uitest

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Ink writes the styles of screens as letters, one per cell, with a legend that
// explains each letter once. A change of one colour then changes one line of a
// golden file, and a change of words none.
type Ink struct {
	letters map[string]rune
	names   []string
}

// alphabet holds the letters; cells of plain text are dots.
const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Of returns the style map of the current screen, without dots at the ends of
// lines.
func (k *Ink) Of(s *Term) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for y := range s.emu.Height() {
		var line strings.Builder
		for x := range s.emu.Width() {
			letter := '.'
			if c := s.emu.CellAt(x, y); c != nil {
				letter = k.letter(&c.Style)
			}
			line.WriteRune(letter)
		}
		b.WriteString(strings.TrimRight(line.String(), ".") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func (k *Ink) letter(st *uv.Style) rune {
	name := styleName(st)
	if name == "" {
		return '.'
	}
	if l, ok := k.letters[name]; ok {
		return l
	}
	if k.letters == nil {
		k.letters = map[string]rune{}
	}
	l := '?'
	if len(k.names) < len(alphabet) {
		l = rune(alphabet[len(k.names)])
	}
	k.letters[name] = l
	k.names = append(k.names, fmt.Sprintf("%c %s", l, name))
	return l
}

// Legend explains the letters in order of first use.
func (k *Ink) Legend() string { return strings.Join(k.names, "\n") }

func styleName(st *uv.Style) string {
	var parts []string
	for _, a := range []struct {
		bit  uint8
		name string
	}{
		{uv.AttrBold, "bold"},
		{uv.AttrFaint, "faint"},
		{uv.AttrItalic, "italic"},
		{uv.AttrBlink, "blink"},
		{uv.AttrReverse, "reverse"},
		{uv.AttrConceal, "hidden"},
		{uv.AttrStrikethrough, "struck"},
	} {
		if st.Attrs&a.bit != 0 {
			parts = append(parts, a.name)
		}
	}
	if st.Underline != uv.UnderlineNone {
		parts = append(parts, "underlined")
	}
	if st.Fg != nil {
		parts = append(parts, colorName(st.Fg))
	}
	if st.Bg != nil {
		parts = append(parts, "on "+colorName(st.Bg))
	}
	return strings.Join(parts, " ")
}

// colorName returns the name of a colour, which differs for the terminal's own
// colours and exact ones.
func colorName(c color.Color) string {
	switch c := c.(type) {
	case ansi.BasicColor:
		return fmt.Sprintf("ansi %d", uint8(c))
	case ansi.IndexedColor:
		return fmt.Sprintf("index %d", uint8(c))
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
