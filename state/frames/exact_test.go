package frames_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seedreel/state/frames"
)

// film makes a clip of n pictures, each a smooth picture of its own, and
// returns its path. Pictures are encoded without loss but for the colours.
func film(t *testing.T, w, h, n int, args ...string) (string, func(i int) *image.RGBA) {
	t.Helper()
	tool(t)
	picture := func(i int) *image.RGBA {
		m := image.NewRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				m.SetRGBA(x, y, color.RGBA{uint8(40 + 170*x/w), uint8(30 + 180*y/h), uint8(20 + i*61%200), 255})
			}
		}
		return m
	}
	var raw bytes.Buffer
	for i := range n {
		m := picture(i)
		for o := 0; o < len(m.Pix); o += 4 {
			raw.Write(m.Pix[o : o+3])
		}
	}
	path := filepath.Join(t.TempDir(), "film.mp4")
	all := append([]string{"-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", fmt.Sprintf("%dx%d", w, h), "-r", "24", "-i", "-"}, args...)
	cmd := exec.CommandContext(t.Context(), "ffmpeg", append(all, path)...)
	cmd.Stdin = &raw
	if out, err := cmd.CombinedOutput(); err != nil {
		if strings.Contains(string(out), "Unknown encoder") {
			t.Skipf("making clips needs an ffmpeg with libx264: %s", out)
		}
		t.Fatalf("making a clip: %v: %s", err, out)
	}
	return path, picture
}

// lossless returns the arguments for a clip of a matrix and range, with
// B-frames, marked as what it is if marked is set.
func lossless(matrix, scale, rng string, marked bool) []string {
	a := []string{"-vf", "scale=out_color_matrix=" + scale + ":out_range=" + rng + ":flags=accurate_rnd+full_chroma_int+full_chroma_inp,format=yuv420p", "-c:v", "libx264", "-qp", "0", "-bf", "2"}
	if marked {
		full := "off"
		if rng == "pc" {
			full = "on"
		}
		return append(a, "-x264-params", "colormatrix="+matrix+":fullrange="+full)
	}
	return append(a, "-bsf:v", "h264_metadata=matrix_coefficients=2:video_full_range_flag=0")
}

// off returns the largest difference of two pictures.
func off(a, b image.Image) int {
	worst := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA), color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B)} {
				worst = max(worst, d, -d)
			}
		}
	}
	return worst
}

// TestPictureHasTheColoursOfTheClip: the frame taken is the frame seen, for
// each matrix and range, and for clips that do not name their matrix.
func TestPictureHasTheColoursOfTheClip(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	const n = 30
	for name, tt := range map[string]struct {
		w, h          int
		matrix, scale string
		rng           string
		marked        bool
	}{
		"601 limited":         {320, 180, "smpte170m", "bt601", "tv", true},
		"601 full":            {320, 180, "smpte170m", "bt601", "pc", true},
		"709 limited":         {320, 180, "bt709", "bt709", "tv", true},
		"709 full":            {320, 180, "bt709", "bt709", "pc", true},
		"601 limited, large":  {1280, 720, "smpte170m", "bt601", "tv", true},
		"unmarked, small":     {640, 360, "", "bt601", "tv", false},
		"unmarked, large":     {1280, 720, "", "bt709", "tv", false},
		"unmarked, odd shape": {960, 416, "", "bt601", "tv", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, picture := film(t, tt.w, tt.h, n, lossless(tt.matrix, tt.scale, tt.rng, tt.marked)...)
			for moment, want := range map[frames.Moment]int{frames.First(): 0, frames.Last(): n - 1, frames.At(500 * time.Millisecond): 12} {
				p, err := ff.Picture(t.Context(), frames.Clip{Path: path}, moment)
				if err != nil {
					t.Fatal(err)
				}
				if d := off(p.Image, picture(want)); d > 2 {
					t.Errorf("picture %d is off by %d", want, d)
				}
			}
		})
	}
}

// TestPictureIsExact asks for every picture of a clip by its time, at its
// beginning and shortly before its end.
func TestPictureIsExact(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	const n = 75
	path, picture := film(t, 64, 48, n, lossless("smpte170m", "bt601", "tv", true)...)
	all, err := frames.Times(path)
	if err != nil || len(all) != n || all[0] != 0 {
		t.Fatalf("times %v, %v", all, err)
	}
	for i := 0; i < n; i += 7 {
		begin := time.Duration(i) * time.Second / 24 // rounded down, as by players
		for _, at := range []time.Duration{begin, begin + 38*time.Millisecond} {
			p, err := ff.Picture(t.Context(), frames.Clip{Path: path}, frames.At(at))
			if err != nil {
				t.Fatal(err)
			}
			if off(p.Image, picture(i)) > off(p.Image, picture(min(i+1, n-1))) || off(p.Image, picture(i)) > 2 {
				t.Errorf("at %v it is not picture %d", at, i)
			}
			if d := p.Origin.At - begin; d < -time.Millisecond || d > time.Millisecond {
				t.Errorf("at %v the origin is %v", at, p.Origin.At)
			}
		}
	}
	for _, m := range []frames.Moment{frames.Last(), frames.At(time.Hour)} {
		p, err := ff.Picture(t.Context(), frames.Clip{Path: path}, m)
		if err != nil || off(p.Image, picture(n-1)) > 2 || p.Origin.At != all[n-1] {
			t.Errorf("the end: %v at %v, want %v", err, p.Origin.At, all[n-1])
		}
	}
}

// TestPictureOfALongShownFrame: a picture that is shown for longer than the
// search looks back is found.
func TestPictureOfALongShownFrame(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	args := lossless("smpte170m", "bt601", "tv", true)
	args[1] = "setpts=N*10/TB," + args[1]
	path, picture := film(t, 64, 48, 3, append(args, "-vsync", "vfr")...)
	p, err := ff.Picture(t.Context(), frames.Clip{Path: path}, frames.At(18*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if d := off(p.Image, picture(1)); d > 2 {
		t.Errorf("it is off by %d", d)
	}
}

func TestPictureOfBadClips(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	whole := sample(t, "864x480")
	path := filepath.Join(t.TempDir(), "cut.mp4")
	if err := os.WriteFile(path, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ff.Picture(t.Context(), frames.Clip{Path: path}, frames.Last()); frames.ProblemOf(err) != frames.Cut {
		t.Errorf("a clip that was cut: %v", err)
	}
}

// TestOriginStaysInThePicture needs no ffmpeg.
func TestOriginStaysInThePicture(t *testing.T) {
	t.Parallel()
	want := frames.Origin{Clip: strings.Repeat("a1", 32), Job: "k3x7a2mq5rtb", At: 4958333333}
	p := frames.Picture{Image: image.NewRGBA(image.Rect(0, 0, 9, 7)), Origin: want}
	path := filepath.Join(t.TempDir(), "last.png")
	if err := p.WritePNG(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		t.Errorf("it is no PNG: %v", err)
	}
	if got, ok := frames.ReadOrigin(bytes.NewReader(b)); !ok || got != want {
		t.Errorf("it comes from %+v, %v", got, ok)
	}
	if err := p.WritePNG(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("written over a file: %v", err)
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, b) {
		t.Errorf("the file was touched, %v", err)
	}
	for name, bad := range map[string][]byte{
		"no picture": []byte("hello"), "empty": nil, "cut": b[:50],
		"damaged":      bytes.Replace(b, []byte("k3x7"), []byte("k3y7"), 1)[:60],
		"another text": bytes.ReplaceAll(b, []byte("seedreel"), []byte("Seedreel")),
	} {
		if o, ok := frames.ReadOrigin(bytes.NewReader(bad)); ok {
			t.Errorf("%s comes from %+v", name, o)
		}
	}
}

func FuzzReadOrigin(f *testing.F) {
	p := frames.Picture{Image: image.NewRGBA(image.Rect(0, 0, 2, 2)), Origin: frames.Origin{Clip: strings.Repeat("0f", 32), Job: "a", At: time.Second}}
	b, err := p.PNG()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		o, ok := frames.ReadOrigin(bytes.NewReader(b))
		if ok && (o.At < 0 || o.Clip != "" && len(o.Clip) != 64 || strings.ContainsAny(o.Job, "./\\\x1b")) {
			t.Fatalf("%+v", o)
		}
	})
}

// FuzzTimes: no bytes may make the reader panic or allocate much.
func FuzzTimes(f *testing.F) {
	whole := sample(f, "416x960")
	f.Add(whole[:bytes.Index(whole, []byte("mdat"))+4])
	f.Add(nested(100))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, fmt.Sprintf("%d.mp4", os.Getpid()))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := frames.Times(path)
		if err != nil && frames.ProblemOf(err) == 0 {
			t.Fatalf("the error is not one of ours: %v", err)
		}
		for i, d := range all {
			if d < 0 || d > 24*time.Hour || i > 0 && d < all[i-1] {
				t.Fatalf("%v", all)
			}
		}
	})
}
