package simulator

import (
	"bytes"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Op is the operation a request asks for, the same for all services.
type Op string

// The operations that a fault can target.
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

// Match selects the requests of a fault. Empty fields match all.
type Match struct {
	// Provider is the catalogue's name of a service.
	Provider string `json:"provider,omitempty"`
	Op       Op     `json:"op,omitempty"`
	Method   string `json:"method,omitempty"`
	// Path is the exact path, or a prefix when it ends in "*".
	Path string `json:"path,omitempty"`
	// Model and Task are ids; for a submit there is no task yet.
	Model string `json:"model,omitempty"`
	Task  string `json:"task,omitempty"`
	// Contains is text in the request's body, such as a prompt.
	Contains string `json:"contains,omitempty"`
}

func (m *Match) check() error {
	if m.Op != "" && !slices.Contains(ops[:], m.Op) {
		return fmt.Errorf("scripting a fault: %q is no kind of request", m.Op)
	}
	return nil
}

// take returns the fault for a request and counts it down, nil when there is
// none. The body is read here only while there is a script at all.
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

func (m *Match) holds(r *http.Request, a *Asked) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	path := is(m.Path, r.URL.Path)
	if head, ok := strings.CutSuffix(m.Path, "*"); ok {
		path = strings.HasPrefix(r.URL.Path, head)
	}
	return path && is(m.Provider, a.provider) && is(string(m.Op), string(a.Op)) && is(m.Method, r.Method) &&
		is(m.Model, a.Model) && is(m.Task, a.Task) && bytes.Contains(a.body, []byte(m.Contains))
}

// asked classifies a request, including those that the endpoints would refuse.
func (s *Simulator) asked(r *http.Request) *Asked {
	a := &Asked{Op: OpOther}
	body := func() []byte {
		rest, _ := ReadBody(nil, r) // a refusal is for the endpoint
		return rest
	}
	if strings.HasPrefix(r.URL.Path, filesPath) {
		a.file(s, r.URL.Path)
	} else if v := s.speaker(r.URL.Path); v != nil {
		*a = v.Sort(r, body)
		a.provider = v.terms.ID
	}
	if r.Method == http.MethodPost && a.Op != OpUpload {
		a.body = body()
	}
	if t, ok := s.tasks.get(a.Task); ok {
		a.provider, a.Model = t.Provider, t.Model
	}
	return a
}

func (a *Asked) file(s *Simulator, where string) {
	name, clip := strings.CutPrefix(where, outputPath)
	if !clip {
		name, clip = strings.CutPrefix(where, signedPath)
	}
	switch {
	case clip:
		a.Op = OpFetch
		a.Task, _ = s.tasks.named(strings.TrimSuffix(name, path.Ext(name)))
	case strings.HasPrefix(where, ticketPath):
		a.Op = OpPut
	}
}
