package export

import (
	"context"
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

	"seedreel/state/disk"
	"seedreel/state/frames"
	"seedreel/state/queue"
)

// parcel is an export in the making.
type parcel struct {
	order Order
	files []written
}

// written is a file of the export: data, or a copy of a clip.
type written struct {
	entry
	data []byte
	from string
}

// card is the sidecar of an exported clip: what the clips folder has, and the
// place in the reel.
type card struct {
	queue.Sidecar
	Take Take `json:"take"`
}

// look inspects the clips and takes their digests.
func (p *parcel) look() error {
	p.order.Takes = slices.Clone(p.order.Takes)
	for i := range p.order.Takes {
		t := &p.order.Takes[i]
		t.clean()
		facts, err := frames.Inspect(t.Path)
		if err != nil {
			return wrong(err, "the clip of job %s cannot be exported: %v", t.Job.ID, err)
		}
		sum, err := fileDigest(t.Path)
		if err != nil {
			return wrong(err, "the clip of job %s cannot be read", t.Job.ID)
		}
		if t.Job.SHA256 != "" && sum != t.Job.SHA256 {
			return wrong(nil, "the clip of job %s is not the one that was saved; seedreel download %s fetches it again", t.Job.ID, t.Job.ID)
		}
		t.facts, t.Job.SHA256, t.Job.Bytes = facts, sum, facts.Bytes
	}
	return nil
}

func fileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // read only
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// generate makes all files but the clips.
func (p *parcel) generate() error {
	add := func(name string, data []byte, err error) error {
		if err != nil {
			return wrong(err, "%s cannot be made", name)
		}
		p.files = append(p.files, written{entry: entry{name, int64(len(data)), digest(data)}, data: data})
		return nil
	}
	for i := range p.order.Takes {
		t := &p.order.Takes[i]
		p.files = append(p.files, written{entry: entry{t.File, t.facts.Bytes, t.Job.SHA256}, from: t.Path})
		c := card{Sidecar: queue.Sidecar{Schema: queue.SidecarSchema, Record: t.Job, File: t.File}, Take: *t}
		b, err := json.MarshalIndent(&c, "", "  ")
		if err := add(strings.TrimSuffix(t.File, filepath.Ext(t.File))+".json", b, err); err != nil {
			return err
		}
	}
	sheet, sheetErr := p.sheet()
	page := p.page()
	table, tableErr := p.table()
	timeline, timelineErr := p.timeline()
	err := errors.Join(add(sheetFile, sheet, sheetErr), add(pageFile, page, nil), add(tableFile, table, tableErr),
		add(editFile, p.editList(), nil), add(timelineFile, timeline, timelineErr))
	if err == nil && p.order.Reel != nil {
		err = add(p.reelFile(), p.order.Reel, nil)
	}
	return err
}

// put writes everything. A folder that was empty or missing is so again after
// an error.
func (p *parcel) put(ctx context.Context) (_ *Result, err error) {
	made := false
	if _, serr := os.Stat(p.order.Dir); errors.Is(serr, fs.ErrNotExist) {
		made = true
	}
	if err := os.MkdirAll(p.order.Dir, 0o700); err != nil {
		return nil, wrong(err, "the folder cannot be made")
	}
	root, err := os.OpenRoot(p.order.Dir)
	if err != nil {
		return nil, wrong(err, "the folder cannot be opened")
	}
	defer func() { _ = root.Close() }() // everything is synced
	old, was, err := survey(root)
	if err != nil {
		return nil, err
	}
	if err := p.spares(was); err != nil {
		return nil, err
	}
	defer func() {
		if err == nil || len(old) > 0 {
			return // what is half written is listed, so the next export replaces it
		}
		for _, f := range p.files {
			_ = root.Remove(f.Name) // it may not be there
		}
		_ = root.Remove(manifestFile)
		if made {
			_ = os.Remove(p.order.Dir)
		}
	}()
	return p.fill(ctx, root, old)
}

// fill replaces the files of an earlier export, old, by those of this one.
func (p *parcel) fill(ctx context.Context, root *os.Root, old []entry) (*Result, error) {
	var entries []entry
	for _, f := range p.files {
		entries = append(entries, f.entry)
	}
	entries = union(entries, nil)
	// From here to the end the manifest lists what was and what will be, so
	// that all files are known as ours if this is interrupted.
	if err := p.manifest(root, union(entries, old), false); err != nil {
		return nil, err
	}
	r := &Result{}
	for _, e := range old {
		if slices.Contains(entries, e) {
			continue
		}
		if err := root.Remove(e.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, wrong(err, "%s of the earlier export cannot be replaced", e.Name)
		}
		r.Replaced++
	}
	clips := 0
	for _, f := range p.files {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("exporting: %w", context.Cause(ctx))
		}
		if !slices.Contains(old, f.entry) {
			if err := f.write(ctx, root); err != nil {
				return nil, err
			}
		}
		r.Files, r.Bytes = append(r.Files, f.Name), r.Bytes+f.Bytes
		if f.from != "" && p.order.Progress != nil {
			clips++
			p.order.Progress(clips, len(p.order.Takes))
		}
	}
	r.Files = append(r.Files, manifestFile)
	return r, p.manifest(root, entries, true)
}

// spares returns an error if the folder would lose clips of an earlier export,
// unless that was of the same reel or it is asked for.
func (p *parcel) spares(was *manifest) error {
	o := p.order
	if o.Replace || was.Reel != "" && o.Reel != nil && was.Title == o.Title {
		return nil
	}
	lost := 0
	for _, t := range was.Takes {
		if !slices.ContainsFunc(o.Takes, func(n Take) bool { return n.Job.ID == t.Job.ID }) {
			lost++
		}
	}
	switch lost {
	case 0:
		return nil
	case 1:
		return wrong(ErrOther, "the folder holds an earlier export, and a clip of it that this one is without would be removed; choose another folder")
	}
	return wrong(ErrOther, "the folder holds an earlier export, and %d clips of it that this one is without would be removed; choose another folder", lost)
}

// survey returns the files of an earlier export that are in the folder, and its
// manifest, an empty one if there was none. It is an error if there is anything
// else.
func survey(root *os.Root) ([]entry, *manifest, error) {
	d, err := root.Open(".")
	if err != nil {
		return nil, nil, wrong(err, "the folder cannot be read")
	}
	names, err := d.Readdirnames(-1)
	_ = d.Close() // read only
	if err != nil {
		return nil, nil, wrong(err, "the folder cannot be read")
	}
	m, err := readManifest(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if m == nil {
		m = &manifest{}
	}
	slices.Sort(names)
	var old []entry
	for _, n := range names {
		switch {
		case n == manifestFile:
		case n == ".DS_Store", n == "Thumbs.db", n == "desktop.ini": // file managers make them
		case strings.HasPrefix(n, ".new-") && strings.HasSuffix(n, disk.PartSuffix):
			_ = root.Remove(n) // of an export that was interrupted
		default:
			e, err := m.same(root, n)
			if err != nil {
				return nil, nil, err
			}
			old = append(old, *e)
		}
	}
	return old, m, nil
}

// same returns the entry that a file in the folder matches.
func (m *manifest) same(root *os.Root, name string) (*entry, error) {
	known := false
	for i := range m.Files {
		if m.Files[i].Name != name {
			continue
		}
		known = true
		if ok, err := m.Files[i].matches(root); err == nil && ok {
			return &m.Files[i], nil
		}
	}
	if known {
		return nil, wrong(nil, "%s was changed since it was exported, so the folder is not touched; choose another one", name)
	}
	return nil, wrong(nil, "the folder holds %s, which is not of an export, so it is not touched; choose another one", name)
}

// write writes one file under a new name first.
func (f *written) write(ctx context.Context, root *os.Root) error {
	to, err := disk.CreateIn(root, f.Name)
	if err != nil {
		return wrong(err, "%s cannot be written", f.Name)
	}
	defer to.Discard()
	if f.from == "" {
		_, err = to.Write(f.data)
	} else {
		err = f.copy(ctx, to)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("exporting: %w", context.Cause(ctx))
	}
	if err == nil {
		err = to.Keep()
	}
	switch {
	case disk.Full(err):
		return wrong(err, "the disk is full")
	case err != nil:
		return wrong(err, "%s cannot be written", f.Name)
	}
	return nil
}

// copy copies a clip and checks that it is the one that was looked at.
func (f *written) copy(ctx context.Context, to io.Writer) error {
	from, err := os.Open(f.from)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // read only
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(to, h), &stoppable{ctx, from}); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return errors.New("the clip changed while it was copied")
	}
	return nil
}

// stoppable is a reader that ends with a context.
type stoppable struct {
	ctx context.Context //nolint:containedctx // it lives for one copy
	r   io.Reader
}

// Read reads unless the context ended.
func (s *stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(b)
}

// manifest replaces the manifest.
func (p *parcel) manifest(root *os.Root, files []entry, whole bool) error {
	o := &p.order
	m := manifest{Schema: schema, Whole: whole, Title: o.Title, Template: o.Template, Takes: o.Takes, Files: files}
	if o.Reel != nil {
		m.Reel = p.reelFile()
	}
	b, err := json.MarshalIndent(&m, "", "  ")
	if err == nil {
		err = disk.WriteFile(filepath.Join(root.Name(), manifestFile), append(b, '\n'))
	}
	if err != nil {
		return wrong(err, "%s cannot be written", manifestFile)
	}
	return nil
}
