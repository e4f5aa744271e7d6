//go:build !windows

package download

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// childVar makes the test binary a downloader to be killed: its value is link,
// folder and whether to die at the claim.
const childVar = "SEEDREEL_TEST_DOWNLOAD"

func TestChild(t *testing.T) {
	arg, dir, _ := strings.Cut(os.Getenv(childVar), "|")
	if arg == "" {
		t.Skip("only for TestKilled")
	}
	dir, die, _ := strings.Cut(dir, "|")
	_, err := New(Options{AllowLoopback: true}).Get(t.Context(), Order{URL: arg, Dir: dir, Name: "n", JobID: "j", Claim: func(string, string) error {
		if die == "claim" {
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// TestKilled kills a downloading process at random bytes and at the claim. In
// the end the clip must be complete, with no byte under a final name before,
// and the bytes at hand must have been resumed.
func TestKilled(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 5))
	clip, dir := film(6, 400_000), t.TempDir()
	var stopAt, sent atomic.Int64
	var kill atomic.Pointer[context.CancelFunc]
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v"`)
		c := &counter{ResponseWriter: w, left: int(stopAt.Load()), hit: func() { (*kill.Load())() }, gone: r.Context().Done(), sent: &sent}
		http.ServeContent(c, r, "c.mp4", time.Time{}, bytes.NewReader(clip))
	})
	run := func(die string) error {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		kill.Store(&cancel)
		child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestChild$")
		child.Env = append(os.Environ(), childVar+"="+s.URL+"/c|"+dir+"|"+die)
		return child.Run()
	}
	const kills = 12
	for i := range kills {
		stopAt.Store(1 + rnd.Int64N(60_000))
		if err := run(""); err == nil {
			t.Fatalf("kill %d: the child finished", i)
		}
		if got := files(t, dir); strings.Contains(got, "n.mp4") {
			t.Fatalf("kill %d: a file has the final name: %s", i, got)
		}
	}
	stopAt.Store(int64(len(clip) + 1))
	if err := run("claim"); err == nil {
		t.Fatal("the child survived its claim")
	}
	before := sent.Load()
	if err := run(""); err != nil {
		t.Fatal(err)
	}
	if n := sent.Load() - before; n != 0 {
		t.Errorf("%d bytes were fetched again though all were here", n)
	}
	want(t, filepath.Join(dir, "n.mp4"), clip)
	if got := files(t, dir); got != "n.mp4" {
		t.Errorf("left over: %s", got)
	}
}

// counter kills the client after some bytes and waits until it is dead.
type counter struct {
	http.ResponseWriter
	left int
	hit  func()
	gone <-chan struct{}
	sent *atomic.Int64
}

func (c *counter) Write(b []byte) (int, error) {
	n := min(len(b), c.left)
	m, err := c.ResponseWriter.Write(b[:n])
	c.left -= m
	c.sent.Add(int64(m))
	if err == nil && n < len(b) {
		if err := http.NewResponseController(c.ResponseWriter).Flush(); err != nil {
			return m, err
		}
		c.hit()
		<-c.gone
		return m, http.ErrAbortHandler
	}
	return m, err
}

// Unwrap lets the response controller reach the writer below.
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
