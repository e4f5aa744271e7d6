package term

import (
	"bytes"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

type paced struct {
	pace  **Pace
	found bool
}

func (m *paced) Init() tea.Cmd { return nil }

func (m *paced) Update(tea.Msg) (tea.Model, tea.Cmd) {
	(*m.pace).Wake()
	m.found = (*m.pace).ticker != nil
	return m, tea.Quit
}

func (m *paced) View() tea.View { return tea.NewView("x") }

// The rhythm depends on a private part of the library: this test fails if a new
// version changes it.
func TestPaceFindsTheTicker(t *testing.T) {
	t.Parallel()
	var pace *Pace
	m := &paced{pace: &pace}
	p := tea.NewProgram(m, tea.WithInput(nil), tea.WithOutput(&bytes.Buffer{}), tea.WithWindowSize(10, 3), tea.WithContext(t.Context()))
	pace = NewPace(p)
	defer pace.Stop()
	if _, err := p.Run(); err != nil {
		t.Fatal(err)
	}
	if !m.found {
		t.Error("the renderer's ticker was not found: frames go at the fixed rate")
	}
}

func TestPaceSlowsDownAndWakes(t *testing.T) {
	t.Parallel()
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	p := &Pace{looked: true, ticker: tick}
	defer p.Stop()
	p.Wake()
	<-tick.C // within the fast interval, or the test hangs
	p.mu.Lock()
	p.last = time.Now().Add(-time.Hour)
	p.mu.Unlock()
	p.slow()
	p.mu.Lock()
	fast := p.fast
	p.mu.Unlock()
	if fast {
		t.Error("it stays fast although nothing happens")
	}
	p.Wake()
	<-tick.C
}

func TestNoPaceIsFine(t *testing.T) {
	t.Parallel()
	var p *Pace
	p.Wake()
	p.Stop()
}
