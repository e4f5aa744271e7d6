package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/itchyny/gojq"
	"github.com/spf13/cobra"
)

// filter is what becomes of the objects that a command writes: all of each, some
// of their fields, or what an expression makes of them.
type filter struct {
	fields []string
	jq     jqFlag
}

// jqFlag is a flag that takes an expression of jq.
type jqFlag struct {
	text string
	code *gojq.Code
}

// String returns "", so that help shows no default.
func (f *jqFlag) String() string { return "" }

// Type returns the kind of value that the flag takes.
func (f *jqFlag) Type() string { return "expression" }

// Set parses an expression.
func (f *jqFlag) Set(s string) error {
	q, err := gojq.Parse(s)
	if err != nil {
		return fmt.Errorf("it is no jq expression: %w", err)
	}
	f.text = s
	if f.code, err = gojq.Compile(q); err != nil {
		return fmt.Errorf("it is no jq expression: %w", err)
	}
	return nil
}

// machineFlags adds the flags for programs, which every command has.
func (c *commands) machineFlags(root *cobra.Command) {
	fl := root.PersistentFlags()
	fl.Bool("json", false, "write results and errors as JSON; see seedreel help json") // c.json answers for it before flags are read
	fl.Var(&c.filter.jq, "jq", "write what this jq expression makes of each JSON object")
	fl.StringSliceVar(&c.filter.fields, "fields", nil, "write only these fields of each JSON object")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return c.filtered(cmd) }
}

// filtered makes a command write JSON if what it writes is filtered.
func (c *commands) filtered(cmd *cobra.Command) error {
	given := func(name string) bool { return cmd.Flags().Changed(name) }
	if given("jq") && given("fields") {
		return usage("--jq and --fields cannot be given together; .id selects a field in an expression")
	}
	f := cmd.Flags().Lookup("json")
	if !given("jq") && !given("fields") || f == nil {
		c.paged(cmd)
		return nil
	}
	if err := f.Value.Set("true"); err != nil {
		return fmt.Errorf("turning on --json: %w", err)
	}
	return nil
}

// object writes one JSON object on a line of its own, filtered as asked.
func (c *commands) object(v any) error {
	switch {
	case c.filter.jq.code != nil:
		return c.query(v)
	case len(c.filter.fields) > 0:
		return c.some(v)
	}
	return c.emit(c.o.Out, v)
}

// emit writes one JSON object with the name of its shape.
func (c *commands) emit(w io.Writer, v any) error {
	b, err := c.encoded(v)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, inert(string(b)))
	return err
}

// encoded returns an object as a line of JSON that ends with its shape.
func (c *commands) encoded(v any) ([]byte, error) {
	b, err := encode(v)
	id, s := c.shapeOf(v)
	if err != nil || s == nil {
		return b, err
	}
	return fmt.Appendf(bytes.TrimSuffix(b, []byte("}\n")), ",\"shape\":%q}\n", id), nil
}

// some writes the fields that were asked for, in their order.
func (c *commands) some(v any) error {
	b, err := c.encoded(v)
	if err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return fmt.Errorf("reading the fields: %w", err)
	}
	var out strings.Builder
	for i, name := range c.filter.fields {
		value, ok := all[name]
		if !ok {
			if !c.mayHave(v, name) {
				return c.noField(v, name)
			}
			value = json.RawMessage("null")
		}
		out.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		fmt.Fprintf(&out, "%q:%s", name, value)
	}
	_, err = io.WriteString(c.o.Out, inert(out.String()+"}\n"))
	return err
}

// names returns the fields that an object may have.
func (c *commands) names(v any) []string {
	_, s := c.shapeOf(v)
	if s == nil {
		return nil
	}
	out := []string{"shape"}
	for _, f := range fieldsOfType(reflect.TypeOf(s.of), "", nil) {
		if !strings.Contains(f.path, ".") {
			out = append(out, f.path)
		}
	}
	return out
}

func (c *commands) mayHave(v any, name string) bool { return slices.Contains(c.names(v), name) }

// noField is the usage error of a field that an object never has.
func (c *commands) noField(v any, name string) error {
	names := c.names(v)
	return exitAbout(ExitUsage, about{field: "fields", want: strings.Join(names, ", ")},
		fmt.Sprintf("seedreel: --fields: there is no field %q%s; it must be one of %s", name, meant(name, names), strings.Join(names, ", ")))
}

// query writes what the expression makes of an object: texts as they are, and
// everything else as JSON.
func (c *commands) query(v any) error {
	b, err := c.encoded(v)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber() // seeds have more digits than a float
	var in any
	if err := d.Decode(&in); err != nil {
		return fmt.Errorf("reading what to filter: %w", err)
	}
	for results := c.filter.jq.code.Run(in); ; {
		x, ok := results.Next()
		if !ok {
			return nil
		}
		if err, bad := x.(error); bad {
			if halt, ok := err.(*gojq.HaltError); ok && halt.Value() == nil { //nolint:errorlint // as the library documents it
				return nil
			}
			return exitAbout(ExitUsage, about{field: "jq"}, fmt.Sprintf("seedreel: --jq %s: %v", c.filter.jq.text, err))
		}
		if err := c.result(x); err != nil {
			return err
		}
	}
}

// result writes one result of an expression.
func (c *commands) result(x any) error {
	if s, ok := x.(string); ok {
		return c.print("%s", s)
	}
	b, err := gojq.Marshal(x)
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err = io.WriteString(c.o.Out, inert(string(b))+"\n")
	return err
}
