package frames_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image/jpeg"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"seedreel/assets"
	"seedreel/state/frames"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func sample(t testing.TB, class string) []byte {
	t.Helper()
	b, ok := assets.Clip(class)
	if !ok {
		t.Fatalf("there is no clip %s", class)
	}
	return b
}

func clip(t testing.TB, name string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, sample(t, "864x480"), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func tool(t testing.TB) *frames.Tool {
	t.Helper()
	f, err := frames.Find(exec.LookPath)
	if err != nil {
		t.Skipf("pictures need ffmpeg, which is not on this machine: %v", err)
	}
	return f
}

func TestFacts(t *testing.T) {
	t.Parallel()
	f, err := frames.Inspect(clip(t, "a.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	if f.Width != 864 || f.Height != 480 || !strings.HasPrefix(f.Codec, "H.264") || f.Frames != 48 ||
		f.Duration != 2*time.Second || f.FPS != 24 || f.Sound || f.Bytes != int64(len(sample(t, "864x480"))) {
		t.Errorf("%+v", f)
	}
}

func TestFactsOfWhatIsNoClip(t *testing.T) {
	t.Parallel()
	whole := sample(t, "864x480")
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, tt := range []struct {
		path string
		want frames.Problem
	}{
		{filepath.Join(dir, "missing.mp4"), frames.Unreadable},
		{dir, frames.Unreadable},
		{write("cut.mp4", whole[:len(whole)-100]), frames.Cut},
		{write("head.mp4", whole[:64]), frames.Cut},
		{write("empty.mp4", nil), frames.Cut},
		{write("text.mp4", []byte("this is a text and no film at all")), frames.Cut},
		{write("sound.mp4", bytes.ReplaceAll(whole, []byte("vide"), []byte("soun"))), frames.Broken},
	} {
		if _, err := frames.Inspect(tt.path); frames.ProblemOf(err) != tt.want {
			t.Errorf("%s: %v", filepath.Base(tt.path), err)
		}
	}
}

// FuzzRead: no bytes may make the reader panic, hang or allocate much, and its
// results must be within reason.
func FuzzRead(f *testing.F) {
	whole := sample(f, "416x960")
	// The boxes precede the pictures; without those the fuzzer is faster.
	head := whole[:bytes.Index(whole, []byte("mdat"))+4]
	f.Add(head)
	f.Add(whole[:200])
	at := bytes.Index(head, []byte("stsz"))
	huge := slices.Clone(head)
	for i := range 4 {
		huge[at+12+i] = 0xff // 4 billion samples
	}
	f.Add(huge)
	f.Add(nested(1000))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := frames.Read(bytes.NewReader(b), int64(len(b)))
		if err == nil && (x.Duration < 0 || x.Duration > 24*time.Hour || x.FPS < 0 || x.FPS > 1000 || x.Frames < 0) {
			t.Fatalf("%+v", x)
		}
		if err != nil && frames.ProblemOf(err) == 0 {
			t.Fatalf("the error is not one of ours: %v", err)
		}
	})
}

// nested returns a track with boxes within boxes.
func nested(n int) []byte {
	box := func(kind string, body []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
		return append(append(b, kind...), body...)
	}
	var inner []byte
	for i := n; i > 0; i-- {
		inner = append(binary.BigEndian.AppendUint32(inner, uint32(8*i)), "mdia"...)
	}
	return box("moov", box("trak", inner))
}

// A million nested boxes must not use up the stack, which would end the
// program.
func TestNestedBoxes(t *testing.T) {
	t.Parallel()
	b := nested(1 << 20)
	if _, err := frames.Read(bytes.NewReader(b), int64(len(b))); frames.ProblemOf(err) != frames.Broken {
		t.Errorf("the error is %v", err)
	}
}

func TestStrip(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	// A name that looks like an option, a protocol and shell syntax.
	path := clip(t, "-i http:$(x) 'a b'.mp4")
	dir := filepath.Join(t.TempDir(), "stills")
	s, err := ff.Strip(t.Context(), frames.Clip{Path: path}, 8, dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Paths) != 8 || s.At[0] != 0 || s.At[7] != 1750*time.Millisecond {
		t.Fatalf("%d stills at %v", len(s.Paths), s.At)
	}
	seen := map[string]bool{}
	var made []time.Time
	for _, p := range s.Paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		cfg, err := jpeg.DecodeConfig(bytes.NewReader(b))
		if err != nil || cfg.Width != 640 || cfg.Height != 355 {
			t.Errorf("%s: %dx%d, %v", filepath.Base(p), cfg.Width, cfg.Height, err)
		}
		seen[string(b)] = true
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, info.ModTime())
	}
	if len(seen) < 6 {
		t.Errorf("only %d of 8 stills differ", len(seen))
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 8 {
		t.Errorf("%d files are in the folder, %v", len(entries), err)
	}
	again, err := ff.Strip(t.Context(), frames.Clip{Path: path}, 8, dir)
	if err != nil || !slices.Equal(again.Paths, s.Paths) {
		t.Fatalf("the second time: %v", err)
	}
	for i, p := range again.Paths {
		if info, err := os.Stat(p); err != nil || !info.ModTime().Equal(made[i]) {
			t.Errorf("still %d was made anew", i)
		}
	}
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if other, err := ff.Strip(t.Context(), frames.Clip{Path: path}, 8, dir); err != nil || other.Paths[0] == s.Paths[0] {
		t.Errorf("the clip changed and the stills did not, %v", err)
	}
}

func TestStill(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	path := clip(t, "take.mp4")
	dir := filepath.Join(t.TempDir(), "stills")
	still, err := ff.Still(t.Context(), frames.Clip{Path: path}, dir)
	if err != nil {
		t.Fatal(err)
	}
	was, err := os.Stat(still)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(still)
	if err != nil {
		t.Fatal(err)
	}
	if cfg, err := jpeg.DecodeConfig(bytes.NewReader(b)); err != nil || cfg.Width != 640 || cfg.Height != 355 {
		t.Errorf("it is %dx%d, %v", cfg.Width, cfg.Height, err)
	}
	again, err := ff.Still(t.Context(), frames.Clip{Path: path}, dir)
	if err != nil || again != still {
		t.Fatalf("the second time: %q, %v", again, err)
	}
	if is, err := os.Stat(still); err != nil || !is.ModTime().Equal(was.ModTime()) {
		t.Errorf("it was made anew, %v", err)
	}
	if _, err := ff.Still(t.Context(), frames.Clip{Path: path + "x"}, dir); frames.ProblemOf(err) != frames.Unreadable {
		t.Errorf("of a clip that is not there: %v", err)
	}
}

func TestReel(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	path := clip(t, "a.mp4")
	facts, err := frames.Inspect(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ff.Reel(t.Context(), path, facts, frames.Shot{W: 80, H: 45, FPS: 8})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Pictures); n < 15 || n > 17 || len(r.Pictures[0]) != 80*45*3 {
		t.Fatalf("%d pictures", n)
	}
	if l := r.Length(); l < 1800*time.Millisecond || l > 2200*time.Millisecond {
		t.Errorf("it runs %v", l)
	}
	first, last := r.Pictures[0], r.Pictures[len(r.Pictures)-1]
	if &r.At(-time.Second)[0] != &first[0] || &r.At(time.Hour)[0] != &last[0] || &r.At(time.Second)[0] != &r.Pictures[8][0] {
		t.Error("the wrong picture is found")
	}
	from, err := ff.Reel(t.Context(), path, facts, frames.Shot{W: 80, H: 45, FPS: 8, From: time.Second})
	if err != nil || len(from.Pictures) > 9 || !near(from.Pictures[0], r.Pictures[8]) {
		t.Errorf("from the middle: %v", err)
	}
	if _, err := ff.Reel(t.Context(), path, facts, frames.Shot{W: 0, H: 45, FPS: 8}); frames.ProblemOf(err) != frames.Broken {
		t.Errorf("a width of 0: %v", err)
	}
}

// near reports whether pictures are equal except for the noise of scaling and
// rounding.
func near(a, b []byte) bool {
	sum := 0
	for i := range a {
		d := int(a[i]) - int(b[i])
		sum += d * d
	}
	return sum/len(a) < 200
}

func TestFFmpegRefusesWhatIsNoClip(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.txt")
	// A playlist could make ffmpeg open other files and addresses.
	list := filepath.Join(dir, "list.mp4")
	for p, s := range map[string]string{
		secret: "secret",
		list:   "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
	} {
		if err := os.WriteFile(p, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{secret, list, filepath.Join(dir, "missing")} {
		s, err := ff.Stream(t.Context(), p, frames.Shot{W: 8, H: 8, FPS: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Next(make([]byte, s.Size())); frames.ProblemOf(err) != frames.Broken {
			t.Errorf("%s: %v", filepath.Base(p), err)
		}
		s.Close()
	}
	if _, err := ff.Strip(t.Context(), frames.Clip{Path: list}, 8, dir); frames.ProblemOf(err) != frames.Cut {
		t.Errorf("stills of a playlist: %v", err)
	}
}

func TestNoTool(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]func(string) (string, error){
		"missing":               func(string) (string, error) { return "", exec.ErrNotFound },
		"in the current folder": func(string) (string, error) { return "ffmpeg", nil },
	} {
		if f, err := frames.Find(look); f != nil || frames.ProblemOf(err) != frames.NoTool {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fake makes a program that takes the place of ffmpeg.
func fake(t *testing.T, script string) *frames.Tool {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the program that stands for ffmpeg is a shell script")
	}
	p := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(p, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := frames.Find(func(string) (string, error) { return p, nil })
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A program that hangs is killed with its children as soon as its pictures are
// no longer wanted.
func TestAHangingToolIsKilled(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "alive")
	ff := fake(t, "exec 3>'"+fifo+"'; sleep 300 & echo begun >&3; wait\n")
	if out, err := exec.CommandContext(t.Context(), "mkfifo", fifo).CombinedOutput(); err != nil {
		t.Fatalf("making a pipe: %v %s", err, out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := ff.Stream(ctx, "a.mp4", frames.Shot{W: 8, H: 8, FPS: 1})
	if err != nil {
		t.Fatal(err)
	}
	alive, err := os.Open(fifo) // blocks until the program opens it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = alive.Close() }() // read only
	if line, err := bufio.NewReader(alive).ReadString('\n'); err != nil || line != "begun\n" {
		t.Fatalf("it said %q, %v", line, err)
	}
	begun := time.Now()
	cancel()
	if err := s.Next(make([]byte, s.Size())); !errors.Is(err, context.Canceled) {
		t.Errorf("the stream ended with %v", err)
	}
	s.Close()
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	// The pipe ends once neither the program nor its child holds it.
	if err := alive.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(alive); err != nil {
		t.Fatalf("the child lives on: %v", err)
	}
}

// Endless complaints and endless pictures are both bounded.
func TestOutputIsBounded(t *testing.T) {
	t.Parallel()
	loud := fake(t, "yes 'no such thing' | head -c 1000000 >&2; exit 1\n")
	s, err := loud.Stream(t.Context(), "a.mp4", frames.Shot{W: 8, H: 8, FPS: 1})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Next(make([]byte, s.Size()))
	s.Close()
	if frames.ProblemOf(err) != frames.Broken || len(errors.Unwrap(err).Error()) > 8<<10 {
		t.Errorf("it complains with %d bytes", len(err.Error()))
	}
	endless := fake(t, "exec cat /dev/zero\n")
	r, err := endless.Reel(t.Context(), "a.mp4", frames.Facts{}, frames.Shot{W: 1000, H: 1000, FPS: 1})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Pictures) * 3_000_000; n > 100<<20 {
		t.Errorf("%d bytes are kept", n)
	}
	last := fake(t, "head -c 1000 /dev/zero\n")
	s, err = last.Stream(t.Context(), "a.mp4", frames.Shot{W: 10, H: 10, FPS: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	buf := make([]byte, s.Size())
	for range 3 {
		if err := s.Next(buf); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Next(buf); !errors.Is(err, io.EOF) {
		t.Errorf("a cut last picture ends with %v", err)
	}
}
