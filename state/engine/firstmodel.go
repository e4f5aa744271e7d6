package engine

import (
	"context"
	"errors"

	"seedreel/client/catalogue"
	"seedreel/state/store"
)

// FirstModel returns the model of an order that names none: the one in the
// settings, else that of the newest job, else the catalogue's. chosen is set
// unless it is the catalogue's. It returns nil if the settings name a missing
// model, or one that is ambiguous.
func (e *Engine) FirstModel(ctx context.Context) (m *catalogue.Model, chosen bool, err error) {
	last, err := e.Store.LastModel(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, false, err
	}
	m, chosen = e.Catalogue.Now().Begin(e.Settings.Model, last, func(id string) bool { return !e.Services.Practice() && e.Services.Ready(id) == nil })
	return m, chosen, nil
}
