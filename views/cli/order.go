package cli

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/media"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// promptLimit bounds a prompt read from a file or standard input, in bytes.
const promptLimit = 1 << 20

// orderFlags are the flags that describe a clip: the model, and one for every
// field that any model has.
type orderFlags struct {
	model string
	// of is the model where the flag names none, nil for that of the rule.
	of         *catalogue.Model
	promptFile string
	words      string
	slots      []string
	images     []string
	count      int
	// byTomorrow asks for the cheap slow tier of the service.
	byTomorrow bool
	fields     []*fieldFlag
}

// addOrderFlags adds the flags of an order, made from the catalogue, to a
// command.
func (c *commands) addOrderFlags(cmd *cobra.Command) *orderFlags {
	f := &orderFlags{}
	fl := cmd.Flags()
	fl.StringVarP(&f.model, "model", "m", "", "model: service:id or any unique part of it; seedreel models lists them")
	fl.StringVarP(&f.promptFile, "prompt-file", "f", "", "file that holds the prompt; - reads standard input")
	fl.StringVar(&f.words, "words", "", "words of the library as the prompt, by name; seedreel words lists them")
	fl.StringArrayVar(&f.slots, "slot", nil, "words for a slot of --words, NAME=WORDS; repeatable")
	fl.StringArrayVarP(&f.images, "image", "i", nil, "image, a path or a link; repeatable, in the order of the model's fields")
	fl.IntVarP(&f.count, "count", "n", 1, "number of clips")
	fl.BoolVar(&f.byTomorrow, "by-tomorrow", false, "in the service's cheap slow tier, where it has one: by tomorrow, for less")
	if !c.described(cmd) {
		return f // reading the catalogue is half of the time that other commands take
	}
	cat := c.catalogue()
	if cat == nil {
		return f
	}
	_ = cmd.RegisterFlagCompletionFunc("model", completeModels(cat)) // fails for unknown flags only
	_ = cmd.RegisterFlagCompletionFunc("words", c.completeWords)     // known flag
	f.addFields(cmd, cat)
	return f
}

// described reports whether this run needs all flags of a command: it is run,
// or it may be explained or completed.
func (c *commands) described(cmd *cobra.Command) bool {
	return c.words == nil || slices.ContainsFunc(c.words, func(w string) bool {
		switch w {
		case cmd.Name(), "help", "man", "skill", "mcp", "completion", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd:
			return true
		}
		return false
	})
}

// catalogue returns the source of flags and completions: the user's models as
// far as they can be read, or else the built-in ones.
func (c *commands) catalogue() *catalogue.Catalogue {
	if c.known != nil {
		return c.known
	}
	if paths, err := settings.FindPaths(c.o.Getenv); err == nil {
		c.known, _ = engine.ReadCatalogue(paths, c.builtIn()) // reported when it is used
	}
	if c.known == nil {
		c.known = c.builtIn()
	}
	return c.known
}

// builtIn returns the built-in models, read once for a command and the engine
// that it opens; nil if they cannot be read, which the engine reports.
func (c *commands) builtIn() *catalogue.Catalogue {
	if c.o.BuiltIn == nil {
		c.o.BuiltIn, _ = engine.BuiltIn()
	}
	return c.o.BuiltIn
}

// addFields adds a flag for each role that any model has.
func (f *orderFlags) addFields(cmd *cobra.Command, cat *catalogue.Catalogue) {
	byRole := map[catalogue.Role]*fieldFlag{}
	for _, m := range cat.All() {
		if !m.MakesVideo() {
			continue
		}
		for i := range m.Fields {
			fd := &m.Fields[i]
			if fd.Role == catalogue.RoleModel || fd.Role == catalogue.RoleSyncMode {
				continue
			}
			x := byRole[fd.Role]
			if x == nil {
				x = &fieldFlag{role: fd.Role}
				byRole[fd.Role] = x
				f.fields = append(f.fields, x)
			}
			x.fields = append(x.fields, fd)
		}
	}
	for _, x := range f.fields {
		name := flagName(x.role)
		if cmd.Flags().Lookup(name) != nil || name == "help" || name == "version" {
			name = "field-" + name
		}
		if cmd.Flags().Lookup(name) != nil {
			continue // two foreign names that read alike: the first has it
		}
		flag := cmd.Flags().VarPF(x, name, "", x.help())
		if x.fields[0].Type == "boolean" {
			flag.NoOptDefVal = "true"
		}
		if o := x.options(); len(o) > 0 {
			_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(o, cobra.ShellCompDirectiveNoFileComp)) // known flag
		}
	}
}

// flagName returns a role as a flag. A name from a service may hold anything;
// everything but letters and digits becomes a dash.
func flagName(r catalogue.Role) string {
	s := string(r)
	if r.Plain() {
		_, s, _ = strings.Cut(s, ":")
	}
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
	return strings.Trim(s, "-")
}

// fieldFlag is a flag for a field of several models. It keeps the words until
// the model is known.
type fieldFlag struct {
	role   catalogue.Role
	fields []*catalogue.Field
	words  []string
}

// String returns "", so that help shows no default.
func (f *fieldFlag) String() string { return "" }

// Type returns the kind of value that the flag takes.
func (f *fieldFlag) Type() string {
	switch first := f.fields[0]; {
	case first.Media != nil:
		return "path"
	case first.Type == "integer":
		return "number"
	case first.Type == "boolean":
		return "bool"
	}
	return "text"
}

// Set accepts one value if a field of any model could take it.
func (f *fieldFlag) Set(s string) error {
	var errs []error
	for _, fd := range f.fields {
		_, err := fd.Parse(s)
		if err == nil {
			if fd.Media == nil {
				f.words = nil
			}
			f.words = append(f.words, s)
			return nil
		}
		errs = append(errs, err)
	}
	return errs[0]
}

// help returns the purpose of the flag, with the choices of all models.
func (f *fieldFlag) help() string {
	fd := f.fields[0]
	s := f.role.Label()
	switch {
	case f.role == catalogue.RolePrompt:
		s += "; - reads it from standard input"
	case fd.Media != nil && fd.List():
		s += ": " + fd.Media.Kind + "s, a path or a link; repeatable"
	case fd.Media != nil:
		s += ": " + fd.Media.Kind + ", a path or a link"
	case fd.Unit == "s":
		s += " in seconds"
	}
	if o := f.options(); len(o) > 0 {
		s += ": " + strings.Join(o, ", ") + ", as the model has it"
	}
	return string(safe.Line(s))
}

// options returns the choices of all models, in order of appearance.
func (f *fieldFlag) options() []string {
	const most = 12
	var out []string
	for _, fd := range f.fields {
		for _, o := range fd.Options() {
			if s := o.String(); !slices.Contains(out, s) && len(out) < most {
				out = append(out, s)
			}
		}
	}
	return out
}

// value parses the words as a value of a model's field.
func (f *fieldFlag) value(m *catalogue.Model, home string) (catalogue.Value, error) {
	fd := m.Field(f.role)
	if fd == nil {
		fd = f.fields[0] // not a field of this model, which the check reports
	}
	if fd.Media != nil {
		return items(f.words, home)
	}
	v, err := fd.Parse(f.words[0])
	if err != nil {
		return v, exit(ExitInvalid, "%s: %v", f.role.Label(), err)
	}
	return v, nil
}

// items returns paths and links as media. Paths become absolute, since the job
// may be sent later from another folder.
func items(given []string, home string) (catalogue.Value, error) {
	out := make([]string, len(given))
	for i, s := range given {
		it, err := media.Parse(s, home)
		if err != nil {
			return catalogue.Value{}, exit(ExitInvalid, "%s: %v", s, err)
		}
		out[i] = it.Value
		if it.Kind != media.Path {
			continue
		}
		// The real name is kept; the check reports a missing file.
		if meant, err := media.Found(it.Value); err == nil {
			out[i] = meant
		}
	}
	return catalogue.Media(out...), nil
}

// order finds the model and sets the values from the flags; what they do not
// name has the model's defaults.
func (c *commands) order(ctx context.Context, e *engine.Engine, f *orderFlags) (*catalogue.Model, catalogue.Values, error) {
	m, v, err := c.given(ctx, e, f)
	if err != nil {
		return nil, nil, err
	}
	filled := m.Fill(v)
	for r, x := range v { // a value without a field in the model is an error, not dropped
		filled[r] = x
	}
	return m, filled, nil
}

// given finds the model and returns the values that the flags name.
func (c *commands) given(ctx context.Context, e *engine.Engine, f *orderFlags) (*catalogue.Model, catalogue.Values, error) {
	if f.count < 1 {
		return nil, nil, badValue("count", strconv.Itoa(f.count), "1 or more")
	}
	m := f.of
	if f.model != "" || m == nil {
		var err error
		if m, err = c.findModel(ctx, e, f.model); err != nil {
			return nil, nil, err
		}
	}
	var err error
	home := settings.Home(c.o.Getenv)
	v := catalogue.Values{}
	for _, x := range f.fields {
		if len(x.words) == 0 {
			continue
		}
		if v[x.role], err = x.value(m, home); err != nil {
			return nil, nil, err
		}
	}
	if err := c.prompt(ctx, f, v); err != nil {
		return nil, nil, err
	}
	if err := spread(m, v, f.images, home); err != nil {
		return nil, nil, err
	}
	if !f.byTomorrow {
		return m, v, nil
	}
	later, ok := m.Patience(v, e.Look)
	if !ok {
		return nil, nil, exit(ExitNotOffered, "%s has no cheap slow tier; without --by-tomorrow it is made at once.", m.Ref())
	}
	v[catalogue.RoleServiceTier] = later.Later
	return m, v, nil
}

// prompt reads the prompt from the source that the flags name.
func (c *commands) prompt(ctx context.Context, f *orderFlags, v catalogue.Values) error {
	from := f.promptFile
	given := v[catalogue.RolePrompt]
	if f.words != "" || len(f.slots) > 0 {
		return c.promptOfWords(f, v)
	}
	switch {
	case from != "" && given.IsSet():
		return usage("--prompt and --prompt-file cannot be given together")
	case from == "" && v.Text(catalogue.RolePrompt) == "-":
		from = "-"
	case from == "":
		if given.IsSet() {
			v[catalogue.RolePrompt] = catalogue.Text(safe.Edit(v.Text(catalogue.RolePrompt)))
		}
		return nil
	}
	text, err := c.readPrompt(ctx, from)
	if err == nil {
		v[catalogue.RolePrompt] = catalogue.Text(text)
	}
	return err
}

// promptOfWords takes the prompt from the library.
func (c *commands) promptOfWords(f *orderFlags, v catalogue.Values) error {
	switch {
	case f.words == "":
		return usage("--slot needs --words")
	case f.promptFile != "" || v[catalogue.RolePrompt].IsSet():
		return usage("--words and --prompt or --prompt-file cannot be given together")
	}
	text, err := c.filled(f.words, f.slots)
	if err == nil {
		v[catalogue.RolePrompt] = catalogue.Text(text)
	}
	return err
}

// readPrompt reads a prompt from a file, or from standard input for "-".
func (c *commands) readPrompt(ctx context.Context, name string) (string, error) {
	r, err := c.openInput(name)
	if err != nil {
		return "", exit(ExitInvalid, "%s", words.Error(err))
	}
	defer func() { _ = r.Close() }() // read only
	text, err := readAll(ctx, r, promptLimit)
	if _, ours := errors.AsType[*exitError](err); err != nil && !ours && ctx.Err() == nil {
		return "", exit(ExitInvalid, "reading the prompt: %s", words.Error(err))
	}
	return safe.Edit(strings.TrimSpace(text)), err
}

// spread assigns --image files to the model's image fields in order: single
// fields first, then the list takes the rest.
func spread(m *catalogue.Model, v catalogue.Values, images []string, home string) error {
	for i := range m.Fields {
		fd := &m.Fields[i]
		if len(images) == 0 {
			return nil
		}
		if fd.Media == nil || fd.Media.Kind != "image" || v[fd.Role].IsSet() {
			continue
		}
		n := 1
		if fd.List() {
			n = len(images)
		}
		var err error
		if v[fd.Role], err = items(images[:n], home); err != nil {
			return err
		}
		images = images[n:]
	}
	if len(images) > 0 {
		return exit(ExitInvalid, "image: %d more than %s takes", len(images), m.ID)
	}
	return nil
}
