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

// FormModel returns the model of a person's first form: in practice the
// catalogue's example, if nobody has chosen another.
func (e *Engine) FormModel(ctx context.Context) (*catalogue.Model, error) {
	m, chosen, err := e.FirstModel(ctx)
	if err != nil || chosen || !e.Services.Practice() {
		return m, err
	}
	if example := e.Catalogue.Now().Example(); example != nil {
		return example, nil
	}
	return m, nil
}
