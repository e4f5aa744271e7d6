package job_test

import (
	"testing"

	"seedreel/state/job"
)

// A job that is sent again has the seed that was drawn for it, and what a
// person ruled out stays so.
func TestASecondAttemptKnowsItsSeed(t *testing.T) {
	t.Parallel()
	j := job.New("id", noon, job.Wanted{OwnSeed: true})
	j.Lookup.RuleOut("other")
	j.Lookup.Looks = 3
	j.Requeue()
	if l := &j.Lookup; !l.OwnSeed || !l.RuledOut("other") || l.Looks != 0 {
		t.Errorf("the search starts as %+v", l)
	}
}
