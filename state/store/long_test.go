package store

import (
	"fmt"
	"slices"
	"testing"
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
		r, shots, err := s.OpenReelPart(t.Context(), first, 10)
		if err != nil || shots != 23 || r.ID != whole.ID || len(r.Shots) > 10 {
			t.Fatalf("from %d on: %d of %d shots (%v)", first, len(r.Shots), shots, err)
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
		if _, _, err := s.OpenReelPart(b.Context(), 0, 200); err != nil {
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
