package pump

import (
	"sync"

	"seedreel/state/queue"
)

// underway counts the steps that run, as commands, and keeps new ones from
// beginning once the program leaves. A command that Bubble Tea was given and
// never ran is not among them.
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

// leave lets no step begin any more; the channel is closed when the last one
// has ended.
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

// progress is how far transfers are. Steps write it from their goroutines; the
// heartbeat reads it, so a fast line costs no more messages than a slow one.
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
