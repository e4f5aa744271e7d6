package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/near"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// setting is one setting as JSON. Values are text as a person writes them.
type setting struct {
	Name     string   `json:"name"`
	Value    string   `json:"value"`
	Default  string   `json:"default"`
	Help     string   `json:"help"`
	Choices  []string `json:"choices,omitempty"`
	Source   string   `json:"source"`
	Variable string   `json:"variable"`
}

// The sources of a setting beside its variable's name.
const (
	fromDefault = "default"
	fromFile    = "file"
)

// paths are the program's files and folders as JSON.
type paths struct {
	Settings    string `json:"settings"`
	Credentials string `json:"credentials"`
	Models      string `json:"models"`
	Store       string `json:"store"`
	Clips       string `json:"clips"`
	Log         string `json:"log"`
}

// settings uses only the file, so that a broken one can be fixed.
func (c *commands) settings() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "settings",
		Short:   "Read and change the settings",
		Example: "seedreel settings\nseedreel settings set daily_limit_usd 5\nseedreel settings unset daily_limit_usd",
		Long: "A setting comes from a flag of the command where there is one, else from its environment variable, else from the\n" +
			"file, else it has its default. The variable is SEEDREEL_ and the name in capitals, with _ for each dot:\n" +
			"SEEDREEL_DAILY_LIMIT_USD, SEEDREEL_SERVICES_WAVESPEED_IN_FLIGHT.",
		Args: onlyGroup,
	}
	list := c.settingsList()
	cmd.RunE = list.RunE
	cmd.Flags().AddFlagSet(list.Flags())
	cmd.AddCommand(list, c.settingsGet(), c.settingsSet(), c.settingsUnset(), c.settingsEdit(), c.settingsPath())
	return cmd
}

// loadSettings finds and reads the settings; an error in the file is reported
// with its line.
func (c *commands) loadSettings() (settings.Paths, settings.Settings, error) {
	p, err := settings.FindPaths(c.o.Getenv)
	if err != nil {
		return p, settings.Settings{}, exit(ExitTrouble, "%s", words.Error(err))
	}
	if err := c.knownProfile(); err != nil {
		return p, settings.Settings{}, err
	}
	s, err := settings.Load(p.SettingsFile(), c.o.Getenv)
	if err != nil {
		return p, s, exitAbout(ExitTrouble, fieldOf(err), string(words.Error(err)))
	}
	return p, s, nil
}

func (c *commands) settingOf(k *settings.Key, s *settings.Settings) setting {
	def := settings.Defaults()
	x := setting{
		Name: k.Name, Value: k.Value(s), Default: k.Value(&def), Help: k.Help, Choices: k.Choices, Source: fromDefault, Variable: settings.Variable(k.Name),
	}
	if name := settings.Override(k.Name, c.o.Getenv); name != "" {
		x.Source = name
	} else if x.Value != x.Default {
		x.Source = fromFile
	}
	return x
}

func (c *commands) settingsList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List all settings with what they are for",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, s, err := c.loadSettings()
			if err != nil {
				return err
			}
			var rows [][]safe.String
			for _, k := range settings.Keys() {
				x := c.settingOf(&k, &s)
				if asJSON {
					if err := c.object(x); err != nil {
						return err
					}
					continue
				}
				help := x.Help
				if len(x.Choices) > 0 {
					help += " One of " + strings.Join(x.Choices, ", ") + "."
				}
				if x.Source != fromDefault && x.Source != fromFile {
					help += " Now from " + x.Source + "."
				}
				rows = append(rows, []safe.String{safe.Line(x.Name), safe.Line(x.Value), safe.Line(help)})
			}
			return c.printRows(rows)
		},
	}
	jsonFlag(cmd, &asJSON, "the settings, one a line,")
	return cmd
}

// known returns a setting by its name on the command line.
func known(name string) (settings.Key, error) {
	k, ok := settings.FindKey(name)
	if !ok {
		var names []string
		for _, k := range settings.Keys() {
			names = append(names, k.Name)
		}
		if meant := near.Meant(name, names); meant != "" {
			return k, exitAbout(ExitUsage, about{field: name, want: meant}, fmt.Sprintf("seedreel: there is no setting %q; did you mean %s?", name, meant))
		}
		return k, exitAbout(ExitUsage, about{field: name}, fmt.Sprintf("seedreel: there is no setting %q; seedreel settings lists them", name))
	}
	return k, nil
}

func (c *commands) settingsGet() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "get name",
		Short:             "Write the value of a setting",
		Example:           "seedreel settings get daily_limit_usd",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeSettings,
		RunE: func(_ *cobra.Command, args []string) error {
			k, err := known(args[0])
			if err != nil {
				return err
			}
			_, s, err := c.loadSettings()
			switch {
			case err != nil:
				return err
			case asJSON:
				return c.object(c.settingOf(&k, &s))
			}
			return c.print("%s", k.Value(&s))
		},
	}
	jsonFlag(cmd, &asJSON, "the setting")
	return cmd
}

func (c *commands) settingsSet() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "set name value",
		Short:             "Change a setting",
		Long:              "set changes one setting in the file and leaves the rest of it as it is, comments too.",
		Example:           "seedreel settings set daily_limit_usd 5",
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: completeSettings,
		RunE: func(_ *cobra.Command, args []string) error {
			k, err := known(args[0])
			if err != nil {
				return err
			}
			p, _, err := c.loadSettings()
			if err != nil {
				return err
			}
			if err := p.Ensure(); err != nil {
				return exit(ExitTrouble, "%s", words.Error(err))
			}
			if k.Name == "model" && args[1] != "" {
				if err := c.knownModel(&p, args[1]); err != nil {
					return err
				}
			}
			if err := settings.Save(p.SettingsFile(), map[string]string{k.Name: args[1]}); err != nil {
				return exitAbout(ExitInvalid, about{field: k.Name}, string(words.Error(err)))
			}
			return c.changed(asJSON, k)
		},
	}
	jsonFlag(cmd, &asJSON, "the setting as it is now")
	return cmd
}

// changed writes what settings are now that the file was changed.
func (c *commands) changed(asJSON bool, keys ...settings.Key) error {
	_, s, err := c.loadSettings()
	if err != nil {
		return err
	}
	for i := range keys {
		if !asJSON {
			c.tellChanged(&keys[i], &s)
		} else if err := c.object(c.settingOf(&keys[i], &s)); err != nil {
			return err
		}
	}
	return nil
}

// tellChanged tells what a setting is now. The environment may still be over
// the file.
func (c *commands) tellChanged(k *settings.Key, s *settings.Settings) {
	value := cmp.Or(k.Value(s), "empty")
	if name := settings.Override(k.Name, c.o.Getenv); name != "" {
		c.tell("%s is still %s: %s in the environment is over the file", k.Name, value, name)
		return
	}
	c.tell("%s is %s now", k.Name, value)
}

func (c *commands) settingsPath() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "path",
		Short: "Write where the settings file is; --json tells all files",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, err := settings.FindPaths(c.o.Getenv)
			if err != nil {
				return exit(ExitTrouble, "%s", words.Error(err))
			}
			if !asJSON {
				return c.print("%s", p.SettingsFile())
			}
			_, s, err := c.loadSettings()
			if err != nil {
				s = settings.Defaults() // the file may be broken; only its path was asked for
			}
			clips, err := p.ClipsDir(s.ClipsDir, c.o.Getenv)
			if err != nil {
				return exit(ExitTrouble, "%s", words.Error(err))
			}
			return c.object(paths{
				Settings: p.SettingsFile(), Credentials: p.CredentialsFile(), Models: p.CatalogueFile(), Store: p.StoreFile(),
				Clips: clips, Log: p.LogFile(),
			})
		},
	}
	jsonFlag(cmd, &asJSON, "all files and folders")
	return cmd
}

// completeSettings returns names, then the values that a setting takes.
func completeSettings(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		k, _ := settings.FindKey(args[0])
		if k.Type == settings.Switch {
			return []string{"true", "false"}, cobra.ShellCompDirectiveNoFileComp
		}
		if k.Name == "clips_dir" {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
		return k.Choices, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, k := range settings.Keys() {
		out = append(out, k.Name+"\t"+k.Help)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
