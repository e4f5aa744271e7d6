package film

import (
	"os"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/frames"
	"seedreel/state/job"
)

// Follows reports whether a job was made from the last picture of the one
// before it, nil for none.
func Follows(j, before *job.Job) bool {
	if before == nil {
		return false
	}
	picture := j.Values.Text(catalogue.RoleFirstFrame)
	if all := j.Values.Media(catalogue.RoleFirstFrame); len(all) > 0 {
		picture = all[0]
	}
	return picture != "" && Continues(picture, before.Output.Path, before.Output.SHA256)
}

// Picks returns the clips of jobs as parts of a film, in order.
func Picks(jobs []*job.Job) []Part {
	parts := make([]Part, len(jobs))
	for i, j := range jobs {
		parts[i] = Part{Path: j.Output.Path, Continued: i > 0 && Follows(j, jobs[i-1])}
	}
	return parts
}

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
