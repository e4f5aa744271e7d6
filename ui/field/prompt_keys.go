package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"seedreel/ui/field/editor"
)

// promptMove returns the move for a key of the prompt. It leaves out keys that
// belong to the program or the form (ctrl+g, ctrl+e, alt+u and others), as they
// never reach the prompt.
func promptMove(key string) (m editor.Move, selecting, ok bool) {
	switch key {
	case "left", "shift+left":
		m = editor.Left
	case "right", "shift+right":
		m = editor.Right
	case "alt+left", "ctrl+left", "alt+b", "alt+shift+left", "ctrl+shift+left", "alt+shift+b":
		m = editor.WordLeft
	case "alt+right", "ctrl+right", "alt+f", "alt+shift+right", "ctrl+shift+right", "alt+shift+f":
		m = editor.WordRight
	case "up", "shift+up":
		m = editor.Up
	case "down", "shift+down":
		m = editor.Down
	case "pgup":
		m = editor.PageUp
	case "pgdown":
		m = editor.PageDown
	case "home", "ctrl+a", "shift+home":
		m = editor.LineStart
	case "end", "shift+end":
		m = editor.LineEnd
	case "alt+<", "ctrl+home":
		m = editor.Begin
	case "alt+>", "ctrl+end":
		m = editor.End
	default:
		return 0, false, false
	}
	return m, strings.Contains(key, "shift+"), true
}

// promptEdit returns the edit for a key of the prompt, nil for keys that are a
// letter or change nothing. There is no paste: over SSH it would read the
// clipboard of the wrong machine.
func promptEdit(key string) func(*editor.Text) {
	move := editor.Left
	switch key {
	case "backspace", "ctrl+h", "shift+backspace":
	case "delete", "ctrl+d":
		move = editor.Right
	case "alt+backspace", "ctrl+w", "ctrl+backspace":
		move = editor.WordLeft
	case "alt+delete", "alt+d", "ctrl+delete":
		move = editor.WordRight
	case "ctrl+k":
		move = editor.LineEnd
	case "ctrl+u":
		move = editor.LineStart
	case "enter", "ctrl+j", "alt+enter", "shift+enter":
		return func(t *editor.Text) { t.Insert("\n") }
	case "alt+l":
		return func(t *editor.Text) { t.Word(strings.ToLower) }
	case "alt+c":
		return func(t *editor.Text) { t.Word(capital) }
	default:
		return nil
	}
	return func(t *editor.Text) { t.Delete(move) }
}

func capital(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	if n == 0 {
		return ""
	}
	return string(unicode.ToTitle(r)) + word[n:]
}
