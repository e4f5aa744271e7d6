package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// command is a program that is measured, with the keys that are pressed.
type command struct {
	args []string
	keys string
}

// peers are programs that other people use all day. Those that are installed
// are measured beside this one.
var peers = [...]command{
	{[]string{"less", "README.md"}, strings.Repeat("jjjjkkkk", 5)},
	{[]string{"htop"}, strings.Repeat(" ", 40)},
	{[]string{"lazygit"}, strings.Repeat("jjjjkkkk", 5)},
	{[]string{"superfile"}, strings.Repeat("jjjjkkkk", 5)},
}

// Names of the parts that only this program has.
const (
	partCatalogue = "catalogue load"
	partNoHit     = "filter without a hit"
	partHistory   = "history --limit 0 --json"
)

var partNames = [...]string{partCatalogue, partNoHit, partHistory}

// prepare builds this program, makes its home, and returns it with its peers.
func prepare(ctx context.Context, o *options, dir string, jobs int, complaints io.Writer) ([]command, error) {
	binary, home := filepath.Join(dir, "seedreel"), filepath.Join(dir, "home")
	o.env = []string{"SEEDREEL_HOME=" + home}
	for _, args := range [][]string{
		{"go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "."},
		{"go", "run", "./state/stock", "-home", home, "-jobs", strconv.Itoa(jobs)},
	} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = complaints, complaints
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("running %s in the checkout: %w", strings.Join(args, " "), err)
		}
	}
	out := []command{{[]string{binary}, strings.Repeat("a", 40)}}
	for _, p := range peers {
		if _, err := exec.LookPath(p.args[0]); err == nil {
			out = append(out, p)
		}
	}
	return out, nil
}

// compare measures each program so many times, in turns, and returns the
// medians.
func compare(ctx context.Context, o options, commands []command, rounds int) ([]*figures, error) {
	tries := make([][]*figures, len(commands))
	for range rounds {
		for i, c := range commands {
			if len(c.args) == 0 {
				return nil, errors.New("a program has no name")
			}
			o.keys = c.keys
			f, err := measure(ctx, o, c.args)
			if err == nil {
				err = f.file(ctx, c.args[0], o.env)
			}
			if err != nil {
				return nil, fmt.Errorf("measuring %s: %w", c.args[0], err)
			}
			tries[i] = append(tries[i], f)
		}
	}
	var all []*figures
	for _, t := range tries {
		all = append(all, median(t))
	}
	return all, nil
}

// median returns the median of each figure.
func median(tries []*figures) *figures {
	out := *tries[0]
	v := reflect.ValueOf(&out).Elem()
	for i := range v.NumField() {
		var all []float64
		for _, f := range tries {
			switch x := reflect.ValueOf(f).Elem().Field(i); {
			case x.CanFloat():
				all = append(all, x.Float())
			case x.CanInt():
				all = append(all, float64(x.Int()))
			}
		}
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		if m := all[len(all)/2]; v.Field(i).Kind() == reflect.Int {
			v.Field(i).SetInt(int64(m))
		} else {
			v.Field(i).SetFloat(m)
		}
	}
	return &out
}

// file measures the program's file, and how long its help takes. A program
// without one answers in some other way.
func (r *figures) file(ctx context.Context, name string, env []string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	r.BinaryMB = float64(info.Size()) / 1e6
	took, err := timed(ctx, env, path, "--help")
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		err = nil
	}
	r.HelpMS = took
	return err
}

// timed returns how long a command takes, in ms.
func timed(ctx context.Context, env []string, name string, args ...string) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	began := time.Now()
	err := cmd.Run()
	return ms(time.Since(began)), err
}

// parts measures what only this program has: commands as a whole, and parts of
// it by its own benchmarks.
func parts(ctx context.Context, f *figures, binary string, env []string, jobs, rounds int) error {
	f.Parts = map[string]float64{}
	var all []float64
	for range rounds {
		took, err := timed(ctx, env, binary, "history", "--limit", "0", "--json")
		if err != nil {
			return fmt.Errorf("listing the history: %w", err)
		}
		all = append(all, took)
	}
	slices.Sort(all)
	f.Parts[partHistory] = all[len(all)/2]
	for name, b := range map[string]struct{ pkg, bench string }{
		partCatalogue: {"./client/catalogue", "^BenchmarkLoad$"},
		partNoHit:     {"./state/store", "^BenchmarkFind$/^no-hit$"},
	} {
		took, err := bench(ctx, b.pkg, b.bench, jobs, rounds)
		if err != nil {
			return err
		}
		f.Parts[name] = took
	}
	return nil
}

var perOp = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^Benchmark\S*\s+\d+\s+([\d.]+) ns/op`)
})

// bench returns the median of a benchmark, in ms.
func bench(ctx context.Context, pkg, name string, jobs, rounds int) (float64, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", name, "-benchtime", "100x", "-count", strconv.Itoa(rounds), pkg)
	cmd.Env = append(os.Environ(), "SEEDREEL_JOBS="+strconv.Itoa(jobs))
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("running the benchmark %s of %s: %w: %s", name, pkg, err, bytes.TrimSpace(out))
	}
	var all []float64
	for _, m := range perOp().FindAllSubmatch(out, -1) {
		ns, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			return 0, fmt.Errorf("reading a benchmark: %w", err)
		}
		all = append(all, ns/1e6)
	}
	if len(all) == 0 {
		return 0, fmt.Errorf("%s has no benchmark %s", pkg, name)
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}
