// Command stock fills a folder with a history of jobs that were never ordered,
// so that the program can be measured or tried with a long one.
//
//	go run ./state/stock -home /tmp/long -jobs 100000 -live 20
//	SEEDREEL_HOME=/tmp/long seedreel
//
// Nothing is sent and nothing is billed. The jobs are those of the simulator,
// a minute apart; live ones are at the service and due in an hour. The same
// arguments make the same jobs.
package main

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/settings"
	"seedreel/state/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stderr, time.Now)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "stock:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, complaints io.Writer, now func() time.Time) (err error) {
	flags := flag.NewFlagSet("stock", flag.ContinueOnError)
	flags.SetOutput(complaints)
	home := flags.String("home", "", "the folder to fill, a SEEDREEL_HOME; it must not have a history yet")
	ended := flags.Int("jobs", 1000, "how many jobs have ended")
	live := flags.Int("live", 0, "how many jobs are at the service")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *home == "" {
		return errors.New("name a folder with -home")
	}
	paths, err := settings.FindPaths(func(name string) string {
		if name == settings.HomeVar {
			return *home
		}
		return ""
	})
	if err != nil {
		return err
	}
	if err := paths.Ensure(); err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{Path: paths.StoreFile(), Now: now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if _, err := st.LastModel(ctx); !errors.Is(err, store.ErrNotFound) {
		return errors.Join(fmt.Errorf("%s has a history already", *home), err)
	}
	models, err := models()
	if err != nil {
		return err
	}
	s := stock{models: models, now: now().UTC().Truncate(time.Second), ended: *ended, live: *live}
	return s.fill(ctx, st)
}

// models returns the models that need nothing but a prompt, a few of them: a
// person uses a few.
func models() ([]*catalogue.Model, error) {
	c, err := engine.BuiltIn()
	if err != nil {
		return nil, err
	}
	const few = 4
	var out []*catalogue.Model
	for _, m := range c.All() {
		if f := m.Field(catalogue.RolePrompt); f != nil && f.Required && m.Field(catalogue.RoleSeed) != nil && len(out) < few {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no model takes a prompt and a seed")
	}
	return out, nil
}

// stock makes the jobs.
type stock struct {
	models      []*catalogue.Model
	now         time.Time
	ended, live int
}

// together is how many jobs are added in one transaction.
const together = 1000

func (s *stock) fill(ctx context.Context, st *store.Store) error {
	var jobs []*job.Job
	for i := range s.ended + s.live {
		jobs = append(jobs, s.job(i))
		if len(jobs) < together && i+1 < s.ended+s.live {
			continue
		}
		if _, err := st.Record(ctx, jobs, ""); err != nil {
			return fmt.Errorf("adding jobs: %w", err)
		}
		jobs = jobs[:0]
	}
	return nil
}

// job returns the i-th job, the oldest first and the live ones last. Only those
// have an id at the service: for the others a bill would be asked for.
func (s *stock) job(i int) *job.Job {
	const seconds = 5
	m := s.models[i%len(s.models)]
	at := s.now.Add(time.Duration(i-s.ended-s.live) * time.Minute)
	price := usd.Micro(80_000 + 10_000*(i%5))
	j := &job.Job{
		ID: id(i), CreatedAt: at, Provider: m.Provider, Model: m.ID, Practice: true, Prompt: prompt(i), Seconds: seconds,
		Estimate: &price, SubmittedAt: at, HasSeed: true, Seed: int64(i),
	}
	j.Values = catalogue.Values{catalogue.RolePrompt: catalogue.Text(j.Prompt), catalogue.RoleSeed: catalogue.Int(j.Seed)}
	switch {
	case i >= s.ended:
		j.State, j.RemoteID, j.NextAt = job.Running, fmt.Sprintf("stock-%d", i), s.now.Add(time.Hour)
	case i%10 == 9:
		j.State, j.Reason, j.EndedAt = job.Failed, job.ReasonModeration, at.Add(seconds*time.Second)
	default:
		j.State, j.Charge = job.Saved, &price
		j.EndedAt = at.Add(time.Duration(30+i%60) * time.Second)
		j.SavedAt = j.EndedAt
	}
	return j
}

// id returns a job's id: 12 letters of a-z2-7.
func id(i int) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(i)) //nolint:gosec // counts up from 0
	s := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
	return s[len(s)-12:]
}

// prompt returns twelve words and a number that no other prompt has.
func prompt(i int) string {
	words := [...]string{
		"fox", "snow", "river", "night", "harbour", "lantern", "slow", "camera", "orbit", "dust", "glass", "rain",
		"window", "train", "field", "storm",
	}
	var b strings.Builder
	for w := range 12 {
		b.WriteString(words[(i*7+w*w*3+i/len(words))%len(words)] + " ")
	}
	return b.String() + fmt.Sprintf("take%d", i)
}
