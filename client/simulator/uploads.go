package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"
)

// The paths of uploaded files and of a ticket's PUT.
const (
	uploadPath = "/files/uploads/"
	ticketPath = "/files/tickets/"
)

// MaxUpload is the size in bytes above which an upload is refused. The
// vendor's pages give 20 to 100 MB by kind and, later, "over 300 MB use a
// URL".
const MaxUpload = 300 << 20

// retention is how long uploads are kept.
const retention = 7 * 24 * time.Hour

var (
	errGone   = errors.New("no such upload")
	ErrTooBig = errors.New("the file is too large")
	errSize   = errors.New("the file does not have the announced size")
)

// upload is a file that was handed over.
type upload struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Type    string    `json:"type"`
	Size    int64     `json:"size"`
	Created time.Time `json:"created"`
}

// path returns the path under which the file is served.
func (u *upload) path() string { return uploadPath + u.ID + "/" + u.Name }

// uploads keeps the files, in a folder or in memory.
type uploads struct {
	dir  string
	mu   sync.Mutex
	byID map[string]upload
	mem  map[string][]byte
}

func newUploads(dir string) *uploads {
	return &uploads{dir: dir, byID: map[string]upload{}, mem: map[string][]byte{}}
}

// know adds an upload found in the journal.
func (u *uploads) know(x upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.byID[x.ID] = x
}

// store reads a file to its end and keeps it. want is the announced size, -1
// when there was none.
func (u *uploads) store(id string, r io.Reader, want int64) (int64, error) {
	limited := io.LimitReader(r, MaxUpload+1)
	if u.dir == "" {
		data, err := io.ReadAll(limited)
		if err == nil {
			err = sizeProblem(int64(len(data)), want)
		}
		if err != nil {
			return 0, err
		}
		u.mu.Lock()
		defer u.mu.Unlock()
		u.mem[id] = data
		return int64(len(data)), nil
	}
	f, err := os.CreateTemp(u.dir, "part-*")
	if err != nil {
		return 0, fmt.Errorf("storing an upload: %w", err)
	}
	n, err := io.Copy(f, limited)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = sizeProblem(n, want)
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(u.dir, id))
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(f.Name()))
	}
	return n, nil
}

func sizeProblem(n, want int64) error {
	switch {
	case n > MaxUpload:
		return ErrTooBig
	case want >= 0 && n != want:
		return errSize
	}
	return nil
}

// stored is a file that was handed over.
type stored interface {
	opened
	io.Seeker
}

// open returns an upload and its bytes.
func (u *uploads) open(id string) (upload, stored, error) {
	u.mu.Lock()
	x, ok := u.byID[id]
	data, inMemory := u.mem[id]
	u.mu.Unlock()
	switch {
	case !ok:
		return upload{}, nil, errGone
	case inMemory:
		return x, memFile{bytes.NewReader(data)}, nil
	case u.dir == "":
		return upload{}, nil, errGone
	}
	f, err := os.Open(filepath.Join(u.dir, x.ID))
	if err != nil {
		return upload{}, nil, fmt.Errorf("%w: %w", errGone, err)
	}
	return x, f, nil
}

// memFile is an upload in memory.
type memFile struct{ *bytes.Reader }

// Close does nothing: there is nothing to release.
func (memFile) Close() error { return nil }

// openUpload opens an upload, also one of another process. Uploads expire
// after their retention.
func (s *Simulator) openUpload(id string) (upload, stored, error) {
	x, f, err := s.uploads.open(id)
	if err != nil && s.journal.catchUp() == nil {
		x, f, err = s.uploads.open(id)
	}
	if err != nil {
		return x, nil, err
	}
	if s.now().Sub(x.Created) > retention {
		return x, nil, errors.Join(errGone, f.Close())
	}
	return x, f, nil
}

// receive stores a file and records it in the journal.
func (s *Simulator) receive(x upload, r io.Reader) (upload, error) {
	n, err := s.uploads.store(x.ID, r, x.Size)
	if err != nil {
		return x, err
	}
	x.Size, x.Created = n, s.now().UTC()
	if err := s.journal.append(record{Upload: &x}); err != nil {
		return x, err
	}
	s.uploads.know(x)
	return x, nil
}

// sweep removes this program's files older than a time from a folder: they can
// no longer be requested. Files with other names are not ours.
func sweep(dir string, before time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("clearing a folder: %w", err)
	}
	for _, e := range entries {
		if !plainID(strings.TrimSuffix(e.Name(), ".mp4")) {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // another process has just removed it, or it is too young
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("clearing a folder: %w", err)
		}
	}
	return nil
}

// safeName makes a client's file name fit for a link: its last part, shortened
// to letters, digits, dots, dashes and underscores.
func safeName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case r > unicode.MaxASCII:
			return '_'
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(".-_", r):
			return r
		}
		return '_'
	}, name)
	if len(name) > 100 {
		name = name[len(name)-100:] // the end holds the extension
	}
	if strings.Trim(name, "._") == "" {
		return "file"
	}
	return name
}

// mediaType returns a type that is safe to serve: a picture, a clip or sound,
// and never a page that a browser would run.
func mediaType(t string) string {
	main, _, _ := strings.Cut(t, ";")
	kind, _, _ := strings.Cut(main, "/")
	if (kind == "image" || kind == "video" || kind == "audio") && !strings.Contains(main, "svg") {
		return main
	}
	return "application/octet-stream"
}

// serveUpload answers a GET of an upload's link. No key is needed.
func (s *Simulator) serveUpload(w http.ResponseWriter, r *http.Request) {
	x, f, err := s.openUpload(r.PathValue("id"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = f.Close() }() // only read from
	w.Header().Set("Content-Type", mediaType(x.Type))
	w.Header().Set("ETag", `"`+x.ID+`"`)
	http.ServeContent(w, r, "", x.Created, f)
}
