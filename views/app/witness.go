package app

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
)

// witness logs where the screens panicked. The library shows it only on the
// terminal, where it is lost with the scroll-back.
type witness struct {
	*Model
	log *slog.Logger
}

// Update calls the model's Update.
func (w *witness) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	defer w.tell()
	_, cmd := w.Model.Update(msg)
	return w, cmd
}

// View calls the model's View.
func (w *witness) View() tea.View {
	defer w.tell()
	return w.Model.View()
}

// tell logs a panic and lets the library handle it as usual: it restores the
// terminal.
func (w *witness) tell() {
	if p := recover(); p != nil {
		w.log.Error("the screens panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		panic(p)
	}
}
