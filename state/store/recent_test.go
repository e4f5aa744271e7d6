package store

import (
	"strings"
	"testing"
)

// The live list is read after every step of a job: it must not read the whole
// history for the last two hours of it.
func TestRecentReadsOnlyWhatIsRecent(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	rows, err := s.r.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+recentJobs(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // read only
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(plan, "; "); !strings.Contains(said, "jobs_ended (<expr>>?)") || strings.Contains(said, "TEMP B-TREE") {
		t.Errorf("the plan is %s", said)
	}
}
