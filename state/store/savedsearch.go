package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
			i := named(saved, name)
			if i < 0 {
				return nil, noSearch(name, saved)
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
		out = append(out, quoted(t))
	}
	return strings.Join(out, " ")
}

// SearchExistsError is returned for a new name of a saved search that another
// has.
type SearchExistsError struct{ Name string }

// Error names the search.
func (e *SearchExistsError) Error() string {
	return fmt.Sprintf("a search is saved as %q already", e.Name)
}

// SearchUsedError is returned for a saved search that cannot be forgotten, as
// another is made of it.
type SearchUsedError struct{ Name, By string }

// Error names both searches.
func (e *SearchUsedError) Error() string {
	return fmt.Sprintf("the search %q is a part of %q; change or forget that first", e.Name, e.By)
}

// mostSearchName is the longest name of a search, in characters.
const mostSearchName = 60

// searchName returns a name without the blanks around it, or why it is none:
// saved: must be able to name it.
func searchName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", errors.New("a saved search needs a name")
	case strings.ContainsFunc(name, func(r rune) bool { return r == '"' || unicode.IsControl(r) }):
		return "", errors.New("the name of a search must be one line without quotes")
	case utf8.RuneCountInString(name) > mostSearchName:
		return "", fmt.Errorf("the name of a search has at most %d characters", mostSearchName)
	}
	return name, nil
}

// SaveSearch keeps a search line under a name, instead of any other of that
// name; names are the same in any case.
func (s *Store) SaveSearch(ctx context.Context, name, text string) error {
	name, err := searchName(name)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return errors.New("there is no search to save")
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		saved, err := savedSearches(ctx, tx)
		if err != nil {
			return err
		}
		if i := named(saved, name); i >= 0 {
			if err := dropSearch(ctx, tx, saved[i].Name); err != nil {
				return err
			}
		}
		return putSearch(ctx, tx, SavedSearch{name, text}, s.now().UnixMilli())
	})
}

// ForgetSearch removes a saved search. It returns a *NoSavedSearchError if there
// is none of that name, and a *SearchUsedError if another names it.
func (s *Store) ForgetSearch(ctx context.Context, name string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		saved, err := savedSearches(ctx, tx)
		if err != nil {
			return err
		}
		i := named(saved, name)
		if i < 0 {
			return noSearch(name, saved)
		}
		for k := range saved {
			if _, uses := renamedSearch(saved[k].Text, name, name); uses && k != i {
				return &SearchUsedError{Name: saved[i].Name, By: saved[k].Name}
			}
		}
		return dropSearch(ctx, tx, saved[i].Name)
	})
}

// RenameSearch changes the name of a saved search, here and in those that name
// it. It returns a *NoSavedSearchError if there is none, and a
// *SearchExistsError if another has the new name.
func (s *Store) RenameSearch(ctx context.Context, name, to string) error {
	to, err := searchName(to)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		saved, err := savedSearches(ctx, tx)
		if err != nil {
			return err
		}
		i, at := named(saved, name), s.now().UnixMilli()
		if i < 0 {
			return noSearch(name, saved)
		}
		if k := named(saved, to); k >= 0 && k != i {
			return &SearchExistsError{Name: saved[k].Name}
		}
		if err := dropSearch(ctx, tx, saved[i].Name); err != nil {
			return err
		}
		for k, x := range saved {
			text, uses := renamedSearch(x.Text, name, to)
			if k == i {
				x.Name = to
			} else if !uses {
				continue
			}
			x.Text = text
			if err := putSearch(ctx, tx, x, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// named returns the place of a saved search, -1 if there is none.
func named(saved []SavedSearch, name string) int {
	name = strings.TrimSpace(name)
	return slices.IndexFunc(saved, func(x SavedSearch) bool { return strings.EqualFold(x.Name, name) })
}

func noSearch(name string, saved []SavedSearch) error {
	e := &NoSavedSearchError{Name: name}
	for _, x := range saved {
		e.Names = append(e.Names, x.Name)
	}
	return e
}

// renamedSearch returns a line with one name of a saved search in place of
// another, and whether it names that.
func renamedSearch(text, name, to string) (line string, uses bool) {
	var out []string
	for _, t := range tokens(text) {
		if filter, value, ok := strings.Cut(t, ":"); ok && strings.EqualFold(strings.TrimPrefix(filter, "-"), "saved") && strings.EqualFold(value, name) {
			t, uses = filter+":"+to, true
		}
		out = append(out, quoted(t))
	}
	if !uses {
		return text, false
	}
	return strings.Join(out, " "), true
}

// quoted returns a part of a line so that it stays one.
func quoted(token string) string {
	if strings.ContainsFunc(token, unicode.IsSpace) {
		return `"` + token + `"`
	}
	return token
}

func putSearch(ctx context.Context, tx *sql.Tx, x SavedSearch, at int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO kv (key, value, at_ms) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET value = ?2, at_ms = ?3`, searchKey+x.Name, x.Text, at)
	if err != nil {
		return fmt.Errorf("saving a search: %w", err)
	}
	return nil
}

func dropSearch(ctx context.Context, tx *sql.Tx, name string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM kv WHERE key = ?`, searchKey+name); err != nil {
		return fmt.Errorf("forgetting a search: %w", err)
	}
	return nil
}

// SavedSearch returns the search of a name, or a *NoSavedSearchError.
func (s *Store) SavedSearch(ctx context.Context, name string) (SavedSearch, error) {
	saved, err := s.SavedSearches(ctx)
	if err != nil {
		return SavedSearch{}, err
	}
	i := named(saved, name)
	if i < 0 {
		return SavedSearch{}, noSearch(name, saved)
	}
	return saved[i], nil
}

// SavedSearches returns the searches kept, sorted by name.
func (s *Store) SavedSearches(ctx context.Context) ([]SavedSearch, error) {
	return savedSearches(ctx, s.r)
}

func savedSearches(ctx context.Context, q reader) (out []SavedSearch, err error) {
	err = eachRow(ctx, q, "reading saved searches", func(rows *sql.Rows) error {
		var f SavedSearch
		err := rows.Scan(&f.Name, &f.Text)
		out = append(out, f)
		return err
	}, `SELECT substr(key, ?), value FROM kv WHERE key >= ? AND key < ? ORDER BY key COLLATE NOCASE, key`,
		len(searchKey)+1, searchKey, strings.TrimSuffix(searchKey, ":")+";")
	return out, err
}
