package simulator_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/assets"
	"seedreel/client/clienttest"
	"seedreel/client/simulator"
)

// checkClip reads a clip as a player would: frames, length, key frames, and
// every frame's bytes at their place in the index.
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
		// Length-prefixed NAL units; the first kind marks a key frame.
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
			w, h, err := simulator.ParseSize(class)
			if err != nil {
				t.Fatal(err)
			}
			for _, seconds := range []int{1, 2, 5} {
				task := simulator.Task{ID: "0123", Seed: int64(seconds), Seconds: seconds, Width: w, Height: h}
				for _, maker := range []func(*simulator.Task) ([]byte, error){simulator.LoopClip, simulator.BuiltIn} {
					clip, err := maker(&task)
					if err != nil {
						t.Fatal(err)
					}
					checkClip(t, clip, w, h, seconds)
				}
			}
		})
	}
}

// TestClipsDecode has FFmpeg decode every frame, if it is installed.
func TestClipsDecode(t *testing.T) {
	t.Parallel()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed")
	}
	task := simulator.Task{ID: "0123", Seed: 1, Seconds: 3, Width: 864, Height: 480}
	for _, maker := range []func(*simulator.Task) ([]byte, error){simulator.LoopClip, simulator.BuiltIn} {
		clip, err := maker(&task)
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

// TestUndrawnFrames has a loop stand in for a frame that cannot be drawn.
func TestUndrawnFrames(t *testing.T) {
	t.Parallel()
	clip, err := simulator.BuiltIn(&simulator.Task{ID: "0123", Seconds: 2, Width: 865, Height: 481})
	if err != nil {
		t.Fatal(err)
	}
	checkClip(t, clip, 864, 480, 2)
}

func TestExactFramesOfTheCatalogue(t *testing.T) {
	t.Parallel()
	classes := assets.ClipClasses()
	for _, m := range clienttest.Catalogue(t).All() {
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
