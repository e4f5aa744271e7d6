// Package cli is the program as plain lines and JSON: for scripts, for pipes
// and for screen readers. It runs the same steps as the screens, writes no
// escape codes unless the output is a terminal, and starts the screens only for
// the bare command.
//
// Results go to standard output, one job a line; progress and messages for a
// person go to standard error. The JSON shapes are listed by "seedreel help
// json", the exit codes by "seedreel help exit-codes"; both are stable: fields
// and codes are added, never renamed, removed or given another meaning.
package cli

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/client/near"
	"seedreel/state/engine"
	"seedreel/state/settings"
	"seedreel/views/words"
)

// Options is the environment of a command.
type Options struct {
	Args    []string
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	Getenv  settings.Env
	Now     func() time.Time
	Zone    *time.Location
	Version string
	// BuiltIn holds the built-in models if they have been read already.
	BuiltIn *catalogue.Catalogue
	// Screens runs the full-screen program.
	Screens func(ctx context.Context, e *engine.Engine) error
	// Lines runs the program as a conversation of plain lines.
	Lines func(ctx context.Context, e *engine.Engine) error
	// Terminal reports whether both input and output are a terminal that can
	// show the screens and, if not, why.
	Terminal func() (ok bool, why string)
}

// Run executes one command line and returns the exit code.
func Run(ctx context.Context, o Options) int {
	o.Getenv = inProfile(o.Getenv, o.Args)
	c := &commands{o: o, json: wantsJSON(o.Args), words: append([]string{}, o.Args...)}
	root := c.root()
	root.SetArgs(negative(o.Args))
	root.SetIn(o.In)
	root.SetOut(o.Out)
	root.SetErr(o.Err)
	err := root.ExecuteContext(ctx)
	if shown := c.showLong(ctx); err == nil {
		err = shown
	}
	if err != nil {
		c.report(ctx, err)
		return code(ctx, err)
	}
	return ExitOK
}

// negative moves arguments that are numbers below zero behind "--", so that
// they are read as values and not as flags. What follows a flag is its value
// anyway.
func negative(args []string) []string {
	var out, behind []string
	for i, a := range args {
		if a == "--" {
			return append(out, args[i:]...)
		}
		if number, err := strconv.ParseFloat(a, 64); err == nil && number < 0 && i > 0 && !strings.HasPrefix(args[i-1], "-") {
			behind = append(behind, a)
			continue
		}
		out = append(out, a)
	}
	if behind == nil {
		return args
	}
	return append(append(out, "--"), behind...)
}

// commands builds the commands of one run.
type commands struct {
	o Options
	// debug also logs requests.
	debug bool
	// json writes errors as JSON, and quiet leaves out lines of progress.
	json, quiet bool
	filter      filter
	// long collects output for the pager.
	long   *longOutput
	shapes map[reflect.Type]*shape
	// practice and real are --practice and --no-practice.
	practice, real bool
	look           *look
	// words are the arguments of this run; nil if the commands are only
	// described.
	words []string
	// topics returns the text of a help topic by its name: the pages are only
	// set for a terminal when one is read.
	topics map[string]func() string
	// cpuProfile is --cpuprofile.
	cpuProfile string
	// known is the catalogue once it has been read.
	known *catalogue.Catalogue
}

// The groups in the list of commands.
const (
	groupMake   = "make"
	groupTake   = "take"
	groupLook   = "look"
	groupSetUp  = "setup"
	groupTopics = "topics"
)

func (c *commands) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "seedreel",
		Short: "A terminal studio for Seedance videos",
		Long: "seedreel opens the studio: write a prompt, see the price, submit, watch the jobs, keep the clips.\n" +
			"Without a key everything goes to a simulator in the program itself, and nothing is billed.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noCommand(cmd, args[0])
			}
			return nil
		},
		RunE:          c.open,
		Version:       c.o.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	c.look = lookFlags(root)
	c.machineFlags(root)
	c.profileFlag(root)
	c.measureFlag(root)
	root.PersistentFlags().BoolVarP(&c.quiet, "quiet", "q", false, "leave out progress and remarks; errors and questions stay")
	root.PersistentFlags().BoolVar(&c.debug, "debug", false, "write every request into the log: method, host, path, status, time")
	root.PersistentFlags().BoolVar(&c.practice, "practice", false, "use the simulator, whatever keys there are; nothing is billed")
	root.PersistentFlags().BoolVar(&c.real, "no-practice", false, "never use the simulator; without a key nothing is made")
	root.SetFlagErrorFunc(badFlag)
	root.SetHelpFunc(c.showHelp)
	root.SetHelpCommand(c.help())
	root.AddGroup(
		&cobra.Group{ID: groupMake, Title: "clips"}, &cobra.Group{ID: groupTake, Title: "shots and takes"}, &cobra.Group{ID: groupLook, Title: "looking back"},
		&cobra.Group{ID: groupSetUp, Title: "setting up"}, &cobra.Group{ID: groupTopics, Title: "more help"},
	)
	add := func(group string, cmds ...*cobra.Command) {
		for _, cmd := range cmds {
			cmd.GroupID = group
			root.AddCommand(cmd)
		}
	}
	add(groupMake, c.submit(), c.estimate(), c.jobs(), c.wait(), c.show(), c.resolve(), c.download(), c.enhance(), c.upright(), c.again(), c.wordsCommand())
	add(groupMake, c.line(), c.work(), c.retry(), c.cancel(), c.openClip())
	add(groupMake, c.frame(), c.join(), c.export(), c.imports())
	add(groupTake, c.reel(), c.rate(), c.pick(), c.reject(), c.label(), c.note())
	add(groupLook, c.history(), c.costs(), c.balance(), c.bring(), c.delete())
	add(groupSetUp, c.models(), c.settings(), c.profile(), c.key(), c.doctor(), c.simulate(), c.mcp(), c.skill(), c.man())
	add(groupTopics, c.jsonTopic(), exitTopic())
	add(groupTopics, c.guideTopics()...)
	root.SetHelpCommandGroupID(groupTopics)
	root.SetCompletionCommandGroupID(groupSetUp)
	c.completions(root)
	c.tame(root)
	return root
}

// tame makes every mistake in a command's arguments a usage error.
func (c *commands) tame(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		c.tame(sub)
	}
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := together(cmd); err != nil {
				return err
			}
			err := check(cmd, args)
			if _, ours := errors.AsType[*exitError](err); err == nil || ours {
				return err
			}
			return wrongArgs(cmd, args)
		}
	}
}

// wrongArgs is the usage error of arguments that a command does not take. They
// are not repeated: one of them may be a key.
func wrongArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && cmd.HasSubCommands() {
		if meant := nearSub(cmd, args[0]); meant != "" {
			return exitAbout(ExitUsage, about{want: meant}, "seedreel: wrong arguments for "+cmd.CommandPath()+"; did you mean "+meant+"?")
		}
	}
	_, takes, some := strings.Cut(cmd.Use, " ")
	if !some {
		return usage("%s takes no arguments; see %s --help", cmd.CommandPath(), cmd.CommandPath())
	}
	return usage("wrong arguments for %s; it takes %s; see %s --help", cmd.CommandPath(), takes, cmd.CommandPath())
}

// together returns a usage error for flags that exclude each other. The library
// looks at them only after the arguments, and has words of its own for it.
func together(cmd *cobra.Command) error {
	err := cmd.ValidateFlagGroups()
	if err == nil {
		return nil
	}
	_, set, _ := strings.Cut(err.Error(), "; [")
	set, _, _ = strings.Cut(set, "]")
	return usage("--%s cannot be given together", strings.Join(strings.Fields(set), " and --"))
}

// with opens the engine for one command and closes it afterwards.
func (c *commands) with(cmd *cobra.Command, do func(*engine.Engine) error) error {
	return c.opened(cmd.Context(), func(e *engine.Engine) error {
		if e.ModelsProblem != nil {
			c.tell("nothing can be ordered: %s", words.Error(e.ModelsProblem))
		}
		return do(e)
	})
}

// withModels is like with, for commands that order or work on orders: it fails
// if the models are not those that the person configured.
func (c *commands) withModels(cmd *cobra.Command, do func(*engine.Engine) error) error {
	return c.opened(cmd.Context(), func(e *engine.Engine) error {
		if e.ModelsProblem != nil {
			return exit(ExitTrouble, "seedreel: %s", words.Error(e.ModelsProblem))
		}
		return do(e)
	})
}

// runWith returns the RunE of a command that works with the engine alone; see
// with.
func (c *commands) runWith(do func(ctx context.Context, e *engine.Engine, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return c.with(cmd, func(e *engine.Engine) error { return do(cmd.Context(), e, args) })
	}
}

// runWithModels is like runWith, for commands that order; see withModels.
func (c *commands) runWithModels(do func(ctx context.Context, e *engine.Engine, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return c.withModels(cmd, func(e *engine.Engine) error { return do(cmd.Context(), e, args) })
	}
}

// mode returns the value that the flags give the setting practice, "" for none.
func (c *commands) mode() (string, error) {
	switch {
	case c.practice && c.real:
		return "", usage("--practice and --no-practice cannot be given together")
	case c.practice:
		return settings.PracticeAlways, nil
	case c.real:
		return settings.PracticeNever, nil
	}
	return "", nil
}

func (c *commands) opened(ctx context.Context, do func(*engine.Engine) error) error {
	return c.measured(func() error { return c.opening(ctx, do) })
}

func (c *commands) opening(ctx context.Context, do func(*engine.Engine) error) (err error) {
	if err := c.knownProfile(); err != nil {
		return err
	}
	mode, err := c.mode()
	if err != nil {
		return err
	}
	e, err := engine.Open(ctx, engine.Options{
		Getenv: c.o.Getenv, Now: c.o.Now, Version: c.o.Version, Zone: c.o.Zone, Practice: mode, Unattended: !c.attended(), Debug: c.debug, BuiltIn: c.o.BuiltIn,
	})
	if err != nil {
		return exit(ExitTrouble, "seedreel: %s", words.Error(err))
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	for _, n := range e.Notices {
		c.tell("%s", n)
	}
	return do(e)
}

// onlyGroup runs a command that only groups others.
func onlyGroup(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return noSub(cmd, args[0])
	}
	return nil
}

// onlyGroups reports whether what follows a command must be one of its own.
func onlyGroups(cmd *cobra.Command) bool {
	return cmd.HasParent() && cmd.HasSubCommands() && !strings.Contains(cmd.Use, " ")
}

// noSub is the usage error of a command that a group has none of. The word is
// not repeated: after "key" it may be a key.
func noSub(cmd *cobra.Command, name string) error {
	if meant := nearSub(cmd, name); meant != "" {
		return exitAbout(ExitUsage, about{want: meant}, "seedreel: "+cmd.CommandPath()+" has no such command; did you mean "+meant+"?")
	}
	return usage("%s has no such command; see %s --help", cmd.CommandPath(), cmd.CommandPath())
}

// nearSub returns the command of a group that a name was probably meant to be,
// "" if none is near.
func nearSub(cmd *cobra.Command, name string) string {
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	if meant := near.Meant(name, names); meant != "" {
		return cmd.CommandPath() + " " + meant
	}
	return ""
}
