package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"seedreel/client/near"
)

const (
	// helpWidth is the width of help, in cells, where no terminal has another.
	helpWidth = 80
	// widestHelp keeps lines readable on wide terminals.
	widestHelp = 100
	// flagColumn is where the texts of flags begin, in cells.
	flagColumn = 32
)

// sheet is a page of help under construction. It never asks the terminal
// anything: a mute one would keep the reader waiting.
type sheet struct {
	b     strings.Builder
	width int
	bold  bool
}

// newSheet returns an empty page for an output.
func (c *commands) newSheet(w io.Writer) *sheet {
	s := &sheet{width: helpWidth}
	fd, ok := terminal(w)
	if !ok {
		return s
	}
	s.bold = c.o.Getenv("NO_COLOR") == "" && c.o.Getenv("TERM") != "dumb"
	if w, _, err := term.GetSize(fd); err == nil && w > 0 {
		s.width = min(w, widestHelp)
	}
	return s
}

func (s *sheet) heading(text string) {
	if s.bold {
		text = ansi.Style{}.Bold().Styled(text)
	}
	fmt.Fprintf(&s.b, "\n%s\n", text)
}

// text writes a paragraph. Lines that were broken by hand for the source flow
// again; those that begin with a blank stay.
func (s *sheet) text(text string) {
	for i, para := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			s.b.WriteByte('\n')
		}
		var flow []string
		flush := func() {
			if flow != nil {
				s.b.WriteString(fold(strings.Join(flow, " "), s.width) + "\n")
				flow = nil
			}
		}
		for line := range strings.SplitSeq(para, "\n") {
			if strings.HasPrefix(line, " ") {
				flush()
				s.b.WriteString(line + "\n")
				continue
			}
			if strings.HasPrefix(line, "- ") {
				flush()
			}
			flow = append(flow, line)
		}
		flush()
	}
}

// fold breaks a text between its words, so that no line has more than width
// cells unless a single word has. It leaves hyphens alone: a flag or a name
// that is cut at one cannot be copied.
func fold(text string, width int) string {
	var b strings.Builder
	at := 0
	for word := range strings.FieldsSeq(text) {
		w := ansi.StringWidth(word)
		switch {
		case at == 0:
		case at+1+w > width:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += w
	}
	return b.String()
}

// item writes a name and, beside it or below, what it is.
func (s *sheet) item(name, text string, column int) {
	name = "  " + name
	if w := ansi.StringWidth(name); w+2 <= column {
		name += strings.Repeat(" ", column-w)
	} else {
		name += "\n" + strings.Repeat(" ", column)
	}
	lines := fold(text, max(s.width-column, 20))
	s.b.WriteString(name + strings.ReplaceAll(lines, "\n", "\n"+strings.Repeat(" ", column)) + "\n")
}

// showHelp writes the help of a command: what it does, examples first, then
// usage, commands, flags with the type of their value, and related commands.
func (c *commands) showHelp(cmd *cobra.Command, _ []string) {
	s := c.newSheet(c.o.Out)
	if long := c.textOf(cmd); long != "" {
		s.text(long)
	} else {
		s.text(cmd.Short + ".")
	}
	if cmd.Example != "" {
		s.heading("Examples")
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			s.b.WriteString("  " + line + "\n")
		}
	}
	if cmd.Runnable() || cmd.HasAvailableSubCommands() {
		s.heading("Usage")
		if cmd.Runnable() {
			s.b.WriteString("  " + cmd.UseLine() + "\n")
		}
		if cmd.HasAvailableSubCommands() {
			s.b.WriteString("  " + cmd.CommandPath() + " command\n")
		}
	}
	s.commands(cmd)
	if !cmd.IsAdditionalHelpTopicCommand() {
		s.flags("Flags", cmd.LocalFlags())
		s.flags("Flags of every command", cmd.InheritedFlags())
	}
	s.related(cmd)
	c.paged(child(cmd.Root(), "help"))
	_, _ = io.WriteString(c.o.Out, strings.TrimLeft(s.b.String(), "\n")) // a closed pipe is the reader's choice
}

func (s *sheet) commands(cmd *cobra.Command) {
	list := func(title string, in func(*cobra.Command) bool) {
		begun := false
		for _, sub := range cmd.Commands() {
			if topic := sub.IsAdditionalHelpTopicCommand(); !sub.IsAvailableCommand() && !topic && sub.Name() != "help" || !in(sub) {
				continue
			}
			if !begun {
				s.heading(title)
			}
			begun = true
			s.item(sub.Name(), sub.Short, 20)
		}
	}
	for _, g := range cmd.Groups() {
		list(strings.ToUpper(g.Title[:1])+g.Title[1:], func(sub *cobra.Command) bool { return sub.GroupID == g.ID })
	}
	list("Commands", func(sub *cobra.Command) bool { return sub.GroupID == "" })
}

func (s *sheet) flags(title string, set *pflag.FlagSet) {
	if !set.HasAvailableFlags() {
		return
	}
	s.heading(title)
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, text := flagHead(f)
		s.item(name, text, flagColumn)
	})
}

// flagHead returns a flag with the type of its value, and what it is for.
func flagHead(f *pflag.Flag) (name, text string) {
	kind, text := pflag.UnquoteUsage(f)
	if kind != "" {
		kind = valueWord(f)
	}
	name = "    --" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", --" + f.Name
	}
	if kind != "" {
		name += " " + kind
	}
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" {
		text += " (default " + f.DefValue + ")"
	}
	return name, text
}

// related names the commands beside this one, and where to read on.
func (s *sheet) related(cmd *cobra.Command) {
	p := cmd.Parent()
	if p == nil {
		s.heading("Read on")
		s.b.WriteString("  seedreel help COMMAND    a command in full\n  seedreel help TOPIC      a page of the guide\n")
		return
	}
	var names []string
	for _, sub := range p.Commands() {
		if sub != cmd && sub.GroupID == cmd.GroupID && (sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand()) {
			names = append(names, sub.Name())
		}
	}
	if len(names) > 0 {
		s.heading("See also")
		s.b.WriteString("  " + strings.ReplaceAll(fold(strings.Join(names, ", "), s.width-2), "\n", "\n  ") + "\n")
	}
}

// help is "seedreel help": a command or a page of the guide.
func (c *commands) help() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command or topic]",
		Short: "Show a command or a page of the guide",
		RunE: func(cmd *cobra.Command, args []string) error {
			of := cmd.Root()
			for _, a := range args {
				sub := child(of, a)
				if sub == nil {
					return noCommand(of, a)
				}
				of = sub
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}

// child returns the command of a name below cmd, or nil.
func child(cmd *cobra.Command, name string) *cobra.Command {
	for _, sub := range cmd.Commands() {
		if sub.Name() == name || sub.HasAlias(name) {
			return sub
		}
	}
	return nil
}

// noCommand is the usage error of a command that there is none of. It names
// what was probably meant.
func noCommand(of *cobra.Command, name string) error {
	var names []string
	for _, sub := range of.Commands() {
		names = append(names, sub.Name())
	}
	meant := otherNames()[strings.ToLower(name)]
	if of.HasParent() || meant == "" {
		meant = near.Meant(name, names)
	}
	if meant != "" {
		meant = of.CommandPath() + " " + meant
		return exitAbout(ExitUsage, about{want: meant}, fmt.Sprintf("seedreel: there is no command %q; did you mean %s?", name, meant))
	}
	if f := of.Flags().Lookup(name); f != nil && f.NoOptDefVal != "" {
		meant := of.CommandPath() + " --" + name
		return exitAbout(ExitUsage, about{want: meant}, fmt.Sprintf("seedreel: there is no command %q; did you mean %s?", name, meant))
	}
	return usage("there is no command %q; %s --help lists them", name, of.CommandPath())
}

// otherNames returns commands by the words that other programs have for them.
func otherNames() map[string]string {
	return map[string]string{
		"create": "submit", "generate": "submit", "make": "submit", "new": "submit", "run": "submit", "send": "submit",
		"login": "key", "auth": "key", "logout": "key", "token": "key", "config": "settings", "configure": "settings", "init": "doctor", "setup": "doctor", "check": "doctor",
		"list": "jobs", "ls": "jobs", "status": "jobs", "ps": "jobs", "queue": "line", "price": "estimate", "quote": "estimate", "cost": "costs", "spend": "costs", "usage": "costs",
		"play": "open", "view": "open", "watch": "open", "info": "show", "get": "download", "fetch": "download", "search": "history", "find": "history", "log": "history",
		"rm": "delete", "remove": "delete", "redo": "again", "vary": "again", "concat": "join", "prompt": "words", "prompts": "words", "templates": "words", "shots": "reel",
	}
}

// badFlag is the usage error of a flag. It names the flag that was probably
// meant, if the library does not know this one, and what it takes, if the value
// is wrong.
func badFlag(cmd *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return noFlag(cmd, e.GetSpecifiedName())
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := e.GetFlag()
		want := e.Unwrap().Error()
		if _, number := errors.AsType[*strconv.NumError](e); number {
			want = "it must be a " + valueWord(f)
		}
		return exitAbout(ExitUsage, about{field: f.Name, want: wantOf(want)}, fmt.Sprintf("seedreel: --%s is %q; %s", f.Name, e.GetValue(), want))
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f := e.GetFlag()
		return exitAbout(ExitUsage, about{field: f.Name, want: valueWord(f)}, fmt.Sprintf("seedreel: --%s needs a value; it must be a %s", f.Name, valueWord(f)))
	}
	return usage("%s; see %s --help", err, cmd.CommandPath())
}

func noFlag(cmd *cobra.Command, name string) error {
	if args := cmd.Flags().Args(); len(args) > 0 && onlyGroups(cmd) {
		return noSub(cmd, args[0]) // the flag is that of the command which was meant
	}
	dashes := "--"
	if len(name) == 1 {
		dashes = "-"
	}
	var names []string
	collect := func(f *pflag.Flag) { names = append(names, f.Name) }
	cmd.LocalFlags().VisitAll(collect)
	cmd.InheritedFlags().VisitAll(collect)
	a, hint := about{field: name}, "see "+cmd.CommandPath()+" --help"
	if meant := near.Meant(name, names); meant != "" && len(name) > 1 {
		a.want = "--" + meant
		hint = "did you mean --" + meant + "?"
	}
	return exitAbout(ExitUsage, a, fmt.Sprintf("seedreel: %s has no flag %s%s; %s", cmd.CommandPath(), dashes, name, hint))
}

// valueWord returns what a flag takes, in a word.
func valueWord(f *pflag.Flag) string {
	switch kind, _ := pflag.UnquoteUsage(f); kind {
	case "int", "float":
		return "number"
	case "string", "strings", "stringArray", "":
		return "text"
	default:
		return kind
	}
}

// meant returns a question with the nearest name, or "".
func meant(name string, names []string) string {
	if meant := near.Meant(name, names); meant != "" {
		return ", did you mean " + meant + "?"
	}
	return ""
}
