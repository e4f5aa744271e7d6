package queue

import (
	"context"
	"database/sql"
	"log/slog"
	"strings"
	"testing"

	"seedreel/client"
	"seedreel/client/clienttest"
	"seedreel/state/job"
)

// An answer that arrives while another program locks the history is stored once
// it no longer does, by the step that got it.
func TestAnAnswerOutlastsALock(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	other, err := sql.Open("sqlite", "file:"+r.store.Path()+"?_txlock=exclusive")
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, other)
	told := make(lines, 8)
	r.q.o.Log = slog.New(slog.NewTextHandler(told, nil))
	var tx *sql.Tx
	r.svc.submit = func(ctx context.Context, _ client.Request) (client.Prediction, error) {
		var err error
		tx, err = other.BeginTx(ctx, nil)
		return client.Prediction{ID: "r1", Status: client.StatusQueued, Word: "created"}, err
	}
	j := r.add(r.order())[0]
	p := r.next()
	if len(p.Tasks) != 1 {
		t.Fatalf("due is %+v", p)
	}
	done := make(chan error, 1)
	go func() {
		_, err := r.q.Run(t.Context(), p.Tasks[0], nil)
		done <- err
	}()
	// The lock is held until a write has failed by it.
	for line := range told {
		if strings.Contains(line, "is locked") {
			break
		}
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if back := r.job(j.ID); back.State != job.Submitted || back.RemoteID != "r1" {
		t.Errorf("the job is %+v", back)
	}
}

// lines is a log that is read line by line.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}
