package download

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"seedreel/state/disk"
)

// maxSide bounds the sidecar when it is read back.
const maxSide = 32 << 10

// meta is the sidecar: what the bytes in the part are a part of. It is enough
// to tell after a crash at any point what is left to do.
type meta struct {
	// URL is the link without its query, which is signed and changes.
	URL string `json:"url"`
	// ETag is the validator as it was sent.
	ETag string `json:"etag,omitempty"`
	// Total is the length in bytes, 0 when the server did not say.
	Total int64 `json:"total,omitempty"`
	// Done is set when all bytes are in the part and synced.
	Done bool `json:"done,omitempty"`
	// Final is the name that was claimed last, and SHA256 what will be there.
	Final  string `json:"final,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// part is an unfinished clip in its target folder, held by one process. The
// lock is on the sidecar, so that the part can be closed and renamed under it.
// All names go through an os.Root: no link leads out of the folder.
type part struct {
	root *os.Root
	dir  string
	name string
	side *os.File
	f    *os.File
	have int64
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
	p := &part{root: root, dir: dir, name: "." + jobID + ".part"}
	if err := p.lock(); err != nil {
		p.close()
		return nil, err
	}
	if p.f, err = p.open(p.name); err != nil {
		p.close()
		return nil, diskError(op, err)
	}
	info, err := p.f.Stat()
	if err != nil {
		p.close()
		return nil, diskError(op, err)
	}
	p.have = info.Size()
	p.load()
	return p, nil
}

// open opens a file of ours for reading and writing, and nothing but a plain
// file: somebody else may have put a link or a pipe in its place.
func (p *part) open(name string) (*os.File, error) {
	if info, err := p.root.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a plain file", name)
	}
	return p.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
}

func (p *part) lock() error {
	const op = "locking the part file"
	for range 3 {
		f, err := p.open(p.sideName())
		if err != nil {
			return diskError(op, err)
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
		// Between open and lock the holder before us may have removed it.
		if now, err := p.root.Lstat(p.sideName()); err == nil && os.SameFile(mine, now) {
			return nil
		}
		p.closeSide()
	}
	return fail(Busy, op, errors.New("another process keeps replacing it"))
}

// load reads the sidecar. A broken one is as good as none: start over.
func (p *part) load() {
	b, err := io.ReadAll(io.LimitReader(p.side, maxSide))
	if err != nil {
		return
	}
	var m meta
	if json.Unmarshal(b, &m) == nil {
		p.meta = m
	}
}

// save writes the sidecar in place and syncs it, as the lock is on this very
// file. A torn write reads as a broken sidecar.
func (p *part) save() error {
	const op = "writing the sidecar"
	b, err := json.Marshal(p.meta)
	if err != nil {
		return fail(Disk, op, err)
	}
	// Written over and then cut: that needs no room on a disk that is full.
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

// begin empties the part and notes what will be in it. The order matters: old
// bytes under a new ETag would be resumed into a broken clip.
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

// resumable tells whether the rest can be asked for: only against a strong
// ETag can a server say that the bytes still belong together (RFC 9110 13.1.5).
func (p *part) resumable(u *url.URL) bool {
	return p.have > 0 && !p.Done && p.have < p.Total && strongETag(p.ETag) && p.URL == place(u)
}

func strongETag(e string) bool {
	return len(e) > 2 && len(e) < 512 && strings.HasPrefix(e, `"`) && strings.HasSuffix(e, `"`)
}

// place is a link without its query and fragment.
func place(u *url.URL) string { return u.Scheme + "://" + u.Host + u.EscapedPath() }

// full tells whether nothing is left to fetch.
func (p *part) full() bool { return p.Done && p.have > 0 && p.have == p.Total }

// finish checks that all is here, and syncs.
func (p *part) finish() error {
	const op = "finishing the part file"
	if p.Total == 0 {
		// The server did not say how long the clip is: let the clip say it.
		if err := wholeBoxes(p.f, p.have); err != nil {
			return errors.Join(fail(Network, op, err), p.begin(meta{}))
		}
		p.Total = p.have
	}
	if err := p.f.Sync(); err != nil {
		return diskError(op, err)
	}
	p.Done = true
	return p.save()
}

// remove takes part and sidecar away; the lock goes with close.
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
		_ = p.f.Close() // what must last was synced, and syncing reports
		p.f = nil
	}
}

func (p *part) closeSide() {
	if p.side != nil {
		_ = disk.Unlock(p.side) // the close that follows does it otherwise
		_ = p.side.Close()      // as above
		p.side = nil
	}
}

func (p *part) close() {
	p.closeFile()
	p.closeSide()
	_ = p.root.Close() // a handle on a folder has nothing to lose
}

// digest reads a file from its start and returns its SHA-256 in hex and its
// length.
func digest(f *os.File) (string, int64, error) {
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(f, 0, 1<<62))
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}
