package uitest

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

// inbox is a pipe that never blocks its writers: a program that has stopped
// reading must not block the emulator that answers it.
type inbox struct {
	mu     sync.Mutex
	more   *sync.Cond
	data   []byte
	closed bool
}

func newInbox() *inbox {
	b := &inbox{}
	b.more = sync.NewCond(&b.mu)
	return b
}

// Read blocks until there is data or the inbox is closed.
func (b *inbox) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.data) == 0 && !b.closed {
		b.more.Wait()
	}
	if len(b.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.data)
	b.data = b.data[n:]
	return n, nil
}

// Write appends and never fails.
func (b *inbox) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.data = append(b.data, p...)
		b.more.Broadcast()
	}
	return len(p), nil
}

func (b *inbox) put(s string) {
	// An inbox never fails to take data.
	_, _ = b.Write([]byte(s))
}

func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed, b.data = true, nil
	b.more.Broadcast()
}

// final returns the letter that ends the sequence of a cursor key.
func final(key string) (letter byte, ok bool) {
	letter, ok = map[string]byte{"up": 'A', "down": 'B', "right": 'C', "left": 'D', "end": 'F', "home": 'H'}[key]
	return letter, ok
}

// number returns the parameter of the keys whose sequence ends with a tilde.
func number(key string) (n int, ok bool) {
	n, ok = map[string]int{"insert": 2, "delete": 3, "pgup": 5, "pgdown": 6}[key]
	return n, ok
}

// bytesOf returns what a plain xterm sends for a key.
func bytesOf(name string) (string, bool) {
	switch name {
	case "enter":
		return "\r", true
	case "tab":
		return "\t", true
	case "shift+tab":
		return "\x1b[Z", true
	case "esc":
		return "\x1b", true
	case "space":
		return " ", true
	case "backspace":
		return "\x7f", true
	}
	mods, key := modifiers(name)
	if letter, ok := final(key); ok {
		if mods == 0 {
			return fmt.Sprintf("\x1b[%c", letter), true
		}
		return fmt.Sprintf("\x1b[1;%d%c", mods+1, letter), true
	}
	if n, ok := number(key); ok {
		if mods == 0 {
			return fmt.Sprintf("\x1b[%d~", n), true
		}
		return fmt.Sprintf("\x1b[%d;%d~", n, mods+1), true
	}
	return letters(mods, key)
}

// letters returns the bytes of keys that send one character, after escape with
// alt.
func letters(mods int, key string) (string, bool) {
	if mods&ctrl != 0 {
		if len(key) != 1 || (key[0] < 'a' || key[0] > 'z') && key != "^" && key != "_" {
			return "", false
		}
		key = string(key[0] & 0x1f)
	} else if rest := []rune(key); len(rest) != 1 {
		switch key {
		case "enter":
			key = "\r"
		case "backspace":
			key = "\x7f"
		default:
			return "", false
		}
	}
	if mods&alt != 0 {
		key = "\x1b" + key
	}
	return key, true
}

// The bits of modifiers in xterm's encoding.
const (
	shift = 1
	alt   = 2
	ctrl  = 4
)

func modifiers(name string) (mods int, key string) {
	for {
		head, rest, found := strings.Cut(name, "+")
		if !found || rest == "" {
			return mods, name
		}
		switch head {
		case "shift":
			mods |= shift
		case "alt":
			mods |= alt
		case "ctrl":
			mods |= ctrl
		default:
			return mods, name
		}
		name = rest
	}
}

// modeName returns a distinct name for a mode, for messages of failed tests.
func modeName(m ansi.Mode) string {
	if _, dec := m.(ansi.DECMode); dec {
		return fmt.Sprintf("?%d", m.Mode())
	}
	return fmt.Sprintf("%d", m.Mode())
}
