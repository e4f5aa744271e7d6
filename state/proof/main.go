// Command proof shows that nothing is lost, nothing is paid twice and nothing
// gets in: it builds the real program, runs it as separate processes against
// the simulator, injects faults, compares with the simulator's own bill, and
// prints the counts as one table.
//
//	go run ./state/proof          all rounds, about an hour
//	go run ./state/proof -short   the rounds for every change, some minutes
//
// Rows that submit alternate between the services.
//
// It exits with 1 if a figure is not as expected. A figure that this machine
// cannot measure is printed as "not measured", with the reason.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// row is one line of the table.
type row struct {
	fault, expected string
	measure         func(ctx context.Context, l *lab) (figure, error)
}

// figure is what was counted in a row.
type figure struct {
	rounds string
	seen   string
	// bad counts the violations.
	bad int
	// why is why nothing could be counted.
	why string
}

// skipped returns the figure of a row that this machine cannot run.
func skipped(why string) figure { return figure{rounds: "0", why: why} }

// The longest come first, as rows start in this order.
var rows = [...]row{
	{"requests that never arrived", "0 sent again, 0 proved before later ones", neverArrived},
	{"clocks 20 minutes apart, lists 5 minutes late", "0 billed called unsent, 0 lost", clocks},
	{"equal jobs without a seed, answers lost", "0 unresolved, 0 a colleague's", seedlessPairs},
	{"a log without tokens, or of unknown pages", "0 billed called unsent", oddLogs},
	{"one dropped connection, vendors' clients beside", "1 POST for each order", vendors},
	{"polls by 4 processes with kills", "0 overlapping", polls},
	{"failed system calls (strace)", "0 acked rows lost", failedCalls},
	{"kill -9 before, during and after the POST", "0 lost, 0 twice", killsOf("submit")},
	{"kill -9 while polling", "0 lost, 0 twice", killsOf("poll")},
	{"kill -9 while downloading", "0 lost, 0 corrupt", killsOf("download")},
	{"kill -9 while migrating", "0 rows lost", migrations},
	{"7 % of answers lost, 3 % refused, kills", "0 paid twice", money},
	{"POST failures, by the transport's table", "0 misjudged", goTest("./client/rest", "^(TestWhatBecameOfAPost|TestNotSentIsNeverSaidOfWhatArrived|TestDyingConnectionsNeverRepeatAPost)$", 31)},
	{"POST failures, by the program", "0 safe but billed", postFailures},
	{"a limit for a day, ten processes at once", "0 past the limit", parallelLimit},
	{"sent again after each lost answer", "0 past the limit, all counted", sendAgain},
	{"a service that asks more than the list", "0 made unasked", dearer},
	{"a price that nobody knows, under a limit", "0 without a ceiling", unknownPrice},
	{"a limit changed by another process", "0 past the limit", limitElsewhere},
	{"hostile bills", "sums right, odd lines told", hostileBills},
	{"two accounts, the key changed under way", "0 paid jobs lost", twoAccounts},
	{"prompts rewritten, under a limit", "0 past the limit, all counted", rewritings},
	{"downloads from a broken server, with kills", "0 corrupt, overwritten, left", downloads},
	{"planted links and files where clips go", "0 foreign bytes changed", planted},
	{"damaged clips whose length fits", "0 called saved", damaged},
	{"first open by 4 processes", "0 failed", firstOpen},
	{"full disk (tmpfs) with answers on their way", "0 ids lost", fullDisk},
	{"cut, empty, missing database, jobs open", "0 forgotten, limit held", ruined},
	{"start on a full disk (tmpfs)", "0 refused, 0 without a word", fullStart},
	{"ended without outputs, odd words, refusals", "all ended, with reason", goTest("./state/queue", "^(TestAFinishedJobWithoutAClipEndsSomeDay|TestAnswersThatSayNothingEndSomeDay)$", 2)},
	{"signals while output is blocked, on a pty", "0 left running, 0 jobs lost", goTest("./views/app", "^TestSignalsEndAProgramWhoseOutputIsBlocked$", 1)},
	{"hostile text, drawn", "0 unsafe", hostile},
	{"hang-up, signals, panics on a pty", "0 not as it was", goTest("./views/app", "^TestLeaving", 9)},
	{"500 live jobs, 10 minutes of its clock", "limits kept", goTest("./state/queue", "^TestManyLiveJobsKeepTheLimits$", 1, "SEEDREEL_LIVE_JOBS=500")},
	{"history, first page", "under 20 ms", history},
}

func run(args []string, out, errs io.Writer) int {
	fs := flag.NewFlagSet("proof", flag.ContinueOnError)
	fs.SetOutput(errs)
	short := fs.Bool("short", false, "the rounds for every change: some minutes")
	only := fs.String("only", "", "only rows whose fault matches this expression")
	atOnce := fs.Int("at-once", 4, "how many rows are measured side by side")
	keep := fs.Bool("keep", false, "keep the folders, to look for what went wrong")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	pick, err := regexp.Compile(*only)
	if err != nil {
		_, _ = fmt.Fprintln(errs, err) // there is nowhere else to report it
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := newLab(ctx, *short)
	if err != nil {
		_, _ = fmt.Fprintln(errs, "proof:", err) // there is nowhere else to report it
		return 1
	}
	if !*keep {
		defer l.clear()
	}
	var chosen []row
	for _, r := range rows {
		if pick.MatchString(r.fault) {
			chosen = append(chosen, r)
		}
	}
	t := measureAll(ctx, l, chosen, *atOnce, errs)
	bad := t.print(out, "go run ./state/proof "+strings.Join(args, " "))
	if *keep {
		_, _ = fmt.Fprintln(errs, "kept", l.dir) // only a help for the person
	}
	if bad > 0 || ctx.Err() != nil {
		return 1
	}
	return 0
}

// table holds all rows and their results.
type table struct {
	rows    []row
	figures []figure
	errs    []error
	took    []time.Duration
}

func measureAll(ctx context.Context, l *lab, chosen []row, atOnce int, errs io.Writer) *table {
	t := &table{rows: chosen, figures: make([]figure, len(chosen)), errs: make([]error, len(chosen)), took: make([]time.Duration, len(chosen))}
	var wg sync.WaitGroup
	room := make(chan struct{}, max(atOnce, 1))
	for i, r := range chosen {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			began := time.Now()
			t.figures[i], t.errs[i] = r.measure(ctx, l)
			t.took[i] = time.Since(began)
			_, _ = fmt.Fprintf(errs, "%-45s %6.1f s\n", r.fault, t.took[i].Seconds()) // progress only
		})
	}
	wg.Wait()
	return t
}

// print writes the table and returns how many rows failed.
func (t *table) print(out io.Writer, command string) (bad int) {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	line := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) } // flushed below
	line("fault", "rounds", "expected", "seen", "time")
	line("-----", "------", "--------", "----", "----")
	for i, r := range t.rows {
		f, mark := t.figures[i], ""
		switch {
		case t.errs[i] != nil:
			f.seen = "ERROR: " + strings.ReplaceAll(t.errs[i].Error(), "\n", "; ")
			bad++
		case f.why != "":
			f.seen = "not measured: " + f.why
		case f.bad > 0:
			mark = "WRONG: "
			bad++
		}
		line(r.fault, f.rounds, r.expected, mark+f.seen, fmt.Sprintf("%.0f s", t.took[i].Seconds()))
	}
	if err := w.Flush(); err != nil {
		return bad + 1
	}
	_, _ = fmt.Fprintf(out, "\n%s\n%s, %s\n", command, time.Now().UTC().Format("2006-01-02 15:04 UTC"), machine()) // as the table
	return bad
}
