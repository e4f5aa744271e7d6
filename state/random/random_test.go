package random_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"seedreel/state/random"
)

func TestIDsAreOfTheirLettersAndFollowTheSource(t *testing.T) {
	id, err := random.ID(bytes.NewReader([]byte{0, 1, 2, 3, 4, 5, 6, 7}))
	if err != nil || id != "aaaqeayeauda" || len(id) != random.IDLetters {
		t.Errorf("the id is %q, %v", id, err)
	}
	if _, err := random.ID(bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("of no bytes an id is made: %v", err)
	}
}

func TestNumbersStayBetweenTheirEnds(t *testing.T) {
	for _, c := range []struct{ lo, hi, want int64 }{{0, 9, 4}, {5, 5, 5}, {7, 3, 7}, {-2, 2, 2}} {
		got, err := random.Between(bytes.NewReader([]byte{8, 0, 0, 0, 0, 0, 0, 0}), c.lo, c.hi)
		if err != nil || got != c.want {
			t.Errorf("from %d to %d: %d, %v; want %d", c.lo, c.hi, got, err, c.want)
		}
	}
}
