package export

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The names of the files that every export has.
const (
	manifestFile = "seedreel-export.json"
	sheetFile    = "contact-sheet.png"
	pageFile     = "index.html"
	tableFile    = "takes.csv"
	editFile     = "picks.edl"
	timelineFile = "picks.otio"
)

// schema is the version of the manifest; it is increased when a field changes
// its meaning.
const schema = 1

// manifest lists what an export wrote.
type manifest struct {
	Schema int `json:"seedreel_export"`
	// Whole is false while the files are being written.
	Whole    bool   `json:"whole"`
	Title    string `json:"title"`
	Template string `json:"template"`
	Takes    []Take `json:"takes"`
	// Reel is the name of the reel's text file, "" if there is none.
	Reel  string  `json:"reel,omitempty"`
	Files []entry `json:"files"`
}

// entry is one file. While files are written, a name may be there twice.
type entry struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

const (
	// maxManifest bounds a manifest in bytes, enough for 10,000 takes.
	maxManifest = 64 << 20
	// maxReel bounds a reel's text in bytes.
	maxReel = 16 << 20
)

// Parcel is an exported folder as it was read.
type Parcel struct {
	Title, Template string
	// Takes have their clips' paths set.
	Takes []Take
	// Reel is the reel as a text, nil if there is none.
	Reel []byte
}

// Read reads an exported folder and checks its clips by their digests. The
// error is an *Error.
func Read(dir string) (*Parcel, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, wrong(err, "the folder cannot be opened")
	}
	defer func() { _ = root.Close() }() // read only
	m, err := readManifest(root)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, wrong(err, "the folder has no %s, so it is no export", manifestFile)
	case err != nil:
		return nil, err
	case !m.Whole:
		return nil, wrong(nil, "the export was not finished; export it again")
	}
	p := &Parcel{Title: m.Title, Template: m.Template, Takes: m.Takes}
	for i := range p.Takes {
		t := &p.Takes[i]
		e := m.entry(t.File)
		if e == nil {
			return nil, wrong(nil, "the manifest does not list the clip %s", t.File)
		}
		if ok, err := e.matches(root); err != nil || !ok {
			return nil, wrong(err, "the clip %s is missing or not as it was exported", t.File)
		}
		if t.Job.SHA256 != "" && t.Job.SHA256 != e.SHA256 {
			return nil, wrong(nil, "the manifest contradicts itself about the clip %s", t.File)
		}
		t.Path = filepath.Join(dir, t.File)
	}
	if m.Reel == "" {
		return p, nil
	}
	e := m.entry(m.Reel)
	if e == nil || e.Bytes > maxReel {
		return nil, wrong(nil, "the manifest does not list the reel %s", m.Reel)
	}
	if p.Reel, err = readPlain(root, m.Reel, maxReel); err != nil || digest(p.Reel) != e.SHA256 {
		return nil, wrong(err, "the reel %s is missing or not as it was exported", m.Reel)
	}
	return p, nil
}

// readManifest reads and checks the manifest of a folder. The error is
// fs.ErrNotExist if there is none, else an *Error.
func readManifest(root *os.Root) (*manifest, error) {
	b, err := readPlain(root, manifestFile, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, wrong(err, "the manifest %s cannot be read", manifestFile)
	}
	return parseManifest(b)
}

func parseManifest(b []byte) (*manifest, error) {
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, wrong(err, "the manifest %s is damaged", manifestFile)
	}
	if m.Schema < 1 || m.Schema > schema {
		return nil, wrong(nil, "the export is of another version of the program (%d)", m.Schema)
	}
	for _, e := range m.Files {
		if sum, err := hex.DecodeString(e.SHA256); !safeName(e.Name) || e.Bytes < 0 || err != nil || len(sum) != sha256.Size {
			return nil, wrong(nil, "the manifest %s lists a file that an export never has", manifestFile)
		}
	}
	for i := range m.Takes {
		if !safeName(m.Takes[i].File) {
			return nil, wrong(nil, "the manifest %s lists a clip in another folder", manifestFile)
		}
		m.Takes[i].clean()
	}
	if m.Reel != "" && !safeName(m.Reel) {
		return nil, wrong(nil, "the manifest %s lists a reel in another folder", manifestFile)
	}
	return &m, nil
}

// clean drops what a record holds only on its own machine.
func (t *Take) clean() {
	t.Job.Path, t.Job.URL, t.Job.MorePaths, t.Job.ExpiresAt = "", "", nil, time.Time{}
}

// safeName reports whether a name is one in the folder itself, for a file that
// is not hidden.
func safeName(name string) bool {
	return name != "" && len(name) < 256 && !strings.HasPrefix(name, ".") && !strings.ContainsAny(name, `/\:`+"\x00") && filepath.IsLocal(name) &&
		filepath.Base(name) == name && name != manifestFile
}

// entry returns the entry of a file, nil if there is none.
func (m *manifest) entry(name string) *entry {
	if i := slices.IndexFunc(m.Files, func(e entry) bool { return e.Name == name }); i >= 0 {
		return &m.Files[i]
	}
	return nil
}

// matches reports whether a file is as the entry describes it.
func (e *entry) matches(root *os.Root) (bool, error) {
	f, err := openPlain(root, e.Name)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // read only
	if stat, err := f.Stat(); err != nil || stat.Size() != e.Bytes {
		return false, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return false, fmt.Errorf("checking a file: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)) == e.SHA256, nil
}

// openPlain opens a plain file, not a link or a pipe.
func openPlain(root *os.Root, name string) (*os.File, error) {
	stat, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !stat.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no plain file", name)
	}
	return root.Open(name)
}

func readPlain(root *os.Root, name string, most int64) ([]byte, error) {
	f, err := openPlain(root, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s is longer than %d bytes", name, most)
	}
	return b, err
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// union returns the entries of both lists, sorted by name.
func union(a, b []entry) []entry {
	out := append(slices.Clone(a), b...)
	slices.SortFunc(out, func(x, y entry) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.SHA256, y.SHA256)) })
	return slices.Compact(out)
}
