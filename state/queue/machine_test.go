package queue

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/state/download"
	"seedreel/state/job"
	"seedreel/state/store"
)

// TestMain plays fewer games than rapid would, unless -rapid.checks is set:
// each takes some hundred durable writes.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", games); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestNothingIsLostOrPaidTwice lets chance play service, network, user and
// power cut against the queue, and compares the service's bill with the store.
func TestNothingIsLostOrPaidTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{rt: rt, r: newRig(t), bill: map[string]string{}, resent: map[string]int{}, posted: map[string]int{}, state: map[string]job.State{}}
		defer m.r.kill()
		m.r.limit = store.Limit{InFlight: 3, PerMinute: 10}
		m.r.svc.submit, m.r.svc.fetch, m.r.dl.get = m.submit, m.fetch, m.get
		rt.Repeat(map[string]func(*rapid.T){
			"":        m.check,
			"add":     m.add,
			"step":    m.step,
			"work":    m.work,
			"wait":    m.wait,
			"kill":    m.kill,
			"decide":  m.decide,
			"cancel":  m.cancel,
			"resumed": func(*rapid.T) { m.r.q.ResumeDownloads() },
		})
	})
}

type machine struct {
	rt   *rapid.T
	r    *rig
	jobs []string
	// bill holds what the service made and will be paid for: its id, and the
	// job whose seed it was made with.
	bill   map[string]string
	posted map[string]int // POSTs that may be billed, by job
	resent map[string]int // how often the user sent it again
	state  map[string]job.State
	dead   bool // the process dies before the answer is written
}

func (m *machine) draw(what string, of ...string) string {
	return rapid.SampledFrom(of).Draw(m.rt, what)
}

func (m *machine) submit(_ context.Context, r client.Request) (client.Prediction, error) {
	seed, _ := r.Values.Int(catalogue.RoleSeed)
	var owner string
	for _, id := range m.jobs {
		if j := m.r.job(id); j.Seed == seed {
			owner = id
			if j.State != job.Submitting || j.Owner != m.r.inst.ID() {
				m.rt.Fatalf("a POST left while the disk said %s", j.State)
			}
		}
	}
	answer := m.draw("answer", "ok", "ok", "ok", "lost", "not sent", "rate", "refused", "billed and lost", "killed", "billed and killed")
	switch answer {
	case "ok", "billed and lost", "billed and killed":
		id := fmt.Sprintf("remote%d", len(m.bill))
		m.bill[id] = owner
		m.posted[owner]++
		if answer == "ok" {
			return client.Prediction{ID: id, Status: client.StatusQueued}, nil
		}
	case "not sent":
		return client.Prediction{}, fault(client.KindNotSent)
	case "rate":
		return client.Prediction{}, fault(client.KindRateLimited)
	case "refused":
		return client.Prediction{}, fault(client.KindModeration)
	}
	if answer == "killed" || answer == "billed and killed" {
		// The store closes under it: nothing that comes now is written.
		m.dead = true
		m.r.kill()
	}
	return client.Prediction{}, fault(client.KindUncertain)
}

func (m *machine) fetch(id string) (client.Prediction, error) {
	switch m.draw("status", "running", "running", "done", "done", "failed", "trouble", "not found") {
	case "done":
		return client.Prediction{ID: id, Status: client.StatusCompleted, Outputs: []client.Output{{URL: "https://cdn.test/" + id}}}, nil
	case "failed":
		return client.Prediction{ID: id, Status: client.StatusFailed}, nil
	case "trouble":
		return client.Prediction{}, fault(client.KindUnavailable)
	case "not found":
		return client.Prediction{}, fault(client.KindNotFound)
	}
	return client.Prediction{ID: id, Status: client.StatusRunning}, nil
}

func (m *machine) get(_ context.Context, o download.Order) (download.Result, error) {
	switch m.draw("transfer", "ok", "ok", "cut", "full", "expired") {
	case "cut":
		return download.Result{}, &download.Error{Kind: download.Network}
	case "full":
		return download.Result{}, &download.Error{Kind: download.NoSpace}
	case "expired":
		return download.Result{}, &download.Error{Kind: download.Expired}
	}
	return publish(o)
}

func (m *machine) add(*rapid.T) {
	o := m.r.order()
	o.Count = rapid.IntRange(1, 3).Draw(m.rt, "count")
	for _, j := range m.r.add(o) {
		m.jobs = append(m.jobs, j.ID)
		m.state[j.ID] = j.State
	}
}

// run does a task as far as the process lives.
func (m *machine) run(t Task) {
	_, err := m.r.q.Run(context.Background(), t, nil)
	if m.dead {
		m.dead = false
		m.restart()
		return
	}
	if err != nil {
		m.rt.Fatal(err)
	}
}

func (m *machine) restart() {
	m.r.start()
	if _, err := m.r.q.Recover(context.Background()); err != nil {
		m.rt.Fatal(err)
	}
}

// step runs one of the tasks and loses the others, like a crash between Next
// and Run: their leases expire.
func (m *machine) step(*rapid.T) {
	if p := m.r.next(); len(p.Tasks) > 0 {
		m.run(p.Tasks[rapid.IntRange(0, len(p.Tasks)-1).Draw(m.rt, "task")])
	}
}

func (m *machine) work(*rapid.T) {
	inst := m.r.inst
	for _, task := range m.r.next().Tasks {
		if m.r.inst != inst {
			return // it died meanwhile, and its plan with it
		}
		m.run(task)
	}
}

func (m *machine) wait(*rapid.T) {
	m.r.clock.advance(time.Duration(rapid.IntRange(1, 400).Draw(m.rt, "seconds")) * time.Second)
}

func (m *machine) kill(*rapid.T) {
	m.r.kill()
	m.restart()
}

func (m *machine) decide(*rapid.T) {
	for _, id := range m.jobs {
		if m.r.job(id).State != job.Uncertain {
			continue
		}
		var err error
		if m.draw("decision", "drop", "resend") == "drop" {
			_, err = m.r.q.Drop(context.Background(), id)
		} else {
			m.resent[id]++
			err = m.r.resend(id)
		}
		if err != nil {
			m.rt.Fatal(err)
		}
		return
	}
}

func (m *machine) cancel(*rapid.T) {
	if len(m.jobs) == 0 {
		return
	}
	id := m.draw("job", m.jobs...)
	if _, err := m.r.q.Cancel(context.Background(), id); (err == nil) != (m.state[id] == job.Queued) {
		m.rt.Fatalf("canceling a %s job: %v", m.state[id], err)
	}
}

// check runs after every action.
func (m *machine) check(*rapid.T) {
	inFlight, known := 0, map[string]bool{}
	for _, id := range m.jobs {
		j := m.r.job(id)
		if was := m.state[id]; (was == job.Saved || was == job.Failed) && j.State != was {
			m.rt.Fatalf("job %s left its end %s for %s", id, was, j.State)
		}
		m.state[id] = j.State
		switch j.State {
		case job.Submitting, job.Uploading:
			m.rt.Fatalf("job %s was left in %s", id, j.State)
		case job.Submitted, job.Running:
			inFlight++
		case job.Queued, job.Completed, job.Saved, job.Failed, job.Uncertain:
		}
		if n := m.posted[id]; n > 1+m.resent[id] {
			m.rt.Fatalf("job %s was paid %d times, the user asked for %d", id, n, 1+m.resent[id])
		}
		if j.State == job.Queued && m.posted[id] > m.resent[id] {
			m.rt.Fatalf("job %s may be sent again, though it was paid for", id)
		}
		if j.State == job.Saved && (j.Output.Path == "" || j.RemoteID == "") {
			m.rt.Fatalf("job %s is saved without a clip: %+v", id, j)
		}
		if j.RemoteID != "" {
			if m.bill[j.RemoteID] != id || known[j.RemoteID] {
				m.rt.Fatalf("job %s has %s, which is another's", id, j.RemoteID)
			}
			known[j.RemoteID] = true
		}
	}
	if inFlight > 3 {
		m.rt.Fatalf("%d in flight", inFlight)
	}
}
