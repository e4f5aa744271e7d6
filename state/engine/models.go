package engine

import (
	"seedreel/client"
	"seedreel/state/settings"
)

// ReadCatalogue reads the models as an engine of these folders would have
// them, without opening anything else.
func ReadCatalogue(p settings.Paths) (*client.Catalogue, error) {
	c, err := LoadCatalogue(p.CatalogueFile())
	if err != nil {
		return nil, err
	}
	e := &Engine{Paths: p, Catalogue: c}
	e.layModels()
	return e.Catalogue, nil
}
