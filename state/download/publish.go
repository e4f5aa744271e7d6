package download

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"seedreel/state/disk"
)

// maxSuffix bounds the attempts to find a free name.
const maxSuffix = 999

var errTaken = errors.New("the name is taken")

// publish gives a full part its final name: claim, link, sync the folder,
// remove the part. The next Get recovers from a crash between any two steps.
func (d *Downloader) publish(p *part, o *Order) (Result, error) {
	const op = "publishing the clip"
	ext, err := p.extension()
	if err != nil {
		return Result{}, errors.Join(fail(NotVideo, op, err), p.begin(meta{}))
	}
	sum, n, err := digest(p.f)
	if err != nil {
		return Result{}, diskError(op, err)
	}
	if n != p.Total {
		return Result{}, errors.Join(fail(Network, op, fmt.Errorf("%d bytes of %d", n, p.Total)), p.begin(meta{}))
	}
	mine, err := p.f.Stat()
	if err != nil {
		return Result{}, diskError(op, err)
	}
	p.closeFile() // Windows renames no open file
	earlier := p.Final
	for i := 1; i <= maxSuffix; i++ {
		name := o.Name + ext
		if i > 1 {
			name = fmt.Sprintf("%s-%d%s", o.Name, i, ext)
		}
		p.Final, p.SHA256 = name, sum
		err := d.take(p, o, mine, name, name == earlier)
		if errors.Is(err, errTaken) {
			continue
		}
		if err != nil {
			return Result{}, err
		}
		if err := d.settle(p); err != nil {
			return Result{}, err
		}
		return Result{Path: filepath.Join(p.dir, name), Bytes: n, SHA256: sum, ETag: p.ETag}, nil
	}
	return Result{}, fail(Disk, op, fmt.Errorf("%d clips have this name", maxSuffix))
}

// take gives the part one name, or returns an error if it is taken. again is
// set if an earlier Get had claimed this name already.
func (d *Downloader) take(p *part, o *Order, mine os.FileInfo, name string, again bool) error {
	there, err := p.root.Lstat(name)
	ours := err == nil && os.SameFile(mine, there)
	// The placeholder of a Get that was killed before the rename.
	empty := err == nil && again && there.Mode().IsRegular() && there.Size() == 0
	if err == nil && !ours && !empty {
		return errTaken
	}
	// The sidecar first: it distinguishes a name of ours from another's.
	if err := p.save(); err != nil {
		return err
	}
	if o.Claim != nil {
		if err := o.Claim(filepath.Join(p.dir, name), p.SHA256); err != nil {
			return fmt.Errorf("claiming the clip's name: %w", err)
		}
	}
	switch {
	case ours:
		return nil
	case empty:
		return p.rename(name)
	}
	return d.place(p, name)
}

// place links the part to a name. Without hard links, it reserves the name with
// an empty file and renames the part over it.
func (d *Downloader) place(p *part, name string) error {
	const op = "naming the clip"
	err := d.link(p.root, p.name, name)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return errTaken
	case disk.Full(err):
		return diskError(op, err)
	}
	f, err := p.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	if err != nil {
		return diskError(op, err)
	}
	_ = f.Close() // nothing was written
	return p.rename(name)
}

func (p *part) rename(name string) error {
	if err := p.root.Rename(p.name, name); err != nil {
		// The placeholder is ours and empty, so no clip is lost.
		return diskError("naming the clip", errors.Join(err, p.root.Remove(name)))
	}
	return nil
}

// settle makes the new name durable and removes the part and its sidecar.
func (d *Downloader) settle(p *part) error {
	if err := disk.SyncRoot(p.root); err != nil {
		return diskError("syncing the folder", err)
	}
	return p.remove()
}

// landed finds the clip of a Get that was killed after it named the clip and
// removed the part, but before its caller learned of it.
func (d *Downloader) landed(p *part, o *Order) (Result, bool, error) {
	if !p.Done || p.have != 0 || p.Final == "" || p.SHA256 == "" {
		return Result{}, false, nil
	}
	path := filepath.Join(p.dir, p.Final)
	r, err := verify(path, o.Still)
	if err != nil || r.SHA256 != p.SHA256 {
		return Result{}, false, nil //nolint:nilerr // then it is fetched again
	}
	if o.Claim != nil {
		if err := o.Claim(path, p.SHA256); err != nil {
			return Result{}, false, fmt.Errorf("claiming the clip's name: %w", err)
		}
	}
	r.ETag = p.ETag
	return r, true, d.settle(p)
}
