package near_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seedreel/client/near"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed, near, far string
	}{{"or", "orbit", "golden hour"}, {"film", "film look", "a fine small film"}, {"fl", "film", "for love"}} {
		a, ok1 := near.Distance(c.typed, c.near)
		b, ok2 := near.Distance(c.typed, c.far)
		if !ok1 || !ok2 || a >= b {
			t.Errorf("%q: %q %d %v, %q %d %v", c.typed, c.near, a, ok1, c.far, b, ok2)
		}
	}
	if _, ok := near.Distance("zz", "fizz"); !ok {
		t.Error("zz is not near fizz")
	}
	if _, ok := near.Distance("tibro", "orbit"); ok {
		t.Error("letters in another order are near")
	}
}

func TestHavingAndAlike(t *testing.T) {
	t.Parallel()
	names := []string{"golden hour", "orbit", "push in", "blue hour", "watercolour"}
	for typed, want := range map[string][]int{"hour": {3, 0}, "or": {1, 3, 4, 0}, "wtrclr": {4}, "": {0, 1, 2, 3, 4}, "xyz": nil} {
		if got := near.Having(typed, names); !slices.Equal(got, want) {
			t.Errorf("%q is in %v, want %v", typed, got, want)
		}
	}
	for typed, want := range map[string]int{"obrit": 1, "pusch in": 2, "goldn": 0, "blue huor": 3} {
		if got := near.Alike(typed, names); len(got) != len(names) || got[0] != want {
			t.Errorf("%q looks most like %q, want %q", typed, names[got[0]], names[want])
		}
	}
}

// Letters left out of a name lead back to it, and the less is left out the
// nearer it is.
func TestLettersLeftOutLeadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-zé夜]{1,20}`).Draw(t, "name")
		var typed, more strings.Builder
		for _, r := range name {
			if rapid.Bool().Draw(t, "left out") {
				continue
			}
			typed.WriteRune(r)
		}
		if _, ok := near.Distance(strings.ToUpper(typed.String()), name); !ok {
			t.Fatalf("%q is not near %q", typed.String(), name)
		}
		more.WriteString(name + "!")
		if d, ok := near.Distance(name, more.String()); !ok || d != 0 {
			t.Fatalf("%q is %d from %q", name, d, more.String())
		}
	})
}
