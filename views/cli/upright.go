package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/media"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// uprightLine is one copy as JSON.
type uprightLine struct {
	File     string `json:"file"`
	Copy     string `json:"copy"`
	Lossless bool   `json:"lossless"`
}

// upright copies pictures so that every service sees them the same way up.
func (c *commands) upright() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "upright file...",
		Short:   "Make upright copies of pictures, in plain colours",
		Example: "seedreel upright portrait.jpg",
		Long: "upright writes a copy of each picture into the data folder, turned as it is seen, in colours of 8 bits, and of an\n" +
			"animation the first frame; it prints where. The copy is without loss where that stays below 10 MB, else a JPEG of\n" +
			"quality 95. The picture itself is left alone.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := settings.FindPaths(c.o.Getenv)
			if err != nil {
				return exit(ExitTrouble, "%s", words.Error(err))
			}
			for _, a := range args {
				if err := c.redraw(a, filepath.Join(p.Data, "upright"), asJSON); err != nil {
					return err
				}
			}
			return nil
		},
	}
	jsonFlag(cmd, &asJSON, "the copies, one a line,")
	return cmd
}

func (c *commands) redraw(file, dir string, asJSON bool) error {
	it, err := media.Parse(file, settings.Home(c.o.Getenv))
	if err != nil {
		return exit(ExitInvalid, "%s: %v", file, err)
	}
	if it.Kind != media.Path {
		return exit(ExitInvalid, "%s: only a file on this machine can be redrawn", file)
	}
	made, err := media.Redraw(it.Value, dir)
	if err != nil {
		return exit(ExitInvalid, "%s", words.Error(err))
	}
	if asJSON {
		return c.object(uprightLine{File: it.Value, Copy: made.Path, Lossless: made.Lossless})
	}
	if !made.Lossless {
		c.tell("%s: the copy is not without loss", filepath.Base(it.Value))
	}
	return c.print("%s", safe.Line(made.Path))
}

// warnMedia warns about what a service may do to the files of an order.
func (c *commands) warnMedia(e *engine.Engine, m *catalogue.Model, v catalogue.Values) {
	for i := range m.Fields {
		for _, item := range v.Media(m.Fields[i].Role) {
			f, err := e.Look(item)
			if err != nil {
				continue // reported by the check
			}
			for _, w := range f.Warnings() {
				c.tell("%s: %s", safe.Line(filepath.Base(item)), w)
			}
			if f.CanBeRedrawn() {
				c.tell("%s: seedreel upright makes a copy that every service sees the same way", safe.Line(filepath.Base(item)))
			}
		}
	}
}
