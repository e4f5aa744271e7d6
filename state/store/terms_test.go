package store

import (
	"database/sql"
	"slices"
	"testing"
)

// The beginning of a word finds the same jobs whichever way it is looked for.
func TestTermsOfTheWordIndex(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for i, prompt := range []string{"Snow and foxes", "a SNOWSTORM; fox", "snöw, snow fox-trot", "nothing", "fo"} {
		j := aJob(i + 1)
		j.Prompt = prompt
		insert(t, s, j)
	}
	for word, want := range map[string][]string{
		"snow": {"snow", "snowstorm"}, "SNOWS": {"snowstorm"}, "fox": {"fox", "foxes"}, "zebra": nil, "sn\u00f6": nil, `sn"`: nil, "fox-t": nil,
	} {
		if got, err := s.terms(t.Context(), word); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q begins %q, want %q (%v)", word, got, want, err)
		}
	}
	for _, words := range [][]string{{"snow"}, {"sn", "fox"}, {"f"}, {"fox-t", "s"}, {"a"}, {"zebra", "fox"}} {
		found := func(match string) (out []int64) {
			err := eachRow(t.Context(), s.r, "searching", func(rows *sql.Rows) error {
				var n int64
				err := rows.Scan(&n)
				out = append(out, n)
				return err
			}, `SELECT rowid FROM jobs_fts WHERE jobs_fts MATCH ? ORDER BY rowid`, match)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		many, err := s.manyMatch(t.Context(), words)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := found((&Search{Words: words}).match()), found(many); !slices.Equal(a, b) {
			t.Errorf("%q finds %v, as %s %v", words, a, many, b)
		}
	}
}
