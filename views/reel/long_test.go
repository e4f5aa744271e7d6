package reel

import (
	"fmt"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
)

// lengthen adds shots to the reel that are drafted first; every one whose number
// can be divided by 200 is picked, and the next goes on from it.
func (x *world) lengthen(shots int) {
	x.t.Helper()
	var m *catalogue.Model
	for _, y := range x.s.Catalogue.Now().All() {
		_, priced := y.Estimate(y.Fill(catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("/a.png")}), unseen).Ceiling()
		if y.Field(catalogue.RoleFirstFrame) != nil && y.Field(catalogue.RoleLastFrame) == nil && y.Field(catalogue.RoleResolution) != nil && priced {
			m = y
			break
		}
	}
	if m == nil {
		x.t.Fatal("no model for it")
	}
	spec := reel.Spec{Resolution: m.Field(catalogue.RoleResolution).Options()[0].String()}
	_, _, err := x.s.Store.ChangeReel(x.t.Context(), x.reel.ID, func(r *reel.Reel) (string, error) {
		for len(r.Shots) < shots {
			n := len(r.Shots) + 1
			s := &reel.Shot{ID: fmt.Sprintf("long%d", n), Model: m.Ref(), Draft: spec, Values: catalogue.Values{
				catalogue.RolePrompt: catalogue.Text(fmt.Sprintf("a boat, number %d", n)), catalogue.RoleFirstFrame: catalogue.Media("https://x.example/a.png"),
			}}
			if n > 4 && n%200 == 1 {
				s.Continues = fmt.Sprintf("long%d", n-1)
				delete(s.Values, catalogue.RoleFirstFrame)
			}
			r.Shots = append(r.Shots, s)
		}
		return "made longer", nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	for n := 200; n <= shots; n += 200 {
		id := fmt.Sprintf("pick%d", n)
		j := job.New(id, noon, job.Wanted{Provider: m.Provider, Model: m.ID, Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("a boat")}})
		j.Shot, j.State, j.RemoteID, j.Pick = fmt.Sprintf("long%d", n), job.Saved, "remote-"+id, true
		if _, err := x.s.Store.Record(x.t.Context(), []*job.Job{j}, "nonce"+id); err != nil {
			x.t.Fatal(err)
		}
	}
	x.do(x.Refresh())
}

// The sums at the top are of all shots, also of those that go on from one in
// another part, though only a part of the rows is read.
func TestSumsAreOfAllShots(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 30)
	x.lengthen(450)
	all, err := x.s.Store.OpenReel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var want total
	want.add(all, x.books())
	if want.shots != 450 || want.drafts.clips != 445 || want.picked != 2 {
		t.Fatalf("all are %+v", want)
	}
	if !x.allKnown || x.all != want {
		t.Errorf("the sums are %+v, want %+v", x.all, want)
	}
	if n := len(x.reel.Shots); n != windowShots {
		t.Errorf("%d shots are read", n)
	}
	x.has("450 shots", "445 drafts "+want.drafts.most.String())
}

// The window over a long reel follows the selection, to both ends.
func TestTheWindowFollowsTheSelection(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 30)
	x.lengthen(1000)
	at := func(what string, want int) {
		t.Helper()
		r := x.selected()
		if r == nil || r.n != want || len(x.reel.Shots) > windowShots {
			t.Fatalf("%s: the selection is on %+v of %d read shots, want %d", what, r, len(x.reel.Shots), want)
		}
	}
	at("at first", 1)
	x.press("G")
	at("at the end", 1000)
	x.has("a boat, number 1000", "1000 shots")
	x.press("g")
	at("at the begin", 1)
	for range 999 {
		x.press("down")
	}
	at("step by step", 1000)
	for range 700 {
		x.press("k")
	}
	at("and back", 300)
	if _, n := x.reel.Shot("long401"); n == 401 {
		if from, k := x.reel.Continued(x.reel.Shots[n-1-x.reel.First]); from == nil || k != 400 {
			t.Errorf("shot 401 continues %v, %d", from, k)
		}
	}
	x.press("K")
	if x.said != "Shot 300 moved to 299." {
		t.Errorf("it says %q", x.said)
	}
	at("after a move", 299)
	x.press("u")
	if x.said != "Taken back: Shot 300 moved to 299." {
		t.Errorf("it says %q", x.said)
	}
	at("taken back", 300)
}
