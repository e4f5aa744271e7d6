package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/settings"
)

// look holds the appearance of the program for one run of the bare command;
// settings are permanent.
type look struct {
	accessible bool
	// over holds settings by name; "" leaves the value of the settings file.
	over map[string]*string
	calm bool
}

func lookFlags(root *cobra.Command) *look {
	l := &look{over: map[string]*string{}}
	f := root.Flags()
	f.BoolVar(&l.accessible, "accessible", false, "questions and plain lines instead of screens; ACCESSIBLE=1 does the same")
	f.BoolVar(&l.calm, "reduced-motion", false, "nothing moves that you did not start")
	for _, name := range []string{"theme", "images"} {
		k, ok := settings.FindKey(name)
		if !ok {
			continue
		}
		l.over[name] = f.String(name, "", k.Help+" One of "+strings.Join(k.Choices, ", ")+".")
	}
	return l
}

// apply overrides the settings of this run with the flags.
func (l *look) apply(s *settings.Settings) error {
	for name, v := range l.over {
		if *v == "" {
			continue
		}
		if err := settings.Set(s, name, *v); err != nil {
			return usage("--%s %v", name, err)
		}
	}
	s.ReducedMotion = s.ReducedMotion || l.calm
	return nil
}

// open runs the bare command: the screens, or plain lines if they were asked
// for or the terminal cannot move the cursor.
func (c *commands) open(cmd *cobra.Command, _ []string) error {
	show := c.o.Screens
	if c.look.accessible || c.o.Getenv("ACCESSIBLE") != "" || c.o.Getenv("TERM") == "dumb" {
		show = c.o.Lines
	} else if ok, why := c.o.Terminal(); !ok {
		return usage("%s; seedreel --help lists the commands that work without one", why)
	}
	return c.withModels(cmd, func(e *engine.Engine) error {
		if err := c.look.apply(e.Settings); err != nil {
			return err
		}
		return show(cmd.Context(), e)
	})
}
