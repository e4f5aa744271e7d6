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
		what := "" // the first number has the noun
		if s != "" {
			s += ", "
		} else if what = " job"; n > 1 {
			what = " jobs"
		}
		if n > 1 {
			one = many
		}
		s += strconv.Itoa(n) + what + " " + one
	}
	add(there, "goes on at the service", "go on at the service")
	add(here, "waits here", "wait here")
	add(needs, "needs you", "need you")
	switch there + here + needs {
	case 0:
		return ""
	case 1:
		return s + ". seedreel shows it again; seedreel wait fetches the clip."
	}
	return s + ". seedreel shows them again; seedreel wait fetches the clips."
}
