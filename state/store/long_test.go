package store

import (
	"fmt"
	"slices"
	"testing"

	"seedreel/state/reel"
)

// long fills the open reel with shots, each with takes.
func long(tb testing.TB, s *Store, shots, takes int) {
	tb.Helper()
	for _, q := range []string{
		fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
 INSERT INTO shots (id, reel, place, created_ms, provider, model, values_json)
 SELECT 'shot' || i, (SELECT id FROM reels WHERE open = 1), i, 1700000000000, 'p', 'm', json_object('prompt', 'a fox runs through deep snow, number ' || i, 'duration', 5) FROM n`, shots),
		fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
 INSERT INTO jobs (id, created_ms, provider, model, practice, batch, prompt, values_json, handed_json,
 input_hash, seed, seconds, estimate_uusd, estimate_basis, state, reason, error_code, error_text, owner, attempt, word, fails, waiting, out_url, out_path, out_etag, out_bytes, out_sha256, shot)
 SELECT 'job' || i, 1700000000000 + i, 'p', 'm', 0, '', 'a fox runs through deep snow, number ' || (1 + i %% %d), json_object('prompt', 'a fox runs through deep snow', 'seed', i), '{}',
 randomblob(32), i, 5, 80000, 'list', 'saved', '', '', '', '', 1, '', 0, '', 'https://x', '/clips/c.mp4', 'e', 1, 'ab', 'shot' || (1 + i %% %d) FROM n`, shots*takes-1, shots, shots),
	} {
		if _, err := s.w.ExecContext(tb.Context(), q); err != nil {
			tb.Fatal(err)
		}
	}
}

// A reel of any length is read part by part: the parts are the whole.
func TestALongReelIsReadInParts(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	long(t, s, 23, 3)
	whole, err := s.OpenReel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for first := 0; first < 30; first += 10 {
		r, err := s.OpenReelPart(t.Context(), first, 10)
		if err != nil || r.All != 23 || r.First != first || r.ID != whole.ID || len(r.Shots) > 10 {
			t.Fatalf("from %d on: %d of %d shots (%v)", first, len(r.Shots), r.All, err)
		}
		got = append(got, shape(r)...)
	}
	if want := shape(whole); len(got) != 23 || !slices.Equal(got, want) {
		t.Errorf("the parts are\n%q\nthe whole is\n%q", got, want)
	}
}

func BenchmarkOpenReelPart(b *testing.B) {
	s, _ := open(b)
	long(b, s, 5000, 4)
	for b.Loop() {
		if _, err := s.OpenReelPart(b.Context(), 0, 200); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenReel(b *testing.B) {
	s, _ := open(b)
	long(b, s, 5000, 4)
	for b.Loop() {
		if _, err := s.OpenReel(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// What a long reel is changed by reads no more than it needs: it takes no more
// memory than a part of the reel, and takes back in one step what it did.
func TestALongReelIsChangedInParts(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	long(t, s, 1000, 4)
	id := openReel(t, s).ID
	before := shape(openReel(t, s))
	for name, change := range map[string]func() (reel.Change, error){
		"move": func() (reel.Change, error) {
			_, c, err := s.ChangeShots(t.Context(), id, nil, reel.Move("shot900", 2))
			return c, err
		},
		"merge": func() (reel.Change, error) {
			_, c, err := s.ChangeShots(t.Context(), id, []string{"shot900", "shot7"}, reel.Merge("shot900", "shot7"))
			return c, err
		},
		"pick": func() (reel.Change, error) {
			_, c, err := s.ChangeTake(t.Context(), "job900", reel.Pick("job900"))
			return c, err
		},
	} {
		c, err := change()
		if err != nil || c.Line == "" {
			t.Fatalf("%s: %q (%v)", name, c.Line, err)
		}
		if name == "pick" && (c.Line != "Take 1 of shot 901 picked" || !slices.Equal(c.Takes, []string{"job900"})) {
			t.Errorf("%q changed %q", c.Line, c.Takes)
		}
		if u, err := s.Undo(t.Context(), id); err != nil || u.Line != c.Line || !slices.Equal(u.Takes, c.Takes) {
			t.Fatalf("%s is taken back as %+v (%v)", name, u, err)
		}
		if got := shape(openReel(t, s)); !slices.Equal(got, before) {
			t.Fatalf("%s is not taken back", name)
		}
	}
}

// A part knows the shots before it that its own go on from, with their picks.
func TestAPartKnowsWhatItContinues(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	long(t, s, 23, 3)
	id := openReel(t, s).ID
	for _, x := range []struct{ shot, from string }{{"shot12", "shot3"}, {"shot13", "shot12"}} {
		if _, _, err := s.ChangeShots(t.Context(), id, nil, reel.Continue(x.shot, x.from)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.ChangeTake(t.Context(), "job2", reel.Pick("job2")); err != nil { // a take of shot3
		t.Fatal(err)
	}
	r, err := s.OpenReelPart(t.Context(), 10, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		shot, from string
		n          int
		pick       string
	}{{"shot12", "shot3", 3, "job2"}, {"shot13", "shot12", 12, ""}, {"shot14", "", 0, ""}} {
		shot, _ := r.Shot(x.shot)
		from, n := r.Continued(shot)
		if x.from == "" && from == nil && n == 0 {
			continue
		}
		if from == nil || from.ID != x.from || n != x.n || (from.Pick() == nil) != (x.pick == "") || x.pick != "" && from.Pick().ID != x.pick {
			t.Errorf("%s continues %+v, %d", x.shot, from, n)
		}
	}
}
