package engine

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"seedreel/client/secret"
	"seedreel/state/log"
)

// openLog opens the log of this process. Everything else works without it, so a
// failure only adds a notice.
func (e *Engine) openLog() {
	l, err := log.Open(log.Options{
		Path: e.Paths.LogFile(), Debug: e.o.Debug, Now: e.o.Now, Process: e.Instance.ID(),
		Secrets: func() []secret.Secret {
			if e.Services == nil {
				return nil
			}
			return e.Services.Secrets()
		},
	})
	if err != nil {
		e.Notices = append(e.Notices, fmt.Sprintf("Nothing is logged: %v", err))
		return
	}
	e.Log = l
	e.closers = append(e.closers, l.Close)
	l.Logger().Info("started", "version", e.o.Version, "pid", os.Getpid())
	e.closers = append(e.closers, func() error {
		l.Logger().Info("ended")
		return nil
	})
}

// logStore logs anything unusual about opening the history.
func (e *Engine) logStore() {
	if e.Store.Recovered != "" {
		e.Log.Logger().Error("the history was damaged and was put aside", "to", e.Store.Recovered)
	}
	if e.Store.Unclean {
		e.Log.Logger().Warn("the last process did not close the history")
	}
	if e.Store.Network != "" {
		e.Log.Logger().Warn("the history is on a network's disk", "kind", e.Store.Network)
	}
	if err := e.Store.ReadOnly(); err != nil {
		e.Log.Logger().Warn("the history is read only", "err", err)
	}
}

// observe returns the function that logs requests, nil without --debug.
func (e *Engine) observe() func(r *http.Request, status int, took time.Duration, err error) {
	if !e.o.Debug {
		return nil
	}
	return func(r *http.Request, status int, took time.Duration, err error) {
		args := []any{"method", r.Method, "host", r.URL.Host, "path", r.URL.Path, "status", status, "took", took.Round(time.Millisecond)}
		if err != nil {
			args = append(args, "err", err)
		}
		e.Log.Logger().Debug("request", args...)
	}
}
