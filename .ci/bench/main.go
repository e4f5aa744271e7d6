// Command bench compares the parts that people wait for with a baseline that is
// kept beside it, and exits with 1 if one has become dearer.
//
//	go run ./.ci/bench           compare
//	go run ./.ci/bench -update   write the baseline anew
//
// Bytes and allocations hardly depend on the machine: what is done twice is an
// error. How much of the work beside a key falls into its time does vary.
// Time is told in yardsticks, some fixed work that is timed in the same run,
// by the best of several tries, and only a multiple of the baseline is an
// error: another machine, or a loaded one, changes both sides of the ratio.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

const (
	baseline = ".ci/bench/baseline.txt"
	// slower is from which multiple of the baseline a part is too slow, and
	// bigger the same for its bytes and allocations.
	slower, bigger = 4.0, 2.0
	// few is how many bytes and allocations more never matter.
	few = 2048
)

// part is a benchmark that is compared.
type part struct {
	pkg, bench string
	// times is how often it runs in a try, and tries how many there are: what
	// prepares it is done for each.
	times, tries string
}

var parts = []part{
	{"./client/catalogue", "^BenchmarkLoad$", "10x", "4"},
	{"./views/story", "^BenchmarkScreen$", "50x", "1"},
	{"./views/story", "^BenchmarkFirstView$", "10x", "2"},
	{"./state/store", "^BenchmarkFind$/^(all|no-hit)$", "50x", "2"},
	{"./state/store", "^BenchmarkIdlePlan$", "50x", "2"},
}

// cost is what one run of a part costs.
type cost struct {
	yards         float64
	bytes, allocs float64
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	update := flags.Bool("update", false, "write the baseline anew")
	if err := flags.Parse(args); err != nil {
		return err
	}
	now := map[string]cost{}
	for _, p := range parts {
		if err := p.measure(ctx, now); err != nil {
			return err
		}
	}
	if *update {
		return write(now)
	}
	was, err := read()
	if err != nil {
		return err
	}
	return compare(was, now)
}

var (
	line   = regexp.MustCompile(`(?m)^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op.*$`)
	metric = regexp.MustCompile(`([\d.]+) (B/op|allocs/op)`)
)

// measure adds the costs of the part's benchmarks, the best of several tries.
func (p *part) measure(ctx context.Context, to map[string]cost) error {
	unit := yardstick()
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", p.bench, "-benchtime", p.times, "-count", p.tries, "-benchmem", p.pkg)
	cmd.Env = append(os.Environ(), "SEEDREEL_JOBS=2000")
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("running %s of %s: %w\n%s", p.bench, p.pkg, err, out)
	}
	unit = min(unit, yardstick())
	found := false
	for _, m := range line.FindAllSubmatch(out, -1) {
		found = true
		ns, err := strconv.ParseFloat(string(m[2]), 64)
		if err != nil {
			return fmt.Errorf("reading a benchmark: %w", err)
		}
		c := cost{yards: ns / float64(unit)}
		for _, x := range metric.FindAllSubmatch(m[0], -1) {
			n, err := strconv.ParseFloat(string(x[1]), 64)
			if err != nil {
				return fmt.Errorf("reading a benchmark: %w", err)
			}
			if string(x[2]) == "B/op" {
				c.bytes = n
			} else {
				c.allocs = n
			}
		}
		name := strings.TrimPrefix(p.pkg, "./") + " " + string(m[1])
		if was, ok := to[name]; ok {
			c = cost{min(c.yards, was.yards), min(c.bytes, was.bytes), min(c.allocs, was.allocs)}
		}
		to[name] = c
	}
	if !found {
		return fmt.Errorf("%s has no benchmark %s", p.pkg, p.bench)
	}
	return nil
}

// yardstick returns the best time of some fixed work.
func yardstick() time.Duration {
	best := time.Hour
	text := bytes.Repeat([]byte("words of a line "), 1<<10)
	for range 200 {
		began := time.Now()
		sum := sha256.Sum256(text)
		counts := map[string]int{}
		for _, w := range strings.Fields(string(text)) {
			counts[w] += int(sum[0])
		}
		best = min(best, time.Since(began))
	}
	return best
}

func names(of map[string]cost) []string {
	var all []string
	for n := range of {
		all = append(all, n)
	}
	sort.Strings(all)
	return all
}

func write(now map[string]cost) error {
	var b strings.Builder
	for _, n := range names(now) {
		c := now[n]
		fmt.Fprintf(&b, "%-60s %10.2f yardsticks %12.0f B %8.0f allocs\n", n, c.yards, c.bytes, c.allocs)
	}
	return os.WriteFile(baseline, []byte(b.String()), 0o644)
}

func read() (map[string]cost, error) {
	b, err := os.ReadFile(baseline)
	if err != nil {
		return nil, fmt.Errorf("reading the baseline: %w", err)
	}
	out := map[string]cost{}
	for l := range strings.Lines(string(b)) {
		f := strings.Fields(l)
		if len(f) != 8 {
			return nil, fmt.Errorf("the baseline has the line %q", l)
		}
		var n [3]float64
		for i, at := range []int{2, 4, 6} {
			if n[i], err = strconv.ParseFloat(f[at], 64); err != nil {
				return nil, fmt.Errorf("reading the baseline: %w", err)
			}
		}
		out[f[0]+" "+f[1]] = cost{n[0], n[1], n[2]}
	}
	return out, nil
}

// compare prints the parts beside the baseline.
func compare(was, now map[string]cost) error {
	var bad []string
	for _, n := range names(now) {
		w, ok := was[n]
		c := now[n]
		fmt.Printf("%-60s %8.2f of %.2f yardsticks, %.0f of %.0f B, %.0f of %.0f allocs\n", n, c.yards, w.yards, c.bytes, w.bytes, c.allocs, w.allocs)
		if !ok || c.yards > slower*w.yards+1 || c.bytes > bigger*w.bytes+few || c.allocs > bigger*w.allocs+few/64 {
			bad = append(bad, n)
		}
	}
	for _, n := range names(was) {
		if _, ok := now[n]; !ok {
			bad = append(bad, n+", which is gone")
		}
	}
	if len(bad) == 0 {
		return nil
	}
	slices.Sort(bad)
	return fmt.Errorf("dearer than the baseline: %s; if that is meant, go run ./.ci/bench -update", strings.Join(bad, "; "))
}
