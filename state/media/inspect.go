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

// What is looked at at all, in bytes. These are no limits of a model, which
// the catalogue has, but the most that either service takes from anybody: a
// request of 64 MB, an upload of 300 MB.
const (
	maxImage int64 = 64 << 20
	maxClip  int64 = 300 << 20
	// maxLookThrough is how many pixels are decoded to look for transparency:
	// 64 MB of memory for a moment.
	maxLookThrough = 16 << 20
)

// Problem sorts what is wrong with a file.
type Problem int

// The problems of a file.
const (
	// Missing: nothing has this path.
	Missing Problem = iota + 1
	// Folder: the path is a folder.
	Folder
	// Special: a pipe, a device or a socket.
	Special
	// Unreadable: not ours to read, or the disk failed.
	Unreadable
	// Empty: a file of no bytes.
	Empty
	// TooBig: more bytes than any service takes.
	TooBig
	// NotMedia: the content is none that we know, whatever its name says.
	NotMedia
	// Broken: the content starts as it should and then breaks.
	Broken
	// Cut: the end of the file is missing.
	Cut
)

// Error is what is wrong with one file. Its text is one sentence for a person
// and names the file; the name is foreign and must be made safe to be drawn.
type Error struct {
	Problem Problem
	// Path is the file as it was given, "" for a data URI.
	Path string
	// Text is the sentence without the file's name.
	Text string
	// Err is the cause below, nil when there is none.
	Err error
	// Alike are the files that a missing one may mean, when there are several.
	Alike []string
}

// Error names the file and says what is wrong with it.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Text
	}
	return filepath.Base(e.Path) + ": " + e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ProblemOf finds the problem of an error anywhere in its chain, 0 when it has
// none of ours.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problem
	}
	return 0
}

func wrong(p Problem, format string, args ...any) *Error {
	return &Error{Problem: p, Text: fmt.Sprintf(format, args...)}
}

// Look tells what is known of an item as Parse returned its value: the facts
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

// lookThrough decodes a picture that may have transparent parts, after its
// header was found harmless, to tell whether it has any and shows anything at
// all. What is too large for that, or cannot be decoded, stays as it was.
func lookThrough(path string, f *catalogue.Facts) {
	if f.SeeThrough == catalogue.Opaque || f.Animated || f.Width > maxLookThrough/f.Height {
		return
	}
	img, err := decodePicture(path)
	if err == nil {
		f.SeeThrough = clarity(img)
	}
}

// Inspect tells kind, format and size of a local file without decoding it. The
// error is an *Error.
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

// TurnOf tells how a local file is turned when it is seen; upright when it
// cannot be read.
func TurnOf(path string) catalogue.Turn {
	f, err := Inspect(path)
	if err != nil {
		return catalogue.Upright
	}
	return f.Turn
}

// File makes a local file ready to be handed over, with the MIME type of its
// content. The file is inspected first; the error is an *Error.
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

// open opens a plain file for reading. It cannot be held up by a pipe, nor
// make a terminal ours: the kind is asked of the open descriptor, so nothing
// can be put in its place between question and use.
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

// openProblem says why a path could not be opened.
func openProblem(path string, err error) *Error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Problem: Missing, Text: "there is no such file", Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &Error{Problem: Unreadable, Text: "you may not read this file", Err: err}
	}
	// A socket cannot be opened at all; say so instead of the system's words.
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

// at names the file in an error.
func at(path string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		c := *e
		c.Path = path
		return &c
	}
	return &Error{Problem: Unreadable, Path: path, Text: "the file cannot be read", Err: err}
}

// inspectData looks into a data URI of an image: "data:image/png;base64,...".
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
