package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"seedreel/ui/field/editor"
)

// TakesInPrompt reports whether a key with ctrl or alt moves or edits in a
// prompt, as it does in a shell. There the hand's habit counts more than a
// meaning that the key has for the whole program.
func TakesInPrompt(key string) bool {
	if !strings.HasPrefix(key, "ctrl+") && !strings.HasPrefix(key, "alt+") {
		return false
	}
	_, _, moves := promptMove(key)
	return moves || promptEdit(key) != nil
}

// promptMove returns the move for a key of the prompt.
func promptMove(key string) (m editor.Move, selecting, ok bool) {
	switch key {
	case "left", "shift+left", "ctrl+b":
		m = editor.Left
	case "right", "shift+right", "ctrl+f":
		m = editor.Right
	case "alt+left", "ctrl+left", "alt+b", "alt+shift+left", "ctrl+shift+left", "alt+shift+b":
		m = editor.WordLeft
	case "alt+right", "ctrl+right", "alt+f", "alt+shift+right", "ctrl+shift+right", "alt+shift+f":
		m = editor.WordRight
	case "up", "shift+up", "ctrl+p":
		m = editor.Up
	case "down", "shift+down", "ctrl+n":
		m = editor.Down
	case "pgup":
		m = editor.PageUp
	case "pgdown":
		m = editor.PageDown
	case "home", "ctrl+a", "shift+home":
		m = editor.LineStart
	case "end", "shift+end", "ctrl+e":
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
// letter or change nothing. There is no paste from the clipboard: over SSH it
// would read that of the wrong machine.
func promptEdit(key string) func(*editor.Text) {
	switch key {
	case "backspace", "ctrl+h", "shift+backspace":
		return func(t *editor.Text) { t.Delete(editor.Left) }
	case "delete", "ctrl+d":
		return func(t *editor.Text) { t.Delete(editor.Right) }
	case "enter", "ctrl+j", "alt+enter", "shift+enter":
		return func(t *editor.Text) { t.Insert("\n") }
	case "alt+l":
		return func(t *editor.Text) { t.Word(strings.ToLower) }
	case "alt+c":
		return func(t *editor.Text) { t.Word(capital) }
	case "ctrl+t":
		return (*editor.Text).Transpose
	case "ctrl+y":
		return (*editor.Text).Yank
	case "alt+y":
		return (*editor.Text).YankOlder
	}
	if move, ok := promptKill(key); ok {
		return func(t *editor.Text) { t.Kill(move) }
	}
	return nil
}

// promptKill returns up to where a key cuts, to be brought back by ctrl+y.
func promptKill(key string) (m editor.Move, ok bool) {
	switch key {
	case "alt+backspace", "ctrl+w", "ctrl+backspace":
		return editor.WordLeft, true
	case "alt+delete", "alt+d", "ctrl+delete":
		return editor.WordRight, true
	case "ctrl+k":
		return editor.LineEnd, true
	case "ctrl+u":
		return editor.LineStart, true
	}
	return 0, false
}

func capital(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	if n == 0 {
		return ""
	}
	return string(unicode.ToTitle(r)) + word[n:]
}
