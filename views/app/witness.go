package app

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
)

// witness writes into the log where the screens broke down. The library shows
// it on the terminal only, where it is gone with the scroll-back.
type witness struct {
	*Model
	log *slog.Logger
}

// Update is the model's.
func (w *witness) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	defer w.tell()
	_, cmd := w.Model.Update(msg)
	return w, cmd
}

// View is the model's.
func (w *witness) View() tea.View {
	defer w.tell()
	return w.Model.View()
}

// tell lets the library go on with what it does after a panic: it gives the
// terminal back.
func (w *witness) tell() {
	if p := recover(); p != nil {
		w.log.Error("the screens panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		panic(p)
	}
}
