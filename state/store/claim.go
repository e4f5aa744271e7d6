package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"seedreel/state/job"
)

// Service identifies where requests go: a provider, and whether it is the real
// one or the simulator in the program's own process.
type Service struct {
	Provider string
	Practice bool
}

// Limit is a service's limits for one account; 0 is no limit.
type Limit struct {
	// InFlight is how many clips may be in progress at once.
	InFlight int
	// PerMinute is how many may be submitted in any 60 seconds.
	PerMinute int
	// PollsPerSecond is how many polls may begin in a second, those of all
	// processes together.
	PollsPerSecond int
}

// Gate holds a service back until a time, after which one request may try.
type Gate struct {
	Why   job.Wait
	Until time.Time
}

// ClaimRequest holds the owner and the bounds of a claim.
type ClaimRequest struct {
	// Owner is the instance; TTL the length of the leases unless renewed.
	Owner string
	TTL   time.Duration
	// Limits returns the limits of a service.
	Limits func(Service) Limit
	// Gates hold services back in this process. The store already knows what a
	// service itself asked for (Hold).
	Gates map[Service]Gate
	// Polls and Downloads bound the concurrent leases: polls of this owner,
	// downloads of all.
	Polls, Downloads int
	// NoDownloads is why none may start before DownloadsAt, "" when they may.
	NoDownloads job.Wait
	DownloadsAt time.Time
}

// Claimed is the result of Claim.
type Claimed struct {
	// Jobs are now leased to the owner; their state determines what is due.
	Jobs []*job.Job
	// Wake is when more can be due, zero when nothing is waiting.
	Wake time.Time
	// Waiting counts the jobs that are due and held back, by reason.
	Waiting map[job.Wait]int
}

const (
	// window is the period that PerMinute applies to.
	window = time.Minute
	// lookAgain is when to look again for what only another process can free.
	lookAgain = 5 * time.Second
	// farAhead exceeds any honest waiting time: a step due later than this was
	// written before the clock was set back, and is due now.
	farAhead = time.Hour
	// stuckAfter is the age from which a job no longer takes a slot.
	stuckAfter = 24 * time.Hour
)

// Claim leases the jobs whose next step is due, in one transaction, so that no
// two processes get the same one. A lease further ahead than twice its length
// was written before the clock was set back and counts as expired.
func (s *Store) Claim(ctx context.Context, now time.Time, r ClaimRequest) (*Claimed, error) {
	var c *claim
	err := s.writeOften(ctx, func(tx *often) error {
		c = &claim{tx: tx, now: now.UnixMilli(), r: &r, out: Claimed{Waiting: map[job.Wait]int{}}}
		return c.run(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("claiming jobs: %w", err)
	}
	return &c.out, nil
}

// claim is one run of Claim.
type claim struct {
	tx  *often
	now int64
	r   *ClaimRequest
	out Claimed
}

// load is the work of a service: in progress, and due.
type load struct {
	Service
	inFlight, polling int
	// polls, looks and queued are the steps that are due.
	polls, looks, queued int
	// saving is the downloads in progress, and toSave those that are due.
	saving, toSave int
	// next is when the first of the other steps is due, 0 for never.
	next int64
	// slotFree is when the oldest slot of the last minute becomes free.
	slotFree int64
	// heldUntil and heldWhy come from the service itself.
	heldUntil int64
	heldWhy   job.Wait
}

func (c *claim) run(ctx context.Context) error {
	loads, err := c.loads(ctx)
	if err != nil {
		return err
	}
	polls := c.r.Polls
	saving, toSave := 0, 0
	for i := range loads {
		polls -= loads[i].polling
		saving, toSave = saving+loads[i].saving, toSave+loads[i].toSave
	}
	for i := range loads {
		n, err := c.service(ctx, &loads[i], max(polls, 0))
		if err != nil {
			return err
		}
		polls -= n
		if loads[i].next > 0 {
			c.wakeAt(loads[i].next)
		}
	}
	if len(c.out.Jobs) > 0 {
		c.wakeAt(c.now + c.r.TTL.Milliseconds())
	}
	return c.downloads(ctx, saving, toSave)
}

// ready is the condition of a step that may be taken: its time has come (an
// uncertain job is only searched for when a time is set), it is not leased, and
// no person holds it back in the line.
const ready = `(state <> 'queued' OR paused = 0) AND (next_ms <= ?1 OR next_ms > ?1 + 3600000 OR (next_ms IS NULL AND state <> 'uncertain'))
  AND (lease_until_ms IS NULL OR lease_until_ms <= ?1 OR lease_until_ms > ?2)`

const loadsText = `SELECT j.provider, j.practice,
 sum(CASE WHEN state IN ('uploading', 'submitting', 'submitted', 'running') OR state = 'queued' AND lease_until_ms > ?1 AND lease_until_ms <= ?2
  THEN coalesce(posted_ms, ?1) > ?4 ELSE 0 END),
 sum(CASE WHEN state IN ('submitted', 'running') AND lease_owner = ?3 THEN lease_until_ms > ?1 ELSE 0 END),
 sum(ready AND state IN ('submitted', 'running')), sum(ready AND state = 'uncertain'), sum(ready AND state = 'queued'),
 sum(state = 'completed' AND coalesce(lease_until_ms > ?1 AND lease_until_ms <= ?2, 0)), sum(ready AND state = 'completed'),
 coalesce(min(CASE WHEN (next_ms > ?1 OR lease_until_ms > ?1) AND (state <> 'uncertain' OR next_ms IS NOT NULL)
  THEN max(coalesce(next_ms, 0), coalesce(lease_until_ms, 0)) END), 0),
 coalesce(h.until_ms, 0), coalesce(h.why, '')
 FROM (SELECT provider, practice, state, next_ms, lease_until_ms, lease_owner, posted_ms, coalesce(` + ready + `, 0) AS ready
  FROM jobs INDEXED BY jobs_live WHERE state IN ` + openStates + ` AND deleted_ms IS NULL) j
 LEFT JOIN holds h ON h.provider = j.provider AND h.practice = j.practice AND h.until_ms > ?1 AND h.until_ms <= ?5
 GROUP BY j.provider, j.practice ORDER BY 1, 2`

// loads returns what is in progress and what is due for each service with open
// jobs. It reads an index that holds the open jobs alone, once.
func (c *claim) loads(ctx context.Context) (out []load, err error) {
	err = eachRow(ctx, c.tx, "counting what is under way", func(rows *sql.Rows) error {
		var l load
		err := rows.Scan(&l.Provider, &l.Practice, &l.inFlight, &l.polling, &l.polls, &l.looks, &l.queued, &l.saving, &l.toSave, &l.next,
			&l.heldUntil, &l.heldWhy)
		out = append(out, l)
		return err
	}, loadsText, c.now, c.far(), c.r.Owner, c.now-stuckAfter.Milliseconds(), c.now+farAhead.Milliseconds())
	return out, err
}

// service claims the polls, looks and submits of one service and returns how
// many polls it took.
func (c *claim) service(ctx context.Context, l *load, polls int) (int, error) {
	most := -1 // no bound
	gate, gated := c.r.Gates[l.Service]
	due := l.polls + l.looks + l.queued
	switch {
	case due == 0:
		return 0, nil
	case l.heldUntil > c.now:
		return 0, c.hold(ctx, l.Service, asking, l.heldWhy, l.heldUntil)
	case gated && gate.Until.UnixMilli() > c.now:
		return 0, c.hold(ctx, l.Service, asking, gate.Why, gate.Until.UnixMilli())
	case gated:
		most = 1
	}
	polled, looked, err := 0, 0, error(nil)
	if l.polls > 0 {
		if polled, err = c.takePolls(ctx, l.Service, bound(polls, most)); err != nil {
			return 0, err
		}
	}
	most = less(most, polled)
	if l.looks > 0 {
		if looked, err = c.take(ctx, l.Service, `('uncertain')`, `next_ms`, bound(polls, most)); err != nil {
			return 0, err
		}
	}
	if l.queued > 0 {
		if _, err := c.submits(ctx, l, less(most, looked)); err != nil {
			return 0, err
		}
	}
	if gated {
		// One of them tries for all.
		return polled, c.hold(ctx, l.Service, asking, gate.Why, c.now+lookAgain.Milliseconds())
	}
	return polled, nil
}

// submits claims queued jobs within the service's limits and records a slot
// for each.
func (c *claim) submits(ctx context.Context, l *load, most int) (int, error) {
	if paused, err := isLinePaused(ctx, c.tx); err != nil {
		return 0, err
	} else if paused {
		return 0, c.hold(ctx, l.Service, `('queued')`, job.WaitLine, c.now+lookAgain.Milliseconds())
	}
	limit := c.r.Limits(l.Service)
	room, why := most, job.Wait("")
	if limit.InFlight > 0 {
		if free := max(limit.InFlight-l.inFlight, 0); room < 0 || free < room {
			room, why = free, job.WaitSlots
		}
	}
	if limit.PerMinute > 0 {
		used, oldest, err := c.used(ctx, l.Service)
		if err != nil {
			return 0, err
		}
		if free := max(limit.PerMinute-used, 0); room < 0 || free < room {
			room, why = free, job.WaitRate
			l.slotFree = c.now + window.Milliseconds()
			if used > 0 {
				l.slotFree = oldest + window.Milliseconds()
			}
		}
	}
	before := len(c.out.Jobs)
	n, err := c.take(ctx, l.Service, `('queued')`, turn, room)
	if err != nil {
		return 0, err
	}
	for _, j := range c.out.Jobs[before:] {
		if err := putSlot(ctx, c.tx, l.Service, j.ID, c.now); err != nil {
			return 0, err
		}
	}
	if why == "" || n >= l.queued {
		return n, nil
	}
	until := c.now + lookAgain.Milliseconds()
	if why == job.WaitRate {
		until = l.slotFree
	}
	return n, c.hold(ctx, l.Service, `('queued')`, why, until)
}

// used counts the slots of the last minute.
func (c *claim) used(ctx context.Context, sv Service) (n int, oldest int64, err error) {
	err = c.tx.QueryRowContext(ctx, `SELECT count(*), coalesce(min(at_ms), 0) FROM slots
 WHERE provider = ? AND practice = ? AND at_ms > ? AND at_ms <= ?`,
		sv.Provider, sv.Practice, c.now-window.Milliseconds(), c.now+window.Milliseconds()).Scan(&n, &oldest)
	if err != nil {
		return 0, 0, fmt.Errorf("counting the last minute: %w", err)
	}
	return n, oldest, nil
}

// downloads claims completed jobs of all services, soonest expiry first. busy is
// the downloads in progress, and due those that could begin.
func (c *claim) downloads(ctx context.Context, busy, due int) error {
	const state = `('completed')`
	if due == 0 {
		return nil
	}
	if c.r.NoDownloads != "" {
		return c.hold(ctx, Service{}, state, c.r.NoDownloads, c.r.DownloadsAt.UnixMilli())
	}
	n, err := c.take(ctx, Service{}, state, `out_expires_ms NULLS LAST, seq`, max(c.r.Downloads-busy, 0))
	if err != nil {
		return err
	}
	if n > 0 {
		c.wakeAt(c.now + c.r.TTL.Milliseconds())
	}
	if n >= due {
		return nil
	}
	return c.hold(ctx, Service{}, state, job.WaitSlots, c.now+lookAgain.Milliseconds())
}

// asking lists the states whose next step queries the service.
const asking = `('queued', 'submitted', 'running', 'uncertain')`

// due is the condition of a step of one service, or of all, that may be taken.
const due = `deleted_ms IS NULL AND ` + ready + ` AND (?3 = '' OR (provider = ?3 AND practice = ?4))`

// take leases up to most due jobs (all when negative) in a set of states.
func (c *claim) take(ctx context.Context, sv Service, in, order string, most int) (int, error) {
	if most == 0 {
		return 0, nil
	}
	// A bare parameter as LIMIT makes SQLite compile the statement anew whenever
	// it is bound.
	rows, err := c.tx.QueryContext(ctx, `UPDATE jobs SET lease_owner = ?5, lease_until_ms = ?6, waiting = '' WHERE seq IN (
 SELECT seq FROM jobs WHERE state IN `+in+` AND `+due+` ORDER BY `+order+` LIMIT ?7 + 0)`+returning(),
		c.now, c.far(), sv.Provider, sv.Practice, c.r.Owner, c.now+c.r.TTL.Milliseconds(), most)
	if err != nil {
		return 0, fmt.Errorf("leasing: %w", err)
	}
	jobs, err := scanJobs(rows)
	if err != nil {
		return 0, err
	}
	// RETURNING has no order.
	slices.SortFunc(jobs, func(a, b *job.Job) int {
		return cmp.Or(soonest(a.Output.Expires, b.Output.Expires), cmp.Compare(a.Turn(), b.Turn()))
	})
	c.out.Jobs = append(c.out.Jobs, jobs...)
	return len(jobs), nil
}

// soonest orders by time, zero times last.
func soonest(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// hold records why the jobs that are still due do not start. until is when to
// look again for them.
func (c *claim) hold(ctx context.Context, sv Service, in string, why job.Wait, until int64) error {
	args := []any{c.now, c.far(), sv.Provider, sv.Practice}
	if _, err := c.tx.ExecContext(ctx, `UPDATE jobs SET waiting = ?5 WHERE waiting <> ?5 AND state IN `+in+` AND `+due, append(args, why)...); err != nil {
		return fmt.Errorf("noting who waits: %w", err)
	}
	var n int
	if err := c.tx.QueryRowContext(ctx, `SELECT count(*) FROM jobs WHERE state IN `+in+` AND `+due, args...).Scan(&n); err != nil {
		return fmt.Errorf("counting who waits: %w", err)
	}
	if n > 0 {
		c.out.Waiting[why] += n
		c.wakeAt(until)
	}
	return nil
}

func (c *claim) wakeAt(ms int64) {
	at := time.UnixMilli(ms).UTC()
	if c.out.Wake.IsZero() || at.Before(c.out.Wake) {
		c.out.Wake = at
	}
}

// far returns the end of the longest honest lease.
func (c *claim) far() int64 { return c.now + 2*c.r.TTL.Milliseconds() }

// bound returns the smaller of a count and a bound that may be none (-1).
func bound(n, most int) int {
	if most < 0 {
		return n
	}
	return min(n, most)
}

// less subtracts n from a bound that may be none.
func less(most, n int) int {
	if most < 0 {
		return most
	}
	return max(most-n, 0)
}
