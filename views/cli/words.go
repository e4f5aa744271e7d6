package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/assets"
	"seedreel/client/near"
	"seedreel/state/library"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// wordsLine is an entry of the library as JSON. Filled is the text with words
// in its slots.
type wordsLine struct {
	Name    string            `json:"name"`
	Kind    string            `json:"kind"`
	Text    string            `json:"text"`
	About   string            `json:"about,omitempty"`
	Slots   []string          `json:"slots,omitempty"`
	Example map[string]string `json:"examples,omitempty"`
	Shipped bool              `json:"shipped"`
	Filled  string            `json:"filled,omitempty"`
}

func wordsOf(e *library.Entry) wordsLine {
	return wordsLine{Name: e.Name, Kind: string(e.Kind), Text: e.Text, About: e.About, Slots: e.Places(), Example: e.Slots, Shipped: e.Shipped}
}

func (c *commands) wordsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "words",
		Short:   "Keep prompts, fragments and templates under names",
		Example: "seedreel words list\nseedreel words add \"harbour light\" \"sodium lamps on wet stone\" --kind fragment\nseedreel submit --words \"harbour light\"",
		Long: "words is the library of the prompt: whole prompts, fragments that are put in where they fit, and templates with\n" +
			"{{slots}}. Some come with the program; yours are in words.toml beside the settings, and one of the same name takes\n" +
			"the place of one that came. In the studio alt+w puts them into the prompt and alt+t keeps what is there; for\n" +
			"submit and estimate --words NAME is the prompt and --slot fills a slot.",
		Args: cobra.ArbitraryArgs,
		RunE: onlyGroup,
	}
	cmd.AddCommand(c.wordsList(), c.wordsShow(), c.wordsAdd(), c.wordsRemove(), c.wordsEdit())
	return cmd
}

// wordsFile returns the path of the person's own words.
func (c *commands) wordsFile() (string, error) {
	p, err := settings.FindPaths(c.o.Getenv)
	if err != nil {
		return "", exit(ExitTrouble, "%s", words.Error(err))
	}
	return p.WordsFile(), nil
}

// library reads the words.
func (c *commands) library() (*library.Library, error) {
	if err := c.knownProfile(); err != nil {
		return nil, err
	}
	file, err := c.wordsFile()
	if err != nil {
		return nil, err
	}
	lib, err := library.Load(file, assets.Library())
	if err != nil {
		return nil, c.wordsError(err)
	}
	return lib, nil
}

// wordsError returns an error of the library as one of a command.
func (c *commands) wordsError(err error) error {
	code := ExitTrouble
	var missing *library.NotFoundError
	var text *library.TextError
	var exists *library.ExistsError
	var empty *library.EmptySlotError
	var unknown *library.UnknownSlotError
	switch {
	case errors.As(err, &missing):
		return exit(ExitNotFound, "%s seedreel words list lists all.", words.Sentence(err))
	case errors.As(err, &exists):
		return exit(ExitInvalid, "%s --replace puts these in their place.", words.Sentence(err))
	case errors.As(err, &text):
		return exit(ExitInvalid, "%s seedreel words edit opens the file.", words.Sentence(err))
	case errors.As(err, &empty):
		return exit(ExitInvalid, "%s As in --slot \"%s=...\".", words.Sentence(err), empty.Slot)
	case errors.As(err, &unknown):
		code = ExitInvalid
	}
	return exit(code, "%s", words.Sentence(err))
}

func (c *commands) wordsList() *cobra.Command {
	var asJSON bool
	var kind string
	cmd := &cobra.Command{
		Use: "list [name]", Short: "List the words, those near a name only, yours first", Args: cobra.MaximumNArgs(1),
		Example: "seedreel words list --kind template\nseedreel words list orb",
		RunE: func(_ *cobra.Command, args []string) error {
			if kind != "" && !slices.Contains(library.Kinds(), library.Kind(kind)) {
				return badValue("kind", kind, "prompt, fragment or template")
			}
			lib, err := c.library()
			if err != nil {
				return err
			}
			for _, e := range lib.All() {
				if _, ok := near.Distance(first(args), e.Name); !ok || kind != "" && string(e.Kind) != kind {
					continue
				}
				if asJSON {
					err = c.object(wordsOf(&e))
				} else {
					whose := safe.String("    ")
					if !e.Shipped {
						whose = "own "
					}
					err = c.print("%s  %s%s  %s", safe.PadRight(safe.Line(string(e.Kind)), 8), whose, safe.PadRight(safe.Line(e.Name), 26), safe.Truncate(safe.Line(e.Text), 70))
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "only these: prompt, fragment or template")
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(kindWords(), cobra.ShellCompDirectiveNoFileComp)) // known flag
	jsonFlag(cmd, &asJSON, "the words, one a line,")
	return cmd
}

func kindWords() []string {
	var out []string
	for _, k := range library.Kinds() {
		out = append(out, string(k))
	}
	return out
}

// parseSlots parses values of --slot, NAME=WORDS.
func parseSlots(given []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range given {
		name, text, ok := strings.Cut(s, "=")
		if !ok {
			return nil, badValue("slot", s, "NAME=WORDS")
		}
		out[strings.TrimSpace(name)] = safe.Edit(text)
	}
	return out, nil
}

// filled returns the text of the words of a name with its slots filled.
func (c *commands) filled(name string, slots []string) (string, error) {
	given, err := parseSlots(slots)
	if err != nil {
		return "", err
	}
	lib, err := c.library()
	if err != nil {
		return "", err
	}
	e, err := lib.Find(name)
	if err != nil {
		return "", c.wordsError(err)
	}
	text, err := e.Fill(given)
	if err != nil {
		return "", c.wordsError(err)
	}
	return text, nil
}

func (c *commands) wordsShow() *cobra.Command {
	var asJSON bool
	var slots []string
	cmd := &cobra.Command{
		Use: "show name", Short: "Show words, with --slot filled; a part of the name is enough", Args: cobra.ExactArgs(1),
		Example:           "seedreel words show \"push in\"\nseedreel words show turntable --slot product=\"A brass compass\" --slot ground=slate --slot light=\"Soft light\"",
		ValidArgsFunction: c.completeWords,
		RunE: func(_ *cobra.Command, args []string) error {
			lib, err := c.library()
			if err != nil {
				return err
			}
			e, err := lib.Find(args[0])
			if err != nil {
				return c.wordsError(err)
			}
			l := wordsOf(&e)
			if len(slots) > 0 {
				given, err := parseSlots(slots)
				if err != nil {
					return err
				}
				if l.Filled, err = e.Fill(given); err != nil {
					return c.wordsError(err)
				}
			}
			switch {
			case asJSON:
				return c.object(l)
			case l.Filled != "":
				return c.print("%s", safe.Edit(l.Filled))
			}
			if err := c.print("%s", safe.Edit(e.Text)); err != nil {
				return err
			}
			for _, name := range l.Slots {
				c.tell("{{%s}}  such as %s", safe.Line(name), safe.Line(e.Slots[name]))
			}
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&slots, "slot", nil, "words for a slot, NAME=WORDS; repeatable")
	jsonFlag(cmd, &asJSON, "the words")
	return cmd
}

func (c *commands) completeWords(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	// Completion cannot report errors; it then offers nothing.
	if lib, err := c.library(); err == nil {
		for _, e := range lib.All() {
			out = append(out, string(safe.Line(e.Name)))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func (c *commands) wordsAdd() *cobra.Command {
	var asJSON, replace bool
	var kind, about, file string
	cmd := &cobra.Command{
		Use: "add name [text]", Short: "Keep words under a name", Args: cobra.RangeArgs(1, 2),
		Long: "add keeps a text under a name in words.toml. With a {{slot}} in it, it is a template; otherwise it is a prompt unless\n" +
			"--kind says fragment. - as the text reads standard input.",
		Example: "seedreel words add \"harbour light\" \"sodium lamps on wet stone\" --kind fragment\n" +
			"seedreel words add portrait \"{{who}} looks up, {{light}}\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			from, text := file, ""
			if len(args) > 1 {
				text = args[1]
			}
			if (from == "") == (text == "") {
				return usage("add needs one text: as its argument or by --file")
			}
			if text == "-" {
				from = "-"
			}
			if from != "" {
				var err error
				if text, err = c.readPrompt(cmd.Context(), from); err != nil {
					return err
				}
			}
			e := library.Entry{Name: strings.TrimSpace(args[0]), Kind: library.Kind(kind), Text: strings.TrimSpace(safe.Edit(text)), About: about}
			if kind == "" {
				e.Kind = library.Prompt
				if library.HasSlots(e.Text) {
					e.Kind = library.Template
				}
			}
			return c.keepWords(cmd.Context(), e, replace, asJSON)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&kind, "kind", "", "prompt, fragment or template")
	fl.StringVar(&about, "about", "", "what it is for")
	fl.StringVarP(&file, "file", "f", "", "file that holds the text; - reads standard input")
	fl.BoolVar(&replace, "replace", false, "in place of your words of the same name")
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(kindWords(), cobra.ShellCompDirectiveNoFileComp)) // known flag
	jsonFlag(cmd, &asJSON, "the words")
	return cmd
}

func (c *commands) keepWords(ctx context.Context, e library.Entry, replace, asJSON bool) error {
	if err := c.knownProfile(); err != nil {
		return err
	}
	path, err := c.wordsFile()
	if err != nil {
		return err
	}
	if err := e.Check(); err != nil {
		return exit(ExitInvalid, "%s", words.Sentence(err))
	}
	if err := library.Add(ctx, path, e, replace); err != nil {
		return c.wordsError(err)
	}
	if asJSON {
		return c.object(wordsOf(&e))
	}
	return c.print("%s kept as %q in %s", e.Kind, e.Name, path)
}

func (c *commands) wordsRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove name", Short: "Remove words of yours", Args: cobra.ExactArgs(1), ValidArgsFunction: c.completeWords,
		RunE: func(cmd *cobra.Command, args []string) error {
			lib, err := c.library()
			if err != nil {
				return err
			}
			path, err := c.wordsFile()
			if err != nil {
				return err
			}
			for _, e := range lib.All() {
				if e.Shipped && strings.EqualFold(e.Name, args[0]) {
					return exit(ExitInvalid, "%q came with the program and stays; words of yours under that name take its place.", e.Name)
				}
			}
			if err := library.Remove(cmd.Context(), path, args[0]); err != nil {
				return c.wordsError(err)
			}
			return c.print("%s removed", safe.Line(args[0]))
		},
	}
}

// wordsHead begins a new file of words.
const wordsHead = `# Words for prompts. A [[prompt]] is a whole one, a [[fragment]] is put in where the
# cursor is, a [[template]] has {{slots}} that are asked for. {a|b} are alternatives.
#
# [[fragment]]
# name = "harbour light"
# text = "sodium lamps on wet stone"
#
# [[template]]
# name = "portrait"
# text = "{{who}} looks up, {{light}}"
# slots = { who = "The keeper", light = "one lamp from the left" }
`

func (c *commands) wordsEdit() *cobra.Command {
	return &cobra.Command{
		Use: "edit", Short: "Edit your words in $EDITOR", Args: cobra.NoArgs,
		Long: "edit opens words.toml in $VISUAL or $EDITOR. What was written takes the file's place only if it is valid.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.knownProfile(); err != nil {
				return err
			}
			p, err := c.folders()
			if err != nil {
				return err
			}
			return c.editFile(cmd.Context(), p.WordsFile(), "words-*.toml", wordsHead, func(name string, text []byte) error {
				if err := library.Whole(text); err != nil {
					return exit(ExitInvalid, unchanged, words.Sentence(err), name)
				}
				return nil
			})
		},
	}
}
