package engine

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"seedreel/assets"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/account"
	"seedreel/state/settings"
)

// maxCatalogue bounds the user's own models file, in bytes.
const maxCatalogue = 16 << 20

// BuiltIn reads the built-in models.
func BuiltIn() (*catalogue.Catalogue, error) { return catalogue.LoadBuiltIn(assets.Models()) }

// LoadCatalogue reads the built-in models and lays the user's own file, if any,
// over them.
func LoadCatalogue(own string) (*catalogue.Catalogue, error) {
	c, err := BuiltIn()
	if err != nil {
		return nil, err
	}
	return withOwn(c, own)
}

// withOwn lays the user's own file, if any, over the built-in models.
func withOwn(c *catalogue.Catalogue, own string) (*catalogue.Catalogue, error) {
	f, err := os.Open(own)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("opening your models: %w", err)
	}
	defer func() { _ = f.Close() }() // read only
	b, err := io.ReadAll(io.LimitReader(f, maxCatalogue))
	if err != nil {
		return nil, fmt.Errorf("reading your models: %w", err)
	}
	merged, err := c.Merge(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", own, err)
	}
	return merged, nil
}

// ReadCatalogue reads the models as an engine of these folders does, but opens
// nothing else. builtIn is as in Options.
func ReadCatalogue(p settings.Paths, builtIn *catalogue.Catalogue) (*catalogue.Catalogue, error) {
	m := readModels(p, builtIn)
	if m.err != nil {
		return nil, m.err
	}
	return m.catalogue, m.own
}

// models is a catalogue with what a person should know of its loading.
type models struct {
	catalogue *catalogue.Catalogue
	notices   []string
	// own is why the person's own models cannot be used. Without them the
	// catalogue is good for everything but orders, whose price might differ
	// from that in the file.
	own error
	err error
}

// readModels lays the models refreshed from the services over the catalogue. A
// file that cannot be used is reported and skipped: it can be fetched again.
func readModels(p settings.Paths, builtIn *catalogue.Catalogue) models {
	var m models
	if builtIn == nil {
		if builtIn, m.err = BuiltIn(); m.err != nil {
			return m
		}
	}
	if m.catalogue, m.own = withOwn(builtIn, p.CatalogueFile()); m.own != nil {
		m.catalogue = builtIn
	}
	for _, id := range all.IDs() {
		now, err := account.LoadModels(m.catalogue, modelsFile(p, id))
		if err != nil {
			m.notices = append(m.notices, err.Error())
			continue
		}
		m.catalogue = now
	}
	return m
}

// takeModels adopts the models read and checks the settings against them.
func (e *Engine) takeModels(m models) error {
	if m.err != nil {
		return m.err
	}
	e.Catalogue, e.Notices, e.ModelsProblem = catalogue.NewShelf(m.catalogue), append(m.notices, e.Notices...), m.own
	if name := e.Settings.Model; m.own == nil && name != "" && len(e.Catalogue.Now().Find(name)) != 1 {
		e.ModelsProblem = &settings.Error{File: e.Paths.SettingsFile(), Key: "model", Problem: fmt.Sprintf("is %q, which is no model of the catalogue", name)}
	}
	return nil
}

// ModelsFile returns the file that keeps the refreshed models of a service.
func (e *Engine) ModelsFile(provider string) string { return modelsFile(e.Paths, provider) }

func modelsFile(p settings.Paths, provider string) string {
	return filepath.Join(p.Data, "models-"+provider+".json")
}
