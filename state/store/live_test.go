package store

import (
	"database/sql"
	"strings"
	"testing"

	"seedreel/state/job"
)

// The search for due work reads an index of the open jobs alone: neither the
// rows, which are wide, nor the rest of the history.
func TestTheSearchForDueWorkReadsOnlyItsIndex(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	j := aJob(1)
	j.State, j.RemoteID, j.NextAt = job.Running, "r", noon
	insert(t, s, j)
	var plan strings.Builder
	tx, err := s.w.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	r := ask("a")
	c := &claim{tx: &often{Tx: tx, kept: &s.compiled}, now: noon.UnixMilli(), r: &r}
	err = eachRow(t.Context(), tx, "explaining", func(rows *sql.Rows) error {
		var a, b, c int
		var line string
		err := rows.Scan(&a, &b, &c, &line)
		plan.WriteString(line + "\n")
		return err
	}, `EXPLAIN QUERY PLAN `+loadsText, c.now, c.far(), "a", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := plan.String(); !strings.Contains(got, "USING COVERING INDEX jobs_live") || strings.Contains(got, "TEMP B-TREE") {
		t.Errorf("the plan is\n%s", got)
	}
}
