package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seedreel/client/near"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/reel"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// reelLine is a reel as JSON.
type reelLine struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Open    bool   `json:"open"`
	Shots   int    `json:"shots"`
	Takes   int    `json:"takes"`
	Picked  int    `json:"picked"`
	Seconds int    `json:"seconds,omitempty"`
	// Spent leaves practice out, Practised is what that would have cost, and
	// Unpriced takes are in neither.
	Spent     usd.Micro  `json:"spent_usd"`
	Practised usd.Micro  `json:"practice_usd"`
	Unpriced  int        `json:"unpriced"`
	List      []shotLine `json:"list,omitempty"`
}

// shotLine is a shot of a reel as JSON.
type shotLine struct {
	ID        string    `json:"id"`
	Number    int       `json:"number"`
	Name      string    `json:"name,omitempty"`
	Prompt    string    `json:"prompt"`
	Note      string    `json:"note,omitempty"`
	Seconds   int       `json:"seconds,omitempty"`
	Continues int       `json:"continues,omitempty"`
	Pick      string    `json:"pick,omitempty"`
	Jobs      []string  `json:"jobs"`
	Spent     usd.Micro `json:"spent_usd"`
	Practised usd.Micro `json:"practice_usd"`
	Unpriced  int       `json:"unpriced"`
}

func (c *commands) reel() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "reel",
		Short:   "Work with reels: shots, their takes, and the shot list as text",
		Example: "seedreel reel new \"Harbour trailer\"\nseedreel reel show\nseedreel reel make harbour.reel.toml --max-cost 3",
		Long: "A reel is an ordered list of shots, a shot is an intention, a take is a job that tries it. One reel is always\n" +
			"open; everything made belongs to one of its shots. A reel is also a text, NAME.reel.toml, which can be edited,\n" +
			"checked, priced and made; making it again makes nothing twice.",
		Args: cobra.ArbitraryArgs,
		RunE: onlyGroup,
	}
	cmd.AddCommand(c.reelList(), c.reelShow(), c.reelNew(), c.reelOpen(), c.reelRename(), c.reelMove(), c.reelRemove(), c.reelName(), c.reelSplit(), c.reelMerge(),
		c.reelUndo(false), c.reelUndo(true), c.reelExport(), c.reelImport(), c.reelEdit(), c.reelCheck(), c.reelPrice(), c.reelMake(), c.reelJoin())
	return cmd
}

// withReel opens the reel of a name or id, "" for the open one, without its
// shots: they may be thousands.
func (c *commands) withReel(cmd *cobra.Command, name string, do func(*engine.Engine, *reel.Reel) error) error {
	return c.with(cmd, func(e *engine.Engine) error {
		r, err := findReel(cmd.Context(), e, name)
		if err != nil {
			return err
		}
		return do(e, r)
	})
}

func findReel(ctx context.Context, e *engine.Engine, name string) (*reel.Reel, error) {
	if name == "" {
		return e.Store.OpenReelHead(ctx)
	}
	all, err := e.Store.Reels(ctx)
	if err != nil {
		return nil, err
	}
	var found []*store.ReelRow
	var ids, names []string
	for i := range all {
		names = append(names, all[i].Name)
		if all[i].ID == name || strings.EqualFold(all[i].Name, name) {
			found, ids = append(found, &all[i]), append(ids, all[i].ID)
		}
	}
	switch len(found) {
	case 0:
		if meant := near.Meant(name, names); meant != "" {
			return nil, exit(ExitNotFound, "There is no reel %q; did you mean %q?", name, meant)
		}
		return nil, exit(ExitNotFound, "There is no reel %q; seedreel reel list lists them.", name)
	case 1:
		return &reel.Reel{ID: found[0].ID, Name: found[0].Name, Open: found[0].Open, CreatedAt: found[0].CreatedAt}, nil
	}
	return nil, exit(ExitInvalid, "The name %q is that of the reels %s; give an id.", name, strings.Join(ids, " and "))
}

// openOutline returns the open reel with its shots, without their takes.
func openOutline(ctx context.Context, e *engine.Engine) (*reel.Reel, error) {
	r, err := e.Store.OpenReelHead(ctx)
	if err != nil {
		return nil, err
	}
	return e.Store.ReelOutline(ctx, r.ID)
}

// findShot returns a shot by its number, name or id.
func findShot(r *reel.Reel, name string) (*reel.Shot, error) {
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(r.Shots) {
		return r.Shots[n-1], nil
	}
	for _, s := range r.Shots {
		if s.ID == name || s.Name != "" && strings.EqualFold(s.Name, name) {
			return s, nil
		}
	}
	return nil, exit(ExitNotFound, "Reel %q has no shot %q; it has %d shots.", r.Name, name, len(r.Shots))
}

// add adds the shots of a part of a reel, with list also each of them.
func (l *reelLine) add(r *reel.Reel, list bool) {
	b := r.Bill()
	l.ID, l.Name, l.Open = r.ID, r.Name, r.Open
	l.Shots, l.Picked, l.Seconds = l.Shots+len(r.Shots), l.Picked+r.Picked(), l.Seconds+r.Seconds()
	l.Spent, l.Practised, l.Unpriced = l.Spent.Plus(b.Spent), l.Practised.Plus(b.Practised), l.Unpriced+b.Unpriced+b.UnpricedPractice
	for i, s := range r.Shots {
		l.Takes += len(s.Takes)
		if list {
			l.List = append(l.List, shotJSON(r, s, r.First+i+1))
		}
	}
}

func shotJSON(r *reel.Reel, s *reel.Shot, n int) shotLine {
	b := s.Bill()
	x := shotLine{
		ID: s.ID, Number: n, Name: s.Name, Prompt: s.Prompt(), Note: s.Note, Seconds: s.Seconds(), Jobs: []string{},
		Spent: b.Spent, Practised: b.Practised, Unpriced: b.Unpriced + b.UnpricedPractice,
	}
	_, x.Continues = r.Continued(s)
	if p := s.Pick(); p != nil {
		x.Pick = p.ID
	}
	for _, j := range s.Takes {
		x.Jobs = append(x.Jobs, j.ID)
	}
	return x
}

func (c *commands) reelList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List all reels, the open one first", Args: cobra.NoArgs,
		RunE: c.runWith(func(ctx context.Context, e *engine.Engine, _ []string) error {
			all, err := e.Store.Reels(ctx)
			if err != nil {
				return err
			}
			for i := range all {
				r := &all[i]
				if asJSON {
					err = c.object(reelLine{
						ID: r.ID, Name: r.Name, Open: r.Open, Shots: r.Shots, Takes: r.Takes, Picked: r.Picks,
						Spent: r.Bill.Spent, Practised: r.Bill.Practised, Unpriced: r.Bill.Unpriced + r.Bill.UnpricedPractice,
					})
				} else {
					open := safe.String("    ")
					if r.Open {
						open = "open"
					}
					err = c.print("%s  %s  %s  %s, %s, %d picked, %s", safe.Line(r.ID), open, safe.PadRight(safe.Line(r.Name), 24), english.Plural(r.Shots, "shot", ""), english.Plural(r.Takes, "take", ""), r.Picks, words.Bill(r.Bill))
				}
				if err != nil {
					return err
				}
			}
			return nil
		}),
	}
	jsonFlag(cmd, &asJSON, "the reels, one a line,")
	return cmd
}

func (c *commands) reelShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show [reel]", Short: "Show the shots of a reel and their takes", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withReel(cmd, first(args), func(e *engine.Engine, r *reel.Reel) error {
				if asJSON {
					var l reelLine
					err := e.Store.EachReelPart(cmd.Context(), r.ID, func(r *reel.Reel) error {
						l.add(r, true)
						return nil
					})
					if err != nil {
						return err
					}
					return c.object(l)
				}
				return c.printReel(cmd.Context(), e, r)
			})
		},
	}
	jsonFlag(cmd, &asJSON, "the reel")
	return cmd
}

func first(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return ""
}

// printReel prints a reel, part by part.
func (c *commands) printReel(ctx context.Context, e *engine.Engine, r *reel.Reel) error {
	var l reelLine
	var bill reel.Bill
	err := e.Store.EachReelPart(ctx, r.ID, func(r *reel.Reel) error {
		l.add(r, false)
		bill = bill.Plus(r.Bill())
		return nil
	})
	if err != nil {
		return err
	}
	if err := c.print("%s: %s, %d s, %d picked, %s", safe.Line(l.Name), english.Plural(l.Shots, "shot", ""), l.Seconds, l.Picked, words.Bill(bill)); err != nil {
		return err
	}
	return e.Store.EachReelPart(ctx, r.ID, c.printShots)
}

// printShots prints the shots of a part of a reel, and their takes.
func (c *commands) printShots(r *reel.Reel) error {
	for i, s := range r.Shots {
		title := s.Name
		if title == "" {
			title = s.Prompt()
		}
		extra := ""
		if _, n := r.Continued(s); n > 0 {
			extra = fmt.Sprintf(", continues %d", n)
		}
		err := c.print("%d  %s  %d s, %s, %s%s", r.First+i+1, safe.Truncate(safe.Line(title), 60), s.Seconds(), english.Plural(len(s.Takes), "take", ""), words.Spent(s.Bill()), extra)
		if err != nil {
			return err
		}
		for k, j := range s.Takes {
			if err := c.print("   %d  %s  %s  %s", k+1, safe.Line(j.ID), safe.PadRight(words.State(j), words.StateWidth), safe.Line(takeWords(s, k))); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeWords returns a take's marks, and what changed against its parent, or
// else the take before.
func takeWords(s *reel.Shot, k int) string {
	j := s.Takes[k]
	var out []string
	if j.Pick {
		out = append(out, "pick")
	}
	if j.Rejected {
		out = append(out, "rejected")
	}
	if j.Rating > 0 {
		out = append(out, fmt.Sprintf("rated %d", j.Rating))
	}
	parent, _ := s.Take(j.Parent)
	if parent == nil && k > 0 {
		parent = s.Takes[k-1]
	}
	if parent == nil {
		out = append(out, "first try")
	} else {
		c := reel.WhatChanged(parent, j)
		for _, w := range c.Words {
			out = append(out, strings.TrimSpace(w.Was+" → "+w.Is))
		}
		if c.Model != nil {
			out = append(out, "model "+c.Model.Is.ID)
		}
		for _, f := range c.Fields {
			out = append(out, fmt.Sprintf("%s %s → %s", f.Role.Label(), f.Was, f.Is))
		}
	}
	if j.Note != "" {
		out = append(out, "note: "+j.Note)
	}
	return strings.Join(out, ", ")
}

func (c *commands) reelNew() *cobra.Command {
	return &cobra.Command{
		Use: "new name", Short: "Add a reel and open it", Args: cobra.ExactArgs(1), Example: `seedreel reel new "Harbour trailer"`,
		RunE: c.runWith(func(ctx context.Context, e *engine.Engine, args []string) error {
			if _, err := reel.Rename(args[0])(&reel.Reel{}); err != nil {
				return exit(ExitInvalid, "%v", err)
			}
			id, err := reel.NewID(rand.Reader)
			if err != nil {
				return err
			}
			r, err := e.Store.AddReel(ctx, id, strings.TrimSpace(args[0]))
			if err != nil {
				return err
			}
			return c.print("%s  %s", safe.Line(r.ID), safe.Line(r.Name))
		}),
	}
}

func (c *commands) reelOpen() *cobra.Command {
	return &cobra.Command{
		Use: "open reel", Short: "Open another reel: what is made from now on belongs to it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withReel(cmd, args[0], func(e *engine.Engine, r *reel.Reel) error {
				if err := e.Store.SwitchReel(cmd.Context(), r.ID); err != nil {
					return took(err)
				}
				return c.print("%s  %s", safe.Line(r.ID), safe.Line(r.Name))
			})
		},
	}
}

// readReel reads a reel's text from a file, or standard input for "-".
func (c *commands) readReel(ctx context.Context, e *engine.Engine, name string) (*reel.Text, error) {
	in, err := c.openInput(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, exit(ExitInvalid, "There is no file %s.", name)
	}
	if err != nil {
		return nil, exit(ExitInvalid, "%s", words.Error(err))
	}
	defer func() { _ = in.Close() }() // read only
	text, err := readAll(ctx, in, promptLimit)
	if err != nil {
		return nil, err
	}
	dir := "."
	if name != "-" {
		dir = filepath.Dir(name)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, fmt.Errorf("finding the folder of %s: %w", name, err)
	}
	t, err := reel.Parse([]byte(text), dir, e.Catalogue.Now().Find)
	if err != nil {
		return nil, exit(ExitInvalid, "%s, %v", name, err)
	}
	return t, nil
}

// newFile writes a file that is not there yet.
func newFile(path string, b []byte) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return exit(ExitInvalid, "There is a file %s already, and it is not replaced.", path)
	}
	if err != nil {
		return exit(ExitTrouble, "%s", words.Error(err))
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

// numbers parses "3", "3..5" and "1,4..6" as numbers of shots.
func numbers(text string, all int) (func(int) bool, error) {
	if text == "" {
		return nil, nil
	}
	var chosen []int
	for part := range strings.SplitSeq(text, ",") {
		from, to, ranged := strings.Cut(strings.TrimSpace(part), "..")
		if !ranged {
			to = from
		}
		lo, err1 := strconv.Atoi(from)
		hi, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || lo < 1 || lo > hi {
			return nil, usage("--shot is %q; it must be a number, or two with .. between, such as 3..5", text)
		}
		if hi > all {
			return nil, exit(ExitNotFound, "There is no shot %d; the reel has %d.", hi, all)
		}
		for n := lo; n <= hi; n++ {
			chosen = append(chosen, n)
		}
	}
	return func(n int) bool { return slices.Contains(chosen, n) }, nil
}
