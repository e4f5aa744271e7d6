package simulator_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"seedreel/client/simulator"
)

func TestTheUsersOwnPictureMoves(t *testing.T) {
	t.Parallel()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed")
	}
	cache := filepath.Join(t.TempDir(), "clips")
	b := newBench(t, func(o *simulator.Options) { o.FFmpeg, o.Cache = ffmpeg, cache })
	id := b.submit("/api/v3/"+liteI2V, `{"image":"`+sample(t, "lake.jpg", "image/jpeg")+`","duration":2}`)
	b.c.Add(time.Hour)
	link := "http://sim.test" + simulator.OutputPath + id + ".mp4"
	clip := b.fetch(link).Body.Bytes()
	checkClip(t, clip, 736, 544, 2)
	plain, err := simulator.BuiltIn(&b.s.Tasks()[0])
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(clip, plain) {
		t.Error("the built-in clip was served although FFmpeg is there")
	}
	if !bytes.Equal(b.fetch(link).Body.Bytes(), clip) {
		t.Error("the clip differs between two requests")
	}
	left, err := os.ReadDir(cache)
	if err != nil || len(left) != 1 {
		t.Errorf("the cache holds %v (%v)", left, err)
	}
}

func TestTheBuiltInClipStandsIn(t *testing.T) {
	t.Parallel()
	broken, err := exec.LookPath("false")
	if err != nil {
		t.Skip("no program that always fails")
	}
	for _, path := range []string{broken, filepath.Join(t.TempDir(), "missing")} {
		b := newBench(t, func(o *simulator.Options) { o.FFmpeg, o.Cache = path, t.TempDir() })
		b.submit("/api/v3/"+liteI2V, `{"image":"`+sample(t, "lake.jpg", "image/jpeg")+`","duration":2}`)
		b.c.Add(time.Hour)
		task := b.s.Tasks()[0]
		want, err := simulator.BuiltIn(&task)
		if err != nil {
			t.Fatal(err)
		}
		if w := b.fetch("http://sim.test" + simulator.OutputPath + task.ID + ".mp4"); !bytes.Equal(w.Body.Bytes(), want) {
			t.Errorf("%s: status %d, %d bytes", path, w.Code, w.Body.Len())
		}
	}
}

func TestCloseStopsDrawing(t *testing.T) {
	t.Parallel()
	slow := filepath.Join(t.TempDir(), "slow")
	if err := os.WriteFile(slow, []byte("#!/bin/sh\nexec sleep 600\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	b := newBench(t, func(o *simulator.Options) { o.FFmpeg, o.Cache = slow, t.TempDir() })
	for range 3 {
		b.submit("/api/v3/"+liteI2V, `{"image":"`+sample(t, "lake.jpg", "image/jpeg")+`","duration":2}`)
	}
	ended := make(chan error, 1)
	go func() { ended <- b.s.Close() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("closing waits for a drawing")
	}
}
