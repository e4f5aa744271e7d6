package history_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/settings"
	"seedreel/state/store/storetest"
	"seedreel/ui/layout"
	"seedreel/ui/picture"
	"seedreel/ui/term"
	"seedreel/ui/theme"
	"seedreel/ui/uitest"
	"seedreel/views/history"
	"seedreel/views/keymap"
	"seedreel/views/page"
	"seedreel/views/stills"
	"seedreel/views/studio"
)

// root shows the history, and its stills.
type root struct {
	s    *studio.Studio
	v    *history.Screen
	caps *picture.Caps
}

func (r *root) Init() tea.Cmd { return tea.Batch(r.caps.Probe(r.s.Ctx, nil), r.v.Init()) }

func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmds []tea.Cmd
	if r.caps.Update(msg) {
		cmds = append(cmds, r.s.Stills.Renew())
	}
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		r.s.Screen = layout.Rect{W: size.Width, H: size.Height}
		cmds = append(cmds, r.v.SetSize(size.Width, size.Height), r.v.SetFocused(true))
	}
	return r, tea.Batch(append(cmds, r.v.Update(msg), r.s.Stills.Update(msg), r.v.Settle())...)
}

func (r *root) View() tea.View {
	v := tea.NewView(r.v.View())
	v.AltScreen = true
	return v
}

// Twenty entries with their stills take 30 KB at most, and nothing once they are
// there.
func TestTheBytesOfAScreenOfStills(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	dir := t.TempDir()
	now := func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }
	st := storetest.Open(t, now)
	sample, ok := assets.SampleImage("lake.jpg")
	if !ok {
		t.Fatal("there is no sample")
	}
	for i := range 30 {
		path := filepath.Join(dir, fmt.Sprintf("frame%d.jpg", i))
		if err := os.WriteFile(path, sample, 0o600); err != nil {
			t.Fatal(err)
		}
		j := &job.Job{
			ID: fmt.Sprintf("job%09d", i), Provider: "wavespeed", Model: "m", Prompt: fmt.Sprint("Clip ", i, " of a boat"), CreatedAt: now(),
			State: job.Running, RemoteID: fmt.Sprint("r", i), SubmittedAt: now(), Values: catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media(path)},
		}
		if _, err := st.Record(t.Context(), []*job.Job{j}, ""); err != nil {
			t.Fatal(err)
		}
	}
	tool, err := frames.Find(func(string) (string, error) { return "/bin/false", nil })
	if err != nil {
		t.Fatal(err)
	}
	r := &root{caps: picture.NewCaps(picture.WantMosaic, term.Env{Term: "xterm-256color"})}
	r.s = &studio.Studio{
		Ctx: t.Context(), Now: now, Zone: time.UTC, Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Store: st, Keys: keymap.New(),
		Settings: &settings.Settings{Stills: true}, Styles: theme.New(theme.Dark()), Album: picture.NewAlbum(r.caps),
		Tell: func(tea.Msg) tea.Cmd { return nil }, Shown: func(page.Page) bool { return true },
	}
	r.s.Stills = stills.New(stills.Options{
		Ctx: t.Context(), Now: time.Now, Album: r.s.Album, Caps: r.caps, Tool: tool, Dir: filepath.Join(dir, "stills"),
		Asks: func() bool { return true }, On: func() bool { return r.s.Settings.Stills },
	})
	r.v = history.New(r.s)
	s := uitest.Start(t, r, 120, 62, uitest.Options{})
	s.WaitFor(func(screen string) bool {
		grounds := 0
		for l := range strings.SplitSeq(screen, "\n") {
			if strings.HasPrefix(strings.Replace(l, "▸", " ", 1), "    ●") {
				grounds++
			}
		}
		return grounds == 0 && strings.Contains(screen, "Clip 29 ") && strings.Contains(screen, "Clip 10 ")
	})
	if n := s.Bytes(); n > 30<<10 {
		t.Errorf("the first screen takes %d bytes", n)
	}
	s.Mark()
	for range 5 {
		s.Send(studio.ChangedMsg{What: studio.Reach})
	}
	s.Send(stills.ChangedMsg{})
	s.Press("/")
	s.Type("end")
	s.WaitText("/ end")
	if tape := s.Tape(); strings.ContainsAny(tape, "▘▝▀▖▌▞▛▗▚▐▜▄▙▟") {
		t.Errorf("pictures are sent again: %d bytes", len(tape))
	}
}
