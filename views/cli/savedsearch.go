package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// savedSearches lists, forgets or renames searches that are kept.
func (c *commands) savedSearches(cmd *cobra.Command, e *engine.Engine, f *historyFlags, args []string) error {
	ctx, asked := cmd.Context(), 0
	for _, on := range []bool{f.listSaved, f.forget != "", f.rename != ""} {
		if on {
			asked++
		}
	}
	switch {
	case asked > 1 || len(args) > 0 || f.saved != "" || f.save != "" && f.rename == "":
		return usage("--list-saved, --forget and --rename search nothing; give one of them alone")
	case f.forget != "":
		if err := e.Store.ForgetSearch(ctx, f.forget); err != nil {
			return refusedSearch(err)
		}
		return c.print("Forgotten: %s", safe.Line(f.forget))
	case f.rename != "" && f.save == "":
		return usage("--rename needs the new name: --save NAME")
	case f.rename != "":
		if err := e.Store.RenameSearch(ctx, f.rename, f.save); err != nil {
			return refusedSearch(err)
		}
		return c.print("Renamed: %s is %s now", safe.Line(f.rename), safe.Line(f.save))
	}
	all, err := e.Store.SavedSearches(ctx)
	if err != nil {
		return err
	}
	for _, x := range all {
		if f.json {
			err = c.object(x)
		} else {
			err = c.print("%s  %s", safe.PadRight(safe.Line(x.Name), 16), safe.Line(x.Text))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// refusedSearch returns the error for a saved search that cannot be changed.
func refusedSearch(err error) error {
	code := ExitInvalid
	if _, ok := errors.AsType[*store.NoSavedSearchError](err); ok {
		code = ExitNotFound
	}
	return exit(code, "%s", words.Sentence(err))
}

// savedSearch returns the search kept under a name.
func savedSearch(ctx context.Context, e *engine.Engine, name string) (string, error) {
	x, err := e.Store.SavedSearch(ctx, name)
	if err != nil {
		return "", refusedSearch(err)
	}
	return x.Text, nil
}
