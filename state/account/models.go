package account

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/state/disk"
)

// Refreshed is what RefreshModels changed.
type Refreshed struct {
	Changes []catalogue.Change
	// Refused lists why models could not be used.
	Refused []error
}

// RefreshModels reads the current models of a service, lays them over the
// catalogue in force and keeps them in a file for the next start. The
// simulator's models are not kept, as they come from no service.
func (a *Account) RefreshModels(ctx context.Context, provider, file string, practice bool) (Refreshed, error) {
	l, err := offer[client.Modeler](a, provider, practice)
	if err != nil {
		return Refreshed{}, err
	}
	models, err := l.Models(ctx, a.o.Catalogue.Now())
	if err != nil {
		return Refreshed{}, err
	}
	day := a.o.Now().UTC().Format("2006-01-02")
	var refused []error
	was, now := a.o.Catalogue.Change(func(c *catalogue.Catalogue) (next *catalogue.Catalogue) {
		next, refused = c.Overlay(models, day+", "+provider)
		return next
	})
	r := Refreshed{Changes: catalogue.Diff(was, now), Refused: refused}
	if practice {
		return r, nil
	}
	var mine []*catalogue.Model
	for _, m := range now.All() {
		if m.Provider == provider {
			mine = append(mine, m)
		}
	}
	b, err := catalogue.EncodeModels(mine, day)
	if err != nil {
		return r, fmt.Errorf("keeping the models of %s: %w", provider, err)
	}
	return r, writeFile(file, b)
}

// LoadModels lays the models kept by RefreshModels over a catalogue. Without a
// file it returns the catalogue unchanged; if the file cannot be read it
// returns an error and changes nothing.
func LoadModels(cat *catalogue.Catalogue, file string) (*catalogue.Catalogue, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return cat, nil
	}
	if err != nil {
		return cat, fmt.Errorf("reading the models kept: %w", err)
	}
	now, err := cat.Merge(b)
	if err != nil {
		return cat, fmt.Errorf("%s: %w", file, err)
	}
	return now, nil
}

// writeFile replaces a file atomically, readable by this user alone.
func writeFile(file string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("keeping models: %w", err)
	}
	if err := disk.WriteFile(file, b); err != nil {
		return fmt.Errorf("keeping models: %w", err)
	}
	return nil
}
