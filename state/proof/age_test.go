package main

import (
	"path/filepath"
	"testing"

	"seedreel/state/store"
)

// A history that was aged is upgraded like one of the first version.
func TestAnAgedHistoryIsUpgraded(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	for range 2 {
		s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(home, "data", "seedreel.db")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.OpenReel(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := age(t.Context(), home); err != nil {
			t.Fatal(err)
		}
	}
}
