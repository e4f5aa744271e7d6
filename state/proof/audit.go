package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/state/job"
	"seedreel/state/store"
)

// audit is the comparison of a home with the service's own list.
type audit struct {
	jobs, saved int
	// paid are the charges on the service's bill.
	paid int
	// lostRows counts orders that were promised and are missing, lostPaid clips
	// on the service's list that no job knows.
	lostRows, lostPaid int
	// twice counts clips that were made more than once for one job.
	twice int
	// unknown counts jobs that were paid and are still uncertain.
	unknown int
	// searching counts jobs that never reached the service and are still looked
	// for, absent those for which that was proved.
	searching, absent int
	// asked counts jobs without an answer that a person is asked about: nothing
	// else shows which of several equal clips is whose.
	asked int
	// corrupt counts clips that differ from what was sent, left parts and other
	// leftovers, damaged what the database's own check found.
	corrupt, left, damaged int
}

// promise is an order that the program reported to be on disk.
type promise struct {
	prompt string
	count  int
}

// check compares a home with what the service made; s may be nil.
func check(ctx context.Context, home string, s *service, promised []promise) (a audit, err error) {
	st, err := open(ctx, home)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if st.Recovered != "" {
		a.damaged++
	}
	jobs, err := everything(ctx, st)
	if err != nil {
		return a, err
	}
	a.jobs = len(jobs)
	byPrompt := map[string]int{}
	for _, j := range jobs {
		byPrompt[j.Prompt]++
	}
	for _, p := range promised {
		a.lostRows += max(p.count-byPrompt[p.prompt], 0)
	}
	if s != nil {
		if err := a.money(ctx, st, s, jobs); err != nil {
			return a, err
		}
	}
	a.clips(home, jobs)
	return a, nil
}

// money compares the jobs with the service's bill and its list of what it made.
func (a *audit) money(ctx context.Context, st *store.Store, s *service, jobs []*job.Job) error {
	for _, e := range s.Bill() {
		if e.Kind == simulator.EntryCharge {
			a.paid++
		}
	}
	// The list has all that is on the bill or will be charged once it is done.
	made, strange := map[string]int{}, map[string]int{}
	for _, t := range s.Tasks() {
		key := s.keyOfTask(&t)
		made[key]++
		known, err := st.HasRemote(ctx, store.Service{Provider: t.Provider}, t.ID)
		if err != nil {
			return err
		}
		if !known {
			strange[key]++
		}
	}
	ordered, open := map[string]int{}, map[string]int{}
	for _, j := range jobs {
		key := s.keyOf(j)
		ordered[key]++
		switch {
		case j.State == job.Failed && j.Reason == job.ReasonNotSubmitted:
			a.absent++
		case j.State == job.Uncertain:
			open[key]++
			a.uncertain(j, strange[key] >= open[key])
		}
	}
	for key, n := range made {
		a.twice += max(n-ordered[key], 0)
		a.lostPaid += max(strange[key]-open[key], 0)
	}
	return nil
}

// uncertain counts a job whose answer is lost. It may have been made.
func (a *audit) uncertain(j *job.Job, made bool) {
	switch {
	case len(j.Lookup.Candidates) > 0:
		a.asked++
	case made:
		a.unknown++
	default:
		a.searching++
	}
}

// keyOfTask and keyOf return what names an order: prompt and seed, or the
// prompt alone for a model that takes no seed.
func (s *service) keyOfTask(t *simulator.Task) string {
	return s.key(t.Provider, t.Model, t.Values.Text("prompt"), t.Seed)
}

func (s *service) keyOf(j *job.Job) string { return s.key(j.Provider, j.Model, j.Prompt, j.Seed) }

func (s *service) key(provider, model, prompt string, seed int64) string {
	if m := s.cat.Model(catalogue.Ref{Provider: provider, ID: model}); m == nil || m.Field(catalogue.RoleSeed) != nil {
		return fmt.Sprintf("%s %d", prompt, seed)
	}
	return prompt
}

// clips checks every byte under a final name and looks for leftovers.
func (a *audit) clips(home string, jobs []*job.Job) {
	busy := map[string]bool{}
	for _, j := range jobs {
		if j.State == job.Completed {
			busy[j.ID] = true // its part will be resumed
		}
		if j.State != job.Saved {
			continue
		}
		a.saved++
		if sum, n := digest(j.Output.Path); sum != j.Output.SHA256 || n != j.Output.Bytes {
			a.corrupt++
		}
	}
	entries, err := os.ReadDir(clipsOf(home))
	if err != nil {
		return // nothing was fetched
	}
	for _, e := range entries {
		id, _, _ := strings.Cut(strings.TrimPrefix(e.Name(), "."), ".")
		if strings.HasPrefix(e.Name(), ".") && !busy[id] {
			a.left++
		}
	}
}

func digest(path string) (string, int64) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return "", -1
	}
	defer func() { _ = f.Close() }() // only read from
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return "", -1
	}
	return hex.EncodeToString(h.Sum(nil)), n
}

// add adds the counts of b.
func (a *audit) add(b *audit) {
	a.jobs, a.paid, a.saved = a.jobs+b.jobs, a.paid+b.paid, a.saved+b.saved
	a.lostRows, a.lostPaid, a.twice = a.lostRows+b.lostRows, a.lostPaid+b.lostPaid, a.twice+b.twice
	a.unknown, a.searching, a.absent, a.asked = a.unknown+b.unknown, a.searching+b.searching, a.absent+b.absent, a.asked+b.asked
	a.corrupt, a.left, a.damaged = a.corrupt+b.corrupt, a.left+b.left, a.damaged+b.damaged
}

// bad returns the number of violations.
func (a *audit) bad() int {
	return a.lostRows + a.lostPaid + a.twice + a.unknown + a.corrupt + a.left + a.damaged
}

// String returns the findings.
func (a *audit) String() string {
	s := fmt.Sprintf("%d rows lost, %d paid ids lost, %d twice, %d paid and unknown (%d jobs, %d paid, %d saved",
		a.lostRows, a.lostPaid, a.twice, a.unknown, a.jobs, a.paid, a.saved)
	if a.searching > 0 {
		s += fmt.Sprintf(", %d never arrived and looked for", a.searching)
	}
	if a.asked > 0 {
		s += fmt.Sprintf(", %d asked about", a.asked)
	}
	if a.absent > 0 {
		s += fmt.Sprintf(", %d proved not submitted", a.absent)
	}
	s += ")"
	for _, x := range []struct {
		n    int
		what string
	}{{a.corrupt, "clips corrupt"}, {a.left, "leftovers"}, {a.damaged, "databases damaged"}} {
		if x.n > 0 {
			s += fmt.Sprintf(", %d %s", x.n, x.what)
		}
	}
	return s
}
