package catalogue

import (
	"fmt"
	"io"
	"strings"
)

// Payload is the JSON body of a request in pieces. A picture in it is a piece
// that is shared and not copied: five pictures of 29 MB are in memory once.
type Payload struct {
	parts []string
	size  int64
	// small collects text that is not yet a part: small texts are sent
	// together.
	small strings.Builder
}

// Size returns the length of the body in bytes.
func (p *Payload) Size() int64 { return p.size }

// Reader returns a reader of the whole body.
func (p *Payload) Reader() io.Reader {
	rs := make([]io.Reader, len(p.parts))
	for i, s := range p.parts {
		rs[i] = strings.NewReader(s)
	}
	return io.MultiReader(rs...)
}

func (p *Payload) add(s string) {
	p.small.WriteString(s)
	p.size += int64(len(s))
}

// share appends a text as a part of its own, without a copy.
func (p *Payload) share(s string) {
	p.flush()
	p.parts, p.size = append(p.parts, s), p.size+int64(len(s))
}

func (p *Payload) flush() {
	if p.small.Len() > 0 {
		p.parts = append(p.parts, p.small.String())
		p.small.Reset()
	}
}

// text appends a JSON string. A long one that needs no escapes, as base64
// never does, becomes a part as it is.
func (p *Payload) text(s string) error {
	if len(s) >= shared && plainJSON(s) {
		p.add(`"`)
		p.share(s)
		p.add(`"`)
		return nil
	}
	raw, err := encodePlain(s)
	p.add(string(raw))
	return err
}

// shared is the length in bytes from which avoiding a copy pays off.
const shared = 4 << 10

// plainJSON reports whether a text needs no escapes in a JSON string.
func plainJSON(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// MaxRequest returns the largest body of a request in bytes, 0 when that is
// not stated.
func (m *Model) MaxRequest() int64 { return int64(m.request.MaxMB * 1e6) }

// bodyProblem reports that the files of an order make its request too long,
// where they travel in it. Unknown sizes are not counted.
func (m *Model) bodyProblem(v Values, look Inspect) (FieldError, bool) {
	most := m.MaxRequest()
	if look == nil || most == 0 {
		return FieldError{}, false
	}
	var sum int64
	var last *Field
	files := 0
	for i := range m.Fields {
		f := &m.Fields[i]
		sum += int64(len(v[f.Role].text))
		for _, it := range v.Media(f.Role) {
			sum += int64(len(f.Name)) // its key, counted for each item
			switch facts, err := look(it); {
			case strings.HasPrefix(it, "data:"):
				sum += int64(len(it))
			case err != nil || facts.Link || !m.request.Inline:
				continue
			default:
				sum += (facts.Bytes + 2) / 3 * 4
			}
			last, files = f, files+1
		}
	}
	if sum <= most || files == 0 {
		return FieldError{}, false
	}
	what := "the file makes"
	if files > 1 {
		what = fmt.Sprintf("the %d files together make", files)
	}
	return FieldError{Role: last.Role, Field: last.Name, Text: fmt.Sprintf(
		"%s a request of %.1f MB, at most %g MB are taken; give smaller files or a public link", what, float64(sum)/1e6, m.request.MaxMB)}, true
}
