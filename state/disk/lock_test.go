package disk

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

func TestLocks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.lock")
	try := func(shared bool) (*Lock, error) { return TryLock(path, shared) }
	a, err := try(true)
	if err != nil {
		t.Fatal(err)
	}
	b, err := try(true)
	if err != nil {
		t.Fatalf("a second shared holder: %v", err)
	}
	if _, err := try(false); !errors.Is(err, ErrLocked) {
		t.Errorf("alone beside shared: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := Wait(ctx, path, false); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting in vain: %v", err)
	}
	got := make(chan error, 1)
	go func() {
		l, err := Wait(t.Context(), path, false)
		got <- errors.Join(err, l.Close())
	}()
	if err := errors.Join(a.Close(), b.Close(), b.Close()); err != nil {
		t.Error(err)
	}
	if err := <-got; err != nil {
		t.Errorf("waiting for holders that went: %v", err)
	}
	if _, err := TryLock(filepath.Join(path, "no", "folder"), false); err == nil || errors.Is(err, ErrLocked) {
		t.Errorf("in no folder: %v", err)
	}
}
