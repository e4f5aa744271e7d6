// Package linear is the whole program as questions and lines, one after the
// other: for screen readers, for terminals that cannot move the cursor, and for
// anyone who prefers it. No box is drawn, nothing spins, nothing is
// overwritten, and nothing is written while an answer is typed. The form, the
// checks, the questions before paying and the queue are those of the screens.
package linear

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"seedreel/state/engine"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// Options is the environment of the conversation.
type Options struct {
	In     io.Reader
	Out    io.Writer
	Getenv settings.Env
	Now    func() time.Time
	Zone   *time.Location
}

// errLeft ends the conversation: the person left or the input ended.
var errLeft = errors.New("left")

// errBack returns to the menu: the person gave up the current question.
var errBack = errors.New("back")

// back is what a person types to leave a question.
const back = "back"

type talk struct {
	o   Options
	e   *engine.Engine
	ctx context.Context //nolint:containedctx // one conversation is one call
	in  *input
	err error
	// work does the queue's steps beside the conversation.
	work *worker
	// price is the one that was said last.
	price string
	// billed is set once the person has agreed to pay.
	billed bool
}

// Run talks until the person leaves, or the input or ctx ends.
func Run(ctx context.Context, e *engine.Engine, o Options) error {
	t := &talk{o: o, e: e, ctx: ctx, in: newInput(o.In)}
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	t.say("seedreel.")
	if e.Services.Practice() {
		t.say("Practice: clips go to a simulator in this program, and nothing is billed. Prices are what they would cost.")
	}
	for _, n := range e.Notices {
		t.say("%s", safe.Line(n))
	}
	t.work = t.begin()
	t.say("At any question, %s returns to the menu.", back)
	err := t.menu()
	if ctx.Err() != nil {
		t.say("\nStopped by ctrl+c. Nothing is lost.")
	}
	t.leave()
	if errors.Is(err, errLeft) {
		err = nil
	}
	return errors.Join(err, t.err)
}

// lastLook bounds the final look at the open jobs.
const lastLook = time.Second

// leave ends the work and writes what goes on without the program.
func (t *talk) leave() {
	t.work.end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), lastLook)
	defer cancel()
	open, err := t.e.Store.OpenJobs(ctx)
	if err != nil {
		return // the next start shows them
	}
	if s := words.Farewell(open); s != "" {
		t.say("%s", safe.Line(s))
	}
}

// say writes one line. The first write error is kept for the end.
func (t *talk) say(format string, a ...any) {
	if _, err := fmt.Fprintf(t.o.Out, format+"\n", a...); err != nil && t.err == nil {
		t.err = fmt.Errorf("writing: %w", err)
	}
}

// ask reads out what has happened meanwhile, writes a question and reads one line.
func (t *talk) ask(format string, a ...any) (string, error) {
	if t.ctx.Err() != nil {
		return "", errLeft
	}
	t.meanwhile()
	if _, err := fmt.Fprintf(t.o.Out, format+" ", a...); err != nil {
		return "", fmt.Errorf("writing: %w", err)
	}
	select {
	case got := <-t.in.next():
		t.in.took()
		if got.err != nil && got.line == "" {
			t.say("")
			return "", errLeft
		}
		return strings.TrimSpace(safe.Edit(got.line)), nil
	case <-t.ctx.Done():
		return "", errLeft
	}
}

// meanwhile reads out what has happened while the person did something else.
func (t *talk) meanwhile() {
	for _, line := range t.work.news() {
		t.say("Meanwhile: %s", line)
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

// entry is a line of a menu: what it is called, and what may change about it.
// do returns errDone to leave the menu.
type entry struct {
	name, now safe.String
	do        func() error
}

// errDone leaves a menu after one of its entries.
var errDone = errors.New("done")

// again is typed to hear a list once more.
const again = "?"

// choose shows numbered entries until one of them leaves, or enter does. They
// are read anew each time, as what can be done changes, but only what was not
// heard before is said.
func (t *talk) choose(entries func() ([]entry, error), enter string) error {
	var heard []safe.String
	for {
		list, err := entries()
		if err != nil {
			return err
		}
		ask := ""
		if heard != nil {
			ask = ", " + again + " for the list"
		}
		names := make([]safe.String, len(list))
		for i, x := range list {
			if names[i] = x.name; i >= len(heard) || heard[i] != x.name {
				t.item(i, x.name+x.now)
			}
		}
		heard = names
		s, err := t.answer("Number%s, or enter to %s:", ask, enter)
		switch {
		case err != nil || s == "":
			return err
		case s == again:
			heard = []safe.String{}
			continue
		}
		n := chosen(names, s)
		if n < 0 {
			t.say("%s", among(s, len(list)))
			continue
		}
		switch err := list[n].do(); {
		case errors.Is(err, errDone):
			return nil
		case errors.Is(err, errLeft), errors.Is(err, errBack):
			return err
		case t.ctx.Err() != nil:
			return errLeft
		case err != nil:
			t.trouble(err)
		}
	}
}

// item reads out one line of a numbered list.
func (t *talk) item(i int, s safe.String) {
	t.say("%d: %s.", i+1, strings.TrimSuffix(string(s), "."))
}

// trouble reads out an error as a sentence.
func (t *talk) trouble(err error) { t.say("%s", ended(capital(words.Error(err)))) }

// number asks for one of numbered options, or their text, and returns its index,
// -1 for enter alone.
func (t *talk) number(options []safe.String, question, enter string) (int, error) {
	for i, o := range options {
		t.item(i, o)
	}
	if question != "" {
		question += " "
	}
	for {
		s, err := t.answer("%sNumber, or enter to %s:", question, enter)
		if err != nil || s == "" {
			return -1, err
		}
		if i := chosen(options, s); i >= 0 {
			return i, nil
		}
		t.say("%s", among(s, len(options)))
	}
}

// among returns which numbers there are.
func among(s string, n int) safe.String {
	if n == 1 {
		return "There is no " + safe.Line(s) + "; the only number is 1."
	}
	return safe.Line(fmt.Sprintf("There is no %s; the numbers are 1 to %d.", s, n))
}

// menu asks what to do until the person leaves.
func (t *talk) menu() error {
	question := "\nMenu. 1 new clip, 2 jobs, 3 history, 4 reel, 5 costs and balance, 6 wait, 7 bring in, 8 settings, 9 keys, 0 leave. Which?"
	long := question
	for {
		s, err := t.ask("%s", question)
		if err != nil {
			return err
		}
		question = "\nMenu: 0 to 9, or " + again + " for what they are?"
		s = strings.ToLower(s)
		if leaves(s) {
			return nil
		}
		do := t.entryOf(s)
		switch {
		case do == nil:
			if s != again {
				t.say("Please answer with a number from 0 to 9.")
			}
			question = long
			continue
		case t.ctx.Err() != nil:
			return errLeft
		}
		switch err := do(); {
		case t.ctx.Err() != nil, errors.Is(err, errLeft):
			return errLeft
		case errors.Is(err, errBack), err == nil:
		default:
			t.trouble(err)
		}
	}
}

// leaves reports whether an answer to the menu ends the conversation.
func leaves(s string) bool { return slices.Contains([]string{"0", "leave", "quit", "q", "exit"}, s) }

// entryOf returns what an answer to the menu leads to, nil if nothing.
func (t *talk) entryOf(s string) func() error {
	switch s {
	case "1", "new", "n":
		return t.newClip
	case "2", "jobs", "j":
		return t.jobs
	case "3", "history", "h":
		return t.history
	case "4", "reel", "r":
		return t.reel
	case "5", "costs", "c", "balance":
		return t.costs
	case "6", "wait", "w":
		return t.wait
	case "7", "bring", "b":
		return t.bring
	case "8", "settings", "s":
		return t.settings
	case "9", "keys", "k":
		return t.keys
	}
	return nil
}
