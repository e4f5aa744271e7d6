package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// mostTerms is how many words of the index may begin as a word looked for does:
// beyond that the index itself collects them.
const mostTerms = 64

// manyMatch is match for words that many jobs have. For the beginning of a word
// FTS5 first collects the rows of all words that begin so, a million of them for
// the sake of a page; from whole words it reads them in order, as many as are
// needed.
func (s *Store) manyMatch(ctx context.Context, words []string) (string, error) {
	parts := make([]string, len(words))
	for i, w := range words {
		terms, err := s.terms(ctx, w)
		if err != nil {
			return "", err
		}
		if parts[i] = phrase(w); len(terms) > 0 {
			parts[i] = `("` + strings.Join(terms, `" OR "`) + `")`
		}
	}
	return strings.Join(parts, " AND "), nil
}

// terms returns the words of the index that begin with a word of letters and
// digits of ASCII, which the index has as they are. It returns none for any
// other word, and if there are too many.
func (s *Store) terms(ctx context.Context, word string) ([]string, error) {
	word = strings.ToLower(word)
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return nil, nil
	}
	var out []string
	for from := word; ; {
		var term string
		// It steps from word to word: each may be in many rows.
		err := s.readOften(ctx, `SELECT term FROM jobs_terms WHERE term >= ? LIMIT 1`, from).Scan(&term)
		switch {
		case errors.Is(err, sql.ErrNoRows) || err == nil && !strings.HasPrefix(term, word):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("looking for words: %w", err)
		case len(out) == mostTerms || strings.Contains(term, `"`):
			return nil, nil
		}
		out = append(out, term)
		from = term + "\x01" // before all that are longer
	}
}
