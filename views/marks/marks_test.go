package marks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store/storetest"
	"seedreel/ui/dialog"
	"seedreel/views/keymap"
	"seedreel/views/marks"
	"seedreel/views/studio"
)

// run carries out a command and returns the messages that it leads to.
func run(cmd tea.Cmd) (out []tea.Msg) {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	batch, ok := msg.(tea.BatchMsg)
	if !ok {
		return []tea.Msg{msg}
	}
	for _, c := range batch {
		out = append(out, run(c)...)
	}
	return out
}

func TestTheKeysMarkATake(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }
	st := storetest.Open(t, now)
	s := &studio.Studio{Ctx: t.Context(), Store: st, Queue: queue.New(queue.Options{Store: st, Now: now}), Dialogs: dialog.NewStack(now)}
	shot := ""
	for _, id := range []string{"one", "two"} {
		clip := filepath.Join(dir, id+".mp4")
		if err := os.WriteFile(clip, []byte("clip"), 0o600); err != nil {
			t.Fatal(err)
		}
		j := job.New(id, now(), job.Wanted{Provider: "wavespeed", Model: "m", Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake")}})
		j.Shot, j.State, j.RemoteID, j.SubmittedAt, j.EndedAt, j.SavedAt = shot, job.Saved, "r"+id, now(), now(), now()
		j.Output = job.Output{Path: clip, Bytes: 4}
		added, err := st.Record(t.Context(), []*job.Job{j}, "n"+id)
		if err != nil {
			t.Fatal(err)
		}
		shot = added[0].Shot
	}
	k := keymap.New().Jobs.Marks
	press := func(id, key string) []tea.Msg {
		t.Helper()
		j, err := st.Job(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		cmd, ok := marks.Act(s, &k, j, tea.KeyPressMsg{Code: rune(key[0]), Text: key})
		if !ok {
			t.Fatalf("%s is not one of the keys", key)
		}
		return run(cmd)
	}
	check := func(id string, want job.Marks) {
		t.Helper()
		j, err := st.Job(t.Context(), id)
		if err != nil || j.Marks != want {
			t.Fatalf("%s has %+v, want %+v (%v)", id, j.Marks, want, err)
		}
		b, err := os.ReadFile(queue.SidecarPath(j.Output.Path))
		if err != nil || strings.Contains(string(b), `"pick": true`) != want.Pick || strings.Contains(string(b), `"rejected": true`) != want.Rejected {
			t.Errorf("beside the clip of %s: %s, %v", id, b, err)
		}
	}
	press("one", "+")
	press("one", "=")
	press("one", "-")
	press("one", "p")
	check("one", job.Marks{Rating: 1, Pick: true})
	got := press("two", "p") // in place of the other
	check("two", job.Marks{Pick: true})
	check("one", job.Marks{Rating: 1})
	var told int
	for _, m := range got {
		if c, ok := m.(marks.ChangedMsg); ok {
			told = len(c.Jobs)
		}
	}
	if told != 2 {
		t.Errorf("%d changed takes are told of, want 2", told)
	}
	press("two", "X")
	check("two", job.Marks{Rejected: true})
	press("two", "X")
	check("two", job.Marks{})
	run(marks.Keep(s, "one", []string{"two"}))
	check("one", job.Marks{Rating: 1, Pick: true})
	check("two", job.Marks{Rejected: true})
	for _, key := range []string{"n", "L"} {
		press("one", key)
		if s.Dialogs.Empty() {
			t.Errorf("%s asks for nothing", key)
		}
	}
}
