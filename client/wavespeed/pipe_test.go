package wavespeed

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
)

// listener hands out one end of pipes, so that a service can be queried under
// a clock of the test's own.
type listener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error   { return nil }
func (l *listener) Addr() net.Addr { return &net.TCPAddr{} }

func (l *listener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipe starts a service on pipes.
func pipe(t *testing.T, answer func(r *http.Request) string) (l *listener, stop func()) {
	t.Helper()
	l = &listener{conns: make(chan net.Conn), done: make(chan struct{})}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, answer(r))
	})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Serve(l) // ends with the listener
	}()
	return l, func() {
		close(l.done)
		_ = s.Close()
		<-ended
	}
}
