package store

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"seedreel/client/usd"
	"seedreel/state/job"
)

// ErrNotFound is returned when no job has the id.
var ErrNotFound = errors.New("no such job")

// ErrNoReel is returned when no reel has the id.
var ErrNoReel = errors.New("no such reel")

// ErrNothingToUndo is returned when a reel has no change left to undo or redo.
var ErrNothingToUndo = errors.New("there is nothing to undo")

// ErrChangedSince is returned for a change that cannot be undone, as its takes
// were changed by something else.
var ErrChangedSince = errors.New("it cannot be undone: the takes were changed since")

// ErrKeyTaken refuses an order under the key of another one that differs.
type ErrKeyTaken struct {
	Key string
	// ID names the job that has the key.
	ID string
}

// Error names the key, as it was given, and the job.
func (e *ErrKeyTaken) Error() string {
	return fmt.Sprintf("the key %q is that of job %s, which was ordered with other inputs", job.GivenKey(e.Key), e.ID)
}

// ErrNoGuard is returned for a request that may be paid for and did not pass
// the order desk.
var ErrNoGuard = errors.New("nobody confirmed this")

// ErrOnce is returned for what was confirmed and done already.
var ErrOnce = errors.New("this was asked for already")

// ErrUnpriced refuses a request of unknown price without a ceiling while a
// limit applies.
type ErrUnpriced struct {
	Limit usd.Micro
}

// Error names the limit.
func (e *ErrUnpriced) Error() string {
	return fmt.Sprintf("the price is not known, and %s a day is the limit", e.Limit)
}

// ErrBudget refuses an attempt that would take the day's spending over the
// limit. Amounts are micro-dollars; Want is the total estimate of the refused
// attempts.
type ErrBudget struct {
	Spent, Limit, Want usd.Micro
}

// Error names the three amounts.
func (e *ErrBudget) Error() string {
	return fmt.Sprintf("over the limit: %s spent, %s more would pass %s", e.Spent, e.Want, e.Limit)
}

// ErrDuplicate refuses a job equal to an earlier one: service, model, values
// and seed.
type ErrDuplicate struct {
	// ID and At name the earlier job.
	ID string
	At time.Time
}

// Error names the earlier job.
func (e *ErrDuplicate) Error() string {
	return fmt.Sprintf("the same was ordered as job %s at %s", e.ID, e.At.Format(time.DateTime))
}

// ErrStale is returned for a job that is not in a state that the change starts
// from, or whose lease has gone to another process.
type ErrStale struct {
	ID   string
	Have job.State
	// Want lists the required states.
	Want []job.State
}

// Error names the states.
func (e *ErrStale) Error() string {
	if slices.Contains(e.Want, e.Have) {
		return fmt.Sprintf("job %s is another process's now", e.ID)
	}
	return fmt.Sprintf("job %s is %s, not one of %v", e.ID, e.Have, e.Want)
}

// ErrTransition refuses a change of state that the rules do not allow.
type ErrTransition struct {
	ID       string
	From, To job.State
}

// Error names both states.
func (e *ErrTransition) Error() string {
	return fmt.Sprintf("job %s cannot go from %s to %s", e.ID, e.From, e.To)
}

// ErrDiskFull refuses new jobs while the disk has too little room, in bytes,
// to be sure of storing their answers. Free is -1 when the disk itself
// reported that.
type ErrDiskFull struct {
	Free, Need int64
	Err        error
}

// Error names the bytes.
func (e *ErrDiskFull) Error() string {
	if e.Free < 0 {
		return fmt.Sprintf("the disk is full: %d MB must be free", e.Need>>20)
	}
	return fmt.Sprintf("the disk is nearly full: %d MB free, %d MB needed", e.Free>>20, e.Need>>20)
}

// Unwrap returns the disk's own error, nil when there was room left.
func (e *ErrDiskFull) Unwrap() error { return e.Err }

// ErrClaimed is returned when a job would take an id of the service that
// another job has. Both stay as they were.
type ErrClaimed struct {
	ID, RemoteID string
	// By is the job that has it.
	By string
}

// Error names the id and both jobs.
func (e *ErrClaimed) Error() string {
	return fmt.Sprintf("the clip %s at the service belongs to job %s, so it cannot be job %s", e.RemoteID, e.By, e.ID)
}

// ErrNewer is returned when the file was written by a later version of the
// program. It can be read, not written.
type ErrNewer struct {
	Have, Known int
}

// Error names both versions of the tables.
func (e *ErrNewer) Error() string {
	return fmt.Sprintf("the history has tables of version %d, this program knows %d: use the newer program", e.Have, e.Known)
}

// ErrDamagedInUse is returned when the file is damaged and cannot be put
// aside, because another process has it open.
var ErrDamagedInUse = errors.New("the history is damaged and another process has it open")

// Busy reports whether an error means that another program holds a lock on the
// history. What was asked for may be tried again.
func Busy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED)
}

// Insist repeats a write for as long as another program locks the history, with
// pauses between, until give is closed; the last error is returned then. waits,
// if any, is called before the first pause.
func Insist(write func() error, pause time.Duration, give <-chan struct{}, waits func()) error {
	for {
		err := write()
		if !Busy(err) {
			return err
		}
		if waits != nil {
			waits()
			waits = nil
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-give:
			t.Stop()
			return err
		}
	}
}

// Damaged reports whether an error means that the history is broken.
func Damaged(err error) bool { return isDamaged(err) }

// isFull reports whether SQLite ran out of disk. A full disk also shows when
// the shared memory beside the WAL cannot grow.
func isFull(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_FULL || e.Code() == sqlite3.SQLITE_IOERR_SHMSIZE)
}
