package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxItem bounds one item of a streamed list, and whatever is between two
// items, in bytes: the schema of one model, not of all.
const maxItem = 4 << 20

var errNoList = errors.New("there is no list in it")

// Stream reads an answer as it comes, an item of its list at a time. What is
// beside the list becomes the answer's body.
type Stream struct {
	// Field is the field of the answer that has the list.
	Field string
	// Most bounds the number of items.
	Most int
	// Item receives each item. It must not keep the bytes.
	Item func(json.RawMessage)

	found bool
}

// Found reports whether the answer had a list that was read to its end.
func (s *Stream) Found() bool { return s.found }

// read reads one JSON object from r, and returns it without the list. What is
// no such object is returned as it begins: it may be words for a person.
func (s *Stream) read(r io.Reader) ([]byte, error) {
	head := &head{}
	b, err := s.object(io.TeeReader(r, head))
	if err == nil {
		return b, nil
	}
	s.found = false
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, errNoList) {
		return head.b, nil
	}
	return nil, err
}

// head keeps the beginning of what is written to it.
type head struct{ b []byte }

// Write never fails.
func (h *head) Write(p []byte) (int, error) {
	h.b = append(h.b, p[:min(len(p), maxText-len(h.b))]...)
	return len(p), nil
}

func (s *Stream) object(r io.Reader) ([]byte, error) {
	in := &bounded{r: r, left: maxItem}
	d := json.NewDecoder(in)
	if err := open(d, '{'); err != nil {
		return nil, err
	}
	beside := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, streamErr(err)
		}
		field, _ := name.(string) // a key is one
		if field == s.Field {
			if err := s.items(d, in); err != nil {
				return nil, err
			}
			continue
		}
		v, err := next(d, in)
		if err != nil {
			return nil, err
		}
		if len(beside) < mostBeside && len(v) <= maxText {
			beside[field] = v
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, streamErr(err)
	}
	b, err := json.Marshal(beside)
	if err != nil {
		return nil, fmt.Errorf("reading an answer: %w", err)
	}
	return b, nil
}

// mostBeside bounds the fields beside a list that are kept.
const mostBeside = 32

// skip reads to the end of an object whose beginning was read.
func skip(d *json.Decoder) error {
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return streamErr(err)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// items reads the list. Anything else in its place is left out.
func (s *Stream) items(d *json.Decoder, in *bounded) error {
	switch t, err := d.Token(); {
	case err != nil:
		return streamErr(err)
	case t == json.Delim('{'):
		return skip(d)
	case t != json.Delim('['):
		return nil
	}
	s.found = true
	for n := 0; d.More(); n++ {
		if n >= s.Most {
			return errTooLong
		}
		v, err := next(d, in)
		if err != nil {
			return err
		}
		s.Item(v)
	}
	if _, err := d.Token(); err != nil {
		return streamErr(err)
	}
	return nil
}

// open reads the beginning of an object or a list.
func open(d *json.Decoder, want json.Delim) error {
	t, err := d.Token()
	if err != nil {
		return streamErr(err)
	}
	if t != want {
		return errNoList
	}
	return nil
}

// next reads one value, whole.
func next(d *json.Decoder, in *bounded) (json.RawMessage, error) {
	var v json.RawMessage
	if err := d.Decode(&v); err != nil {
		return nil, streamErr(err)
	}
	in.left = maxItem
	if tooDeep(v) {
		return nil, fmt.Errorf("reading an answer: %w", errDeep)
	}
	return v, nil
}

// streamErr returns the error of a body that ends too soon as such.
func streamErr(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("reading an answer: %w", err)
}

// bounded is a reader that fails with errTooLong after left bytes.
type bounded struct {
	r    io.Reader
	left int64
}

// Read reads at most what is left.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}
