package rest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/client"
	"seedreel/client/secret"
)

const canary = "sk-canary-4711"

var epoch = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// world is the far side of the dialer in one row of a table.
type world struct {
	posts  atomic.Int32
	ctx    context.Context
	cancel context.CancelFunc
	serve  func(w *world, conn net.Conn)
}

func (w *world) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go func() {
		defer func() { _ = theirs.Close() }()
		w.serve(w, theirs)
	}()
	return ours, nil
}

// take reads one whole request and counts it.
func (w *world) take(conn net.Conn) bool {
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return false
	}
	w.posts.Add(1)
	_, err = io.Copy(io.Discard, req.Body)
	return err == nil
}

// answers reads the request, writes raw bytes, and closes the connection.
func answers(raw string) func(*world, net.Conn) {
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	return func(w *world, conn net.Conn) {
		if w.take(conn) {
			_, _ = io.WriteString(conn, raw)
		}
	}
}

// status is a whole JSON answer.
func status(line, headers, body string) func(*world, net.Conn) {
	return answers("HTTP/1.1 " + line + "\nConnection: close\n" + headers + "\n" + body)
}

func hangs(_ *world, conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func fails(err error) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) { return nil, err }
}

// testFault reads {"message","code"}.
func testFault(a *Answer) Fault {
	var b struct{ Message, Code, Kind Text }
	if Decode(a.Body, &b) != nil {
		return Fault{Message: Plain(a.Body)}
	}
	f := Fault{Message: string(b.Message), Code: string(b.Code)}
	if b.Kind == "funds" {
		f.Kind = client.KindNoFunds
	}
	return f
}

func hasID(a *Answer) bool {
	var b struct{ ID Text }
	return Decode(a.Body, &b) == nil && b.ID != ""
}

type row struct {
	name  string
	base  string
	dial  func(context.Context, string, string) (net.Conn, error)
	serve func(*world, net.Conn)
	proxy bool

	want  client.Kind // KindUnknown: accepted
	wait  time.Duration
	posts int32
	is    error
}

func notSentRows(t *testing.T) []row {
	t.Helper()
	certified := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(certified.Close)
	unknown := &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}
	const https = "https://api.example.com"
	return []row{
		{name: "DNS", dial: fails(&net.DNSError{Err: "no such host", Name: "api.example.com", IsNotFound: true}), want: client.KindNotSent},
		{name: "refused", dial: fails(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}), want: client.KindNotSent, is: syscall.ECONNREFUSED},
		{name: "no route", dial: fails(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.EHOSTUNREACH}), want: client.KindNotSent},
		{name: "dial timeout", dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, want: client.KindNotSent},
		{name: "TLS unknown authority", base: https, serve: func(w *world, conn net.Conn) {
			_ = tls.Server(conn, unknown).HandshakeContext(w.ctx)
		}, want: client.KindNotSent},
		{name: "TLS reset", base: https, serve: func(_ *world, conn net.Conn) {
			_, _ = conn.Read(make([]byte, 5))
		}, want: client.KindNotSent},
		{name: "TLS hang", base: https, serve: hangs, want: client.KindNotSent},
		{name: "TLS meets plain HTTP", base: https, serve: func(_ *world, conn net.Conn) {
			_, _ = conn.Read(make([]byte, 512))
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}, want: client.KindNotSent},
		{name: "proxy refuses", base: https, proxy: true, serve: func(_ *world, conn net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
		}, want: client.KindNotSent},
	}
}

func uncertainRows() []row {
	const u = client.KindUncertain
	return []row{
		{name: "reset while the request is read", serve: func(w *world, conn net.Conn) {
			_, _ = conn.Read(make([]byte, 40))
			w.posts.Add(1)
		}, want: u, posts: 1},
		{name: "reset before the body", serve: func(w *world, conn net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			w.posts.Add(1)
		}, want: u, posts: 1},
		{name: "reset after the request", serve: func(w *world, conn net.Conn) { w.take(conn) }, want: u, posts: 1},
		{name: "no answer", serve: func(w *world, conn net.Conn) { w.take(conn); hangs(w, conn) }, want: u, posts: 1, is: os.ErrDeadlineExceeded},
		{name: "headers stop", serve: func(w *world, conn net.Conn) {
			answers("HTTP/1.1 200 OK\nContent-Le")(w, conn)
			hangs(w, conn)
		}, want: u, posts: 1, is: os.ErrDeadlineExceeded},
		{name: "body stops", serve: func(w *world, conn net.Conn) {
			answers("HTTP/1.1 200 OK\nContent-Length: 12\n\n{\"id\"")(w, conn)
			hangs(w, conn)
		}, want: u, posts: 1, is: os.ErrDeadlineExceeded},
		{name: "cut body", serve: answers("HTTP/1.1 200 OK\nContent-Length: 200\n\n{\"id\":\"a"), want: u, posts: 1, is: io.ErrUnexpectedEOF},
		{name: "garbage instead of HTTP", serve: answers("SSH-2.0-OpenSSH_9.9\n"), want: u, posts: 1},
		{name: "garbage in a 200", serve: status("200 OK", "", "\x00\xff\xfe"), want: u, posts: 1},
		{name: "HTML in a 200", serve: status("200 OK", "Content-Type: text/html\n", "<html><title>Hotel</title>"), want: u, posts: 1},
		{name: "no id in a 200", serve: status("200 OK", "", `{"code":200}`), want: u, posts: 1},
		{name: "empty 200", serve: status("200 OK", "", ""), want: u, posts: 1},
		{name: "204", serve: status("204 No Content", "", ""), want: u, posts: 1},
		{name: "endless 200", serve: status("200 OK", "", `{"id":"a","x":"`+strings.Repeat("x", MaxBody)+`"}`), want: u, posts: 1},
		{name: "huge headers", serve: status("200 OK", "X: "+strings.Repeat("x", 80<<10)+"\n", `{"id":"a"}`), want: u, posts: 1},
		{name: "deep 200", serve: status("200 OK", "", `{"id":"a","x":`+strings.Repeat("[", 65)+strings.Repeat("]", 65)+`}`), want: u, posts: 1},
		{name: "301", serve: status("301 Moved", "Location: /elsewhere\n", ""), want: u, posts: 1},
		{name: "307 repeats bodies", serve: status("307 Moved", "Location: /elsewhere\n", ""), want: u, posts: 1},
		{name: "308 with a broken place", serve: status("308 Moved", "Location: http://%zz?secret=1\n", ""), want: u, posts: 1},
		{name: "408", serve: status("408 Request Timeout", "", ""), want: u, posts: 1},
		{name: "409", serve: status("409 Conflict", "", ""), want: u, posts: 1},
		{name: "425", serve: status("425 Too Early", "", ""), want: u, posts: 1},
		{name: "499", serve: status("499 Client Closed", "", ""), want: u, posts: 1},
		{name: "500", serve: status("500 Internal", "", `{"message":"oops"}`), want: u, posts: 1},
		{name: "500 that speaks of funds", serve: status("500 Internal", "", `{"message":"no","kind":"funds"}`), want: u, posts: 1},
		{name: "502", serve: status("502 Bad Gateway", "", "<html>"), want: u, posts: 1},
		{name: "503 with a wait", serve: status("503 Unavailable", "Retry-After: 7\n", ""), want: u, wait: 7 * time.Second, posts: 1},
		{name: "504", serve: status("504 Gateway Timeout", "", ""), want: u, posts: 1},
		{name: "canceled after the first byte", serve: func(w *world, conn net.Conn) {
			w.take(conn)
			w.cancel()
			hangs(w, conn)
		}, want: u, posts: 1, is: context.Canceled},
	}
}

func plainRows() []row {
	const limited = client.KindRateLimited
	rows := []row{
		{name: "200", serve: status("200 OK", "", `{"id":"a"}`), posts: 1},
		{name: "201", serve: status("201 Created", "", `{"id":"a"}`), posts: 1},
		{name: "202", serve: status("202 Accepted", "", `{"id":12}`), posts: 1},
		{name: "an id before the cut", serve: answers("HTTP/1.1 200 OK\nContent-Length: 200\n\n{\"id\":\"a\"}"), posts: 1},
		{name: "429", serve: status("429 Too Many", "", ""), want: limited, wait: 30 * time.Second, posts: 1},
		{name: "429 with seconds", serve: status("429 Too Many", "Retry-After: 12\n", "<html>"), want: limited, wait: 12 * time.Second, posts: 1},
		{name: "429 with a day", serve: status("429 Too Many", "Retry-After: 86400\n", ""), want: limited, wait: 10 * time.Minute, posts: 1},
		{name: "429 with a date", serve: status("429 Too Many", "Retry-After: Sat, 21 Nov 2026 12:01:30 GMT\n", ""), want: limited, wait: 90 * time.Second, posts: 1},
		{name: "400 that means funds", serve: status("400 Bad", "", `{"message":"m","kind":"funds"}`), want: client.KindNoFunds, posts: 1},
		{name: "400 with a cut body", serve: answers("HTTP/1.1 400 Bad\nContent-Length: 99\n\n{"), want: client.KindInvalid, posts: 1},
	}
	for line, kind := range map[string]client.Kind{
		"400 Bad": client.KindInvalid, "401 No": client.KindUnauthorized, "402 Pay": client.KindNoFunds,
		"403 No": client.KindUnauthorized, "404 None": client.KindNotFound, "405 Not So": client.KindInvalid,
		"410 Gone": client.KindNotFound, "413 Big": client.KindInvalid, "415 Type": client.KindInvalid, "422 Odd": client.KindInvalid,
	} {
		rows = append(rows, row{name: line, serve: status(line, "", `{"message":"no"}`), want: kind, posts: 1})
	}
	return rows
}

func TestWhatBecameOfAPost(t *testing.T) {
	t.Parallel()
	rows := append(append(notSentRows(t), uncertainRows()...), plainRows()...)
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { r.run(t) })
		})
	}
}

func (r *row) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &world{serve: r.serve, ctx: ctx, cancel: cancel}
	if r.dial == nil {
		r.dial = w.dial
	}
	if r.base == "" {
		r.base = "http://svc.localhost"
	}
	c := newClient(t, Config{Base: r.base, Dial: r.dial})
	if r.proxy {
		c.oneShot.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.example.com:3128"})
	}
	call := Call{Op: "submitting", Path: "/v1/order", Query: url.Values{"sig": {"hush"}}}
	err := c.Post(ctx, call, []byte(`{"prompt":"a cat"}`), hasID)

	if got := client.KindOf(err); got != r.want || (err == nil) != (r.want == client.KindUnknown) {
		t.Errorf("Post = %v, kind %q, want %q", err, got, r.want)
	}
	if got := w.posts.Load(); got != r.posts {
		t.Errorf("the service saw %d POSTs, want %d", got, r.posts)
	}
	if r.is != nil && !errors.Is(err, r.is) {
		t.Errorf("Post = %v, want %v in its chain", err, r.is)
	}
	if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter != r.wait {
		t.Errorf("wait = %v, want %v", e.RetryAfter, r.wait)
	}
	if err != nil && (strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "hush")) {
		t.Errorf("the error leaks: %v", err)
	}
}

func newClient(t *testing.T, c Config) *Client {
	t.Helper()
	if !c.Key.IsSet() {
		c.Key = secret.New(canary)
	}
	if c.Now == nil {
		c.Now = func() time.Time { return epoch }
	}
	cl, err := New("svc", c, testFault)
	if err != nil {
		t.Fatal(err)
	}
	return cl
}

func TestCanceledBeforeTheFirstByteIsNotSent(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := &world{serve: status("200 OK", "", `{"id":"a"}`)}
	c := newClient(t, Config{Base: "http://svc.localhost", Dial: w.dial})
	err := c.Post(ctx, Call{Op: "submitting", Path: "/"}, []byte("{}"), hasID)
	if client.KindOf(err) != client.KindNotSent || !errors.Is(err, context.Canceled) {
		t.Errorf("Post = %v, want not sent and canceled", err)
	}
}

// TestNotSentIsNeverSaidOfWhatArrived cancels at the moment the connection is
// established, where the verdict is hardest.
func TestNotSentIsNeverSaidOfWhatArrived(t *testing.T) {
	t.Parallel()
	kinds := map[client.Kind]int{}
	for range 500 {
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan int64, 1)
		c := newClient(t, Config{Base: "http://svc.localhost", Dial: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				n, _ := io.Copy(io.Discard, theirs)
				got <- n
			}()
			go cancel()
			return ours, nil
		}})
		err := c.Post(ctx, Call{Op: "submitting", Path: "/"}, []byte("{}"), hasID)
		kind := client.KindOf(err)
		if n := <-got; kind == client.KindNotSent && n > 0 {
			t.Fatalf("%d bytes arrived of what was not sent: %v", n, err)
		}
		kinds[kind]++
		cancel()
	}
	if kinds[client.KindNotSent]+kinds[client.KindUncertain] != 500 {
		t.Errorf("kinds were %v, want not sent and uncertain only", kinds)
	}
	t.Logf("%v", kinds)
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"0", "", time.Second},
		{" 5 ", "", 5 * time.Second},
		{"600", "", 10 * time.Minute},
		{"601", "", 10 * time.Minute},
		{"99999999999999999999999", "", 10 * time.Minute},
		{"-5", "", 0},
		{"soon", "", 0},
		{"Sat, 21 Nov 2026 12:00:45 GMT", "", 45 * time.Second},
		{"Sat, 21 Nov 2026 11:00:00 GMT", "", time.Second},
		{"Sun, 22 Nov 2026 12:00:00 GMT", "", 10 * time.Minute},
		{"Sat, 21 Nov 2026 15:00:45 GMT", "Sat, 21 Nov 2026 15:00:00 GMT", 45 * time.Second},
	} {
		h := http.Header{}
		h.Set("Retry-After", tc.value)
		h.Set("Date", tc.date)
		if got := RetryAfter(h, epoch); got != tc.want {
			t.Errorf("RetryAfter(%q, Date %q) = %v, want %v", tc.value, tc.date, got, tc.want)
		}
	}
}
