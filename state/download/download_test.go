package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"
	"go.uber.org/goleak"

	"seedreel/assets"
	"seedreel/state/disk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// oneFrame is a clip of one picture: the parameters of a built-in clip and the
// beginning of its first picture.
var oneFrame = sync.OnceValues(func() ([]byte, error) {
	b, _ := assets.Clip("416x960")
	f, err := mp4.DecodeFile(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	var first bytes.Buffer
	if err := f.CopySampleData(&first, nil, f.Moov.Trak, 1, 1, nil); err != nil {
		return nil, err
	}
	const kept = 40
	picture := append([]byte{0, 0, 0, kept}, first.Bytes()[4:4+kept]...)
	init := mp4.CreateEmptyInit()
	init.AddEmptyTrack(24, "video", "und")
	moov := mp4.NewMoovBox()
	for _, c := range init.Moov.Children {
		if c.Type() != "mvex" {
			moov.AddChild(c)
		}
	}
	table := moov.Trak.Mdia.Minf.Stbl
	table.Stsd = f.Moov.Trak.Mdia.Minf.Stbl.Stsd
	table.Children[0] = table.Stsd
	table.Stsz.SampleNumber, table.Stsz.SampleSize = 1, []uint32{uint32(len(picture))}
	if err := table.Stsc.AddEntry(1, 1, 1); err != nil {
		return nil, err
	}
	head := []byte("\x00\x00\x00\x10ftypisom\x00\x00\x02\x00")
	table.Stco.ChunkOffset = []uint32{0}
	table.Stco.ChunkOffset[0] = uint32(len(head)+8) + uint32(moov.Size())
	out := bytes.NewBuffer(head)
	if err := moov.Encode(out); err != nil {
		return nil, err
	}
	return append(box(out.Bytes(), "mdat", len(picture)), picture...), nil
})

func box(b []byte, kind string, n int) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(n+8)), kind...)
}

// film returns a clip of n+24 bytes, noise after one picture. No clip has fewer
// than 1024.
func film(seed uint64, n int) []byte {
	b, err := oneFrame()
	if err != nil {
		panic(err)
	}
	rest := max(n+24, 1024) - len(b) - 8
	b = box(slices.Clone(b), "free", rest)
	r := rand.New(rand.NewPCG(seed, 1))
	for range rest {
		b = append(b, byte(r.Uint32()))
	}
	return b
}

func hash(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func newDownloader(t *testing.T, opt Options) *Downloader {
	t.Helper()
	opt.AllowLoopback = true
	opt.UserAgent = "seedreel-test"
	d := New(opt)
	t.Cleanup(d.Close)
	return d
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// whole answers like a well-behaved file server.
func whole(clip []byte, etag string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "video/mp4")
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(clip))
	}
}

// files returns the names in a folder.
func files(t *testing.T, dir string) string {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(es))
	for _, e := range es {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func want(t *testing.T, path string, clip []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, clip) {
		t.Fatalf("%s has %d bytes of %d, or others (%v)", path, len(got), len(clip), err)
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	clip := film(1, 300_000)
	var head http.Header
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		head = r.Header.Clone()
		whole(clip, `"v1"`)(w, r)
	})
	dir := filepath.Join(t.TempDir(), "new", "folder")
	claimed, have, total := "", int64(0), int64(0)
	r, err := newDownloader(t, Options{}).Get(t.Context(), Order{
		URL: s.URL + "/c.mp4?sig=1", Dir: dir, Name: "fox", JobID: "j1",
		Claim: func(p, _ string) error {
			claimed = p
			if _, err := os.Lstat(p); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("claimed after the clip was there: %v", err)
			}
			return nil
		},
		Progress: func(h, n int64) { have, total = h, n },
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "fox.mp4")
	if (r != Result{Path: path, Bytes: int64(len(clip)), SHA256: hash(clip), ETag: `"v1"`}) || claimed != path {
		t.Errorf("result %+v, claimed %q", r, claimed)
	}
	want(t, path, clip)
	if have != int64(len(clip)) || total != have {
		t.Errorf("progress ended with %d of %d", have, total)
	}
	if head.Get("User-Agent") != "seedreel-test" || head.Get("Accept-Encoding") != "identity" || head.Get("Range") != "" || head.Get("Authorization") != "" {
		t.Errorf("headers %v", head)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the clip is open to others: %v %v", info.Mode(), err)
	}
	if got := files(t, dir); got != "fox.mp4" {
		t.Errorf("left over: %s", got)
	}
	if v, err := Verify(path); err != nil || v.SHA256 != r.SHA256 || v.Bytes != r.Bytes {
		t.Errorf("Verify: %+v %v", v, err)
	}
}

// naughty serves one clip and misbehaves at random, from a seed.
type naughty struct {
	mu    sync.Mutex
	rnd   *rand.Rand
	clip  []byte
	etag  string
	done  int // kinds of misbehaviour so far, as bits
	calls int
}

const misbehaviours = 9

func (s *naughty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls++
	k := s.rnd.IntN(misbehaviours + 1)
	at := 1 + s.rnd.IntN(len(s.clip)-1)
	if k == 8 { // the clip changes during a resumed download
		s.etag = strconv.Quote("v" + strconv.Itoa(s.calls))
	}
	etag := s.etag
	s.done |= 1 << k
	s.mu.Unlock()
	w.Header().Set("ETag", etag)
	w.Header().Set("Content-Type", "video/mp4")
	ranged := r.Header.Get("Range") != ""
	start := 0
	if ranged && r.Header.Get("If-Range") == etag {
		if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &start); err != nil {
			http.Error(w, "bad range", http.StatusBadRequest)
			return
		}
	}
	switch k {
	case 0, 1: // cut, stall
		w.Header().Set("Content-Length", strconv.Itoa(len(s.clip)))
		_, _ = w.Write(s.clip[:at])
		_ = http.NewResponseController(w).Flush()
		if k == 1 {
			<-r.Context().Done()
		}
		panic(http.ErrAbortHandler)
	case 2:
		w.WriteHeader(http.StatusTooManyRequests)
	case 3:
		w.WriteHeader(http.StatusServiceUnavailable)
	case 4:
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
	case 5:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<html>please sign in</html>")
	case 6: // the Range is ignored
		_, _ = w.Write(s.clip)
	case 7: // the wrong part of the clip
		if start > 0 {
			start = at
		}
		s.part(w, start)
	default:
		s.part(w, start)
	}
}

func (s *naughty) part(w http.ResponseWriter, start int) {
	if start > 0 {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, len(s.clip)-1, len(s.clip)))
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = w.Write(s.clip[start:])
}

// TestMisbehaviour fetches 60 clips from a server that misbehaves in nine ways.
// Each must be complete, nothing left over, and a stranger's file of the same
// name untouched.
func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stranger := []byte("somebody else's")
	if err := os.WriteFile(filepath.Join(dir, "clip.mp4"), stranger, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDownloader(t, Options{IdleTimeout: 60 * time.Millisecond})
	seen := 0
	for i := range 60 {
		clip := film(uint64(i), 100_000)
		h := &naughty{rnd: rand.New(rand.NewPCG(uint64(i), 7)), clip: clip, etag: `"v0"`}
		s := httptest.NewServer(h)
		o := Order{URL: s.URL + "/c", Dir: dir, Name: "clip", JobID: "job" + strconv.Itoa(i)}
		r, err := d.Get(t.Context(), o)
		for n := 0; err != nil && n < 200; n++ {
			if k := KindOf(err); k != Network && k != NotVideo {
				t.Fatalf("download %d: %v", i, err)
			}
			r, err = d.Get(t.Context(), o)
		}
		s.CloseClientConnections()
		s.Close()
		if err != nil {
			t.Fatalf("download %d never came: %v", i, err)
		}
		want(t, r.Path, clip)
		if r.SHA256 != hash(clip) {
			t.Fatalf("download %d: the sum is not the clip's", i)
		}
		seen |= h.done
	}
	if seen != 1<<(misbehaviours+1)-1 {
		t.Errorf("not all misbehaviours were played: %b", seen)
	}
	want(t, filepath.Join(dir, "clip.mp4"), stranger)
	if got := strings.Fields(files(t, dir)); len(got) != 61 {
		t.Errorf("%d files, want 61: %v", len(got), got)
	}
}

// TestResume checks that only the rest is requested, and only against a strong
// ETag.
func TestResume(t *testing.T) {
	t.Parallel()
	for _, etag := range []string{`"v1"`, `W/"v1"`, ""} {
		clip, cut := film(3, 200_000), true
		var asked []string
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Header.Get("Range")+" "+r.Header.Get("If-Range"))
			if cut {
				cut = false
				w.Header().Set("ETag", etag)
				w.Header().Set("Content-Length", strconv.Itoa(len(clip)))
				_, _ = w.Write(clip[:70_000])
				panic(http.ErrAbortHandler)
			}
			whole(clip, etag)(w, r)
		})
		d, dir := newDownloader(t, Options{}), t.TempDir()
		o := Order{URL: s.URL + "/c?sig=old", Dir: dir, Name: "n", JobID: "j"}
		_, err := d.Get(t.Context(), o)
		if KindOf(err) != Network {
			t.Fatalf("a cut transfer: %v", err)
		}
		if side, err := os.ReadFile(filepath.Join(dir, ".j.part.json")); err != nil || bytes.Contains(side, []byte("sig")) {
			t.Errorf("the sidecar holds the signature: %s %v", side, err)
		}
		o.URL = s.URL + "/c?sig=new"
		r, err := d.Get(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		want(t, r.Path, clip)
		again := " "
		if etag == `"v1"` {
			again = `bytes=70000- "v1"`
		}
		if len(asked) != 2 || asked[1] != again {
			t.Errorf("with ETag %q asked %q", etag, asked)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	page := func(status int, typ, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", typ)
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for _, c := range []struct {
		name string
		h    http.HandlerFunc
		want Kind
	}{
		{"unauthorized", page(401, "text/plain", ""), Expired},
		{"forbidden", page(403, "application/xml", "<Error/>"), Expired},
		{"missing", page(404, "text/html", ""), Expired},
		{"gone", page(410, "text/html", ""), Expired},
		{"busy", page(429, "text/html", ""), Network},
		{"broken", page(500, "text/html", ""), Network},
		{"teapot", page(418, "text/html", ""), Refused},
		{"sign-in page", page(200, "text/html", "<html>"), NotVideo},
		{"error as json", page(200, "application/json", "{}"), NotVideo},
		{"picture", page(200, "video/mp4", "\x89PNG\r\n\x1a\n--------"), NotVideo},
		{"empty", page(200, "video/mp4", ""), NotVideo},
		{"too short", page(200, "video/mp4", "abc"), NotVideo},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(film(1, 300_000))
			_ = http.NewResponseController(w).Flush()
			_, _ = w.Write(make([]byte, 300_000))
		}, TooLarge},
		{"ten terabytes", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10995116277760")
			_ = http.NewResponseController(w).Flush()
		}, TooLarge},
		{"packed", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(film(1, 100))
		}, NotVideo},
		{"cut, no length", func(w http.ResponseWriter, _ *http.Request) {
			b := film(1, 1000)
			_, _ = w.Write(b[:500])
			_ = http.NewResponseController(w).Flush()
			_, _ = w.Write(b[500:900])
		}, Damaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, c.h)
			d, dir := newDownloader(t, Options{MaxBytes: 400_000}), t.TempDir()
			_, err := d.Get(t.Context(), Order{URL: s.URL + "/c?secret", Dir: dir, Name: "n", JobID: "j"})
			if KindOf(err) != c.want {
				t.Errorf("got %v (%v), want %v", KindOf(err), err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error holds the link: %v", err)
			}
			if e, ok := errors.AsType[*Error](err); ok && e.Status == 429 && e.RetryAfter != 7*time.Second {
				t.Errorf("RetryAfter is %v", e.RetryAfter)
			}
			if err := d.Discard(dir, "j"); err != nil || files(t, dir) != "" {
				t.Errorf("after Discard (%v): %s", err, files(t, dir))
			}
		})
	}
}

// TestNoLength fetches a clip whose length is known only from the clip itself.
func TestNoLength(t *testing.T) {
	t.Parallel()
	clip := film(1, 1000)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).Flush()
		_, _ = w.Write(clip)
	})
	r, err := newDownloader(t, Options{}).Get(t.Context(), Order{URL: s.URL, Dir: t.TempDir(), Name: "n", JobID: "j"})
	if err != nil {
		t.Fatal(err)
	}
	want(t, r.Path, clip)
}

func TestStop(t *testing.T) {
	t.Parallel()
	clip := film(1, 100_000)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(clip)))
		w.Header().Set("ETag", `"v"`)
		_, _ = w.Write(clip[:50_000])
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	_, err := newDownloader(t, Options{}).Get(ctx, Order{URL: s.URL, Dir: dir, Name: "n", JobID: "j", Progress: func(have, _ int64) {
		if have == 50_000 {
			cancel()
		}
	}})
	if KindOf(err) != Stopped {
		t.Errorf("got %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, ".j.part")); err != nil || info.Size() != 50_000 {
		t.Errorf("the part was not kept: %v", err)
	}
}

func TestSpace(t *testing.T) {
	t.Parallel()
	s := serve(t, whole(film(1, 100_000), `"v"`))
	d := newDownloader(t, Options{})
	d.free = func(string) (int64, bool) { return 5000, true }
	o := Order{URL: s.URL, Dir: t.TempDir(), Name: "n", JobID: "j"}
	_, err := d.Get(t.Context(), o)
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != NoSpace || e.Free != 5000 || e.Need < 100_000 {
		t.Fatalf("got %+v", err)
	}
	d.free = disk.Free
	if _, err := d.Get(t.Context(), o); err != nil {
		t.Errorf("with room again: %v", err)
	}
	for _, no := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT} {
		if err := diskError("x", &os.PathError{Err: no}); KindOf(err) != NoSpace {
			t.Errorf("%v is %v", no, KindOf(err))
		}
	}
	if err := diskError("x", &os.PathError{Err: syscall.EIO}); KindOf(err) != Disk {
		t.Errorf("EIO is %v", KindOf(err))
	}
}
