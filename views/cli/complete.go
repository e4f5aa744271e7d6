package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// fewJobs is how many jobs a completion looks at, the newest first.
const fewJobs = 200

// completions adds what the arguments of commands can be, where their own code
// does not.
func (c *commands) completions(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "history":
			cmd.ValidArgsFunction = c.completeSearch
		case "label":
			_ = cmd.RegisterFlagCompletionFunc("remove", c.completeLabels) // known flag
		case "reel":
			for _, sub := range cmd.Commands() {
				if sub.ValidArgsFunction == nil && strings.Contains(sub.Use, "reel") {
					sub.ValidArgsFunction = c.completeReels
				}
			}
		case "submit":
			_ = cmd.RegisterFlagCompletionFunc("label", c.completeLabels) // known flag
		}
	}
}

// completeModels returns models as service:id and, as shells keep only what
// begins with what was typed, the ends of ids that begin with it.
func completeModels(cat *catalogue.Catalogue) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		var out, several []string
		for _, m := range cat.All() {
			if !m.MakesVideo() {
				continue
			}
			name := m.Ref().String()
			if end := endFrom(name, typed); end != "" {
				several = append(several, name)
				if found := cat.Find(end); len(found) != 1 || found[0] != m {
					continue
				}
				name = end
			}
			if strings.HasPrefix(name, typed) {
				out = append(out, fmt.Sprintf("%s\t%s", name, words.Model(m)))
			}
		}
		if len(out) == 0 && len(several) > 0 {
			out = cobra.AppendActiveHelp(out, "several models have this in their name: "+strings.Join(several[:min(len(several), 6)], ", "))
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// endFrom returns the end of a name from a word on that begins with what was
// typed, "" if there is none or it is the whole name.
func endFrom(name, typed string) string {
	if typed == "" || strings.HasPrefix(name, typed) {
		return ""
	}
	for i := range name {
		if i > 0 && strings.ContainsRune(":/-", rune(name[i-1])) && strings.HasPrefix(name[i:], strings.ToLower(typed)) {
			return name[i:]
		}
	}
	return ""
}

// sorted returns what a function finds in the history, each once.
func (c *commands) sorted(cmd *cobra.Command, of func(context.Context, *engine.Engine) ([]string, error)) []string {
	var out []string
	// Completion cannot report errors; it then offers nothing.
	_ = c.with(cmd, func(e *engine.Engine) (err error) {
		out, err = of(cmd.Context(), e)
		return err
	})
	slices.Sort(out)
	return slices.Compact(out)
}

func labels(ctx context.Context, e *engine.Engine) (out []string, err error) {
	rows, _, err := e.Store.Page(ctx, store.Query{Limit: fewJobs})
	for _, j := range rows {
		for _, l := range j.Labels {
			out = append(out, string(safe.Line(l)))
		}
	}
	return out, err
}

// completeLabels returns the labels of the newest jobs.
func (c *commands) completeLabels(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return c.sorted(cmd, labels), cobra.ShellCompDirectiveNoFileComp
}

// completeReels returns the names of the reels.
func (c *commands) completeReels(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	names := c.sorted(cmd, func(ctx context.Context, e *engine.Engine) (out []string, err error) {
		rows, err := e.Store.Reels(ctx)
		for i := range rows {
			out = append(out, string(safe.Line(rows[i].Name)))
		}
		return out, err
	})
	if strings.Contains(cmd.Use, "file") {
		return names, cobra.ShellCompDirectiveDefault // a reel may be a file, too
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeSearch returns filters, and the values of the one that was begun.
func (c *commands) completeSearch(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	const nothingElse = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	name, _, begun := strings.Cut(typed, ":")
	if !begun {
		var out []string
		for _, f := range store.FilterNames() {
			out = append(out, strings.TrimSuffix(f, ":")+":")
		}
		return out, nothingElse
	}
	values := store.FilterValues(name)
	switch name {
	case "label":
		values = c.sorted(cmd, labels)
	case "service":
		values = all.IDs()
	}
	var out []string
	for _, v := range values {
		out = append(out, name+":"+joined(v))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
