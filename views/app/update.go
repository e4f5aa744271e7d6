package app

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"seedreel/client/secret"
	"seedreel/ui/dialog"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/toast"
	"seedreel/views/page"
	"seedreel/views/studio"
)

// Update routes a message to the part it is for. It never blocks: commands do
// all reading, writing and sending.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m.pump.Still(msg) {
		cmd, _ := m.pump.Update(msg)
		return m, cmd
	}
	m.drawn = nil
	m.pace.Wake()
	var cmds []tea.Cmd
	cmds = append(cmds, m.pictures(msg))
	cmds = append(cmds, m.route(msg))
	for _, p := range m.places {
		if x, ok := p.Page.(page.Settler); ok {
			cmds = append(cmds, x.Settle())
		}
	}
	return m, tea.Batch(cmds...)
}

// pictures lets the terminal's abilities learn from a message. The screen is
// drawn anew where an odd terminal may have printed what it was asked.
func (m *Model) pictures(msg tea.Msg) tea.Cmd {
	odd, plain := m.caps.Odd(), m.caps.Profile() <= colorprofile.ANSI
	if !m.caps.Update(msg) {
		return m.caps.Question()
	}
	cmds := []tea.Cmd{m.caps.Question(), m.s.Stills.Renew(), m.tell(studio.ChangedMsg{What: studio.Pictures})}
	if few := m.caps.Profile() <= colorprofile.ANSI; few != plain {
		m.restyle()
	}
	if m.caps.Odd() && !odd {
		cmds = append(cmds, tea.ClearScreen)
	}
	return tea.Batch(cmds...)
}

// route passes a message to the part it is for.
func (m *Model) route(msg tea.Msg) tea.Cmd {
	m.toasts.Update(msg)
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		m.toasts.Read()
		return m.key(msg)
	case tea.PasteMsg:
		return m.paste(msg)
	case tea.MouseMsg:
		return m.mouse(msg)
	case tea.WindowSizeMsg:
		m.layout = layout.Of(msg.Width, msg.Height)
		m.s.Screen = m.layout.Screen
		cmd := m.resize()
		m.dialogs.Renew() // their lines are set for a width
		return cmd
	}
	for _, handle := range []func(tea.Msg) (tea.Cmd, bool){m.terminal, m.pump.Update, m.wishes} {
		if cmd, ok := handle(msg); ok {
			return cmd
		}
	}
	return m.broadcast(msg)
}

// terminal handles messages from the terminal itself.
func (m *Model) terminal(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		m.backdropIs(msg.IsDark())
	case uv.DarkColorSchemeEvent:
		m.backdropIs(true)
		return tea.RequestBackgroundColor, true
	case uv.LightColorSchemeEvent:
		m.backdropIs(false)
		return tea.RequestBackgroundColor, true
	case tea.CapabilityMsg:
		return m.s.Env.Upgrade(msg), true
	case uv.UnknownDcsEvent:
		return m.s.Env.Keeps(string(msg), m.caps.Profile()), true
	case tea.FocusMsg:
		m.s.Seen, m.focusTold = true, true
		return tea.Batch(m.tell(msg), m.pump.Look()), true
	case tea.BlurMsg:
		m.s.Seen, m.focusTold = false, true
		return tea.Batch(m.tell(msg), m.pump.Look()), true
	case term.StopMsg:
		return m.s.Env.Aside(m.stops.Suspend), true
	case term.ContinuedMsg:
		return term.Retake(), true
	case tea.ResumeMsg:
		return tea.Batch(m.s.Album.Again(), m.s.Env.Follow(), m.broadcast(msg)), true
	case term.CopiedMsg:
		if msg.Err != nil {
			return m.say(toast.Warn, "Not copied, "+msg.What+": "+msg.Words), true
		}
		return m.say(toast.Good, "Copied "+msg.What+": "+msg.Words), true
	case term.EditorClosedMsg:
		return tea.Batch(m.tell(msg), m.s.Env.Follow()), true
	case term.OpenedMsg:
		if msg.Err != nil {
			return m.say(toast.Warn, safe.Line(msg.Err.Error())), true
		}
	default:
		return nil, false
	}
	return nil, true
}

// wishes handles requests of pages and rooms.
func (m *Model) wishes(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case studio.ToastMsg:
		return m.say(msg.Severity, msg.Text), true
	case studio.CopyMsg:
		return term.Copy(m.s.Ctx, secret.Command, *m.s.Env, term.Copying{Text: msg.Text, What: msg.What, File: m.s.Paths.CopyFile()}), true
	case studio.TodayMsg:
		if msg.Err != nil {
			return nil, true
		}
		m.s.Today = msg.Day
		return m.tell(studio.ChangedMsg{What: studio.Money}), true
	case page.LeaveMsg:
		return m.leavePage(), true
	case logMsg:
		m.showLog(msg)
		return nil, true
	}
	return nil, false
}

// take does the root's own part when a message goes to all pages and rooms.
func (m *Model) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case studio.ChangedMsg:
		if msg.What == studio.Settings {
			m.account()
			m.restyle()
			return tea.Batch(m.s.Stills.Renew(), m.resize(), m.s.ReadToday())
		}
	case studio.EndedMsg:
		return m.notify(msg.Job, msg.Text)
	case studio.RefreshMsg:
		return page.Refresh(m.page().Page)
	}
	return nil
}

// broadcast passes a message to everything that may know it: the pages, huh
// inside the form, the rooms, and dialogs with commands of their own.
func (m *Model) broadcast(msg tea.Msg) tea.Cmd {
	return tea.Batch(m.tell(msg), m.dialogs.Update(msg))
}

func (m *Model) paste(msg tea.PasteMsg) tea.Cmd {
	if !m.dialogs.Empty() {
		return m.dialogs.Update(msg)
	}
	return m.page().Update(msg)
}

// key routes a key press: first leaving, then dialogs, then global keys
// (letters only outside of text), then the page.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	k, open := m.s.Keys.All, m.page()
	if k.Leave.Is(msg) {
		return m.leave()
	}
	if !m.dialogs.Empty() {
		return m.dialogs.Update(msg)
	}
	if msg.String() == "ctrl+z" {
		// Without a shell to bring it back, the program would hang for good.
		if term.CanSuspend() {
			return m.s.Env.Aside(m.stops.Suspend)
		}
		return m.say(toast.Info, "There is no shell here that could bring seedreel back; ctrl+c leaves.")
	}
	if letter(msg) && page.Capturing(open.Page) || page.Holds(open.Page, msg) {
		return open.Update(msg)
	}
	if to := m.find(func(p place) bool { return p.anywhere.Is(msg) || p.outside.Is(msg) }); to >= 0 {
		return m.visit(to)
	}
	for _, a := range m.actions {
		if a.key.Is(msg) {
			return a.do()
		}
	}
	if k.Back.Is(msg) && !page.Backs(open.Page) {
		cmd := m.visit(0)
		page.Rest(m.page().Page) // esc leads out of things, not into a field
		return cmd
	}
	return open.Update(msg)
}

// letter reports whether a key may be text, that is, has no modifier.
func letter(msg tea.KeyPressMsg) bool {
	return msg.Mod&(tea.ModCtrl|tea.ModAlt|tea.ModMeta|tea.ModHyper|tea.ModSuper) == 0
}

// leave ends the program, at once if nothing would be lost, otherwise after a
// question. A second ctrl+c is an answer.
func (m *Model) leave() tea.Cmd {
	c := m.s.Live.Counts()
	if m.dialogs.Has(dialogLeave) || c.Running+c.Waiting == 0 {
		return m.quit()
	}
	body := fmt.Sprintf("%d under way, %d waiting. What is at the service goes on there; clips are fetched when seedreel runs again.", c.Running, c.Waiting)
	m.dialogs.Push(&dialog.Choice{
		Name: dialogLeave, Title: "Leave with jobs under way?", Body: safe.Lines(body),
		Options: []dialog.Option{{Label: "No, stay"}, {Label: "Yes, leave", Do: m.quit}},
	})
	return nil
}

func (m *Model) quit() tea.Cmd {
	m.quitting = true
	m.pump.Stop()
	return m.s.Env.Aside(m.s.Album.Quit())
}

func (m *Model) say(s toast.Severity, text safe.String) tea.Cmd { return m.toasts.Show(s, text, 0) }
