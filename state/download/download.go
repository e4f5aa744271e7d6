// Package download fetches a finished clip from a service's link into a file.
//
// A clip was paid for and its link lives for hours, so the package makes two
// promises: a file with a final name is complete, and an existing file is never
// touched. Bytes go to a part file in the target folder, with a sidecar that
// describes them; only a checked, synced part takes the final name, by a hard
// link that cannot overwrite.
//
// Links come from the service and are untrusted: they are followed without
// credentials, over https, and never to an address inside the user's network.
package download

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"seedreel/state/disk"
)

const (
	// defaultIdle is how long a transfer may receive nothing. The transfer as a
	// whole has no limit: a slow link is no reason to lose a paid clip.
	defaultIdle = 30 * time.Second
	// defaultMax bounds a clip; the longest that services make are far smaller.
	defaultMax int64 = 2 << 30
	// maxStarts is how often one Get starts over at byte 0 before it leaves the
	// next try to its caller, which waits in between.
	maxStarts = 3
)

// Order is one clip to fetch.
type Order struct {
	// URL is the service's link, untrusted.
	URL string
	// Dir is the folder of the clip; it is created if missing.
	Dir string
	// Name is the file name without an extension, as returned by FileName. The
	// extension follows from the content.
	Name string
	// Still marks a picture that goes with a clip, such as its last frame.
	Still bool
	// JobID names the part file, so that a later Get of the same job resumes
	// where this one stopped. Letters, digits, dash and underscore, up to 128.
	JobID string
	// Claim, if set, is called with the final path before the clip takes it.
	// The caller records it with the SHA-256 of the clip, in hex; an error
	// stops the download and keeps the part. Claim is called again with another
	// path if the first is taken.
	Claim func(path, sum string) error
	// Progress, if set, is called with the bytes received and the bytes in all
	// (0 if unknown), from the goroutine that called Get.
	Progress func(have, total int64)
}

// Result is a clip on disk. SHA256 is in lower-case hex.
type Result struct {
	Path   string
	Bytes  int64
	SHA256 string
	ETag   string
}

// DialFunc opens a connection to addr, a host and a port.
type DialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// Options configures a Downloader. The zero value is ready for use.
type Options struct {
	// UserAgent is sent with each request.
	UserAgent string
	// AllowLoopback lets links lead to this machine, over plain http too, for a
	// service that is itself configured on loopback.
	AllowLoopback bool
	// DialHosts are the hosts served inside this process, by name without a
	// port. They may be reached over plain http.
	DialHosts map[string]DialFunc
	// Proxy picks a proxy, as http.ProxyFromEnvironment does; nil for none. The
	// proxy itself may have a private address.
	Proxy func(*http.Request) (*url.URL, error)
	// Observe, if set, is called for every request when its answer begins, with
	// the status, or 0 if none came.
	Observe func(r *http.Request, status int, took time.Duration, err error)
	// Now is the clock, time.Now when nil. It reads Retry-After dates.
	Now func() time.Time
	// Look, if set, checks a clip that has arrived in full before it gets its
	// name; an error rejects the clip.
	Look func(ctx context.Context, path string) error
	// IdleTimeout is how long a transfer may receive nothing, 30 s if 0.
	IdleTimeout time.Duration
	// MaxBytes is the size of the largest clip, 2 GiB if 0.
	MaxBytes int64
}

// Downloader fetches clips. It is safe for concurrent use; it does not limit
// how many downloads run at a time.
type Downloader struct {
	opt    Options
	client *http.Client
	guard  *guard
	// free returns the bytes available in a folder, false if unknown.
	free func(dir string) (int64, bool)
	// link gives a part its final name and never overwrites.
	link func(root *os.Root, part, name string) error
}

// New returns a Downloader.
func New(opt Options) *Downloader {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.IdleTimeout <= 0 {
		opt.IdleTimeout = defaultIdle
	}
	if opt.MaxBytes <= 0 {
		opt.MaxBytes = defaultMax
	}
	g := newGuard(&opt)
	return &Downloader{opt: opt, client: g.client(&opt), guard: g, free: disk.Free, link: (*os.Root).Link}
}

// Close drops idle connections.
func (d *Downloader) Close() { d.client.CloseIdleConnections() }

var jobIDPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
})

func (o *Order) check() error {
	if !jobIDPattern().MatchString(o.JobID) {
		return fail(Refused, "checking the order", fmt.Errorf("%q is no job id", o.JobID))
	}
	if o.Name == "" || o.Name != filepath.Base(o.Name) || strings.ContainsAny(o.Name, "/\\\x00:") || o.Name[0] == '.' || len(o.Name) > maxName {
		return fail(Refused, "checking the order", fmt.Errorf("%q is no file name", o.Name))
	}
	if o.Dir == "" {
		return fail(Refused, "checking the order", fmt.Errorf("no folder"))
	}
	return nil
}

// Get fetches one clip, resuming what an earlier Get of the same job left. It
// does not wait and retry: on an error of kind Network the caller should, and
// the part is kept. Every error is an *Error, except that errors from Claim are
// wrapped unchanged.
func (d *Downloader) Get(ctx context.Context, o Order) (Result, error) {
	if err := o.check(); err != nil {
		return Result{}, err
	}
	u, err := d.guard.parse(o.URL)
	if err != nil {
		return Result{}, err
	}
	p, err := openPart(o.Dir, o.JobID)
	if err != nil {
		return Result{}, err
	}
	defer p.close()
	p.most = d.opt.MaxBytes
	if o.Still {
		p.still, p.most = true, min(p.most, maxStill)
	}
	if r, ok, err := d.landed(p, &o); ok || err != nil {
		return r, err
	}
	if !p.full() {
		if err := d.fill(ctx, p, u, &o); err != nil {
			return Result{}, err
		}
	}
	if err := d.look(ctx, p); err != nil {
		return Result{}, err
	}
	return d.publish(p, &o)
}

func (d *Downloader) look(ctx context.Context, p *part) error {
	const op = "looking at the clip"
	if d.opt.Look == nil || p.still {
		return nil
	}
	err := d.opt.Look(ctx, filepath.Join(p.dir, p.name))
	if err != nil && ctx.Err() != nil {
		return fail(Stopped, op, context.Cause(ctx))
	}
	if err != nil {
		return errors.Join(fail(Damaged, op, err), p.begin(meta{}))
	}
	return nil
}

// Discard removes what an unfinished download of a job left in a folder. It is
// for a clip that will never come.
func (d *Downloader) Discard(dir, jobID string) error {
	if !jobIDPattern().MatchString(jobID) {
		return fail(Refused, "discarding a part", fmt.Errorf("%q is no job id", jobID))
	}
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		return nil
	}
	p, err := openPart(dir, jobID)
	if err != nil {
		return err
	}
	defer p.close()
	return p.remove()
}
