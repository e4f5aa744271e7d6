package player_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/settings"
	"seedreel/state/store/storetest"
	"seedreel/ui/picture"
	"seedreel/ui/term"
	"seedreel/ui/theme"
	"seedreel/ui/uitest"
	"seedreel/views/keymap"
	"seedreel/views/page"
	"seedreel/views/player"
	"seedreel/views/studio"
)

// A tick of the library cannot be stopped and ends by itself some seconds after
// its program; a batch waits for its ticks. ffmpeg has goroutines of its own,
// which are checked.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, append(uitest.LeakOptions(),
		goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.Tick.func1"),
		goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.(*Program).execBatchMsg"),
	)...)
}

// world is a studio with saved clips.
type world struct {
	s    *studio.Studio
	dir  string
	jobs []*job.Job
}

func newWorld(t *testing.T, classes ...string) *world {
	t.Helper()
	w := &world{dir: t.TempDir()}
	st := storetest.Open(t, time.Now)
	cat := clienttest.Catalogue(t)
	w.s = &studio.Studio{
		Catalogue: catalogue.NewShelf(cat), Ctx: t.Context(), Now: time.Now, Zone: time.UTC, Store: st, Settings: &settings.Settings{},
		Keys: keymap.New(), Styles: theme.New(theme.Dark()), Queue: queue.New(queue.Options{Store: st, Now: time.Now}),
	}
	for i, class := range classes {
		w.jobs = append(w.jobs, w.save(t, fmt.Sprintf("take %d of the lake", i+1), class))
	}
	return w
}

// shot returns the id of the shot that all takes are of.
func shot(w *world) string {
	if len(w.jobs) == 0 {
		return ""
	}
	return w.jobs[0].Shot
}

// save puts a clip on disk and its job into the store, through the usual
// states.
func (w *world) save(t *testing.T, prompt, class string) *job.Job {
	t.Helper()
	b, ok := assets.Clip(class)
	if !ok {
		t.Fatalf("no clip %s", class)
	}
	path := filepath.Join(w.dir, prompt+".mp4")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	added, err := w.s.Store.Record(t.Context(), []*job.Job{{
		ID: fmt.Sprintf("job%d", len(w.jobs)), Taken: job.Taken{Shot: shot(w)}, Provider: "wavespeed", Model: "m", Prompt: prompt, State: job.Submitted, CreatedAt: now, Values: catalogue.Values{},
	}}, "")
	if err != nil {
		t.Fatal(err)
	}
	j := added[0]
	for _, to := range []job.State{job.Completed, job.Saved} {
		j, err = w.s.Store.Advance(t.Context(), j.ID, []job.State{j.State}, func(j *job.Job) {
			j.State, j.RemoteID, j.EndedAt, j.SavedAt = to, "remote-"+j.ID, now, now
			j.Output = job.Output{URL: "https://files.example/clip.mp4?sig=secret", Path: path, Bytes: int64(len(b))}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return j
}

func ffmpeg(t *testing.T) *frames.Tool {
	t.Helper()
	f, err := frames.Find(exec.LookPath)
	if err != nil {
		t.Skipf("stills and playing need ffmpeg, which is not on this machine: %v", err)
	}
	return f
}

// root is a minimal root model for the player: it passes messages on.
type root struct {
	v      *player.Screen
	caps   *picture.Caps
	album  *picture.Album
	first  *job.Job
	got    []tea.Msg
	closed bool
}

func (r *root) Init() tea.Cmd {
	return tea.Batch(r.caps.Probe(context.Background(), exec.CommandContext), r.v.Open(r.first))
}

func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmds []tea.Cmd
	if r.caps.Update(msg) {
		cmds = append(cmds, r.v.Update(studio.ChangedMsg{What: studio.Pictures}))
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return r, tea.Batch(append(cmds, r.v.SetSize(msg.Width, msg.Height))...)
	case tea.KeyPressMsg:
		if msg.String() == "ctrl+c" {
			return r, r.album.Quit()
		}
	case studio.CopyMsg, studio.ToastMsg, page.LeaveMsg:
		r.got = append(r.got, msg)
		_, r.closed = msg.(page.LeaveMsg)
	}
	return r, tea.Batch(append(cmds, r.v.Update(msg))...)
}

func (r *root) View() tea.View {
	text := r.v.View()
	if r.closed {
		text = "closed"
	}
	view := tea.NewView(text)
	view.AltScreen = true
	return view
}

func start(t *testing.T, w *world, d player.Deps, choice picture.Choice, width, height int) (*root, *uitest.Term) {
	t.Helper()
	r := &root{first: w.jobs[0]}
	r.caps = picture.NewCaps(choice, term.Env{Term: "xterm-256color"})
	r.album = picture.NewAlbum(r.caps)
	d.Album, d.Caps, d.Cache = r.album, r.caps, filepath.Join(w.dir, "stills")
	r.v = player.New(w.s, d)
	return r, uitest.Start(t, r, width, height, uitest.Options{})
}

// stripShown starts the player with ffmpeg and waits for the stills of the clip.
func stripShown(t *testing.T, w *world) *uitest.Term {
	t.Helper()
	_, s := start(t, w, player.Deps{Tool: ffmpeg(t)}, picture.WantMosaic, 120, 36)
	s.WaitFor(func(x string) bool { return drawn(x) && strings.Contains(x, "1.8 s") })
	return s
}

func count(s, of string) int { return strings.Count(s, of) }

// drawn reports whether blocks of a mosaic are on the screen.
func drawn(screen string) bool {
	return strings.ContainsAny(screen, "▘▝▀▖▌▞▛▗▚▐▜▄▙▟")
}

func TestStripThenFilm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480")
	r, s := start(t, w, player.Deps{Tool: ffmpeg(t)}, picture.WantMosaic, 120, 36)
	screen := s.WaitFor(func(x string) bool { return drawn(x) && count(x, "…") == 0 && strings.Contains(x, "1.8 s") })
	for _, want := range []string{"take 1 of the lake", "864x480", "24 fps", "▸0.0 s", "0.2 s", "1.8 s"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is missing:\n%s", want, screen)
		}
	}
	s.Press("right", "right")
	s.WaitText("▸0.5 s")
	s.Press("space")
	s.WaitText(" of 2.0 s")
	s.WaitText("paused, 2.0 s of 2.0 s") // it plays to its end
	s.Press("left")
	s.WaitText("paused, 1.0 s of 2.0 s")
	s.Press("esc")
	s.WaitText("▸0.5 s")
	s.Press("esc")
	s.WaitText("closed")
	if r.v.Job() != nil {
		t.Error("the job is still open")
	}
}

func TestResizingWhilePlaying(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "480x864")
	_, s := start(t, w, player.Deps{Tool: ffmpeg(t)}, picture.WantMosaic, 100, 30)
	s.WaitFor(func(x string) bool { return drawn(x) && strings.Contains(x, "1.8 s") })
	s.Press("space")
	s.WaitText(" of 2.0 s")
	for _, size := range [][2]int{{60, 16}, {200, 50}, {20, 5}, {1, 1}, {90, 28}} {
		s.Resize(size[0], size[1])
	}
	s.WaitText("paused, 2.0 s of 2.0 s")
}

func TestReducedMotionShowsStillsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480", "640x640")
	w.s.Settings.ReducedMotion = true
	s := stripShown(t, w)
	s.Press("space")
	s.WaitText("Reduced motion is on: stills only.")
	s.Press("c")
	s.WaitText("▸ take 2 of the lake")
	s.Press("enter")
	screen := s.WaitFor(func(x string) bool { return drawn(x) && strings.Contains(x, "take 2 of the lake") })
	if strings.Contains(screen, " of 2.0 s") {
		t.Errorf("it plays:\n%s", screen)
	}
}

// Without ffmpeg there is a card, and ways to get at the clip.
func TestCardWithoutFFmpeg(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480")
	r, s := start(t, w, player.Deps{Host: "me@box"}, picture.Auto, 100, 30)
	screen := s.WaitText("H.264")
	for _, want := range []string{"need ffmpeg", "864 x 480", "2.0 s, 48 frames, 24 a second", "silent", "me@box:", "files.example/clip.mp4"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is missing:\n%s", want, screen)
		}
	}
	if strings.Contains(screen, "secret") {
		t.Errorf("the signature of the link is on the screen:\n%s", screen)
	}
	s.Press("space")
	s.WaitText("Playing needs ffmpeg")
	s.Press("u", "f", "y", "esc")
	s.WaitText("closed")
	s.Quit()
	var copied []string
	for _, m := range r.got {
		if c, is := m.(studio.CopyMsg); is {
			copied = append(copied, c.Text)
		}
	}
	slices.Sort(copied) // each comes from a command of its own
	path := w.jobs[0].Output.Path
	want := []string{path, "https://files.example/clip.mp4?sig=secret", "scp 'me@box:" + path + "' ."}
	if fmt.Sprint(copied) != fmt.Sprint(want) {
		t.Errorf("copied %q, want %q", copied, want)
	}
}

func TestTheLinkCanBeFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480")
	caps := picture.NewCaps(picture.Auto, term.Env{Term: "xterm-256color"})
	v := player.New(w.s, player.Deps{Album: picture.NewAlbum(caps), Caps: caps})
	v.SetSize(100, 30)
	v.Open(w.jobs[0])
	if want := ansi.SetHyperlink("https://files.example/clip.mp4?sig=secret"); !strings.Contains(v.View(), want) {
		t.Errorf("there is no link in %q", v.View())
	}
	for _, bad := range []string{"javascript:alert(1)", "file:///etc/passwd", "https://x/\x1b]52;c;AAAA\x07", "%%%"} {
		j := *w.jobs[0]
		j.Output.URL = bad
		v.Open(&j)
		if strings.Contains(v.View(), "\x1b]8;") {
			t.Errorf("%q became a link", bad)
		}
	}
	j := *w.jobs[0]
	j.Output.Expires = time.Now().Add(-time.Minute)
	v.Open(&j)
	if strings.Contains(v.View(), "\x1b]8;") {
		t.Error("a link that has run out is offered")
	}
}

// With Kitty images the cells come from the terminal's memory, and nothing
// remains there.
func TestKittyImagesAreFreed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480")
	r, s := start(t, w, player.Deps{Tool: ffmpeg(t)}, picture.WantKitty, 64, 18)
	s.WaitFor(func(x string) bool { return count(x, "\U0010eeee") > 40 && strings.Contains(x, "1.8 s") })
	s.Press("space")
	s.WaitText("paused, 2.0 s of 2.0 s")
	s.Press("esc")
	s.WaitText("1.8 s")
	s.Press("esc")
	s.WaitText("closed")
	s.Quit()
	if left := r.album.Clear(); left != "" {
		t.Errorf("left in the terminal: %q", left)
	}
}

// When the program ends with images on the screen, they are freed before the
// alternate screen is left: each screen has images of its own.
func TestLeavingFreesImagesFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480")
	r := &root{first: w.jobs[0]}
	r.caps = picture.NewCaps(picture.WantKitty, term.Env{Term: "xterm-256color"})
	r.album = picture.NewAlbum(r.caps)
	r.v = player.New(w.s, player.Deps{Album: r.album, Caps: r.caps, Tool: ffmpeg(t), Cache: filepath.Join(w.dir, "stills")})
	out := &uitest.Buffer{}
	in, keys := io.Pipe()
	p := tea.NewProgram(r, tea.WithInput(in), tea.WithOutput(out), tea.WithWindowSize(80, 24), tea.WithContext(t.Context()),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithColorProfile(colorprofile.ANSI256), tea.WithoutSignalHandler())
	done := make(chan error, 1)
	go func() {
		_, err := p.Run()
		done <- err
	}()
	for limit := time.Now().Add(10 * time.Second); strings.Count(out.String(), "a=T,U=1") < 8; {
		if time.Now().After(limit) {
			t.Fatal("the stills are not sent")
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.Send(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl})
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := keys.Close(); err != nil {
		t.Error(err)
	}
	shown, freed, _ := strings.Cut(out.String(), "a=d,d=I")
	if n := strings.Count(freed, "a=d,d=I") + 1; n != 8 {
		t.Errorf("%d of 8 images are freed", n)
	}
	if strings.Contains(shown, "\x1b[?1049l") || !strings.Contains(freed, "\x1b[?1049l") {
		t.Error("the images are freed after the alternate screen was left")
	}
}

func TestNothingIsWiderThanThePane(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480")
	caps := picture.NewCaps(picture.Auto, term.Env{Term: "xterm-256color"})
	v := player.New(w.s, player.Deps{Album: picture.NewAlbum(caps), Caps: caps, Host: "me@box"})
	v.Open(w.jobs[0])
	for width := 1; width < 140; width += 7 {
		for height := 1; height < 50; height += 3 {
			v.SetSize(width, height)
			uitest.Fills(t, v.View(), width, height)
		}
	}
}
