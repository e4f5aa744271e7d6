package services

import (
	"context"
	"errors"
	"net/http"

	"seedreel/client"
	"seedreel/client/rest"
)

// Reach reports why a service cannot be reached at its configured address,
// without using a key. Any answer at all is nil.
func (s *Services) Reach(ctx context.Context, id string) error {
	s.mu.Lock()
	base := s.set.Service(id).BaseURL
	s.mu.Unlock()
	c, err := rest.New(id, rest.Config{Base: base, Version: s.o.Version, Now: s.o.Now}, func(*rest.Answer) rest.Fault { return rest.Fault{} })
	if err != nil {
		return err
	}
	defer c.CloseIdle()
	err = c.Get(ctx, rest.Call{Op: "reaching", Method: http.MethodGet, Path: "/", Public: true}, func(*rest.Answer) bool { return true })
	if e, ok := errors.AsType[*client.Error](err); ok && e.Status != 0 {
		return nil
	}
	return err
}
