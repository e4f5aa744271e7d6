package app

import (
	"os"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/ui/dialog"
	"seedreel/ui/files"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// The names of the dialogs. Those that end in a colon are followed by what
// they are about.
const (
	dialogLeave   = "leave"
	dialogModel   = "model"
	dialogFiles   = "files"
	dialogHelp    = "help"
	dialogLog     = "log"
	dialogPage    = "page:"
	dialogWhere   = "where"
	dialogDecide  = "decide:"
	dialogDelete  = "delete:"
	dialogSetting = "settings"
	dialogModels  = "models"
	dialogCompare = "compare"
	dialogKey     = "key:"
	dialogValue   = "value:"
)

// act does what a dialog was answered with.
func (m *Model) act(a dialog.Action) tea.Cmd {
	if d, cmd, mine := m.counter.Answer(a); mine {
		return m.atCounter(d, cmd)
	}
	switch a := a.(type) {
	case dialog.Chosen:
		return m.chosen(a)
	case dialog.Picked:
		switch a.ID {
		case dialogModel:
			return m.compose.SetModel(a.Row)
		case dialogSetting:
			return m.editSetting(a.Row)
		case dialogPalette:
			return m.perform(a.Row)
		}
		if name, ok := strings.CutPrefix(a.ID, dialogValue); ok {
			return m.saveSetting(name, a.Row)
		}
	case dialog.Entered:
		return m.entered(a)
	case compared:
		return m.takeEnhanced(a)
	case files.Chosen:
		return m.compose.AddMedia(m.browse.role, a.Paths...)
	case dialog.Pressed:
		if strings.HasPrefix(a.ID, dialogPage) && m.pageJob != nil {
			m.dialogs.Close(a.ID)
			return jobs.Act(m.s, m.pageJob, keys.New("", "", []string{a.Key}, "", "").Press())
		}
	case dialog.Closed:
		if strings.HasPrefix(a.ID, dialogValue) || strings.HasPrefix(a.ID, dialogKey) {
			m.openSettings() // back is to the list, not out of it
		}
	}
	return nil
}

func (m *Model) chosen(a dialog.Chosen) tea.Cmd {
	yes := a.Option == "yes"
	switch a.ID {
	case dialogLeave:
		if a.Option == "go" {
			return m.quit()
		}
		return nil
	}
	if rest, ok := strings.CutPrefix(a.ID, dialogDecide); ok && yes {
		what, id, _ := strings.Cut(rest, ":")
		return m.carryOut(jobs.Decision(what), id)
	}
	if id, ok := strings.CutPrefix(a.ID, dialogDelete); ok && a.Option != "no" {
		return m.remove(id, a.Option)
	}
	return nil
}

// openBrowser picks files for a role.
func (m *Model) openBrowser(role catalogue.Role) tea.Cmd {
	fd := m.compose.Model().Field(role)
	if fd == nil || fd.Media == nil {
		return nil
	}
	m.browse.role = role
	if m.browse.dir == "" {
		dir, err := os.Getwd()
		if err != nil {
			return m.say(toast.Bad, words.Error(err))
		}
		m.browse.dir = dir
	}
	var suffixes []string
	for _, f := range fd.Media.Formats {
		suffixes = append(suffixes, "."+f)
	}
	_, hi := fd.Bounds()
	b := files.New(files.Options{
		ID: dialogFiles, Title: "Pick: " + safe.Line(role.Label()), Suffixes: suffixes, Many: max(hi, 1), Now: m.s.Now,
	})
	m.dialogs.Push(b)
	return b.Open(m.browse.dir)
}

// openPage shows everything about a job.
func (m *Model) openPage(msg jobs.OpenMsg) {
	m.pageJob, m.pageLines = msg.Job, msg.Lines
	page := dialog.NewStyledText(dialogPage+msg.Job.ID, safe.Truncate(jobs.Title(msg.Job), m.pageWidth()-4), nil)
	m.showPage(page, msg.Lines)
	m.dialogs.Push(page)
}

// renewPage brings the open page of a job up to date.
func (m *Model) renewPage() {
	d, open := m.dialogs.Front().(*dialog.Text)
	if !open || !strings.HasPrefix(d.ID(), dialogPage) {
		return
	}
	if j, lines, live := m.jobs.Page(strings.TrimPrefix(d.ID(), dialogPage)); live {
		m.pageJob, m.pageLines = j, lines
	}
	m.showPage(d, m.pageLines)
}

// showPage writes the page with the keys that its job has now.
func (m *Model) showPage(d *dialog.Text, lines func(width int) []string) {
	d.SetStyled(lines(m.pageWidth()))
	var pressed []string
	for _, b := range m.pageHints() {
		pressed = append(pressed, b.Keys()...)
	}
	d.Extra(pressed...)
}

// pageWidth is how wide a page about a job is set, in cells.
func (m *Model) pageWidth() int { return min(max(m.layout.Screen.W-8, 20), 92) }

// pageHints is what can be done with the job whose page is open.
func (m *Model) pageHints() keys.Map {
	return slices.DeleteFunc(jobs.Hints(m.s, m.pageJob), func(b keys.Binding) bool {
		return b.Name == m.s.Keys.Jobs.Open.Name || b.Name == m.s.Keys.Jobs.Resume.Name
	})
}

// dialogHints is what the keys do while a dialog is open.
func (m *Model) dialogHints() keys.Map {
	back := keys.New("back", "", []string{"esc"}, "esc", "back")
	switch d := m.dialogs.Front().(type) {
	case *dialog.Text:
		if strings.HasPrefix(d.ID(), dialogPage) {
			return append(m.pageHints(), back)
		}
		return keys.Map{back}
	case *files.Browser:
		return nil // it has a line of its own for them
	}
	enter := func(does string) keys.Map {
		return keys.Map{keys.New("take", "", []string{"enter"}, "enter", does), back}
	}
	switch m.dialogs.Front().ID() {
	case dialogSetting:
		return enter("change")
	case dialogPalette:
		return enter("do it")
	case dialogModel:
		return enter("take this model")
	}
	if _, question := m.dialogs.Front().(*dialog.Choice); question {
		return append(keys.Map{keys.New("choose", "", []string{"left", "right"}, "left/right", "choose")}, enter("answer")...)
	}
	return enter("take")
}

// openHelp lists every key, those first that matter here, and says why one
// cannot be used now.
func (m *Model) openHelp() {
	if m.dialogs.Has(dialogHelp) {
		return
	}
	lines := m.helpMap().Full(max(m.layout.Screen.W-8, 20), m.s.Styles)
	m.dialogs.Push(dialog.NewStyledText(dialogHelp, "Keys", lines))
}

func (m *Model) helpMap() keys.Map { return m.reasons(m.s.Keys.Whole().First(m.group())) }

// reasons marks the actions that cannot be used on the open screen now.
func (m *Model) reasons(whole keys.Map) keys.Map {
	if m.place == Jobs {
		state := map[string]keys.Binding{}
		for _, b := range m.jobs.Help() {
			state[b.Name+b.Group] = b
		}
		for i, b := range whole {
			if x, ok := state[b.Name+b.Group]; ok {
				whole[i] = x
			}
		}
	}
	return whole
}
