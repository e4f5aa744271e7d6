package engine

import (
	"crypto/rand"

	"seedreel/state/order"
	"seedreel/state/settings"
)

// openDesk makes the desk that all orders pass through.
func (e *Engine) openDesk() {
	e.Desk = order.New(order.Options{
		Store: e.Store, Prices: e.Account, Providers: e.Services.Provider, Rules: e.rules, Ready: e.Services.Ready,
		Models: e.Queue.Catalogue, Look: e.Look, Home: settings.Home(e.o.Getenv), Now: e.o.Now, Zone: e.o.Zone, Rand: rand.Reader,
	})
}

// rules reads the rules for an order from the files, which another process may
// have changed, and updates the services to match.
func (e *Engine) rules() (order.Rules, error) {
	s, err := settings.Load(e.Paths.SettingsFile(), e.o.Getenv)
	if err != nil {
		return order.Rules{}, err
	}
	if err := e.Services.Follow(s); err != nil {
		return order.Rules{}, err
	}
	return order.Rules{Limit: s.DailyLimit, Threshold: s.ConfirmAbove, Practice: e.Services.Practice()}, nil
}
