// Package linear is the whole program as questions and lines, one after the
// other: for screen readers, for terminals that cannot move the cursor, and for
// anyone who prefers it. No box is drawn, nothing spins, nothing is
// overwritten. The checks, the price question and the queue are those of the
// screens.
package linear

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// Options is the environment of the conversation.
type Options struct {
	In   io.Reader
	Out  io.Writer
	Now  func() time.Time
	Zone *time.Location
	// Home replaces a leading "~/" in paths.
	Home string
}

// errLeft ends the conversation: the person left or the input ended.
var errLeft = errors.New("left")

// errBack returns to the menu: the person gave up the current question.
var errBack = errors.New("back")

// back is what a person types to give up a clip. It is mentioned wherever enter
// alone does not go on.
const back = "back"

type talk struct {
	o   Options
	e   *engine.Engine
	ctx context.Context //nolint:containedctx // one conversation is one call
	in  *bufio.Reader
	err error
}

// Run talks until the person leaves, or the input or ctx ends.
func Run(ctx context.Context, e *engine.Engine, o Options) error {
	t := &talk{o: o, e: e, ctx: ctx, in: bufio.NewReader(o.In)}
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	t.say("seedreel.")
	if e.Services.Practice() {
		t.say("Practice: everything goes to a simulator in this program, nothing is billed.")
	}
	for _, n := range e.Notices {
		t.say("%s", safe.Line(n))
	}
	err := t.menu()
	if errors.Is(err, errLeft) {
		err = nil
	}
	return errors.Join(err, t.err)
}

// say writes one line. The first write error is kept for the end.
func (t *talk) say(format string, a ...any) {
	if _, err := fmt.Fprintf(t.o.Out, format+"\n", a...); err != nil && t.err == nil {
		t.err = fmt.Errorf("writing: %w", err)
	}
}

// ask writes a question and reads one line.
func (t *talk) ask(format string, a ...any) (string, error) {
	if _, err := fmt.Fprintf(t.o.Out, format+" ", a...); err != nil {
		return "", fmt.Errorf("writing: %w", err)
	}
	if t.ctx.Err() != nil {
		return "", errLeft
	}
	line, err := t.read()
	if err != nil && line == "" {
		t.say("")
		return "", errLeft
	}
	return strings.TrimSpace(safe.Edit(line)), nil
}

// read waits for a line or the end of ctx. A read of a terminal cannot be
// ended, so that of a person who leaves is left behind until the process ends.
func (t *talk) read() (string, error) {
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := t.in.ReadString('\n')
		got <- answer{line, err}
	}()
	select {
	case a := <-got:
		return a.line, a.err
	case <-t.ctx.Done():
		return "", t.ctx.Err()
	}
}

// answer asks a question that the person can leave for the menu.
func (t *talk) answer(format string, a ...any) (string, error) {
	s, err := t.ask(format, a...)
	if err == nil && strings.EqualFold(s, back) {
		return "", errBack
	}
	return s, err
}

// yes asks a question whose default is no.
func (t *talk) yes(format string, a ...any) (bool, error) {
	for {
		s, err := t.answer(format+" yes or no, enter is no:", a...)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(s) {
		case "y", "yes":
			return true, nil
		case "", "n", "no":
			return false, nil
		}
		t.say("Please answer yes or no.")
	}
}

func (t *talk) menu() error {
	for {
		s, err := t.ask("\n1 new clip, 2 jobs, 3 history, 4 costs, 5 wait for open jobs, 6 leave. Which?")
		if err != nil {
			return err
		}
		switch strings.ToLower(s) {
		case "1", "new", "n":
			err = t.newClip()
		case "2", "jobs", "j":
			err = t.jobs()
		case "3", "history", "h":
			err = t.history()
		case "4", "costs", "c":
			err = t.costs()
		case "5", "wait", "w":
			err = t.wait()
		case "6", "leave", "quit", "q", "exit":
			return nil
		default:
			t.say("Please answer with a number from 1 to 6.")
		}
		if errors.Is(err, errLeft) {
			return err
		}
		if err != nil && !errors.Is(err, errBack) {
			t.say("%s", words.Error(err))
		}
	}
}

// jobs lists the open and the recently ended jobs.
func (t *talk) jobs() error {
	open, err := t.e.Store.OpenJobs(t.ctx)
	if err != nil {
		return err
	}
	recent, err := t.e.Store.Recent(t.ctx, t.o.Now().Add(-24*time.Hour))
	if err != nil {
		return err
	}
	all := append(open, recent...)
	if len(all) == 0 {
		t.say("No jobs yet.")
	}
	for _, j := range all {
		t.say("%s", t.line(j))
	}
	return nil
}

// line returns a job in one sentence.
func (t *talk) line(j *job.Job) string {
	s := words.State(j)
	if j.Practice {
		s = "practice, " + s
	}
	switch {
	case j.State == job.Saved:
		s += " as " + safe.Line(j.Output.Path)
	case j.State == job.Queued:
		s += ", " + words.Waiting(j.Waiting)
	case j.State.Open() && !j.SubmittedAt.IsZero():
		s += " for " + safe.Line(bar.Words(t.o.Now().Sub(j.SubmittedAt)))
	default:
		if what := words.What(j); what != "" {
			s += ": " + what
		}
	}
	return string(s + ". " + safe.Truncate(safe.Line(j.Prompt), 80))
}

func (t *talk) history() error {
	s, err := t.ask("Words to search for, enter for the newest:")
	if err != nil {
		return err
	}
	q := store.Query{Search: s, Limit: 20}
	for {
		rows, next, err := t.e.Store.Page(t.ctx, q)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			t.say("Nothing found.")
			t.hint(s)
			return nil
		}
		for _, j := range rows {
			t.say("%s, %s", j.CreatedAt.In(t.o.Zone).Format("2 January 15:04"), t.line(j))
		}
		if next == 0 {
			return nil
		}
		more, err := t.yes("More?")
		if err != nil || !more {
			return err
		}
		q.Cursor = next
	}
}

// hint writes what looks like a filter and is none.
func (t *talk) hint(search string) {
	s := store.ParseSearch(search)
	for _, p := range s.Problems() {
		switch {
		case strings.HasPrefix(p, "state: "), strings.HasPrefix(p, "status: "):
			t.say("state: takes %s.", strings.Join(store.StateWords(), ", "))
		case strings.HasPrefix(p, "reason: "):
			t.say("reason: takes %s.", strings.Join(store.ReasonWords(), ", "))
		default:
			t.say("%s.", safe.Line(p))
		}
	}
}

func (t *talk) costs() error {
	rows, err := t.e.Store.Spend(t.ctx, t.o.Now().Add(-30*24*time.Hour), store.ByDay, t.o.Zone)
	if err != nil {
		return err
	}
	practice := t.e.Services.Practice()
	var sum usd.Micro
	unpriced := 0
	for _, r := range rows {
		if r.Practice != practice {
			continue
		}
		sum, unpriced = sum.Plus(r.Spent), unpriced+r.Unpriced
		t.say("%s: %d clips, %s.", r.Day.In(t.o.Zone).Format("2 January"), r.Jobs, words.Sum(r.Spent, r.Unpriced))
	}
	t.say("Together in 30 days: %s.", words.Sum(sum, unpriced))
	if practice {
		t.say("Practice: none of this was billed. It would have cost this.")
	}
	return nil
}
