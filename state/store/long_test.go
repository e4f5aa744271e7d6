package store

import (
	"fmt"
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

func BenchmarkOpenReel(b *testing.B) {
	s, _ := open(b)
	long(b, s, 5000, 4)
	for b.Loop() {
		if _, err := s.OpenReel(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
