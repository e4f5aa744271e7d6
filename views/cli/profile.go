package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/near"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// profileLine is a profile as JSON; the default one has no name.
type profileLine struct {
	Name    string `json:"name"`
	Current bool   `json:"current"`
	Config  string `json:"config"`
	Data    string `json:"data"`
	State   string `json:"state"`
}

// inProfile returns an environment in which the profile is the one that a
// command line names. It is read before the flags are, as the models of a
// profile decide which flags there are.
func inProfile(env settings.Env, args []string) settings.Env {
	name, given := "", false
	for i, a := range args {
		if a == "--" {
			break
		}
		if value, ok := strings.CutPrefix(a, "--profile="); ok {
			name, given = value, true
		} else if a == "--profile" && i+1 < len(args) {
			name, given = args[i+1], true
		}
	}
	if !given {
		return env
	}
	return func(variable string) string {
		if variable == settings.ProfileVar {
			return name
		}
		return env(variable)
	}
}

// profileFlag adds --profile.
func (c *commands) profileFlag(root *cobra.Command) {
	root.PersistentFlags().String("profile", "", "use the keys, settings, limits and folders of this profile") // read by inProfile
	_ = root.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		names, _ := settings.Profiles(c.o.Getenv) // completion cannot report errors
		return names, cobra.ShellCompDirectiveNoFileComp
	}) // known flag
}

// knownProfile refuses a profile that was not made: a mistyped name would be an
// empty world in which everything is practice.
func (c *commands) knownProfile() error {
	p, err := settings.FindPaths(c.o.Getenv)
	if err != nil {
		return exitAbout(ExitUsage, about{field: "profile"}, "seedreel: "+string(words.Error(err)))
	}
	if p.Exists() {
		return nil
	}
	names, err := settings.Profiles(c.o.Getenv)
	if err != nil {
		return err
	}
	want := "seedreel profile add " + p.Profile + " makes it"
	if meant := near.Meant(p.Profile, names); meant != "" {
		want = "did you mean " + meant + "?"
	}
	return exitAbout(ExitUsage, about{field: "profile", want: want}, "seedreel: there is no profile "+p.Profile+"; "+want)
}

func (c *commands) profile() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "List profiles, and add them",
		Long: "A profile has keys, settings, limits, history and clips of its own. --profile NAME or SEEDREEL_PROFILE selects\n" +
			"one; without either it is the default one. A key in the environment is the default profile's only: a named one\n" +
			"uses the keys that seedreel --profile NAME key set was given.",
		Example: "seedreel profile add client-a\nseedreel --profile client-a key set\nseedreel --profile client-a",
		Args:    onlyGroup,
		RunE:    func(*cobra.Command, []string) error { return c.listProfiles(asJSON) },
	}
	jsonFlag(cmd, &asJSON, "the profiles, one a line,")
	cmd.AddCommand(c.profileAdd())
	return cmd
}

func (c *commands) listProfiles(asJSON bool) error {
	names, err := settings.Profiles(c.o.Getenv)
	if err != nil {
		return err
	}
	now := c.o.Getenv(settings.ProfileVar)
	var rows [][]safe.String
	for _, name := range append([]string{""}, names...) {
		p, err := c.pathsOf(name)
		if err != nil {
			return err
		}
		if asJSON {
			if err := c.object(profileLine{Name: name, Current: name == now, Config: p.Config, Data: p.Data, State: p.State}); err != nil {
				return err
			}
			continue
		}
		mark := safe.String(" ")
		if name == now {
			mark = "*"
		}
		if name == "" {
			name = "(default)"
		}
		rows = append(rows, []safe.String{mark, safe.Line(name), safe.Line(p.Config)})
	}
	return c.printRows(rows)
}

func (c *commands) pathsOf(profile string) (settings.Paths, error) {
	return settings.FindPaths(inProfile(c.o.Getenv, []string{"--profile", profile}))
}

func (c *commands) profileAdd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "add name",
		Short:   "Add a profile",
		Example: "seedreel profile add client-a",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := c.pathsOf(args[0])
			if err != nil || args[0] == "" {
				return exitAbout(ExitInvalid, about{field: "name"}, string(words.Error(err)))
			}
			if p.Exists() {
				return exitAbout(ExitInvalid, about{field: "name"}, "There is a profile "+args[0]+" already.")
			}
			if err := p.Ensure(); err != nil {
				return exit(ExitTrouble, "%s", words.Error(err))
			}
			if asJSON {
				return c.object(profileLine{Name: args[0], Config: p.Config, Data: p.Data, State: p.State})
			}
			c.tell("seedreel --profile %s key set gives it a key; without one it is in practice", args[0])
			return c.print("%s", safe.Line(p.Config))
		},
	}
	jsonFlag(cmd, &asJSON, "the profile")
	return cmd
}
