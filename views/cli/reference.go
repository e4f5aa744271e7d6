package cli

import "seedreel/state/settings"

// Command is one command as a reference lists it.
type Command struct {
	// Use is the command line, Short a one-sentence summary.
	Use, Short string
}

// Reference lists the commands in the order of the help. The environment
// locates the person's own models, which add to the flags.
func Reference(env settings.Env) []Command {
	var out []Command
	c := &commands{o: Options{Getenv: env}}
	root := c.root()
	out = append(out, Command{Use: root.Use, Short: root.Short})
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() {
			out = append(out, Command{Use: root.Use + " " + cmd.Use, Short: cmd.Short})
		}
	}
	return out
}
