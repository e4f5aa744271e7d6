package slate

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/avc"
)

func take(width, height int) Card {
	return Card{Width: width, Height: height, Frames: 121, Model: "vendor/model", Seed: 42, Prompt: "A boat on a lake at dawn, mist over the water"}
}

func film(tb testing.TB, c *Card) *Film {
	tb.Helper()
	f, err := c.Film()
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestEqualTakesHaveEqualBytes(t *testing.T) {
	t.Parallel()
	c := take(864, 480)
	first := film(t, &c)
	if again := film(t, &c); !slices.EqualFunc(first.Frames, again.Frames, bytes.Equal) {
		t.Error("the same card gave other bytes")
	}
	for name, change := range map[string]func(c *Card){
		"seed":             func(c *Card) { c.Seed++ },
		"model":            func(c *Card) { c.Model += "-lite" },
		"prompt":           func(c *Card) { c.Prompt = "Two " + c.Prompt },
		"end of a prompt":  func(c *Card) { c.Prompt = strings.Repeat("word ", 100) + "." },
		"another script":   func(c *Card) { c.Prompt = "湖上的小船" },
		"the same, longer": func(c *Card) { c.Prompt = "湖上的小船。" },
	} {
		other := take(864, 480)
		change(&other)
		o := film(t, &other)
		if bytes.Equal(first.Frames[0], o.Frames[0]) || bytes.Equal(first.Frames[120], o.Frames[120]) {
			t.Errorf("%s: the first or the last frame is the same", name)
		}
	}
}

// TestSeedsLookDifferent compares what is seen at the size of a thumbnail: the
// tiles, without the words.
func TestSeedsLookDifferent(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws large pictures in one goroutine")
	}
	seen := map[string]int64{}
	for seed := range int64(60) {
		c := take(864, 480)
		c.Seed = seed
		p := newCoder(c.Width, c.Height).now
		c.mosaic(p)
		var tiles strings.Builder
		for y := 8; y < c.Height; y += 96 {
			for x := 8; x < c.Width; x += 96 {
				at := p.COffset(x, y)
				fmt.Fprintf(&tiles, "%d %d %d,", p.Y[p.YOffset(x, y)], p.Cb[at], p.Cr[at])
			}
		}
		if other, ok := seen[tiles.String()]; ok {
			t.Errorf("seeds %d and %d look the same", seed, other)
		}
		seen[tiles.String()] = seed
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws large pictures in one goroutine")
	}
	for _, s := range [][2]int{{864, 480}, {854, 480}, {1112, 834}, {1920, 1080}, {2206, 946}, {3840, 2160}, {64, 64}} {
		c := take(s[0], s[1])
		f := film(t, &c)
		sps, err := avc.ParseSPSNALUnit(f.SPS, true)
		if err != nil {
			t.Fatal(err)
		}
		if int(sps.Width) != s[0] || int(sps.Height) != s[1] {
			t.Errorf("%v: %dx%d", s, sps.Width, sps.Height)
		}
		total := 0
		for _, b := range f.Frames {
			total += len(b)
		}
		if len(f.Frames) != c.Frames || !slices.Equal(f.Keys, []int{0, c.Frames - 1}) || total > 1<<20 {
			t.Errorf("%v: %d frames, keys %v, %d bytes", s, len(f.Frames), f.Keys, total)
		}
	}
}

func TestSizesThatCannotBeDrawn(t *testing.T) {
	t.Parallel()
	for _, s := range [][3]int{{0, 0, 1}, {-64, 64, 1}, {65, 64, 1}, {64, 65, 1}, {62, 64, 1}, {9000, 64, 1}, {64, 64, 0}} {
		c := Card{Width: s[0], Height: s[1], Frames: s[2]}
		if _, err := c.Film(); !errors.Is(err, ErrSize) {
			t.Errorf("%v: %v", s, err)
		}
	}
}

// TestAnyPrompt draws what fits into no line.
func TestAnyPrompt(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws large pictures in one goroutine")
	}
	for _, prompt := range []string{"", strings.Repeat("x", 5000), "\x00\x1b[31m\xff", strings.Repeat("湖 ", 500)} {
		for _, s := range [][2]int{{64, 64}, {64, 8192}, {992, 64}, {480, 864}} {
			c := Card{Width: s[0], Height: s[1], Frames: 2, Seed: -9223372036854775808, Prompt: prompt}
			film(t, &c)
		}
	}
}

// TestDecodesToWhatWasDrawn has FFmpeg decode every frame, and compares every
// pixel: nothing is lost in this coding.
func TestDecodesToWhatWasDrawn(t *testing.T) {
	t.Parallel()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed")
	}
	for _, s := range [][3]int{{864, 480, 49}, {854, 480, 2}, {1112, 834, 25}, {480, 864, 300}, {64, 64, 1}} {
		c := take(s[0], s[1])
		c.Frames = s[2]
		f := film(t, &c)
		var stream bytes.Buffer
		for _, unit := range append([][]byte{f.SPS, f.PPS}, f.Frames...) {
			stream.WriteString("\x00\x00\x00\x01")
			if unit[0] == 0 { // a length is before it
				unit = unit[4:]
			}
			stream.Write(unit)
		}
		cmd := exec.CommandContext(t.Context(), ffmpeg, "-v", "warning", "-xerror", "-f", "h264", "-i", "pipe:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-")
		cmd.Stdin = &stream
		var out, words bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &words
		if err := cmd.Run(); err != nil || words.Len() > 0 {
			t.Fatalf("%v: decoding: %v: %s", s, err, words.String())
		}
		p := newCoder(c.Width, c.Height).now
		c.draw(p)
		for i := range c.Frames {
			if i > 0 {
				c.advance(p, i)
			}
			if got := out.Next(c.Width * c.Height * 3 / 2); !bytes.Equal(got, planes(p, c.Width, c.Height)) {
				t.Fatalf("%v: frame %d differs from what was drawn", s, i)
			}
		}
		if out.Len() > 0 {
			t.Errorf("%v: %d bytes more than wanted", s, out.Len())
		}
	}
}

// planes returns the visible part of a picture as raw video has it.
func planes(p *image.YCbCr, width, height int) []byte {
	var out []byte
	for y := range height {
		out = append(out, p.Y[y*p.YStride:y*p.YStride+width]...)
	}
	for _, plane := range [][]byte{p.Cb, p.Cr} {
		for y := range height / 2 {
			out = append(out, plane[y*p.CStride:y*p.CStride+width/2]...)
		}
	}
	return out
}

func TestLabel(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, seed := range []int64{1, 2, 2147483647} {
		c := take(864, 480)
		c.Seed = seed
		b, err := c.Label()
		if err != nil {
			t.Fatal(err)
		}
		cfg, err := png.DecodeConfig(bytes.NewReader(b))
		if err != nil || cfg.Width > c.Width || cfg.Height > c.Height/2 || cfg.Height < 40 {
			t.Errorf("seed %d: %dx%d, %v", seed, cfg.Width, cfg.Height, err)
		}
		if seen[string(b)] {
			t.Errorf("seed %d has the label of another", seed)
		}
		seen[string(b)] = true
	}
	if _, err := (&Card{Width: 3, Height: 3}).Label(); !errors.Is(err, ErrSize) {
		t.Errorf("a frame of three pixels: %v", err)
	}
}
