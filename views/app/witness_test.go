package app

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestTheLogSaysWhereTheScreensBroke(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(*witness){
		"update.go": func(w *witness) { w.Update(tea.KeyPressMsg{}) },
		"view.go":   func(w *witness) { w.View() },
	} {
		var log bytes.Buffer
		w := &witness{log: slog.New(slog.NewTextHandler(&log, nil))} // no model: it breaks at once
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the panic was kept from the library, which gives the terminal back", name)
				}
			}()
			act(w)
		}()
		if s := log.String(); !strings.Contains(s, "panicked") || !strings.Contains(s, "views/app/"+name) {
			t.Errorf("%s: the log says %q", name, s)
		}
	}
}
