package term

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"
)

// A pipe that nobody reads blocks a write until the program is to end, and not
// after.
func TestABlockedWriteEndsWithTheProgram(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b := Bound(ctx, w, 10*time.Millisecond)
	if n, err := b.Write([]byte("hello")); n != 5 || err != nil {
		t.Fatalf("wrote %d (%v)", n, err)
	}
	cancel()
	for range 2 {
		if _, err := b.Write(make([]byte, 1<<20)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a blocked write gave %v", err)
		}
	}
	if err := errors.Join(r.Close(), w.Close()); err != nil { // ends the writes
		t.Error(err)
	}
}
