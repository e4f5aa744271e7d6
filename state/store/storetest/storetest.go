// Package storetest opens stores for the tests of other packages.
package storetest

import (
	"path/filepath"
	"testing"
	"time"

	"seedreel/client/clienttest"
	"seedreel/state/store"
)

// Open returns an empty store in a folder of its own, with the clock of the
// test. It is closed when the test ends.
func Open(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "history.db"), Now: now, MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, s)
	return s
}
