package pump

import (
	"sync"

	"seedreel/state/queue"
)

// underway counts the steps that run as commands, and prevents new ones once
// the program is leaving. A command that Bubble Tea was given and never ran is
// not counted.
type underway struct {
	mu     sync.Mutex
	n      int
	closed bool
	idle   chan struct{}
}

// begin reports whether a step may run.
func (u *underway) begin() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return false
	}
	u.n++
	return true
}

func (u *underway) end() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.n--
	if u.closed && u.n == 0 {
		close(u.idle)
	}
}

// leave prevents further steps; the channel is closed when the last one has
// ended.
func (u *underway) leave() <-chan struct{} {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.closed {
		u.closed, u.idle = true, make(chan struct{})
		if u.n == 0 {
			close(u.idle)
		}
	}
	return u.idle
}

// progress holds the progress of transfers. Steps write it from their
// goroutines and the heartbeat reads it, so a fast line costs no more messages
// than a slow one.
type progress struct {
	mu sync.Mutex
	by map[string]queue.Progress
}

func (p *progress) set(x queue.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by[x.JobID] = x
}

func (p *progress) drop(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.by, id)
}

func (p *progress) all() map[string]queue.Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[string]queue.Progress, len(p.by))
	for k, v := range p.by {
		out[k] = v
	}
	return out
}
