package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/assets"
	"seedreel/client/catalogue"
)

// checkClip reads a clip as a player would: frames, length, key frames, and
// that every frame's bytes lie where the index says.
func checkClip(tb testing.TB, clip []byte, width, height, seconds int) {
	tb.Helper()
	f, err := mp4.DecodeFile(bytes.NewReader(clip))
	if err != nil {
		tb.Fatal(err)
	}
	if f.IsFragmented() || len(f.Moov.Traks) != 1 || f.Mdat.StartPos < f.Moov.StartPos {
		tb.Fatal("not one track with its index first")
	}
	trak := f.Moov.Trak
	table := trak.Mdia.Minf.Stbl
	if w, h := int(table.Stsd.AvcX.Width), int(table.Stsd.AvcX.Height); w != width || h != height {
		tb.Errorf("%dx%d, want %dx%d", w, h, width, height)
	}
	want := 24*seconds + 1
	n := int(table.Stsz.GetNrSamples())
	if n != want || int(table.Stts.SampleCount[0]) != want {
		tb.Errorf("%d frames, timed %d, want %d", n, table.Stts.SampleCount[0], want)
	}
	rate := float64(trak.Mdia.Mdhd.Timescale) / float64(table.Stts.SampleTimeDelta[0])
	long := float64(trak.Mdia.Mdhd.Duration) / float64(trak.Mdia.Mdhd.Timescale)
	movie := float64(f.Moov.Mvhd.Duration) / float64(f.Moov.Mvhd.Timescale)
	if rate != 24 || long != float64(want)/24 || movie != long || trak.Tkhd.Duration != f.Moov.Mvhd.Duration {
		tb.Errorf("%v frames a second, %v s, movie %v s", rate, long, movie)
	}
	if !table.Stss.IsSyncSample(1) || !table.Stss.IsSyncSample(uint32(want)) {
		tb.Error("the first or the last frame is no key frame")
	}
	at := int(table.Stco.ChunkOffset[0])
	for i := 1; i <= n; i++ {
		size := int(table.Stsz.GetSampleSize(i))
		if at+size > len(clip) {
			tb.Fatalf("frame %d ends behind the file", i)
		}
		// Length-prefixed NAL units; the first kind tells a key frame.
		if kind := clip[at+4] & 31; (kind == 5 || kind == 7) != table.Stss.IsSyncSample(uint32(i)) {
			tb.Fatalf("frame %d starts with a unit of kind %d", i, kind)
		}
		at += size
	}
	if at != len(clip) {
		tb.Errorf("%d bytes behind the last frame", len(clip)-at)
	}
}

func TestClipsOfEverySize(t *testing.T) {
	t.Parallel()
	classes := assets.ClipClasses()
	if len(classes) < 25 {
		t.Fatalf("only %d loops are built in", len(classes))
	}
	for _, class := range classes {
		t.Run(class, func(t *testing.T) {
			t.Parallel()
			s, err := parseSize(class)
			if err != nil {
				t.Fatal(err)
			}
			for _, seconds := range []int{1, 2, 5} {
				task := Task{ID: "0123", Seed: int64(seconds), Seconds: seconds, Width: s.w, Height: s.h}
				clip, err := loopClip(&task)
				if err != nil {
					t.Fatal(err)
				}
				checkClip(t, clip, s.w, s.h, seconds)
			}
		})
	}
}

// TestClipsDecode has FFmpeg decode every frame, where it is installed.
func TestClipsDecode(t *testing.T) {
	t.Parallel()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed")
	}
	for seed := range int64(2) {
		clip, err := loopClip(&Task{ID: "0123", Seed: seed, Seconds: 3, Width: 864, Height: 480})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), ffmpeg, "-v", "warning", "-xerror", "-i", "pipe:0", "-f", "framecrc", "-")
		cmd.Stdin = bytes.NewReader(clip)
		var out, words bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &words
		if err := cmd.Run(); err != nil || words.Len() > 0 {
			t.Fatalf("decoding: %v: %s", err, words.String())
		}
		if n := strings.Count(out.String(), "\n0,"); n != 73 {
			t.Errorf("%d frames decoded, want 73", n)
		}
	}
}

func TestExactFramesOfTheCatalogue(t *testing.T) {
	t.Parallel()
	classes := assets.ClipClasses()
	for _, m := range embedded(t).All() {
		for resolution, ratios := range m.FrameSizes {
			for ratio, s := range ratios {
				if s[0] == 0 || s[0]*s[1] > 2_200_000 {
					continue // not documented, or beyond what is built in
				}
				if class := fmt.Sprintf("%dx%d", s[0], s[1]); !slices.Contains(classes, class) {
					t.Errorf("%s %s %s: no loop of %s", m.ID, resolution, ratio, class)
				}
			}
		}
	}
}

func TestLoopFor(t *testing.T) {
	t.Parallel()
	for want, class := range map[size]string{
		{864, 480}:   "864x480",
		{3840, 2160}: "1920x1088",
		{2160, 3840}: "1088x1920",
		{4398, 1886}: "2206x946",
		{2880, 2880}: "1440x1440",
		{1400, 788}:  "1280x720",
		{100, 100}:   "640x640",
		{1000, 1050}: "960x960",
	} {
		if got, err := loopFor(want); err != nil || got != class {
			t.Errorf("%v: %s, want %s (%v)", want, got, class, err)
		}
	}
}

func TestFrameOf(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := func(ratio, resolution string) catalogue.Values {
		out := catalogue.Values{}
		if ratio != "" {
			out[catalogue.RoleAspectRatio] = catalogue.Text(ratio)
		}
		if resolution != "" {
			out[catalogue.RoleResolution] = catalogue.Text(resolution)
		}
		return out
	}
	tests := []struct {
		provider, model string
		values          catalogue.Values
		picture         *picture
		want            size
	}{
		{"wavespeed", liteT2V, v("", ""), nil, size{864, 480}},
		{"wavespeed", liteT2V, v("21:9", ""), nil, size{960, 416}},
		{"wavespeed", liteI2V, v("", ""), nil, size{864, 480}},
		{"wavespeed", liteI2V, v("", ""), &picture{width: 300, height: 500}, size{480, 864}},
		{"wavespeed", liteRef, v("", ""), nil, size{1248, 704}},
		{"wavespeed", liteRef, v("", ""), &picture{width: 500, height: 500}, size{1248, 704}},
		{"aimlapi", aimlLite, v("", "720p"), &picture{width: 3000, height: 4000}, size{832, 1120}},
		{"wavespeed", "bytedance/seedance-2.0/text-to-video-turbo", v("1:1", "1080p"), nil, size{1440, 1440}},
		{"wavespeed", "bytedance/seedance-2.0/text-to-video", v("16:9", "4k"), nil, size{3840, 2160}},
	}
	for _, tt := range tests {
		m := b.s.catalogue.Now().Model(catalogue.Ref{Provider: tt.provider, ID: tt.model})
		if m == nil {
			t.Fatalf("no model %s", tt.model)
		}
		if tt.picture != nil && m.Field(catalogue.RoleFirstFrame) != nil {
			tt.values[catalogue.RoleFirstFrame] = catalogue.Media("http://a/b")
		}
		if got := b.s.frameOf(m, tt.values, tt.picture); got != tt.want {
			t.Errorf("%s %v %+v: %v, want %v", tt.model, tt.values, tt.picture, got, tt.want)
		}
	}
}

func TestJoinRefusesForeignFiles(t *testing.T) {
	t.Parallel()
	loop, _ := assets.Clip("864x480")
	for name, b := range map[string][]byte{"nothing": nil, "text": []byte("hello, this is no clip"), "cut": loop[:len(loop)/2]} {
		if _, err := join(b, 0, 25, "x"); err == nil {
			t.Errorf("%s was joined", name)
		}
	}
	if _, err := finish(loop, &Task{Seconds: 5, Width: 864, Height: 480}); err == nil || errors.Is(err, exec.ErrNotFound) {
		t.Errorf("a clip of another length passes: %v", err)
	}
}
