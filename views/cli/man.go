package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/muesli/roff"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"seedreel/client/all"
	"seedreel/state/settings"
)

// man writes the manual page, from the same definitions as the help pages.
func (c *commands) man() *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Write the manual page",
		Long: "man writes the manual page. Its date is today, or that of SOURCE_DATE_EPOCH, so that a release can be built again\n" +
			"to the same bytes.",
		Example: "seedreel man > ~/.local/share/man/man1/seedreel.1",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at := c.o.Now()
			if n, err := strconv.ParseInt(c.o.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
				at = time.Unix(n, 0)
			}
			_, err := fmt.Fprintln(c.o.Out, manOf(cmd.Root(), at.UTC()))
			return err
		},
	}
}

// manual is a manual page under construction.
type manual struct{ *roff.Document }

// manOf returns the manual page in roff.
func manOf(root *cobra.Command, at time.Time) string {
	m := manual{roff.NewDocument()}
	m.Heading(1, root.Name(), "User Commands", at)
	m.Section("Name")
	m.Text(root.Name() + " - " + strings.ToLower(root.Short[:1]) + root.Short[1:])
	m.Section("Synopsis")
	m.TextBold(root.Name())
	m.Text(" [command] [flags]")
	m.Section("Description")
	m.paragraphs(root.Long)
	m.Section("Options")
	m.flags(root.LocalFlags())
	for _, g := range root.Groups() {
		if g.ID == groupTopics {
			continue
		}
		m.Section("Commands: " + g.Title)
		for _, cmd := range root.Commands() {
			if cmd.GroupID == g.ID && cmd.IsAvailableCommand() {
				m.command(cmd)
			}
		}
	}
	m.Section("Exit status")
	for _, e := range exitCodes() {
		m.item(strconv.Itoa(e.code), e.text+".")
	}
	m.Section("Environment")
	for _, v := range environment() {
		m.item(v[0], v[1])
	}
	m.Section("Files")
	for _, f := range files() {
		m.item(f[0], f[1])
	}
	m.Section("See also")
	m.Text("seedreel help TOPIC shows a page of the guide: ")
	m.Text(strings.Join(topicNames(root), ", ") + ".")
	return m.String()
}

// topicNames returns the names of the pages of the guide.
func topicNames(root *cobra.Command) []string {
	var out []string
	for _, cmd := range root.Commands() {
		if cmd.IsAdditionalHelpTopicCommand() {
			out = append(out, cmd.Name())
		}
	}
	return out
}

// item writes a name and, set in below, what it is.
func (m manual) item(name, text string) {
	m.TaggedParagraph(4)
	m.TextBold(name)
	m.EndSection()
	m.Text(text)
	m.EndSection()
}

// paragraphs writes a text whose lines were broken for the source.
func (m manual) paragraphs(text string) {
	for i, para := range strings.Split(text, "\n\n") {
		if i > 0 {
			m.EndSection()
			m.Paragraph()
		}
		m.Text(strings.Join(strings.Fields(para), " "))
	}
	m.EndSection()
}

// useOf returns a command line without the word for flags, which the library
// leaves out for some commands.
func useOf(cmd *cobra.Command) string { return strings.TrimSuffix(cmd.UseLine(), " [flags]") }

// command writes a command, its flags and examples, and those below it.
func (m manual) command(cmd *cobra.Command) {
	m.TaggedParagraph(4)
	m.TextBold(useOf(cmd))
	m.EndSection()
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	m.paragraphs(text)
	m.Indent(4)
	m.flags(cmd.LocalFlags())
	if cmd.Example != "" {
		m.TaggedParagraph(4)
		m.TextItalic("Examples")
		m.EndSection()
		for i, line := range strings.Split(cmd.Example, "\n") {
			if i > 0 {
				m.Paragraph()
			}
			m.Text(line)
			m.EndSection()
		}
	}
	m.IndentEnd()
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			m.command(sub)
		}
	}
}

func (m manual) flags(set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name, text := flagHead(f)
		m.item(strings.TrimSpace(name), text)
	})
}

// environment lists the variables that the program reads, with what they do.
func environment() [][2]string {
	out := [][2]string{
		{settings.HomeVar, "Folder that everything of the program is below."},
		{settings.ProfileVar, "The profile, as --profile."},
		{"SEEDREEL_SETTING", "Any setting, by its name in capitals with _ for each dot, such as SEEDREEL_DAILY_LIMIT_USD. It is over the file."},
	}
	for _, d := range all.Services() {
		out = append(out, [2]string{d.KeyVar, "The key of " + d.Name + ", for the default profile."}, [2]string{d.BaseVar, "The address of " + d.Name + "."})
	}
	return append(out, [][2]string{
		{"VISUAL, EDITOR", "The editor of settings edit, reel edit and the screens."},
		{"SEEDREEL_PAGER, PAGER", "What shows long output on a terminal; cat for none."},
		{"NO_COLOR", "Set to anything: no colours."},
		{"ACCESSIBLE", "Set to anything: questions and plain lines instead of screens."},
		{"HTTPS_PROXY, NO_PROXY", "The proxy, and what goes past it."},
	}...)
}

// files lists the files of the default profile on systems with XDG folders.
func files() [][2]string {
	return [][2]string{
		{"~/.config/seedreel/settings.toml", "Settings, for people to edit."},
		{"~/.config/seedreel/credentials", "Keys of the services, readable by their owner only."},
		{"~/.config/seedreel/models.json", "Models of your own, laid over the built-in ones."},
		{"~/.local/share/seedreel/seedreel.db", "The history."},
		{"~/.local/share/seedreel/clips", "The clips, unless clips_dir names another folder."},
		{"~/.local/state/seedreel/seedreel.log", "The log."},
	}
}
