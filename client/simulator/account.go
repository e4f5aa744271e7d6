package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// DefaultBalance is the initial balance of an account: enough for years of
// practice.
const DefaultBalance = 1000 * usd.Dollar

// Level is the limits of an account. Zero means no limit.
type Level struct {
	Name string `json:"name"`
	// PerMinute is how many videos may be submitted per clock minute.
	PerMinute int `json:"videos_per_minute"`
	// InFlight is how many may be queued or running at once.
	InFlight int `json:"in_flight"`
}

// FindLevel returns a level by the service's name for it, ignoring case; "off"
// and "" limit nothing.
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

// EntryKind is the kind of a bill entry.
type EntryKind string

// The kinds of entries on a bill.
const (
	EntryCharge EntryKind = "charge"
	EntryRefund EntryKind = "refund"
)

// Entry is one line of the bill. Amount is never negative; Account is a digest
// of the key, which itself is stored nowhere.
type Entry struct {
	Provider string    `json:"provider"`
	Account  string    `json:"account"`
	Kind     EntryKind `json:"kind"`
	Task     string    `json:"task"`
	Model    string    `json:"model"`
	Amount   usd.Micro `json:"amount"`
	At       time.Time `json:"at"`
}

// Bill returns all charges and refunds so far, of all accounts, in order of
// time. It follows from the tasks alone: prepaid services charge on submit and
// refund when the task fails, the others charge once the clip is ready.
func (s *Simulator) Bill() []Entry { return s.BillOf(s.Tasks()) }

// BillOf returns the bill of the given tasks.
func (s *Simulator) BillOf(tasks []Task) []Entry {
	var out []Entry
	for i := range tasks {
		t := &tasks[i]
		v := s.voice(t.Provider)
		if t.Price == 0 || v == nil {
			continue
		}
		p := s.Progress(t)
		e := Entry{
			Provider: t.Provider, Account: t.Account, Kind: EntryCharge, Task: t.ID, Model: t.Model, Amount: t.Price, At: t.Created,
		}
		switch {
		case v.terms.Prepaid:
			out = append(out, e)
			if p.Stage == StageFailed {
				e.Kind, e.At = EntryRefund, p.Ended
				out = append(out, e)
			}
		case p.Stage == StageDone:
			e.At = p.Ended
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return a.At.Compare(b.At) })
	return out
}

// AccountOf returns the account of a request, as a digest of the key. Keys
// stay out of the journal.
func AccountOf(r *http.Request) string {
	sum := sha256.Sum256([]byte(KeyOf(r)))
	return hex.EncodeToString(sum[:8])
}

// KeyOf returns the bearer token of a request, "" when there is none.
func KeyOf(r *http.Request) string {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// Balance returns the balance of an account with the given tasks, and the part
// of it held for tasks that are not ready yet.
func (s *Simulator) Balance(tasks []Task) (has, held usd.Micro) {
	has = s.opening
	for _, e := range s.BillOf(tasks) {
		if e.Kind == EntryRefund {
			has += e.Amount
		} else {
			has -= e.Amount
		}
	}
	for i := range tasks {
		t := &tasks[i]
		if v := s.voice(t.Provider); v != nil && !v.terms.Prepaid && s.Progress(t).Stage < StageDone {
			held += t.Price
		}
	}
	return has, held
}

// admit returns why an account may not submit a task, nil when it may.
func (s *Simulator) admit(r *http.Request, t *Task) *Refusal {
	v := s.voice(t.Provider)
	tasks := s.Mine(r, t.Provider)
	if has, held := s.Balance(tasks); has-held <= 0 || t.Price > has-held {
		no := v.NoFunds()
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
		// The service documents that limits reset every minute.
		if !x.Created.Before(now.Truncate(time.Minute)) {
			recent++
		}
		if s.ProgressAt(x, now).Stage < StageDone {
			open++
		}
	}
	if s.level.PerMinute > 0 && recent >= s.level.PerMinute {
		no := v.TooMany(LimitPerMinute)
		return &no
	}
	if s.level.InFlight > 0 && open >= s.level.InFlight {
		no := v.TooMany(LimitInFlight)
		return &no
	}
	return nil
}

// Opening returns the initial balance of every account.
func (s *Simulator) Opening() usd.Micro { return s.opening }

// priceOf returns the cost of a task of the values: by the list, at least the
// floor where given media decide, 0 where nothing is published.
func priceOf(m *catalogue.Model, v catalogue.Values) usd.Micro {
	e := catalogue.EstimatePrice(m, m.Fill(v), 0)
	if e.Known {
		return e.Total
	}
	return e.Low
}

// Opened returns when the account of the given tasks was opened: with the
// simulator, or with its first task if that is older.
func (s *Simulator) Opened(tasks []Task) time.Time {
	if len(tasks) > 0 && tasks[0].Created.Before(s.opened) {
		return tasks[0].Created
	}
	return s.opened
}
