package frames_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"seedreel/state/frames"
)

// Only ffmpeg's verdict on the clip counts, not trouble of its own.
func TestDecodes(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]frames.Problem{
		"head -c 768 /dev/zero": 0,
		"echo 'Invalid data found when processing input' >&2; exit 1": frames.Broken,
		"exit 0": frames.Broken,
		"echo 'Decoding requested, but no decoder found for: h264' >&2; exit 1": 0,
		"head -c 100 /dev/zero": frames.Broken,
	} {
		if err := fake(t, script+"\n").Decodes(t.Context(), "a.mp4"); frames.ProblemOf(err) != want || (err == nil) != (want == 0) {
			t.Errorf("%s: %v", script, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := fake(t, "exec sleep 300\n").Decodes(ctx, "a.mp4"); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

func TestDecodesWithFFmpeg(t *testing.T) {
	t.Parallel()
	ff := tool(t)
	if err := ff.Decodes(t.Context(), clip(t, "a.mp4")); err != nil {
		t.Error(err)
	}
	b := sample(t, "864x480")
	at := bytes.Index(b, []byte("mdat")) + 4
	clear(b[at:])
	path := filepath.Join(t.TempDir(), "blank.mp4")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ff.Decodes(t.Context(), path); frames.ProblemOf(err) != frames.Broken {
		t.Errorf("a blank clip: %v", err)
	}
}
