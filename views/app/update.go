package app

import (
	"errors"
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"seedreel/state/job"
	"seedreel/state/services"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/toast"
	"seedreel/views/compose"
	"seedreel/views/costs"
	"seedreel/views/history"
	"seedreel/views/jobs"
	screen "seedreel/views/order"
	"seedreel/views/player"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Update routes a message to where it belongs. It never blocks: all reading,
// writing and sending is done by commands.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if b, ok := msg.(beatMsg); ok && m.still(b) {
		return m, m.applyBeat(b)
	}
	m.drawn = nil
	m.pace.Wake()
	cmd := m.route(msg)
	return m, tea.Batch(cmd, m.watch(msg), m.compose.Preview())
}

// watch lets pictures and films see what concerns them: the terminal's answers
// and those of their own commands.
func (m *Model) watch(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	if m.caps.Update(msg) {
		cmds = append(cmds, m.player.Restyle())
	}
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseMsg, tea.WindowSizeMsg:
	case tea.ResumeMsg:
		cmds = append(cmds, m.s.Album.Again(), m.env.Follow(), m.player.Update(msg))
	default:
		cmds = append(cmds, m.player.Update(msg))
	}
	return tea.Batch(cmds...)
}

// route gives a message to whoever it is for.
func (m *Model) route(msg tea.Msg) tea.Cmd {
	m.toasts.Update(msg)
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		return m.paste(msg)
	case tea.MouseMsg:
		return m.mouse(msg)
	case tea.WindowSizeMsg:
		m.layout = layout.Of(msg.Width, msg.Height)
		cmd := m.resize()
		m.renewPage() // its lines are set for a width
		return cmd
	}
	if cmd, ok := m.terminal(msg); ok {
		return cmd
	}
	if cmd, ok := m.pumped(msg); ok {
		return cmd
	}
	if cmd, ok := m.asks(msg); ok {
		return cmd
	}
	if cmd, ok := m.asksOfJob(msg); ok {
		return cmd
	}
	if cmd, ok := m.answered(msg); ok {
		return cmd
	}
	return m.broadcast(msg)
}

// terminal handles what the terminal says of itself.
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
		return m.env.Upgrade(msg), true
	case tea.FocusMsg:
		m.seen, m.focusTold = true, true
		m.s.Queue.SetStretch(1)
		return tea.Batch(m.beat(), m.plan(), m.loadJobs()), true
	case tea.BlurMsg:
		m.seen, m.focusTold = false, true
		m.s.Queue.SetStretch(stretchUnseen)
	case term.CopiedMsg:
		if msg.Err != nil {
			return m.say(toast.Warn, "Not copied, "+msg.What+": "+msg.Words), true
		}
		return m.say(toast.Good, "Copied "+msg.What+": "+msg.Words), true
	case term.EditorClosedMsg:
		return tea.Batch(m.editorClosed(msg), m.env.Follow()), true
	case term.OpenedMsg:
		if msg.Err != nil {
			return m.say(toast.Warn, safe.Line(msg.Err.Error())), true
		}
	default:
		return nil, false
	}
	return nil, true
}

func (m *Model) editorClosed(msg term.EditorClosedMsg) tea.Cmd {
	switch {
	case msg.Err != nil:
		return m.say(toast.Bad, "The prompt is as it was: "+safe.Line(msg.Err.Error()))
	case msg.Changed:
		return m.compose.SetPrompt(msg.Text)
	}
	return nil
}

// pumped handles the answers of the queue.
func (m *Model) pumped(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case recoveredMsg:
		m.pump.ready = true
		cmd = m.plan()
		if msg.err != nil {
			cmd = tea.Batch(cmd, m.say(toast.Bad, words.Error(msg.err)))
		} else if msg.uncertain > 0 {
			cmd = tea.Batch(cmd, m.say(toast.Warn, safe.Line(fmt.Sprintf("%d jobs were cut off while being sent; they are looked for", msg.uncertain))))
		}
		return tea.Batch(cmd, m.loadJobs()), true
	case plannedMsg:
		return m.applyPlan(msg), true
	case wakeMsg:
		if msg.seq != m.pump.wakeSeq {
			return nil, true
		}
		return m.plan(), true
	case beatMsg:
		return m.applyBeat(msg), true
	case logMsg:
		m.showLog(msg)
		return nil, true
	case taskDoneMsg:
		return m.applyTask(msg), true
	case jobsLoadedMsg:
		return m.applyJobs(msg), true
	}
	return nil, false
}

// answered handles what the services said about money and records.
func (m *Model) answered(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case balanceMsg:
		return m.applyBalance(msg), true
	case quotedMsg:
		if msg.practice == m.s.Practice {
			m.compose.SetQuote(msg.key, msg.quote, msg.err)
		}
	case settledMsg:
		return m.applySettled(msg), true
	case broughtMsg:
		return m.applyBrought(msg), true
	case refreshedMsg:
		return m.applyRefreshed(msg), true
	default:
		return nil, false
	}
	return nil, true
}

// asks handles what the screens want done.
func (m *Model) asks(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case studio.ToastMsg:
		return m.say(msg.Severity, msg.Text), true
	case studio.CopyMsg:
		return m.copyText(msg), true
	case costs.TodayMsg:
		if msg.Err == nil {
			m.today = msg.Day
			m.compose.SetToday(msg.Day)
			m.costs.SetToday(msg.Day)
		}
		return nil, true
	case compose.AskMsg:
		return m.ask(msg), true
	case compose.QuoteMsg:
		return m.quote(msg), true
	case compose.ModelChangedMsg:
		return m.balance(), true
	case compose.EnhanceMsg:
		return m.askEnhance(), true
	case history.BringMsg:
		return m.bringIn(), true
	case compose.PickModelMsg:
		m.pickModel()
		return nil, true
	case compose.BrowseMsg:
		return m.openBrowser(msg.Role), true
	case compose.EditMsg:
		return m.env.Aside(term.Edit(m.s.Ctx, m.s.Getenv, "prompt", msg.Text)), true
	case screen.Msg:
		return m.atCounter(m.counter.Update(msg)), true
	case screen.RulesMsg:
		return m.applyRules(msg.Rules), true
	case screen.EndedMsg:
		return m.applyOrdered(msg), true
	case savedSettingMsg:
		return m.applySetting(msg), true
	}
	return nil, false
}

// asksOfJob handles what the lists of jobs want done.
func (m *Model) asksOfJob(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case jobs.OpenMsg:
		m.openPage(msg)
		return nil, true
	case player.OpenMsg:
		return m.watchClip(msg), true
	case player.CloseMsg:
		return m.visit(m.from), true
	case jobs.WatchMsg:
		return m.watchClip(player.OpenMsg{Job: msg.Job}), true
	case jobs.ReuseMsg:
		cmd := m.visit(Compose)
		return tea.Batch(m.compose.Reuse(msg.Job), cmd, m.say(toast.Good, backInForm(msg.Job))), true
	case jobs.WhereMsg:
		return m.where(msg.Job), true
	case jobs.ResumeMsg:
		m.s.Queue.ResumeDownloads()
		return tea.Batch(m.plan(), m.say(toast.Info, "Saving the clips that waited for room.")), true
	case jobs.DecideMsg:
		return m.decide(msg), true
	case decidedMsg:
		return m.applyDecided(msg), true
	case history.DeleteMsg:
		return m.lookAtRecord(msg.Job), true
	case recordSeenMsg:
		m.askDelete(msg)
		return nil, true
	case deletedMsg:
		return m.applyDeleted(msg), true
	}
	return nil, false
}

// backInForm says that a job was taken back, and how to keep its seed.
func backInForm(j *job.Job) safe.String {
	if j.HasSeed {
		return "Back in the form, with a new seed; ctrl+r keeps " + safe.Line(strconv.FormatInt(j.Seed, 10)) + "."
	}
	return "Back in the form."
}

// broadcast gives a message to whoever may know it: dialogs with commands of
// their own, the screens, and huh inside the form.
func (m *Model) broadcast(msg tea.Msg) tea.Cmd {
	cmds := []tea.Cmd{m.compose.Update(msg), m.history.Update(msg), m.costs.Update(msg)}
	m.greet() // the history may have been read
	if !m.dialogs.Empty() {
		action, cmd := m.dialogs.Update(msg)
		cmds = append(cmds, cmd, m.act(action))
	}
	return tea.Batch(cmds...)
}

func (m *Model) paste(msg tea.PasteMsg) tea.Cmd {
	if !m.dialogs.Empty() {
		action, cmd := m.dialogs.Update(msg)
		return tea.Batch(cmd, m.act(action))
	}
	switch m.place {
	case Compose:
		return m.compose.Update(msg)
	case History:
		return m.history.Update(msg)
	case Jobs, Costs, Player:
	}
	return nil
}

// key routes a key press: leaving, then dialogs, then what works everywhere,
// then letters that are text, then one-letter commands, then the screen.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	k := m.s.Keys.All
	if k.Leave.Is(msg) {
		return m.leave()
	}
	if !m.dialogs.Empty() {
		action, cmd := m.dialogs.Update(msg)
		return tea.Batch(cmd, m.act(action))
	}
	for _, g := range []struct {
		key keys.Binding
		to  Place
	}{{k.Compose, Compose}, {k.Jobs, Jobs}, {k.History, History}, {k.Costs, Costs}} {
		if g.key.Is(msg) {
			return m.visit(g.to)
		}
	}
	switch {
	case msg.String() == "ctrl+t":
		m.openSettings()
		return nil
	case msg.String() == "ctrl+z":
		// Where no shell could bring the program back, it would hang for good.
		if term.CanSuspend() {
			return m.env.Aside(tea.Suspend)
		}
		return m.say(toast.Info, "There is no shell here that could bring seedreel back; ctrl+c leaves.")
	case k.Redraw.Is(msg):
		return tea.Batch(tea.ClearScreen, m.s.Album.Again())
	case msg.String() == "alt+x":
		m.openPalette()
		return nil
	case k.Models.Is(msg):
		return m.refreshModels()
	case k.Log.Is(msg):
		return m.openLog()
	case k.HelpInField.Is(msg):
		m.openHelp()
		return nil
	}
	if !m.capturing() {
		if cmd, ok := m.plainKey(msg); ok {
			return cmd
		}
	}
	return m.screenKey(msg)
}

// capturing tells that letters are text now.
func (m *Model) capturing() bool {
	return m.place == Compose && m.compose.Capturing() || m.place == History && m.history.Typing()
}

// plainKey are commands of one letter.
func (m *Model) plainKey(msg tea.KeyPressMsg) (cmd tea.Cmd, ok bool) {
	k := m.s.Keys.All
	switch {
	case k.PlainCompose.Is(msg):
		return m.visit(Compose), true
	case k.PlainJobs.Is(msg):
		return m.visit(Jobs), true
	case k.PlainHistory.Is(msg):
		return m.visit(History), true
	case k.PlainCosts.Is(msg):
		return m.visit(Costs), true
	case k.Help.Is(msg):
		m.openHelp()
	case k.Palette.Is(msg):
		m.openPalette()
	case k.Settings.Is(msg):
		m.openSettings()
	case k.Quit.Is(msg):
		return m.leave(), true
	case k.Back.Is(msg) && m.place != Compose && m.place != Player && !m.history.Searching():
		cmd := m.visit(Compose)
		m.compose.Rest() // esc leads out of things, not into a field
		return cmd, true
	default:
		return nil, false
	}
	return nil, true
}

func (m *Model) screenKey(msg tea.KeyPressMsg) tea.Cmd {
	switch m.place {
	case Compose:
		if m.s.Keys.Form.Model.Is(msg) {
			// At once, or letters typed on would go into the prompt.
			m.pickModel()
			return nil
		}
		return m.compose.Update(msg)
	case Jobs:
		return m.jobs.Update(msg)
	case History:
		return m.history.Update(msg)
	case Costs:
		return m.costs.Update(msg)
	case Player:
		return m.player.Update(msg)
	}
	return nil
}

// watchClip opens the player on a clip.
func (m *Model) watchClip(msg player.OpenMsg) tea.Cmd {
	if m.place != Player {
		m.from = m.place
	}
	cmd := m.visit(Player)
	return tea.Batch(cmd, m.player.Open(msg.Job))
}

// noKey says what to do about a service that cannot be used.
func (m *Model) noKey(provider string, err error) safe.String {
	if _, missing := errors.AsType[*services.NoKeyError](err); missing {
		return "No key for " + words.Service(provider) + ": " + safe.Line(m.s.Keys.All.Settings.Help().Key) + " takes one."
	}
	return words.Error(err)
}

// leave ends the program, at once when nothing would be missed, else after a
// question. A second ctrl+c is an answer.
func (m *Model) leave() tea.Cmd {
	c := m.jobs.Counts()
	if m.dialogs.Has(dialogLeave) || c.Running+c.Waiting == 0 {
		return m.quit()
	}
	body := fmt.Sprintf("%d under way, %d waiting. What is at the service goes on there; clips are fetched when seedreel runs again.", c.Running, c.Waiting)
	m.dialogs.Push(&dialog.Choice{
		Name: dialogLeave, Title: "Leave with jobs under way?", Body: safe.Lines(body),
		Options: []dialog.Option{{ID: "stay", Label: "No, stay"}, {ID: "go", Label: "Yes, leave"}},
	})
	return nil
}

func (m *Model) quit() tea.Cmd {
	m.quitting = true
	return m.env.Aside(m.s.Album.Quit())
}
