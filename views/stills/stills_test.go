package stills

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/ui/picture"
	"seedreel/ui/term"
	"seedreel/ui/theme"
)

// desk runs a shelf as a program would, on a clock and a line of its own.
type desk struct {
	t     *testing.T
	s     *Shelf
	now   time.Time
	on    bool
	mute  bool
	rate  float64 // of the line in bytes a second, 0 for a fast one
	owed  int     // bytes that the line has not carried yet
	drawn map[*tile]bool
	asked int
	// late are the ticks that have not come.
	late []tea.Msg
}

func newDesk(t *testing.T, n int) (*desk, []*job.Job) {
	t.Helper()
	d := &desk{t: t, on: true, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), drawn: map[*tile]bool{}}
	caps := picture.NewCaps(picture.WantMosaic, term.Env{Term: "xterm-256color"})
	if caps.Probe(t.Context(), nil) == nil {
		t.Fatal("the terminal is not asked")
	}
	caps.Update(uv.PrimaryDeviceAttributesEvent{})
	tool, err := frames.Find(func(string) (string, error) { return "/bin/false", nil })
	if err != nil {
		t.Fatal(err)
	}
	d.s = New(Options{
		Ctx: t.Context(), Now: func() time.Time { return d.now }, Album: picture.NewAlbum(caps), Caps: caps, Tool: tool, Dir: t.TempDir(),
		Asks: func() bool { return true }, On: func() bool { return d.on },
	})
	var jobs []*job.Job
	for i := range n {
		path := filepath.Join(t.TempDir(), "frame.png")
		img := image.NewRGBA(image.Rect(0, 0, 64, 36))
		for y := range 36 {
			for x := range 64 {
				img.Set(x, y, color.RGBA{uint8(x*4 + i*9), uint8(y * 7), uint8(x*y + i*31), 255})
			}
		}
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, img); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, &job.Job{
			ID: fmt.Sprint("job", i), State: job.Running, Values: catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media(path)},
		})
	}
	return d, jobs
}

// run carries out a command and all that follows from it. Ticks come at once,
// but those that wait for an answer only if the terminal gives none.
func (d *desk) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case tea.RawMsg:
		if msg.Msg != ansi.RequestPrimaryDeviceAttributes {
			d.t.Errorf("%q is sent", msg.Msg)
		}
		d.asked++
		d.carry()
		if !d.mute {
			d.run(d.s.Update(uv.PrimaryDeviceAttributesEvent{}))
		}
	case lateMsg:
		d.late = append(d.late, msg)
	default:
		d.run(d.s.Update(msg))
	}
}

// carry lets the line carry what is new on the screen.
func (d *desk) carry() {
	for _, t := range d.s.tiles {
		if t.lines != nil && !d.drawn[t] {
			d.drawn[t] = true
			d.owed += t.pic.Bytes()
		}
	}
	d.now = d.now.Add(time.Millisecond)
	if d.rate > 0 {
		d.now = d.now.Add(time.Duration(float64(d.owed) / d.rate * float64(time.Second)))
		d.owed = 0
	}
}

func rows(jobs []*job.Job) (out []Want) {
	for _, j := range jobs {
		out = append(out, Want{j, Row})
	}
	return out
}

func (d *desk) there() (n int) {
	for _, t := range d.s.tiles {
		if t.lines != nil {
			n++
		}
	}
	return n
}

// Twenty rows cost little once, and nothing after that.
func TestAScreenOfStills(t *testing.T) {
	t.Parallel()
	d, jobs := newDesk(t, 20)
	st := theme.New(theme.Dark())
	before := d.s.Lines(jobs[0], Row, st)
	d.run(d.s.Show("list", rows(jobs)))
	if d.there() != 20 {
		t.Fatalf("%d of 20 stills came", d.there())
	}
	bytes := 0
	for _, x := range d.s.tiles {
		bytes += x.pic.Bytes()
	}
	if bytes > 20<<10 {
		t.Errorf("20 stills take %d bytes", bytes)
	}
	after := d.s.Lines(jobs[0], Row, st)
	for i := range 2 {
		if ansi.StringWidth(before[i]) != Row.W || ansi.StringWidth(after[i]) != Row.W {
			t.Errorf("line %d: %q became %q", i, before[i], after[i])
		}
	}
	if !strings.Contains(ansi.Strip(before[0]), "●") || !strings.ContainsAny(after[0], "▘▝▀▖▌▞▛▗▚▐▜▄▙▟ ") {
		t.Errorf("the ground is %q and the still %q", before, after)
	}
	if cmd := d.s.Show("list", rows(jobs)); cmd != nil {
		t.Error("the same again is not free")
	}
	asked := d.asked
	d.run(d.s.Show("list", rows(jobs[5:])))
	if d.asked != asked {
		t.Error("what is there is sent again")
	}
}

// What does not fit through the line is not sent, and one that answers late
// once is not given up.
func TestASlowLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rate float64
		want int
	}{{200_000, 20}, {20_000, 20}, {1_000, 2 * together}} {
		d, jobs := newDesk(t, 20)
		d.rate = tt.rate
		d.run(d.s.Show("list", rows(jobs)))
		if d.there() != tt.want || d.s.TooSlow() != (tt.want < 20) {
			t.Errorf("at %.0f bytes a second: %d stills, too slow: %v", tt.rate, d.there(), d.s.TooSlow())
		}
	}
}

// A terminal that does not answer gets a batch for every time that is waited.
func TestAMuteTerminal(t *testing.T) {
	t.Parallel()
	d, jobs := newDesk(t, 3*together)
	d.mute = true
	d.run(d.s.Show("list", rows(jobs)))
	for want := 0; want <= 3*together; want += together {
		if d.there() != want {
			t.Fatalf("%d stills came, want %d", d.there(), want)
		}
		late := d.late
		d.late = nil
		for _, msg := range late {
			d.run(d.s.Update(msg))
		}
	}
	if d.asked != 1 {
		t.Errorf("it is asked %d times", d.asked)
	}
}

// What a page no longer shows does not hold up what it shows now.
func TestScrollingAway(t *testing.T) {
	t.Parallel()
	d, jobs := newDesk(t, 12)
	first := d.s.Show("list", rows(jobs[:4])) // asks
	var found tea.Cmd
	if _, ok := first().(tea.BatchMsg); ok {
		found = d.s.Update(uv.PrimaryDeviceAttributesEvent{})
	}
	draw := d.s.Update(found())
	d.run(d.s.Show("list", rows(jobs[8:]))) // while they are drawn
	d.run(draw)
	for _, j := range jobs[8:] {
		if x := d.s.tiles[key{d.s.source(j), Row}]; x == nil || x.lines == nil {
			t.Fatal("the new ones never come")
		}
	}
}

func TestTurnedOff(t *testing.T) {
	t.Parallel()
	d, jobs := newDesk(t, 4)
	d.run(d.s.Show("list", rows(jobs)))
	d.on = false
	d.run(d.s.Renew())
	d.run(d.s.Show("list", nil))
	if d.there() != 0 || d.s.InLists(120) || d.s.Of(jobs[0]) {
		t.Error("stills are drawn although they are turned off")
	}
	d.on = true
	d.run(d.s.Renew())
	d.run(d.s.Show("list", rows(jobs)))
	if d.there() != 4 || !d.s.InLists(100) || d.s.InLists(99) {
		t.Error("they do not come back")
	}
}

// A picture that is not there leaves its ground, and is not looked for again and
// again.
func TestWhatCannotBeHad(t *testing.T) {
	t.Parallel()
	d, jobs := newDesk(t, 2)
	broken := &job.Job{ID: "x", State: job.Saved, Output: job.Output{Path: "/no/such.mp4"}}
	failed := &job.Job{ID: "y", State: job.Failed, Values: jobs[0].Values}
	wants := append(rows(jobs), Want{broken, Row}, Want{failed, Row})
	d.run(d.s.Show("list", wants))
	if d.there() != 2 || d.s.Of(broken) || d.s.Of(failed) {
		t.Errorf("%d stills", d.there())
	}
	if d.s.Show("list", wants) != nil {
		t.Error("it is looked for again")
	}
	if got := ansi.Strip(strings.Join(d.s.Lines(failed, Row, theme.New(theme.Light())), "")); !strings.Contains(got, "✗") {
		t.Errorf("the ground is %q", got)
	}
}
