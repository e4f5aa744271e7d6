package cli

import (
	"context"
	"strings"

	"github.com/dustin/go-humanize/english"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/settings"
)

// nearModels is how many models are named where a name leads to none, or to
// several.
const nearModels = 3

// findModel returns the model of a name or, without one, the model that an
// order begins with. Where nobody is looking, that has to be one that somebody
// has chosen, and a name with a service in it is no reason to practise.
func (c *commands) findModel(ctx context.Context, e *engine.Engine, name string) (*catalogue.Model, error) {
	if name == "" {
		m, chosen, err := e.FirstModel(ctx)
		switch {
		case err != nil:
			return nil, err
		case m == nil:
			name = e.Settings.Model
		case !chosen && !c.attended():
			return nil, usage("no model is named, set or used before; --model names one, seedreel settings set model does for all")
		default:
			return m, nil
		}
	}
	m, err := oneModel(e.Catalogue.Now(), name)
	if err == nil && namesService(name) && !c.attended() {
		e.Services.Steady()
	}
	return m, err
}

// namesService reports whether a name begins with that of a service.
func namesService(name string) bool {
	service, _, named := strings.Cut(name, ":")
	_, known := all.Find(strings.ToLower(service))
	return named && known
}

// oneModel returns the model of a name. The error for one that leads to none or
// to several names the nearest.
func oneModel(cat *catalogue.Catalogue, name string) (*catalogue.Model, error) {
	found := cat.Find(name)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return nil, exit(ExitInvalid, "model: %q is not in the catalogue; nearest are %s", name, english.WordSeries(refs(cat.Nearest(name, nearModels)), "and"))
	case len(found) <= nearModels:
		return nil, exit(ExitInvalid, "model: %q may be %s", name, english.WordSeries(refs(found), "or"))
	}
	return nil, exit(ExitInvalid, "model: %q may be any of %d, such as %s", name, len(found), english.WordSeries(refs(found[:nearModels]), "and"))
}

func refs(models []*catalogue.Model) []string {
	out := make([]string, len(models))
	for i, m := range models {
		out[i] = m.Ref().String()
	}
	return out
}

// knownModel refuses a model that the next start would refuse.
func (c *commands) knownModel(p *settings.Paths, name string) error {
	cat, err := engine.ReadCatalogue(*p, c.builtIn())
	if err != nil {
		return err
	}
	_, err = oneModel(cat, name)
	return err
}
