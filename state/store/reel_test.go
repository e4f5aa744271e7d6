package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
	"seedreel/state/reel"
)

// shape lists shots as their takes' ids, the pick with a star.
func shape(r *reel.Reel) []string {
	var out []string
	for _, s := range r.Shots {
		line := s.ID + ":"
		for _, j := range s.Takes {
			line += " " + j.ID
			if j.Pick {
				line += "*"
			}
		}
		out = append(out, line)
	}
	return out
}

func openReel(t *testing.T, s *Store) *reel.Reel {
	t.Helper()
	r, err := s.OpenReel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// take returns a job of a shot.
func take(n int, shot string) *job.Job {
	j := aJob(n)
	j.Shot = shot
	return j
}

func TestAReelIsOpenFromTheStart(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	if r := openReel(t, s); !r.Open || r.Name == "" || len(r.Shots) != 0 {
		t.Errorf("it is %+v", r)
	}
	if name, err := s.OpenReelName(t.Context()); err != nil || name != "" {
		t.Errorf("unused it is named %q (%v)", name, err)
	}
	second, err := s.AddReel(t.Context(), "second", "Harbour trailer")
	if err != nil || !second.Open {
		t.Fatalf("%+v (%v)", second, err)
	}
	if name, err := s.OpenReelName(t.Context()); err != nil || name != "Harbour trailer" {
		t.Errorf("it is named %q (%v)", name, err)
	}
	rows, err := s.Reels(t.Context())
	if err != nil || len(rows) != 2 || rows[0].Name != "Harbour trailer" || !rows[0].Open || rows[1].Open {
		t.Errorf("%+v (%v)", rows, err)
	}
	if err := s.SwitchReel(t.Context(), "nowhere"); !errors.Is(err, ErrNoReel) {
		t.Errorf("a missing reel: %v", err)
	}
	if r := openReel(t, s); r.ID != "second" {
		t.Errorf("after a refusal %s is open", r.ID)
	}
	if err := s.SwitchReel(t.Context(), rows[1].ID); err != nil || openReel(t, s).ID != rows[1].ID {
		t.Errorf("back: %v", err)
	}
}

func TestEveryJobGetsAShot(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	same := func(n int, edit func(j *job.Job)) *job.Job {
		j := aJob(n)
		j.Prompt, j.Values = "a lake", catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake"), catalogue.RoleSeed: catalogue.Int(int64(n))}
		if edit != nil {
			edit(j)
		}
		return j
	}
	insert(t, s, same(1, nil), same(2, nil))
	insert(t, s, same(3, func(j *job.Job) { j.Values[catalogue.RoleFirstFrame] = catalogue.Media("/a.png") }))
	insert(t, s, same(4, func(j *job.Job) { j.Values[catalogue.RoleDuration] = catalogue.Int(9) }))
	insert(t, s, same(5, func(j *job.Job) { j.CreatedAt = j.CreatedAt.Add(2 * sameSitting) }))
	insert(t, s, same(6, func(j *job.Job) { j.Shot = "mine" }))
	got, want := shape(openReel(t, s)), []string{
		"job000000001: job000000001 job000000002 job000000004",
		"job000000003: job000000003", "job000000005: job000000005", "mine: job000000006",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if sh := openReel(t, s).Shots[0]; sh.Prompt() != "a lake" || sh.Values[catalogue.RoleSeed].IsSet() || sh.Model.ID != "vendor/model-lite" {
		t.Errorf("the shot is %+v", sh)
	}
}

func TestChangesOfAReelAreUndone(t *testing.T) {
	t.Parallel()
	id := func(n int) string { return aJob(n).ID }
	for name, edit := range map[string]reel.Edit{
		"rate": reel.Rate(id(1), 4), "pick": reel.Pick(id(1)), "another pick": reel.Pick(id(2)), "reject the pick": reel.Reject(id(3), true),
		"keep": reel.Keep(id(1)), "note": reel.Note(id(1), "the eyes"), "label": reel.Label(id(1), job.Labels{"dawn"}, nil),
		"move": reel.Move("b", 1), "remove": reel.Remove("b"), "split": reel.Split("a", "fresh", []string{id(2)}),
		"merge": reel.Merge("b", "a"), "merge the other way": reel.Merge("a", "b"), "add": reel.Add(reel.Shot{ID: "fresh"}, 1),
		"rename": reel.Rename("Harbour"), "name": reel.RenameShot("b", "Stairs"), "note of a shot": reel.NoteShot("a", "wind"),
		"continue": reel.Continue("b", "a"), "intend": reel.Intend("a", catalogue.Ref{ID: "m"}, catalogue.Values{}),
		"specs": reel.SetSpecs("a", reel.Spec{Resolution: "480p"}, reel.Spec{Resolution: "1080p"}),
		"cast":  reel.SetCast([]reel.Name{{Name: "anna", Words: "a tall woman"}}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t)
			insert(t, s, take(1, "a"), take(2, "a"), take(3, "a"), take(4, "b"), take(5, "b"), take(6, "c"))
			for _, picked := range []int{3, 5} {
				if _, _, err := s.ChangeTake(t.Context(), id(picked), reel.Pick(id(picked))); err != nil {
					t.Fatal(err)
				}
			}
			before := openReel(t, s)
			edited, c, err := s.ChangeReel(t.Context(), before.ID, edit)
			if err != nil || c.Line == "" {
				t.Fatalf("%q, %v", c.Line, err)
			}
			after := openReel(t, s)
			if g, w := fmt.Sprintf("%+v", images(after)), fmt.Sprintf("%+v", images(edited)); len(g) != len(w) || !slices.Equal(shape(after), shape(edited)) {
				t.Errorf("stored is\n%s\nwant\n%s", g, w)
			}
			if slices.Equal(shape(after), shape(before)) && equalJSON(t, images(after), images(before)) {
				t.Error("nothing changed")
			}
			if u, err := s.Undo(t.Context(), before.ID); err != nil || u.Line != c.Line {
				t.Fatalf("undone: %q (%v)", u.Line, err)
			}
			if back := openReel(t, s); !equalJSON(t, images(back), images(before)) {
				t.Errorf("undone it is\n%q\nwant\n%q", shape(back), shape(before))
			}
			if _, err := s.Redo(t.Context(), before.ID); err != nil {
				t.Fatal(err)
			}
			if again := openReel(t, s); !equalJSON(t, images(again), images(after)) {
				t.Errorf("made again it is\n%q\nwant\n%q", shape(again), shape(after))
			}
		})
	}
}

func TestUndoStopsAtWhatOthersChanged(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, take(1, "a"), take(2, "a"))
	r := openReel(t, s)
	if _, err := s.Undo(t.Context(), r.ID); !errors.Is(err, ErrNothingToUndo) {
		t.Errorf("of nothing: %v", err)
	}
	if _, _, err := s.ChangeReel(t.Context(), r.ID, reel.Rate(aJob(1).ID, 4)); err != nil {
		t.Fatal(err)
	}
	if _, c, err := s.ChangeReel(t.Context(), r.ID, reel.Rate(aJob(1).ID, 4)); err != nil || c.Line != "" {
		t.Errorf("the same again is a change: %q (%v)", c.Line, err)
	}
	if _, err := s.Advance(t.Context(), aJob(1).ID, []job.State{job.Queued}, func(j *job.Job) { j.Rating = 5 }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Undo(t.Context(), r.ID); !errors.Is(err, ErrChangedSince) {
		t.Errorf("over another's change: %v", err)
	}
}

func TestDeletingForgetsTheShot(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	a, b := take(1, "a"), take(2, "a")
	b.Prompt, b.Values = a.Prompt, a.Values
	insert(t, s, a, b)
	for n := 1; n <= 2; n++ {
		if _, _, err := s.ChangeTake(t.Context(), aJob(n).ID, reel.Pick(aJob(n).ID)); err != nil {
			t.Fatal(err)
		}
		advance(t, s, aJob(n).ID, job.Failed)
	}
	if err := s.Delete(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	if got := shape(openReel(t, s)); !slices.Equal(got, []string{"a: " + a.ID}) {
		t.Errorf("after one: %q", got)
	}
	if err := s.Delete(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"shots", "reel_changes"} {
		if n := scan[int](t, s, `SELECT count(*) FROM `+table); n > 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
}

func TestAKeyNamesOneJob(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	keyed := func(n int) *job.Job {
		j := aJob(1)
		j.ID, j.Key = aJob(n).ID, "k"
		return j
	}
	put := func(j *job.Job) (string, error) {
		out, err := s.Insert(t.Context(), []*job.Job{j}, guard.New(guard.Terms{Distinct: true, Limit: limited(200_000), Since: noon}))
		if err != nil {
			return "", err
		}
		return out[0].ID, nil
	}
	for n := 1; n <= 3; n++ {
		if id, err := put(keyed(n)); err != nil || id != aJob(1).ID {
			t.Errorf("order %d gives %s (%v)", n, id, err)
		}
	}
	other := keyed(4)
	other.Values = catalogue.Values{catalogue.RolePrompt: catalogue.Text("another")}
	if _, err := put(other); !errors.As(err, new(*ErrKeyTaken)) {
		t.Errorf("other inputs under the key: %v", err)
	}
	if got, err := s.Keyed(t.Context(), "k", "x"); err != nil || len(got) != 1 || got["k"].ID != aJob(1).ID {
		t.Errorf("keyed: %v (%v)", got, err)
	}
	advance(t, s, aJob(1).ID, job.Submitting, job.Failed)
	if id, err := put(keyed(5)); err != nil || id != aJob(5).ID {
		t.Errorf("after a free failure it gives %s (%v)", id, err)
	}
}

// Two clips brought back as picks of one shot leave one pick.
func TestASecondPickGivesWay(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	a, b := take(1, "a"), take(2, "a")
	a.Pick, b.Pick = true, true
	insert(t, s, a)
	insert(t, s, b)
	if got := shape(openReel(t, s)); !slices.Equal(got, []string{"a: job000000001* job000000002"}) {
		t.Errorf("got %q", got)
	}
}

func TestOldJobsGetShots(t *testing.T) {
	t.Parallel()
	const beforeReels = 7
	path, db := older(t, beforeReels)
	rows := []struct {
		id, prompt, values string
		at                 time.Time
	}{
		{"a1", "a lake", `{"prompt":"a lake","seed":1}`, noon},
		{"a2", "a lake", `{"prompt":"a lake","seed":2,"duration":9}`, noon.Add(time.Hour)},
		{"b1", "a lake", `{"first_frame":["/a.png"],"prompt":"a lake"}`, noon.Add(2 * time.Hour)},
		{"c1", "a fox", `{"prompt":"a fox"}`, noon.Add(3 * time.Hour)},
		{"a3", "a lake", `{"prompt":"a lake","seed":3}`, noon.Add(20 * time.Hour)},
		{"d1", "a lake", `{"prompt":"a lake","seed":4}`, noon.Add(60 * time.Hour)},
		{"e1", "a lake", `{"prompt":"a lake","seed":5}`, noon.AddDate(0, 1, 0)},
	}
	for _, r := range rows {
		_, err := db.ExecContext(t.Context(), `INSERT INTO jobs (id, created_ms, provider, model, practice, batch, prompt, values_json, handed_json,
 input_hash, seconds, estimate_basis, state, reason, error_code, error_text, owner, attempt, word, fails, waiting, out_url, out_path, out_etag, out_bytes, out_sha256)
 VALUES (?, ?, 'p', 'm', 0, '', ?, ?, '{}', x'00', 5, '', 'saved', '', '', '', '', 1, '', 0, '', '', '', '', 0, '')`, r.id, r.at.UnixMilli(), r.prompt, r.values)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path, &clock{t: noon})
	if wrong, err := s.Check(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the file has %q (%v)", wrong, err)
	}
	if got := shape(openReel(t, s)); !slices.Equal(got, []string{"e1: e1"}) {
		t.Errorf("open is %q", got)
	}
	reels, err := s.Reels(t.Context())
	if err != nil || len(reels) != 2 || reels[0].Name != "Reel 1" || reels[1].Name != "March 2026" {
		t.Fatalf("reels %+v (%v)", reels, err)
	}
	r, err := s.Reel(t.Context(), reels[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shape(r), []string{"a1: a1 a2 a3", "b1: b1", "c1: c1", "d1: d1"}; !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if sh := r.Shots[0]; sh.Prompt() != "a lake" || sh.Values[catalogue.RoleSeed].IsSet() {
		t.Errorf("its shot is %+v", sh)
	}
}

// A shot that goes on from another stands after it, and begins with the frame
// of its pick.
func TestAShotThatGoesOnStandsAfterTheOneBefore(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, take(1, "a"), take(2, "b"))
	next := take(3, "c")
	next.Continues, next.Parent, next.Origin = "a", "job1", job.OriginContinued
	next.Values[catalogue.RoleFirstFrame] = catalogue.Media("/f.png")
	insert(t, s, next)
	more := take(4, "c")
	more.Continues = "a"
	insert(t, s, more)
	r := openReel(t, s)
	if got := shape(r); len(got) != 3 || got[1][0] != 'c' || got[2][0] != 'b' || len(r.Shots[1].Takes) != 2 {
		t.Fatalf("the reel is %v", got)
	}
	if x := r.Shots[1]; x.Continues != "a" || x.Values[catalogue.RoleFirstFrame].IsSet() {
		t.Errorf("the shot is %+v", x)
	}
	lost := take(5, "d")
	lost.Continues = "nowhere"
	insert(t, s, lost)
	if r := openReel(t, s); r.Shots[3].ID != "d" || r.Shots[3].Continues != "" {
		t.Errorf("what goes on from nothing is %+v", r.Shots[3])
	}
	if x, err := s.ShotOf(t.Context(), r.Shots[1].Takes[0].ID); err != nil || x.ID != "c" || len(x.Takes) != 2 {
		t.Errorf("its shot is %+v, %v", x, err)
	}
}
