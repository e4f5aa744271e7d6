//go:build !race

package story_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/views/app"
	"seedreel/views/story"
)

// stock fills the store: live jobs at the service, and a history of ended ones.
func stock(t testing.TB, w *story.World, live, ended int) {
	t.Helper()
	e, done := w.Below(t)
	defer done()
	price := usd.Micro(80_000)
	var jobs []*job.Job
	for i := range live + ended {
		at := w.Now().Add(time.Duration(i-live-ended) * time.Minute)
		j := &job.Job{
			ID: fmt.Sprintf("j%011d", i), CreatedAt: at, Provider: "wavespeed", Model: "bytedance/" + modelText, Practice: true,
			Prompt: fmt.Sprintf("Clip %d of a boat on a lake", i), Seconds: 5, Estimate: &price, SubmittedAt: at,
			State: job.Saved, EndedAt: at, SavedAt: at, RemoteID: fmt.Sprintf("r%d", i), HasSeed: true, Seed: int64(i),
			Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("Clip"), catalogue.RoleSeed: catalogue.Int(int64(i))},
		}
		if i >= ended {
			j.State, j.EndedAt, j.SavedAt, j.NextAt = job.Running, time.Time{}, time.Time{}, w.Now().Add(time.Hour)
		}
		jobs = append(jobs, j)
	}
	if _, err := e.Store.Record(t.Context(), jobs, ""); err != nil {
		t.Fatal(err)
	}
}

// busyScreen returns the program at 120x40 with 10,000 clips in its history,
// 200 jobs under way and a prompt of 4,000 characters.
func busyScreen(t testing.TB) *app.Model {
	t.Helper()
	w := story.New(t)
	w.Freeze(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	stock(t, w, 200, 10_000)
	m, begin := still(t, w)
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	carryOut(m, begin, 3)
	m.Update(tea.PasteMsg{Content: strings.Repeat("Words of a long prompt. ", 167)[:4000]})
	return m
}

// load is an action that is repeated on one of the pages.
type load struct {
	name  string
	place rune
	msg   func(i int) tea.Msg
}

func loads() []load {
	letter := func(i int) tea.Msg {
		if i%2 == 0 {
			return tea.KeyPressMsg{Code: 'x', Text: "x"}
		}
		return tea.KeyPressMsg{Code: tea.KeyBackspace}
	}
	updown := func(i int) tea.Msg {
		if i/40%2 == 0 {
			return tea.KeyPressMsg{Code: tea.KeyDown}
		}
		return tea.KeyPressMsg{Code: tea.KeyUp}
	}
	return []load{
		{"letter", '1', letter},
		{"resize", '1', func(i int) tea.Msg { return tea.WindowSizeMsg{Width: 120 + i%2, Height: 40} }},
		{"scroll jobs", '2', updown},
		{"scroll history", '3', updown},
		{"next field", '1', func(int) tea.Msg { return tea.KeyPressMsg{Code: tea.KeyTab} }},
	}
}

// visit opens the page of the load.
func (l *load) visit(m *app.Model) {
	carryOut(m, func() tea.Msg { return tea.KeyPressMsg{Code: l.place, Mod: tea.ModAlt} }, 3)
}

// step does it once, screen and all, and returns how long that took.
func (l *load) step(m *app.Model, i int) time.Duration {
	msg := l.msg(i)
	began := time.Now()
	m.Update(msg)
	_ = m.View()
	return time.Since(began)
}

func p95(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)*95/100]
}

// yardstick is fixed work of the kind that a screen is made of, by the libraries
// alone: lines with styles, and their widths. It returns how long that took.
func yardstick() time.Duration {
	began := time.Now()
	style, width := lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("63")), 0
	for range 40 {
		width += ansi.StringWidth(style.Render(strings.Repeat("words of a line ", 7)))
	}
	runtime.KeepAlive(width)
	return time.Since(began)
}

// A key never makes anyone wait, whatever the load. What it takes is told in
// yardsticks, both by the best of many tries side by side: other work on the
// machine only adds to a try, and a slower machine to both. The bytes do not
// depend on the machine at all.
func TestKeysStayFast(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	const pairs, longest, most = 250, 12, 300 << 10
	m := busyScreen(t)
	for _, l := range loads() {
		l.visit(m)
		l.step(m, 1) // what is rendered once and kept
		best, unit := time.Hour, time.Hour
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for i := range pairs {
			best = min(best, l.step(m, 2*i)+l.step(m, 2*i+1))
		}
		runtime.ReadMemStats(&after)
		for range pairs {
			unit = min(unit, yardstick())
		}
		best /= 2
		bytes := (after.TotalAlloc - before.TotalAlloc) / (2 * pairs)
		ratio := float64(best) / float64(unit)
		t.Logf("%-14s %5.2f ms, %5.2f yardsticks, %3d KB a step", l.name, float64(best.Microseconds())/1000, ratio, bytes>>10)
		if ratio > longest || bytes > most {
			t.Errorf("%s: %.1f yardsticks a step, limit %d; %d bytes, limit %d", l.name, ratio, longest, bytes, most)
		}
	}
}

func BenchmarkScreen(b *testing.B) {
	m := busyScreen(b)
	for _, l := range loads() {
		b.Run(l.name, func(b *testing.B) {
			l.visit(m)
			b.ReportAllocs()
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				took = append(took, l.step(m, i))
			}
			b.ReportMetric(float64(p95(took).Microseconds())/1000, "p95-ms")
		})
	}
}

// BenchmarkFirstView is what a start needs from the folders to the first frame.
func BenchmarkFirstView(b *testing.B) {
	w := story.New(b)
	w.Freeze(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	stock(b, w, 20, 1000)
	b.ReportAllocs()
	for b.Loop() {
		e, err := w.Engine(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		m, err := app.Build(b.Context(), e, app.Terminal{Getenv: w.Getenv, Now: w.Now, Zone: time.UTC})
		if err != nil {
			b.Fatal(err)
		}
		m.Init()
		m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		_ = m.View()
		if _, err := m.Finish(b.Context()); err != nil {
			b.Error(err)
		}
		if err := e.Close(); err != nil {
			b.Error(err)
		}
	}
}
