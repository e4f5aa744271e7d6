package download

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"strings"

	"seedreel/state/disk"
)

// maxSide bounds the sidecar when it is read.
const maxSide = 32 << 10

// meta is the sidecar: it describes the bytes in the part, enough to know after
// a crash at any point what is left to do.
type meta struct {
	// URL is the link without its query, which is signed and changes.
	URL string `json:"url"`
	// ETag is the validator as received.
	ETag string `json:"etag,omitempty"`
	// Total is the length in bytes, 0 if the server did not send it.
	Total int64 `json:"total,omitempty"`
	// Done is set when all bytes are in the part and synced.
	Done bool `json:"done,omitempty"`
	// Final is the name claimed last, and SHA256 the hash of the clip.
	Final  string `json:"final,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// ours is how every sidecar of this package begins, even a torn one.
const ours = `{"url":`

// maxParts bounds the names tried for a part: others may have put files where
// the first would be.
const maxParts = 9

// errForeign means that a file not made by us is in the way.
var errForeign = errors.New("a file that is not ours is in its place")

// part is an unfinished clip in its target folder, held by one process. The
// lock is on the sidecar, so that the part can be closed and renamed under it.
// All names go through an os.Root: no link leads out of the folder. Existing
// files are only written to if they are known to be ours.
type part struct {
	root *os.Root
	dir  string
	name string
	side *os.File
	f    *os.File
	have int64
	// most is the largest size accepted, and still whether a picture is.
	most  int64
	still bool
	// begun is set if the sidecar was created just now.
	begun bool
	meta
}

func (p *part) sideName() string { return p.name + ".json" }

func openPart(dir, jobID string) (*part, error) {
	const op = "opening the part file"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, diskError(op, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, diskError(op, err)
	}
	p := &part{root: root, dir: dir}
	for n := 1; n <= maxParts; n++ {
		p.name = "." + jobID + ".part"
		if n > 1 {
			p.name += strconv.Itoa(n)
		}
		if err = p.take(); !errors.Is(err, errForeign) {
			break
		}
		if p.begun {
			err = errors.Join(err, p.root.Remove(p.sideName())) // it was just made, and is empty
		}
		p.closeFile()
		p.closeSide()
	}
	switch {
	case errors.Is(err, errForeign):
		p.close()
		return nil, fail(Disk, op, err)
	case err != nil:
		p.close()
		return nil, err
	}
	return p, nil
}

// take opens or creates the two files of a part under its name. It returns
// errForeign if one of them is not ours.
func (p *part) take() error {
	const op = "opening the part file"
	p.have, p.meta, p.begun = 0, meta{}, false
	if err := p.lock(); err != nil {
		return err
	}
	side, err := p.load()
	if err != nil {
		return err
	}
	f, fresh, err := p.open(p.name)
	if err != nil {
		return err
	}
	p.f = f
	info, err := f.Stat()
	if err != nil {
		return diskError(op, err)
	}
	// Bytes are written after the sidecar, so without one they are not ours;
	// nor is a file with a second name, except the clip's own.
	if !fresh && (info.Size() > 0 && !side || links(f) > 1 && !p.published(info)) {
		return errForeign
	}
	p.have = info.Size()
	return nil
}

// published reports whether the part already has the claimed name.
func (p *part) published(mine os.FileInfo) bool {
	if p.Final == "" {
		return false
	}
	there, err := p.root.Lstat(p.Final)
	return err == nil && os.SameFile(mine, there)
}

// open opens or creates a file for reading and writing. It opens only plain
// files: somebody else may have put a link or a pipe in its place.
func (p *part) open(name string) (f *os.File, fresh bool, err error) {
	const op = "opening the part file"
	f, err = p.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f, true, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, false, diskError(op, err)
	}
	there, err := p.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, fail(Busy, op, errors.New("another process has just taken it away"))
	}
	if err != nil {
		return nil, false, diskError(op, err)
	}
	if !there.Mode().IsRegular() {
		return nil, false, errForeign
	}
	if f, err = p.root.OpenFile(name, os.O_RDWR, 0); err != nil {
		return nil, false, diskError(op, err)
	}
	// It may have been replaced between the check and the opening.
	if mine, err := f.Stat(); err != nil || !os.SameFile(mine, there) {
		_ = f.Close() // nothing was written
		return nil, false, errForeign
	}
	return f, false, nil
}

func (p *part) lock() error {
	const op = "locking the part file"
	for range 3 {
		f, fresh, err := p.open(p.sideName())
		if KindOf(err) == Busy {
			continue
		}
		if err != nil {
			return err
		}
		p.side = f
		ok, err := disk.LockOpen(f)
		if err != nil {
			return diskError(op, err)
		}
		if !ok {
			return fail(Busy, op, errors.New("another process is fetching this clip"))
		}
		mine, err := f.Stat()
		if err != nil {
			return diskError(op, err)
		}
		// The previous holder may have removed it between open and lock.
		if now, err := p.root.Lstat(p.sideName()); err == nil && os.SameFile(mine, now) {
			p.begun = fresh
			return nil
		}
		p.closeSide()
	}
	return fail(Busy, op, errors.New("another process keeps replacing it"))
}

// load reads the sidecar and reports whether it describes any bytes. A broken
// one of ours counts as empty: start over.
func (p *part) load() (tells bool, err error) {
	b, err := io.ReadAll(io.LimitReader(p.side, maxSide))
	if err != nil {
		return false, diskError("reading the sidecar", err)
	}
	if links(p.side) > 1 || len(b) > 0 && !strings.HasPrefix(string(b), ours[:min(len(ours), len(b))]) {
		return false, errForeign
	}
	var m meta
	if json.Unmarshal(b, &m) == nil {
		p.meta = m
	}
	return len(b) > 0, nil
}

// save writes the sidecar in place and syncs it, as the lock is on this very
// file. A torn write is read back as a broken sidecar.
func (p *part) save() error {
	const op = "writing the sidecar"
	b, err := json.Marshal(p.meta)
	if err != nil {
		return fail(Disk, op, err)
	}
	// Overwrite, then truncate: that needs no space on a full disk.
	if _, err := p.side.WriteAt(b, 0); err != nil {
		return diskError(op, err)
	}
	if err := p.side.Truncate(int64(len(b))); err != nil {
		return diskError(op, err)
	}
	if err := p.side.Sync(); err != nil {
		return diskError(op, err)
	}
	return nil
}

// begin empties the part and records what will be in it. The order matters:
// resuming old bytes under a new ETag would make a broken clip.
func (p *part) begin(m meta) error {
	const op = "starting the part file"
	if p.have > 0 {
		if err := p.f.Truncate(0); err != nil {
			return diskError(op, err)
		}
		if err := p.f.Sync(); err != nil {
			return diskError(op, err)
		}
	}
	if _, err := p.f.Seek(0, io.SeekStart); err != nil {
		return diskError(op, err)
	}
	p.have, p.meta = 0, m
	return p.save()
}

// resumable reports whether the rest can be requested: only a strong ETag lets
// the server confirm that the bytes belong together (RFC 9110 13.1.5).
func (p *part) resumable(u *url.URL) bool {
	return p.have > 0 && !p.Done && p.have < p.Total && strongETag(p.ETag) && p.URL == place(u)
}

func strongETag(e string) bool {
	return len(e) > 2 && len(e) < 512 && strings.HasPrefix(e, `"`) && strings.HasSuffix(e, `"`)
}

// place returns a link without its query and fragment.
func place(u *url.URL) string { return u.Scheme + "://" + u.Host + u.EscapedPath() }

// full reports whether nothing is left to fetch.
func (p *part) full() bool { return p.Done && p.have > 0 && p.have == p.Total }

// finish checks that the part is complete, and syncs. The server's length
// proves nothing: the clip itself must be whole.
func (p *part) finish() error {
	const op = "finishing the part file"
	if err := p.whole(); err != nil {
		return errors.Join(fail(Damaged, op, err), p.begin(meta{}))
	}
	p.Total = p.have
	if err := p.f.Sync(); err != nil {
		return diskError(op, err)
	}
	p.Done = true
	return p.save()
}

// remove deletes the part and the sidecar; close releases the lock.
func (p *part) remove() error {
	const op = "removing the part file"
	p.closeFile()
	if err := p.root.Remove(p.name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return diskError(op, err)
	}
	if removeOpen {
		if err := p.root.Remove(p.sideName()); err != nil && !errors.Is(err, os.ErrNotExist) {
			return diskError(op, err)
		}
		return nil
	}
	p.closeSide()
	if err := p.root.Remove(p.sideName()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return diskError(op, err)
	}
	return nil
}

func (p *part) closeFile() {
	if p.f != nil {
		_ = p.f.Close() // everything that must last was synced, which reports errors
		p.f = nil
	}
}

func (p *part) closeSide() {
	if p.side != nil {
		_ = disk.Unlock(p.side) // the close below unlocks otherwise
		_ = p.side.Close()      // as above
		p.side = nil
	}
}

func (p *part) close() {
	p.closeFile()
	p.closeSide()
	_ = p.root.Close() // closing a folder handle loses nothing
}

// digest returns the SHA-256 of a file in hex and its length.
func digest(f *os.File) (string, int64, error) {
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(f, 0, 1<<62))
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}
