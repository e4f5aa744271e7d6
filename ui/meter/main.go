// Command meter measures terminal programs as a person on a slow line meets
// them: the time to the first output, the bytes of the first screen, bytes and
// CPU while nothing is done, the time from a key to the first output and the
// bytes of a key, and memory.
//
//	go run ./ui/meter -jobs 100000
//	go run ./ui/meter -jobs 100000 -rate 100000 -trip 80ms
//	go run ./ui/meter -keys jjjjkkkk -program 'less README.md' -program htop
//	go run ./ui/meter -json -- seedreel
//
// Without a program it builds this one, makes it a home with that many jobs,
// and measures it beside what is installed of its peers, five times each; the
// figures are medians. -rate and -trip put a line between program and person.
//
// Each program runs on a pseudo terminal of its own, one after the other, and
// is ended by a signal. CPU, wake-ups and memory are read from /proc and 0
// elsewhere.
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

func run(ctx context.Context, args []string, out, complaints io.Writer) (err error) {
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
	flags.IntVar(&o.rate, "rate", 0, "bytes a second of the line to the person, 0 for any number")
	flags.DurationVar(&o.trip, "trip", 0, "how long a byte takes to the person and back")
	flags.Var(&list, "program", "a program with its arguments, split at blanks; may be given several times")
	rounds := flags.Int("rounds", 0, "how often to measure each program (default 1, without a program 5)")
	jobs := flags.Int("jobs", 1000, "without a program: how many jobs the home has")
	asJSON := flags.Bool("json", false, "print JSON instead of a table")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var commands []command
	for _, p := range list {
		commands = append(commands, command{args: strings.Fields(p), keys: o.keys})
	}
	if flags.NArg() > 0 {
		commands = append(commands, command{args: flags.Args(), keys: o.keys})
	}
	own := len(commands) == 0
	if *rounds == 0 {
		*rounds = 1
		if own {
			*rounds = 5
		}
	}
	if own {
		var dir string
		if dir, err = os.MkdirTemp("", "meter"); err != nil {
			return fmt.Errorf("making a folder: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		if commands, err = prepare(ctx, &o, dir, *jobs, complaints); err != nil {
			return err
		}
	}
	all, err := compare(ctx, o, commands, *rounds)
	if err == nil && own {
		err = parts(ctx, all[0], commands[0].args[0], o.env, *jobs, *rounds)
	}
	if err != nil {
		return err
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
	row("first screen at rest", func(f *figures) string { return fmt.Sprintf("%.0f ms", f.FirstScreenMS) })
	row("its bytes", func(f *figures) string { return fmt.Sprint(f.FirstBytes) })
	row("idle", func(f *figures) string { return fmt.Sprintf("%.1f bytes/s", f.IdleBytes) })
	row("idle CPU", func(f *figures) string { return fmt.Sprintf("%.2f %%", f.IdleCPU) })
	row("idle wake-ups", func(f *figures) string { return fmt.Sprintf("%.1f /s", f.Wakes) })
	row("key to first output, p50", func(f *figures) string { return keyed(f, "%.1f ms", f.KeyP50) })
	row("key to first output, p95", func(f *figures) string { return keyed(f, "%.1f ms", f.KeyP95) })
	row("bytes a key", func(f *figures) string { return keyed(f, "%.0f", f.KeyBytes) })
	row("memory, most", func(f *figures) string { return fmt.Sprintf("%.0f MB", f.PeakMB) })
	row("binary", func(f *figures) string { return fmt.Sprintf("%.1f MB", f.BinaryMB) })
	row("--help", func(f *figures) string { return fmt.Sprintf("%.0f ms", f.HelpMS) })
	for _, p := range partNames {
		if _, ok := all[0].Parts[p]; !ok {
			continue
		}
		row(p, func(f *figures) string {
			if v, ok := f.Parts[p]; ok {
				return fmt.Sprintf("%.1f ms", v)
			}
			return "-"
		})
	}
	return w.Flush()
}
