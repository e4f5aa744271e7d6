package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Owned returns a task if it belongs to the account of the request.
func (s *Simulator) Owned(r *http.Request, provider, id string) (Task, bool) {
	t, ok := s.Task(provider, id)
	return t, ok && t.owned(AccountOf(r))
}

// Task returns a task of a service. An unknown one may have been accepted by
// another process, so the journal is read on before giving up.
func (s *Simulator) Task(provider, id string) (Task, bool) {
	t, ok := s.tasks.get(id)
	if !ok && s.journal.catchUp() == nil {
		t, ok = s.tasks.get(id)
	}
	return t, ok && t.Provider == provider
}

// Mine returns the tasks of the request's account at a service, oldest first,
// as far as a list that lags has them.
func (s *Simulator) Mine(r *http.Request, provider string) []Task {
	account := AccountOf(r)
	until := Window{}
	if f := Scripted(r.Context()); f != nil && f.Kind == KindLag {
		until.To = s.now().Add(-f.Delay)
	}
	return slices.DeleteFunc(s.Tasks(), func(t Task) bool {
		return t.Provider != provider || !t.owned(account) || !until.Holds(t.Created)
	})
}

// Progress returns the current progress of a task.
func (s *Simulator) Progress(t *Task) Progress { return s.ProgressAt(t, s.now()) }

// ProgressAt returns the progress of a task at a time.
func (s *Simulator) ProgressAt(t *Task, when time.Time) Progress { return t.at(when, s.speed) }

// Forget removes the records of tasks from a service's list. Their clips are
// removed too; the tasks themselves go on and stay on the bill.
func (s *Simulator) Forget(ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.journal.append(record{Deleted: ids}); err != nil {
		return err
	}
	s.tasks.forget(ids)
	return nil
}

// Forgotten reports whether a task's record was removed.
func (s *Simulator) Forgotten(id string) bool { return s.tasks.forgotten(id) }

// Cancel ends a task that is still queued, at once and without a charge, and
// reports whether it could: work that has begun goes on.
func (s *Simulator) Cancel(t *Task) (bool, error) {
	s.buying.Lock()
	defer s.buying.Unlock()
	now := s.now().UTC()
	// Another process on the journal may have been faster.
	if err := s.journal.catchUp(); err != nil {
		return false, err
	}
	known, ok := s.tasks.get(t.ID)
	if !ok || s.ProgressAt(&known, now).Stage != StageQueued {
		return false, nil
	}
	c := cancellation{ID: t.ID, At: now}
	if err := s.journal.append(record{Cancelled: &c}); err != nil {
		return false, fmt.Errorf("cancelling a task: %w", err)
	}
	s.tasks.cancel(c)
	return true, nil
}

// tasks are the accepted submits, by id and in order.
type tasks struct {
	mu      sync.Mutex
	byID    map[string]int
	byFile  map[string]string
	deleted map[string]bool
	order   []Task
}

func newTasks() *tasks {
	return &tasks{byID: map[string]int{}, byFile: map[string]string{}, deleted: map[string]bool{}}
}

// put adds a task; one that is already there has come back from the journal.
func (t *tasks) put(x Task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.byID[x.ID]; known {
		return
	}
	t.byID[x.ID] = len(t.order)
	t.byFile[x.file()] = x.ID
	t.order = append(t.order, x)
}

func (t *tasks) get(id string) (Task, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, ok := t.byID[id]
	if !ok {
		return Task{}, false
	}
	return t.order[i], true
}

// named returns the id of the task whose clip has a file name.
func (t *tasks) named(file string) (id string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id, ok = t.byFile[file]
	return id, ok
}

// cancel marks a task as cancelled; the first time counts.
func (t *tasks) cancel(c cancellation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i, ok := t.byID[c.ID]; ok && t.order[i].CancelledAt.IsZero() && !c.At.Before(t.order[i].Created) {
		t.order[i].CancelledAt = c.At
	}
}

// forget marks records as deleted. Their tasks go on and stay on the bill.
func (t *tasks) forget(ids []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range ids {
		t.deleted[id] = true
	}
}

func (t *tasks) forgotten(id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.deleted[id]
}

func (t *tasks) all() []Task {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Task(nil), t.order...)
}
