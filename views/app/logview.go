package app

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/log"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
)

// logLines is how much of the log on disk is shown.
const logLines = 400

// logMsg carries the end of the log on disk.
type logMsg struct {
	lines []string
	err   error
}

// openLog reads the log, to show it below this session's messages.
func (m *Model) openLog() tea.Cmd {
	if m.dialogs.Has(dialogLog) {
		return nil
	}
	path := m.s.Paths.LogFile()
	return m.s.Work(func(context.Context) tea.Msg {
		lines, err := log.Tail(path, logLines)
		return logMsg{lines: lines, err: err}
	})
}

// showLog shows this session's messages and then the log, both newest first.
func (m *Model) showLog(msg logMsg) {
	if m.dialogs.Has(dialogLog) {
		return
	}
	var b strings.Builder
	all := m.toasts.Log()
	for i := len(all) - 1; i >= 0; i-- {
		b.WriteString(all[i].At.In(m.s.Zone).Format("15:04:05  ") + string(all[i].Text) + "\n")
	}
	if b.Len() == 0 {
		b.WriteString("Nothing was said yet.\n")
	}
	b.WriteString("\nLog, " + m.s.Paths.LogFile() + "\n\n")
	if msg.err != nil {
		b.WriteString(msg.err.Error() + "\n")
	}
	for i := len(msg.lines) - 1; i >= 0; i-- {
		b.WriteString(msg.lines[i] + "\n")
	}
	m.dialogs.Push(dialog.NewText(dialogLog, "Messages", safe.Lines(strings.TrimRight(b.String(), "\n"))))
}
