// Command meter measures terminal programs as a person on a slow line meets
// them: the time to the first output, the bytes of the first screen, bytes and
// CPU while nothing is done, the time from a key to the first output and the
// bytes of a key, and memory.
//
//	go run ./ui/meter -keys jjjjkkkk -program 'less README.md' -program htop
//	go run ./ui/meter -json -- seedreel
//
// Each program runs on a pseudo terminal of its own, one after the other, and
// is ended by a signal. CPU and memory are read from /proc and 0 elsewhere.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
}

// programs collects the values of a flag that may be given more than once.
type programs []string

func (p *programs) String() string { return strings.Join(*p, ", ") }

func (p *programs) Set(s string) error {
	*p = append(*p, s)
	return nil
}

func run(ctx context.Context, args []string, out, complaints io.Writer) error {
	var o options
	var list programs
	flags := flag.NewFlagSet("meter", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.IntVar(&o.columns, "columns", 120, "width of the terminal")
	flags.IntVar(&o.rows, "rows", 40, "height of the terminal")
	flags.DurationVar(&o.idle, "idle", 10*time.Second, "how long to watch it doing nothing")
	flags.DurationVar(&o.settle, "settle", 2*time.Second, "how long to leave it alone before each part")
	flags.StringVar(&o.keys, "keys", "", "letters to press one by one and to time")
	flags.StringVar(&o.before, "before", "", "what to type first, untimed; \\x1b and the like are understood")
	flags.Var(&list, "program", "a program with its arguments, split at blanks; may be given several times")
	asJSON := flags.Bool("json", false, "print JSON instead of a table")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var commands [][]string
	for _, p := range list {
		commands = append(commands, strings.Fields(p))
	}
	if flags.NArg() > 0 {
		commands = append(commands, flags.Args())
	}
	if len(commands) == 0 {
		return errors.New("nothing to measure: name a program after --, or with -program")
	}
	var all []*figures
	for _, c := range commands {
		if len(c) == 0 {
			return errors.New("a program has no name")
		}
		f, err := measure(ctx, o, c)
		if err != nil {
			return fmt.Errorf("measuring %s: %w", c[0], err)
		}
		all = append(all, f)
	}
	if *asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	return table(out, all)
}

// table prints the programs side by side.
func table(out io.Writer, all []*figures) error {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', tabwriter.AlignRight)
	row := func(name string, of func(*figures) string) {
		_, _ = fmt.Fprint(w, name) // Flush returns the error
		for _, f := range all {
			_, _ = fmt.Fprint(w, "\t"+of(f))
		}
		_, _ = fmt.Fprintln(w, "\t")
	}
	keyed := func(f *figures, format string, v float64) string {
		if f.Keys == 0 {
			return "-"
		}
		return fmt.Sprintf(format, v)
	}
	row("", func(f *figures) string { return f.Program })
	row("first output", func(f *figures) string { return fmt.Sprintf("%.0f ms", f.FirstOutputMS) })
	row("first screen", func(f *figures) string { return fmt.Sprintf("%.0f ms", f.FirstScreenMS) })
	row("its bytes", func(f *figures) string { return fmt.Sprint(f.FirstBytes) })
	row("idle", func(f *figures) string { return fmt.Sprintf("%.1f bytes/s", f.IdleBytes) })
	row("idle CPU", func(f *figures) string { return fmt.Sprintf("%.2f %%", f.IdleCPU) })
	row("key to first output, p50", func(f *figures) string { return keyed(f, "%.1f ms", f.KeyP50) })
	row("key to first output, p95", func(f *figures) string { return keyed(f, "%.1f ms", f.KeyP95) })
	row("bytes a key", func(f *figures) string { return keyed(f, "%.0f", f.KeyBytes) })
	row("memory, most", func(f *figures) string { return fmt.Sprintf("%.0f MB", f.PeakMB) })
	return w.Flush()
}
