package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// SavedSearch is a search line kept under a name.
type SavedSearch struct {
	Name string `json:"name"`
	Text string `json:"search"`
}

// searchKey begins the keys of saved searches.
const searchKey = "search:"

// NoSavedSearchError is returned for saved: with a name that no search has.
type NoSavedSearchError struct {
	Name string
	// Names are those that there are.
	Names []string
}

// Error names the searches that there are.
func (e *NoSavedSearchError) Error() string {
	if len(e.Names) == 0 {
		return fmt.Sprintf("no search is saved as %q, nor as anything else", e.Name)
	}
	return fmt.Sprintf("no search is saved as %q; saved are %s", e.Name, strings.Join(e.Names, ", "))
}

// mostNested bounds how deep saved searches can be in each other.
const mostNested = 4

// parse parses the line of a query, with the saved searches that it names.
func (s *Store) parse(ctx context.Context, q *Query) (*Search, error) {
	f := parseSearch(q.Search, q.Kinds)
	if len(f.Saved) == 0 {
		return &f, nil
	}
	saved, err := s.SavedSearches(ctx)
	if err != nil {
		return nil, err
	}
	text := q.Search
	for range mostNested {
		names := f.Saved
		if len(names) == 0 {
			break
		}
		text = withoutSaved(text)
		for _, name := range names {
			i := slices.IndexFunc(saved, func(x SavedSearch) bool { return strings.EqualFold(x.Name, name) })
			if i < 0 {
				e := &NoSavedSearchError{Name: name}
				for _, x := range saved {
					e.Names = append(e.Names, x.Name)
				}
				return nil, e
			}
			text += " " + saved[i].Text
		}
		f = parseSearch(text, q.Kinds)
	}
	return &f, nil
}

// withoutSaved returns a line without its saved: filters.
func withoutSaved(text string) string {
	var out []string
	for _, t := range tokens(text) {
		if name, value, ok := strings.Cut(t, ":"); ok && value != "" && strings.EqualFold(name, "saved") {
			continue
		}
		if strings.ContainsFunc(t, unicode.IsSpace) {
			t = `"` + t + `"`
		}
		out = append(out, t)
	}
	return strings.Join(out, " ")
}

// SaveSearch keeps a search line under a name, instead of any other. An empty
// line forgets the name.
func (s *Store) SaveSearch(ctx context.Context, name, text string) error {
	name = strings.TrimSpace(name)
	if name == "" {
		return errors.New("a saved search needs a name")
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		query, args := `INSERT INTO kv (key, value, at_ms) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET value = ?2, at_ms = ?3`,
			[]any{searchKey + name, text, s.now().UnixMilli()}
		if text == "" {
			query, args = `DELETE FROM kv WHERE key = ?`, args[:1]
		}
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return fmt.Errorf("saving a search: %w", err)
		}
		return nil
	})
}

// SavedSearches returns the searches kept, sorted by name.
func (s *Store) SavedSearches(ctx context.Context) (out []SavedSearch, err error) {
	err = eachRow(ctx, s.r, "reading saved searches", func(rows *sql.Rows) error {
		var f SavedSearch
		err := rows.Scan(&f.Name, &f.Text)
		out = append(out, f)
		return err
	}, `SELECT substr(key, ?), value FROM kv WHERE key >= ? AND key < ? ORDER BY key`,
		len(searchKey)+1, searchKey, strings.TrimSuffix(searchKey, ":")+";")
	return out, err
}
