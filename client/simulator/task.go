package simulator

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"math"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// Task is one accepted submit. Its whole life follows from these fields and
// the time.
type Task struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	Model    string `json:"model"`
	// Path is the path of the submit; a service may have several.
	Path string `json:"path"`
	// Values are the inputs as the service understood them. Data URIs are
	// shortened to their type and SHA-256, "data:image/png;sha256=...".
	Values catalogue.Values `json:"values"`
	// Seed is the seed in use: the one sent, or the one drawn for -1 or none.
	Seed int64 `json:"seed"`
	// Seconds, Width and Height are the clip's length and pixels as the
	// service would make it.
	Seconds int       `json:"seconds"`
	Width   int       `json:"width"`
	Height  int       `json:"height"`
	Created time.Time `json:"created"`
	// ClientRequestID is the X-Client-Request-Id header, "" when none or
	// invalid.
	ClientRequestID string `json:"client_request_id,omitempty"`
	// Spelt holds, by role, the keys that were spelt differently from the
	// catalogue.
	Spelt map[catalogue.Role]string `json:"spelt,omitempty"`
	// Dropped lists the keys ignored because the model has no such field, as
	// the services silently do.
	Dropped []string `json:"dropped,omitempty"`
	// Account is the owner of the task: a digest of the key. Tasks of older
	// journals have none and belong to all accounts.
	Account string `json:"account,omitempty"`
	// Price is what the task costs in dollars, 0 where no price is known.
	Price usd.Micro `json:"price,omitempty"`
	// Text is the result of a task that makes no clip.
	Text string `json:"text,omitempty"`
	// Fate is how a script wants the task to end, "" to follow the prompt.
	Fate Kind `json:"fate,omitempty"`
	// Word is a scripted, undocumented status word.
	Word string `json:"word,omitempty"`
	// Done is the service's word for a finished task where it has several.
	Done string `json:"done,omitempty"`
	// Pace multiplies the usual duration of the task; 0 means 1.
	Pace float64 `json:"pace,omitempty"`
	// Limit times the task out if it is not done by then; 0 is none.
	Limit time.Duration `json:"limit,omitempty"`
	// LastFrame is set when the task also returns its last frame as a picture.
	LastFrame bool `json:"last_frame,omitempty"`
	// CancelledAt is when the task was cancelled, zero when it was not.
	CancelledAt time.Time `json:"cancelled_at,omitzero"`
	// Own is the data of the task's own service, in its own form.
	Own json.RawMessage `json:"own,omitempty"`
}

// owned reports whether an account may see the task.
func (t *Task) owned(account string) bool { return t.Account == "" || t.Account == account }

// file returns the name of the task's clip without its extension: the id if it
// can be one, else a digest of it.
func (t *Task) file() string {
	if plainID(t.ID) {
		return t.ID
	}
	return DigestID(t.ID)
}

// plausible reports whether a task read from the journal can be served: its
// length and frame determine how much memory its clip takes.
func (t *Task) plausible() bool {
	const mostSeconds, mostPixels, mostPace = 120, 10_000, 100
	if !knownID(t.ID) || t.Price < 0 || t.Price > DefaultBalance || t.Limit < 0 || !(t.Pace >= 0 && t.Pace <= mostPace) {
		return false
	}
	if t.Text != "" {
		return true
	}
	return t.Seconds > 0 && t.Seconds <= mostSeconds &&
		t.Width > 0 && t.Width <= mostPixels && t.Height > 0 && t.Height <= mostPixels
}

// plainID reports whether an id has only the characters of a plain file name.
func plainID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// knownID reports whether an id has one of the services' forms: a plain one,
// or a plain one with the model after a colon.
func knownID(id string) bool {
	head, model, _ := strings.Cut(id, ":")
	return plainID(head) && len(id) <= 200 && !strings.ContainsFunc(model, func(r rune) bool {
		return !plainID(string(r)) && r != '/' && r != '.'
	})
}

// Stage is the progress of a task, before a service words it.
type Stage int

// The stages, in their order.
const (
	StageQueued Stage = iota
	StageWorking
	StageDone
	StageFailed
)

// Ending is how a task will end.
type Ending int

// The endings. All but the first are ends of StageFailed.
const (
	EndsWell Ending = iota
	EndsModerated
	EndsBroken
	EndsTimedOut
	EndsCancelled
	EndsDeleted
)

// Progress is the state of a task at one moment. Ended is when it ends or
// ended, Work how much of that is spent on making it.
type Progress struct {
	Stage  Stage
	Ending Ending
	Ended  time.Time
	Work   time.Duration
}

// phraseSlow stretches a task; the other phrases are in endings.
const phraseSlow = "simulate slow"

// endings lists how a task may fail: the phrase of a prompt or the script's
// kind that causes it, and the share of the usual time after which it happens.
// A filter answers before the clip would be done, a limit only later.
var endings = [...]struct {
	phrase string
	kind   Kind
	ending Ending
	share  float64
}{
	{"simulate moderation", KindModeration, EndsModerated, 0.4},
	{"simulate failure", KindFailure, EndsBroken, 0.6},
	{"simulate timeout", KindTimeout, EndsTimedOut, 1.5},
	{"simulate cancel", KindCancelled, EndsCancelled, 0.3},
	{"simulate delete", KindDeleted, EndsDeleted, 0.3},
}

// at returns the task's progress: a pure function of the task, the speed and
// the time, so that a restart changes nothing.
func (t *Task) at(now time.Time, speed float64) Progress {
	if !t.CancelledAt.IsZero() && !now.Before(t.CancelledAt) {
		return Progress{Stage: StageFailed, Ending: EndsCancelled, Ended: t.CancelledAt}
	}
	prompt := strings.ToLower(t.Values.Text(catalogue.RolePrompt))
	total := t.makingTime()
	p := Progress{Stage: StageQueued, Ending: EndsWell}
	if t.Pace > 0 {
		total = time.Duration(float64(total) * t.Pace)
	}
	if strings.Contains(prompt, phraseSlow) || t.Fate == KindUnknown {
		total *= 4
	}
	for _, e := range endings {
		if t.Fate == e.kind || t.Fate == "" && strings.Contains(prompt, e.phrase) {
			p.Ending, total = e.ending, time.Duration(float64(total)*e.share)
			break
		}
	}
	if t.Limit > 0 && total > t.Limit {
		p.Ending, total = EndsTimedOut, t.Limit
	}
	total = time.Duration(float64(total) / speed)
	waiting := total / 8
	p.Ended, p.Work = t.Created.Add(total), total-waiting
	switch age := now.Sub(t.Created); {
	case age < waiting:
	case age < total:
		p.Stage = StageWorking
	case p.Ending == EndsWell:
		p.Stage = StageDone
	default:
		p.Stage = StageFailed
	}
	return p
}

// makingTime returns how long the clip takes at speed 1. The figures reported
// for the family (10 s clips: 40, 60 and 90 s at 480p, 720p and 1080p; about
// 30 s for 5 s at 480p) grow with the root of the pixels and linearly with
// length. The id shifts each task by up to a fifth, so that no two end
// together.
func (t *Task) makingTime() time.Duration {
	share := float64(t.hash()%1000)/999*0.4 + 0.8
	if t.Text != "" {
		return time.Duration(2 * share * float64(time.Second))
	}
	megapixels := float64(t.Width) * float64(t.Height) / 1e6
	seconds := math.Sqrt(megapixels) * (28 + 3.4*float64(t.Seconds))
	return time.Duration(seconds * share * float64(time.Second))
}

func (t *Task) hash() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(t.ID)) // a hash never fails to write
	return h.Sum64()
}

// HexID returns a random id of 32 hex characters.
func HexID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: the runtime stops the program instead
	return hex.EncodeToString(b[:])
}

// DigestID returns an id of 32 hex characters that is the same for the same
// words.
func DigestID(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// seedOf returns the seed that was sent, or draws one from the id.
func seedOf(t *Task) int64 {
	if n, ok := t.Values.Int(catalogue.RoleSeed); ok && n >= 0 {
		return n
	}
	return int64(t.hash() & math.MaxInt32)
}
