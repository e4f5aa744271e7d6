package job

import "time"

const (
	// billFirst is the pause before a bill is asked for again for the first
	// time: services book shortly after a clip is made.
	billFirst = 30 * time.Second
	// billGrowth is how the age of a job grows from one question to the next:
	// a dozen of them in a month, the last ones days apart.
	billGrowth = 3
	// billFor is how long after a job's end its charge may be corrected.
	billFor = 30 * 24 * time.Hour
	// billForPractice is the same in practice, whose bill ends with the process.
	billForPractice = 10 * time.Minute
	// billTrouble bounds the pause after a question that did not get through.
	billTrouble = 6 * time.Hour
)

// NextBill returns when the service's bill is to be asked for the job after a
// question at now, zero if it is not: at a falling pace, as corrections and
// refunds become less likely. failed is set if the question did not get
// through.
func (j *Job) NextBill(now time.Time, failed bool) time.Time {
	most := billFor
	if j.Practice {
		most = billForPractice
	}
	age := max(now.Sub(j.EndedAt), 0)
	if j.RemoteID == "" || j.EndedAt.IsZero() || age >= most {
		return time.Time{}
	}
	pause := max(age*(billGrowth-1), billFirst)
	if failed {
		pause = min(pause, billTrouble)
	}
	next := now.Add(pause)
	if next.Sub(j.EndedAt) > most {
		return time.Time{}
	}
	return next.UTC()
}

// BillsSince returns the end of the oldest job whose bill is still asked for.
func BillsSince(now time.Time) time.Time { return now.Add(-billFor) }
