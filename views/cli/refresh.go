package cli

import (
	"context"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// changeLine is one change of a refresh as JSON.
type changeLine struct {
	Service string `json:"service"`
	Model   string `json:"model,omitempty"`
	Kind    string `json:"kind"`
	Field   string `json:"field,omitempty"`
	Text    string `json:"text"`
}

// kindRefused marks a model that a service offers and this program cannot use.
const kindRefused = "refused"

// modelsRefresh reads the models that the services offer now.
func (c *commands) modelsRefresh() *cobra.Command {
	return c.onServices(&cobra.Command{
		Use:   "refresh [service...]",
		Short: "Ask the services which models they have now",
		Long: "refresh reads fields, prices and new models from the services, keeps them, and writes what changed. Without a\n" +
			"key it asks the simulator.",
	}, "the changes, one a line,", func(ctx context.Context, e *engine.Engine, named []string, asJSON bool) error {
		ids, err := usable(e, named)
		if err != nil {
			return err
		}
		return c.each(ctx, ids, func(id string) error { return c.refresh(ctx, e, id, asJSON) })
	})
}

func (c *commands) refresh(ctx context.Context, e *engine.Engine, id string, asJSON bool) error {
	c.tell("asking %s for its models", words.Service(id))
	r, err := e.Account.RefreshModels(ctx, id, e.ModelsFile(id), e.Services.Practice())
	if err != nil {
		return notOffered(id, "list of models", err)
	}
	for _, ch := range r.Changes {
		if asJSON {
			l := changeLine{Service: ch.Ref.Provider, Model: ch.Ref.ID, Kind: ch.Kind.String(), Field: ch.Field, Text: ch.Text}
			if err := c.object(l); err != nil {
				return err
			}
			continue
		}
		if err := c.print("%s", safe.Line(ch.String())); err != nil {
			return err
		}
	}
	for _, no := range r.Refused {
		if asJSON {
			if err := c.object(changeLine{Service: id, Kind: kindRefused, Text: no.Error()}); err != nil {
				return err
			}
			continue
		}
		c.tell("left out: %s", words.Error(no))
	}
	n := 0
	for _, m := range e.Catalogue.Now().All() {
		if m.Provider == id && m.MakesVideo() {
			n++
		}
	}
	c.tell("%s: %s models, %s changes", words.Service(id), humanize.Comma(int64(n)), humanize.Comma(int64(len(r.Changes))))
	return nil
}
