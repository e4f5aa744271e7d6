package film_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"seedreel/assets"
	"seedreel/state/film"
	"seedreel/state/frames"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func tool(t testing.TB) *frames.Tool {
	t.Helper()
	f, err := frames.Find(exec.LookPath)
	if err != nil {
		t.Skipf("this needs ffmpeg, which is not on this machine: %v", err)
	}
	return f
}

// loop writes a built-in clip of 2 s, 48 pictures, without sound.
func loop(t testing.TB, class string) string {
	t.Helper()
	b, ok := assets.Clip(class)
	if !ok {
		t.Fatalf("there is no clip %s", class)
	}
	p := filepath.Join(t.TempDir(), class+".mp4")
	if err := os.WriteFile(p, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// made makes a clip with ffmpeg.
func made(t *testing.T, args ...string) string {
	t.Helper()
	tool(t)
	p := filepath.Join(t.TempDir(), "made.mp4")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-v", "error", "-nostdin"}, args...), p)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		if strings.Contains(string(out), "Unknown encoder") {
			t.Skipf("making clips needs an ffmpeg with libx264: %s", out)
		}
		t.Fatalf("making a clip: %v: %s", err, out)
	}
	return p
}

// clip makes a clip of a size, rate and length; hertz is its sound, 0 for none.
func clip(t *testing.T, size, rate, seconds, hertz string, more ...string) string {
	t.Helper()
	args := []string{"-f", "lavfi", "-i", "testsrc2=s=" + size + ":r=" + rate + ":d=" + seconds}
	if hertz != "" {
		args = append(args, "-f", "lavfi", "-i", "sine=f="+hertz+":r=44100:d="+seconds, "-c:a", "aac", "-ac", "2")
	}
	return made(t, append(append(args, "-c:v", "libx264", "-pix_fmt", "yuv420p"), more...)...)
}

func plan(t *testing.T, o film.Options, parts ...film.Part) *film.Plan {
	t.Helper()
	p, err := film.NewPlan(parts, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// join makes a film and checks that it is what the plan promised.
func join(t *testing.T, p *film.Plan, ff *frames.Tool) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "film.mp4")
	last := -1.0
	f, err := p.Make(t.Context(), out, ff, func(share float64) {
		if share < last-1e-9 || share > 1 {
			t.Errorf("progress went from %g to %g", last, share)
		}
		last = share
	})
	if err != nil {
		t.Fatalf("%v: %v", err, errors.Unwrap(err))
	}
	if last != 1 {
		t.Errorf("progress ended at %g", last)
	}
	if d := f.Facts.Duration - p.Length; d < -50*time.Millisecond || d > 50*time.Millisecond {
		t.Errorf("it lasts %v, the plan is %v", f.Facts.Duration, p.Length)
	}
	if f.Facts.Width != p.Width || f.Facts.Height != p.Height || f.Facts.Sound != p.Sound {
		t.Errorf("it is %+v, the plan is %+v", f.Facts, p)
	}
	entries, err := os.ReadDir(filepath.Dir(out))
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	return out
}

// decoded returns the digests of all pictures, or of the sound's, as ffmpeg
// decodes them.
func decoded(t *testing.T, path, kind string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", "0:"+kind, "-vsync", "0", "-f", "framemd5", "-")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("decoding: %v: %s", err, out)
	}
	var sums []string
	for l := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(l), ",")
		if strings.HasPrefix(l, "#") || len(f) < 6 {
			if !strings.HasPrefix(l, "#") {
				t.Errorf("ffmpeg complains: %s", l)
			}
			continue
		}
		sums = append(sums, strings.TrimSpace(f[5]))
	}
	return sums
}

func same(a, b []string) bool { return strings.Join(a, " ") == strings.Join(b, " ") }

// TestCopyNeedsNoTool joins clips of one kind without ffmpeg.
func TestCopyNeedsNoTool(t *testing.T) {
	t.Parallel()
	a := loop(t, "864x480")
	for name, tt := range map[string]struct {
		parts   []film.Part
		o       film.Options
		frames  int
		dropped int
	}{
		"one":          {[]film.Part{{Path: a}}, film.Options{}, 48, 0},
		"three":        {[]film.Part{{Path: a}, {Path: a}, {Path: a}}, film.Options{}, 144, 0},
		"continued":    {[]film.Part{{Path: a}, {Path: a, Continued: true}}, film.Options{}, 95, 1},
		"kept":         {[]film.Part{{Path: a}, {Path: a, Continued: true}}, film.Options{KeepDoubled: true}, 96, 0},
		"first":        {[]film.Part{{Path: a, Continued: true}, {Path: a}}, film.Options{Silent: true}, 96, 0},
		"all in a row": {[]film.Part{{Path: a}, {Path: a, Continued: true}, {Path: a, Continued: true}}, film.Options{}, 142, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := plan(t, tt.o, tt.parts...)
			if p.Encode || p.Dropped != tt.dropped || p.Sound {
				t.Fatalf("the plan is %+v", p)
			}
			out := join(t, p, nil)
			f, err := frames.Inspect(out)
			if err != nil || f.Frames != tt.frames || f.FPS < 23.99 || f.FPS > 24.01 {
				t.Errorf("%+v, %v", f, err)
			}
			times, err := frames.Times(out)
			if err != nil || len(times) != tt.frames {
				t.Fatalf("%d times, %v", len(times), err)
			}
			for i, at := range times {
				if d := at - time.Duration(i)*time.Second/24; d < -time.Millisecond || d > time.Millisecond {
					t.Fatalf("picture %d is shown at %v", i, at)
				}
			}
		})
	}
}

// TestCopiedPicturesAreTheSame decodes the film and its clips: with B-frames,
// and with sound.
func TestCopiedPicturesAreTheSame(t *testing.T) {
	t.Parallel()
	a := clip(t, "320x180", "24", "2", "440", "-bf", "2")
	b := clip(t, "320x180", "24", "3.5", "880", "-bf", "2")
	p := plan(t, film.Options{}, film.Part{Path: a}, film.Part{Path: b}, film.Part{Path: a})
	if p.Encode || !p.Sound {
		t.Fatalf("the plan is %+v", p)
	}
	out := join(t, p, nil)
	pa, pb := decoded(t, a, "v"), decoded(t, b, "v")
	want := append(append(append([]string{}, pa...), pb...), pa...)
	if got := decoded(t, out, "v"); !same(got, want) {
		t.Errorf("%d pictures, %d are expected, or they differ", len(got), len(want))
	}
	// 7.5 s of sound, each piece 1024 of 44100.
	if n := len(decoded(t, out, "a")); n < 321 || n > 326 {
		t.Errorf("%d pieces of sound", n)
	}
}

// TestSilenceBetweenSound: a clip without sound gets silence, without encoding.
func TestSilenceBetweenSound(t *testing.T) {
	t.Parallel()
	a, b := clip(t, "320x180", "24", "2", "440", "-bf", "0"), clip(t, "320x180", "24", "2", "", "-bf", "0")
	p := plan(t, film.Options{}, film.Part{Path: b}, film.Part{Path: a}, film.Part{Path: b, Continued: true}, film.Part{Path: a})
	if p.Encode || !p.Sound || p.Silences != 2 || p.Dropped != 1 {
		t.Fatalf("the plan is %+v", p)
	}
	out := join(t, p, nil)
	if got, want := len(decoded(t, out, "v")), 4*48-1; got != want {
		t.Errorf("%d pictures, want %d", got, want)
	}
	loud := loudness(t, out)
	for at, want := range map[int]bool{500: false, 1500: false, 2500: true, 3500: true, 4500: false, 5500: false, 6500: true, 7500: true} {
		if got := loud(at) > 300; got != want {
			t.Errorf("at %d ms there is sound: %v (%d)", at, got, loud(at))
		}
	}
	// Silent films have no sound at all.
	if q := plan(t, film.Options{Silent: true}, film.Part{Path: a}, film.Part{Path: b}); q.Encode || q.Sound {
		t.Errorf("the silent plan is %+v", q)
	} else {
		join(t, q, nil)
	}
}

// loudness returns a function that returns the largest value of the sound in
// the 100 ms from a millisecond on.
func loudness(t *testing.T, path string) func(ms int) int {
	t.Helper()
	raw, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-nostdin", "-i", path, "-ac", "1", "-ar", "8000", "-f", "s16le", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return func(ms int) int {
		most := 0
		for i := ms * 8; i < (ms+100)*8 && 2*i+1 < len(raw); i++ {
			most = max(most, int(int16(uint16(raw[2*i])|uint16(raw[2*i+1])<<8)))
		}
		return most
	}
}

// TestMixedClipsAreEncoded: sizes, rates and sound differ.
func TestMixedClipsAreEncoded(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	a := clip(t, "320x180", "24", "2", "440", "-bf", "2")
	for name, tt := range map[string]struct {
		other string
		why   string
	}{
		"size":  {clip(t, "180x320", "24", "1", ""), "180x320"},
		"rate":  {clip(t, "320x180", "30", "1", "880"), "pictures a second"},
		"codec": {clip(t, "320x180", "24", "1", "", "-profile:v", "baseline"), "encoded otherwise"},
		"sound": {clip(t, "320x180", "24", "1", "880", "-ar", "48000"), "sound of clip 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := plan(t, film.Options{}, film.Part{Path: a}, film.Part{Path: tt.other})
			if !p.Encode || !strings.Contains(p.Why, tt.why) || p.Width != 320 || p.Height != 180 || p.FPS != 24 {
				t.Fatalf("the plan is %+v", p)
			}
			if _, err := p.Make(t.Context(), filepath.Join(t.TempDir(), "x.mp4"), nil, nil); err == nil || !strings.Contains(err.Error(), "ffmpeg is not installed; install it") {
				t.Errorf("without ffmpeg: %v", err)
			}
			if n := len(decoded(t, join(t, p, ff), "v")); n != 72 {
				t.Errorf("%d pictures", n)
			}
		})
	}
}

// TestDoubledPictureThatOthersNeed: with B-frames the last picture cannot be
// taken off without encoding, and exactly it is missing afterwards.
func TestDoubledPictureThatOthersNeed(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	// A length that ends with a B-frame before the last picture.
	a := clip(t, "320x180", "24", "1", "", "-x264-params", "bframes=3:b-adapt=0")
	p := plan(t, film.Options{}, film.Part{Path: a}, film.Part{Path: a, Continued: true})
	if !p.Encode || !strings.Contains(p.Why, "doubled") || p.Dropped != 1 {
		t.Skipf("the encoder put the last picture last: %+v", p)
	}
	if n := len(decoded(t, join(t, p, ff), "v")); n != 47 {
		t.Errorf("%d pictures, want 47", n)
	}
	if q := plan(t, film.Options{KeepDoubled: true}, film.Part{Path: a}, film.Part{Path: a, Continued: true}); q.Encode {
		t.Errorf("with the doubled picture kept: %+v", q)
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	a := loop(t, "416x960")
	b, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.mp4")
	if err := os.WriteFile(cut, b[:len(b)-300], 0o600); err != nil {
		t.Fatal(err)
	}
	for name, parts := range map[string][]film.Part{
		"there are no clips":                           nil,
		"clip 2: the clip is cut off, or it is no mp4": {{Path: a}, {Path: cut}},
		"clip 1: the clip cannot be read":              {{Path: a + "x"}},
		"1001 clips are too many":                      make([]film.Part, 1001),
	} {
		if _, err := film.NewPlan(parts, film.Options{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: %v", name, err)
		}
	}
	p := plan(t, film.Options{}, film.Part{Path: a})
	taken := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Make(t.Context(), taken, nil, nil); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "another name") {
		t.Errorf("over a file: %v", err)
	}
	if b, err := os.ReadFile(taken); err != nil || string(b) != "mine" {
		t.Errorf("the file became %q, %v", b, err)
	}
	if _, err := p.Make(t.Context(), filepath.Join(t.TempDir(), "none", "film.mp4"), nil, nil); err == nil || !strings.Contains(err.Error(), "no such folder") {
		t.Errorf("into no folder: %v", err)
	}
	if err := os.Chtimes(a, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Make(t.Context(), filepath.Join(t.TempDir(), "x.mp4"), nil, nil); err == nil || !strings.Contains(err.Error(), "changed since") {
		t.Errorf("a clip that changed: %v", err)
	}
}

// TestStoppedFilmsLeaveNothing stops both kinds of joining.
func TestStoppedFilmsLeaveNothing(t *testing.T) {
	t.Parallel()
	stop := func(t *testing.T, p *film.Plan, ff *frames.Tool) {
		t.Helper()
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		_, err := p.Make(ctx, filepath.Join(dir, "film.mp4"), ff, func(float64) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: %v", err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
			t.Errorf("left behind: %v, %v", entries, err)
		}
	}
	a := loop(t, "864x480")
	stop(t, plan(t, film.Options{}, film.Part{Path: a}, film.Part{Path: a}), nil)
	ff := tool(t)
	stop(t, plan(t, film.Options{}, film.Part{Path: a}, film.Part{Path: loop(t, "480x864")}), ff)
}

// FuzzPlan: no bytes may make planning or copying panic, and what is copied is
// whole.
func FuzzPlan(f *testing.F) {
	whole, ok := assets.Clip("416x960")
	if !ok {
		f.Fatal("there is no clip")
	}
	f.Add(whole)
	f.Add(whole[:2000])
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		in, out := filepath.Join(dir, "in.mp4"), filepath.Join(t.TempDir(), "out.mp4")
		if err := os.WriteFile(in, b, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := film.NewPlan([]film.Part{{Path: in}, {Path: in, Continued: true}}, film.Options{})
		if err != nil || p.Encode {
			return
		}
		_, _ = p.Make(t.Context(), out, nil, nil) // it may be refused
	})
}
