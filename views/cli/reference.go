package cli

import (
	"slices"

	"seedreel/state/settings"
)

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

// Understands returns the usage error of a command line without running it, or
// nil. Arguments in capitals are any value.
func Understands(env settings.Env, args []string) error {
	c := &commands{o: Options{Getenv: env}}
	root := c.root()
	root.InitDefaultCompletionCmd()
	if len(args) > 0 && args[0] == "help" {
		if len(args) == 2 && args[1] != "TOPIC" && args[1] != "COMMAND" && child(root, args[1]) == nil {
			return noCommand(root, args[1])
		}
		return nil
	}
	args = slices.DeleteFunc(args, func(a string) bool { return a == "--help" || a == "--version" })
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return badFlag(cmd, err)
	}
	if cmd.Args == nil {
		return nil
	}
	return cmd.Args(cmd, cmd.Flags().Args())
}
