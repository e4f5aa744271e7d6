package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"seedreel/client/address"
)

// BasePipe is the address under which Pipe serves. It is in no name server.
const BasePipe = "http://simulator.localhost"

// graceful is how long requests in flight may continue after the context ends.
const graceful = 3 * time.Second

// slowest is how long a request may take to arrive over the network, with its
// body: a client that sends a byte now and then must not hold a connection for good.
const slowest = 5 * time.Minute

// slowestReader is how long an answer may take to be read over the network.
const slowestReader = 15 * time.Minute

func newServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
}

// local answers only requests that name this machine as their host. A page in a
// browser can have a name of its own lead to this machine; its requests still
// carry that name.
func local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !names(r.Host) {
			WriteJSON(w, http.StatusMisdirectedRequest, map[string]string{"error": "the simulator is used under an address of this machine only"})
			return
		}
		h.ServeHTTP(w, r)
	})
}

// names reports whether a Host header names this machine.
func names(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return address.LoopbackHost(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// Serve serves a listener until the context ends, lets the requests in flight
// finish, and returns nil. It closes the listener, not the simulator. Requests
// for other hosts than this machine are refused.
func Serve(ctx context.Context, ln net.Listener, s *Simulator) error {
	srv := newServer(local(s))
	srv.ReadTimeout, srv.WriteTimeout = slowest, slowestReader
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving the simulator: %w", err)
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	err := srv.Shutdown(late)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close() // the remaining readers have had their time
	}
	<-ended
	if err != nil {
		return fmt.Errorf("stopping the simulator: %w", err)
	}
	return nil
}

// Pipe serves inside the process: base goes into a client's settings and dial
// into its http.Transport, and no port is opened. stop closes all connections
// and waits until all its goroutines have ended; it may be called twice.
func (s *Simulator) Pipe() (base string, dial func(ctx context.Context, network, addr string) (net.Conn, error), stop func()) {
	ln := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := newServer(s)
	var open, serving sync.WaitGroup
	srv.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed, http.StateHijacked:
			open.Done()
		case http.StateActive, http.StateIdle:
		}
	}
	// Serve only ends with ErrServerClosed, once stop is called.
	serving.Go(func() { _ = srv.Serve(ln) })
	return BasePipe, ln.dial, func() {
		_ = srv.Close() // closing pipes cannot fail
		_ = ln.Close()
		serving.Wait()
		open.Wait()
	}
}

// pipeListener hands the far ends of in-memory connections to a server.
type pipeListener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// Accept waits for the next dial.
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close makes every later dial fail.
func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr returns the address of the pipe.
func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	var err error
	select {
	case l.conns <- far:
		return near, nil
	case <-l.closed:
		err = net.ErrClosed
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errors.Join(fmt.Errorf("dialling the simulator: %w", err), near.Close(), far.Close())
}

type pipeAddr struct{}

// Network returns the kind of connection.
func (pipeAddr) Network() string { return "pipe" }

// String returns the name of the address.
func (pipeAddr) String() string { return "simulator" }

// WriteJSON writes an answer as JSON. Characters such as & in links stay
// unescaped.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	if b, ok := EncodeJSON(w, body); ok {
		WriteBody(w, status, "application/json; charset=utf-8", b)
	}
}

// EncodeJSON returns a body as WriteJSON writes it. If it cannot be written,
// EncodeJSON answers so and returns false.
func EncodeJSON(w http.ResponseWriter, body any) (string, bool) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		http.Error(w, "the answer could not be written", http.StatusInternalServerError)
		return "", false
	}
	return b.String(), true
}
