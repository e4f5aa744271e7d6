package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// pollWindow is the period whose polls may all begin at once.
const pollWindow = time.Second

// pollPace spreads the polls of one service over time, for all processes on
// the store together: thousands of live jobs must not become as many
// simultaneous requests. It stores one time, up to which the polls so far have
// used their turns, and a poll may begin while that is less than a second
// ahead.
type pollPace struct {
	key string
	// step is the time that one poll takes up, in milliseconds; 0 for no
	// bound.
	step int64
	// used is the time up to which turns are taken.
	used int64
}

// pollPace returns how far the turns of a service are used up.
func (c *claim) pollPace(ctx context.Context, sv Service) (pollPace, error) {
	rate := c.r.Limits(sv).PollsPerSecond
	if rate <= 0 {
		return pollPace{}, nil
	}
	p := pollPace{
		key:  "polls " + sv.Provider + " " + strconv.FormatBool(sv.Practice),
		step: max(pollWindow.Milliseconds()/int64(rate), 1), used: c.now,
	}
	var at int64
	err := c.tx.QueryRowContext(ctx, `SELECT at_ms FROM kv WHERE key = ?`, p.key).Scan(&at)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("reading the pace of polls: %w", err)
	}
	// A time further ahead was written before the clock was set back.
	if at > c.now && at <= c.now+2*pollWindow.Milliseconds() {
		p.used = at
	}
	return p, nil
}

// room returns how many polls may begin now, -1 for any number.
func (p *pollPace) room(now int64) int {
	if p.step == 0 {
		return -1
	}
	return int(max((now+pollWindow.Milliseconds()-p.used)/p.step, 0))
}

// takePolls claims the polls of one service within its pace.
func (c *claim) takePolls(ctx context.Context, sv Service, most int) (int, error) {
	p, err := c.pollPace(ctx, sv)
	if err != nil {
		return 0, err
	}
	room := p.room(c.now)
	n, err := c.take(ctx, sv, `('submitted', 'running')`, `next_ms`, bound(most, room))
	if err != nil || p.step == 0 {
		return n, err
	}
	p.used += int64(n) * p.step
	if n == room {
		// There may be more: look again when the next turn comes.
		c.wakeAt(max(p.used+p.step-pollWindow.Milliseconds(), c.now+1))
	}
	if n == 0 {
		return 0, nil
	}
	if _, err := c.tx.ExecContext(ctx, `INSERT INTO kv (key, value, at_ms) VALUES (?1, '', ?2)
 ON CONFLICT (key) DO UPDATE SET at_ms = ?2`, p.key, p.used); err != nil {
		return n, fmt.Errorf("noting the pace of polls: %w", err)
	}
	return n, nil
}
