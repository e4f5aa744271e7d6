package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// SavedSearch is a search line kept under a name.
type SavedSearch struct {
	Name string `json:"name"`
	Text string `json:"search"`
}

// searchKey begins the keys of saved searches.
const searchKey = "search:"

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
	rows, err := s.r.QueryContext(ctx, `SELECT substr(key, ?), value FROM kv WHERE key >= ? AND key < ? ORDER BY key`,
		len(searchKey)+1, searchKey, strings.TrimSuffix(searchKey, ":")+";")
	if err != nil {
		return nil, fmt.Errorf("reading saved searches: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var f SavedSearch
		if err := rows.Scan(&f.Name, &f.Text); err != nil {
			return nil, fmt.Errorf("reading saved searches: %w", err)
		}
		out = append(out, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading saved searches: %w", err)
	}
	return out, nil
}
