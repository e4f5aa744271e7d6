package film

import (
	"os"
	"time"

	"seedreel/state/frames"
)

// Continues reports whether a picture, from which a clip was made, is the last
// one of another clip with a digest. Pictures keep where they were taken from;
// what was cut or drawn elsewhere continues nothing.
func Continues(picture, before, digest string) bool {
	stat, err := os.Stat(picture)
	if err != nil || !stat.Mode().IsRegular() || digest == "" {
		return false
	}
	f, err := os.Open(picture)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // read only
	o, ok := frames.ReadOrigin(f)
	if !ok || o.Clip != digest {
		return false
	}
	all, err := frames.Times(before)
	if err != nil || len(all) == 0 {
		return false
	}
	const near = time.Millisecond
	return o.At > all[len(all)-1]-near
}
