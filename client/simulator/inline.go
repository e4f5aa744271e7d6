package simulator

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

const (
	// maxBody is the largest body of a submit in bytes, the limit of the
	// services' upstream; it includes pictures as base64.
	maxBody = 64 << 20
	// maxRest bounds what of a body is in memory: all but its long files.
	maxRest = 4 << 20
	// longInline is the length in bytes from which a file within a body is put
	// aside.
	longInline = 64 << 10
	// longHead bounds the part of a data URI before its comma.
	longHead = 256
)

// asideMark begins the name of a file that was put aside. It is no base64, so
// that no client can mean such a name.
const asideMark = "@"

var errRest = errors.New("too much in a body beside its files")

// bodyKey is the context key of a request's body.
type bodyKey struct{}

// body is the body of one request. It is read once; the long files in it, as
// data URIs, are put aside into a folder, so that a large body takes little
// memory.
type body struct {
	dir   string
	read  bool
	rest  []byte
	no    *Refusal
	aside map[string]*inline
}

// inline is a file that came within a body.
type inline struct {
	size int64
	sum  [sha256.Size]byte
	head []byte
	// path is where it is, "" for one in memory.
	path string
	data []byte
	err  error
}

// opened is a file that is read again.
type opened interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// open returns the file's bytes.
func (f *inline) open() (opened, error) {
	if f.path == "" {
		return memFile{bytes.NewReader(f.data)}, nil
	}
	file, err := os.Open(f.path)
	if err != nil {
		return nil, fmt.Errorf("reading a file of a request: %w", err)
	}
	return file, nil
}

// withBody returns the request with a body of its own kind in the context.
func (s *Simulator) withBody(r *http.Request) (*http.Request, *body) {
	b := &body{dir: s.uploads.dir}
	return r.WithContext(context.WithValue(r.Context(), bodyKey{}, b)), b
}

func bodyOf(ctx context.Context) *body {
	if b, ok := ctx.Value(bodyKey{}).(*body); ok {
		return b
	}
	return &body{}
}

// ReadBody returns a request's whole body, at every call the same. In place of
// a long file it has a short name, which Draft understands.
func ReadBody(w http.ResponseWriter, r *http.Request) ([]byte, *Refusal) {
	b := bodyOf(r.Context())
	if b.read {
		return b.rest, b.no
	}
	b.read = true
	if r.ContentLength > maxBody { // known before a byte of it is read
		b.no = tooLarge()
		return nil, b.no
	}
	err := b.decant(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig || errors.Is(err, errRest) {
		b.no = tooLarge()
	} else if err != nil {
		b.no = &Refusal{Status: http.StatusBadRequest, Message: "the request body could not be read"}
	}
	return b.rest, b.no
}

func tooLarge() *Refusal {
	return &Refusal{Status: http.StatusRequestEntityTooLarge, Message: "request entity too large"}
}

// clear removes the files.
func (b *body) clear() {
	for _, f := range b.aside {
		if f.path != "" {
			_ = os.Remove(f.path) // swept later, if it cannot be removed now
		}
	}
}

// decant copies a body into rest, and puts its long files aside. It follows
// JSON only as far as its strings; what is no JSON is copied as it is.
func (b *body) decant(src io.Reader) error {
	from := bufio.NewReaderSize(src, longInline)
	var to bytes.Buffer
	for {
		err := copyTo(&to, from, false)
		if err == nil { // a string begins
			head, long := longFile(from)
			if long {
				err = b.putAside(&to, from, head)
			} else {
				err = copyTo(&to, from, true)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			b.rest = to.Bytes()
			return nil
		case err != nil:
			return err
		}
	}
}

// copyTo copies up to and with the next quote, within a string the one that
// ends it.
func copyTo(to *bytes.Buffer, from *bufio.Reader, within bool) error {
	escaped := false // whether the next byte is
	for {
		chunk, err := from.ReadSlice('"')
		to.Write(chunk)
		if to.Len() > maxRest {
			return errRest
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			escaped = odd(chunk, escaped)
			continue
		}
		if err != nil {
			return fmt.Errorf("reading a request body: %w", err)
		}
		if !within || !odd(chunk[:len(chunk)-1], escaped) {
			return nil
		}
		escaped = false // the quote was
	}
}

// odd reports whether what follows a text is escaped: whether it ends in an odd
// number of backslashes.
func odd(text []byte, before bool) bool {
	n := len(text) - len(bytes.TrimRight(text, `\`))
	if n == len(text) && before {
		n++
	}
	return n%2 == 1
}

// longFile reports whether the string that begins is a long data URI, and
// returns what is before its comma.
func longFile(from *bufio.Reader) (head []byte, long bool) {
	near, _ := from.Peek(longInline) // an error is met again when it is read
	if len(near) < longInline || bytes.IndexByte(near, '"') >= 0 {
		return nil, false
	}
	head, _, found := bytes.Cut(near[:longHead], []byte(","))
	if !found || !bytes.HasPrefix(head, []byte("data:")) || !bytes.HasSuffix(head, []byte(";base64")) {
		return nil, false
	}
	return bytes.Clone(head), true
}

// putAside stores the file of a data URI, and writes its name to the body.
func (b *body) putAside(to *bytes.Buffer, from *bufio.Reader, head []byte) error {
	if _, err := from.Discard(len(head) + len(",")); err != nil {
		return fmt.Errorf("reading a file of a request: %w", err)
	}
	text := &textReader{from: from}
	f, err := b.store(base64.NewDecoder(base64.StdEncoding, text))
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, text); err != nil { // what follows a damaged one
		return fmt.Errorf("reading a file of a request: %w", err)
	}
	if b.aside == nil {
		b.aside = map[string]*inline{}
	}
	name := asideMark + HexID()
	b.aside[name] = f
	to.Write(head)
	to.WriteString("," + name + `"`)
	return nil
}

// store reads a file to its end. That it is no base64 is in its err.
func (b *body) store(src io.Reader) (*inline, error) {
	f := &inline{}
	var memory bytes.Buffer
	var to io.Writer = &memory
	var file *os.File
	var err error
	if b.dir != "" {
		if file, err = os.CreateTemp(b.dir, "part-*"); err != nil {
			return nil, fmt.Errorf("storing a file of a request: %w", err)
		}
		to, f.path = file, file.Name()
	}
	sum, start := sha256.New(), &starting{}
	f.size, err = io.Copy(io.MultiWriter(to, sum, start), src)
	if file != nil {
		err = errors.Join(err, file.Close())
	}
	f.data, f.head = memory.Bytes(), start.b
	sum.Sum(f.sum[:0])
	_, corrupt := errors.AsType[base64.CorruptInputError](err)
	switch {
	case corrupt, errors.Is(err, io.ErrUnexpectedEOF): // not a multiple of four
		f.err = errBase64
	case err != nil:
		err = fmt.Errorf("storing a file of a request: %w", err)
		if f.path != "" {
			err = errors.Join(err, os.Remove(f.path))
		}
		return nil, err
	}
	return f, nil
}

// starting keeps the start of what is written, enough to know its kind by.
type starting struct{ b []byte }

// Write keeps what there is room for.
func (s *starting) Write(p []byte) (int, error) {
	const enough = 512
	s.b = append(s.b, p[:min(len(p), enough-len(s.b))]...)
	return len(p), nil
}

// textReader reads the rest of a JSON string without its escapes, and the quote
// at its end.
type textReader struct {
	from *bufio.Reader
	done bool
}

// Read returns EOF at the end of the string.
func (t *textReader) Read(p []byte) (int, error) {
	if t.done {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := t.from.Peek(1); err != nil {
		return 0, cutShort(err)
	}
	near, _ := t.from.Peek(min(t.from.Buffered(), len(p))) // all of it is there
	n := len(near)
	for _, c := range []byte{'"', '\\'} {
		if i := bytes.IndexByte(near[:n], c); i >= 0 {
			n = i
		}
	}
	if n == 0 {
		return t.special(p)
	}
	n = copy(p, near[:n])
	_, _ = t.from.Discard(n) // all of it is there
	return n, nil
}

// special reads a quote or an escaped character.
func (t *textReader) special(p []byte) (int, error) {
	c, err := t.from.ReadByte()
	if err == nil && c == '"' {
		t.done = true
		return 0, io.EOF
	}
	if err == nil {
		c, err = t.from.ReadByte()
	}
	if err != nil {
		return 0, cutShort(err)
	}
	if i := strings.IndexByte("nrtbf", c); i >= 0 {
		c = "\n\r\t\b\f"[i]
	} else if c == 'u' {
		digits := make([]byte, 4)
		if _, err := io.ReadFull(t.from, digits); err != nil {
			return 0, cutShort(err)
		}
		x, err := strconv.ParseUint(string(digits), 16, 16)
		c = byte(x)
		if err != nil || x > 127 {
			c = '?' // no base64 either
		}
	}
	p[0] = c
	return 1, nil
}

// errCut is the error of a body that ends within a file.
var errCut = errors.New("the body ends within a file")

// cutShort returns the error of a string without an end.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return errCut
	}
	return fmt.Errorf("reading a request body: %w", err)
}
