package simulator

import (
	"cmp"
	"net/http"
	"net/url"

	"seedreel/client/catalogue"
)

// Order is a submit as decoded by a dialect.
type Order struct {
	Model *catalogue.Model
	// ID is the id of the future task.
	ID string
	// Body is a JSON object with the model's fields under their names. A
	// service with other bodies converts them to this.
	Body []byte
	// Lenient accepts numbers and switches written as text.
	Lenient bool
	// Spellings are additional names of fields, by role.
	Spellings map[catalogue.Role][]string
	// Ignored are keys that every model accepts, listed or not.
	Ignored []string
}

// Draft is a decoded submit that is not yet accepted. The dialect may change
// its task: set another price, pace or limit, or how it will end.
type Draft struct {
	Task    Task
	picture *picture
}

// Draft decodes an order, or returns why it is refused.
func (s *Simulator) Draft(r *http.Request, o Order) (*Draft, *Refusal) {
	rd := reader{lenient: o.Lenient, spellings: o.Spellings, ignored: o.Ignored}
	rd.media = func(item string, f *catalogue.Field) (checked, error) { return s.checkMedia(r, item, f) }
	m := o.Model
	in, err := rd.read(m, o.Body)
	if err != nil {
		return nil, &Refusal{Status: http.StatusBadRequest, Message: "the request body is not a JSON object"}
	}
	if len(in.problems) > 0 {
		return nil, &Refusal{Status: http.StatusBadRequest, Problems: in.problems}
	}
	t := Task{
		ID: o.ID, Provider: m.Provider, Model: m.ID, Path: r.URL.Path, Values: in.values, Created: s.now().UTC(),
		ClientRequestID: RequestID(r), Spelt: in.spelt, Dropped: in.dropped, Account: AccountOf(r), Price: priceOf(m, in.values),
	}
	if m.MakesVideo() {
		t.Seconds = cmp.Or(m.Seconds(m.Fill(in.values)), UsualSeconds)
		frame := s.frameOf(m, in.values, in.picture)
		t.Width, t.Height = frame.w, frame.h
	} else {
		t.Text = rewrite(in.values)
	}
	t.Seed = seedOf(&t)
	destine(r, &t)
	return &Draft{Task: t, picture: in.picture}, nil
}

// Accept accepts a draft: the account has to have the money, and the task is
// in the journal before it is announced.
func (s *Simulator) Accept(r *http.Request, d *Draft) (Task, *Refusal) {
	s.buying.Lock()
	defer s.buying.Unlock()
	if no := s.admit(r, &d.Task); no != nil {
		return Task{}, no
	}
	if err := s.accept(r.Context(), d.Task, d.picture); err != nil {
		return Task{}, &Refusal{Status: http.StatusInternalServerError, Message: "internal server error"}
	}
	return d.Task, nil
}

// Read decodes the inputs of an order as far as possible, without checking
// media. The error reports that they are not a JSON object.
func (s *Simulator) Read(o Order) (catalogue.Values, error) {
	rd := reader{lenient: o.Lenient, spellings: o.Spellings, ignored: o.Ignored}
	rd.media = func(item string, _ *catalogue.Field) (checked, error) { return checked{short: item}, nil }
	in, err := rd.read(o.Model, o.Body)
	if err != nil {
		return nil, err
	}
	return in.values, nil
}

// destine records in a task how the script wants it to end.
func destine(r *http.Request, t *Task) {
	f := Scripted(r.Context())
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

// hosts returns the host names of links to the simulator itself.
func (s *Simulator) hosts(r *http.Request) []string {
	hosts := []string{r.Host}
	if u, err := url.Parse(s.base); err == nil && u.Host != "" {
		hosts = append(hosts, u.Host)
	}
	return hosts
}

// RequestID returns the caller's own name for a request, "" when there is
// none. A name with other characters or longer than 128 is silently dropped.
func RequestID(r *http.Request) string {
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
