package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"seedreel/client/catalogue"
)

// Op is what a request is about, whichever service it goes to.
type Op string

// The requests that a fault can be meant for.
const (
	OpSubmit  Op = "submit"
	OpPoll    Op = "poll"
	OpUpload  Op = "upload" // the form, or the request for a ticket
	OpPut     Op = "put"    // the bytes that a ticket permits
	OpFetch   Op = "fetch"  // the download of a clip
	OpHistory Op = "history"
	OpDelete  Op = "delete"
	OpAccount Op = "account" // balance, bill, usage, key
	OpModels  Op = "models"
	OpPrice   Op = "price"
	OpOther   Op = "other"
)

var ops = [...]Op{
	OpSubmit, OpPoll, OpUpload, OpPut, OpFetch, OpHistory, OpDelete, OpAccount, OpModels, OpPrice, OpOther,
}

// Match says which requests a fault is for. Empty fields match all.
type Match struct {
	// Provider is the catalogue's name of a service.
	Provider string `json:"provider,omitempty"`
	Op       Op     `json:"op,omitempty"`
	Method   string `json:"method,omitempty"`
	// Path is the exact path, or its beginning when it ends in "*".
	Path string `json:"path,omitempty"`
	// Model and Task are ids; for a submit there is no task yet.
	Model string `json:"model,omitempty"`
	Task  string `json:"task,omitempty"`
	// Contains is text that the request's body holds, such as a prompt.
	Contains string `json:"contains,omitempty"`
}

func (m *Match) check() error {
	if m.Op != "" && !slices.Contains(ops[:], m.Op) {
		return fmt.Errorf("scripting a fault: %q is no kind of request", m.Op)
	}
	if m.Provider != "" && m.Provider != providerWaveSpeed && m.Provider != providerAIMLAPI {
		return fmt.Errorf("scripting a fault: %q is no service", m.Provider)
	}
	return nil
}

// asked is a request as the script sees it.
type asked struct {
	provider, model, task string
	op                    Op
	body                  []byte
}

// take finds the fault for a request and counts it off, nil when all is well.
// The body is read, and put back, only while there is a script at all.
func (c *script) take(s *Simulator, r *http.Request) *Fault {
	c.mu.Lock()
	idle := len(c.entries) == 0
	c.mu.Unlock()
	if idle {
		return nil
	}
	a := s.asked(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, e := range c.entries {
		if !e.fault.Match.holds(r, a) {
			continue
		}
		if e.after > 0 {
			e.after--
			continue
		}
		if e.left > 0 {
			e.left--
		}
		if e.left == 0 {
			c.entries = slices.Delete(c.entries, i, i+1)
		}
		f := e.fault
		return &f
	}
	return nil
}

func (m *Match) holds(r *http.Request, a *asked) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	path := is(m.Path, r.URL.Path)
	if head, ok := strings.CutSuffix(m.Path, "*"); ok {
		path = strings.HasPrefix(r.URL.Path, head)
	}
	return path && is(m.Provider, a.provider) && is(string(m.Op), string(a.op)) && is(m.Method, r.Method) &&
		is(m.Model, a.model) && is(m.Task, a.task) && bytes.Contains(a.body, []byte(m.Contains))
}

// asked sorts a request. What the endpoints would refuse is sorted too.
func (s *Simulator) asked(r *http.Request) *asked {
	a := &asked{op: OpOther}
	path := r.URL.Path
	rest, isWaveSpeed := strings.CutPrefix(path, "/api/v3/")
	switch {
	case isWaveSpeed:
		a.provider = providerWaveSpeed
		a.wavespeed(r.Method, rest)
	case strings.HasPrefix(path, "/files/"):
		a.file(s, path)
	default:
		a.provider = providerAIMLAPI
		a.aimlapi(s, r)
	}
	if r.Method == http.MethodPost && a.op != OpUpload {
		a.body = peek(r)
	}
	if a.op == OpSubmit && a.provider == providerAIMLAPI {
		var named struct {
			Model string `json:"model"`
		}
		if json.Unmarshal(a.body, &named) == nil {
			a.model = named.Model
		}
	}
	if t, ok := s.tasks.get(a.task); ok {
		a.provider, a.model = t.Provider, t.Model
	}
	return a
}

func (a *asked) wavespeed(method, rest string) {
	id, isPoll := strings.CutPrefix(rest, "predictions/")
	switch {
	case rest == "predictions":
		a.op = OpHistory
	case rest == "predictions/delete":
		a.op = OpDelete
	case isPoll:
		a.op, a.task = OpPoll, strings.TrimSuffix(id, "/result")
	case strings.HasPrefix(rest, "media/"):
		a.op = OpUpload
	case rest == "models":
		a.op = OpModels
	case rest == "model/price", rest == "model/pricing":
		a.op = OpPrice
	case rest == "balance", rest == "billings/search", rest == "user/usage_stats", rest == "webhook/secret":
		a.op = OpAccount
	case method == http.MethodPost:
		a.op, a.model = OpSubmit, rest
	}
}

func (a *asked) aimlapi(s *Simulator, r *http.Request) {
	path := r.URL.Path
	begins := func(heads ...string) bool {
		return slices.ContainsFunc(heads, func(h string) bool { return strings.HasPrefix(path, h) })
	}
	video := slices.ContainsFunc(s.catalogue.Now().All(), func(m *catalogue.Model) bool {
		return m.Provider == providerAIMLAPI && slices.Contains(paths(m), path)
	})
	switch {
	case video && r.Method == http.MethodPost:
		a.op = OpSubmit
	case video:
		a.op, a.task = OpPoll, r.URL.Query().Get("generation_id")
	case path == "/v2/logs":
		a.op = OpHistory
	case begins("/v1/models", "/model/", "/docs-json"):
		a.op = OpModels
	case begins("/v2/", "/v1/"):
		a.op = OpAccount
	}
}

func (a *asked) file(s *Simulator, path string) {
	name, clip := strings.CutPrefix(path, outputPath)
	if !clip {
		name, clip = strings.CutPrefix(path, signedPath)
	}
	switch {
	case clip:
		a.op = OpFetch
		a.task, _ = s.tasks.named(strings.TrimSuffix(name, ".mp4"))
	case strings.HasPrefix(path, ticketPath):
		a.op = OpPut
	}
}

// peek reads a body and puts it back. What is over the limit is refused later,
// by the endpoint, because nothing is taken away.
func peek(r *http.Request) []byte {
	b, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	rest := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(b), &broken{err}, rest), rest}
	return b
}

// broken gives back the error that cut a body short.
type broken struct{ err error }

// Read fails with the error, or is at its end when there was none.
func (b *broken) Read([]byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}
