package picture

import (
	"encoding/base64"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
)

// The ids of Kitty images. An id is encoded in the foreground colour of its
// cells, so it must be an indexed colour: 24-bit ids are rounded under the
// 256-colour profile of SSH sessions. tmux writes those below 16 as other
// sequences.
const (
	firstID, lastID = 16, 255
	// queryID is used for the query and never drawn. The answer names it.
	queryID = 31
)

// chunk is the most base64 that the protocol allows in one sequence.
const chunk = 4096

// maxCells is the most rows and columns of an image. Each has its own mark, and
// there are marks for 297.
const maxCells = 250

// transmit returns the sequence that stores a PNG (in base64) in the terminal
// as id and places it virtually on cols x rows cells. It moves no cursor and
// requests no answer.
func transmit(id int, png64 string, cols, rows int, tmux bool) string {
	var b strings.Builder
	b.Grow(len(png64) + len(png64)/chunk*24 + 128)
	for at := 0; at < len(png64); at += chunk {
		end := min(at+chunk, len(png64))
		more := "m=1"
		if end == len(png64) {
			more = "m=0"
		}
		opts := []string{"q=2", more}
		if at == 0 {
			opts = []string{"a=T", "U=1", "f=100", "i=" + itoa(id), "c=" + itoa(cols), "r=" + itoa(rows), "q=2", more}
		}
		b.WriteString(wrap(ansi.KittyGraphics([]byte(png64[at:end]), opts...), tmux))
	}
	return b.String()
}

// remove returns the sequence that frees an image with all its placements.
func remove(id int, tmux bool) string {
	return wrap(ansi.KittyGraphics(nil, "a=d", "d=I", "i="+itoa(id), "q=2"), tmux)
}

// query returns the sequence that asks for image support, with one pixel that
// is not stored.
func query(tmux bool) string {
	pixel := base64.StdEncoding.EncodeToString([]byte{0, 0, 0})
	return wrap(ansi.KittyGraphics([]byte(pixel), "i="+itoa(queryID), "s=1", "v=1", "a=q", "t=d", "f=24"), tmux)
}

// wrap wraps a sequence for tmux, which passes it on if allow-passthrough is
// set.
func wrap(seq string, tmux bool) string {
	if tmux {
		return ansi.TmuxPassthrough(seq)
	}
	return seq
}

// placeholders returns the cells of an image. Every cell names its row and
// column: a renderer may rewrite any of them alone, and a dialog may cover the
// first of a row, from which shorter forms inherit.
func placeholders(id, cols, rows int) []string {
	head := "\x1b[38;5;" + itoa(id) + "m"
	out := make([]string, rows)
	var b strings.Builder
	for y := range out {
		b.Reset()
		b.WriteString(head)
		for x := range cols {
			b.WriteRune(kitty.Placeholder)
			b.WriteRune(kitty.Diacritic(y))
			b.WriteRune(kitty.Diacritic(x))
		}
		b.WriteString("\x1b[m")
		out[y] = b.String()
	}
	return out
}
