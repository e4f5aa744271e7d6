package simulator

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/url"

	"seedreel/client/catalogue"
)

// The catalogue's names of the two services.
const (
	providerWaveSpeed = "wavespeed"
	providerAIMLAPI   = "aimlapi"
)

// maxBody is the largest body of a submit in bytes, as the upstream of both
// services has it; pictures ride inside as base64.
const maxBody = 64 << 20

// refusal is why a request is not served, before a service words it. Problems
// are the inputs that are wrong, for status 400.
type refusal struct {
	status   int
	message  string
	problems []problem
	// code is the service's own name for the error, shape one of its bodies;
	// both are only set by scripts.
	code  string
	shape Shape
}

// readBody reads a request's whole body.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, message: "request entity too large"}
	}
	if err != nil {
		return nil, &refusal{status: http.StatusBadRequest, message: "the request body could not be read"}
	}
	return b, nil
}

// order is what a service knows of a submit beside its body.
type order struct {
	model *catalogue.Model
	id    string
	body  []byte
	// lenient takes numbers and switches written as text.
	lenient bool
}

// submit reads a body for a model and accepts the task, or says why not.
func (s *Simulator) submit(r *http.Request, v vendor, o order) (Task, *refusal) {
	rd := reader{lenient: o.lenient, media: func(item string, f *catalogue.Field) (checked, error) {
		return s.checkMedia(item, f, s.hosts(r))
	}}
	m := o.model
	in, err := rd.read(m, o.body)
	if err != nil {
		return Task{}, &refusal{status: http.StatusBadRequest, message: "the request body is not a JSON object"}
	}
	if len(in.problems) > 0 {
		return Task{}, &refusal{status: http.StatusBadRequest, problems: in.problems}
	}
	t := Task{
		ID: o.id, Provider: m.Provider, Model: m.ID, Path: r.URL.Path, Values: in.values, Created: s.now().UTC(),
		ClientRequestID: requestID(r), Spelt: in.spelt, Dropped: in.dropped, Account: accountOf(r), Price: priceOf(m, in.values),
	}
	if m.MakesVideo() {
		t.Seconds = cmp.Or(m.Seconds(m.Fill(in.values)), usualSeconds)
		frame := s.frameOf(m, in.values, in.picture)
		t.Width, t.Height = frame.w, frame.h
	} else {
		t.Text = rewrite(in.values)
	}
	t.Seed = seedOf(&t)
	s.destine(r, &t)
	s.buying.Lock()
	defer s.buying.Unlock()
	if no := s.admit(r, v, &t); no != nil {
		return Task{}, no
	}
	if err := s.accept(r.Context(), t, in.picture); err != nil {
		return Task{}, &refusal{status: http.StatusInternalServerError, message: "internal server error"}
	}
	return t, nil
}

// destine writes into a task how the script wants it to end.
func (s *Simulator) destine(r *http.Request, t *Task) {
	if t.Provider == providerAIMLAPI {
		t.Done = s.dialectOf(r).Done
	}
	f := scripted(r.Context())
	if f == nil {
		return
	}
	switch f.Kind {
	case KindModeration, KindFailure, KindTimeout, KindCancelled, KindDeleted:
		t.Fate = f.Kind
	case KindUnknown:
		t.Fate, t.Word = f.Kind, cmp.Or(f.Word, "paused")
	default:
	}
}

// dialectOf is how a request is to be answered.
func (s *Simulator) dialectOf(r *http.Request) Dialect {
	if f := scripted(r.Context()); f != nil {
		return f.Dialect.over(&s.dialect)
	}
	return s.dialect
}

// hosts are the names under which links to the simulator itself may stand.
func (s *Simulator) hosts(r *http.Request) []string {
	hosts := []string{r.Host}
	if u, err := url.Parse(s.base); err == nil && u.Host != "" {
		hosts = append(hosts, u.Host)
	}
	return hosts
}

// requestID is the caller's own name for a request; one with other characters
// or longer than 128 is dropped in silence, as the AI/ML API documents.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Client-Request-Id")
	if len(id) > 128 {
		return ""
	}
	for _, c := range id {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '.', c == '_', c == ':', c == '-':
		default:
			return ""
		}
	}
	return id
}
