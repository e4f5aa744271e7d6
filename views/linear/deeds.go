package linear

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/account"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/queue"
	"seedreel/state/reel"
	"seedreel/state/store"
	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/views/compose"
	"seedreel/views/words"
)

// notOffered returns an error in words; what a service does not offer is said
// as given.
func notOffered(err error, what safe.String) safe.String {
	if errors.Is(err, account.ErrNotOffered) {
		return what
	}
	return words.Error(err)
}

// moved reads out that a job has changed since it was read, and returns any other
// error.
func (t *talk) moved(err error) error {
	if _, stale := errors.AsType[*store.ErrStale](err); stale {
		t.say("It has gone on meanwhile; nothing was changed.")
		return nil
	}
	return err
}

func (t *talk) cancel(j *job.Job) error {
	_, err := t.e.Queue.Cancel(t.ctx, j.ID)
	switch {
	case errors.Is(err, queue.ErrBegun), errors.Is(err, queue.ErrCannotStop):
		t.say("%s", words.Sentence(errors.Unwrap(err)))
		return nil
	case err != nil:
		return t.moved(err)
	}
	t.say("Cancelled; nothing is charged.")
	return errDone
}

// edit puts a waiting job into a form. It keeps its turn meanwhile, and may
// leave.
func (t *talk) edit(j *job.Job) error {
	m := t.e.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model})
	if m == nil {
		t.say("The catalogue no longer has %s.", safe.Line(j.Model))
		return nil
	}
	f := &form{model: m, edits: j, Draft: compose.Draft{Values: j.Values.Clone(), Count: 1}}
	t.price = t.priceOf(f)
	return t.review(f)
}

func (t *talk) hold(j *job.Job) error {
	now, err := t.e.Queue.Pause(t.ctx, j.ID, !j.Paused)
	if err != nil {
		return t.moved(err)
	}
	if now.Paused {
		t.say("Held back.")
	} else {
		t.say("It goes on when it is its turn.")
	}
	return nil
}

func (t *talk) move(j *job.Job, by int) error {
	place, err := t.e.Queue.Move(t.ctx, j.ID, by)
	if err != nil {
		return t.moved(err)
	}
	t.say("Number %d in line.", place)
	return nil
}

// look searches for a lost job now, and reports what was found.
func (t *talk) look(j *job.Job) error {
	j, err := t.e.Queue.LookNow(t.ctx, j.ID)
	if err != nil {
		return t.moved(err)
	}
	if j.NextAt.IsZero() {
		t.say("%s has no list to look for it in.", words.Service(j.Provider))
		return nil
	}
	t.say("Looking for it; enter does not wait.")
	for due := j.NextAt; j.State == job.Uncertain && j.NextAt.Equal(due); {
		select {
		case <-t.ctx.Done():
			return errLeft
		case <-t.in.next():
			t.in.took()
			return nil
		case <-t.work.done:
			return t.work.err
		case <-t.work.more:
		}
		if j, err = t.e.Store.Job(t.ctx, j.ID); err != nil {
			return err
		}
	}
	t.work.said(j.ID)
	if j.State != job.Uncertain {
		t.say("Found.")
		return nil
	}
	s := words.Search(j)
	if !j.NextAt.IsZero() {
		s += " Next look in " + safe.Line(bar.Words(j.NextAt.Sub(t.o.Now()))) + "."
	}
	t.say("%s", s)
	return nil
}

func (t *talk) resolve(j *job.Job, remote string, is bool) error {
	if _, err := t.e.Queue.Resolve(t.ctx, j.ID, remote, is); err != nil {
		return t.moved(err)
	}
	if !is {
		t.say("Ruled out; the search goes on.")
		return nil
	}
	t.say("Taken over; its clip is fetched.")
	return errDone
}

func (t *talk) resend(j *job.Job) error {
	_, err := t.order(order.Again(j))
	return t.moved(err)
}

func (t *talk) drop(j *job.Job) error {
	sure, err := t.yes("If it was made, its clip is lost, and its price stays counted. Give it up?")
	if err != nil || !sure {
		return err
	}
	if _, err := t.e.Queue.Drop(t.ctx, j.ID); err != nil {
		return t.moved(err)
	}
	t.say("Given up.")
	return errDone
}

func (t *talk) retry(j *job.Job, silent bool) error {
	d := order.Retry(j)
	if silent {
		d = order.Silent(j)
	}
	made, err := t.order(d)
	if err != nil || made == 0 {
		return t.moved(err)
	}
	return errDone
}

func (t *talk) askAgain(j *job.Job) error {
	if _, err := t.e.Queue.AskAgain(t.ctx, j.ID); err != nil {
		return t.moved(err)
	}
	t.say("Asking for it.")
	return errDone
}

func (t *talk) watch(j *job.Job) error {
	show := t.shower(j)
	if show == nil {
		t.say("It cannot be opened here.")
		return nil
	}
	if opened, ok := show().(term.OpenedMsg); ok && opened.Err != nil {
		return opened.Err
	}
	t.say("Opened.")
	return nil
}

func (t *talk) restore(j *job.Job) error {
	if _, err := t.e.Queue.Restore(t.ctx, j, "", nil); err != nil {
		return err
	}
	t.say("It is on this disk again.")
	return nil
}

// remove deletes a job, and its files if the person wants that.
func (t *talk) remove(j *job.Job) error {
	n, err := t.number([]safe.String{"The entry; the files stay", "The entry and its files"}, "Delete what?", "delete nothing")
	if err != nil || n < 0 {
		return err
	}
	if err := t.e.Store.Delete(t.ctx, j.ID); err != nil {
		return t.moved(err)
	}
	if n == 1 {
		if err := queue.RemoveFiles(j); err != nil {
			return err
		}
	}
	t.say("Deleted. What it cost stays counted.")
	return errDone
}

// mark edits a take and reports what became of it.
func (t *talk) mark(j *job.Job, edit reel.Edit) error {
	_, c, err := t.e.Store.ChangeTake(t.ctx, j.ID, edit)
	if err != nil {
		return err
	}
	t.followed(c, "")
	return nil
}

func (t *talk) rate(j *job.Job) error {
	for {
		s, err := t.answer("From 1 to %d, 0 for none, or enter for %d:", job.MaxRating, j.Rating)
		if err != nil || s == "" {
			return err
		}
		if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= job.MaxRating {
			return t.mark(j, reel.Rate(j.ID, n))
		}
		t.say("A rating is a number from 0 to %d.", job.MaxRating)
	}
}

func (t *talk) pick(j *job.Job) error   { return t.mark(j, reel.Pick(j.ID)) }
func (t *talk) unpick(j *job.Job) error { return t.mark(j, reel.Unpick(j.ID)) }
func (t *talk) reject(j *job.Job) error { return t.mark(j, reel.Reject(j.ID, !j.Rejected)) }

func (t *talk) note(j *job.Job) error {
	enter := safe.String("write none")
	if j.Note != "" {
		enter = "keep it, none to remove it"
	}
	s, err := t.answer("The note, or enter to %s:", enter)
	if err != nil || s == "" {
		return err
	}
	if strings.EqualFold(s, none) {
		s = ""
	}
	return t.mark(j, reel.Note(j.ID, s))
}

// label adds labels, and takes away those with a minus.
func (t *talk) label(j *job.Job) error {
	s, err := t.answer("Labels to add, with a minus those to take away, or enter to change none:")
	if err != nil || s == "" {
		return err
	}
	var more, less []string
	for _, w := range strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == ',' }) {
		if gone, ok := strings.CutPrefix(w, "-"); ok {
			less = append(less, gone)
		} else {
			more = append(more, w)
		}
	}
	add, err := job.ParseLabels(more)
	if err != nil {
		return err
	}
	gone, err := job.ParseLabels(less)
	if err != nil {
		return err
	}
	return t.mark(j, reel.Label(j.ID, add, gone))
}

// bring adds the clips that were made elsewhere on the same accounts.
func (t *talk) bring() error {
	days, err := t.days()
	if err != nil {
		return err
	}
	return t.eachService(func(ctx context.Context, id string, practice bool) {
		b, err := t.e.Account.BringIn(ctx, id, practice, t.o.Now().AddDate(0, 0, -days))
		if err != nil {
			t.say("%s: %s.", words.Service(id), strings.TrimSuffix(string(notOffered(err, "it has no list of what was made")), "."))
			return
		}
		s := words.Service(id) + ": " + safe.Line(count(b.Seen, "clip")) + " on its list, " + safe.Line(strconv.Itoa(b.Added)) + " new here"
		if b.Unread > 0 {
			s += ", " + safe.Line(strconv.Itoa(b.Unread)) + " of models not known here"
		}
		t.say("%s.", s)
	})
}
