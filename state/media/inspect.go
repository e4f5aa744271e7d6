package media

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"seedreel/client"
	"seedreel/client/catalogue"
)

// The largest files examined, in bytes. These are not limits of a model, which
// are in the catalogue, but the most that any service takes at all: a
// request of 64 MB, an upload of 300 MB.
const (
	maxImage int64 = 64 << 20
	maxClip  int64 = 300 << 20
	// maxLookThrough is how many pixels are decoded to look for transparency,
	// which takes 64 MB of memory for a moment.
	maxLookThrough = 16 << 20
)

// Problem classifies what is wrong with a file.
type Problem int

// The problems of a file.
const (
	// Missing: the path does not exist.
	Missing Problem = iota + 1
	// Folder: the path is a folder.
	Folder
	// Special: a pipe, a device or a socket.
	Special
	// Unreadable: we may not read it, or the disk failed.
	Unreadable
	// Empty: the file has no bytes.
	Empty
	// TooBig: more bytes than any service takes.
	TooBig
	// NotMedia: the content is of no known kind, regardless of the name.
	NotMedia
	// Broken: the content starts as it should but is damaged further on.
	Broken
	// Cut: the end of the file is missing.
	Cut
)

// Error describes what is wrong with one file. Its text is one sentence for a
// person and names the file; the name is untrusted and must be made safe before
// it is drawn.
type Error struct {
	Problem Problem
	// Path is the file as given, "" for a data URI.
	Path string
	// Text is the sentence without the file's name.
	Text string
	// Err is the underlying error, or nil.
	Err error
	// Alike lists the files that a missing path may refer to, if several.
	Alike []string
}

// Error returns the file's name and what is wrong with it.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Text
	}
	return filepath.Base(e.Path) + ": " + e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ProblemOf returns the problem of the first *Error in err's chain, 0 if there
// is none.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problem
	}
	return 0
}

func wrong(p Problem, format string, args ...any) *Error {
	return &Error{Problem: p, Text: fmt.Sprintf(format, args...)}
}

// Look returns what is known of an item whose value Parse returned: the facts
// of a local file or a data URI, or just that it is a link.
func Look(value, home string) (catalogue.Facts, error) {
	it, err := Parse(value, home)
	if err != nil {
		return catalogue.Facts{}, err
	}
	var f catalogue.Facts
	switch it.Kind {
	case Link:
		f = catalogue.Facts{Link: true}
	case DataURI:
		f, err = inspectData(it.Value)
	case Path:
		f, err = lookAtFile(it.Value)
	}
	f.Item = value
	return f, err
}

func lookAtFile(path string) (catalogue.Facts, error) {
	meant, err := Found(path)
	if err != nil {
		return catalogue.Facts{}, err
	}
	f, err := Inspect(meant)
	if err != nil {
		return f, err
	}
	if meant != path {
		f.Path = meant
	}
	lookThrough(meant, &f)
	return f, nil
}

// lookThrough decodes a picture that may be transparent, after its header was
// found harmless, to find out whether it is, and whether it shows anything at
// all. Pictures that are too large or cannot be decoded keep their facts.
func lookThrough(path string, f *catalogue.Facts) {
	if f.SeeThrough == catalogue.Opaque || f.Animated || f.Width > maxLookThrough/f.Height {
		return
	}
	img, err := decodePicture(path)
	if err == nil {
		f.SeeThrough = clarity(img)
	}
}

// Inspect returns the kind, format and size of a local file without decoding
// it. The error is an *Error.
func Inspect(path string) (catalogue.Facts, error) {
	f, size, err := open(path)
	if err != nil {
		return catalogue.Facts{}, err
	}
	defer func() { _ = f.Close() }() // read only
	facts, err := examine(f, size)
	if err != nil {
		return catalogue.Facts{}, at(path, err)
	}
	facts.Item = path
	return facts, nil
}

// TurnOf returns how a local file is turned for display; upright if it cannot
// be read.
func TurnOf(path string) catalogue.Turn {
	f, err := Inspect(path)
	if err != nil {
		return catalogue.Upright
	}
	return f.Turn
}

// File prepares a local file for the service, with the MIME type of its
// content. It inspects the file first; the error is an *Error.
func File(path string) (client.File, error) {
	facts, err := Inspect(path)
	if err != nil {
		return client.File{}, err
	}
	return client.File{
		Name: filepath.Base(path),
		MIME: mimeOf(facts.Format),
		Size: facts.Bytes,
		Open: func() (io.ReadCloser, error) {
			f, size, err := open(path)
			if err != nil {
				return nil, err
			}
			if size != facts.Bytes {
				_ = f.Close() // read only
				return nil, at(path, wrong(Broken, "the file changed while it was being sent"))
			}
			return f, nil
		},
	}, nil
}

// open opens a plain file for reading. It does not block on a pipe or acquire a
// controlling terminal. It checks the kind of the open descriptor, so the file
// cannot be replaced between check and use.
func open(path string) (*os.File, int64, error) {
	if strings.ContainsRune(path, 0) || path == "" {
		return nil, 0, at(path, wrong(Missing, "there is no such file"))
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if errors.Is(err, fs.ErrNotExist) {
		meant, ferr := Found(path)
		if ferr != nil {
			return nil, 0, ferr
		}
		f, err = os.OpenFile(meant, os.O_RDONLY|openFlags, 0)
	}
	if err != nil {
		return nil, 0, at(path, openProblem(path, err))
	}
	info, err := f.Stat()
	if err != nil {
		err = at(path, &Error{Problem: Unreadable, Text: "the file cannot be read", Err: err})
	} else if p := sortMode(info); p != nil {
		err = at(path, p)
	}
	if err != nil {
		_ = f.Close() // read only
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// openProblem explains why a path could not be opened.
func openProblem(path string, err error) *Error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Problem: Missing, Text: "there is no such file", Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &Error{Problem: Unreadable, Text: "you may not read this file", Err: err}
	}
	// A socket cannot be opened at all; give that reason instead of the
	// system's.
	if info, serr := os.Stat(path); serr == nil {
		if p := sortMode(info); p != nil {
			return p
		}
	}
	return &Error{Problem: Unreadable, Text: "the file cannot be opened", Err: err}
}

func sortMode(info fs.FileInfo) *Error {
	switch m := info.Mode(); {
	case m.IsDir():
		return wrong(Folder, "this is a folder, not a file")
	case m&fs.ModeNamedPipe != 0:
		return wrong(Special, "this is a pipe, not a file")
	case !m.IsRegular():
		return wrong(Special, "this is a device or socket, not a file")
	case info.Size() == 0:
		return wrong(Empty, "the file is empty")
	case info.Size() > maxClip:
		return wrong(TooBig, "the file has %d MB, no service takes more than %d MB", info.Size()>>20, maxClip>>20)
	}
	return nil
}

// at adds the file's name to an error.
func at(path string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		c := *e
		c.Path = path
		return &c
	}
	return &Error{Problem: Unreadable, Path: path, Text: "the file cannot be read", Err: err}
}

// inspectData inspects a data URI of an image: "data:image/png;base64,...".
func inspectData(uri string) (catalogue.Facts, error) {
	head, body, ok := strings.Cut(uri, ",")
	if !ok || !strings.HasSuffix(strings.ToLower(head), ";base64") {
		return catalogue.Facts{}, wrong(Broken, "the data URI is not in base64")
	}
	if int64(len(body)) > maxImage/3*4+4 {
		return catalogue.Facts{}, wrong(TooBig, "the data URI has %d MB, no service takes more than %d MB", len(body)>>20, maxImage>>20)
	}
	b, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return catalogue.Facts{}, &Error{Problem: Broken, Text: "the data URI is not in base64", Err: err}
	}
	if len(b) == 0 {
		return catalogue.Facts{}, wrong(Empty, "the data URI is empty")
	}
	f, err := examine(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return catalogue.Facts{}, err
	}
	if f.Kind != kindImage {
		return catalogue.Facts{}, wrong(NotMedia, "the data URI does not hold an image")
	}
	return f, nil
}
