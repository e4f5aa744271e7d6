// Package toast shows one transient line at a time and keeps them all.
package toast

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// Severity is how much a toast matters.
type Severity int

// The severities, from least to most.
const (
	Info Severity = iota
	Good
	Warn
	Bad
)

const (
	defaultTTL = 5 * time.Second
	// keep is how many toasts the log holds: enough for an afternoon of
	// trouble, but bounded.
	keep = 500
	// readable is how long a toast without trouble is on the screen at least.
	readable = 1500 * time.Millisecond
)

// Toast is one message.
type Toast struct {
	Seq      int
	Severity Severity
	Text     safe.String
	At       time.Time
	TTL      time.Duration
}

// ExpiredMsg is sent when the time of a toast is over. It names the toast, so
// the timer of an older one cannot clear a newer one.
type ExpiredMsg struct{ Seq int }

// Tray holds the toast shown and the log of all.
type Tray struct {
	now   func() time.Time
	seq   int
	shown *Toast
	log   []Toast
}

// New returns an empty tray; now is the clock.
func New(now func() time.Time) *Tray { return &Tray{now: now} }

// Show replaces the toast shown. The command reports when its time is over; a
// ttl of 0 means five seconds.
func (t *Tray) Show(sev Severity, text safe.String, ttl time.Duration) tea.Cmd {
	if ttl <= 0 {
		ttl = defaultTTL
	}
	t.seq++
	toast := Toast{Seq: t.seq, Severity: sev, Text: text, At: t.now(), TTL: ttl}
	t.shown = &toast
	if len(t.log) == keep {
		t.log = append(t.log[:0], t.log[1:]...)
	}
	t.log = append(t.log, toast)
	seq := t.seq
	return tea.Tick(ttl, func(time.Time) tea.Msg { return ExpiredMsg{Seq: seq} })
}

// Update clears the toast shown when its own time is over. It reports whether
// anything changed.
func (t *Tray) Update(msg tea.Msg) bool {
	m, ok := msg.(ExpiredMsg)
	if !ok || t.shown == nil || t.shown.Seq != m.Seq {
		return false
	}
	t.shown = nil
	return true
}

// Pass clears the toast shown unless it reports trouble, which stays for its
// full time across screens.
func (t *Tray) Pass() {
	if t.shown != nil && t.shown.Severity < Warn {
		t.shown = nil
	}
}

// Read clears the toast shown once it could be read, unless it reports trouble:
// who presses a key goes on, and the toast is about what was before.
func (t *Tray) Read() {
	if t.shown != nil && t.shown.Severity < Warn && t.now().Sub(t.shown.At) >= readable {
		t.shown = nil
	}
}

// Clear removes the toast shown.
func (t *Tray) Clear() { t.shown = nil }

// Shown returns the toast on the screen.
func (t *Tray) Shown() (Toast, bool) {
	if t.shown == nil {
		return Toast{}, false
	}
	return *t.shown, true
}

// Log returns all toasts kept, oldest first.
func (t *Tray) Log() []Toast { return append([]Toast(nil), t.log...) }

// View returns the toast shown in at most width cells, or nothing.
func (t *Tray) View(width int, st *theme.Styles) string {
	if t.shown == nil || width < 1 {
		return ""
	}
	symbol, style := look(t.shown.Severity, st)
	return style.Render(string(safe.Truncate(safe.Line(symbol+" ")+t.shown.Text, width)))
}

// look returns the symbol and style of a severity.
func look(sev Severity, st *theme.Styles) (string, lipgloss.Style) {
	switch sev {
	case Good:
		return "✓", st.Toast.Good
	case Warn:
		return "?", st.Toast.Warn
	case Bad:
		return "✗", st.Toast.Bad
	case Info:
	}
	return "●", st.Toast.Info
}
