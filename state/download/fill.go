package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	bufLen = 64 << 10
	// spareBytes is the space to leave free beside the clip.
	spareBytes = 1 << 20
)

// errAgain requests another try in the same Get, from byte 0.
var errAgain = errors.New("start over")

var errIdle = errors.New("no bytes came for too long")

// fill fetches until the part is full. It starts over by itself only if the
// bytes at hand are useless; waiting is up to the caller.
func (d *Downloader) fill(ctx context.Context, p *part, u *url.URL, o *Order) error {
	for range maxStarts {
		err := d.transfer(ctx, p, u, o)
		if err == nil {
			return p.finish()
		}
		if !errors.Is(err, errAgain) {
			return err
		}
		if err := p.begin(meta{}); err != nil {
			return err
		}
	}
	return fail(Network, "downloading", errors.New("the server's answers do not fit together"))
}

// transfer makes one request and writes the body to the part.
func (d *Downloader) transfer(caller context.Context, p *part, u *url.URL, o *Order) error {
	ctx, cancel := context.WithCancelCause(caller)
	defer cancel(nil)
	watch := time.AfterFunc(d.opt.IdleTimeout, func() { cancel(errIdle) })
	defer watch.Stop()

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return netError(caller, "asking for the clip", err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", d.opt.UserAgent)
	resuming := p.resumable(u)
	if resuming {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(p.have, 10)+"-")
		req.Header.Set("If-Range", p.ETag)
	}
	resp, err := d.client.Do(req)
	if err != nil {
		return netError(caller, "asking for the clip", orCause(ctx, err))
	}
	defer func() { _ = resp.Body.Close() }() // the body read so far is checked, the rest is not wanted

	if err := d.accept(p, u, resp, resuming); err != nil {
		return err
	}
	if err := d.room(p, o.Dir); err != nil {
		return err
	}
	return d.copy(caller, ctx, p, resp.Body, watch, o.Progress)
}

// orCause returns the cause of our own cancellation instead of err.
func orCause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil && errors.Is(c, errIdle) {
		return c
	}
	return err
}

// accept checks an answer's header and prepares the part for the body.
func (d *Downloader) accept(p *part, u *url.URL, resp *http.Response, resuming bool) error {
	switch resp.StatusCode {
	case http.StatusOK:
		if err := looksLikeVideo(resp); err != nil {
			return err
		}
		// Possible for a Range too: the server ignored it, or the clip changed.
		total := max(resp.ContentLength, 0)
		if total > p.most {
			return p.tooLarge(total)
		}
		return p.begin(meta{URL: place(u), ETag: resp.Header.Get("ETag"), Total: total})
	case http.StatusPartialContent:
		if err := looksLikeVideo(resp); err != nil {
			return err
		}
		start, total, ok := contentRange(resp.Header.Get("Content-Range"))
		if !resuming || !ok || start != p.have || total != p.Total || resp.Header.Get("ETag") != p.ETag {
			return errAgain
		}
		if _, err := p.f.Seek(p.have, io.SeekStart); err != nil {
			return diskError("going on with the part file", err)
		}
		return nil
	case http.StatusRequestedRangeNotSatisfiable:
		if resuming {
			return errAgain
		}
	}
	return d.refusal(resp)
}

// refusal classifies the answers that carry no clip.
func (d *Downloader) refusal(resp *http.Response) error {
	e := &Error{Kind: Refused, Op: "asking for the clip", Status: resp.StatusCode}
	switch s := resp.StatusCode; {
	case s == http.StatusUnauthorized || s == http.StatusForbidden || s == http.StatusNotFound || s == http.StatusGone:
		e.Kind = Expired
	case s == http.StatusRequestTimeout || s == http.StatusTooEarly || s == http.StatusTooManyRequests || s >= 500,
		s == http.StatusRequestedRangeNotSatisfiable:
		e.Kind = Network
		e.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), d.opt.Now())
	}
	return e
}

// retryAfter parses seconds or a date (RFC 9110 10.2.3), at most a day.
func retryAfter(s string, now time.Time) time.Duration {
	const most = 24 * time.Hour
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
		return min(time.Duration(max(n, 0))*time.Second, most)
	}
	if t, err := http.ParseTime(s); err == nil {
		return min(max(t.Sub(now), 0), most)
	}
	return 0
}

// looksLikeVideo rejects answers declared as text: sign-in pages of the network
// in between come with 200.
func looksLikeVideo(resp *http.Response) error {
	if enc := resp.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return fail(NotVideo, "asking for the clip", fmt.Errorf("it came encoded as %q", enc))
	}
	t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		return nil //nolint:nilerr // no type or a broken one: the bytes decide
	}
	if strings.HasPrefix(t, "text/") || t == "application/json" || strings.HasSuffix(t, "/xml") || strings.HasSuffix(t, "+xml") {
		return fail(NotVideo, "asking for the clip", fmt.Errorf("%s came", t))
	}
	return nil
}

// contentRange parses "bytes 5-9/10". ok is false if the length is missing.
func contentRange(s string) (start, total int64, ok bool) {
	rest, found := strings.CutPrefix(s, "bytes ")
	span, of, slash := strings.Cut(rest, "/")
	a, b, dash := strings.Cut(span, "-")
	start, err1 := strconv.ParseInt(a, 10, 64)
	end, err2 := strconv.ParseInt(b, 10, 64)
	total, err3 := strconv.ParseInt(of, 10, 64)
	ok = found && slash && dash && err1 == nil && err2 == nil && err3 == nil &&
		start >= 0 && end >= start && total > end
	return start, total, ok
}

func (p *part) tooLarge(n int64) error {
	err := fail(TooLarge, "downloading", fmt.Errorf("%d bytes or more, the limit is %d", n, p.most))
	return errors.Join(err, p.begin(meta{}))
}

// room checks for space before the transfer, so that a full disk is reported at
// once and not after ten minutes.
func (d *Downloader) room(p *part, dir string) error {
	if p.Total == 0 {
		return nil
	}
	need := p.Total - p.have + spareBytes
	if free, ok := d.free(dir); ok && free < need {
		return &Error{
			Kind: NoSpace, Op: "making room for the clip", Free: free, Need: need,
			Err: fmt.Errorf("%d bytes are free, %d are needed", free, need),
		}
	}
	return nil
}

// copy writes the body to the part. If it is interrupted, the part can be
// resumed.
func (d *Downloader) copy(caller, ctx context.Context, p *part, body io.Reader, watch *time.Timer, progress func(have, total int64)) error {
	const op = "downloading"
	if progress == nil {
		progress = func(int64, int64) {}
	}
	progress(p.have, p.Total)
	buf, checked := make([]byte, bufLen), false
	for {
		n, rerr := body.Read(buf)
		if n > 0 {
			watch.Reset(d.opt.IdleTimeout)
			if p.Total > 0 && p.have+int64(n) > p.Total {
				return errAgain
			}
			if p.have+int64(n) > p.most {
				return p.tooLarge(p.have + int64(n))
			}
			if _, err := p.f.Write(buf[:n]); err != nil {
				return d.keep(p, diskError(op, err))
			}
			p.have += int64(n)
			progress(p.have, p.Total)
		}
		if !checked && p.have >= headLen {
			if _, err := p.extension(); err != nil {
				return errors.Join(fail(NotVideo, op, err), p.begin(meta{}))
			}
			checked = true
		}
		if rerr == nil {
			continue
		}
		if !errors.Is(rerr, io.EOF) {
			return d.keep(p, netError(caller, op, orCause(ctx, rerr)))
		}
		return d.ended(p)
	}
}

// ended checks a body that came to a regular end.
func (d *Downloader) ended(p *part) error {
	const op = "downloading"
	if p.have < headLen && (p.Total == 0 || p.have == p.Total) {
		return errors.Join(fail(NotVideo, op, errNotVideo), p.begin(meta{}))
	}
	if p.Total > 0 && p.have != p.Total {
		return d.keep(p, fail(Network, op, fmt.Errorf("it ended after %d of %d bytes", p.have, p.Total)))
	}
	return nil
}

// keep syncs the part before an error is reported, so that what is resumed
// after a power cut is what was received. After a partial Write the file may be
// longer than have; it is truncated to that.
func (d *Downloader) keep(p *part, err error) error {
	if terr := p.f.Truncate(p.have); terr != nil {
		return errors.Join(err, diskError("keeping the part file", terr))
	}
	if serr := p.f.Sync(); serr != nil {
		return errors.Join(err, diskError("keeping the part file", serr))
	}
	return err
}
