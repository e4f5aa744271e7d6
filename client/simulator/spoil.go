package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// scriptKey is the context key of a request's fault.
type scriptKey struct{}

// Scripted returns the fault of a request being carried out, nil if none.
func Scripted(ctx context.Context) *Fault {
	f, _ := ctx.Value(scriptKey{}).(*Fault)
	return f
}

// recorder records an answer instead of sending it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the answer's header.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader records the first status.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write records the body.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// record carries a request out and returns its answer.
func (s *Simulator) record(r *http.Request) *recorder {
	w := &recorder{header: http.Header{}}
	s.carryOut(w, r)
	w.WriteHeader(http.StatusOK)
	return w
}

// spoil answers a request as its fault demands.
func (s *Simulator) spoil(w http.ResponseWriter, r *http.Request, f *Fault) {
	r = r.WithContext(context.WithValue(r.Context(), scriptKey{}, f))
	if f.Made {
		s.record(r)
	}
	switch f.Kind {
	case KindLost:
		s.record(r)
		panic(http.ErrAbortHandler)
	case KindDropped:
		panic(http.ErrAbortHandler)
	case KindCut, KindStall:
		cut(w, r, f, s.record(r))
	case KindSlow:
		if Pause(r.Context(), f.Delay) {
			s.carryOut(w, r)
		}
	case KindPortal:
		WriteBody(w, http.StatusOK, "text/html; charset=utf-8", portalPage)
	case KindRedirect:
		status := f.Status
		if status == 0 {
			status = http.StatusFound
		}
		w.Header().Set("Location", f.Location)
		w.WriteHeader(status)
	case KindStatus, KindTooMany, KindNoFunds:
		s.fail(w, r, f)
	case KindGarbage:
		WriteBody(w, http.StatusOK, "application/json", "\x1f\x8b\x00\xff{\"id\":\x00\xfe]}\r\n")
	case KindDeep:
		const depth = 100_000
		WriteBody(w, http.StatusOK, "application/json", strings.Repeat(`{"data":[`, depth)+strings.Repeat(`]}`, depth))
	case KindHostile:
		s.record(r).sendHostile(w, s.wording(r), f.All)
	case KindExpired:
		if strings.HasPrefix(r.URL.Path, signedPath) {
			storageError(w, http.StatusForbidden, "AccessDenied", "Request has expired")
			return
		}
		storageError(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	case KindWrongRange:
		s.wrongRange(w, r, f)
	case KindDate:
		s.misdate(w, f)
		s.carryOut(w, r)
	default: // the rest is for the endpoint
		s.carryOut(w, r)
	}
}

// misdate replaces an answer's Date.
func (s *Simulator) misdate(w http.ResponseWriter, f *Fault) {
	switch {
	case f.Delay != 0:
		s.date(w, f.Delay)
	case f.Word != "":
		w.Header().Set("Date", f.Word)
	default:
		w.Header()["Date"] = nil // so that the server adds none
	}
}

const portalPage = `<!DOCTYPE html>
<html><head><title>Welcome to Guest Wi-Fi</title><meta http-equiv="refresh" content="0; url=http://login.guest.invalid/"></head>
<body><h1>Please log in</h1><form action="http://login.guest.invalid/"><input name="room"></form></body></html>
`

func WriteBody(w http.ResponseWriter, status int, kind, body string) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // the reader has gone, so the error is of no use
}

// Pause waits for d, and reports false if ctx ended before.
func Pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// cut sends the whole header and a part of the body.
func cut(w http.ResponseWriter, r *http.Request, f *Fault, made *recorder) {
	whole := made.body.Bytes()
	n := min(f.Bytes, len(whole))
	if f.Bytes == 0 {
		n = len(whole) / 2
	}
	made.copyHeader(w)
	w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
	w.WriteHeader(made.status)
	_, _ = w.Write(whole[:n]) // the reader has gone, so the error is of no use
	if err := http.NewResponseController(w).Flush(); err == nil && f.Kind == KindStall {
		Pause(r.Context(), f.Delay)
	}
	panic(http.ErrAbortHandler)
}

func (w *recorder) copyHeader(to http.ResponseWriter) {
	for k, v := range w.header {
		to.Header()[k] = v
	}
}

// fail answers with a status in the service's words.
func (s *Simulator) fail(w http.ResponseWriter, r *http.Request, f *Fault) {
	if f.RetryAfter > 0 {
		value := strconv.Itoa(int(f.RetryAfter / time.Second))
		if f.RetryDate {
			value = s.now().Add(f.RetryAfter).UTC().Format(http.TimeFormat)
		}
		w.Header().Set("Retry-After", value)
	}
	status := f.Status
	if f.Kind == KindTooMany {
		status = http.StatusTooManyRequests
	}
	if f.Body != "" || f.Type != "" {
		WriteBody(w, max(status, http.StatusOK), f.Type, f.Body)
		return
	}
	v := s.wording(r)
	why := Refusal{Status: status, Message: f.Message, Code: f.ErrorCode, Shape: f.Shape}
	if f.Kind == KindNoFunds {
		why = v.NoFunds()
	}
	if why.Message == "" {
		why.Message = v.Words(status)
	}
	v.Refuse(w, r, why)
}

// wording returns the dialect that answers a request, the first one if no
// service has the path.
func (s *Simulator) wording(r *http.Request) *voice {
	if v := s.voice(s.asked(r).provider); v != nil {
		return v
	}
	return s.voices[0]
}

// wrongRange answers a range with the bytes before it: the header is honest
// about where they start, so a careful client can notice.
func (s *Simulator) wrongRange(w http.ResponseWriter, r *http.Request, f *Fault) {
	if r.Header.Get("Range") == "" {
		s.carryOut(w, r)
		return
	}
	whole := r.Clone(r.Context())
	whole.Header.Del("Range")
	made := s.record(whole)
	made.copyHeader(w)
	if made.status != http.StatusOK || f.Bytes >= made.body.Len() {
		w.WriteHeader(made.status)
		_, _ = w.Write(made.body.Bytes()) // the reader has gone, so the error is of no use
		return
	}
	part := made.body.Bytes()[f.Bytes:]
	w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", f.Bytes, made.body.Len()-1, made.body.Len()))
	w.Header().Set("Content-Length", strconv.Itoa(len(part)))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = w.Write(part) // the reader has gone, so the error is of no use
}

// hostile contains what no text of a service may do to a terminal, a file or a
// table: clear it, write its clipboard, link elsewhere, reverse its text,
// hide, break lines, climb folders, be endless.
var hostile = "\x1b[2J\x1b[1;1H\x1b]52;c;cm0gLXJmIH4=\x07\x1b]8;;https://evil.invalid\x1b\\click\x1b]8;;\x1b\\" +
	"\u009b31m\u202etxt.exe\u2066\u200b\ufeff\x00\x07\b\r\nsecond line\t%s%n ../../../../etc/passwd <script>alert(1)</script> " +
	"\U0001F469\u200d\U0001F467\u0301\u0301\u0301 " + strings.Repeat("long", 500)

// sendHostile sends a recorded answer with hostile texts in it. A body that is
// not JSON is sent unchanged.
func (w *recorder) sendHostile(to http.ResponseWriter, v Dialect, all bool) {
	w.copyHeader(to)
	body := w.body.Bytes()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var tree any
	if d.Decode(&tree) == nil {
		if b, err := json.Marshal(poison(tree, "", func(key, value string) bool { return all || !v.Needs(key, value) })); err == nil {
			body = b
		}
	}
	to.Header().Del("Content-Length")
	to.WriteHeader(w.status)
	_, _ = to.Write(body) // the reader has gone, so the error is of no use
}

// poison appends the hostile text to the texts in x, which is found under key,
// where free allows it.
func poison(x any, key string, free func(key, value string) bool) any {
	switch v := x.(type) {
	case map[string]any:
		for k := range v {
			v[k] = poison(v[k], k, free)
		}
	case []any:
		for i := range v {
			v[i] = poison(v[i], key, free)
		}
	case string:
		if free(key, v) {
			return v + hostile
		}
	}
	return x
}
