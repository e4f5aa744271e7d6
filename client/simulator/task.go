package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"hash/fnv"
	"math"
	"strings"
	"time"

	"seedreel/client"
)

// Task is one accepted submit. All that happens to it later follows from what
// stands here and from the time.
type Task struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	Model    string `json:"model"`
	// Path is where the submit came in; a service may have several.
	Path string `json:"path"`
	// Values is what the service understood. Data URIs are shortened to their
	// type and SHA-256, "data:image/png;sha256=...".
	Values client.Values `json:"values"`
	// Seed is the seed in use: the one sent, or the one drawn for -1 or none.
	Seed int64 `json:"seed"`
	// Seconds, Width and Height are the clip's length and pixels as the
	// service would make it.
	Seconds int       `json:"seconds"`
	Width   int       `json:"width"`
	Height  int       `json:"height"`
	Created time.Time `json:"created"`
	// ClientRequestID is the X-Client-Request-Id header, "" when none or bad.
	ClientRequestID string `json:"client_request_id,omitempty"`
	// Spelt holds, by role, the keys that came in another spelling than the
	// catalogue's.
	Spelt map[client.Role]string `json:"spelt,omitempty"`
	// Dropped names the keys that were ignored because the model has no such
	// field, as the services do in silence.
	Dropped []string `json:"dropped,omitempty"`
}

// plausible tells whether a task read from the journal can be served: its
// length and frame decide how much memory its clip takes.
func (t *Task) plausible() bool {
	const mostSeconds, mostPixels = 120, 10_000
	return plainID(t.ID) && t.Seconds > 0 && t.Seconds <= mostSeconds &&
		t.Width > 0 && t.Width <= mostPixels && t.Height > 0 && t.Height <= mostPixels
}

// plainID tells whether an id has only the characters of hexID and nanoID.
func plainID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// stage is where a task stands, before a service puts it in its own words.
type stage int

const (
	stageQueued stage = iota
	stageWorking
	stageDone
	stageFailed
)

// ending is how a task will end.
type ending int

const (
	endsWell ending = iota
	endsModerated
	endsBroken
)

// progress is a task at one moment. Ended is when it ends or ended.
type progress struct {
	stage  stage
	ending ending
	ended  time.Time
	work   time.Duration
}

// The phrases of a prompt that steer a task; see the package comment.
const (
	phraseModeration = "simulate moderation"
	phraseFailure    = "simulate failure"
	phraseSlow       = "simulate slow"
)

// at tells where the task stands: a pure function of the task, the speed and
// the time, so that a restart changes nothing.
func (t *Task) at(now time.Time, speed float64) progress {
	prompt := strings.ToLower(t.Values.Text(client.RolePrompt))
	total := t.makingTime()
	p := progress{stage: stageQueued, ending: endsWell}
	if strings.Contains(prompt, phraseSlow) {
		total *= 4
	}
	switch {
	case strings.Contains(prompt, phraseModeration):
		p.ending = endsModerated
		total = total * 2 / 5 // a filter answers before the clip would be done
	case strings.Contains(prompt, phraseFailure):
		p.ending = endsBroken
		total = total * 3 / 5
	}
	total = time.Duration(float64(total) / speed)
	waiting := total / 8
	p.ended, p.work = t.Created.Add(total), total-waiting
	switch age := now.Sub(t.Created); {
	case age < waiting:
	case age < total:
		p.stage = stageWorking
	case p.ending == endsWell:
		p.stage = stageDone
	default:
		p.stage = stageFailed
	}
	return p
}

// makingTime is how long the clip takes at speed 1. The figures reported for
// the family (10 s clips: 40, 60 and 90 s at 480p, 720p and 1080p; about 30 s
// for 5 s at 480p) grow with the root of the pixels and linearly with length.
// The id moves each task by up to a fifth, so that no two end together.
func (t *Task) makingTime() time.Duration {
	megapixels := float64(t.Width) * float64(t.Height) / 1e6
	seconds := math.Sqrt(megapixels) * (28 + 3.4*float64(t.Seconds))
	share := float64(t.hash()%1000)/999*0.4 + 0.8
	return time.Duration(seconds * share * float64(time.Second))
}

func (t *Task) hash() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(t.ID)) // a hash never fails to write
	return h.Sum64()
}

// hexID makes an id of 32 hex characters, as WaveSpeedAI's samples show.
func hexID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: the runtime stops the program instead
	return hex.EncodeToString(b[:])
}

// nanoID makes an id of 21 URL-safe characters, as the AI/ML API's samples show.
func nanoID() string {
	const alphabet = "useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict"
	var b [21]byte
	_, _ = rand.Read(b[:]) // never fails: the runtime stops the program instead
	for i := range b {
		b[i] = alphabet[b[i]&63]
	}
	return string(b[:])
}

// seedOf returns the seed that was sent, or draws one from the id.
func seedOf(t *Task) int64 {
	if n, ok := t.Values.Int(client.RoleSeed); ok && n >= 0 {
		return n
	}
	return int64(t.hash() & math.MaxInt32)
}
