package simulator

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// DefaultBalance is what an account starts with: enough for years of practice.
const DefaultBalance = 1000 * usd.Dollar

// Level is what an account may do. Zeroes do not limit.
type Level struct {
	Name string `json:"name"`
	// PerMinute is how many videos may be submitted in one minute of the clock.
	PerMinute int `json:"videos_per_minute"`
	// InFlight is how many may be queued or running at once.
	InFlight int `json:"in_flight"`
}

// FindLevel returns a level by the name that the service gives it, in any
// case; "off" and "" limit nothing.
func FindLevel(name string) (Level, error) {
	if name == "" || strings.EqualFold(name, "off") {
		return Level{}, nil
	}
	var file struct {
		Levels []Level `json:"levels"`
	}
	if err := json.Unmarshal(assets.Levels(), &file); err != nil {
		return Level{}, fmt.Errorf("reading the levels: %w", err)
	}
	names := []string{"off"}
	for _, l := range file.Levels {
		if strings.EqualFold(l.Name, name) {
			return l, nil
		}
		names = append(names, l.Name)
	}
	return Level{}, fmt.Errorf("%q is no level; there are %s", name, strings.Join(names, ", "))
}

// EntryKind is what happened to an account.
type EntryKind string

// The kinds of entries on a bill.
const (
	EntryCharge EntryKind = "charge"
	EntryRefund EntryKind = "refund"
)

// Entry is one line of the bill. Amount is never negative; Account is a digest
// of the key, which itself is kept nowhere.
type Entry struct {
	Provider string    `json:"provider"`
	Account  string    `json:"account"`
	Kind     EntryKind `json:"kind"`
	Task     string    `json:"task"`
	Model    string    `json:"model"`
	Amount   usd.Micro `json:"amount"`
	At       time.Time `json:"at"`
}

// Bill returns what all accounts were charged and refunded until now, in order
// of time. It follows from the tasks alone: WaveSpeedAI takes the money with
// the submit and gives it back when the task fails, the AI/ML API takes it once
// the clip is ready.
func (s *Simulator) Bill() []Entry { return s.bill(s.Tasks()) }

func (s *Simulator) bill(tasks []Task) []Entry {
	var out []Entry
	for i := range tasks {
		t := &tasks[i]
		if t.Price == 0 {
			continue
		}
		p := t.at(s.now(), s.speed)
		e := Entry{
			Provider: t.Provider, Account: t.Account, Kind: EntryCharge, Task: t.ID, Model: t.Model, Amount: t.Price, At: t.Created,
		}
		switch {
		case t.Provider == providerAIMLAPI && p.stage == stageDone:
			e.At = p.ended
			out = append(out, e)
		case t.Provider == providerWaveSpeed:
			out = append(out, e)
			if p.stage == stageFailed {
				e.Kind, e.At = EntryRefund, p.ended
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return a.At.Compare(b.At) })
	return out
}

// accountOf tells whose request it is. Keys stay out of the journal.
func accountOf(r *http.Request) string {
	sum := sha256.Sum256([]byte(keyOf(r)))
	return hex.EncodeToString(sum[:8])
}

// keyOf is the bearer token of a request, "" when there is none.
func keyOf(r *http.Request) string {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// mine are the tasks of an account at a service, oldest first.
func (s *Simulator) mine(r *http.Request, provider string) []Task {
	account := accountOf(r)
	return slices.DeleteFunc(s.Tasks(), func(t Task) bool { return t.Provider != provider || !t.owned(account) })
}

// balance is what an account has, and what of it waits for tasks that are not
// ready yet.
func (s *Simulator) balance(tasks []Task) (has, held usd.Micro) {
	has = s.opening
	for _, e := range s.bill(tasks) {
		if e.Kind == EntryRefund {
			has += e.Amount
		} else {
			has -= e.Amount
		}
	}
	for i := range tasks {
		t := &tasks[i]
		if t.Provider == providerAIMLAPI && t.at(s.now(), s.speed).stage < stageDone {
			held += t.Price
		}
	}
	return has, held
}

// admit says why an account may not submit a task, nil when it may.
func (s *Simulator) admit(r *http.Request, v vendor, t *Task) *refusal {
	tasks := s.mine(r, t.Provider)
	if has, held := s.balance(tasks); has-held <= 0 || t.Price > has-held {
		no := v.noFunds()
		return &no
	}
	if t.Text != "" {
		return nil // the levels count pictures and videos
	}
	now := s.now()
	recent, open := 0, 0
	for i := range tasks {
		x := &tasks[i]
		if x.Text != "" {
			continue
		}
		// The service says that limits reset every minute.
		if !x.Created.Before(now.Truncate(time.Minute)) {
			recent++
		}
		if x.at(now, s.speed).stage < stageDone {
			open++
		}
	}
	if s.level.PerMinute > 0 && recent >= s.level.PerMinute || s.level.InFlight > 0 && open >= s.level.InFlight {
		return &refusal{status: http.StatusTooManyRequests, message: "Too Many Requests"}
	}
	return nil
}

// throttle counts the requests of accounts in the last minute.
type throttle struct {
	mu   sync.Mutex
	seen map[string][]time.Time
}

// over counts one request and tells whether there were more than most.
func (l *throttle) over(account string, now time.Time, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string][]time.Time{}
	}
	old := now.Add(-time.Minute)
	at := slices.DeleteFunc(l.seen[account], func(t time.Time) bool { return !t.After(old) })
	if len(at) < most {
		l.seen[account] = append(at, now)
		return false
	}
	l.seen[account] = at
	return true
}

// priceOf is what a task of the values costs: by the list, at least the floor
// where given media decide, 0 where nothing is published.
func priceOf(m *catalogue.Model, v catalogue.Values) usd.Micro {
	e := catalogue.EstimatePrice(m, m.Fill(v), 0)
	if e.Known {
		return e.Total
	}
	return e.Low
}

// pageOf cuts one page out of a list, and tells whether more follow.
func pageOf[T any](list []T, page, size int) (items []T, more bool) {
	from := min((page-1)*size, len(list))
	to := min(from+size, len(list))
	return list[from:to], to < len(list)
}

// byAmount sorts sums, the largest first.
func byAmount[T any](list []T, amount func(T) usd.Micro) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(amount(b), amount(a)) })
}
