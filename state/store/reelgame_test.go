package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
)

// anEdit draws an edit of a reel, and the shots whose takes it needs.
func anEdit(t *rapid.T, r *reel.Reel, n int) (name string, edit reel.Edit, shots []string) {
	ids := []string{"nowhere"}
	for _, s := range r.Shots {
		ids = append(ids, s.ID)
	}
	shot := func(what string) string { return rapid.SampledFrom(ids).Draw(t, what) }
	a, b, fresh := shot("shot"), shot("other"), fmt.Sprintf("fresh%d", n)
	at := rapid.IntRange(-1, 8).Draw(t, "at")
	word := rapid.StringMatching(`[a-c]{0,2}`).Draw(t, "word")
	takes := []string{"no take"}
	if s, _ := r.Shot(a); s != nil {
		for _, j := range s.Takes {
			takes = append(takes, j.ID)
		}
	}
	take := rapid.SampledFrom(takes).Draw(t, "take")
	edits := []struct {
		name  string
		edit  reel.Edit
		shots []string
	}{
		{"add", reel.Add(reel.Shot{ID: fresh, Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text(word)}}, at), nil},
		{"remove", reel.Remove(a), []string{a}},
		{"move", reel.Move(a, at), nil},
		{"name", reel.RenameShot(a, word), nil},
		{"note", reel.NoteShot(a, word), nil},
		{"rename", reel.Rename(word), nil},
		{"continue", reel.Continue(a, b), nil},
		{"specs", reel.SetSpecs(a, reel.Spec{Resolution: word}, reel.Spec{}), nil},
		{"split", reel.Split(a, fresh, []string{take}), []string{a}},
		{"merge", reel.Merge(a, b), []string{a, b}},
		{"pick", reel.Pick(take), []string{a}},
		{"rate", reel.Rate(take, at), []string{a}},
		{"keep", reel.Keep(take), []string{a}},
		{"label", reel.Label(take, job.Labels{"x" + word}, nil), []string{a}},
		{"reject", reel.Reject(take, at > 3), []string{a}},
	}
	x := edits[rapid.IntRange(0, len(edits)-1).Draw(t, "edit")]
	return x.name, x.edit, x.shots
}

// asText returns all of a reel as text.
func asText(t *rapid.T, r *reel.Reel) string {
	b, err := json.Marshal(whole(r))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%q %s", shape(r), b)
}

// Whatever was done to a reel, taking all of it back leaves what there was, step
// by step; doing it again leads where it had led. An edit that reads the takes
// of its shots alone does the same as one that reads all.
func TestUndoIsTheWayBack(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, take(1, "a"), take(2, "a"), take(3, "a"), take(4, "b"), take(5, "b"), take(6, "c"))
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		look := func() *reel.Reel {
			r, err := s.OpenReel(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		states := []string{asText(t, look())}
		id, made := look().ID, 0
		for range rapid.IntRange(1, 8).Draw(t, "edits") {
			n++
			before := look()
			name, edit, shots := anEdit(t, before, n)
			want := before.Clone()
			line, refused := edit(want)
			var c reel.Change
			var err error
			if rapid.Bool().Draw(t, "part") {
				_, c, err = s.ChangeShots(t.Context(), id, shots, edit)
			} else {
				_, c, err = s.ChangeReel(t.Context(), id, edit)
			}
			if (err != nil) != (refused != nil) {
				t.Fatalf("%s: %v, want %v", name, err, refused)
			}
			after := look()
			if err != nil || c.Line == "" {
				want = before
			} else if made++; c.Line != line {
				t.Fatalf("%s is called %q, want %q", name, c.Line, line)
			}
			if g, w := shape(after), shape(want); !slices.Equal(g, w) {
				t.Fatalf("%s: %q, want %q", name, g, w)
			}
			if c.Line != "" {
				states = append(states, asText(t, after))
			}
		}
		for i := made - 1; i >= 0; i-- {
			if _, err := s.Undo(t.Context(), id); err != nil {
				t.Fatalf("undo: %v", err)
			}
			if now := asText(t, look()); now != states[i] {
				t.Fatalf("%d steps back it is\n%s\nwant\n%s", made-i, now, states[i])
			}
		}
		for i := range made {
			if _, err := s.Redo(t.Context(), id); err != nil {
				t.Fatalf("redo: %v", err)
			}
			if now := asText(t, look()); now != states[i+1] {
				t.Fatalf("%d steps on it is\n%s\nwant\n%s", i+1, now, states[i+1])
			}
		}
	})
}

// A place is no number: where a shot was removed there is a gap, and a change of
// one shot moves no other.
func TestAGapMovesNoShot(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	r := openReel(t, s)
	for _, id := range []string{"x", "z", "y", "w"} {
		if _, _, err := s.ChangeReel(t.Context(), r.ID, reel.Add(reel.Shot{ID: id}, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.ChangeReel(t.Context(), r.ID, reel.Remove("x")); err != nil {
		t.Fatal(err)
	}
	insert(t, s, take(1, "a")) // comes after the last place
	for _, id := range []string{"a", "w", "y"} {
		if _, _, err := s.ChangeShots(t.Context(), r.ID, nil, reel.RenameShot(id, "name of "+id)); err != nil {
			t.Fatal(err)
		}
		if got := shape(openReel(t, s)); !slices.Equal(got, []string{"z:", "y:", "w:", "a: " + aJob(1).ID}) {
			t.Fatalf("after a name for %s: %q", id, got)
		}
	}
}
