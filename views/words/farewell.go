package words

import (
	"strconv"

	"seedreel/state/job"
)

// Farewell returns a line about the jobs still open and how to get back to
// them.
func Farewell(open []*job.Job) string {
	var there, here, needs int
	for _, j := range open {
		switch {
		case j.State.NeedsUser():
			needs++
		case j.State == job.Queued || j.State == job.Uploading:
			here++
		default:
			there++
		}
	}
	var s string
	add := func(n int, one, many string) {
		if n == 0 {
			return
		}
		if s != "" {
			s += ", "
		}
		if n == 1 {
			s += one
		} else {
			s += strconv.Itoa(n) + " " + many
		}
	}
	add(there, "1 job goes on at the service", "jobs go on at the service")
	add(here, "1 waits here", "wait here")
	add(needs, "1 needs you", "need you")
	if s == "" {
		return ""
	}
	return s + ". seedreel shows them again; seedreel wait fetches the clips."
}
